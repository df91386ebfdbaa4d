"""Capital by source, what of it builds diagnostic centres and surgical hubs, cash, and the envelope of 2022/23."""

from __future__ import annotations

from collections.abc import Mapping

from planning.registry.organisations import ACUTE, MENTAL_HEALTH
from submissions.filling.money.amounts import INCOME_LINES, as_row, tidy, total
from submissions.filling.money.spending import total as spending
from submissions.filling.profiles import Dice, Rows, annual, known, path
from submissions.filling.setting import Setting

_SHARES = {"OP": 0.03, "NAT": 0.008, "IFRS16": 0.005, "DISP": 0.0005}
_BUILDS = {"CDC": ("F.CAP.NAT", 0.4), "HUB": ("F.CAP.OP", 0.06)}  # of which line, and how much of it


def trust(setting: Setting, rows: Rows) -> Rows:
    """Capital, go-live months and cash."""
    dice, spent = setting.dice("capital"), spending(rows)
    ramp = [1.0, *path(dice, 0.6, 1.4, 0.03)]
    made: Rows = {
        f"F.CAP.{name}": as_row(
            [tidy(-value * dice.about(part, 0.05) * step) for value, step in zip(spent, ramp, strict=True)]
        )
        for name, part in _SHARES.items()
    }
    for name, (of_which, part) in _BUILDS.items():
        builds = setting.kind == ACUTE
        made[f"F.CAP.{name}"] = as_row([tidy(value * part * builds) for value in known(made[of_which])])
        made[f"F.CAP.{name}GO"] = annual(round(dice.between(4, 10)) if builds else "n/a")
    return made | _cash(setting, dice, spent)


def _cash(setting: Setting, dice: Dice, spent: list[float]) -> Rows:
    """Some three weeks of spend at the end of each month, a little less by March."""
    start = -spent[0] * dice.between(0.05, 0.07)
    months = [tidy(value) for value in path(dice, start, start * 0.92, 0.03)]
    return {"F.CASH": as_row([tidy(start), *months])}


def envelope(setting: Setting, rows: Rows, families: Mapping[str, tuple[str, ...]]) -> Rows:
    """The indicative envelope of 2022/23: twice the second half of the year before, which both readings of flat
    cash agree on, and adjustments that one trust of a system gains where another gives."""
    if not setting.aims.has_flat_cash_envelope:
        return {}
    half = tidy(total(rows, INCOME_LINES)[0] / 2)
    adjusted = tidy(sum(_given(setting, other) for other in _neighbours(setting, families)))
    figures = {"": tidy(2 * half + adjusted), ".H2": half, ".FULL": tidy(2 * half), ".ADJ": adjusted}
    return {f"F.ENV{name}": annual(value) for name, value in figures.items()}


def _neighbours(setting: Setting, families: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Trusts that share one envelope: not ambulance trusts, which several systems pay."""
    if setting.kind not in (ACUTE, MENTAL_HEALTH):
        return ()
    return (*families.get(ACUTE, ()), *families.get(MENTAL_HEALTH, ()))


def _given(setting: Setting, other: str) -> float:
    """What one of the pair gains and the other gives: from the seed and the two codes, with a sign."""
    first, second = sorted((setting.ods, other))
    amount = tidy(Dice(setting.seed, first, "adjusts", second).between(-400.0, 400.0))
    return amount if setting.ods == first else -amount
