"""From last year's position to the plan's, and what could go wrong with it."""

from __future__ import annotations

from submissions.filling.money.amounts import INCOME_LINES, Months, tidy, total, year_of
from submissions.filling.money.efficiency import EFFICIENCY_LINES
from submissions.filling.money.spending import total as spending
from submissions.filling.profiles import Rows, annual
from submissions.filling.setting import Setting

_INFLATION, _DEVELOPMENTS, _ONE_OFF = 0.023, 0.003, 0.002  # of last year's spend


def of(setting: Setting, rows: Rows, afp: Months) -> Rows:
    """The seven steps, which end at the planned position exactly, and the risk to it before and after action."""
    dice, spent = setting.dice("bridge"), -spending(rows)[0]
    received = total(rows, [*INCOME_LINES, "F.ICB.ALLOC"])
    steps = {
        "OUT": afp[0],
        "INC": tidy(year_of(received) - received[0]),
        "INF": tidy(-spent * dice.about(_INFLATION, 0.05)),
        "EFF": year_of(total(rows, EFFICIENCY_LINES)),
        "DEV": tidy(-spent * dice.about(_DEVELOPMENTS, 0.1)),
        "NR": tidy(-spent * dice.about(_ONE_OFF, 0.1)),
    }
    steps["GRO"] = tidy(year_of(afp) - sum(steps.values()))
    gross = tidy(spent * dice.about(0.011, 0.1))
    rows_of = {f"F.BR.{name}": annual(value) for name, value in steps.items()}
    return rows_of | {
        "F.RISK.GROSS": annual(gross),
        "F.RISK.MIT": annual(tidy(gross * dice.about(0.55, 0.1))),
    }
