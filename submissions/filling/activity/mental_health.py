"""Synthetic mental health: talking therapies, access, placements out of area, and services for the young."""

from __future__ import annotations

from submissions.filling.profiles import MONTH_COUNT, Rows, falling, flow, grown, part, path, row, stock
from submissions.filling.setting import Setting

_ALL = [1.0] * MONTH_COUNT


def trust(setting: Setting) -> Rows:
    """All mental health lines of a trust."""
    rows = therapies(setting, 42_000 * setting.scale) | access(setting, setting.scale)
    return rows | _placements(setting) | _early_help(setting) | _support(setting)


def therapies(setting: Setting, size: float) -> Rows:
    """Talking therapies: starts, those over 65 among them, and waits and recovery of those who finished."""
    dice = setting.dice("therapies")
    starts = grown(dice, dice.about(size, 0.08), 0.04, setting.year.working_days)
    finished = part(starts, 0.51, [0.52 * factor for factor in dice.wobbles(0.02)])
    rows: Rows = {
        "LOC.IAPT": starts,
        "LOC.IAPTOA": part(starts, 0.07, [0.075 * factor for factor in dice.wobbles(0.03)]),
    }
    for code, lately, planned in (
        ("LOC.IAPT6", 0.86, 0.88),
        ("LOC.IAPT18", 0.965, 0.985),
        ("E.A.4a", 0.47, 0.505),
        ("E.A.4b", 0.655, 0.69),
    ):
        rows[f"{code}D"] = list(finished)
        rows[f"{code}N"] = part(finished, lately, [planned * at for at in dice.wobbles(0.004)])
    return rows


def access(setting: Setting, scale: float) -> Rows:
    """People seen in the last twelve months, more in each service."""
    dice = setting.dice("access")
    return {
        "E.H.9": stock(dice, dice.about(38_000 * scale, 0.08), dice.between(0.05, 0.06), 0.72),
        "E.H.15": stock(dice, dice.about(3_200 * scale, 0.08), dice.between(0.06, 0.08)),
        "E.H.31": stock(dice, dice.about(24_000 * scale, 0.08), dice.between(0.058, 0.07)),
    }


def _placements(setting: Setting) -> Rows:
    """Fewer people placed out of area without need, and fewer days spent there."""
    dice = setting.dice("placements")
    start = round(dice.between(9, 15))
    bed_days = round(dice.between(1_900, 2_800))
    months = flow(dice, bed_days * setting.aims.out_of_area_days, setting.year.days)
    return {
        "E.A.5": row(None, start, falling(dice, start, round(start * 0.3))),
        "LOC.OAPBD": row(None, bed_days, months),
    }


def _early_help(setting: Setting) -> Rows:
    """First episodes of psychosis, eating disorders of the young, follow-up and reviews: what is optional."""
    dice, days, scale = setting.dice("early help"), setting.year.days, setting.scale
    rows: Rows = {}
    for code, size, lately, planned in (
        ("LOC.EIP", 1_100, 0.66, 0.7),
        ("LOC.CYPEDU", 150, 0.9, 1.0),
        ("LOC.CYPEDR", 900, 0.91, 0.97),
        ("LOC.FU72", 5_200, 0.81, 0.86),
        ("LOC.CTR", 110, 0.9, 1.0),
    ):
        every = grown(dice, dice.about(size * scale, 0.1), 0.03, days, wobble=0.06)
        rows[f"{code}D"], rows[f"{code}N"] = every, part(every, lately, [planned] * MONTH_COUNT)
    teams = round(dice.between(3, 6))
    rows["LOC.EIP3D"] = row(None, teams * MONTH_COUNT, [teams] * MONTH_COUNT)
    rows["LOC.EIP3N"] = row(None, (teams - 1) * MONTH_COUNT, [teams] * MONTH_COUNT)
    return rows


def _support(setting: Setting) -> Rows:
    """Help into work, and long COVID."""
    dice, days, scale = setting.dice("support"), setting.year.working_days, setting.scale
    more = setting.aims.employment_support - 1 + 0.03
    referred = grown(dice, dice.about(2_100 * scale, 0.1), -0.02, days)
    return {
        "LOC.IPS": grown(dice, dice.about(2_000 * scale, 0.1), more, days),
        "LOC.LC6D": referred,
        "LOC.LC6N": part(referred, 0.55, path(dice, 0.62, 0.72, 0.004)),
        "LOC.LC15": stock(dice, dice.about(420 * scale, 0.1), -0.25),
    }
