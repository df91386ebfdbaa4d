"""What a trust receives: variable elective income from its activity, each other source a share of what the month
needs, and other income for the rest, so that a small surplus is left in every month and last year."""

from __future__ import annotations

from planning.registry.organisations import ACUTE, AMBULANCE, MENTAL_HEALTH
from submissions.filling.money.amounts import Months, as_row, tidy, total
from submissions.filling.money.spending import total as spending
from submissions.filling.profiles import Rows, known
from submissions.filling.setting import Setting

_SHARES = {  # of income: ICB contracts, NHS England, service development, one-off
    ACUTE: (0.56, 0.17, 0.01, 0.008),
    MENTAL_HEALTH: (0.76, 0.10, 0.03, 0.008),
    AMBULANCE: (0.88, 0.01, 0.01, 0.007),
}
_LINES = ("ICB", "SPEC", "SDF", "NR")
_LEAST_OF_COVID = 900.0  # £000 of a year: too little to be compared, where nothing follows it


def trust(setting: Setting, rows: Rows, activity: Rows) -> Rows:
    """All income lines but the partner rows."""
    dice, spent = setting.dice("income"), spending(rows)
    needed = total({"spent": as_row(spent), **rows}, ["spent", "F.FIN", "F.ADJ"])
    whole = [
        tidy(-need - cost * dice.between(0.0004, 0.0012)) for need, cost in zip(needed, spent, strict=True)
    ]
    made: Rows = _elective(setting, activity)
    for name, part in zip(_LINES, _SHARES[setting.kind], strict=True):
        made[f"F.INC.{name}"] = as_row([tidy(value * part * dice.about(1, 0.005)) for value in whole])
    named = total(made, list(made))
    made["F.INC.OTH"] = as_row([tidy(every - part) for every, part in zip(whole, named, strict=True)])
    made["F.INC.OPFUV"] = as_row([0.0] * len(whole))
    made["F.INC.COVID"] = as_row(_covid(setting, known(made["F.INC.NR"])))
    return made


def _elective(setting: Setting, activity: Rows) -> Rows:
    """Elective activity at fixed prices: up to the target it is variable income, above it recovery funding."""
    if "LOC.VWA" not in activity:
        return {code: as_row([0.0] * 13) for code in ("F.INC.ELEC", "F.INC.ERF")}
    price, rate = setting.rate("price"), setting.rate("erf_rate")
    before, *values = (float(figure or 0) for figure in activity["LOC.VWA"][:14])
    target = setting.aims.elective_target * before
    of_year = [1.0, *(value / sum(values[1:]) for value in values[1:])]
    at_target = [target * part for part in of_year]
    over = [(value - part) * rate for value, part in zip(values, at_target, strict=True)]
    return {
        "F.INC.ELEC": as_row([tidy(value * price) for value in at_target]),
        "F.INC.ERF": as_row([tidy(value * price) for value in over]),
    }


def _covid(setting: Setting, one_off: Months) -> Months:
    """A share of one-off income that dwindles from round to round."""
    lately, planned = setting.aims.covid
    before = one_off[0] * lately
    return [
        tidy(before if planned else min(before, _LEAST_OF_COVID)),
        *(tidy(value * planned) for value in one_off[1:]),
    ]
