"""An ICB's money: what it is allotted, whom it pays, and the memoranda that its duties are judged by."""

from __future__ import annotations

from collections.abc import Mapping

from submissions.filling.money.amounts import as_row, spread, tidy, total, year_of
from submissions.filling.money.spending import total as spending
from submissions.filling.profiles import MONTH_COUNT, Row, Rows, annual, known
from submissions.filling.setting import Setting

_SPEND = {
    "PMC": 0.16,
    "CHC": 0.075,
    "RX": 0.14,
    "IS": 0.05,
    "DIS": 0.012,
    "OTH": 0.07,
}  # of what trusts are paid
_RUNNING, _OUTSIDE = 0.015, 0.02
_MENTAL_HEALTH, _BETTER_CARE, _CONVERGENCE = 0.135, 0.031, 0.0025  # of spend, and of the allocation
_AHEAD = 0.006  # by how much mental health spend grows faster than the allocation


def board_spend(setting: Setting, paid: Mapping[str, Row], roles: Row) -> Rows:
    """What its trusts say they receive, and the rest in proportion."""
    dice = setting.dice("board")
    rows: Rows = {
        f"F.ICB.PROV@{ods}": as_row([tidy(-value) for value in known(figures)])
        for ods, figures in paid.items()
    }
    to_trusts = total(rows, list(rows))
    rows["F.ICB.PROV@OUT"] = as_row(spread(dice, to_trusts, dice.about(_OUTSIDE, 0.06)))
    for name, part in _SPEND.items():
        rows[f"F.ICB.{name}"] = as_row(spread(dice, to_trusts, dice.about(part, 0.06)))
    rows["F.ICB.RUN"] = as_row(_running(setting, to_trusts[0] * _RUNNING))
    each = setting.rate("arrs_rate") / MONTH_COUNT
    lately, *months = known(roles)
    costs = [lately * 0.94 * MONTH_COUNT, *months]
    rows["F.ICB.ARRS"] = as_row([tidy(-people * each) for people in costs])
    return rows


def _running(setting: Setting, lately: float) -> list[float]:
    """Running costs against last year's, as the round asks."""
    dice, year = setting.dice("running costs"), lately * setting.aims.running_costs
    return [tidy(lately), *(tidy(year / MONTH_COUNT * factor) for factor in dice.wobbles(0.004))]


def allocation(setting: Setting, rows: Rows) -> Rows:
    """A little more than is spent in every month; part of it moves the board towards its fair share."""
    dice, spent = setting.dice("allocation"), spending(rows)
    kept = [tidy(-value * (1 + dice.between(0.0003, 0.0008))) for value in spent]
    return {
        "F.ICB.ALLOC": as_row(kept),
        "F.ICB.CONV": as_row([tidy(-value * _CONVERGENCE) for value in kept]),
    }


def memoranda(setting: Setting, rows: Rows) -> Rows:
    """Mental health investment, the Better Care Fund and the limit on running costs: one figure a year."""
    allotted, spent = known(rows["F.ICB.ALLOC"]), spending(rows)
    before = tidy(spent[0] * _MENTAL_HEALTH)
    planned = tidy(before * (year_of(allotted) / allotted[0] + _AHEAD))
    least = tidy(year_of(allotted) * _BETTER_CARE)
    running = -year_of(known(rows["F.ICB.RUN"]))
    return {
        "F.ICB.MHISB": annual(before, tidy(before * 0.95)),
        "F.ICB.MHIS": annual(planned, before),
        "F.ICB.BCF": annual(tidy(-least * 1.004), tidy(-least * 0.95)),
        "F.ICB.BCFMIN": annual(least, tidy(least * 0.945)),
        "F.ICB.RUNLIM": annual(tidy(running * 1.012), tidy(-known(rows["F.ICB.RUN"])[0] * 1.005)),
    }
