"""Efficiency: over the 2.2% of spend that is asked for, more of it later in the year, mostly recurrent; the staff
that it takes out; and the position that is left when what happens once is taken off."""

from __future__ import annotations

from submissions.filling.money.amounts import PAY_LINES, Months, as_row, tidy, total, year_of
from submissions.filling.profiles import MONTH_COUNT, Rows, annual, known, path, row
from submissions.filling.setting import Setting

_PARTS = {"REC.PAY": 0.36, "REC.NP": 0.3, "REC.INC": 0.1, "NR.PAY": 0.12, "NR.NP": 0.08, "NR.INC": 0.04}
_STATUS = {
    "dev": 0.56,
    "plan": 0.27,
    "opp": 0.09,
}  # fully developed, in progress, opportunity; the rest unidentified
_LASTING = 0.5  # of the planned position, what is left of it without what happens once
EFFICIENCY_LINES = tuple(f"F.EFF.{name}" for name in _PARTS)


def of(setting: Setting, spent: Months) -> Rows:
    """Savings by kind and month, and how far they are worked out."""
    dice = setting.dice("efficiency")
    part, ramp = dice.between(0.0265, 0.03), path(dice, 0.7, 1.3, 0.01)
    scale = MONTH_COUNT / sum(ramp)
    planned = [-value * part * step * scale for value, step in zip(spent[1:], ramp, strict=True)]
    wanted = [-spent[0] * 0.024, *planned]
    rows: Rows = {
        f"F.EFF.{name}": as_row([tidy(value * dice.about(share, 0.02)) for value in wanted])
        for name, share in _PARTS.items()
    }
    return rows | status(rows)


def status(rows: Rows) -> Rows:
    """The year's savings by how far they are worked out: together all of them, a twelfth or so unidentified."""
    whole = year_of(total(rows, EFFICIENCY_LINES))
    parts = {name: tidy(whole * share) for name, share in _STATUS.items()}
    parts["unid"] = tidy(whole - sum(parts.values()))
    return {f"F.EFF.STAT.{name}": annual(value) for name, value in parts.items()}


def staff_taken_out(rows: Rows) -> Rows:
    """W.EFF: the WTE whose average pay, with what less agency saves, is the saving on pay of each month."""
    savings = total(rows, ["F.EFF.REC.PAY", "F.EFF.NR.PAY"])
    people = total(rows, ["F.WTE.SUB", "F.WTE.BNK", "F.WTE.AGY"])
    each = -year_of(total(rows, PAY_LINES)) / (sum(people[1:]) / MONTH_COUNT)
    agency, in_post = known(rows["F.WTE.AGY"]), known(rows["F.WTE.SUB"])
    fewer = max(0.0, agency[0] - sum(agency[1:]) / MONTH_COUNT)
    dearer = _cost(rows, ["F.PAY.AGY"], agency) - _cost(rows, PAY_LINES[:-3], in_post)
    by_staff = max(0.0, year_of(savings) - fewer * dearer) / year_of(savings)
    months = [tidy(saved * by_staff / each * MONTH_COUNT) for saved in savings[1:]]
    return {"W.EFF": row(None, tidy(savings[0] * by_staff / each), months)}


def underlying(rows: Rows, afp: Months) -> Rows:
    """F.UND leaves out one-off income, one-off savings and F.NROTH, the one-off costs that these pay for."""
    left = [tidy(position * _LASTING) for position in afp]
    one_off = total(rows, ["F.INC.NR", "F.EFF.NR.PAY", "F.EFF.NR.NP", "F.EFF.NR.INC"])
    other = [tidy(all_ - rest - once) for all_, rest, once in zip(afp, left, one_off, strict=True)]
    return {"F.UND": as_row(left), "F.NROTH": as_row(other)}


def _cost(rows: Rows, codes: tuple[str, ...] | list[str], people: Months) -> float:
    """A year's pay of one of them, £000."""
    wte = sum(people[1:]) / MONTH_COUNT
    return -year_of(total(rows, list(codes))) / wte if wte else 0.0
