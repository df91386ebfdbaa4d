"""How an outcome is said: a word, a shape and a style, the colour last."""

from __future__ import annotations

from dataclasses import dataclass

from planning.foundation.wording import figure
from targets.evaluations import MET, NOT_APPLICABLE, NOT_ASSESSABLE, NOT_MET, Evaluation
from targets.guidance import Target


@dataclass(frozen=True)
class Said:
    """An outcome on a page: `✕ Not met`, in the style `not-met`."""

    word: str
    shape: str
    style: str
    tag: str  # the colour class of the NHS.UK tag


OUTCOMES = {
    MET: Said("Met", "✓", "met", "nhsuk-tag--green"),
    NOT_MET: Said("Not met", "✕", "not-met", "nhsuk-tag--red"),
    NOT_ASSESSABLE: Said("Not assessable", "?", "not-assessable", "nhsuk-tag--grey"),
    NOT_APPLICABLE: Said("Not applicable", "–", "not-applicable", "nhsuk-tag--white"),
}
COMPARED = {
    ">": "more than",
    ">=": "at least",
    "=": "exactly",
    "<=": "at most",
    "<": "less than",
}
DIRECTIONS = {
    "increase": "up on the year before",
    "decrease": "down on the year before",
    "increase_toward": "rising towards",
    "decrease_toward": "falling towards",
    "reduce_by": "down by",
    "increase_by": "up by",
}


def said(evaluation: Evaluation) -> Said:
    """The word and shape of an outcome; a near miss keeps its word."""
    return OUTCOMES[evaluation.outcome]


def wanted(target: Target) -> str:
    """What a target asks for: `at least 76.0%`, `rising towards 95.0%`, `down on the year before`."""
    direction = DIRECTIONS.get(target.comparator, "")
    if target.threshold is None:
        return direction
    limit = figure(target.threshold, target.unit)
    if target.threshold_high is not None:
        return f"between {limit} and {figure(target.threshold_high, target.unit)}"
    return f"{direction or COMPARED.get(target.comparator, target.comparator)} {limit}"
