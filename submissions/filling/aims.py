"""What the returns of a round plan towards, each with some room: what that year's guidance asks, and what one
system's own objectives ask on top. Shares are ratios; a pair is where the year begins and where it ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Span = tuple[float, float]

# The month, counted from 0 for April, from which nobody waits that long but those whom the target excepts.
_MARCH, _SEPTEMBER, _JULY, _APRIL = 11, 5, 3, 0


@dataclass(frozen=True)
class Aims:
    """One round's. The defaults are those of 2023-24; a range of two is thrown between."""

    # elective care and outpatients, as a multiple of 2019/20
    elective: Span = (1.085, 1.105)
    tests: Span = (1.10, 1.14)
    elective_target: float = 1.03  # of value-weighted activity in 2019/20, where extra income begins
    long_waits_from: Mapping[str, float] = field(
        default_factory=lambda: {"52": 0.055, "65": 0.018, "78": 0.0012, "104": 0.0001}
    )  # of the whole list, a year ago
    long_waits_to: Mapping[str, float] = field(
        default_factory=lambda: {"52": 0.022, "65": 0.0006, "78": 0.00004, "104": 0.0}
    )
    only_excepted_from: Mapping[str, int] = field(
        default_factory=lambda: {"65": _MARCH, "78": _APRIL, "104": _APRIL}
    )
    over_six_weeks: Span = (0.245, 0.115)  # of the diagnostic list: last year, March
    # cancer: last year, March
    told_in_28_days: Span = (0.70, 0.775)
    treated_in_62_days: Span = (0.68, 0.74)
    treated_in_31_days: Span = (0.93, 0.965)
    with_fit: Span = (0.74, 0.86)
    # urgent care
    attendances: Span = (0.022, 0.028)  # growth
    four_hours: Span = (0.778, 0.795)  # in March
    category_1: tuple[float, Span] = (9.1, (8.5, 8.1))  # minutes: last year; April to March
    category_2: tuple[float, Span] = (34.0, (28.5, 26.7))
    handovers_15: Span = (0.58, 0.65)
    handovers_30: Span = (0.90, 0.945)
    handovers_60: Span = (0.022, 0.016)
    discharge_delays: float = 0.86  # against last year
    falls: tuple[float, float, float] = (0.94, 0.08, 0.04)  # seen within an hour, conveyed, admitted
    # mental health and primary care
    out_of_area_days: float = 0.8  # against last year
    employment_support: float = 1.22  # against last year
    covered_by_nss: Span = (0.82, 1.0)  # non-specific symptom pathways: last year, this year
    # money
    covid: Span = (0.3, 0.12)  # of non-recurrent income: last year, this year
    running_costs: float = 0.995  # against last year
    has_flat_cash_envelope: bool = False


_ROUNDS: Mapping[str, Aims] = {
    "2022-23": Aims(
        elective=(1.12, 1.135),
        tests=(1.21, 1.23),
        elective_target=1.04,
        long_waits_from={"52": 0.075, "65": 0.04, "78": 0.015, "104": 0.002},
        long_waits_to={"52": 0.04, "65": 0.014, "78": 0.0005, "104": 0.00003},
        only_excepted_from={"78": _MARCH, "104": _JULY},
        over_six_weeks=(0.29, 0.22),
        told_in_28_days=(0.695, 0.76),
        with_fit=(0.7, 1.0),
        category_1=(8.6, (6.8, 6.4)),
        category_2=(27.0, (17.5, 16.6)),
        handovers_15=(0.675, 0.71),
        handovers_30=(0.957, 0.972),
        handovers_60=(0.0, 0.0),
        discharge_delays=0.46,
        covered_by_nss=(0.5, 0.79),
        covid=(0.7, 0.5),
        has_flat_cash_envelope=True,
    ),
    "2023-24": Aims(),
    "2024-25": Aims(
        elective=(1.305, 1.32),
        tests=(1.17, 1.2),
        long_waits_from={"52": 0.034, "65": 0.006, "78": 0.0003, "104": 0.0},
        long_waits_to={"52": 0.0009, "65": 0.0003, "78": 0.00002, "104": 0.0},
        only_excepted_from={"52": _MARCH, "65": _SEPTEMBER, "78": _APRIL, "104": _APRIL},
        over_six_weeks=(0.16, 0.043),
        told_in_28_days=(0.735, 0.79),
        treated_in_62_days=(0.72, 0.865),
        treated_in_31_days=(0.95, 0.972),
        four_hours=(0.797, 0.812),
        category_2=(32.0, (28.2, 26.0)),
        covered_by_nss=(0.97, 1.0),
        covid=(0.02, 0.0),
        running_costs=0.8,
    ),
}

# A system's own objectives, by round and ICB: where they are stricter than the guidance.
_LOCAL: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("2022-23", "QU9"): {
        "long_waits_to": {"52": 0.04, "65": 0.014, "78": 0.0005, "104": 0.0},
        "only_excepted_from": {"78": _MARCH, "104": _APRIL},
    },
    ("2023-24", "QT6"): {
        "long_waits_to": {"52": 0.022, "65": 0.0, "78": 0.0, "104": 0.0},
        "attendances": (-0.062, -0.056),
        "category_1": (8.4, (6.8, 6.5)),
        "category_2": (29.0, (17.5, 16.6)),
        "handovers_15": (0.68, 0.72),
        "handovers_30": (1.0, 1.0),
        "handovers_60": (0.0, 0.0),
        "falls": (1.0, 0.0, 0.0),
        "out_of_area_days": 0.0,
        "employment_support": 2.1,
    },
    ("2024-25", "QT6"): {"long_waits_to": {"52": 0.0, "65": 0.0, "78": 0.0, "104": 0.0}},
}


def aims_of(round_code: str, boards: Iterable[str]) -> Aims:
    """What an organisation that works for these ICBs plans towards. Raises KeyError for a round without aims."""
    aims = _ROUNDS[round_code]
    for board in boards:
        aims = replace(aims, **_LOCAL.get((round_code, board), {}))
    return aims
