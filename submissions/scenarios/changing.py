"""A change to one line of a plan: what it says, what it makes of the line's figures, and why it cannot be made.

Exact and pure: figures are integers of ten-thousandths, by period place, None where there is none. The page that
takes a change and the worker that judges it ask the same functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from planning.plan.exact import SCALE, rounded
from planning.registry import periods
from planning.registry.lines import Line, terms
from submissions import workbook
from submissions.figures import TOO_LARGE, answer_of, shown
from submissions.workbook import Cell

ADD, PERCENT, SET = "add", "percent", "set"
WAYS = {ADD: "Add an amount", PERCENT: "Change by a percentage", SET: "Set to an amount"}
MOST = 50  # changes of one what-if
FLOWS = ("sum", "ratio")  # lines whose months add up to the year: an amount is the months' total
_MONTHS = range(periods.APRIL, periods.YEAR)
_TAKES = {"+": "0 or more", "-": "0 or less"}
_FINE = re.compile(r"\.\d{5,}")
Figures = Sequence[int | None]


class CannotChange(ValueError):
    """Why a change is refused, and the field of the form that it is about."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Change:
    """`way` with `amount` (decimal text) in the periods `first` to `last`; or, of an outside model, `given`: an
    amount for each of some periods."""

    organisation: str
    line: str
    way: str
    amount: str = ""
    first: str = ""
    last: str = ""
    given: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Change:
        """From a scenario's row."""
        return cls(
            row["organisation"],
            row["line"],
            row["way"],
            row.get("amount", ""),
            row.get("from", ""),
            row.get("to", ""),
            row.get("given", {}),
        )

    def row(self) -> dict[str, Any]:
        """As a scenario keeps it."""
        kept = {"organisation": self.organisation, "line": self.line, "way": self.way}
        if self.given:
            return {**kept, "given": dict(self.given)}
        return {**kept, "amount": self.amount, "from": self.first, "to": self.last}


def amount_typed(text: str, unit: str) -> Decimal:
    """The number that somebody typed, exactly: at most four decimals. Raises CannotChange."""
    said = text.strip()
    wanted = (
        "a percentage, such as 5 or -2.5" if unit == "%" else f"a number{_in(unit)}, such as 12.5 or -840"
    )
    if unit == "%":
        said = said.removesuffix("%").strip()
    if not said:
        raise CannotChange("amount", f"Enter {wanted}")
    answer = answer_of(Cell(workbook.TEXT, said))
    if answer.state != "v" or answer.figure is None:
        too_large = "too large" in answer.problem
        raise CannotChange("amount", "The amount is too large for a plan" if too_large else f"Enter {wanted}")
    if _FINE.search(said):
        raise CannotChange("amount", "Enter at most four decimals")
    return Decimal(answer.figure) / SCALE


def plain(amount: Decimal) -> str:
    """An amount as it is kept: `12.5`, `-840`."""
    return shown(int(amount * SCALE))


def places_of(line: Line, round_code: str, first: str, last: str) -> list[int]:
    """The period places from first to last: months, or the year of a line that has one value a year. Nothing
    given is all of them. Raises CannotChange."""
    codes = periods.codes(round_code)
    if line.is_annual:
        if {first, last} - {"", codes[periods.YEAR]}:
            raise CannotChange("from", f"{line.code} has one value a year: choose {codes[periods.YEAR]}")
        return [periods.YEAR]
    months = [codes[place] for place in _MONTHS]
    for name, period in (("from", first), ("to", last)):
        if period and period not in months:
            raise CannotChange(name, f"Choose a month from {_label(months[0])} to {_label(months[-1])}")
    start, end = months.index(first or months[0]), months.index(last or months[-1])
    if start > end:
        raise CannotChange("to", "The last month must not come before the first")
    return [periods.APRIL + at for at in range(start, end + 1)]


def may_change(line: Line, kind: str, parts: Iterable[str] = ()) -> None:
    """Raises CannotChange for a line that is worked out, naming those to change instead (`parts`, else the terms
    of its formula)."""
    formula = line.formula_for(kind)
    if not formula:
        return
    named = list(parts) or [code for _, code in terms(formula)]
    more = f" and {len(named) - 8} more" if len(named) > 8 else ""
    raise CannotChange(
        "line",
        f"{line.code} is worked out from other lines. Change one of those instead: {', '.join(named[:8])}{more}",
    )


def changed(
    line: Line, figures: Figures, states: str, change: Change, round_code: str
) -> tuple[list[int | None], str]:
    """The line's fifteen figures and letters with the change made; totals are not worked out. Raises CannotChange."""
    after = _new(line, figures, states, change, round_code)
    for place, figure in after.items():
        _holds(line, figure, periods.codes(round_code)[place])
    whole = list(figures)
    letters = list(states)
    for place, figure in after.items():
        whole[place], letters[place] = figure, "v"
    return whole, "".join(letters)


def _new(line: Line, figures: Figures, states: str, change: Change, round_code: str) -> dict[int, int]:
    """Place -> the new figure, of every place that the change is about."""
    if change.given:
        return _as_given(line, figures, change.given, round_code)
    places = places_of(line, round_code, change.first, change.last)
    amount = amount_typed(change.amount, "%" if change.way == PERCENT else line.unit)
    if change.way not in WAYS:
        raise CannotChange("way", "Choose how the line changes")
    if change.way == SET:
        return _set(line, figures, places, int(amount * SCALE))
    _all_known(line, states, places, round_code, change.way)
    known = {place: figures[place] or 0 for place in places}
    if change.way == PERCENT:
        step = _step(line, known.values())
        return {
            place: _in_steps(Fraction(figure) * (1 + Fraction(amount) / 100), step)
            for place, figure in known.items()
        }
    total = int(amount * SCALE)
    if line.over_time not in FLOWS:
        return {place: figure + total for place, figure in known.items()}
    shares = spread(total, list(known.values()), _step(line, [total]))
    return {place: figure + share for (place, figure), share in zip(known.items(), shares, strict=True)}


def _as_given(line: Line, figures: Figures, given: Mapping[str, str], round_code: str) -> dict[int, int]:
    """An outside model's amounts: of months as they are, of the year spread as the plan's months are."""
    codes = periods.codes(round_code)
    found: dict[int, int] = {}
    for period, text in given.items():
        amount = int(amount_typed(text, line.unit) * SCALE)
        if period == codes[periods.YEAR] and not line.is_annual:
            found.update(_set(line, figures, list(_MONTHS), amount))
        elif period in codes[periods.APRIL :]:
            found[codes.index(period)] = amount
        else:
            raise CannotChange("from", f"{period} is no period that {line.code} is planned in")
    return found


def _set(line: Line, figures: Figures, places: Sequence[int], amount: int) -> dict[int, int]:
    """Each month that amount; where months add up to a year it is the total of them, spread as they are now."""
    if line.over_time not in FLOWS:
        return dict.fromkeys(places, amount)
    now = [figures[place] for place in places]
    weights = [figure or 0 for figure in now] if None not in now else [0] * len(now)
    return dict(zip(places, spread(amount, weights, _step(line, [amount])), strict=True))


def _all_known(line: Line, states: str, places: Sequence[int], round_code: str, way: str) -> None:
    """A blank or n/a has nothing to add to, and no percentage."""
    for place in places:
        if states[place] != "v":
            what = "n/a" if states[place] == "n" else "blank"
            can = "there is no percentage of it" if way == PERCENT else "there is nothing to add to"
            period = _label(periods.codes(round_code)[place])
            raise CannotChange(
                "way",
                f"{line.code} is {what} in {period}, so {can}. Set it to an amount, or choose other months",
            )


def _holds(line: Line, figure: int, period: str) -> None:
    """Raises CannotChange for a figure with the wrong sign, or larger than a return may hold: changes made one after
    another could pass what can be stored."""
    if abs(figure) >= TOO_LARGE * SCALE:
        raise CannotChange("amount", f"{line.code} would be too large for a plan in {_label(period)}")
    if line.sign in _TAKES and figure and (figure > 0) != (line.sign == "+"):
        said = shown(figure).replace("-", "\N{MINUS SIGN}")
        raise CannotChange(
            "amount",
            f"{line.code} would be {said} {line.unit} in {_label(period)}; it takes {_TAKES[line.sign]}",
        )


def spread(total: int, weights: Sequence[int], step: int = 1) -> list[int]:
    """A total in parts that add up to it exactly, in proportion to some weights of one sign, else equally; in
    whole steps, the largest remainders taking what is left."""
    sizes = [abs(weight) for weight in weights]
    same_sign = all(weight >= 0 for weight in weights) or all(weight <= 0 for weight in weights)
    if not same_sign or not any(sizes):
        sizes = [1] * len(weights)
    whole, steps = sum(sizes), total // step
    shares = [Fraction(steps * size, whole) for size in sizes]
    parts = [int(share // 1) for share in shares]
    by_rest = sorted(range(len(parts)), key=lambda at: (parts[at] - shares[at], at))
    for at in by_rest[: steps - sum(parts)]:
        parts[at] += 1
    return [part * step for part in parts]


def _step(line: Line, figures: Iterable[int]) -> int:
    """The line's smallest step where the figures are whole steps already, else the smallest there is."""
    step = int(10 ** max(0, 4 - line.decimals))
    return step if all(figure % step == 0 for figure in figures) else 1


def _in_steps(figure: Fraction, step: int) -> int:
    return rounded(figure / step) * step


def _in(unit: str) -> str:
    return f" in {unit}" if unit else ""


def _label(period: str) -> str:
    return periods.month_label(period)
