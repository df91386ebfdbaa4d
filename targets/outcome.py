"""What is said of one target for one organisation or system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from targets.guidance import Target


@dataclass(frozen=True)
class Outcome:
    """One target for one organisation, or for a system (`organisation` None). Figures are floats in the
    target's unit, for reading; percentages in points."""

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
    pace: Mapping[str, object] = field(default_factory=dict)
    inputs: tuple[tuple[str, str, int], ...] = ()
    message: str = ""
    size: float = 0.0
    closes_with: str = ""
    numbers: str = ""  # the formula with its figures put in, of a miss
