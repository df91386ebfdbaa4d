"""What a run was made with, kept so that it can be made again: a catalogue's content once, under its digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class Snapshot(models.Model):
    """The content behind one digest of `Run.versions`: the rules and assumptions, the targets, what was known,
    attested, waived or grouped. The same content is kept once, whoever was judged by it."""

    digest = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=20)
    content = models.JSONField(encoder=DjangoJSONEncoder)
    kept_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"


def keep_snapshots(contents: Mapping[str, tuple[str, Any]]) -> None:
    """Keep contents, (kind, content) by digest; what is there already stays. One query, and one where any is new."""
    known = set(Snapshot.objects.filter(digest__in=list(contents)).values_list("digest", flat=True))
    fresh = {digest: given for digest, given in contents.items() if digest not in known}
    rows = [Snapshot(digest=digest, kind=kind, content=content) for digest, (kind, content) in fresh.items()]
    Snapshot.objects.bulk_create(rows, ignore_conflicts=True)  # another worker may keep the same meanwhile


def kept(digests: Iterable[str]) -> dict[str, Any]:
    """The contents behind some digests; one query. What was never kept is absent."""
    return dict(Snapshot.objects.filter(digest__in=list(digests)).values_list("digest", "content"))
