"""Answering: what an answer needs, that one takes the place of another, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planning.foundation import jobs
from planning.foundation.jobs import Job
from planning.people.access import NotAllowed, Scope, scope_of_person
from planning.people.person import Person
from planning.registry.groups import Group
from targets.assurance.answering import Body, bodies_of, body_named, is_asked_of
from targets.assurance.assurances import Asked, load_asked, named
from targets.assurance.attestations import Attestation, answers_of
from targets.assurance.attesting import JUDGE_AGAIN, Answer, AnsweredMeanwhile, NotAnswered, attest
from targets.judging.outcome import Answer as Read
from tests.conftest import make_person
from tests.planned import ROUND, make_run, make_upload

pytestmark = pytest.mark.django_db
PLAN = "23-A02"  # asked of acute trusts and systems
BOARD_TARGET = "23-48"  # a target of systems with a threshold, answered by its lead
BOTH = "23-58"  # a milestone of trusts and systems
STEPS = "QT6-23-19"  # Cornwall's, 50% by September and 100% by March


@pytest.fixture(autouse=True)
def _no_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "ring", lambda job: None)


def asked_for(code: str, round_code: str = ROUND) -> Asked:
    found = named(load_asked(round_code), code)
    assert found is not None, code
    return found


def body_of(scope: Scope, code: str) -> Body:
    found = body_named(bodies_of(scope, ROUND), code)
    assert found is not None, code
    return found


def say(
    by: Scope, code: str, body: str, state: str = "in_place", seen: str = "", **given: Any
) -> Attestation:
    answer = Answer(state, **{"evidence": "Board paper of 3 March.", **given})
    return attest(
        by=by, round_code=ROUND, asked=asked_for(code), body=body_of(by, body), answer=answer, seen=seen
    )


@pytest.fixture
def trust(asha: Person) -> Scope:
    return scope_of_person(asha)


@pytest.fixture
def board(cara: Person) -> Scope:
    return scope_of_person(cara)


@pytest.fixture
def cornwall(tamsin: Person) -> Scope:
    return scope_of_person(tamsin)


def test_an_answer_is_kept_with_who_and_takes_the_place_of_the_one_before(trust: Scope) -> None:
    first = say(trust, PLAN, "RTH", "on_track", lead=" Priya  Shah ", due=date(2023, 9, 30), evidence="")
    second = say(trust, PLAN, "RTH", "in_place", seen=str(first.pk))

    first.refresh_from_db()
    assert (first.lead, first.due, first.by, first.is_current) == (
        "Priya Shah", date(2023, 9, 30), trust.person, False,
    )  # fmt: skip
    assert (second.state, second.evidence, second.is_current) == ("in_place", "Board paper of 3 March.", True)
    assert Attestation.objects.filter(is_current=True).count() == 1


def test_a_double_press_keeps_one(trust: Scope) -> None:
    first = say(trust, BOTH, "RTH")
    assert say(trust, BOTH, "RTH") == first
    assert (Attestation.objects.count(), Job.objects.count()) == (1, 1)


def test_of_two_who_looked_at_the_same_the_second_is_told(trust: Scope) -> None:
    make_person("bill")
    other = replace(trust, person=Person.objects.get(name="Bill Reeve"))
    first = say(trust, PLAN, "RTH", "on_track")

    with pytest.raises(AnsweredMeanwhile, match="Asha Patel answered “On track” meanwhile"):
        say(other, PLAN, "RTH", "at_risk")
    assert Attestation.objects.get() == first

    assert say(other, PLAN, "RTH", "at_risk", seen=str(first.pk)).by == other.person


@pytest.mark.parametrize(
    ("code", "given", "field", "text"),
    [
        (PLAN, {"state": "", "lead": " "}, "state", "Choose how it stands, or name who leads on it"),
        (PLAN, {"state": "done"}, "state", "Choose how it stands"),
        (PLAN, {"state": "in_place", "evidence": " "}, "evidence", "Say what shows that it is in place"),
        (PLAN, {"state": "not_in_place", "evidence": ""}, "evidence", "Say why it is not in place"),
        (PLAN, {"evidence": "x" * 4001}, "evidence", "The evidence must be 4,000 characters or fewer"),
        (PLAN, {"lead": "x" * 121}, "lead", "The lead must be 120 characters or fewer"),
        (PLAN, {"due": date(23, 9, 30)}, "due", "Enter the year in four figures, such as 2024"),
        (PLAN, {"figure": 10_000}, "figure", "No figure is asked for here"),
    ],
)
def test_what_is_wanting_is_said_and_nothing_is_kept(
    trust: Scope, code: str, given: dict[str, Any], field: str, text: str
) -> None:
    with pytest.raises(NotAnswered) as wrong:
        say(trust, code, "RTH", **given)
    assert (wrong.value.field, str(wrong.value)) == (field, text)
    assert not Attestation.objects.exists() and not Job.objects.exists()


def test_a_lead_may_be_named_before_there_is_an_answer(trust: Scope) -> None:
    assert say(trust, PLAN, "RTH", "", lead="Priya Shah", evidence="").state == ""
    assert say(trust, BOTH, "RTH", "at_risk", evidence="").state == "at_risk"


def test_a_figure_of_a_target_in_steps_says_which_step(cornwall: Scope) -> None:
    with pytest.raises(NotAnswered, match="Choose which step the figure answers"):
        say(cornwall, STEPS, "QT6", "on_track", figure=500_000)
    with pytest.raises(NotAnswered, match="Choose one of the steps"):
        say(cornwall, STEPS, "QT6", "on_track", figure=500_000, step="2023-10")

    kept = say(cornwall, STEPS, "QT6", "on_track", figure=500_000, step="2023-09", due=date(2023, 12, 1))

    assert (kept.figure, kept.due) == (500_000, date(2023, 9, 30))


def test_what_a_target_rests_on_has_its_body_judged_again(trust: Scope, board: Scope) -> None:
    say(trust, PLAN, "RTH")  # a supporting plan: no target rests on it
    assert not Job.objects.exists()

    say(trust, BOTH, "RTH")
    say(board, BOARD_TARGET, "QU9", "on_track", figure=30_000)

    queued = [(job.task, job.subject) for job in Job.objects.order_by("enqueued_at")]
    assert queued == [(JUDGE_AGAIN, f"{ROUND}:RTH"), (JUDGE_AGAIN, f"{ROUND}:QU9")]


def test_a_group_answers_by_its_leads_people_and_its_system_is_judged(trust: Scope, board: Scope) -> None:
    group = Group.objects.create(
        code="a-alliance", name="An alliance", kind="cancer_alliance", system_id="QU9", lead_id="RTH"
    )
    with pytest.raises(NotAllowed):  # its lead is a trust
        say(board, "23-56", group.code)

    kept = say(trust, "23-56", group.code)

    assert (kept.group, kept.organisation_id) == (group, "RTH")
    assert Job.objects.get().subject == f"{ROUND}:QU9"
    assert answers_of(ROUND) == {
        ("23-56", "a-alliance"): Read("in_place", None, "", "Asha Patel", kept.at.isoformat())
    }


def test_only_those_whose_it_is_answer(trust: Scope, board: Scope, colin: Person) -> None:
    with pytest.raises(NotAllowed):  # a board sees a trust's answer and does not give it
        say(board, PLAN, "RTH")
    with pytest.raises(NotAnswered, match="BOB ICB"):  # Cornwall's own objective
        attest(
            by=board, round_code=ROUND, asked=asked_for(STEPS), body=body_of(board, "QU9"),
            answer=Answer("on_track"),
        )  # fmt: skip
    program = replace(trust, person=None)
    with pytest.raises(NotAllowed, match="not a program"):
        say(program, PLAN, "RTH")
    assert say(scope_of_person(colin), BOARD_TARGET, "QU9", "at_risk").by == colin
    assert Attestation.objects.count() == 1


def test_an_action_is_asked_of_the_trusts_whose_targets_it_helps() -> None:
    acute = Body("RTH", "", "trust", "RTH", "QU9", "ac")
    ambulance = replace(acute, code="RYE", organisation="RYE", kind="am")
    seen = {
        code: [is_asked_of(asked_for(code), body) for body in (acute, ambulance)]
        for code in (PLAN, "23-A03", "23-A50")
    }
    assert seen == {PLAN: [True, False], "23-A03": [False, True], "23-A50": [True, True]}


def test_what_asks_nobody_here_is_not_asked() -> None:
    codes = {one.code for one in load_asked(ROUND)}
    assert not codes & {"23-46", "QT6-23-12", "23-01"}  # of England alone, held in doubt, answered by returns
    assert {"23-58", STEPS, PLAN} <= codes


def test_each_system_is_asked_its_own_and_the_nations(board: Scope, cornwall: Scope) -> None:
    asked = load_asked(ROUND)
    of = {
        scope.bodies[0].ods: {one.code for one in asked if is_asked_of(one, bodies_of(scope, ROUND)[0])}
        for scope in (board, cornwall)
    }
    own = of["QT6"] - of["QU9"]
    assert own and all(code.startswith("QT6-") for code in own)
    assert not of["QU9"] - of["QT6"]


def test_whose_answers_one_sees(trust: Scope, board: Scope, nadia: Person) -> None:
    Group.objects.all().delete()
    national = scope_of_person(nadia)
    assert [body.code for body in bodies_of(trust, ROUND)] == ["RTH"]
    assert {body.code for body in bodies_of(board, ROUND)} >= {"QU9", "RTH", "RHW", "RNU"}
    assert "REF" not in {body.code for body in bodies_of(board, ROUND)}
    assert bodies_of(national, ROUND) == []

    make_run("system", "QT6", [], "accepted")  # judged with nothing accepted in it
    make_run("system", "QU9", [make_upload("RTH", "finance")], "accepted")
    make_run("organisation", "RTH", [make_upload("RTH", "activity")], "accepted")
    make_run("organisation", "RHW", [make_upload("RHW", "activity")])

    assert [body.code for body in bodies_of(national, ROUND)] == ["QU9", "RTH"]
