"""Synthetic posts: the funded establishment, who joins and leaves, turnover, sickness and training; and the
primary care staff of a system."""

from __future__ import annotations

from submissions.filling.profiles import (
    MONTH_COUNT,
    Dice,
    Row,
    Rows,
    annual,
    grown,
    known,
    part,
    path,
    row,
    tenths,
)
from submissions.filling.setting import Setting
from submissions.filling.staff import GROUPS, Staff

_TURNOVER, _SICKNESS = (0.124, 0.112), (0.054, 0.048)  # last year, March
_TRANSFERS = 0.0004  # of staff in post, each month
_FROM_ABROAD = 0.12  # of joiners
_A_BED_AT_HOME = 0.3  # WTE


def trust(setting: Setting, staff: Staff, activity: Rows) -> Rows:
    """What a trust's workforce return holds besides its staff by group."""
    dice = setting.dice("posts")
    in_post = staff.months("SUB")
    rows = {f"W.EST.{group}": _establishment(dice, staff.wte["SUB", group]) for group in GROUPS}
    rows |= _bridge(dice, _in_post_before(staff), in_post)
    rows |= _turnover(dice, staff, in_post) | _sickness(setting, dice, staff, in_post)
    rows |= _training(setting, dice, in_post) | {
        "W.KPI.BAME": annual(round(dice.between(1.15, 1.35), 2), round(dice.between(1.36, 1.5), 2))
    }
    if "E.T.5D" in activity:
        beds = activity["E.T.5D"]
        rows["W.VW"] = row(None, *_split(tenths([bed * _A_BED_AT_HOME for bed in known(beds)])))
    return rows


def board(setting: Setting) -> Rows:
    """Primary care staff of a system: additional roles, general practitioners, link workers, health coaches."""
    dice, people = setting.dice("primary care staff"), setting.people / 1_000_000
    sizes = {"W.ARRS": (400.0, 0.2), "W.GP": (530.0, 0.02), "W.SPLW": (58.0, 0.12), "W.HC": (17.0, 0.15)}
    rows: Rows = {}
    for code, (size, growth) in sizes.items():
        outturn = round(dice.about(size * people, 0.1), 1)
        rows[code] = row(None, outturn, tenths(path(dice, outturn, outturn * (1 + growth), 0.002)))
    return rows


def _establishment(dice: Dice, in_post: Row) -> Row:
    """Posts grow by less than the people in them, so that more of them are filled."""
    vacant, (before, *months) = dice.between(0.065, 0.1), known(in_post)
    posts = round(before / (1 - vacant), 1)
    grows = (months[-1] / before - 1) * 0.4 if before else 0.0
    planned = tenths([posts * (1 + grows * (at + 1) / MONTH_COUNT) for at in range(MONTH_COUNT)])
    return row(round(posts * 0.87, 1), posts, planned)


def _in_post_before(staff: Staff) -> float:
    return round(sum(known(staff.wte["SUB", group])[0] for group in GROUPS), 1)


def _bridge(dice: Dice, before: float, in_post: list[float]) -> Rows:
    """Joiners make up for leavers and transfers and for what staff in post grow by, month by month."""
    rates = path(dice, *_TURNOVER, 0.01)
    codes = ("JOIN", "LEAV", "INTL", "TRF")
    months: dict[str, list[float]] = {code: [] for code in codes}
    for rate, now in zip(rates, in_post, strict=True):
        left, moved = round(before * rate / MONTH_COUNT, 1), round(before * dice.about(_TRANSFERS, 0.5), 1)
        joined = round(now - before + left - moved, 1)
        if joined < 0:
            left, joined = round(left - joined, 1), 0.0
        for code, figure in zip(codes, (joined, left, round(joined * _FROM_ABROAD, 1), moved), strict=True):
            months[code].append(figure)
        before = now
    return {f"W.BR.{code}": row(None, None, figures) for code, figures in months.items()}


def _turnover(dice: Dice, staff: Staff, in_post: list[float]) -> Rows:
    """Leavers of the last twelve months and average staff in post, both rolling."""
    last = round(sum(known(staff.average[group])[0] for group in GROUPS), 1)
    rolling = tenths([last + (now - last) * 0.55 for now in in_post])
    left = tenths(
        [staff_ * rate for staff_, rate in zip(rolling, path(dice, *_TURNOVER, 0.002), strict=True)]
    )
    return {
        "W.KPI.TURND": row(None, last, rolling),
        "W.KPI.TURNN": row(None, round(last * _TURNOVER[0], 1), left),
    }


def _sickness(setting: Setting, dice: Dice, staff: Staff, in_post: list[float]) -> Rows:
    """Days lost of days available, fewer than last year in every month."""
    days = setting.year.days
    available = [round(people * day) for people, day in zip(in_post, days, strict=True)]
    before = round(sum(known(staff.average[group])[0] for group in GROUPS) * sum(days))
    start, end = _SICKNESS
    lost = [
        round(every * rate)
        for every, rate in zip(available, path(dice, start - 0.002, end, 0.005), strict=True)
    ]
    return {
        "W.KPI.SICKD": row(None, before, available),
        "W.KPI.SICKN": row(None, round(before * start), lost),
        "W.KPI.SICKNCN": row(None, round(before * start * 0.88), [round(days_ * 0.93) for days_ in lost]),
    }


def _training(setting: Setting, dice: Dice, in_post: list[float]) -> Rows:
    """People due for training in the month, and trained: learning disability and autism, shared decisions,
    personalised care."""
    rows: Rows = {}
    for code, portion, start, end in (
        ("OMMT", 0.7, 0.45, 0.86),
        ("SDM", 0.2, 0.35, 0.6),
        ("PCSP", 0.06, 0.5, 0.75),
    ):
        due = grown(dice, in_post[0] * portion, 0.02, setting.year.working_days)
        rows[f"W.KPI.TRAIN.{code}D"] = due
        rows[f"W.KPI.TRAIN.{code}N"] = part(due, start, path(dice, start, end))
    return rows


def _split(figures: list[float]) -> tuple[float, list[float]]:
    return figures[0], figures[1:]
