"""Synthetic outpatients: first attendances grow, follow-ups give way to what patients start themselves."""

from __future__ import annotations

from planning.registry import periods
from submissions.filling.profiles import MONTH_COUNT, Dice, Row, Rows, count, flow, grown, part, path, row
from submissions.filling.setting import Setting

# Of first attendances, all consultant-led ones, and follow-ups: how attendances in the scope of elective
# recovery funding divide.
_FIRSTS, _PROCEDURES, _FOLLOW_UPS = 0.72, 0.22, 0.68


def attendances(setting: Setting) -> Rows:
    """Follow-ups fall by more than the quarter that is asked for against 2019/20."""
    dice, days = setting.dice("outpatients"), setting.year.working_days
    growth, multiple = dice.between(0.026, 0.032), dice.between(*setting.aims.elective)
    rows: Rows = {"E.M.8": grown(dice, dice.about(325_000 * setting.scale, 0.05), growth, days, multiple)}
    before = round(dice.about(640_000 * setting.scale, 0.05))
    months = flow(dice, before * dice.between(0.715, 0.735), days)
    rows["E.M.9"] = row(before, round(before * dice.between(0.87, 0.89)), months)
    rows["E.M.32"] = _all_of(dice, rows)
    rows["E.M.33"] = part(rows["E.M.8"], 0.15, path(dice, 0.172, 0.205, 0.01))
    rows["E.M.34"] = part(rows["E.M.32"], 0.05, path(dice, 0.068, 0.082, 0.005))
    for code, of, portion in (
        ("E.M.41", ["E.M.8"], _FIRSTS),
        ("E.M.40", ["E.M.8", "E.M.9"], _PROCEDURES),
        ("E.M.38", ["E.M.9"], _FOLLOW_UPS),
    ):
        rows[code] = [*(round(_sum(rows, of, at) * portion) for at in range(periods.YEAR)), None]
    return rows


def community_attendances(setting: Setting) -> Rows:
    """All outpatient attendances of a mental health and community trust."""
    dice = setting.dice("outpatients")
    return {
        "E.M.32": grown(dice, dice.about(460_000 * setting.scale, 0.1), 0.02, setting.year.working_days, 1.09)
    }


def _all_of(dice: Dice, rows: Rows) -> Row:
    """First and follow-up attendances, and those that no consultant leads."""
    other = dice.between(1.25, 1.29)
    factors = [other, other, *(other * factor for factor in dice.wobbles(0.01))]
    sums = [_sum(rows, ["E.M.8", "E.M.9"], at) for at in range(MONTH_COUNT + 2)]
    return [*(round(both * factor) for both, factor in zip(sums, factors, strict=True)), None]


def _sum(rows: Rows, codes: list[str], at: int) -> int:
    return sum(count(rows[code][at]) for code in codes)
