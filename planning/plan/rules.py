"""What a rule's function yields, how functions are registered, and how a set of rules runs over a plan.

A rule needs returns. Where one is not there the rule is not assessable: it is listed once under the return
that it waits for, and makes no finding. A blank, an n/a or a zero denominator makes no finding either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from planning.foundation import wording
from planning.plan.array import Member, Plan
from planning.plan.exact import SCALE, fraction, holds
from planning.plan.rulebook import Rule, Tolerance
from planning.registry import periods

ORGANISATION, SYSTEM = "organisation", "system"


@dataclass(frozen=True)
class Breach:
    """One place where a rule does not hold: rule, organisation and line, naming the first period broken.

    `actual`, `expected` and `gap` are floats for reading, in `unit`; the verdict was compared exactly.
    """

    organisation: str | None  # ODS code; None on a system's plan
    line: str
    period: str  # a period's code ("2024-03"), "" where there is none
    actual: float | None
    expected: float | None
    gap: float | None
    unit: str
    message: str
    inputs: tuple[tuple[str, int], ...]  # (line, period place) as judged, computed lines among them
    size: float = 0.0  # the gap against its expectation, to rank across units
    closes_with: str = ""
    numbers: str = ""  # the formula with the numbers put in
    months: tuple[float | None, ...] = ()
    expected_months: tuple[float | None, ...] = ()
    cells: tuple[
        tuple[str, str, int], ...
    ] = ()  # (organisation, line, place) where it rests on several bodies
    needs_acceptance: bool = True  # False where a reason is enough for this breach, whatever its rule asks
    is_note: bool = False  # True where nothing waits for this breach, whatever its rule asks


BROKE_DOWN = "broke down while it was judged."


class RuleFailed(Exception):
    """A rule's function raised: our fault. Its words are fit for a page; the cause is chained for the log."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(f"Rule {rule.code} {BROKE_DOWN}")
        self.code = rule.code


RuleFunction = Callable[[Plan, Rule], Iterable[Breach]]
_FUNCTIONS: dict[str, RuleFunction] = {}


def judges(code: str) -> Callable[[RuleFunction], RuleFunction]:
    """Registers the function that judges a rule. Raises ValueError where the code has one already."""

    def register(function: RuleFunction) -> RuleFunction:
        if code in _FUNCTIONS and _FUNCTIONS[code] is not function:
            raise ValueError(f"Two functions judge {code}.")
        _FUNCTIONS[code] = function
        return function

    return register


def function_of(rule: Rule) -> RuleFunction:
    """Raises LookupError for a rule that no function judges."""
    if rule.function not in _FUNCTIONS:
        raise LookupError(f"No function judges {rule.code} ('{rule.function}').")
    return _FUNCTIONS[rule.function]


def is_judged(rule: Rule) -> bool:
    """Whether a function is registered for the rule; checks of the workbook itself have none here."""
    return rule.function in _FUNCTIONS


@dataclass
class Verdicts:
    """What a set of rules found. `waiting` names what could not be judged, once per missing return: the
    return ("finance") on an organisation's plan, member and return ("RXQ finance") on a system's."""

    breaches: list[tuple[Rule, Breach]] = field(default_factory=list)
    waiting: dict[str, list[str]] = field(default_factory=dict)

    def wait(self, returns: Iterable[str], rule: Rule) -> None:
        for missing in returns:
            codes = self.waiting.setdefault(missing, [])
            if rule.code not in codes:
                codes.append(rule.code)

    def add(self, others: Verdicts) -> None:
        """What others found and wait for, after one's own."""
        self.breaches.extend(others.breaches)
        for missing, codes in others.waiting.items():
            known = self.waiting.setdefault(missing, [])
            known.extend(code for code in codes if code not in known)


def run_rules(plan: Plan, rules: Sequence[Rule], level: str) -> Verdicts:
    """Judge the plan's members by the rules of a level, `organisation` or `system`.

    On an organisation's level each rule sees the members of its types that have given every return it
    needs. On a system's level (`plan.system(...)`) a rule is held back while a member of its types has
    not given one, unless it judges each pair by itself. Raises LookupError for a rule without a function,
    RuleFailed for one whose function raises.
    """
    verdicts = Verdicts()
    for rule in rules:
        if level not in rule.levels:
            continue
        ready = (
            _ready_system(plan, rule, verdicts) if level == SYSTEM else _ready_members(plan, rule, verdicts)
        )
        if ready is not None:
            verdicts.breaches.extend((rule, breach) for breach in _judged(ready, rule))
    return verdicts


def _judged(plan: Plan, rule: Rule) -> list[Breach]:
    function = function_of(rule)
    try:
        return list(function(plan, rule))
    except Exception as error:
        raise RuleFailed(rule) from error


def _ready_members(plan: Plan, rule: Rule, verdicts: Verdicts) -> Plan | None:
    ready = []
    for member in plan.members:
        if member.kind not in rule.types:
            continue
        missing = _missing(member, rule)
        verdicts.wait(missing, rule)
        if not missing:
            ready.append(member.ods)
    if not ready:
        return None
    return plan if len(ready) == len(plan.members) else plan.only(ready)


def _ready_system(plan: Plan, rule: Rule, verdicts: Verdicts) -> Plan | None:
    missing = [
        f"{member.ods} {name}"
        for member in plan.parts
        if member.kind in rule.types
        for name in _missing(member, rule)
    ]
    verdicts.wait(missing, rule)
    held_back = missing and not rule.each_pair
    return None if held_back or not any(member.kind in rule.types for member in plan.parts) else plan


def _missing(member: Member, rule: Rule) -> list[str]:
    given = set(member.uploads)
    if rule.each_return and rule.returns & given:
        return []
    return sorted(rule.returns - given)


# --- what rule functions say it with -------------------------------------------------------------------
def subject(member: Member) -> str | None:
    """Whose breach it is: an organisation's ODS code, None on a system's plan."""
    return None if member.kind == SYSTEM else member.ods


def allowance(
    actual: int | Fraction, expected: int | Fraction, tolerance: Tolerance, unit: int = SCALE
) -> Fraction:
    """How far apart two figures may be: the larger of the absolute and the relative tolerance, the latter
    of the larger side. `unit` is what 1 of the absolute tolerance is in the figures' own scale."""
    relative = fraction(tolerance.relative) * max(abs(Fraction(actual)), abs(Fraction(expected)))
    return max(fraction(tolerance.absolute) * unit, relative)


def agree(actual: int | Fraction, expected: int | Fraction, tolerance: Tolerance, unit: int = SCALE) -> bool:
    """Whether two figures are the same within the tolerance; exactly at it they are."""
    return abs(Fraction(actual) - expected) <= allowance(actual, expected, tolerance, unit)


def compares(left: int, operator: str, right: int, tolerance: Tolerance) -> bool:
    """`left operator right` for stored figures, the tolerance given to the side that would break it."""
    leeway = allowance(left, right, tolerance)
    if operator == "=":
        return abs(left - right) <= leeway
    return holds(left - leeway if operator in ("<", "<=") else left + leeway, operator, right)


def growth(now: int, before: int) -> Fraction | None:
    """`now / before - 1`, None where there was nothing before."""
    return None if before == 0 else Fraction(now, before) - 1


def relative_size(gap: float | Fraction, expected: float | Fraction) -> float:
    """The gap against what was expected, at most 10; 1 where nothing was expected."""
    if expected == 0:
        return 1.0 if gap else 0.0
    return min(10.0, abs(float(gap)) / abs(float(expected)))


def number(value: float | Fraction, decimals: int = 0) -> str:
    """A figure as pages show it: thousands with commas, a true minus sign."""
    return wording.signed(value, decimals)


def count(value: int, decimals: int = 0) -> str:
    """A stored figure as pages show it; decimals only where it has them."""
    places = decimals if value % SCALE else 0
    return number(Fraction(value, SCALE), places)


def pounds(value: int) -> str:
    """A stored £000 figure in words: £850,000, £4.2m, −£1.0m."""
    text = wording.pounds(Fraction(value, SCALE))
    return f"{wording.MINUS}{text}" if value < 0 else text


def per_cent(share: Fraction, decimals: int = 1) -> str:
    """A fraction as a percentage: 0.061 is 6.1%."""
    return f"{number(share * 100, decimals)}%"


def in_order(breaches: Iterable[Breach]) -> Iterator[Breach]:
    """By organisation, line and period: the same plan gives the same list."""
    yield from sorted(breaches, key=lambda breach: (breach.organisation or "", breach.line, breach.period))


def months_of(plan: Plan, o: int, code: str) -> tuple[float | None, ...]:
    """A line's twelve months of the o-th organisation for reading, None where there is no figure."""
    values = plan.values(code)[o, periods.MONTHS]
    return tuple(None if value != value else float(value) for value in values)


def figures_at(plan: Plan, o: int, codes: Sequence[str], place: int) -> list[int] | None:
    """The exact figures of lines in one period, None where any is missing: the rule is then not assessable."""
    found = [plan.figure(plan.members[o].ods, code, place) for code in codes]
    return (
        None
        if any(figure is None for figure in found)
        else [figure for figure in found if figure is not None]
    )
