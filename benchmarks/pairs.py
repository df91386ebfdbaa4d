"""Two ways of doing something timed against each other: alternating pairs, medians, and a pair of the same."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

PAIRS = 9
SHORTEST = 0.2  # seconds of one unit: what is quicker is repeated within it
QUIET = (0.90, 1.10)  # where the ratio of a thing to itself lies on a machine quiet enough to tell
SLACK = 1.25  # a goal is missed beyond this much of it

Work = Callable[[], object]


@dataclass(frozen=True)
class Measured:
    """A ratio of medians, and the same for a thing beside itself."""

    ratio: float
    itself: float
    seconds: float  # one run of the work
    reference_seconds: float  # one run of what it is held against

    @property
    def is_quiet(self) -> bool:
        return QUIET[0] <= self.itself <= QUIET[1]


def verdict(measured: Measured, goal: float) -> str:
    """`reached`, `within a quarter of the goal`, `missed`, or that the machine was too noisy to tell."""
    if not measured.is_quiet:
        return "too noisy to tell"
    if measured.ratio <= goal:
        return "reached"
    return "within a quarter of the goal" if measured.ratio <= goal * SLACK else "missed"


def said(name: str, measured: Measured, goal: float | None = None) -> str:
    """One line: the ratio, the times behind it, and with a goal whether it is reached."""
    times = f"{1000 * measured.seconds:.1f} ms / {1000 * measured.reference_seconds:.1f} ms"
    figures = f"{name}: {measured.ratio:.2f} ({times}; the same beside itself {measured.itself:.2f})"
    return figures if goal is None else f"{figures}, goal ≤ {goal:g}: {verdict(measured, goal)}"


def compare(work: Work, reference: Work, pairs: int = PAIRS) -> Measured:
    """Time them in alternating pairs, once more from the start where the machine was too noisy."""
    found = _compare(work, reference, pairs)
    return found if found.is_quiet else _compare(work, reference, pairs)


def _compare(work: Work, reference: Work, pairs: int) -> Measured:
    often, beside = _repeats(work), _repeats(reference)
    times: list[tuple[float, float, float]] = [
        (_timed(work, often), _timed(reference, beside), _timed(reference, beside)) for _ in range(pairs)
    ]
    mine, first, second = (statistics.median(column) for column in zip(*times, strict=True))
    return Measured(mine / first, second / first, mine, first)


def _repeats(work: Work) -> int:
    """How often it is done in one unit; done once before, so that nothing is timed cold."""
    work()
    return max(1, round(SHORTEST / max(_timed(work, 1), 1e-6) + 0.5))


def _timed(work: Work, often: int) -> float:
    """Seconds of one run, of so many in a row."""
    began = time.perf_counter()
    for _ in range(often):
        work()
    return (time.perf_counter() - began) / often
