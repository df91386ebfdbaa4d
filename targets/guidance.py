"""Guidance documents and the targets they set, as versioned data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models

from planning.registry.reference import VersionedEntry, once


class GuidanceDocument(models.Model):
    """One version of one published document."""

    code = models.CharField(max_length=60, primary_key=True)  # 23-24-guidance-v1.1
    title = models.CharField(max_length=300)
    version = models.CharField(max_length=40)
    issued_by = models.ForeignKey("planning.Organisation", models.PROTECT, related_name="+")
    published_on = models.DateField()
    notes = models.JSONField(default=list)
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    def __str__(self) -> str:
        return f"{self.title}, {self.version}"


class TargetVersion(VersionedEntry):
    """A target's declaration as stored; `Target.from_entry` makes the object that the code works with."""

    class Meta(VersionedEntry.Meta):
        abstract = False
        constraints: ClassVar = once("target")


@dataclass(frozen=True)
class Target:
    """One quantified or directional objective. Percentages are in points: 76 means 76%."""

    code: str
    title: str
    area: str  # Urgent and emergency care, Elective care, …
    kind: str  # quantified, directional, milestone, national
    measure: Mapping[str, Any]  # see targets/evaluation.py: what is measured, in lines
    comparator: str  # ">", ">=", "=", "<=", "<", "increase", "decrease", "increase_toward", "reduce_by"
    threshold: float | None
    threshold_high: float | None
    unit: str  # "%", "minutes", "patients", "£000"
    gap_unit: str  # what a gap is counted in: attendances, beds, patients, £000
    baseline: str  # "", "2019/20", "outturn"
    # {kind, from, to}: by_month, from_month, each_month, year_total, year_mean, change_vs_baseline
    effect: Mapping[str, str]
    due: str  # a due month after the round's end ("2025-03"), else ""
    exceptions: tuple[str, ...]
    levels: frozenset[str]  # "trust", "system", "national"
    types: frozenset[str]  # the types of organisation it is judged for at trust level
    indicator_levels: frozenset[str]  # levels at which it is shown for information
    status: str
    issued_by: str
    source: Mapping[str, str]  # {document, version, section, quote}
    supersedes: str
    note: str
    position: int = 0
    version: int = 1

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any], position: int = 0, version: int = 1) -> Target:
        """Read a declaration; defaults stand here. Raises KeyError for a missing key."""
        return cls(
            code=str(entry["code"]),
            title=entry["title"],
            area=entry["area"],
            kind=entry["type"],
            measure=entry["measure"],
            comparator=entry["comparator"],
            threshold=entry.get("threshold"),
            threshold_high=entry.get("threshold_high"),
            unit=entry["unit"],
            gap_unit=entry["gap_unit"],
            baseline=entry.get("baseline", ""),
            effect=entry["effect"],
            due=entry.get("due", ""),
            exceptions=tuple(entry.get("exceptions", ())),
            levels=frozenset(entry["levels"]),
            types=frozenset(entry.get("types", ())),
            indicator_levels=frozenset(entry.get("indicator_levels", ())),
            status=entry["status"],
            issued_by=entry["issued_by"],
            source=entry["source"],
            supersedes=entry.get("supersedes", ""),
            note=entry.get("note", ""),
            position=position,
            version=version,
        )


def load_targets(round_code: str) -> list[Target]:
    """The round's targets in the order of their file, one query."""
    rows = TargetVersion.objects.filter(round_id=round_code, is_current=True, retired=False)
    return [Target.from_entry(row.entry, row.position, row.version) for row in rows]
