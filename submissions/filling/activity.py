"""Synthetic activity: flows that follow the days, a waiting list that rolls forward, targets met with room."""

from __future__ import annotations

from planning.registry import periods
from submissions.filling.profiles import (
    MONTH_COUNT,
    Dice,
    Row,
    Rows,
    Year,
    counts,
    falling,
    flow,
    path,
    row,
    share,
    tenths,
)
from submissions.layout.totals import Figure

# A year's outturn at scale 1, and 2019/20 as a share of it. Counts of one trust's size, invented.
_PLANNED = {"E.M.10a": (88_000, 0.96), "E.M.10b": (14_500, 1.02), "E.M.8": (325_000, 0.95)}
_UNPLANNED = {"E.M.11a": (27_000, 0.94), "E.M.11b": (54_000, 1.0)}
_TESTS = {
    "E.B.26a": 58_000,
    "E.B.26b": 104_000,
    "E.B.26c": 118_000,
    "E.B.26d": 9_200,
    "E.B.26e": 3_400,
    "E.B.26f": 9_600,
    "E.B.26g": 24_000,
    "E.B.26h": 8_100,
    "E.B.26k": 12_500,
}


def acute(dice: Dice, year: Year, scale: float) -> Rows:
    """The whole activity return of an acute trust."""
    rows = _flows(dice, year, scale)
    for part in (_outpatients, _waiting_list, _emergency, _handovers, _beds, _cancer, _diagnostics):
        rows |= part(dice, year, scale)
    for code, parent, portion in (("E.M.10c", "E.M.10a", 0.05), ("E.M.10d", "E.M.10b", 0.08)):
        rows[code] = _part_of(rows, parent, portion)
    rows["E.M.32"] = _total_outpatients(dice, rows)
    return rows


def mental_health(dice: Dice, year: Year, scale: float) -> Rows:
    """The activity return of a mental health and community trust."""
    total = dice.about(460_000 * scale, 0.1)
    months = flow(dice, total * 1.02, year.working_days)
    return {
        "E.M.32": row(round(total * 0.92), round(total), months),
        **_therapies(dice, year, 42_000 * scale),
    }


def ambulance(dice: Dice, year: Year, scale: float) -> Rows:
    """Handovers and category 2 of an ambulance trust: a year's mean under 30 minutes, last year's above."""
    incidents = dice.about(640_000 * scale, 0.08)
    start, end = dice.between(28.0, 29.0), dice.between(26.0, 27.5)
    outturn = round(dice.between(32.0, 36.0), 1)
    minutes = tenths(path(dice, start, end, 0.01))
    return {
        **_handovers(dice, year, scale * 11),
        "E.B.23cD": row(round(incidents * 0.96), round(incidents), flow(dice, incidents * 1.01, year.days)),
        "E.B.23c": row(round(dice.between(22.0, 25.0), 1), outturn, minutes),
    }


def board(dice: Dice, year: Year) -> Rows:
    """An ICB's own rows: providers that make no return here."""
    return _therapies(dice, year, dice.about(6_000, 0.2))


def _flows(dice: Dice, year: Year, scale: float) -> Rows:
    growth = dice.between(0.026, 0.032)
    rows: Rows = {}
    for flows, days in ((_PLANNED, year.working_days), (_UNPLANNED, year.days)):
        for code, (size, before) in flows.items():
            outturn = round(dice.about(size * scale, 0.05))
            months = flow(dice, outturn * (1 + dice.about(growth, 0.1)), days)
            rows[code] = row(round(outturn * before), outturn, months)
    return rows


def _outpatients(dice: Dice, year: Year, scale: float) -> Rows:
    """Follow-ups fall by more than the quarter that is asked for against 2019/20."""
    before = round(dice.about(640_000 * scale, 0.05))
    plan = before * dice.between(0.715, 0.735)
    months = flow(dice, plan, year.working_days)
    return {"E.M.9": row(before, round(before * dice.between(0.82, 0.86)), months)}


def _total_outpatients(dice: Dice, rows: Rows) -> Row:
    """First and follow-up attendances, and those that no consultant leads."""
    factors = [dice.between(1.24, 1.3) for _ in range(periods.YEAR)]
    firsts, follows = ([_count(rows[code][0]), *counts(rows[code])] for code in ("E.M.8", "E.M.9"))
    together = zip(firsts, follows, factors, strict=True)
    return [*(round((first + follow) * factor) for first, follow, factor in together), None]


def _waiting_list(dice: Dice, year: Year, scale: float) -> Rows:
    outturn = round(dice.about(78_000 * scale, 0.08))
    starts = flow(dice, dice.about(285_000 * scale, 0.05), year.working_days)
    removed = share(starts, [0.05 * factor for factor in dice.wobbles(0.1)])
    fewer = [round(outturn * dice.between(0.002, 0.006)) for _ in starts]
    stopped = [start - gone + less for start, gone, less in zip(starts, removed, fewer, strict=True)]
    admitted = share(stopped, [0.23 * factor for factor in dice.wobbles(0.03)])
    other = [stop - admit for stop, admit in zip(stopped, admitted, strict=True)]
    waiting, standing = [], outturn
    for start, stop, gone in zip(starts, stopped, removed, strict=True):
        standing += start - stop - gone
        waiting.append(standing)
    totals = {"E.M.20": starts, "E.M.18": admitted, "E.M.19": other}
    rows: Rows = {code: _like_last_year(dice, months) for code, months in totals.items()}
    rows["LOC.RTTREM"] = row(None, round(sum(removed) * 0.97), removed)
    rows["E.B.3a"] = row(round(outturn * dice.between(0.6, 0.68)), outturn, waiting)
    return rows | _long_waits(dice, outturn)


def _like_last_year(dice: Dice, months: list[int]) -> Row:
    total = sum(months)
    return row(round(total * dice.between(0.94, 0.98)), round(total * dice.between(0.96, 0.98)), months)


def _long_waits(dice: Dice, waiting: int) -> Rows:
    """Cohorts inside each other in every month; nobody over 65 weeks by March but those the target excepts."""
    ends = {"52": round(waiting * 0.022), "65": max(6, round(waiting * 0.0006)), "78": 3, "104": 0}
    starts = {"52": 0.055, "65": 0.018, "78": 0.003, "104": 0.0002}
    codes = {"52": "E.B.18", "65": "E.B.20", "78": "LOC.RTT78", "104": "LOC.RTT104"}
    rows: Rows = {}
    for weeks, code in codes.items():
        start = max(ends[weeks], round(waiting * dice.about(starts[weeks], 0.1)))
        before = max(2, round(waiting * 0.0003)) if weeks == "52" else None
        rows[code] = row(before, start, falling(dice, start, ends[weeks]))
    for inner, outer in (("E.B.20", "E.B.18"), ("LOC.RTT78", "E.B.20"), ("LOC.RTT104", "LOC.RTT78")):
        rows[inner][1:14] = [min(pair) for pair in zip(counts(rows[inner]), counts(rows[outer]), strict=True)]
    for weeks, code in codes.items():
        rows |= _exempt(weeks, rows[code], all_excepted=weeks != "52")
    return rows


def _exempt(weeks: str, cohort: Row, *, all_excepted: bool) -> Rows:
    """Who waits by choice, and who in an excepted specialty: all of the cohort by March, at 65 weeks and more."""
    march = counts(cohort)[-1]
    last = march if all_excepted else round(march * 0.1)
    has_specialty = weeks != "104"  # none is excepted at 104 weeks
    choice = last - round(last * 0.3) if has_specialty else last
    parts = {"XC": choice, "XS": last - choice} if has_specialty else {"XC": choice}
    return {f"LOC.RTT{weeks}{name}": row(None, part, [part] * MONTH_COUNT) for name, part in parts.items()}


def _emergency(dice: Dice, year: Year, scale: float) -> Rows:
    """A&E: over 76% within four hours by March, from about 71% last year."""
    growth = 1 + dice.between(0.024, 0.03)
    last = {"a": round(dice.about(112_000 * scale, 0.06)), "b": round(dice.about(54_000 * scale, 0.06))}
    months = {name: flow(dice, total * growth, year.days) for name, total in last.items()}
    other_share = dice.between(0.955, 0.975)
    goal, weight = dice.between(0.778, 0.795), last["a"] / (last["a"] + last["b"])
    main_end = (goal - other_share * (1 - weight)) / weight
    shares = {"a": path(dice, main_end - 0.08, main_end, 0.004), "b": [other_share] * MONTH_COUNT}
    before = {"a": (0.97, main_end + 0.09), "b": (0.9, 0.985)}
    rows: Rows = {}
    for name, (size, quick) in before.items():
        attended, baseline = last[name], round(last[name] * size)
        within = share(months[name], shares[name])
        lately = round(attended * (shares[name][0] - 0.01))
        rows[f"E.M.13{name}D"] = row(baseline, attended, months[name])
        rows[f"E.M.13{name}N"] = row(round(baseline * min(quick, 0.99)), lately, within)
    return rows | _twelve_hours(dice, rows)


def _twelve_hours(dice: Dice, rows: Rows) -> Rows:
    """A twelfth or so of those who stayed over four hours."""
    every, quick = counts(rows["E.M.13aD"]), counts(rows["E.M.13aN"])
    late = [attended - within for attended, within in zip(every, quick, strict=True)]
    long = share(late, [dice.between(0.07, 0.09) for _ in late])
    return {"LOC.ED12N": row(None, long[0], long[1:])}


def _handovers(dice: Dice, year: Year, scale: float) -> Rows:
    outturn = round(dice.about(29_000 * scale, 0.06))
    months = flow(dice, outturn * 1.01, year.days)
    shares = {"LOC.HO15": (0.56, 0.66), "LOC.HO30": (0.88, 0.955), "LOC.HO60": (0.04, 0.01)}
    rows: Rows = {"LOC.HOT": row(None, outturn, months)}
    for code, (start, end) in shares.items():
        rows[code] = row(None, round(outturn * start), share(months, path(dice, start, end, 0.003)))
    return rows


def _beds(dice: Dice, year: Year, scale: float) -> Rows:
    """Adult beds 90 to 91.5% full in every month, from some 94% last year; escalation beds open in winter."""
    core, winter = dice.about(840 * scale, 0.05), (0, 0, 0, 0, 0, 0, 0.01, 0.02, 0.03, 0.035, 0.03, 0.02)
    child = dice.about(68 * scale, 0.1)
    open_core = tenths(path(dice, core, core * 1.02, 0.002))
    escalation = tenths([core * (0.005 + part) for part in winter])
    occupied = tenths(
        [(a + b) * dice.between(0.9, 0.914) for a, b in zip(open_core, escalation, strict=True)]
    )
    child_core = tenths([child * factor for factor in dice.wobbles(0.01)])
    child_more = tenths([child * (0.01 + part) for part in winter])
    child_full = tenths([bed * dice.between(0.66, 0.76) for bed in child_core])
    last_core, last_more = round(core, 1), round(core * 0.03, 1)
    return {
        "E.M.30a": row(round(core * 0.9, 1), round((last_core + last_more) * 0.94, 1), occupied),
        "E.M.30g": row(round(core * 0.98, 1), last_core, open_core),
        "E.M.30h": row(round(core * 0.01, 1), last_more, escalation),
        "E.M.30b": row(round(child * 0.7, 1), round(child * 0.72, 1), child_full),
        "E.M.30i": row(round(child, 1), round(child, 1), child_core),
        "E.M.30j": row(0, round(child * 0.02, 1), child_more),
    }


def _cancer(dice: Dice, year: Year, scale: float) -> Rows:
    outturn = round(dice.about(36_000 * scale, 0.06))
    told = flow(dice, outturn * 1.04, year.working_days)
    start, end = dice.between(0.69, 0.715), dice.between(0.765, 0.785)
    within = share(told, path(dice, start, end, 0.004))
    return {"E.B.27N": row(None, round(outturn * start), within), "E.B.27D": row(None, outturn, told)}


def _diagnostics(dice: Dice, year: Year, scale: float) -> Rows:
    """Tests grow; the share waiting over six weeks falls faster than two years to 5% would need."""
    growth, rows = dice.between(0.028, 0.034), {}
    for code, size in _TESTS.items():
        outturn = round(dice.about(size * scale, 0.06))
        rows[code] = row(
            round(outturn * 0.93), outturn, flow(dice, outturn * (1 + growth), year.working_days)
        )
    listed = round(dice.about(13_500 * scale, 0.08))
    everybody = [round(listed * factor * (1 - 0.004 * at)) for at, factor in enumerate(dice.wobbles(0.005))]
    late, soon = dice.between(0.22, 0.27), dice.between(0.105, 0.125)
    rows["E.B.28N"] = row(None, round(listed * late), share(everybody, path(dice, late, soon, 0.004)))
    rows["E.B.28D"] = row(None, listed, everybody)
    return rows


def _therapies(dice: Dice, year: Year, size: float) -> Rows:
    """Talking therapies: starts, those over 65 among them, and waits of those who finished."""
    outturn = round(dice.about(size, 0.08))
    starts = flow(dice, outturn * 1.04, year.working_days)
    finished = share(starts, [0.52 * factor for factor in dice.wobbles(0.02)])
    parts = {"LOC.IAPT6N": 0.88, "LOC.IAPT18N": 0.985}
    rows: Rows = {"LOC.IAPT": row(None, outturn, starts)}
    rows["LOC.IAPTOA"] = row(
        None, round(outturn * 0.07), share(starts, [0.075 * x for x in dice.wobbles(0.05)])
    )
    for code in ("LOC.IAPT6D", "LOC.IAPT18D"):
        rows[code] = row(None, round(outturn * 0.51), list(finished))
    for code, part in parts.items():
        within = share(finished, [part * factor for factor in dice.wobbles(0.005)])
        rows[code] = row(None, round(outturn * 0.51 * (part - 0.02)), within)
    return rows


def _part_of(rows: Rows, parent: str, portion: float) -> Row:
    return [None, *(round(count * portion) for count in counts(rows[parent])), None]


def _count(figure: Figure) -> int:
    return int(figure) if isinstance(figure, int | float) else 0
