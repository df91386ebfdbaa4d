"""What is said of one target for one organisation or system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from targets.guidance.target import Target


@dataclass(frozen=True)
class Answer:
    """What a lead has attested of a target, as judging reads it: nothing of the store."""

    state: str  # in_place, on_track, at_risk, not_in_place; "" where a lead is named and has not answered
    figure: int | None = None  # ten-thousandths of the target's unit, where it has a threshold
    lead: str = ""
    by: str = ""  # who answered, by name
    at: str = ""  # when, as ISO 8601
    due: str = ""  # the day it is for, as ISO 8601: of a target in steps the day of its step


Answers = Mapping[tuple[str, str], Answer]  # by the target's code and the body's: an ODS code or a group's


@dataclass(frozen=True)
class Outcome:
    """One target for one organisation, or for a system or a group (`organisation` None). Figures are floats in
    the target's unit, for reading; percentages in points."""

    target: Target
    organisation: str | None
    outcome: str
    for_information: bool = False
    planned: float | None = None
    threshold: float | None = None
    unit: str = ""
    gap: float | None = None
    gap_units: float | None = None
    gap_unit: str = ""
    first_failing_period: str = ""
    rag: str = ""
    why: str = ""
    missing: tuple[str, ...] = ()
    so_far: str = ""
    months: tuple[float | None, ...] = ()
    expected: tuple[float | None, ...] = ()  # what the months are held against, () where no month is
    pace: Mapping[str, object] = field(default_factory=dict)
    # [{title, outcome, planned, threshold, unit, gap, why}] of a target with several tests, in their order
    parts: tuple[Mapping[str, Any], ...] = ()
    attested: Mapping[str, Any] | None = None  # {state, figure, lead, by, at} of the answer that it rests on
    inputs: tuple[tuple[str, str, int], ...] = ()
    message: str = ""
    size: float = 0.0
    closes_with: str = ""
    numbers: str = ""  # the formula with its figures put in, of a miss
    group: str = ""  # the code of the group that it is of, where it is one's
