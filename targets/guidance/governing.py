"""Which target governs: by round, organisation and day.

Of a document's versions the latest published one that is valid on the day governs; a code that it does not
hold is gone, unless only part of the document is known. What was expected is superseded once the same code is
published; a draft never governs. A target set in an earlier round that takes effect in this one is carried
over, unless something has taken its place. Local targets stand beside national ones, never instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from planning.plan.exact import SCALE
from planning.registry import periods
from targets.guidance.documents import DRAFT, EXPECTED, GuidanceDocument, TargetVersion
from targets.guidance.files import GuidanceFile, guidance_files, stored
from targets.guidance.target import Target
from targets.local.figures import LocalFigure

MAINTAINED = frozenset({"from_month", "each_month"})


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
    return _entries_of(TargetVersion.objects.filter(round_id__lte=round_code))


def entries_of_documents(codes: Iterable[str]) -> list[Entry]:
    """Every version of what some documents set, drafts too; one query."""
    return _entries_of(TargetVersion.objects.filter(document_id__in=list(codes)))


def targets_from_files(round_code: str, as_of: date | None = None) -> list[Target]:
    """The same straight from the files, without the store or any local figure."""
    return governing(entries_from_files(round_code), round_code, as_of or timezone.localdate())


def entries_from_files(round_code: str) -> list[Entry]:
    """What the files say of a round and those before it."""
    return [
        Entry(Target.from_entry(entry, at), document, file.round, *_effective(entry))
        for file, document in ((file, _document_of(file, at)) for at, file in enumerate(guidance_files()))
        for at, entry in enumerate(stored(file))
        if file.round <= round_code
    ]


def _entries_of(rows: QuerySet[TargetVersion]) -> list[Entry]:
    """What is retired is gone with its earlier versions, which stay in the store for what cites them."""
    kept = rows.filter(document__retired=False).select_related("document")
    ordered = list(kept.order_by("document__position", "position", "code", "version"))
    gone = {(row.document_id, row.code) for row in ordered if row.is_current and row.retired}
    return [entry_of(row) for row in ordered if not row.retired and (row.document_id, row.code) not in gone]


def _document_of(file: GuidanceFile, position: int) -> GuidanceDocument:
    fields = {"in_part": False, **file.document, "issued_by_id": file.document["issued_by"]}
    del fields["issued_by"]
    dated = ("published_on", "valid_from", "valid_to")
    days = {name: date.fromisoformat(fields[name]) for name in dated if fields.get(name)}
    return GuidanceDocument(**{**fields, **days}, round_id=file.round, position=position)


def entry_of(row: TargetVersion) -> Entry:
    """A stored version; days set in the service come before those of its file."""
    target = Target.from_entry(row.entry, row.position, row.version)
    begins, ends = _effective(row.entry)
    return Entry(target, row.document, row.round_id, row.effective_from or begins, row.effective_to or ends)


def _effective(entry: Mapping[str, Any]) -> tuple[date | None, date | None]:
    days = entry.get("effective", {})
    begins, ends = (date.fromisoformat(days[at]) if days.get(at) else None for at in ("from", "to"))
    return begins, ends


def governing(entries: Sequence[Entry], round_code: str, day: date) -> list[Target]:
    """Each code once, as it governs on that day. Pure: it asks nothing of the store."""
    governs = in_force([entry for entry in entries if entry.round == round_code], day)
    before = in_force([entry for entry in entries if entry.round < round_code], day, by_round=True)
    replacing = _replacing([*governs, *before])
    found = [entry.target for entry in governs if not _is_replaced(entry.target, replacing)]
    carried = [
        replace(entry.target, carried_from=entry.round)
        for entry in before
        if not _is_expected(entry)
        and not _is_replaced(entry.target, replacing)
        and takes_effect_in(entry.target, round_code)
    ]
    return [*found, *carried]


def in_force(entries: Iterable[Entry], day: date, *, by_round: bool = False) -> list[Entry]:
    """Of each code the entry that stands on a day: as published before as expected, drafts never. With
    `by_round` the day counts for what was edited only: an earlier round's documents are all out."""
    series: dict[str, list[Entry]] = {}
    for entry in entries:
        if DRAFT not in (entry.document.standing, entry.target.status):
            series.setdefault(entry.document.series, []).append(entry)
    standing: dict[str, Entry] = {}
    for versions in series.values():
        for entry in _of_series(versions, day, by_round):
            known = standing.get(entry.target.code)
            if known is None or (_is_expected(known) and not _is_expected(entry)):
                standing[entry.target.code] = entry
    return sorted(standing.values(), key=lambda entry: (entry.document.position, entry.target.position))


def of_document(entries: Iterable[Entry], document: str, day: date) -> list[Target]:
    """What one document sets, a draft too, as edits of it stand on a day."""
    return [
        entry.target for entry in _effective_ones([e for e in entries if e.document.code == document], day)
    ]


def _of_series(entries: list[Entry], day: date, by_round: bool) -> list[Entry]:
    """What one document says on a day: its latest version's entries, and from earlier ones what a version known
    in part is silent on."""
    documents = {entry.document.code: entry.document for entry in entries}
    valid = [document for document in documents.values() if by_round or _is_valid(document, day)]
    found: dict[str, Entry] = {}
    for document in sorted(valid, key=lambda document: document.valid_from, reverse=True):
        mine = [entry for entry in entries if entry.document.code == document.code]
        stand = {entry.target.code: entry for entry in _effective_ones(mine, day)}
        found = {**stand, **found}
        if not document.in_part:
            break
    return list(found.values())


def _effective_ones(entries: Sequence[Entry], day: date) -> list[Entry]:
    """Of one document's entries each code's latest version that is effective on a day. A version that holds from
    the document's first day leaves nothing of those before it; one for a time only does."""
    versions: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.target.version):
        known = versions.setdefault(entry.target.code, [])
        if entry.effective_from is None:
            known.clear()
        known.append(entry)
    stand = [[entry for entry in found if entry.is_effective(day)] for found in versions.values()]
    return [found[-1] for found in stand if found]


def _is_valid(document: GuidanceDocument, day: date) -> bool:
    return document.valid_from <= day and (document.valid_to is None or day < document.valid_to)


def _is_expected(entry: Entry) -> bool:
    return EXPECTED in (entry.document.standing, entry.target.status)


def _replacing(entries: Iterable[Entry]) -> dict[str, list[Target]]:
    """What takes the place of each code; what is only expected takes nobody's."""
    found: dict[str, list[Target]] = {}
    for entry in entries:
        for code in entry.target.supersedes if not _is_expected(entry) else ():
            found.setdefault(code, []).append(entry.target)
    return found


def _is_replaced(target: Target, replacing: Mapping[str, list[Target]]) -> bool:
    """A local target takes the place of its own system's alone: beside nationals it stands, never instead."""
    return any(
        not other.systems or (target.systems and target.systems <= other.systems)
        for other in replacing.get(target.code, ())
    )


def takes_effect_in(target: Target, round_code: str) -> bool:
    """Whether the month that decides it lies in the round's year; of what is maintained, any of its months."""
    months = periods.codes(round_code)[periods.MONTHS]
    last = target.due or target.effect["to"]
    if target.effect["kind"] in MAINTAINED and not target.due:
        return target.effect["from"] <= months[-1] and months[0] <= last
    return months[0] <= last <= months[-1]


def asked_of(
    targets: Iterable[Target], *, level: str = "", kind: str = "", system: str | None = None
) -> list[Target]:
    """Of the targets that govern those asked at a level, of a type of organisation, in a system."""
    return [
        target
        for target in for_system(targets, system)
        if (not level or level in target.levels | target.indicator_levels)
        and (not kind or not target.types or kind in target.types)
    ]


def nationals(entries: Sequence[Entry], round_code: str, day: date) -> list[tuple[str, Target]]:
    """Every national target of a round and of those before it with its round, the latest round first: what a
    local one is put beside."""
    mine = in_force([entry for entry in entries if entry.round == round_code], day)
    before = in_force([entry for entry in entries if entry.round < round_code], day, by_round=True)
    found = [e for e in (*mine, *before) if not e.target.systems and not _is_expected(e)]
    return [(e.round, e.target) for e in sorted(found, key=lambda e: e.round, reverse=True)]


def for_system(targets: Iterable[Target], system: str | None) -> list[Target]:
    """National targets and those that are set for that system."""
    return [target for target in targets if not target.systems or system in target.systems]


def with_local_figures(round_code: str, targets: Sequence[Target]) -> list[Target]:
    """The targets with what has been set of them for single organisations and systems; one query."""
    return with_figures(targets, local_figures([round_code])[round_code])


def with_figures(targets: Sequence[Target], figures: Mapping[str, dict[str, float]]) -> list[Target]:
    """The same with local figures in hand: target -> ODS code -> its own threshold."""
    return [
        replace(target, local=figures[target.code]) if target.code in figures else target
        for target in targets
    ]


def local_figures(rounds: Iterable[str]) -> dict[str, dict[str, dict[str, float]]]:
    """Round -> target -> ODS code -> its own threshold, where one is set; one query."""
    found: dict[str, dict[str, dict[str, float]]] = {code: {} for code in rounds}
    rows = LocalFigure.objects.filter(round_id__in=list(found), is_current=True)
    for at, code, ods, value in rows.values_list("round_id", "target", "organisation_id", "value"):
        found[at].setdefault(code, {})[ods] = value / SCALE
    return found
