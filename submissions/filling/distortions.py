"""Ways to spoil a coherent return, for the demonstration and for tests: each breaks one thing and keeps the
arithmetic, so that what stands out is the shortfall and not a fault of the workbook.

| name | whose | what it should hit |
|---|---|---|
| agency_over_ceiling | trusts | 23-43, T08: agency at 4.3% of pay, as many people; V23 where it was far lower |
| waits_over_65_weeks | acute | 23-10: 120 people over 65 weeks in March without an exception |
| pay_out_of_step | trusts | T03: pay 3.4% above what staff and award explain |
| efficiency_short | all | 23-42, F-04: efficiency at 1.5% of spend |
| ae_four_hour_short | acute | 23-01: 71% within four hours in March |
| beds_over_occupied | acute | 23-03: adult beds 95% full |
| rtt_does_not_roll | acute | T28: the waiting list jumps by 3% in October without a flow that explains it |
| productivity_implausible | acute | T11: admissions cut by 9% while staff grow |
| deficit | trusts | 23-19, F-02, F-03 of its system: a deficit of 2.5% of income |
| cat2_slow | ambulance | 23-02: a mean over 33 minutes |
| followups_not_reduced | acute | 23-34: follow-ups at 86% of 2019/20 |
| diagnostics_worsen | acute | 23-15: more people over six weeks than last year |
| wte_disagrees | trusts | T01, T02: 4% more staff in March in finance than in workforce |
| contract_disagrees | acute | T16, T17: 4% fewer elective spells for its ICB and £2.4m more from it than the ICB has |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from planning.registry import periods
from submissions.filling.money import efficiency
from submissions.filling.profiles import Row
from submissions.layout.totals import Figures

Returns = dict[str, dict[str, Row]]  # an organisation's three returns, by name: line code -> fifteen figures
_OCTOBER = 8
_MONTHS = range(periods.APRIL, periods.YEAR)


def distort(returns: Mapping[str, Figures], what: str) -> Returns:
    """A copy of one organisation's returns by name, as `fill_system` gave them, spoilt in one way. Raises
    KeyError for a distortion that is not in DISTORTIONS, or where that type's returns lack the lines it spoils."""
    copy = {name: {code: list(row) for code, row in rows.items()} for name, rows in returns.items()}
    DISTORTIONS[what](copy)
    return copy


def _agency_over_ceiling(returns: Returns) -> None:
    """More agency staff but for doctors, nurses and midwives, of whom fewer in post would say something else; as
    many fewer in post; income follows, so that the position stays where it was."""
    finance, workforce = returns["finance"], returns["workforce"]
    factor = 0.043 / _share_of_agency(finance) - 1
    for place in _MONTHS:
        paid, staff = (_number(finance[f"F.{what}.AGY"][place]) for what in ("PAY", "WTE"))
        people = {group: _number(workforce[f"W.AGY.{group}"][place]) for group in _other_groups(workforce)}
        own = {group: _number(finance[f"F.PAY.AGY.{group}"][place]) for group in people}
        # each costs what lies between the group's own agency staff and all agency staff
        costs = {group: (own[group] + people[group] * paid / staff) / 2 for group in people}
        for group, number in people.items():
            more = paid * factor / sum(costs.values())
            _hire(returns, group, place, round(number * more, 1), round(costs[group] * more, 1))
    _leave(workforce)
    workforce |= efficiency.staff_taken_out(finance)


def _hire(returns: Returns, group: str, place: int, more: float, extra: float) -> None:
    """So many agency staff instead of staff in post, for so much more agency pay."""
    finance, workforce = returns["finance"], returns["workforce"]
    staff = _number(workforce[f"W.SUB.{group}"][place])
    less = round(_number(finance[f"F.PAY.SUB.{group}"][place]) / staff * more, 1) if staff else 0.0
    _move(workforce, f"W.AGY.{group}", f"W.SUB.{group}", place, more)
    _move(finance, "F.WTE.AGY", "F.WTE.SUB", place, more)
    _add(finance, ("F.PAY.AGY", f"F.PAY.AGY.{group}"), place, extra)
    _add(finance, (f"F.PAY.SUB.{group}",), place, -less)
    _add(finance, ("F.INC.OTH",), place, less - extra)


def _waits_over_65_weeks(returns: Returns) -> None:
    rows = returns["activity"]
    for place in _MONTHS:
        longest = _number(rows["E.B.18"][place])
        rows["E.B.20"][place] = int(min(longest, _number(rows["E.B.20"][place]) + 120))


def _pay_out_of_step(returns: Returns) -> None:
    rows = returns["finance"]
    for code in [code for code in rows if code.startswith("F.PAY.SUB.")]:
        for place in _MONTHS:
            extra = round(_number(rows[code][place]) * 0.036, 1)
            _add(rows, (code,), place, extra)
            _add(rows, ("F.INC.OTH",), place, -extra)


def _efficiency_short(returns: Returns) -> None:
    """What is worked out, the staff that it takes out and the bridge follow; fewer one-off savings pay for
    fewer one-off costs."""
    rows, before = returns["finance"], _year_of(returns["finance"], efficiency.EFFICIENCY_LINES)
    once = [code for code in efficiency.EFFICIENCY_LINES if ".NR." in code]
    for place in _MONTHS:
        _add(rows, ("F.NROTH",), place, sum(_number(rows[code][place]) for code in once) * (1 - 0.54))
    _scale(rows, efficiency.EFFICIENCY_LINES, 0.54)
    less = before - _year_of(rows, efficiency.EFFICIENCY_LINES)
    _add(rows, ("F.BR.EFF",), periods.YEAR, -less)
    _add(rows, ("F.BR.GRO",), periods.YEAR, less)
    rows |= efficiency.status(rows)
    if "workforce" in returns and "F.WTE.SUB" in rows:
        returns["workforce"] |= efficiency.staff_taken_out(rows)


def _ae_four_hour_short(returns: Returns) -> None:
    rows = returns["activity"]
    for place in _MONTHS:
        attended = [_number(rows[f"E.M.13{name}D"][place]) for name in "ab"]
        other = _number(rows["E.M.13bN"][place])
        wanted = int(0.71 * sum(attended) - other)
        rows["E.M.13aN"][place] = min(int(_number(rows["E.M.13aN"][place])), wanted)


def _beds_over_occupied(returns: Returns) -> None:
    rows = returns["activity"]
    for place in _MONTHS:
        available = _number(rows["E.M.30g"][place]) + _number(rows["E.M.30h"][place])
        rows["E.M.30a"][place] = round(available * 0.95, 1)


def _rtt_does_not_roll(returns: Returns) -> None:
    rows = returns["activity"]
    jump = round(_number(rows["E.B.3a"][_OCTOBER]) * 0.03)
    for place in range(_OCTOBER, periods.YEAR):
        rows["E.B.3a"][place] = int(_number(rows["E.B.3a"][place])) + jump


def _productivity_implausible(returns: Returns) -> None:
    """Fewer admissions, none of them of the trust's own ICB; those of some age or origin, parts of them, fall
    alike."""
    rows = returns["activity"]
    parts = [code for code in rows if code.startswith(("E.M.10.", "E.M.10@OUT", "E.M.11b@OUT"))]
    _scale(rows, ("E.M.10a", "E.M.10b", "E.M.10c", "E.M.10d", "E.M.11a", "E.M.11b", *parts), 0.91)


def _deficit(returns: Returns) -> None:
    """A cost of this year alone, so that what underlies the position stays where it was."""
    rows, whole = returns["finance"], 0.0
    sources = [code for code in rows if code.startswith("F.INC.") and "@" not in code]
    entered = [code for code in sources if code not in ("F.INC.OPFUV", "F.INC.COVID")]
    for place in _MONTHS:
        extra = round(sum(_number(rows[code][place]) for code in entered) * 0.025, 1)
        _add(rows, ("F.NP.OTH", "F.NROTH"), place, -extra)
        whole += extra
    _add(rows, ("F.BR.NR",), periods.YEAR, -whole)


def _cat2_slow(returns: Returns) -> None:
    row = returns["activity"]["E.B.23c"]
    for place in _MONTHS:
        row[place] = round(_number(row[place]) + 6, 1)


def _followups_not_reduced(returns: Returns) -> None:
    """All outpatient attendances rise by the same number, which they contain."""
    rows = returns["activity"]
    planned = sum(_number(rows["E.M.9"][place]) for place in _MONTHS)
    factor = 0.86 * _number(rows["E.M.9"][periods.BASELINE]) / planned
    for place in _MONTHS:
        more = round(_number(rows["E.M.9"][place]) * (factor - 1))
        for code in ("E.M.9", "E.M.32"):
            rows[code][place] = int(_number(rows[code][place])) + more


def _diagnostics_worsen(returns: Returns) -> None:
    rows = returns["activity"]
    tests = [
        code[:-1]
        for code in rows
        if code.startswith("E.B.28") and code[6:] not in ("N", "D") and code[-1] == "N"
    ]
    lately = _number(rows["E.B.28N"][periods.OUTTURN]) / _number(rows["E.B.28D"][periods.OUTTURN])
    for at, place in enumerate(_MONTHS, start=1):
        for test in tests:
            late = round(_number(rows[f"{test}D"][place]) * (lately + 0.004 * at))
            rows[f"{test}N"][place] = min(late, int(_number(rows[f"{test}D"][place])))
        rows["E.B.28N"][place] = sum(int(_number(rows[f"{test}N"][place])) for test in tests)


def _wte_disagrees(returns: Returns) -> None:
    row = returns["finance"]["F.WTE.SUB"]
    row[periods.MARCH] = round(_number(row[periods.MARCH]) * 1.04, 1)


def _contract_disagrees(returns: Returns) -> None:
    """The spells that its own ICB does not get are of others, so that all of them stay what they were."""
    spells, income = returns["activity"], returns["finance"]
    board = next(code for code in spells if code.startswith("E.M.10@") and code != "E.M.10@OUT")
    paid = f"F.INC.ICB{board.removeprefix('E.M.10')}"
    for place in _MONTHS:
        fewer = round(_number(spells[board][place]) * 0.04)
        for code, more in ((board, -fewer), ("E.M.10@OUT", fewer)):
            spells[code][place] = int(_number(spells[code][place])) + more
        _add(income, (paid,), place, 200.0)


DISTORTIONS: Mapping[str, Callable[[Returns], None]] = {
    "agency_over_ceiling": _agency_over_ceiling,
    "waits_over_65_weeks": _waits_over_65_weeks,
    "pay_out_of_step": _pay_out_of_step,
    "efficiency_short": _efficiency_short,
    "ae_four_hour_short": _ae_four_hour_short,
    "beds_over_occupied": _beds_over_occupied,
    "rtt_does_not_roll": _rtt_does_not_roll,
    "productivity_implausible": _productivity_implausible,
    "deficit": _deficit,
    "cat2_slow": _cat2_slow,
    "followups_not_reduced": _followups_not_reduced,
    "diagnostics_worsen": _diagnostics_worsen,
    "wte_disagrees": _wte_disagrees,
    "contract_disagrees": _contract_disagrees,
}


def _other_groups(rows: Mapping[str, Sequence[object]]) -> list[str]:
    """The staff groups but for doctors, nurses, and midwives, whose posts are to be filled."""
    kept = ("W.AGY.MD", "W.AGY.RN", "W.AGY.MID")
    codes = [code for code in rows if code.startswith("W.AGY.")]
    return [code.removeprefix("W.AGY.") for code in codes if not code.startswith(kept)]


def _leave(rows: dict[str, Row]) -> None:
    """The bridge follows staff in post: fewer joiners, or more leavers."""
    groups = [code for code in rows if code.startswith("W.SUB.")]
    before = sum(_number(rows[code][periods.OUTTURN]) for code in groups)
    for place in _MONTHS:
        now = sum(_number(rows[code][place]) for code in groups)
        bridge = {name: _number(rows[f"W.BR.{name}"][place]) for name in ("JOIN", "LEAV", "TRF", "INTL")}
        joined = round(now - before + bridge["LEAV"] - bridge["TRF"], 1)
        if joined < 0:
            _add(rows, ("W.BR.LEAV",), place, -joined)
        rows["W.BR.JOIN"][place] = max(0.0, joined)
        rows["W.BR.INTL"][place] = min(bridge["INTL"], max(0.0, joined))
        before = now


def _year_of(rows: Mapping[str, Sequence[object]], codes: Iterable[str]) -> float:
    return sum(_number(rows[code][place]) for code in codes for place in _MONTHS)


def _share_of_agency(rows: Mapping[str, Sequence[object]]) -> float:
    """Of the year's pay bill as entered."""
    entered = [code for code in rows if code.startswith("F.PAY.SUB.")] + [
        "F.PAY.BNK",
        "F.PAY.AGY",
        "F.PAY.OTH",
    ]
    bill = sum(_number(rows[code][place]) for code in entered for place in _MONTHS)
    return sum(_number(rows["F.PAY.AGY"][place]) for place in _MONTHS) / bill


def _move(rows: dict[str, Row], to: str, away: str, place: int, number: float) -> None:
    rows[to][place] = round(_number(rows[to][place]) + number, 1)
    rows[away][place] = round(_number(rows[away][place]) - number, 1)


def _add(rows: dict[str, Row], codes: Iterable[str], place: int, amount: float) -> None:
    for code in codes:
        rows[code][place] = round(_number(rows[code][place]) + amount, 1) or 0.0


def _scale(rows: dict[str, Row], codes: Iterable[str], factor: float) -> None:
    """The months of some lines, whole numbers staying whole."""
    for code in codes:
        for place in _MONTHS:
            value = rows[code][place]
            rows[code][place] = (
                round(value * factor) if isinstance(value, int) else round(_number(value) * factor, 1)
            )


def _number(figure: object) -> float:
    return float(figure) if isinstance(figure, int | float) else 0.0
