"""What is answered by attestation in a round: key actions, supporting plans, and the targets that no return
carries. Which of them govern is settled as for every target (`governing.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import timezone

from planning.registry.organisations import TRUST_TYPES
from planning.registry.periods import month_label
from targets.guidance.documents import LOCAL, AssuranceVersion
from targets.guidance.governing import Entry, governing, in_force, load_entries
from targets.guidance.strictness import deadline, is_dated, is_from_a_month
from targets.guidance.target import Target

ACTION, PLAN, TARGET = "action", "plan", "target"
KINDS = {ACTION: "Key action", PLAN: "Supporting plan", TARGET: "Target"}
HELD_BACK = "query"  # a target that stands in doubt is shown elsewhere and asks nothing


@dataclass(frozen=True)
class Asked:
    """One thing that a lead answers for, whichever kind it is of."""

    code: str
    title: str
    area: str
    kind: str
    levels: frozenset[str]
    types: frozenset[str]  # of the trusts that answer; empty: every type
    systems: frozenset[str]  # that it is asked of; empty: every system
    due: str  # a month, a day, or nothing
    source: Mapping[str, str]
    supports: tuple[str, ...] = ()
    note: str = ""
    slip: str = ""
    target: Target | None = None

    @property
    def is_kept_up(self) -> bool:
        """Whether it is wanted from its month on, and not by it."""
        return self.target is not None and is_from_a_month(self.target)

    @property
    def due_in_words(self) -> str:
        """`September 2023`, `30 September 2023`, `from July 2022`, nothing where the document names no day."""
        if len(self.due) == 10:
            named = date.fromisoformat(self.due)
            return f"{named.day} {named:%B %Y}"
        since = "from " if self.is_kept_up else ""
        return f"{since}{month_label(self.due)}" if self.due else ""

    @property
    def where(self) -> str:
        """`2023/24 priorities and operational planning guidance, version 1.1, section 1A`."""
        version = self.source.get("version", "")
        parts = [
            self.source.get("document", ""),
            f"version {version}" if version[:1].isdigit() else version,
            self.source.get("section", ""),
        ]
        return ", ".join(part for part in parts if part)

    @property
    def takes_figure(self) -> bool:
        """Whether an answer may give a number, to be held against the target's."""
        found = self.target
        return found is not None and (
            found.threshold is not None or bool(found.steps) or found.threshold_from == "local"
        )

    @property
    def unit(self) -> str:
        """What a figure counts, "" where none is given."""
        return self.target.unit if self.target is not None else ""

    @property
    def steps(self) -> Sequence[Mapping[str, Any]]:
        return self.target.steps if self.target is not None else ()


def load_asked(round_code: str, as_of: date | None = None) -> list[Asked]:
    """All that is answered by attestation in a round on a day, today where none is given: by area in the order
    of the targets, in each the key actions and plans first. Two queries."""
    day = as_of or timezone.localdate()
    entries = load_entries(round_code)
    targets = governing(entries, round_code, day)
    types = {entry.target.code: entry.target.types & TRUST_TYPES for entry in entries}
    helping = [_of_those_helped(one, types) for one in load_assurances(round_code, day)]
    asked = [*helping, *map(of_target, filter(is_asked, targets))]
    areas = list(dict.fromkeys([*(target.area for target in targets), *(one.area for one in asked)]))
    return sorted(asked, key=lambda one: areas.index(one.area))


def _of_those_helped(asked: Asked, types: Mapping[str, frozenset[str]]) -> Asked:
    """An action names no types of trust: it is asked of those of the targets that it helps, else of all."""
    return replace(asked, types=frozenset().union(*(types.get(code, frozenset()) for code in asked.supports)))


def load_assurances(round_code: str, day: date) -> list[Asked]:
    """The key actions and supporting plans of the documents in force; one query."""
    rows = AssuranceVersion.objects.filter(round_id=round_code, retired=False, document__retired=False)
    ordered = list(rows.select_related("document").order_by("document__position", "position", "version"))
    said = {(row.document_id, row.code, row.version): row for row in ordered}
    standing = in_force([as_milestone(row) for row in ordered], day)
    return [
        of_assurance(said[entry.document.code, entry.target.code, entry.target.version]) for entry in standing
    ]


def as_milestone(row: AssuranceVersion) -> Entry:
    """An action or plan governs as a milestone that its lead answers for would: one rule for both."""
    month = row.entry.get("due", "")[:7]
    milestone = {
        **row.entry,
        "metric": "",
        "type": "milestone",
        "answered_by": "attestation",
        "effect": {"kind": "by_month", "from": month, "to": month},
        "due": "",
        "status": row.document.standing,
        "issued_by": row.document.issued_by_id,
    }
    target = Target.from_entry(milestone, row.position, row.version)
    return Entry(target, row.document, row.round_id, row.effective_from, row.effective_to)


def of_assurance(row: AssuranceVersion) -> Asked:
    entry, document = row.entry, row.document
    return Asked(
        code=row.code,
        title=entry["title"],
        area=entry["area"],
        kind=entry["kind"],
        levels=frozenset(entry["levels"]),
        types=frozenset(),
        systems=frozenset({document.issued_by_id}) if document.standing == LOCAL else frozenset(),
        due=entry.get("due", ""),
        source=entry["source"],
        supports=tuple(entry.get("supports", ())),
        note=entry.get("note", ""),
    )


def is_asked(target: Target) -> bool:
    """Whether its lead answers for it; what is asked of the nation alone, or stands in doubt, asks nobody."""
    return target.is_attested and target.status != HELD_BACK and target.levels != {"national"}


def of_target(target: Target) -> Asked:
    return Asked(
        code=target.code,
        title=target.title,
        area=target.area,
        kind=TARGET,
        levels=target.levels - target.indicator_levels,  # where it is shown for information, nobody answers
        types=target.types,
        systems=target.systems,
        due=deadline(target) if is_dated(target) else "",
        source=target.source,
        note=target.note,
        slip=target.slip,
        target=target,
    )


def named(asked: Iterable[Asked], code: str) -> Asked | None:
    return next((one for one in asked if one.code == code), None)


def areas_of(asked: Iterable[Asked]) -> list[str]:
    return list(dict.fromkeys(one.area for one in asked))
