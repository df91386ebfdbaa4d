"""What a run was made with, kept so that it can be made again: a catalogue's content once, under its digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from planning.registry.reference import digest_of


class Snapshot(models.Model):
    """The content behind one digest of `Run.versions`: the rules and assumptions, the targets, what was known,
    attested, waived or grouped. The same content is kept once, whoever was judged by it."""

    digest = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=20)
    content = models.JSONField()
    kept_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"


def keep_snapshots(contents: Mapping[str, Any]) -> dict[str, str]:
    """Keep contents by kind, and give the digest of each. One query, whatever is there already."""
    digests = {kind: digest_of(content) for kind, content in contents.items()}
    Snapshot.objects.bulk_create(
        [Snapshot(digest=digests[kind], kind=kind, content=content) for kind, content in contents.items()],
        ignore_conflicts=True,
    )
    return digests


def kept(digests: Iterable[str]) -> dict[str, Any]:
    """The contents behind some digests; one query. What was never kept is absent."""
    return dict(Snapshot.objects.filter(digest__in=list(digests)).values_list("digest", "content"))
