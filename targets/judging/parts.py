"""Targets of several tests: each judged as a target of its own, and what they come to together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from planning.foundation.wording import names
from targets.evaluations import MET, NOT_APPLICABLE, NOT_ASSESSABLE, NOT_MET
from targets.guidance.target import Target
from targets.judging.outcome import Outcome
from targets.judging.rag import AMBER, GREEN, RED


def parts_of(target: Target) -> list[Target]:
    """Each test as a target: what it does not say itself it has of the whole."""
    return [_part(target, part) for part in target.parts]


def _part(target: Target, part: Mapping[str, Any]) -> Target:
    source = part.get("threshold_from", "")
    return replace(
        target,
        parts=(),
        title=part["title"],
        measure=part["measure"],
        comparator=part["comparator"],
        threshold=part.get("threshold"),
        threshold_high=part.get("threshold_high"),
        threshold_from=source,
        steps=(),
        unit=part["unit"],
        gap_unit=part["gap_unit"],
        baseline=part.get("baseline", target.baseline),
        effect=part.get("effect", target.effect),
        local=target.local if source == "local" else {},
    )


def together(target: Target, blank: Outcome, found: Sequence[Outcome]) -> Outcome:
    """Not met where one is not; else not assessable where one is not; else met. Tests that this body is not asked
    for say nothing, unless it is asked for none."""
    asked = [outcome for outcome in found if outcome.outcome != NOT_APPLICABLE]
    if not asked:
        return replace(found[0], target=target, parts=_results(found))
    failing = [outcome for outcome in asked if outcome.outcome == NOT_MET]
    lacking = [outcome for outcome in asked if outcome.outcome == NOT_ASSESSABLE]
    chief = max(failing, key=lambda one: one.size) if failing else (lacking or asked)[0]
    whole = NOT_MET if failing else NOT_ASSESSABLE if lacking else MET
    return replace(
        chief,
        target=target,
        outcome=whole,
        for_information=blank.for_information,
        rag="" if whole == NOT_ASSESSABLE else _colour(asked),
        why=" ".join(dict.fromkeys(one.why for one in (lacking or asked) if one.why)),
        missing=tuple(dict.fromkeys(ods for one in asked for ods in one.missing)),
        parts=_results(found),
        inputs=tuple(dict.fromkeys(cell for one in [*failing, *asked] for cell in one.inputs)),
        **_of_misses(target, failing),
    )


def _of_misses(target: Target, failing: Sequence[Outcome]) -> dict[str, Any]:
    if not failing:
        return {}
    periods = [one.first_failing_period for one in failing if "-" in one.first_failing_period]
    return {
        "first_failing_period": min(periods, default=failing[0].first_failing_period),
        "message": f"{target.title}. {' '.join(one.message for one in failing)}",
        "numbers": "; ".join(f"{one.target.title}: {one.numbers}" for one in failing),
        "closes_with": names([one.closes_with for one in failing if one.closes_with]),
    }


def _colour(asked: Sequence[Outcome]) -> str:
    """The worst of the tests'."""
    colours = {one.rag for one in asked}
    return next((colour for colour in (RED, AMBER, GREEN) if colour in colours), "")


def _results(found: Sequence[Outcome]) -> tuple[Mapping[str, Any], ...]:
    return tuple(
        {
            "title": one.target.title,
            "outcome": one.outcome,
            "planned": one.planned,
            "threshold": one.threshold,
            "unit": one.unit,
            "gap": one.gap,
            "why": one.why,
        }
        for one in found
    )
