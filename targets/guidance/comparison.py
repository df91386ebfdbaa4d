"""What changed between two documents, or two rounds: each target beside the one that took its place.

Pure: two lists of targets in, changes out. A document of which only part is known says nothing of what it
does not list: that is "not known", never added or removed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from targets.guidance.locality import PERIODS, apart, spoken_baseline
from targets.guidance.strictness import (
    bars_of,
    brief,
    by_when,
    deadline,
    is_dated,
    measures_of,
    rank,
    rests_on_baseline,
    units_of,
)
from targets.guidance.target import Target
from targets.wording import wanted

ADDED, REMOVED, NOT_KNOWN, REPLACED = "added", "removed", "not_known", "replaced"
TIGHTENED, RELAXED, UNIT, OTHERWISE = "tightened", "relaxed", "unit", "otherwise"
DATE, PERIOD, EXCEPTIONS, BASELINE, COUNTED = "date", "period", "exceptions", "baseline", "counted"
ROLLED, REWORDED, UNCHANGED = "rolled", "reworded", "unchanged"
WORDS = {
    ADDED: "Added",
    REMOVED: "Removed",
    REPLACED: "Another measure",
    TIGHTENED: "Tightened",
    RELAXED: "Relaxed",
    UNIT: "Unit changed",
    OTHERWISE: "Asked otherwise",
    DATE: "Date moved",
    PERIOD: "Period changed",
    EXCEPTIONS: "Exceptions changed",
    BASELINE: "Baseline changed",
    COUNTED: "Counted otherwise",
    ROLLED: "A year on",
    REWORDED: "Reworded",
    UNCHANGED: "Unchanged",
    NOT_KNOWN: "Not known",
}

AGES = re.compile(r"\baged? (?:\d+ and over|over \d+|under \d+|\d+ to \d+)\b")


@dataclass(frozen=True)
class Side:
    """One of the two that are compared: what it sets, and whether that is all that it sets."""

    targets: Sequence[Target]
    in_part: bool = False
    name: str = ""


@dataclass(frozen=True)
class Change:
    """One target before and after: how it changed, each way with its sentence. One side is None where nothing
    stands there, or nothing is known."""

    before: Target | None
    after: Target | None
    ways: dict[str, str]  # added, tightened, date, … -> one sentence

    @property
    def target(self) -> Target:
        """The one to name it by: as it is now, else as it was."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - a change is of something
        return found

    @property
    def words(self) -> str:
        """`Relaxed, date moved`."""
        first, *others = [WORDS[way] for way in self.ways]
        return ", ".join([first, *(word.lower() for word in others)])

    @property
    def sentence(self) -> str:
        return " ".join(sentence for sentence in self.ways.values() if sentence)


def compare(before: Side, after: Side) -> list[Change]:
    """Every target of both: the later ones in their order, then those that nothing took the place of."""
    pairs = _pairs(before.targets, after.targets)
    was = {new.code: old for old, new in pairs}
    found = [_changed(was[new.code], new) if new.code in was else _new(new, before) for new in after.targets]
    kept = {old.code for old, _ in pairs}
    return [*found, *(_gone(old, after) for old in before.targets if old.code not in kept)]


def counted(changes: Iterable[Change]) -> dict[str, int]:
    """How many changed in each way, in the order of the words; naught left out."""
    numbers = Counter(way for change in changes for way in change.ways)
    return {way: numbers[way] for way in WORDS if numbers[way]}


# --- which belongs to which ----------------------------------------------------------------------------
def _pairs(before: Sequence[Target], after: Sequence[Target]) -> list[tuple[Target, Target]]:
    """By code, then by metric, there first what names the other as superseded; last what takes another
    measure's place. Each once."""
    found: list[tuple[Target, Target]] = []
    old, new = list(before), list(after)
    for belongs in (_same_code, _supersedes_alike, _same_metric, _supersedes):
        for one, other in _matched(old, new, belongs):
            found.append((one, other))
            old.remove(one)
            new.remove(other)
    return found


def _matched(
    old: Sequence[Target], new: Sequence[Target], belongs: Callable[[Target, Target], bool]
) -> Iterator[tuple[Target, Target]]:
    """Pairs that belong together, those first that can be ranked and lie nearest in time."""
    pairs = [(one, other) for other in new for one in old if belongs(one, other)]
    taken: set[str] = set()
    for one, other in sorted(pairs, key=lambda pair: (rank(*pair) is None, apart(*pair))):
        if not taken & {f"before {one.code}", f"after {other.code}"}:
            taken |= {f"before {one.code}", f"after {other.code}"}
            yield one, other


def _same_code(one: Target, other: Target) -> bool:
    return one.code == other.code


def _same_metric(one: Target, other: Target) -> bool:
    return one.metric == other.metric


def _supersedes(one: Target, other: Target) -> bool:
    return one.code in other.supersedes


def _supersedes_alike(one: Target, other: Target) -> bool:
    return _supersedes(one, other) and _same_metric(one, other)


# --- what is said of it --------------------------------------------------------------------------------
def _new(target: Target, before: Side) -> Change:
    if before.in_part:
        said = f"{before.name or 'The earlier document'} is known in part: whether it asked for this is not known."
        return Change(None, target, {NOT_KNOWN: said})
    return Change(None, target, {ADDED: f"Not asked before: {brief(target)} {by_when(target)}."})


def _gone(target: Target, after: Side) -> Change:
    follower = next((other for other in after.targets if target.code in other.supersedes), None)
    if follower is not None:
        return Change(target, None, {REMOVED: f"{follower.code} takes its place: {follower.title}."})
    if after.in_part:
        said = f"{after.name or 'The later document'} is known in part: whether it still asks for this is not known."
        return Change(target, None, {NOT_KNOWN: said})
    return Change(target, None, {REMOVED: f"No longer asked: {brief(target)} {by_when(target)}."})


def _changed(one: Target, other: Target) -> Change:
    """Each way in which a target changed; that it was reworded is said where nothing else changed."""
    if one.metric != other.metric:
        return Change(one, other, {REPLACED: f"“{other.title}” takes the place of “{one.title}”."})
    ways = _bar(one, other) | _date(one, other) | _rest(one, other)
    return Change(one, other, ways or _quiet(one, other))


def _quiet(one: Target, other: Target) -> dict[str, str]:
    """Of what asks for the same: whether for another year, or in other words."""
    if deadline(one) != deadline(other):
        return {ROLLED: f"Asked again {by_when(other)}, was {by_when(one)}."}
    if _text(one) != _text(other):
        return {REWORDED: "Other words ask for the same."}
    return {UNCHANGED: ""}


def _bar(one: Target, other: Target) -> dict[str, str]:
    was, now = brief(one), brief(other)
    both = bool(bars_of(one) and bars_of(other))
    if both and units_of(one) != units_of(other) and len(units_of(one)) == len(units_of(other)):
        return {UNIT: f"{_listed(units_of(other))}, was {_listed(units_of(one))}."}
    order = rank(other, one)
    if order is None and was == now:
        return {OTHERWISE: f"{_upper(wanted(other))}; was {wanted(one)}."}
    if order is None:
        return {OTHERWISE: f"{_upper(now)}, was {was}: neither asks for more."}
    if order == 0:
        return {}
    if was == now:
        return {TIGHTENED if order > 0 else RELAXED: f"{other.comparator}, was {one.comparator}."}
    return {TIGHTENED if order > 0 else RELAXED: f"{_upper(now)}, was {was}."}


def _date(one: Target, other: Target) -> dict[str, str]:
    """A deadline that a document names; a year's figure follows the year."""
    if not (is_dated(one) and is_dated(other)) or deadline(one) == deadline(other):
        return {}
    is_later = deadline(other) > deadline(one)
    return {DATE: f"{'Later' if is_later else 'Earlier'}: {by_when(other)}, was {by_when(one)}."}


def _rest(one: Target, other: Target) -> dict[str, str]:
    found = {}
    was, now = PERIODS[one.effect["kind"]], PERIODS[other.effect["kind"]]
    if was != now:
        found[PERIOD] = f"Judged {now}, was {was}."
    if set(one.exceptions) != set(other.exceptions):
        found[EXCEPTIONS] = f"Exceptions: {_exceptions(other)}; were: {_exceptions(one)}."
    if one.baseline != other.baseline and rests_on_baseline(one) and rests_on_baseline(other):
        found[BASELINE] = f"Baseline: {spoken_baseline(other)}; was: {spoken_baseline(one)}."
    other_lines = measures_of(one) != measures_of(other) and units_of(one) == units_of(other)
    if other_lines or _are_other_people(one, other):
        found[COUNTED] = _counting(one, other)
    return found


def _counting(one: Target, other: Target) -> str:
    if _are_other_people(one, other):
        return f"Of people {people_of(other)}, was of people {people_of(one)}."
    if one.answered_by != other.answered_by:
        words = {"return": "measured from the returns", "attestation": "answered by attestation"}
        return f"{_upper(words[other.answered_by])}, was {words[one.answered_by]}."
    return "Other lines are counted."


def people_of(target: Target) -> str:
    """`aged over 14`, where the guidance's words name an age: one word more or less counts other people."""
    found = AGES.search(target.source.get("quote", ""))
    return found[0] if found else ""


def _are_other_people(one: Target, other: Target) -> bool:
    return bool(people_of(one) and people_of(other)) and people_of(one) != people_of(other)


def _text(target: Target) -> tuple[str, str]:
    quote = target.source.get("quote", "")
    return " ".join(target.title.casefold().split()), " ".join(quote.casefold().split())


def _exceptions(target: Target) -> str:
    return "; ".join(target.exceptions) or "none"


def _listed(units: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(unit or "no unit" for unit in units))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
