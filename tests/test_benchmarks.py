"""The benchmarks tell a goal that is reached from one that is missed, and say so where they cannot tell."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from benchmarks import pairs
from benchmarks.pairs import Measured, compare, verdict


@pytest.mark.parametrize(
    ("ratio", "itself", "said"),
    [
        (3.0, 1.0, "reached"),
        (3.01, 1.0, "within a quarter of the goal"),
        (3.75, 0.9, "within a quarter of the goal"),
        (3.76, 1.1, "missed"),
        (1.0, 1.11, "too noisy to tell"),
        (9.0, 0.89, "too noisy to tell"),
    ],
)
def test_verdicts(ratio: float, itself: float, said: str) -> None:
    assert verdict(Measured(ratio, itself, 1.0, 1.0), 3.0) == said


class Clock:
    """Seconds that pass as the work says, so that nothing is really timed."""

    def __init__(self, noise: list[float]) -> None:
        self.now, self.noise = 0.0, noise

    def __call__(self) -> float:
        return self.now

    def work(self) -> None:
        self.now += 0.6

    def reference(self) -> None:
        self.now += self.noise.pop(0) if self.noise else 0.2


def measured(noise: list[float], monkeypatch: pytest.MonkeyPatch) -> Measured:
    clock = Clock(noise)
    monkeypatch.setattr(pairs, "time", SimpleNamespace(perf_counter=clock))
    return compare(clock.work, clock.reference, pairs=3)


def test_the_ratio_is_of_medians_and_beside_it_stands_the_reference_beside_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = measured([0.2, 0.2, 9.0], monkeypatch)  # one unit disturbed: the median does not mind
    assert (round(found.ratio, 6), round(found.itself, 6)) == (3, 1)


def test_a_noisy_machine_is_given_one_more_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two warm-ups, then three pairs of which the second of each drags: measured again, and quiet."""
    pair = [0.2, 0.2, 0.4, 0.4]  # each unit is done twice
    found = measured([0.2, 0.2, *pair * 3], monkeypatch)
    assert found.is_quiet
    assert round(found.ratio, 6) == 3
