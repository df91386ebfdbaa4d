"""V18 computed cells that hold a typed figure instead of their formula. Where it is wrong too, T31 or T41 says so."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from planning.plan.array import NOT_APPLICABLE, Plan
from planning.registry import periods
from submissions.figures import shown
from submissions.parsing import Fault, Return, Typed

_FEW = 3  # with fewer figures than these on a sheet, no formula left is no pattern


def formulas_still_stand(parsed: Return, plan: Plan, told: Collection[tuple[str, str]]) -> Iterator[Fault]:
    """Cell by cell, but for those (sheet, cell) already told of; a sheet saved as values alone is told once."""
    sheets: dict[str, list[tuple[str, int]]] = {}
    for (code, place), typed in parsed.typed_over.items():
        sheets.setdefault(typed.sheet, []).append((code, place))
    for sheet, places in sheets.items():
        if sheet not in parsed.with_formulas and len(places) >= _FEW:
            yield _values_alone(parsed, places)
            continue
        for code, place in places:
            typed = parsed.typed_over[code, place]
            if (typed.sheet, typed.cell) not in told:
                yield _typed(parsed, plan, code, place, typed)


def _values_alone(parsed: Return, places: list[tuple[str, int]]) -> Fault:
    typed = parsed.typed_over[places[0]]
    message = (
        f"The sheet '{typed.sheet}' holds values without formulas: {len(places)} computed cells were typed or pasted "
        "over. We work the totals out ourselves; yours no longer follow what you change."
    )
    return Fault("V18", typed.sheet, typed.cell, "", "", typed.seen, message)


def _typed(parsed: Return, plan: Plan, code: str, place: int, typed: Typed) -> Fault:
    line, period = plan.lines[code], plan.periods[place]
    message = (
        f"{code} ({line.label}), {periods.month_label(period)}: '{typed.seen}' was typed over the formula. "
        f"{_expected(parsed, plan, code, place)}"
    )
    return Fault("V18", typed.sheet, typed.cell, code, period, typed.seen, message)


def _expected(parsed: Return, plan: Plan, code: str, place: int) -> str:
    ods = parsed.identity.organisation
    ours = plan.figure(ods, code, place)
    if ours is not None:
        return f"We work out {shown(ours)}, and count that."
    if plan.state(ods, code, place) == NOT_APPLICABLE:
        return "We work out n/a, since all that it adds up is n/a."
    return (
        "We cannot work it out yet, since a figure that it adds up is missing; what was typed does not count."
    )
