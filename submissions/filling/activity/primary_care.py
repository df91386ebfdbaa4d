"""Synthetic primary care, prevention, and learning disability, as an ICB counts them for its whole population."""

from __future__ import annotations

from submissions.filling.profiles import MONTH_COUNT, Row, Rows, annual, grown, part, path, row, stock
from submissions.filling.setting import Setting

_ADULTS, _CHILDREN = 0.795, 0.205  # of a population


def board(setting: Setting) -> Rows:
    """All such lines of an ICB."""
    return (
        _practices(setting) | _dentists(setting) | _registers(setting) | _inpatients(setting) | _year(setting)
    )


def _practices(setting: Setting) -> Rows:
    """Appointments; all that are needed within two weeks take place within two weeks."""
    dice, days, people = setting.dice("practices"), setting.year.working_days, setting.people
    needed = grown(dice, dice.about(1.1 * people, 0.04), 0.03, days, 1.1)
    within = part(needed, 0.965, [1.0] * MONTH_COUNT, 0.97)
    return {
        "E.D.19": grown(dice, dice.about(5.4 * people, 0.04), 0.03, days, 1.09),
        "E.D.21D": needed,
        "E.D.21N": within,
        "E.M.72": grown(dice, dice.about(0.035 * people, 0.08), 0.22, days, 2.4),
    }


def _dentists(setting: Setting) -> Rows:
    """Units of dental activity: on the way back to what was done before the pandemic."""
    dice, days = setting.dice("dentists"), setting.year.working_days
    contracted = grown(dice, dice.about(1.45 * setting.people, 0.04), 0.0, days, 1.0)
    return {
        "E.D.24D": contracted,
        "E.D.24N": part(contracted, 0.84, path(dice, 0.87, 0.92, 0.004), 0.965),
    }


def _registers(setting: Setting) -> Rows:
    """Dementia, severe mental illness and learning disability: who is on a register, and who was seen."""
    dice, people = setting.dice("registers"), setting.people
    dementia = stock(dice, dice.about(0.0125 * people, 0.05), 0.012)
    illness = stock(dice, dice.about(0.0088 * people, 0.05), 0.012)
    disability = stock(dice, dice.about(0.0052 * people, 0.05), 0.03)
    seen = [0.772 * (at + 1) / MONTH_COUNT for at in range(MONTH_COUNT)]  # counted from April
    return {
        "E.A.S.1D": dementia,
        "E.A.S.1N": part(dementia, 0.655, path(dice, 0.671, 0.685, 0.001)),
        "E.H.13D": illness,
        "E.H.13N": part(illness, 0.575, path(dice, 0.605, 0.64, 0.003)),
        "E.K.3D": disability,
        "E.K.3N": part(disability, 0.745, seen),
    }


def _inpatients(setting: Setting) -> Rows:
    """People with a learning disability or autism in hospital: within 30 adults and 12 children a million."""
    adults = int(27.5 * setting.people * _ADULTS / 1_000_000)
    children = int(11 * setting.people * _CHILDREN / 1_000_000)
    return {"E.K.1N": _fewer(adults), "E.K.1cN": _fewer(children)}


def _fewer(end: int) -> Row:
    """Down to `end` in March from a fifth more, at least one more."""
    start = max(end + 1, round(end * 1.2))
    return row(None, start, [start + (end - start) * (at + 1) // MONTH_COUNT for at in range(MONTH_COUNT)])


def _year(setting: Setting) -> Rows:
    """What is counted once a year: covered, found early, treated, registered."""
    dice, people, (lately, covered) = setting.dice("year"), setting.people, setting.aims.covered_by_nss
    rows: Rows = {}
    for code, of_people, before, planned in (
        ("LOC.NSSCOV", 1.0, lately, covered),
        ("LOC.STAGE", 0.0031, 0.545, 0.572),
        ("LOC.HTN", 0.141, 0.7, 0.778),
        ("LOC.LIPID", 0.034, 0.55, 0.612),
        ("LOC.NHSAPP", _ADULTS, 0.55, 0.64),
    ):
        every = round(dice.about(of_people * people, 0.02))
        rows[f"{code}D"] = annual(every, every)
        rows[f"{code}N"] = annual(min(every, round(every * planned)), round(every * before))
    return rows
