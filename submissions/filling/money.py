"""Synthetic money: income that covers what the staff and the rest cost, with a small surplus in every month;
and an ICB that pays its partners what they say they receive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planning.registry.organisations import ACUTE, AMBULANCE, MENTAL_HEALTH
from submissions.filling.profiles import MONTH_COUNT, Dice, Row, Rows, added, known, path
from submissions.filling.staff import Staff, paid_for, pay_lines

Months = list[float]  # outturn and twelve months: thirteen figures in £000, one decimal

_NON_PAY = {  # as shares of pay, by type: drugs, clinical supplies, bought, premises, CNST, depreciation, other
    ACUTE: (0.16, 0.15, 0.03, 0.08, 0.04, 0.06, 0.06),
    MENTAL_HEALTH: (0.02, 0.03, 0.09, 0.07, 0.004, 0.04, 0.06),
    AMBULANCE: (0.005, 0.06, 0.05, 0.08, 0.01, 0.06, 0.12),
}
_NON_PAY_LINES = ("DRG", "CSS", "PHC", "PRM", "CNST", "DEP", "OTH")
_INCOME = {  # as shares of income: ICB contracts, variable elective, NHS England, over target, SDF, one-off
    ACUTE: (0.56, 0.14, 0.17, 0.003, 0.01, 0.012),
    MENTAL_HEALTH: (0.76, 0.0, 0.10, 0.0, 0.03, 0.012),
    AMBULANCE: (0.90, 0.0, 0.01, 0.0, 0.01, 0.01),
}
_INCOME_LINES = ("ICB", "ELEC", "SPEC", "ERF", "SDF", "NR")
_FROM_BOARDS = 0.97  # of contracts and elective income; the rest comes from boards that it has no row for
_BOARD = {"PMC": 0.16, "CHC": 0.075, "RX": 0.14, "IS": 0.05, "DIS": 0.012, "RUN": 0.015, "OTH": 0.09}
_EFFICIENCY = {"REC.PAY": 0.36, "REC.NP": 0.3, "REC.INC": 0.1, "NR.PAY": 0.12, "NR.NP": 0.08, "NR.INC": 0.04}


def trust(dice: Dice, kind: str, staff: Staff, boards: Sequence[str]) -> Rows:
    """A trust's finance return, but for its totals."""
    rows = pay_lines(staff) | paid_for(staff)
    pay = _spread_pay(rows)
    rows["F.PAY.OTH"] = _row(_negative(dice, pay, 0.004))
    for name, part in zip(_NON_PAY_LINES, _NON_PAY[kind], strict=True):
        rows[f"F.NP.{name}"] = _row(_negative(dice, pay, dice.about(part, 0.08)))
    entered = [rows["F.PAY.OTH"], *(rows[f"F.NP.{name}"] for name in _NON_PAY_LINES)]
    spent = added([[-value for value in pay], *(known(figures) for figures in entered)])
    rows["F.FIN"] = _row(_negative(dice, [-value for value in spent], dice.between(0.011, 0.015)))
    rows["F.ADJ"] = _row([round(-value * dice.between(0.0004, 0.0006), 1) for value in spent])
    rows |= _income(dice, kind, spent, rows)
    rows |= _from_boards(dice, rows, boards)
    return rows | _efficiency(dice, spent) | _capital(dice, spent)


def board(dice: Dice, partners: Sequence[str], paid: Mapping[str, Row]) -> Rows:
    """An ICB's finance return, but for its totals: `paid` is what each partner trust says it receives."""
    rows: Rows = {f"F.ICB.PROV@{ods}": _row([_less(value) for value in known(paid[ods])]) for ods in partners}
    to_trusts = added([known(figures) for figures in rows.values()])
    for name, part in _BOARD.items():
        rows[f"F.ICB.{name}"] = _row(_negative(dice, [-value for value in to_trusts], dice.about(part, 0.06)))
    spent = added([known(figures) for figures in rows.values()])
    kept = [round(-value * (1 + dice.between(0.0003, 0.0008)), 1) for value in spent]
    rows["F.ICB.ALLOC"] = _row(kept)
    return rows | _efficiency(dice, spent)


def _spread_pay(rows: Rows) -> Months:
    """The pay of all groups, positive: what other costs are measured by."""
    entered = [figures for code, figures in rows.items() if code.startswith("F.PAY.SUB.")]
    together = added([known(figures) for figures in (*entered, rows["F.PAY.BNK"], rows["F.PAY.AGY"])])
    return [-value for value in together]


def _negative(dice: Dice, of: Months, part: float) -> Months:
    return [_less(round(value * part * dice.between(0.99, 1.01), 1)) for value in of]


def _income(dice: Dice, kind: str, spent: Months, rows: Rows) -> Rows:
    """Each source a share of what the month needs; other income makes up the rest, so that a small surplus
    is left in every month and last year."""
    around = zip(spent, known(rows["F.FIN"]), known(rows["F.ADJ"]), strict=True)
    needed = [round(-(cost + finance + adjustment), 1) for cost, finance, adjustment in around]
    whole = [
        round(need + cost * -dice.between(0.0004, 0.0012), 1)
        for need, cost in zip(needed, spent, strict=True)
    ]
    made: Rows = {}
    for name, part in zip(_INCOME_LINES, _INCOME[kind], strict=True):
        made[f"F.INC.{name}"] = _row([round(value * part * dice.between(0.995, 1.005), 1) for value in whole])
    named = added([known(figures) for figures in made.values()])
    made["F.INC.OTH"] = _row([round(total - part, 1) for total, part in zip(whole, named, strict=True)])
    return made


def _from_boards(dice: Dice, rows: Rows, boards: Sequence[str]) -> Rows:
    """All that each board pays, whichever line it stands in: most from the first, where the trust is hosted."""
    if not boards:
        return {}
    contracts = added([known(rows["F.INC.ICB"]), known(rows["F.INC.ELEC"])])
    weights = [dice.between(1.5, 2.0), *(dice.between(0.7, 1.1) for _ in boards[1:])]
    shares = [_FROM_BOARDS * weight / sum(weights) for weight in weights]
    return {
        f"F.INC.ICB@{ods}": _row([round(value * part, 1) for value in contracts])
        for ods, part in zip(boards, shares, strict=True)
    }


def _efficiency(dice: Dice, spent: Months) -> Rows:
    """Comfortably over the 2.2% of spend that is asked for, more of it later in the year, mostly recurrent."""
    part = dice.between(0.0265, 0.03)
    ramp = path(dice, 0.7, 1.3, 0.01)
    scale = MONTH_COUNT / sum(ramp)
    wanted = [
        -spent[0] * 0.024,
        *(-value * part * step * scale for value, step in zip(spent[1:], ramp, strict=True)),
    ]
    return {
        f"F.EFF.{name}": _row([round(value * dice.about(share, 0.02), 1) for value in wanted])
        for name, share in _EFFICIENCY.items()
    }


def _capital(dice: Dice, spent: Months) -> Rows:
    shares = {"OP": 0.03, "NAT": 0.008, "IFRS16": 0.005, "DISP": 0.0005}
    ramp = [1.0, *path(dice, 0.6, 1.4, 0.03)]
    return {
        f"F.CAP.{name}": _row(
            [
                round(-value * dice.about(part, 0.05) * step, 1)
                for value, step in zip(spent, ramp, strict=True)
            ]
        )
        for name, part in shares.items()
    }


def _row(figures: Months) -> Row:
    """Thirteen figures as fifteen: the finance return has no 2019/20, and its year is computed."""
    return [None, *figures, None]


def _less(value: float) -> float:
    return -value if value else 0.0
