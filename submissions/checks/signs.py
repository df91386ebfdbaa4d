"""V06 signs: counts, staff and income are never below 0, spending never above it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from planning.plan.array import BLANK, Plan
from planning.registry import periods
from planning.registry.lines import Line
from submissions.figures import shown
from submissions.parsing import Fault, Reading, Return, entered

_FEW = 6  # with fewer figures than these, all wrong is no pattern
_TAKES = {"+": "0 or more", "-": "0 or less"}


@dataclass
class _Block:
    """The figures other than 0 of one sheet that take one sign."""

    wrong: list[tuple[Line, Reading, int]] = field(default_factory=list)
    right: int = 0

    @property
    def is_all_wrong(self) -> bool:
        return bool(self.wrong) and not self.right

    @property
    def is_inverted(self) -> bool:
        lines = {line.code for line, _, _ in self.wrong}
        return self.is_all_wrong and len(self.wrong) >= _FEW and len(lines) > 1


def figures_have_the_sign_of_their_line(parsed: Return, expected: Sequence[Line]) -> Iterator[Fault]:
    """Cell by cell; but a finance sheet whose spending, or whose every figure, is turned round is told once."""
    blocks: dict[str, dict[str, _Block]] = {}
    for line, reading, place in entered(parsed, expected):
        figure = reading.figures[place]
        if figure and line.sign in _TAKES:
            block = blocks.setdefault(reading.sheet, {}).setdefault(line.sign, _Block())
            if (figure > 0) == (line.sign == "+"):
                block.right += 1
            else:
                block.wrong.append((line, reading, place))
    turned = _turned(blocks) if parsed.identity.return_kind == "finance" else frozenset()
    for sheet, signs in blocks.items():
        yield from _faults_of(parsed, sheet, signs, turned)


def without_wrong_signs(plan: Plan, faults: Iterable[Fault]) -> Plan:
    """The plan for rules to judge: figures whose sign was told as wrong, cell by cell or a sheet at once, are
    blank in it, since whatever else they would break is explained by that. The plan itself where there are
    none."""
    told = [fault for fault in faults if fault.rule == "V06"]
    if not told:
        return plan
    part = plan.only(member.ods for member in plan.members)
    sheets = {fault.sheet for fault in told if not fault.line}
    for (ods, code), origin in plan.origins.items():
        if origin.sheet in sheets:
            part.enter(ods, code, [None] * periods.COUNT, "b" * periods.COUNT, origin)
    for fault in told:
        if fault.line:
            at = part.place[fault.line], part.periods.index(fault.period)
            part.scaled[:, *at], part.states[:, *at] = 0, BLANK
    part.compute()
    return part


def _turned(blocks: Mapping[str, Mapping[str, _Block]]) -> frozenset[str]:
    """The signs that are turned round on a sheet of the return with enough figures to tell."""
    return frozenset(sign for signs in blocks.values() for sign, block in signs.items() if block.is_inverted)


def _faults_of(
    parsed: Return, sheet: str, signs: dict[str, _Block], everywhere: frozenset[str]
) -> Iterator[Fault]:
    """Where a sign is turned round, a sheet with few figures of it, all wrong, is told once as well."""
    turned = {sign for sign in everywhere & set(signs) if signs[sign].is_all_wrong}
    if turned:
        yield _inverted(parsed, sheet, signs, turned)
    for sign, block in signs.items():
        if sign not in turned:
            yield from (_wrong(parsed, *place) for place in block.wrong)


def _inverted(parsed: Return, sheet: str, signs: dict[str, _Block], turned: set[str]) -> Fault:
    _, reading, place = next(wrong for sign in signs if sign in turned for wrong in signs[sign].wrong)
    count = sum(len(signs[sign].wrong) for sign in turned)
    if turned == {"+", "-"} or (turned == set(signs)):
        what = "The whole sheet has its signs the other way round"
    else:
        what = "All spending is positive" if turned == {"-"} else "All income is negative"
    message = (
        f"{what} on '{sheet}' ({count} figures). Income is positive and spending negative: "
        "change the sign of all of them at once."
    )
    seen = shown(reading.figures[place] or 0)
    return Fault("V06", sheet, parsed.cell(reading, place), "", "", seen, message)


def _wrong(parsed: Return, line: Line, reading: Reading, place: int) -> Fault:
    period, seen = periods.codes(parsed.round_code)[place], shown(reading.figures[place] or 0)
    message = (
        f"{line.code} ({line.label}) is {seen} {line.unit} for {periods.month_label(period)}; "
        f"it takes {_TAKES[line.sign]}. Change the sign or the figure."
    )
    return Fault("V06", reading.sheet, parsed.cell(reading, place), line.code, period, seen, message)
