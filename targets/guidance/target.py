"""A target, as one document has it: what is measured, compared with what, when and for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True)
class Target:
    """One objective, as one document has it. Percentages are in points: 76 means 76%."""

    code: str
    title: str
    area: str  # Urgent and emergency care, Elective care, …
    metric: str  # what it measures, the same word in every round and document: elective-activity
    kind: str  # quantified, directional, milestone, national
    answered_by: str  # "return": evaluated from lines; "attestation": its lead answers for it
    measure: Mapping[
        str, Any
    ]  # see targets/judging/measuring.py: what is measured, in lines; {} where attested
    parts: tuple[Mapping[str, Any], ...]  # several tests that must all hold, each {title, measure, …}
    comparator: str  # see targets/judging/comparators.py; "" where attested without a number
    threshold: float | None
    threshold_high: float | None  # of a range: it is met at the laxer end
    threshold_from: (
        Any  # "baseline", "local", {line, share_of}: where the threshold is a figure of the plan's
    )
    steps: tuple[Mapping[str, Any], ...]  # a trajectory: [{by: 2023-09, threshold: 50}, …]
    unit: str  # "%", "minutes", "patients", "£000"
    gap_unit: str  # what a gap is counted in: attendances, beds, patients, £000
    baseline: str  # "", "2019/20", "outturn"
    # {kind, from, to}: by_month, from_month, each_month, year_total, year_mean, change_vs_baseline
    effect: Mapping[str, str]
    due: str  # a due month after the round's end ("2025-03"), else ""
    exceptions: tuple[str, ...]
    levels: frozenset[str]  # trust, system, national, cancer_alliance, maternity_system, primary_care_network
    types: frozenset[str]  # the types of organisation it is judged for at trust level
    indicator_levels: frozenset[str]  # levels at which it is shown for information
    status: str  # expected, draft, published, superseded, local, query
    issued_by: str
    systems: frozenset[str]  # a local target's: the systems it is set for; empty for everybody
    source: Mapping[str, str]  # {document, version, section, quote, document_code}
    supersedes: tuple[str, ...]  # the codes that it takes the place of, of this round or earlier ones
    note: str
    smart: Mapping[str, str]  # a local objective's marks: {s, m, a, r, t} -> yes, query, blank, tba
    slip: str  # what is wrong in the document's own words, shown and never absorbed
    position: int = 0
    version: int = 1
    carried_from: str = ""  # the round it was set in, where it takes effect in a later one
    local: Mapping[str, float] = field(
        default_factory=dict
    )  # ODS code -> its own threshold, where one is set

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any], position: int = 0, version: int = 1) -> Target:
        """Read a declaration; defaults stand here. Raises KeyError for a missing key."""
        supersedes = entry.get("supersedes", ())
        return cls(
            code=str(entry["code"]),
            title=entry["title"],
            area=entry["area"],
            metric=entry["metric"],
            kind=entry["type"],
            answered_by=entry.get("answered_by", "return"),
            measure=entry.get("measure", {}),
            parts=tuple(entry.get("parts", ())),
            comparator=entry.get("comparator", ""),
            threshold=entry.get("threshold"),
            threshold_high=entry.get("threshold_high"),
            threshold_from=entry.get("threshold_from", ""),
            steps=tuple(entry.get("steps", ())),
            unit=entry.get("unit", ""),
            gap_unit=entry.get("gap_unit", ""),
            baseline=entry.get("baseline", ""),
            effect=entry["effect"],
            due=entry.get("due", ""),
            exceptions=tuple(entry.get("exceptions", ())),
            levels=frozenset(entry["levels"]),
            types=frozenset(entry.get("types", ())),
            indicator_levels=frozenset(entry.get("indicator_levels", ())),
            status=entry["status"],
            issued_by=entry["issued_by"],
            systems=frozenset(entry.get("systems", ())),
            source=entry["source"],
            supersedes=(supersedes,) if isinstance(supersedes, str) else tuple(supersedes),
            note=entry.get("note", ""),
            smart=entry.get("smart", {}),
            slip=entry.get("slip", ""),
            position=position,
            version=version,
        )

    @property
    def kept(self) -> dict[str, Any]:
        """Everything that it says, as snapshots keep it; `from_kept` reads it back."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: sorted(said) if isinstance(said, frozenset) else said for name, said in found.items()}

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any]) -> Target:
        """The target as it was. Raises TypeError for a name that targets no longer have."""
        sets = {"levels", "types", "indicator_levels", "systems"}
        rows = {"parts", "steps", "exceptions", "supersedes"}
        read: dict[str, Any] = dict(kept)
        read |= {name: frozenset(kept[name]) for name in sets if name in kept}
        read |= {name: tuple(kept[name]) for name in rows if name in kept}
        return cls(**read)

    @property
    def is_attested(self) -> bool:
        return self.answered_by == "attestation"
