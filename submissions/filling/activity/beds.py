"""Synthetic beds: general and acute, critical care, how long people stay, and beds at home."""

from __future__ import annotations

from planning.registry.organisations import ACUTE, MENTAL_HEALTH
from submissions.filling.profiles import Dice, Row, Rows, counts, known, path, row, tenths
from submissions.filling.setting import Setting

_WINTER = (0, 0, 0, 0, 0, 0, 0.01, 0.02, 0.03, 0.035, 0.03, 0.02)  # of core beds, opened above them
_STAY = 3.0  # days of an elective ordinary spell
_AT_HOME = {ACUTE: 190.0, MENTAL_HEALTH: 400.0}  # virtual ward beds at scale 1


def hospital(setting: Setting, rows: Rows) -> Rows:
    """All bed lines of an acute trust; `rows` hold its spells."""
    beds = _general_and_acute(setting)
    return beds | _critical_care(setting) | _delays(setting, beds) | _stays(setting, rows, beds)


def virtual_wards(setting: Setting, capacity: float | None = None) -> Rows:
    """Beds at home: more of them, and from September four in five in use."""
    dice = setting.dice("virtual wards")
    if capacity is None:
        capacity = dice.about(_AT_HOME[setting.kind] * setting.scale, 0.05)
    beds = [float(round(bed)) for bed in path(dice, capacity * 0.96, capacity * 1.02, 0.003)]
    in_use = [*path(dice, 0.72, 0.8, 0.003)[:5], *path(dice, 0.82, 0.86, 0.003)[:7]]
    patients = [float(round(bed * part)) for bed, part in zip(beds, in_use, strict=True)]
    outturn = float(round(capacity * 0.9))
    return {"E.T.5D": row(None, outturn, beds), "E.T.5N": row(None, float(round(outturn * 0.66)), patients)}


def _general_and_acute(setting: Setting) -> Rows:
    """Adult beds 90 to 91.5% full in every month, from some 94% last year; escalation beds open in winter."""
    dice = setting.dice("beds")
    core, child = dice.about(840 * setting.scale, 0.05), dice.about(68 * setting.scale, 0.1)
    open_core = tenths(path(dice, core, core * 1.02, 0.002))
    escalation = tenths([core * (0.005 + part) for part in _WINTER])
    occupied = [(a + b) * dice.between(0.9, 0.914) for a, b in zip(open_core, escalation, strict=True)]
    child_core = tenths([child * factor for factor in dice.wobbles(0.01)])
    child_full = tenths([bed * dice.between(0.66, 0.76) for bed in child_core])
    last_core, last_more = round(core, 1), round(core * 0.03, 1)
    return {
        "E.M.30a": row(round(core * 0.9, 1), round((last_core + last_more) * 0.94, 1), tenths(occupied)),
        "E.M.30g": row(round(core * 0.98, 1), last_core, open_core),
        "E.M.30h": row(round(core * 0.01, 1), last_more, escalation),
        "E.M.30b": row(round(child * 0.7, 1), round(child * 0.72, 1), child_full),
        "E.M.30i": row(round(child * 0.97, 1), round(child, 1), child_core),
        "E.M.30j": row(0.0, round(child * 0.02, 1), tenths([child * (0.01 + part) for part in _WINTER])),
    }


def _critical_care(setting: Setting) -> Rows:
    dice = setting.dice("critical care")
    beds = dice.about(46 * setting.scale, 0.1)
    day = dice.about(120 * setting.scale, 0.1)
    return {
        "E.M.26bD": _level(dice, beds, 0.92),
        "E.M.26bN": _level(dice, beds * 0.8, 0.9),
        "E.M.26c": _level(dice, day, 0.95),
    }


def _delays(setting: Setting, beds: Rows) -> Rows:
    """Fewer people in hospital who need not be, and fewer who stay for three weeks."""
    dice, lately = setting.dice("delays"), known(beds["E.M.30a"])[0]
    delayed = lately * dice.between(0.12, 0.15)
    planned = tenths([delayed * setting.aims.discharge_delays * at for at in dice.wobbles(0.02)])
    long = lately * dice.between(0.15, 0.18)
    stays = tenths([long * 0.95 * at for at in dice.wobbles(0.02)])
    return {
        "E.M.29N": row(None, round(delayed, 1), planned),
        "E.M.25": row(round(long * 0.88, 1), round(long, 1), stays),
    }


def _stays(setting: Setting, rows: Rows, beds: Rows) -> Rows:
    """Lengths of stay that the beds allow: what is planned fills some 95% of the bed days in use."""
    in_use = sum(
        bed * days
        for code in ("E.M.30a", "E.M.30b")
        for bed, days in zip(known(beds[code])[1:], setting.year.days, strict=True)
    )
    elective, emergency = (sum(counts(rows[code])[1:]) for code in ("E.M.10b", "E.M.11b"))
    mean = (in_use * 0.95 - elective * _STAY) / emergency
    dice = setting.dice("stays")
    return {"LOC.LOSEL": _level(dice, _STAY, 1.04), "LOC.LOSNEL": _level(dice, mean, 1.02)}


def _level(dice: Dice, value: float, before: float) -> Row:
    """A figure that hardly moves over the year."""
    months = tenths([value * factor for factor in dice.wobbles(0.01)])
    return row(round(value * before, 1), round(value * 1.01, 1), months)
