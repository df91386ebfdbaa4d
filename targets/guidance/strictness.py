"""How much a target asks: set beside another of the same measure, more, less or as much; exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from planning.foundation.wording import pounds
from planning.plan.exact import fraction
from planning.registry import periods
from planning.registry.periods import month_label
from targets.guidance.target import Target
from targets.judging.comparators import RISING

UP, DOWN, EXACTLY = "up", "down", "exactly"
DIRECTION, TOWARD, REACHED = 0, 1, 2  # what must be done about the figure
AS_CHANGE = frozenset({"reduce_by", "increase_by"})
SET_ELSEWHERE = {"local": "a share set for each body", "baseline": "its own baseline"}
BEFORE = {
    ">": "more than ",
    "<": "less than ",
    "reduce_by": "a reduction of ",
    "increase_by": "a growth of ",
    "increase_toward": "a rise towards ",
    "decrease_toward": "a fall towards ",
}
Test = Mapping[str, Any]  # of a target or one of its parts: comparator, threshold, unit, …


@dataclass(frozen=True)
class Bar:
    """What one test asks, ready to be ranked. `value` is a number, or the name of what sets it."""

    way: str  # which way is better
    firmness: int
    value: Fraction | str | None
    is_strict: bool
    unit: str
    of: str  # what the value is of: a level, or a change on a baseline


def bars_of(target: Target) -> list[Bar]:
    """One, or one a part; none of a milestone without a number."""
    return [_bar(test, target.effect["kind"]) for test in tests_of(target) if test["comparator"]]


def tests_of(target: Target) -> list[Test]:
    """What is tested, each with its comparator, threshold, unit and baseline."""
    whole = {
        "comparator": target.comparator,
        "threshold": target.threshold,
        "threshold_high": target.threshold_high,
        "threshold_from": target.threshold_from,
        "steps": target.steps,
        "unit": target.unit,
        "baseline": target.baseline,
        "measure": target.measure,
    }
    return [{**whole, "measure": {}, **part} for part in target.parts] or [whole]


def _bar(test: Test, effect: str) -> Bar:
    comparator, value = test["comparator"], _value(test)
    is_change = comparator in AS_CHANGE or effect == "change_vs_baseline"
    return Bar(
        way=_way(comparator, value, test["unit"]),
        firmness=_firmness(comparator),
        value=value,
        is_strict=comparator in (">", "<"),
        unit=test["unit"],
        of=f"change by {comparator}" if comparator in AS_CHANGE else "share" if is_change else "level",
    )


def _value(test: Test) -> Fraction | str | None:
    """The last step's, a range's laxer end, the threshold, or what sets it."""
    if test["comparator"] in ("increase", "decrease"):
        return None
    if test["steps"]:
        return fraction(test["steps"][-1]["threshold"])
    if test["threshold_high"] is not None and test["comparator"] not in RISING:
        return fraction(test["threshold_high"])
    if test["threshold"] is not None:
        return fraction(test["threshold"])
    source = test["threshold_from"]
    return f"{source['line']} {source['share_of']}" if isinstance(source, Mapping) else source or None


def _way(comparator: str, value: Fraction | str | None, unit: str) -> str:
    """Exactly none is as low as can be, exactly all as high."""
    if comparator == "=":
        return DOWN if value == 0 else UP if unit == "%" and value == 100 else EXACTLY
    return UP if comparator in RISING | AS_CHANGE else DOWN


def _firmness(comparator: str) -> int:
    if comparator in ("increase", "decrease"):
        return DIRECTION
    return TOWARD if comparator.endswith("toward") else REACHED


def rank(one: Target, other: Target) -> int | None:
    """1 where the first asks more than the other, -1 where less, 0 where as much; None where one cannot be put
    beside the other: other units or ways, figures set elsewhere, tests of another number."""
    mine, theirs = bars_of(one), bars_of(other)
    if len(mine) != len(theirs) and mine and theirs:
        return None
    if not mine or not theirs:  # a number asks more than a milestone without one
        return bool(mine) - bool(theirs)
    found = [_rank(*pair) for pair in zip(mine, theirs, strict=True)]
    signs = {sign for sign in found if sign}
    if None in signs or None in found or len(signs) > 1:
        return None
    return signs.pop() if signs else 0


def _rank(one: Bar, other: Bar) -> int | None:
    if one.way != other.way:
        return None
    if DIRECTION in (one.firmness, other.firmness):
        return _sign(one.firmness - other.firmness)
    if one.unit != other.unit or one.of != other.of or one.value is None or other.value is None:
        return None
    if isinstance(one.value, str) or isinstance(other.value, str):
        return _sign(one.is_strict - other.is_strict) if one.value == other.value else None
    if one.way == EXACTLY:
        return 0 if one.value == other.value else None
    higher = _sign(one.value - other.value) * (1 if one.way == UP else -1)
    firmer = _sign(one.firmness - other.firmness) or _sign(one.is_strict - other.is_strict)
    if higher and firmer and one.firmness != other.firmness and higher != firmer:
        return None  # a lower figure that must be reached, a higher one to move towards
    return higher or firmer


def _sign(number: Fraction | int) -> int:
    return (number > 0) - (number < 0)


def rests_on_baseline(target: Target) -> bool:
    """Whether what it asks cannot be known without a baseline."""
    return any(
        bar.of != "level" or bar.firmness == DIRECTION or bar.value == "baseline" for bar in bars_of(target)
    )


def units_of(target: Target) -> tuple[str, ...]:
    return tuple(test["unit"] for test in tests_of(target))


def measures_of(target: Target) -> list[Any]:
    return [{name: _listed(term) for name, term in test["measure"].items()} for test in tests_of(target)]


def _listed(term: Any) -> Any:
    """A line, and a list of that one line, are the same measure."""
    return term[0] if isinstance(term, list | tuple) and len(term) == 1 else term


# --- in few words --------------------------------------------------------------------------------------
def brief(target: Target) -> str:
    """The bar alone: `60%`, `18 minutes`, `40 to 50 per 100,000`, `none`, `a rise`."""
    tests = [test for test in tests_of(target) if test["comparator"]]
    return " and ".join(dict.fromkeys(_brief(test) for test in tests)) or "in place"


def _brief(test: Test) -> str:
    comparator, source = test["comparator"], test["threshold_from"]
    if comparator in ("increase", "decrease"):
        return "a rise" if comparator == "increase" else "a fall"
    if test["steps"]:
        return _amount(test["steps"][-1]["threshold"], test["unit"])
    if test["threshold"] is None:
        is_line = isinstance(source, Mapping)
        named = f"the growth of {source['line']}" if is_line else SET_ELSEWHERE.get(source, "in place")
        return named if source == "local" else f"{BEFORE.get(comparator, '')}{named}"
    if comparator == "=" and test["threshold"] == 0:
        return "none"
    high = test["threshold_high"]
    if high is not None:
        return f"{number(test['threshold'])} to {_amount(high, test['unit'])}"
    return f"{BEFORE.get(comparator, '')}{_amount(test['threshold'], test['unit'])}"


def number(value: float) -> str:
    """`66.7`, `60`, `5,000`: as the document prints it."""
    text = f"{Decimal(str(value)):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _amount(value: float, unit: str) -> str:
    """`60%`, `18 minutes`, `£1.5m`."""
    return pounds(fraction(value)) if unit == "£000" and value else f"{number(value)}{_unit(unit)}"


def _unit(unit: str) -> str:
    return unit if unit.startswith("%") else f" {unit}" if unit else ""


def deadline(target: Target) -> str:
    """The month that decides: from when on what is maintained, else by when; its last step's of a trajectory."""
    if target.due:
        return target.due
    return target.effect["from" if is_from_a_month(target) else "to"]


def is_from_a_month(target: Target) -> bool:
    """Whether it holds from its month on, and is not due by it."""
    return target.effect["kind"] == "from_month" and not target.due and not target.steps


def is_dated(target: Target) -> bool:
    """Whether its document names a month, and not the year alone."""
    return bool(target.due) or target.effect["kind"] in ("by_month", "from_month")


def by_when(target: Target) -> str:
    """`by December 2023`, `from July 2022`, `over 2023/24`."""
    month = deadline(target)
    if not is_dated(target):
        return f"over {_year(month)}"
    return f"{'from' if is_from_a_month(target) else 'by'} {month_label(month)}"


def _year(month: str) -> str:
    first = int(month[:4]) - (month[5:] < "04")
    return periods.codes(f"{first}-{(first + 1) % 100:02d}")[periods.YEAR]
