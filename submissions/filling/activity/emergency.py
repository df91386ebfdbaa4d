"""Synthetic urgent and emergency care: A&E, emergency admissions, handovers, ambulances, 111 and falls."""

from __future__ import annotations

from submissions.filling.profiles import (
    MONTH_COUNT,
    Row,
    Rows,
    counts,
    grown,
    part,
    path,
    row,
    tenths,
    together,
)
from submissions.filling.setting import Setting


def hospital(setting: Setting) -> Rows:
    """What an acute trust counts."""
    rows = _attendances(setting) | _admissions(setting) | handovers(setting, 1.0)
    return rows | falls_and_injuries(setting, 1.0)


def ambulance(setting: Setting) -> Rows:
    """An ambulance trust: its own count of handovers, its response, and 111."""
    rows = handovers(setting, 11.0) | calls(setting, 900_000 * setting.scale)
    for letter, size, spread, aim in (
        ("c", 640_000, 2.02, setting.aims.category_2),
        ("a", 95_000, 1.8, setting.aims.category_1),
    ):
        rows |= _response(setting, f"E.B.23{letter}", size * setting.scale, spread, aim)
    return rows


def handovers(setting: Setting, times: float) -> Rows:
    """Within 15 and within 30 minutes, and over an hour."""
    dice, aims = setting.dice("handovers"), setting.aims
    every = grown(dice, dice.about(29_000 * setting.scale * times, 0.06), 0.01, setting.year.days)
    rows: Rows = {"LOC.HOT": every}
    shares = {"LOC.HO15": aims.handovers_15, "LOC.HO30": aims.handovers_30, "LOC.HO60": aims.handovers_60}
    lately = {"LOC.HO15": 0.55, "LOC.HO30": 0.87, "LOC.HO60": 0.04}
    for code, (start, end) in shares.items():
        rows[code] = part(every, lately[code], path(dice, start, end, 0.0 if start == end else 0.003))
    rows["LOC.HO30"] = _at_least(rows["LOC.HO30"], rows["LOC.HO15"])
    return rows


def calls(setting: Setting, size: float) -> Rows:
    """NHS 111: over half of the calls reach a clinician."""
    dice = setting.dice("111")
    every = grown(dice, dice.about(size, 0.08), 0.015, setting.year.days)
    return {"LOC.111CASD": every, "LOC.111CASN": part(every, 0.49, path(dice, 0.525, 0.565, 0.004))}


def falls_and_injuries(setting: Setting, times: float) -> Rows:
    """People who fell without an injury, and what minor injury units send on to A&E."""
    dice, days, (seen, conveyed, admitted) = setting.dice("falls"), setting.year.days, setting.aims.falls
    falls = grown(dice, dice.about(7_200 * setting.scale * times, 0.1), 0.03, days, wobble=0.06)
    visits = grown(dice, dice.about(48_000 * setting.scale * times, 0.1), 0.02, days)
    every = [1.0] * MONTH_COUNT
    return {
        "LOC.FALLSD": falls,
        "LOC.FALLSN": part(falls, 0.86, [seen * at for at in every]),
        "LOC.FALLSCN": part(falls, 0.12, [conveyed * at for at in every]),
        "LOC.FALLSAN": part(falls, 0.07, [admitted * at for at in every]),
        "LOC.MIUD": visits,
        "LOC.MIUN": part(visits, 0.058, path(dice, 0.044, 0.04, 0.02)),
    }


def _attendances(setting: Setting) -> Rows:
    """Over the share within four hours that is asked for by March, from some seven points less last year."""
    dice, days = setting.dice("attendances"), setting.year.days
    growth = dice.between(*setting.aims.attendances)
    every = {
        "a": grown(dice, dice.about(112_000 * setting.scale, 0.06), growth, days, 1 + 1.5 * growth),
        "b": grown(dice, dice.about(54_000 * setting.scale, 0.06), growth, days, 1 + 2 * growth),
    }
    last = {name: sum(counts(rows)[1:]) for name, rows in every.items()}
    other, goal = dice.between(0.955, 0.975), dice.between(*setting.aims.four_hours)
    weight = last["a"] / (last["a"] + last["b"])
    end = (goal - other * (1 - weight)) / weight
    rows: Rows = {f"E.M.13{name}D": attended for name, attended in every.items()}
    rows["E.M.13aN"] = part(every["a"], end - 0.09, path(dice, end - 0.08, end, 0.004), min(end + 0.09, 0.97))
    rows["E.M.13bN"] = part(every["b"], other - 0.01, [other] * MONTH_COUNT, 0.985)
    rows["E.M.13D"] = together(*every.values())
    rows["E.M.13N"] = together(rows["E.M.13aN"], rows["E.M.13bN"])
    rows["LOC.ED12N"] = _twelve_hours(setting, rows)
    return rows


def _twelve_hours(setting: Setting, rows: Rows) -> Row:
    """Well under 2% of attendances; fewer than a tenth of those who stayed over four hours."""
    dice = setting.dice("twelve hours")
    return part(rows["E.M.13D"], 0.021, path(dice, 0.0155, 0.0125, 0.02))


def _admissions(setting: Setting) -> Rows:
    dice, days, growth = (
        setting.dice("admissions"),
        setting.year.days,
        setting.dice("admissions").between(0.024, 0.03),
    )
    sizes = {"E.M.11a": (27_000, 1.09), "E.M.11b": (54_000, 1.03)}
    return {
        code: grown(dice, dice.about(size * setting.scale, 0.05), growth, days, multiple)
        for code, (size, multiple) in sizes.items()
    }


def _response(
    setting: Setting, code: str, size: float, spread: float, aim: tuple[float, tuple[float, float]]
) -> Rows:
    """A mean and its 90th centile, in minutes, and the incidents that weigh the mean."""
    dice, (lately, (start, end)) = setting.dice(code), aim
    incidents = grown(dice, dice.about(size, 0.08), 0.01, setting.year.days, 1.05)
    minutes = tenths(path(dice, start, end, 0.01))
    before = round(dice.about(lately * 0.7, 0.03), 1)
    outturn = round(dice.about(lately, 0.03), 1)
    longest = tenths([value * spread for value in minutes])
    return {
        f"{code}D": incidents,
        code: row(before, outturn, minutes),
        f"{code}P": row(round(before * spread, 1), round(outturn * spread, 1), longest),
    }


def _at_least(figures: Row, floor: Row) -> Row:
    """Whole-numbered outturn and months, none below the other row's."""
    return [figures[0], *(max(pair) for pair in zip(counts(figures), counts(floor), strict=True)), None]
