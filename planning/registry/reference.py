"""Reference data: files first, then editable with history. What a versioned entry is, and how files load."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import yaml
from django.conf import settings
from django.db import models


class VersionedEntry(models.Model):
    """A line, target or rule of a round: a code with versions that are never changed once written.

    `entry` is the declaration as the file gives it; `loaded_digest` is empty for a version edited in
    the service, so that loading again knows whose it is.
    """

    round = models.ForeignKey("planning.Round", models.CASCADE, related_name="+")
    code = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField(default=0, help_text="its place in the file")
    entry = models.JSONField()
    is_current = models.BooleanField(default=True)
    retired = models.BooleanField(default=False, help_text="gone from the file; kept for what cites it")
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)
    valid_from = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["round_id", "position", "code"]

    def __str__(self) -> str:
        return f"{self.code} ({self.round_id}, version {self.version})"


def once(name: str) -> list[models.BaseConstraint]:
    """The constraints that every versioned table has: a version once, one current version a code."""
    return [
        models.UniqueConstraint(fields=["round", "code", "version"], name=f"{name}_version_once"),
        models.UniqueConstraint(
            fields=["round", "code"], condition=models.Q(is_current=True), name=f"{name}_one_current"
        ),
    ]


@dataclass
class Changes:
    """What a load did: printed by `load_reference`."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # edited in the service, left as they are

    def add(self, other: Changes) -> None:
        for name in ("added", "changed", "retired", "kept"):
            getattr(self, name).extend(getattr(other, name))


_SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Loader = Callable[[frozenset[str]], Changes]
_LOADERS: list[tuple[int, str, Loader]] = []


def register_loader(order: int, name: str, loader: Loader) -> None:
    """Called from each app's `ready()`: lower orders load first. The loader gets the `--overwrite` codes."""
    _LOADERS.append((order, name, loader))


def loaders() -> list[tuple[str, Loader]]:
    return [(name, loader) for _, name, loader in sorted(_LOADERS, key=lambda row: row[:2])]


def digest_of(entry: Any) -> str:
    """SHA-256 of a declaration, the same whatever the order of its keys."""
    return hashlib.sha256(json.dumps(entry, sort_keys=True, default=str).encode()).hexdigest()


def read_file(path: Path) -> Any:
    """One reference file. Raises yaml.YAMLError with the place for a file that is not YAML."""
    with path.open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=_SAFE)  # noqa: S506 - safe, and ten times as fast where it is in C


def load_versions(
    model: type[VersionedEntry],
    round_code: str,
    entries: Iterable[dict[str, Any]],
    overwrite: frozenset[str],
    **among: Any,
) -> Changes:
    """Bring one round's versioned table to what its file says; `among` narrows it to one document's rows.

    An entry as it was loaded follows the file; one edited in the service is kept and listed unless its
    code is in `overwrite`; one gone from the file is retired. Same file, no change. Three queries and
    one per changed entry.
    """
    changes = Changes()
    rows = model._default_manager.filter(round_id=round_code, **among)
    current = {row.code: row for row in rows.filter(is_current=True)}
    latest = dict(rows.order_by().values_list("code").annotate(latest=models.Max("version")))
    fresh: list[VersionedEntry] = []
    moved: list[VersionedEntry] = []
    seen: set[str] = set()
    for position, entry in enumerate(entries):
        code = str(entry["code"])
        if code in seen:
            raise ValueError(
                f"{code} stands twice in the {round_code} file of {model._meta.verbose_name_plural}."
            )
        seen.add(code)
        row, digest = current.get(code), digest_of(entry)
        if row is not None and row.loaded_digest == digest and not row.retired:
            if row.position != position:  # an entry put in before it; what it says is the same version
                row.position = position
                moved.append(row)
            continue
        if row is not None and not row.loaded_digest and code not in overwrite:
            changes.kept.append(f"{code} (edited {row.valid_from:%d %B %Y} by {row.by or 'somebody'})")
            continue
        (changes.changed if row is not None else changes.added).append(code)
        fresh.append(
            model(
                round_id=round_code,
                **among,
                code=code,
                version=latest.get(code, 0) + 1,
                position=position,
                entry=entry,
                loaded_digest=digest,
                reason="loaded from the repository",
            )
        )
    gone = [
        code for code, row in current.items() if code not in seen and row.loaded_digest and not row.retired
    ]
    changes.retired.extend(gone)
    replaced = [row.code for row in fresh if row.code in current]
    rows.filter(is_current=True, code__in=replaced).update(is_current=False)
    rows.filter(is_current=True, code__in=gone).update(retired=True)
    model._default_manager.bulk_create(fresh)
    model._default_manager.bulk_update(moved, ["position"])
    return changes
