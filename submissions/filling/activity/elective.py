"""Synthetic elective care: spells, what they are worth, theatres, and the waiting list that they work down."""

from __future__ import annotations

from collections.abc import Sequence

from planning.registry import periods
from submissions.filling.profiles import (
    MONTH_COUNT,
    Dice,
    Row,
    Rows,
    count,
    counts,
    falling,
    flow,
    grown,
    part,
    path,
    row,
    share,
    together,
)
from submissions.filling.setting import Setting

_WORTH = {"E.M.10a": 0.9, "E.M.10b": 3.8, "E.M.8": 0.16}  # £000 at fixed prices, invented
_COHORTS = {"52": "E.B.18", "65": "E.B.20", "78": "LOC.RTT78", "104": "LOC.RTT104"}
_INSIDE = (("E.B.20", "E.B.18"), ("LOC.RTT78", "E.B.20"), ("LOC.RTT104", "LOC.RTT78"))


def spells(setting: Setting) -> Rows:
    """Six in seven elective spells are day cases, by more than the 85% that is expected."""
    dice, days, aims = setting.dice("spells"), setting.year.working_days, setting.aims
    size, ordinary = dice.about(88_000 * setting.scale, 0.05), dice.between(0.156, 0.163)
    growth = dice.between(0.026, 0.032)
    rows: Rows = {}
    for code, of_it in (("E.M.10a", 1.0), ("E.M.10b", ordinary)):
        rows[code] = grown(dice, size * of_it, dice.about(growth, 0.1), days, dice.between(*aims.elective))
    rows["E.M.10"] = together(rows["E.M.10a"], rows["E.M.10b"])
    rows["E.M.10c"] = _of(rows["E.M.10a"], 0.05)
    rows["E.M.10d"] = _of(rows["E.M.10b"], 0.08)
    rows["LOC.HUBACT"] = part(rows["E.M.10"], 0.07, path(dice, 0.074, 0.084, 0.01))
    available = grown(dice, 30_000 * setting.scale, 0.02, days)
    rows["LOC.THEATRED"], rows["LOC.THEATREN"] = available, part(available, 0.80, path(dice, 0.857, 0.872))
    return rows


def worth(rows: Rows) -> Rows:
    """The value of the activity that variable income pays for, in £000: spells and first attendances."""
    weighed = [
        [round(count(figure) * price) for figure in rows[code][: periods.YEAR]]
        for code, price in _WORTH.items()
    ]
    return {"LOC.VWA": [*(sum(column) for column in zip(*weighed, strict=True)), None]}


def waiting_list(setting: Setting) -> Rows:
    """A list that falls a little every month, by exactly what its flows explain."""
    dice, days = setting.dice("waiting list"), setting.year.working_days
    outturn = round(dice.about(78_000 * setting.scale, 0.08))
    starts = flow(dice, dice.about(285_000 * setting.scale, 0.05), days)
    removed = share(starts, [0.05 * factor for factor in dice.wobbles(0.03)])
    fewer = [round(outturn * dice.between(0.002, 0.006)) for _ in starts]
    stopped = [start - gone + less for start, gone, less in zip(starts, removed, fewer, strict=True)]
    admitted = share(stopped, [0.23 * factor for factor in dice.wobbles(0.03)])
    other = [stop - admit for stop, admit in zip(stopped, admitted, strict=True)]
    waiting, standing = [], outturn
    for less in fewer:
        standing -= less
        waiting.append(standing)
    totals = {"E.M.20": starts, "E.M.18": admitted, "E.M.19": other}
    rows: Rows = {code: _like_last_year(dice, months) for code, months in totals.items()}
    rows["LOC.RTTREM"] = row(None, round(sum(removed) * 0.97), removed)
    rows["E.B.3a"] = row(round(outturn * dice.between(0.6, 0.68)), outturn, waiting)
    return rows | _long_waits(setting, dice, outturn)


def _of(whole: Row, portion: float) -> Row:
    return part(whole, portion, [portion] * MONTH_COUNT)


def _like_last_year(dice: Dice, months: list[int]) -> Row:
    total = sum(months)
    return row(round(total * dice.between(0.94, 0.98)), round(total * dice.between(0.96, 0.98)), months)


def _long_waits(setting: Setting, dice: Dice, waiting: int) -> Rows:
    """Cohorts inside each other in every month; from the month that the guidance names only those whom the
    target excepts."""
    aims, rows = setting.aims, {}
    for weeks, code in _COHORTS.items():
        last = round(waiting * aims.long_waits_to[weeks])
        start = max(last, round(waiting * dice.about(aims.long_waits_from[weeks], 0.1)))
        before = max(2, round(waiting * 0.0003)) if weeks == "52" else None
        rows[code] = row(before, start, _down(dice, start, last, aims.only_excepted_from.get(weeks)))
    for inner, outer in _INSIDE:
        rows[inner][1:14] = [min(pair) for pair in zip(counts(rows[inner]), counts(rows[outer]), strict=True)]
    for weeks, code in _COHORTS.items():
        rows |= _excepted(weeks, counts(rows[code])[1:], aims.only_excepted_from.get(weeks))
    return rows


def _down(dice: Dice, start: int, end: int, by: int | None) -> list[int]:
    """Down to `end` in the month `by`, where it is given, and level from there; else by March."""
    months = falling(dice, start, end)
    if by is None or by == MONTH_COUNT - 1:
        return months
    at_once = [round(start + (end - start) * (at + 1) / (by + 1)) for at in range(by + 1)]
    return [*at_once, *[end] * (MONTH_COUNT - by - 1)]


def _excepted(weeks: str, cohort: Sequence[int], only_from: int | None) -> Rows:
    """Who waits by choice, and who in an excepted specialty: a tenth of the cohort, all of it where the
    guidance leaves nobody else. No specialty is excepted at 104 weeks."""
    every = [
        all_ if only_from is not None and at >= only_from else all_ // 10 for at, all_ in enumerate(cohort)
    ]
    specialty = [0 if weeks == "104" else of_it * 3 // 10 for of_it in every]
    choice = [of_it - less for of_it, less in zip(every, specialty, strict=True)]
    parts = {"XC": choice} if weeks == "104" else {"XC": choice, "XS": specialty}
    return {f"LOC.RTT{weeks}{name}": row(None, months[0], months) for name, months in parts.items()}
