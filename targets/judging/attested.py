"""Targets that no return carries: judged from what their lead has attested."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from fractions import Fraction

from planning.foundation.wording import day
from planning.plan.array import Plan
from planning.plan.exact import SCALE, fraction, holds
from planning.registry.periods import month_label
from targets.assurance.attestations import AT_RISK, IN_PLACE, NOT_IN_PLACE, ON_TRACK
from targets.evaluations import MET, NOT_ASSESSABLE, NOT_MET
from targets.guidance.target import Target
from targets.judging import sentences
from targets.judging.comparators import CHANGES, DIRECTIONS
from targets.judging.goals import laxer_end
from targets.judging.outcome import Answer, Outcome
from targets.judging.rag import GREEN, RED, rag
from targets.judging.windows import steps_of

OPEN = {ON_TRACK: "On track, and not yet in place.", AT_RISK: "At risk, and not yet in place."}


def attested(plan: Plan, target: Target, blank: Outcome, answer: Answer | None, body: str) -> Outcome:
    """The outcome of an answer; of none, not assessable. A figure, where there is a number to hold it against, is
    compared with it exactly whatever else was said."""
    if answer is None or (not answer.state and answer.figure is None):
        lead = f" Its lead is {answer.lead}." if answer is not None and answer.lead else ""
        return replace(blank, why=f"Nobody has attested this yet.{lead}", attested=_kept(answer))
    found = replace(blank, attested=_kept(answer))
    step = _step(plan, target, answer)
    goal = _goal(plan, target, body, step)
    if answer.figure is not None and goal is not None and target.comparator not in (*DIRECTIONS, ""):
        outcome = _compared(target, found, Fraction(answer.figure, SCALE), goal)
        return _so_far(plan, target, outcome, step)
    if answer.state == IN_PLACE:
        return replace(found, outcome=MET, rag=GREEN)
    if answer.state == NOT_IN_PLACE:
        said = f"attested as not in place{_by(answer)}"
        return replace(
            found,
            outcome=NOT_MET,
            rag=RED,
            size=1.0,
            message=f"{target.title}: {said}.",
            numbers=said.capitalize(),
        )
    return replace(found, why=OPEN.get(answer.state, "A figure alone does not say whether this is in place."))


def _step(plan: Plan, target: Target, answer: Answer) -> int | None:
    """The month place of the step that an answer is for: the one it names, else the last that falls in the year."""
    steps, month = steps_of(plan, target), answer.due[:7]
    if month in plan.periods and plan.periods.index(month) in steps:
        return plan.periods.index(month)
    return max(steps, default=None)


def _goal(plan: Plan, target: Target, body: str, step: int | None) -> Fraction | None:
    """The number that a figure is held against: the body's own, that of its step, or the threshold."""
    own = target.local.get(body)
    if own is not None:
        return fraction(own)
    return laxer_end(target) if step is None else fraction(steps_of(plan, target)[step])


def _so_far(plan: Plan, target: Target, outcome: Outcome, step: int | None) -> Outcome:
    """A step that is met says nothing of those after it: until the last has its figure the target stays open."""
    last = max(steps_of(plan, target), default=None)
    if outcome.outcome != MET or step == last or last is None or step is None:
        return outcome
    met, wanted = (month_label(plan.periods[at]) for at in (step, last))
    return replace(outcome, outcome=NOT_ASSESSABLE, rag="", why=f"Met for {met}; {wanted} has no figure yet.")


def _compared(target: Target, found: Outcome, value: Fraction, goal: Fraction) -> Outcome:
    operator = ">=" if target.comparator in CHANGES else target.comparator
    is_met = holds(value, operator, goal)
    outcome = replace(
        found,
        outcome=MET if is_met else NOT_MET,
        planned=float(value),
        threshold=float(goal),
        gap=0.0 if is_met else float(abs(value - goal)),
        gap_units=0.0 if is_met else float(abs(value - goal)),
        gap_unit=target.gap_unit or ("points" if target.unit == "%" else target.unit),
        rag=rag(value, goal, is_met, target.unit == "%"),
    )
    if is_met:
        return outcome
    said, asked = (
        sentences.amount(value, target.unit, goal),
        sentences.asked(target.comparator, goal, target.unit, value),
    )
    return replace(
        outcome,
        size=min(10.0, float(abs(value - goal) / (abs(goal) or max(abs(value), Fraction(1))))),
        message=f"{target.title}: {said} is attested; {asked}.",
        numbers=f"{said} attested; {asked}",
    )


def _kept(answer: Answer | None) -> dict[str, object] | None:
    """As an evaluation keeps it: the figure in the target's unit."""
    if answer is None:
        return None
    figure = None if answer.figure is None else answer.figure / SCALE
    return {**asdict(answer), "figure": figure}


def _by(answer: Answer) -> str:
    who = f" by {answer.by}" if answer.by else ""
    return f"{who} on {day(datetime.fromisoformat(answer.at))}" if answer.at else who
