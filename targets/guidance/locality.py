"""How what a system sets itself stands to what is asked of everybody, and whether its objectives agree.

A local target governs beside the national one, never instead: what is said here warns and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planning.foundation.wording import count, names
from targets.guidance.strictness import (
    DOWN,
    EXACTLY,
    REACHED,
    UP,
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
from targets.judging.parts import parts_of

WEAKER, STRICTER, SAME = "weaker", "stricter", "same"
NOT_COMPARABLE, NO_NATIONAL = "not_comparable", "no_national"
LATER, EARLIER, EXCEPTIONS, BASELINE, PERIOD = "later", "earlier", "exceptions", "baseline", "period"
LEVELS = frozenset({"level", "share"})
WORDS = {
    WEAKER: "Weaker",
    STRICTER: "Stricter",
    SAME: "The same",
    NOT_COMPARABLE: "Not comparable",
    NO_NATIONAL: "Local alone",
    LATER: "Later",
    EARLIER: "Earlier",
    EXCEPTIONS: "Other exceptions",
    BASELINE: "Other baseline",
    PERIOD: "Other period",
}

PERIODS = {
    "by_month": "in one month",
    "from_month": "in every month from one on",
    "each_month": "in every month",
    "year_total": "over the year",
    "year_mean": "on average over the year",
    "change_vs_baseline": "over the year",
}


@dataclass(frozen=True)
class Standing:
    """A local target beside the national one of the same metric: each difference with its sentence."""

    local: Target
    national: Target | None
    round: str  # that the national one is of
    differences: Mapping[str, str]  # weaker, stricter, same, later, … -> one sentence

    @property
    def is_weaker(self) -> bool:
        """Whether somebody who meets it may miss what is asked of everybody: a warning."""
        return WEAKER in self.differences or LATER in self.differences

    @property
    def words(self) -> str:
        """`Weaker, other exceptions`."""
        first, *others = [WORDS[kind] for kind in self.differences]
        return ", ".join([first, *(word.lower() for word in others)])

    @property
    def sentence(self) -> str:
        return " ".join(self.differences.values())


@dataclass(frozen=True)
class Adoption:
    """What a body's own paper does with the national targets of its round."""

    same: tuple[str, ...]  # restated as they are
    otherwise: tuple[str, ...]  # restated with another bar, day, baseline or exception
    omitted: tuple[str, ...]  # said to be left out
    unmentioned: tuple[str, ...]


# --- local beside national -----------------------------------------------------------------------------
def standings(local: Iterable[Target], nationals: Sequence[tuple[str, Target]]) -> list[Standing]:
    """Each local target beside the national one of its metric. `nationals`: with their rounds, the latest
    round first (`governing.nationals`)."""
    return [standing(target, nationals) for target in local if target.systems]


def standing(local: Target, nationals: Sequence[tuple[str, Target]]) -> Standing:
    """How one local target stands: all that differs, the bar first."""
    found = _national_of(local, nationals)
    if found is None:
        return Standing(local, None, "", {NO_NATIONAL: "No national target measures this."})
    round_code, national = found
    differences = _bar_of_test(local, national) | _day(local, national) | _period(local, national)
    differences |= _exceptions(local, national) | _baseline(local, national)
    if set(differences) - {SAME}:
        differences.pop(SAME, None)
    return Standing(local, national, round_code, differences)


def _national_of(local: Target, nationals: Sequence[tuple[str, Target]]) -> tuple[str, Target] | None:
    """Of the latest round that has the metric; among several the one that can be ranked and is nearest in time."""
    mine = [(code, target) for code, target in nationals if target.metric == local.metric]
    latest = [(code, target) for code, target in mine if code == mine[0][0]]
    return min(latest, key=lambda row: (rank(local, row[1]) is None, apart(local, row[1])), default=None)


def apart(one: Target, other: Target) -> int:
    """How many months lie between two deadlines."""
    first, second = deadline(one), deadline(other)
    return abs((int(first[:4]) - int(second[:4])) * 12 + int(first[5:7]) - int(second[5:7]))


def _bar_of_test(local: Target, national: Target) -> dict[str, str]:
    """The bars; where one of several local tests measures what the national target does, that test's bar."""
    alike = [one for one in parts_of(local) if _lines(one) == _lines(national)]
    if national.parts or len(alike) != 1:
        return _bar(local, national)
    return {
        kind: f"{alike[0].title}: {words[:1].lower()}{words[1:]}"
        for kind, words in _bar(alike[0], national).items()
    }


def _lines(target: Target) -> list[Any]:
    """What is measured, whoever is excepted."""
    return [{name: line for name, line in test.items() if name != "less"} for test in measures_of(target)]


def _bar(local: Target, national: Target) -> dict[str, str]:
    asked, order = _nationally(_said(national, local)), rank(local, national)
    if not bars_of(local) and bars_of(national):
        return {WEAKER: f"It sets no number, which asks less than {asked}."}
    said = f"{_said(local, national)} {by_when(local)}" if is_dated(local) else _said(local, national)
    if order is None:
        return {NOT_COMPARABLE: f"{_upper(said)} cannot be put beside {asked}: {_why(local, national)}."}
    if order == 0:
        return {SAME: f"{_upper(said)} is the same as nationally."}
    if order < 0:
        return {WEAKER: f"{_upper(said)} asks less than {asked}."}
    return {STRICTER: f"{_upper(said)} asks more than {asked}."}


def _nationally(bar: str) -> str:
    """`the national 66.7%`, or what is asked nationally where that is no plain figure."""
    return (
        f"what is asked nationally, {bar}" if bar.startswith(("a ", "its ", "no ")) else f"the national {bar}"
    )


def _said(target: Target, beside: Target) -> str:
    """The bar, with its comparator where the two figures are one."""
    alike = _values(target) == _values(beside) and units_of(target) == units_of(beside)
    if brief(target) != brief(beside) and alike and _is_soft(target):
        ways = {UP: "at least ", DOWN: "at most ", EXACTLY: "exactly "}
        return f"{ways[bars_of(target)[0].way]}{brief(target)}"
    return brief(target)


def _values(target: Target) -> list[Any]:
    return [bar.value for bar in bars_of(target)]


def _is_soft(target: Target) -> bool:
    """One level or share to be reached, and met at it exactly."""
    bars = bars_of(target)
    return len(bars) == 1 and not bars[0].is_strict and bars[0].firmness == REACHED and bars[0].of in LEVELS


def _why(local: Target, national: Target) -> str:
    mine, theirs = len(units_of(local)), len(units_of(national))
    if mine != theirs:
        return f"it has {count(mine, 'test')}, the national one {theirs}"
    if units_of(local) != units_of(national):
        return f"one counts {names(_spoken(local))}, the other {names(_spoken(national))}"
    if [bar.way for bar in bars_of(local)] != [bar.way for bar in bars_of(national)]:
        return "they do not point the same way"
    return "their figures are set in different ways"


def _spoken(target: Target) -> list[str]:
    words = {"%": "per cent", "": "nothing"}
    return list(dict.fromkeys(words.get(unit, unit) for unit in units_of(target)))


def _day(local: Target, national: Target) -> dict[str, str]:
    if not (is_dated(local) and is_dated(national)) or deadline(local) == deadline(national):
        return {}
    is_later = deadline(local) > deadline(national)
    said = f"{_upper(by_when(local))} is {'later' if is_later else 'earlier'} than the national {by_when(national)}."
    return {LATER if is_later else EARLIER: said}


def _period(local: Target, national: Target) -> dict[str, str]:
    """A mean over the year and a month at its end are different tests of one figure."""
    mine, theirs = PERIODS[local.effect["kind"]], PERIODS[national.effect["kind"]]
    if mine == theirs or not (bars_of(local) and bars_of(national)):
        return {}
    return {PERIOD: f"It is judged {mine}, the national one {theirs}."}


def _exceptions(local: Target, national: Target) -> dict[str, str]:
    dropped = [words for words in national.exceptions if words not in local.exceptions]
    added = [words for words in local.exceptions if words not in national.exceptions]
    if dropped and not local.exceptions:
        return {EXCEPTIONS: f"It leaves out the national exception: {'; '.join(dropped)}."}
    if dropped or added:
        return {
            EXCEPTIONS: f"Its exceptions differ: {'; '.join(local.exceptions)}; nationally {_all(national)}."
        }
    return {}


def _all(target: Target) -> str:
    return "; ".join(target.exceptions) or "none"


def _baseline(local: Target, national: Target) -> dict[str, str]:
    if local.baseline == national.baseline or not (rests_on_baseline(local) and rests_on_baseline(national)):
        return {}
    named = [spoken_baseline(target) for target in (local, national)]
    return {BASELINE: f"Its baseline is {named[0]}, the national one's is {named[1]}."}


def spoken_baseline(target: Target) -> str:
    return {"outturn": "the year before", "": "not named"}.get(target.baseline, target.baseline)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- what a body's paper adopts ------------------------------------------------------------------------
def adoption(
    adopts: Mapping[str, Sequence[str]], stands: Iterable[Standing], nationals: Iterable[Target]
) -> Adoption:
    """What a paper restates, changes, omits and does not speak of, among the national targets of its round."""
    same, omitted = tuple(adopts.get("same", ())), tuple(adopts.get("omits", ()))
    beside = [(row.national.code, row.differences) for row in stands if row.national is not None]
    alike = [code for code, differences in beside if set(differences) == {SAME}]
    otherwise = tuple(dict.fromkeys(code for code, kinds in beside if set(kinds) != {SAME}))
    known = {*same, *omitted, *alike, *otherwise}
    return Adoption(
        same=tuple(dict.fromkeys([*same, *alike])),
        otherwise=otherwise,
        omitted=omitted,
        unmentioned=tuple(target.code for target in nationals if target.code not in known),
    )
