"""Which target governs: by round, organisation and day.

Of a document's versions the latest published one that is valid on the day governs; a code that it does not
hold is gone, unless only part of the document is known. What was expected is superseded once the same code is
published; a draft never governs. A target set in an earlier round that takes effect in this one is carried
over, unless something has taken its place. Local targets stand beside national ones, never instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone

from planning.plan.exact import SCALE
from planning.registry import periods
from targets.files import GuidanceFile, guidance_files, stored
from targets.guidance import DRAFT, EXPECTED, PUBLISHED, GuidanceDocument, Target, TargetVersion
from targets.local_figures import LocalFigure


@dataclass(frozen=True)
class Entry:
    """One version of a target as one document has it."""

    target: Target
    document: GuidanceDocument
    round: str
    effective_from: date | None
    effective_to: date | None

    def is_effective(self, day: date) -> bool:
        begins, ends = self.effective_from, self.effective_to
        return (begins is None or begins <= day) and (ends is None or day < ends)


def load_targets(round_code: str, as_of: date | None = None) -> list[Target]:
    """The targets that govern a round on a day, today where none is given: its own in the order of their
    files, then those carried over. Two queries."""
    found = governing(load_entries(round_code), round_code, as_of or timezone.localdate())
    return with_local_figures(round_code, found)


def load_entries(round_code: str) -> list[Entry]:
    """Every version of every document's targets, of the round and those before it; one query."""
    rows = TargetVersion.objects.filter(round_id__lte=round_code, retired=False, document__retired=False)
    ordered = rows.select_related("document").order_by("document__position", "position", "code", "version")
    return [entry_of(row) for row in ordered]


def targets_from_files(round_code: str, as_of: date | None = None) -> list[Target]:
    """The same straight from the files, without the store or any local figure."""
    found = [
        Entry(Target.from_entry(entry, at), document, file.round, None, None)
        for file, document in ((file, _document_of(file, at)) for at, file in enumerate(guidance_files()))
        for at, entry in enumerate(stored(file))
        if file.round <= round_code
    ]
    return governing(found, round_code, as_of or timezone.localdate())


def _document_of(file: GuidanceFile, position: int) -> GuidanceDocument:
    fields = {"in_part": False, **file.document, "issued_by_id": file.document["issued_by"]}
    del fields["issued_by"]
    days = {name: date.fromisoformat(fields[name]) for name in ("valid_from", "valid_to") if fields.get(name)}
    return GuidanceDocument(**{**fields, **days}, round_id=file.round, position=position)


def entry_of(row: TargetVersion) -> Entry:
    target = Target.from_entry(row.entry, row.position, row.version)
    return Entry(target, row.document, row.round_id, row.effective_from, row.effective_to)


def governing(entries: Sequence[Entry], round_code: str, day: date) -> list[Target]:
    """Each code once, as it governs on that day. Pure: it asks nothing of the store."""
    own = [entry for entry in entries if entry.round == round_code]
    governs = in_force(own, day)
    before = in_force([entry for entry in entries if entry.round < round_code], day, by_round=True)
    superseded = {code for entry in [*governs, *before] for code in _replaced_by(entry)}
    found = [entry.target for entry in governs if entry.target.code not in superseded]
    carried = [
        replace(entry.target, carried_from=entry.round)
        for entry in before
        if entry.target.code not in superseded and _takes_effect_in(entry.target, round_code)
    ]
    return [*found, *carried]


def in_force(entries: Iterable[Entry], day: date, *, by_round: bool = False) -> list[Entry]:
    """Of each code the entry that stands on a day: as published before as expected, drafts never. With
    `by_round` the day counts for what was edited only: an earlier round's documents are all out."""
    series: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.document.standing != DRAFT and entry.is_effective(day):
            series.setdefault(entry.document.series, []).append(entry)
    standing: dict[str, Entry] = {}
    for versions in series.values():
        for entry in _of_series(versions, None if by_round else day):
            known = standing.get(entry.target.code)
            if known is None or (known.document.standing == EXPECTED and _is_out(entry)):
                standing[entry.target.code] = entry
    return sorted(standing.values(), key=lambda entry: (entry.document.position, entry.target.position))


def _of_series(entries: list[Entry], day: date | None) -> list[Entry]:
    """What one document says on a day: its latest version's entries, and from earlier ones what a version known
    in part is silent on."""
    documents = {entry.document.code: entry.document for entry in entries}
    valid = [document for document in documents.values() if day is None or _is_valid(document, day)]
    found: dict[str, Entry] = {}
    for document in sorted(valid, key=lambda document: document.valid_from, reverse=True):
        mine = [entry for entry in entries if entry.document.code == document.code]
        latest = {entry.target.code: entry for entry in sorted(mine, key=lambda entry: entry.target.version)}
        found = {**latest, **found}
        if not document.in_part:
            break
    return list(found.values())


def _is_valid(document: GuidanceDocument, day: date) -> bool:
    return document.valid_from <= day and (document.valid_to is None or day < document.valid_to)


def _is_out(entry: Entry) -> bool:
    return entry.document.standing == PUBLISHED


def _replaced_by(entry: Entry) -> tuple[str, ...]:
    """Only what is published takes another's place; a local target does so among its own system's."""
    return entry.target.supersedes if entry.document.standing != EXPECTED else ()


def _takes_effect_in(target: Target, round_code: str) -> bool:
    """Whether its last month lies in the round's year."""
    months = periods.codes(round_code)[periods.MONTHS]
    return months[0] <= (target.due or target.effect["to"]) <= months[-1]


def for_system(targets: Iterable[Target], system: str | None) -> list[Target]:
    """National targets and those that are set for that system."""
    return [target for target in targets if not target.systems or system in target.systems]


def with_local_figures(round_code: str, targets: Sequence[Target]) -> list[Target]:
    """The targets with what has been set of them for single organisations and systems; one query."""
    rows = LocalFigure.objects.filter(round_id=round_code, is_current=True)
    by: dict[str, dict[str, float]] = {}
    for code, ods, value in rows.values_list("target", "organisation_id", "value"):
        by.setdefault(code, {})[ods] = value / SCALE
    return [replace(target, local=by[target.code]) if target.code in by else target for target in targets]
