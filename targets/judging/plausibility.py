"""Whether the way to a target can be believed, beside whether it gets there: what is left to the last quarter
(V22), a plan worse than its own outturn (V23), a step that no month before ever made (V24).

A target that is met on paper by a leap in March is met; these notes say so to whoever has to believe it. Verdicts
are exact; how much is too much stands in the rules' own entries.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from planning.plan.exact import fraction
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, Verdicts, number, per_cent
from planning.registry import periods
from targets.guidance.target import Target
from targets.judging import sentences
from targets.judging.comparators import DIRECTIONS
from targets.judging.ledger import Ledger, input_places
from targets.judging.paths import Path, judged_of, paths_of, returns_of

JANUARY = 9  # counted from April


@dataclass(frozen=True)
class Doubt:
    """What cannot easily be believed of one path: in words, where, by which figures, read from which windows."""

    said: str
    place: int
    actual: Fraction
    expected: Fraction
    unit: str
    windows: tuple[int, ...]
    numbers: str


def implausible(
    ledger: Ledger, targets: Sequence[Target], rules: Iterable[Rule], missed: Collection[str] = ()
) -> Verdicts:
    """What cannot easily be believed of each organisation's way to each target, at most once a rule, organisation
    and target, and the returns that a rule still waits for. `missed` are the codes of the targets that are not
    met: a direction that is missed already says that the plan is worse than its outturn."""
    verdicts = Verdicts()
    known = [rule for rule in rules if rule.code in JUDGES]
    for target in targets:
        for o in range(len(ledger.plan.members)):
            _judge(ledger, target, o, known, target.code in missed, verdicts)
    return verdicts


def _judge(
    ledger: Ledger, target: Target, o: int, rules: Iterable[Rule], is_missed: bool, verdicts: Verdicts
) -> None:
    member, tests = ledger.plan.members[o], judged_of(ledger, target, o)
    missing = sorted(returns_of(ledger, tests, o) - set(member.uploads))
    paths = [] if missing else paths_of(ledger, tests, o)
    for rule in rules:
        if member.kind not in rule.types:
            continue
        verdicts.wait(missing, rule)
        if rule.code == WORSE and is_missed and target.comparator in DIRECTIONS:
            continue
        doubts = ((path, JUDGES[rule.code](path, rule)) for path in paths)
        found = next(((path, doubt) for path, doubt in doubts if doubt is not None), None)
        if found is not None:
            verdicts.breaches.append((rule, _breach(ledger, o, *found)))


# --- the three questions -------------------------------------------------------------------------------
def left_to_the_end(path: Path, rule: Rule) -> Doubt | None:
    """More of the improvement in January to March than the rule lets pass."""
    limit, (whole, late) = fraction(rule.limits["share"]), _gains(path)
    if whole <= 0 or whole < _least(path, rule, path.outturn) or late <= limit * whole:
        return None
    ends = path.year if path.adds_up else path.months[-1]
    said = (
        f"{per_cent(late / whole, 0)} of the improvement from {_amount(path, path.outturn, ends)} "
        f"to {_amount(path, ends, path.outturn)} is planned for January to March."
    )
    first = periods.APRIL + JANUARY - (0 if path.adds_up else 1)
    windows = (periods.OUTTURN, *range(first, periods.YEAR))
    numbers = f"{_amount(path, late)} of {_amount(path, whole)}: {per_cent(late / whole)}"
    return Doubt(said, periods.MARCH, 100 * late / whole, 100 * limit, "%", windows, numbers)


def _gains(path: Path) -> tuple[Fraction, Fraction]:
    """How much better the plan is than the outturn, and how much of that comes from January on. Of what adds up
    each month is held to a twelfth of the outturn."""
    if not path.adds_up:
        march, december = path.months[-1], path.months[JANUARY - 1]
        return path.better(march, path.outturn), path.better(march, december)
    late = sum((path.better(month, path.outturn / 12) for month in path.months[JANUARY:]), Fraction(0))
    return path.better(path.year, path.outturn), late


def worse_than_outturn(path: Path, rule: Rule) -> Doubt | None:
    """A plan that goes back as far as the rule minds."""
    worse = path.better(path.outturn, path.planned)
    if worse <= 0 or worse < _least(path, rule, path.outturn):
        return None
    place = path.window if path.window >= 0 else periods.YEAR
    planned, outturn = path.planned, path.outturn
    said = (
        f"the plan has {_amount(path, planned, outturn)} {sentences.when(path.periods[place])}, worse than the "
        f"outturn of {_amount(path, outturn, planned)}."
    )
    numbers = f"{_amount(path, planned, outturn)} against {_amount(path, outturn, planned)}"
    return Doubt(said, place, planned, outturn, path.unit, (periods.OUTTURN, path.window), numbers)


def sudden_step(path: Path, rule: Rule) -> Doubt | None:
    """The first month that improves by so many times what any month before it moved, either way."""
    times, first = fraction(rule.limits["times"]), int(rule.limits["earlier"])
    year = 12 if path.adds_up else 1  # a month's step of what adds up counts as it would over a year
    largest = Fraction(0)
    for at, (then, now) in enumerate(pairwise(path.months)):
        step = path.better(now, then)
        is_sudden = at >= first and step > times * largest
        if is_sudden and step * year >= _least(path, rule, then * year):
            return _step(path, at, step, largest)
        largest = max(largest, abs(step))
    return None


def _step(path: Path, at: int, step: Fraction, largest: Fraction) -> Doubt:
    then, now, place = path.months[at], path.months[at + 1], periods.APRIL + at + 1
    size = (
        f"{number(step / largest, 1)} times the largest of the months before it ({_amount(path, largest)})"
        if largest
        else f"{_amount(path, step)}, and no month before it moves at all"
    )
    said = (
        f"the step from {_amount(path, then, now)} in {periods.month_label(path.periods[place - 1])} to "
        f"{_amount(path, now, then)} in {periods.month_label(path.periods[place])} is {size}."
    )
    numbers = f"{_amount(path, step)} against {_amount(path, largest)}"
    return Doubt(said, place, step, largest, path.unit, (place - 1, place), numbers)


WORSE = "V23"
JUDGES: dict[str, Callable[[Path, Rule], Doubt | None]] = {
    "V22": left_to_the_end,
    WORSE: worse_than_outturn,
    "V24": sudden_step,
}


def _least(path: Path, rule: Rule, beside: Fraction) -> Fraction:
    """The smallest change that counts: so much of what it changes, and at least so many of its unit."""
    tolerance = rule.tolerance
    least = fraction(tolerance.by_unit.get(path.unit, tolerance.absolute))
    return max(least, fraction(tolerance.relative) * abs(beside))


def _amount(path: Path, value: Fraction, beside: Fraction | None = None) -> str:
    return sentences.amount(value, path.unit, beside)


def _breach(ledger: Ledger, o: int, path: Path, doubt: Doubt) -> Breach:
    plan, gap = ledger.plan, abs(doubt.actual - doubt.expected)
    codes = path.measure.codes(ledger, plan.members[o].kind, None)
    cells = [
        (code, at)
        for code in codes
        for window in doubt.windows
        for at in input_places(plan.lines[code], window)
    ]
    return Breach(
        organisation=plan.members[o].ods,
        line=codes[0],
        period=plan.periods[doubt.place],
        actual=float(doubt.actual),
        expected=float(doubt.expected),
        gap=float(gap),
        unit=doubt.unit,
        message=f"{path.target.code}, {path.target.title}: {doubt.said}",
        inputs=tuple(dict.fromkeys(cells)),
        size=min(10.0, float(gap / abs(doubt.expected))) if doubt.expected else 1.0,
        numbers=doubt.numbers,
        months=tuple(float(month) for month in path.months),
        needs_acceptance=False,
    )
