"""Synthetic cancer care: faster diagnosis, treatment within 62 and 31 days, the backlog, and tests at referral;
and births before 27 weeks."""

from __future__ import annotations

from submissions.filling.profiles import MONTH_COUNT, Rows, grown, part, path, stock
from submissions.filling.setting import Setting


def hospital(setting: Setting) -> Rows:
    """All cancer lines of an acute trust."""
    dice, days, aims, scale = setting.dice("cancer"), setting.year.working_days, setting.aims, setting.scale
    rows: Rows = {}
    for code, size, (lately, end) in (
        ("E.B.27", 36_000, aims.told_in_28_days),
        ("E.B.35", 2_700, aims.treated_in_62_days),
        ("LOC.CAN31", 6_900, aims.treated_in_31_days),
    ):
        every = grown(dice, dice.about(size * scale, 0.06), 0.04, days)
        start = lately + (end - lately) * dice.between(0.12, 0.18)
        rows[f"{code}D"], rows[f"{code}N"] = every, part(every, lately, path(dice, start, end + 0.004, 0.002))
    waiting = stock(dice, dice.about(420 * scale, 0.1), dice.between(-0.3, -0.24), 0.85)
    treated = grown(dice, dice.about(6_300 * scale, 0.06), 0.04, days, 1.06)
    return rows | {"LOC.CAN62BL": waiting, "LOC.CANTX": treated} | referrals(setting, scale)


def referrals(setting: Setting, scale: float) -> Rows:
    """Urgent referrals that come with their test, and those that keep the timed pathway."""
    dice, days, (lately, fit) = setting.dice("referrals"), setting.year.working_days, setting.aims.with_fit
    lower, timed = (grown(dice, dice.about(size * scale, 0.06), 0.03, days) for size in (6_800, 15_000))
    start = fit if fit == 1.0 else fit - 0.03
    return {
        "E.B.34D": lower,
        "E.B.34N": part(lower, lately, path(dice, start, fit)),
        "LOC.BPTPD": timed,
        "LOC.BPTPN": part(timed, 0.61, path(dice, 0.668, 0.7, 0.003)),
    }


def births(setting: Setting) -> Rows:
    """Births before 27 weeks: all of them where there is neonatal care."""
    dice = setting.dice("births")
    every = grown(dice, max(12.0, dice.about(40 * setting.scale, 0.2)), 0.0, setting.year.days)
    return {"LOC.PRETERMD": every, "LOC.PRETERMN": part(every, 0.9, [1.0] * MONTH_COUNT)}
