"""Who pays whom: what each ICB pays a trust, and small sums between trusts that both sides know without asking."""

from __future__ import annotations

from submissions.filling.money.amounts import as_row, spread, tidy, total
from submissions.filling.profiles import MONTH_COUNT, Dice, Rows, added, known
from submissions.filling.setting import Setting

_FROM_BOARDS = 0.97  # of contracts and elective income; the rest comes from ICBs of which it makes no row
_BETWEEN_TRUSTS = (12.0, 40.0)  # £000 a month
_ELSEWHERE = {"IS": 0.04, "OUT": 0.08}  # of other income, and of healthcare bought


def of_trust(setting: Setting, rows: Rows) -> Rows:
    """All partner rows of a trust's finance return."""
    return _from_boards(setting, rows) | _between_trusts(setting) | _elsewhere(setting, rows)


def _from_boards(setting: Setting, rows: Rows) -> Rows:
    """All that each ICB pays, whichever line it stands in: most from the first, where the trust is hosted."""
    if not setting.boards:
        return {}
    dice, contracts = setting.dice("boards"), total(rows, ["F.INC.ICB", "F.INC.ELEC"])
    weights = [dice.between(1.5, 2.0), *(dice.between(0.7, 1.1) for _ in setting.boards[1:])]
    shares = [_FROM_BOARDS * weight / sum(weights) for weight in weights]
    made: Rows = {
        f"F.INC.ICB@{ods}": as_row([tidy(value * part) for value in contracts])
        for ods, part in zip(setting.boards, shares, strict=True)
    }
    named = added([known(figures) for figures in made.values()])
    rest = [tidy(value - part) for value, part in zip(contracts, named, strict=True)]
    return made | {"F.INC.ICB@OUT": as_row(rest)}


def _between_trusts(setting: Setting) -> Rows:
    made: Rows = {}
    for other in setting.trusts:
        made[f"F.INC.PRT@{other}"] = as_row(_paid(setting.seed, other, setting.ods))
        made[f"F.EXP.PRT@{other}"] = as_row([-amount for amount in _paid(setting.seed, setting.ods, other)])
    return made


def _paid(seed: int, payer: str, payee: str) -> list[float]:
    """What one trust pays another: from the seed and the two codes alone, so that both say the same."""
    dice = Dice(seed, payer, "pays", payee)
    month = dice.between(*_BETWEEN_TRUSTS)
    return [tidy(month * MONTH_COUNT * 0.97), *(tidy(month * factor) for factor in dice.wobbles(0.03))]


def _elsewhere(setting: Setting, rows: Rows) -> Rows:
    """The independent sector, and bodies outside the system."""
    dice, made = setting.dice("elsewhere"), {}
    for where, part in _ELSEWHERE.items():
        made[f"F.INC.PRT@{where}"] = as_row(spread(dice, known(rows["F.INC.OTH"]), part))
        made[f"F.EXP.PRT@{where}"] = as_row(spread(dice, known(rows["F.NP.PHC"]), part))
    return made
