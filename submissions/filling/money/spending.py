"""What a trust spends: pay from its staff, the rest in proportion to pay."""

from __future__ import annotations

from planning.registry.organisations import ACUTE, AMBULANCE, MENTAL_HEALTH
from submissions.filling.money.amounts import (
    BOARD_LINES,
    NON_PAY_LINES,
    PAY_LINES,
    Months,
    as_row,
    spread,
    tidy,
)
from submissions.filling.money.amounts import total as total_of
from submissions.filling.profiles import Rows, known
from submissions.filling.setting import Setting
from submissions.filling.staff import Staff, paid_for, pay_lines

_NON_PAY = {  # as shares of pay, by type, in the order of NON_PAY_LINES
    ACUTE: (0.16, 0.15, 0.03, 0.08, 0.04, 0.06, 0.06),
    MENTAL_HEALTH: (0.02, 0.03, 0.09, 0.07, 0.004, 0.04, 0.06),
    AMBULANCE: (0.005, 0.06, 0.05, 0.08, 0.01, 0.06, 0.12),
}
_COST_OF_HOME_WARDS = 7.0  # £000 a month for each WTE on virtual wards, equipment and all


def trust(setting: Setting, staff: Staff) -> Rows:
    """Pay, the staff behind it, non-pay, finance costs and technical adjustments."""
    dice = setting.dice("spending")
    rows = pay_lines(staff) | paid_for(staff)
    pay = total_of(rows, PAY_LINES)
    rows["F.PAY.OTH"] = as_row(spread(dice, pay, 0.004))
    for code, part in zip(NON_PAY_LINES, _NON_PAY[setting.kind], strict=True):
        rows[code] = as_row(spread(dice, pay, dice.about(part, 0.08)))
    spent = total(rows)
    rows["F.FIN"] = as_row(spread(dice, spent, dice.between(0.011, 0.015)))
    rows["F.ADJ"] = as_row([tidy(-value * dice.between(0.0004, 0.0006)) for value in spent])
    return rows


def total(rows: Rows) -> Months:
    """All operating expenditure, or all that an ICB spends: negative."""
    boards = [code for code in rows if code.startswith("F.ICB.PROV@")]
    return total_of(rows, [*PAY_LINES, *NON_PAY_LINES, *BOARD_LINES, *boards])


def on_virtual_wards(others: Rows) -> Rows:
    """A memorandum of what virtual wards cost, where the trust has staff on them."""
    if "W.VW" not in others:
        return {}
    lately, *months = known(others["W.VW"])
    costs = [lately * 12 * 0.96, *months]
    return {"F.MEMO.VW": as_row([tidy(-people * _COST_OF_HOME_WARDS) for people in costs])}
