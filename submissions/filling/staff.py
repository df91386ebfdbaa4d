"""Synthetic staff: ten groups of substantive, bank and agency, agency giving way to people in post; and what
they cost. The workforce and the finance return are both made from here, so they speak of the same people."""

from __future__ import annotations

from dataclasses import dataclass, field

from planning.registry.organisations import ACUTE, AMBULANCE, MENTAL_HEALTH
from submissions.filling.profiles import MONTH_COUNT, Dice, Row, Rows, added, known, path, row, tenths
from submissions.filling.size import Size

GROUPS = ("MD.CON", "MD.OTH", "RN", "MID", "AHP", "STT", "AMB", "SUP", "INF", "OTH")
KINDS = ("SUB", "BNK", "AGY")

# Of all staff of such a trust, the groups' shares in the order of GROUPS: invented, roughly what such trusts employ.
_MIX = {
    ACUTE: (0.055, 0.075, 0.30, 0.025, 0.06, 0.08, 0.0, 0.22, 0.18, 0.005),
    MENTAL_HEALTH: (0.03, 0.04, 0.33, 0.0, 0.11, 0.12, 0.0, 0.24, 0.12, 0.01),
    AMBULANCE: (0.001, 0.002, 0.03, 0.0, 0.005, 0.002, 0.38, 0.30, 0.26, 0.02),
}
_COST = (
    152.0,
    83.0,
    52.0,
    54.0,
    50.0,
    52.0,
    52.0,
    33.0,
    44.0,
    40.0,
)  # £000 a WTE and year, last year's prices
_BANK = (0.01, 0.04, 0.07, 0.05, 0.02, 0.02, 0.01, 0.09, 0.02, 0.0)
_AGENCY = (0.022, 0.028, 0.024, 0.01, 0.018, 0.016, 0.012, 0.016, 0.006, 0.0)
_BANK_PREMIUM, _AGENCY_PREMIUM = 1.08, 1.5


@dataclass
class Staff:
    """WTE rows by (kind, group), average substantive WTE by group, and pay rows in £000, negative."""

    wte: dict[tuple[str, str], Row] = field(default_factory=dict)
    average: dict[str, Row] = field(default_factory=dict)
    pay: dict[tuple[str, str], Row] = field(default_factory=dict)

    def months(self, kind: str) -> list[float]:
        """All groups of one kind, month by month."""
        return added([_months(row_) for (name, _), row_ in self.wte.items() if name == kind])


def staff_of(dice: Dice, kind: str, size: Size, pay_award: float) -> Staff:
    """A trust's people: in post they grow by some 2%, agency falls by a fifth, the pay award lifts every cost."""
    staff = Staff()
    growth, less_agency = dice.between(0.016, 0.024), dice.between(0.74, 0.82)
    for at, group in enumerate(GROUPS):
        people = size.wte * dice.about(_MIX[kind][at], 0.04)
        cost = dice.about(_COST[at], 0.03)
        _substantive(staff, dice, group, people * (1 - _BANK[at] - _AGENCY[at]), growth)
        _temporary(staff, dice, "BNK", group, people * _BANK[at], 0.97)
        _temporary(staff, dice, "AGY", group, people * _AGENCY[at], less_agency)
        for name, premium in (("SUB", 1.0), ("BNK", _BANK_PREMIUM), ("AGY", _AGENCY_PREMIUM)):
            staff.pay[name, group] = _pay(staff, name, group, cost * premium, pay_award)
    return staff


def workforce(staff: Staff) -> Rows:
    """The entered lines of a trust's workforce return."""
    rows: Rows = {f"W.{kind}.{group}": list(figures) for (kind, group), figures in staff.wte.items()}
    rows |= {f"W.AVG.{group}": list(figures) for group, figures in staff.average.items()}
    return rows


def paid_for(staff: Staff) -> Rows:
    """The finance return's WTE: the same people as the workforce return's, month by month."""
    before = {
        "SUB": sum(_number(figures[1]) for figures in staff.average.values()),
        "BNK": sum(_number(staff.wte["BNK", group][1]) for group in GROUPS),
        "AGY": sum(_number(staff.wte["AGY", group][1]) for group in GROUPS),
    }
    return {f"F.WTE.{kind}": row(None, round(before[kind], 1), staff.months(kind)) for kind in KINDS}


def pay_lines(staff: Staff) -> Rows:
    """Pay by group, and bank and agency in total, £000 and negative."""
    rows: Rows = {f"F.PAY.{kind}.{group}": list(figures) for (kind, group), figures in staff.pay.items()}
    for kind in ("BNK", "AGY"):
        parts = [figures for (name, _), figures in staff.pay.items() if name == kind]
        rows[f"F.PAY.{kind}"] = [None, *added([known(part) for part in parts]), None]
    return rows


def _substantive(staff: Staff, dice: Dice, group: str, wte: float, growth: float) -> None:
    outturn = round(wte, 1)
    months = tenths(path(dice, outturn, outturn * (1 + growth), 0.001))
    staff.wte["SUB", group] = row(round(wte * 0.87, 1), outturn, months)
    staff.average[group] = row(round(wte * 0.865, 1), round(wte * 0.995, 1), [None] * MONTH_COUNT)


def _temporary(staff: Staff, dice: Dice, kind: str, group: str, wte: float, change: float) -> None:
    outturn = round(wte, 1)
    months = tenths(path(dice, outturn * (1 + change) / 2, outturn * change, 0.01))
    staff.wte[kind, group] = row(round(wte * 0.85, 1), outturn, months)


def _pay(staff: Staff, kind: str, group: str, cost: float, pay_award: float) -> Row:
    """What the group's WTE of each month cost, a twelfth of a year's pay each."""
    wte = staff.wte[kind, group]
    last_year = _number((staff.average[group] if kind == "SUB" else wte)[1])
    months = [round(-people * cost * (1 + pay_award) / MONTH_COUNT, 1) for people in _months(wte)]
    return row(None, _zero(round(-last_year * cost, 1)), [_zero(month) for month in months])


def _months(figures: Row) -> list[float]:
    return [_number(figure) for figure in figures[2:14]]


def _number(figure: object) -> float:
    return float(figure) if isinstance(figure, int | float) else 0.0


def _zero(value: float) -> float:
    """No negative zero."""
    return value or 0.0
