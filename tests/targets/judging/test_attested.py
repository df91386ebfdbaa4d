"""Targets that no return carries: in place is met, not in place is not, anything else is not assessable; a figure
is held against its number exactly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planning.plan.array import Plan
from targets.guidance.target import Target
from targets.judging.evaluation import Answer, Outcome, evaluate, evaluate_system
from targets.judging.formula import formula_of, numbers_of
from tests.plans import line, member, plan_of, target

AT = "2023-02-20T17:00:00+00:00"
MILESTONE = target(
    "22-05",
    {},
    "",
    None,
    title="Reviews every three months",
    type="milestone",
    answered_by="attestation",
    unit="",
    gap_unit="",
    types=[],
)
REGISTERED = replace(MILESTONE, code="22-56", title="NHS App", comparator=">=", threshold=60, unit="%")


def plan() -> Plan:
    return plan_of([line("S")], [member("RTH", returns=[]), member("QU9", "icb", returns=[])], {})


def of_trust(asked: Target, answer: Answer | None) -> Outcome:
    answers = {} if answer is None else {(asked.code, "RTH"): answer}
    return evaluate(plan(), [asked], answers)[0]


def of_system(asked: Target, answer: Answer | None) -> Outcome:
    answers = {} if answer is None else {(asked.code, "QU9"): answer}
    [found] = evaluate_system(plan(), [asked], "QU9", answers)
    return found


@pytest.mark.parametrize("judge", [of_trust, of_system])
@pytest.mark.parametrize(
    ("answer", "outcome", "why"),
    [
        (Answer("in_place", by="Ann", at=AT), "met", ""),
        (Answer("not_in_place", by="Ann", at=AT), "not_met", ""),
        (Answer("on_track"), "not_assessable", "On track, and not yet in place."),
        (Answer("at_risk"), "not_assessable", "At risk, and not yet in place."),
        (Answer("", lead="Bea"), "not_assessable", "Nobody has attested this yet. Its lead is Bea."),
        (None, "not_assessable", "Nobody has attested this yet."),
    ],
)
def test_what_an_answer_comes_to(judge: Any, answer: Answer | None, outcome: str, why: str) -> None:
    found = judge(MILESTONE, answer)
    assert (found.outcome, found.why) == (outcome, why)


def test_a_milestone_not_in_place_is_told_with_who_said_so() -> None:
    found = of_system(MILESTONE, Answer("not_in_place", lead="Bea", by="Ann", at=AT))
    assert found.message == (
        "Reviews every three months: attested as not in place by Ann on Monday 20 February 2023."
    )
    assert (found.rag, found.inputs, found.planned) == ("red", (), None)
    assert found.attested == {
        "state": "not_in_place",
        "figure": None,
        "lead": "Bea",
        "by": "Ann",
        "at": AT,
        "due": "",
    }
    assert formula_of(MILESTONE) == "as attested by its lead"


@pytest.mark.parametrize(
    ("figure", "outcome", "gap"), [(600_000, "met", 0), (599_999, "not_met", 0.0001), (None, "met", None)]
)
def test_a_figure_is_compared_exactly(figure: int | None, outcome: str, gap: float | None) -> None:
    """Without a figure what was said counts."""
    found = of_system(REGISTERED, Answer("in_place", figure))
    assert found.outcome == outcome
    assert found.gap == (None if gap is None else pytest.approx(gap))


def test_a_missed_figure_is_told() -> None:
    found = of_system(REGISTERED, Answer("on_track", 550_000))
    assert found.message == "NHS App: 55.0% is attested; at least 60.0% is asked."
    assert (found.planned, found.threshold, found.gap, found.gap_unit) == (55, 60, 5, "points")
    assert formula_of(REGISTERED) == "as attested by its lead, ≥ 60.0%"
    assert numbers_of(found) == "55.0% attested; at least 60.0% is asked"


def test_a_figure_is_held_against_the_bodys_own_or_the_step_of_the_year() -> None:
    own = replace(REGISTERED, local={"QU9": 50.0})
    assert of_system(own, Answer("on_track", 550_000)).outcome == "met"
    steps = ({"by": "2023-09", "threshold": 50}, {"by": "2024-03", "threshold": 100})
    stepped = replace(REGISTERED, threshold=None, steps=steps)
    assert of_system(stepped, Answer("on_track", 990_000)).threshold == 100
    for figure, due, outcome, threshold in (
        (500_000, "2023-09-30", "not_assessable", 50),  # met so far, and the last step is open
        (499_999, "2023-09-30", "not_met", 50),
        (500_000, "2024-03-31", "not_met", 100),
        (1_000_000, "2024-03-31", "met", 100),
        (500_000, "2023-10-31", "not_met", 100),  # no day of a step
    ):
        found = of_system(stepped, Answer("on_track", figure, due=due))
        assert (found.outcome, found.threshold) == (outcome, threshold), due
    met_so_far = of_system(stepped, Answer("on_track", 500_000, due="2023-09-30"))
    assert met_so_far.why == "Met for September 2023; March 2024 has no figure yet."
    ranged = replace(REGISTERED, comparator="<=", threshold=12, threshold_high=15)
    assert of_system(ranged, Answer("on_track", 150_000)).outcome == "met"


def test_a_trusts_answer_is_not_its_systems_and_a_board_answers_for_its_system_alone() -> None:
    answers = {("22-05", "RTH"): Answer("in_place")}
    trust, board = evaluate(plan(), [MILESTONE], answers)
    assert (trust.outcome, board.outcome) == ("met", "not_applicable")
    assert board.why == "Asked of trusts; an ICB answers for its system."
    assert evaluate_system(plan(), [MILESTONE], "QU9", answers)[0].outcome == "not_assessable"


def test_a_milestone_after_the_year_is_an_ambition() -> None:
    later = replace(MILESTONE, effect={"kind": "by_month", "from": "2028-03", "to": "2028-03"})
    found = of_system(later, Answer("in_place"))
    assert (found.outcome, found.why) == ("not_applicable", "Takes effect after this round, in March 2028.")
