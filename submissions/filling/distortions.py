"""Ways to spoil a coherent return, for the demonstration and for tests: each breaks one thing and keeps the
arithmetic, so that what stands out is the shortfall and not a fault of the workbook.

| name | whose | what it should hit |
|---|---|---|
| agency_over_ceiling | trusts | 23-43 and T08: agency at 4.6% of the pay bill, the same number of people |
| waits_over_65_weeks | acute | 23-10: 120 people over 65 weeks in March without an exception |
| pay_out_of_step | trusts | T03: pay 3.4% above what staff and award explain |
| efficiency_short | all | 23-42: efficiency at 1.5% of spend |
| ae_four_hour_short | acute | 23-01: 71% within four hours in March |
| beds_over_occupied | acute | 23-03: adult beds 95% full |
| rtt_does_not_roll | acute | T28: the waiting list jumps by 3% in October without a flow that explains it |
| productivity_implausible | acute | T11: admissions cut by 9% while staff grow |
| deficit | trusts | 23-19 of its system: a deficit of 2.5% of income |
| cat2_slow | ambulance | 23-02: a mean over 33 minutes |
| followups_not_reduced | acute | 23-34: follow-ups at 86% of 2019/20 |
| diagnostics_worsen | acute | 23-15: more people over six weeks than last year |
| wte_disagrees | trusts | T01: 4% more staff in March in finance than in workforce |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from planning.registry import periods
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
    """More agency in the largest staff group, as many fewer in post; income follows, so that the position stays
    where it was."""
    finance, workforce = returns["finance"], returns["workforce"]
    factor = 0.046 / _share_of_agency(finance)
    group = _largest_group(workforce)
    for place in _MONTHS:
        people = _number(finance["F.WTE.AGY"][place])
        more = round(people * (factor - 1), 1)
        _move(workforce, f"W.AGY.{group}", f"W.SUB.{group}", place, more)
        _move(finance, "F.WTE.AGY", "F.WTE.SUB", place, more)
        each = _number(finance[f"F.PAY.SUB.{group}"][place]) / _number(workforce[f"W.SUB.{group}"][place])
        extra = round(_number(finance["F.PAY.AGY"][place]) * (factor - 1), 1)
        _add(finance, ("F.PAY.AGY", f"F.PAY.AGY.{group}"), place, extra)
        _add(finance, (f"F.PAY.SUB.{group}",), place, -round(each * more, 1))
        _add(finance, ("F.INC.OTH",), place, round(each * more - extra, 1))


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
    rows = returns["finance"]
    _scale(rows, [code for code in rows if code.startswith("F.EFF.")], 0.54)


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
    """Fewer admissions; those under 18, a part of them, fall alike."""
    _scale(returns["activity"], ("E.M.10a", "E.M.10b", "E.M.10c", "E.M.10d", "E.M.11a", "E.M.11b"), 0.91)


def _deficit(returns: Returns) -> None:
    rows = returns["finance"]
    for place in _MONTHS:
        income = sum(
            _number(row[place]) for code, row in rows.items() if code.startswith("F.INC.") and "@" not in code
        )
        _add(rows, ("F.NP.OTH",), place, -round(income * 0.025, 1))


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
    lately = _number(rows["E.B.28N"][periods.OUTTURN]) / _number(rows["E.B.28D"][periods.OUTTURN])
    for at, place in enumerate(_MONTHS, start=1):
        rows["E.B.28N"][place] = round(_number(rows["E.B.28D"][place]) * (lately + 0.004 * at))


def _wte_disagrees(returns: Returns) -> None:
    row = returns["finance"]["F.WTE.SUB"]
    row[periods.MARCH] = round(_number(row[periods.MARCH]) * 1.04, 1)


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
}


def _largest_group(rows: Mapping[str, Sequence[object]]) -> str:
    """The staff group with most people in post."""
    codes = [code for code in rows if code.startswith("W.SUB.")]
    return max(codes, key=lambda code: _number(rows[code][periods.MARCH])).removeprefix("W.SUB.")


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
        rows[code][place] = round(_number(rows[code][place]) + amount, 1)


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
