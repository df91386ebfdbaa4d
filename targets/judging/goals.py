"""What a target's value is held against: its threshold, a step of it, a past level, a growth, a local figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from planning.plan.exact import fraction
from targets.guidance.target import Target
from targets.judging.comparators import FALLING
from targets.judging.ledger import WHOLE_YEAR, Wanting
from targets.judging.reading import Reading, period_words, why_of
from targets.judging.windows import BASELINES, aim_place_of, steps_of

NO_LOCAL_SHARE = "No local share has been set."


@dataclass(frozen=True)
class Aim:
    """`value` None where a direction alone is asked, or with steps, where `by` says it window by window. With
    `why` there should be one and is none."""

    value: Fraction | None = None
    by: Mapping[int, Fraction] = field(default_factory=dict)
    why: str = ""

    def at(self, window: int) -> Fraction | None:
        return self.by.get(window, self.value)


def aim_of(reading: Reading) -> Aim:
    """What is asked of the body that a reading is of. Its own figure, where one is set, goes before all else."""
    target = reading.target
    own = target.local.get(reading.body)
    if own is not None:
        return Aim(fraction(own))
    if target.threshold_from == "local":
        return Aim(why=NO_LOCAL_SHARE)
    if target.threshold_from == "baseline":
        return _past_level(reading)
    if isinstance(target.threshold_from, Mapping):
        return _growth(reading, target.threshold_from["line"], target.threshold_from["share_of"])
    if target.steps:
        steps = steps_of(reading.plan, target)
        return Aim(by={place: fraction(threshold) for place, threshold in steps.items()})
    return Aim(laxer_end(target))


def laxer_end(target: Target) -> Fraction | None:
    """The threshold; of a range the end that is easier to meet. "40 to 50" is met at 40, "no more than 12 to 15"
    at 15."""
    if target.comparator in FALLING and target.threshold_high is not None:
        return fraction(target.threshold_high)
    return None if target.threshold is None else fraction(target.threshold)


def _past_level(reading: Reading) -> Aim:
    place = aim_place_of(reading.target)
    value = None if place is None else reading.value(place)
    if place is None or value is None:
        named = reading.plan.periods[place or 0]
        return Aim(why=f"There is no figure for {named} to hold the plan against.")
    return Aim(value)


def _growth(reading: Reading, code: str, share_of: str) -> Aim:
    """The plan of a line as a percentage of its past, both added up over those that hold it."""
    side, past = ((1, code),), BASELINES[share_of]
    members = [(o, reading.plan.members[o]) for o in reading.rows]
    holding = [(o, m) for o, m in members if reading.ledger.held(side, m.kind, reading.counted)]
    sums = []
    for window in (WHOLE_YEAR, past):
        total = Fraction(0)
        for o, member in holding:
            found = reading.ledger.figure(o, code, window)
            if isinstance(found, Wanting):
                return Aim(why=why_of(reading.plan, member, found))
            total += found
        sums.append(total)
    now, was = sums
    if was == 0:
        label = reading.plan.lines[code].label if code in reading.plan.lines else code
        return Aim(why=f"“{label}” ({code}) is zero or missing {period_words(reading.plan, past)}.")
    return Aim(100 * now / was)
