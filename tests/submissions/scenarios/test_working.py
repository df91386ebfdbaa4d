"""A what-if judged on real returns: it says what the same plan would say if it were sent, and changes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from finance.positions import Position
from planning.foundation.jobs import Job
from planning.people.access import NotAllowed, Scope, scope_of_person
from planning.people.person import Person
from planning.plan.findings import Finding
from planning.plan.runs import CurrentRun, Run
from planning.registry.lines import Lines
from planning.registry.organisations import Organisation
from submissions import tasks
from submissions.book import Book
from submissions.queued import WHAT_IF
from submissions.scenarios import asking, working
from submissions.scenarios.bodies import Body, bodies_tried, body_named
from submissions.scenarios.changing import MOST, CannotChange, Change
from submissions.scenarios.models import Scenario
from submissions.scenarios.today import today_of, try_changes
from submissions.uploads import Upload, Value
from targets.evaluations import NOT_MET, Evaluation
from tests.conftest import ROUND
from tests.flow import figures_of, send, send_three
from tests.planned import text_of

pytestmark = pytest.mark.django_db
BEDS = Change("RTH", "E.M.30g", "add", "-50", "2023-04", "2024-03")
KEPT = (Upload, Value, Run, CurrentRun, Finding, Evaluation, Position)


@pytest.fixture
def oxford(db: None) -> Body:
    send_three("RTH")
    return Body(Organisation.objects.get(pk="RTH"))


@pytest.fixture
def planner(asha: Person) -> Scope:
    return scope_of_person(asha)


def worked_out(by: Scope, body: Body, *changes: Change) -> Scenario:
    scenario = asking.ask(by=by, round_code=ROUND, body=body, changes=changes)
    tasks.what_if(str(Job.objects.get(task=WHAT_IF, subject=str(scenario.pk), state=Job.QUEUED).pk))
    scenario.refresh_from_db()
    return scenario


def everything() -> list[list[dict[str, Any]]]:
    return [list(model.objects.order_by("pk").values()) for model in KEPT]


def test_it_says_what_the_same_plan_would_say_if_it_were_sent(oxford: Body, planner: Scope) -> None:
    scenario = worked_out(planner, oxford, BEDS)
    assert scenario.state == Scenario.DONE, scenario.error
    result = scenario.result
    figures = figures_of("RTH", "activity")
    figures["E.M.30g"] = [
        *figures["E.M.30g"][:2], *[round(one - 50, 1) for one in figures["E.M.30g"][2:14]], *figures["E.M.30g"][14:],
    ]  # fmt: skip
    send("RTH", "activity", figures)
    current = CurrentRun.objects.filter(subject="RTH").values("run_id")
    sent = Finding.objects.filter(run__in=current).exclude(kind="check")
    said = {
        (row["rule"], row["line"] if row["kind"] != "target" else "", row["message"])
        for name in ("new", "same")
        for row in result["findings"][name]
    }
    assert said == {(row.rule, row.line if row.kind != "target" else "", row.message) for row in sent}
    assert "23-03" in {row["rule"] for row in result["findings"]["new"]}
    moved = {row["code"]: row for row in result["targets"]["moved"]}
    for row in Evaluation.objects.filter(run__in=current, organisation_id="RTH"):
        if row.target in moved:
            assert moved[row.target]["after"]["planned"] == row.planned
            assert moved[row.target]["after"]["outcome"] == row.outcome
    assert (moved["23-03"]["before"]["outcome"], moved["23-03"]["after"]["outcome"]) == ("met", NOT_MET)
    assert result["lines"]["changed"][0]["after"] == pytest.approx(
        result["lines"]["changed"][0]["before"] - 50
    )


def test_it_changes_nothing_anywhere(
    oxford: Body, planner: Scope, asha: Person, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(asha)
    addresses = [
        f"/api/v1/rounds/{ROUND}/{name}/?format=jsonl" for name in ("points", "findings", "evaluations")
    ]

    def answers() -> list[bytes]:
        return [b"".join(browser.get(address)) for address in addresses] + [
            text_of(browser.get(reverse(name, args=[ROUND]))).encode()  # type: ignore[arg-type]
            for name in ("returns", "findings", "targets", "capacity")
        ]

    answers()  # charts are asked for once
    before, said = everything(), answers()
    scenario = worked_out(planner, oxford, BEDS, Change("RTH", "F.PAY.AGY.RN", "percent", "-20"))
    asking.save(by=planner, scenario=scenario, name="Fewer beds", note="", is_shared=True)
    assert everything() == before
    assert answers() == said


def test_totals_are_worked_out_as_the_pipeline_does(oxford: Body) -> None:
    """With changes of nothing every row of every return is what was stored; and a changed part moves its totals."""
    book = Book.load(ROUND)
    scenario = Scenario(round_id=ROUND, body=oxford.organisation)
    base = working._base(book, scenario)
    nothing = [Change("RTH", code, "percent", "0") for code in ("E.M.10a", "W.AGY.RN", "F.PAY.AGY.RN")]
    after = working.with_changes(book, base, nothing)
    assert [(row.line, row.figures, row.states) for row in after] == [
        (row.line, row.figures, row.states) for row in base.rows
    ]
    moved = working.with_changes(book, base, [Change("RTH", "E.M.10a", "add", "120")])
    year = {row.line: row.figures[14] for row in moved}
    was = {row.line: row.figures[14] for row in base.rows}
    assert (year["E.M.10a"] or 0) - (was["E.M.10a"] or 0) == 1_200_000
    assert (year["E.M.10"] or 0) - (was["E.M.10"] or 0) == 1_200_000
    assert {code for code in year if year[code] != was[code]} == {"E.M.10a", "E.M.10"}
    assert {row.line: row.figures[14] for row in base.rows} == was


def test_money_moves_the_position(oxford: Body, planner: Scope) -> None:
    scenario = worked_out(planner, oxford, Change("RTH", "F.PAY.AGY", "add", "-1000"))
    before, after = scenario.result["summary"]["adjusted"]
    assert (round(after - before, 4), scenario.result["position"][0]["organisation"]) == (-1000, "RTH")


def test_a_system_is_judged_with_the_members_that_change(oxford: Body, cara: Person) -> None:
    scope = scope_of_person(cara)
    system = body_named(bodies_tried(scope), "system-QU9")
    assert system is not None
    scenario = worked_out(scope, system, BEDS)
    assert scenario.state == Scenario.DONE, scenario.error
    new = {(row["rule"], row["who"]) for row in scenario.result["findings"]["new"]}
    assert ("23-03", "Oxford University Hospitals") in new
    assert [row["organisation"] for row in scenario.result["position"]] == [None, "RTH"]
    assert {row["organisation"] for row in scenario.base} == {"RTH"}


def test_what_changes_meanwhile_has_an_answer_of_its_own(oxford: Body, planner: Scope) -> None:
    scenario = asking.ask(by=planner, round_code=ROUND, body=oxford, changes=[BEDS])
    earlier = Scenario.objects.get(pk=scenario.pk)
    asking.add(by=planner, scenario=scenario, changes=[Change("RTH", "W.AGY.RN", "percent", "-5")])
    working._finish(earlier, state=Scenario.DONE, result={"summary": {}})
    scenario.refresh_from_db()
    assert (scenario.state, len(scenario.changes)) == (Scenario.WAITING, 2)
    for job in Job.objects.filter(task=WHAT_IF, state=Job.QUEUED):
        tasks.what_if(str(job.pk))
    scenario.refresh_from_db()
    done = scenario.finished_at
    assert len(scenario.result["lines"]["changed"]) == 2
    working.work_out(str(scenario.pk))  # the task comes again
    scenario.refresh_from_db()
    assert scenario.finished_at == done
    asking.remove(by=planner, scenario=scenario, at=0)
    asking.remove(by=planner, scenario=scenario, at=7)
    scenario.refresh_from_db()
    assert [row["line"] for row in scenario.changes] == ["W.AGY.RN"]


def test_a_change_that_can_be_made_no_more_says_so(oxford: Body, planner: Scope) -> None:
    scenario = worked_out(planner, oxford, BEDS)
    Value.objects.filter(line="E.M.30g").update(states="v" * 2 + "b" + "v" * 12, p02=None)
    asking.again(by=planner, scenario=scenario)
    working.work_out(str(scenario.pk))
    scenario.refresh_from_db()
    assert scenario.state == Scenario.FAILED
    assert scenario.error.startswith("E.M.30g is blank in April 2023, so there is nothing to add to.")


def test_without_a_version_there_is_no_plan(planner: Scope) -> None:
    body = Body(Organisation.objects.get(pk="RTH"))
    scenario = worked_out(planner, body, BEDS)
    assert (scenario.state, "no current version of any return" in scenario.error) == (Scenario.FAILED, True)
    with pytest.raises(CannotChange, match="Activity not returned"):
        try_changes(planner, today_of(body.organisation, Lines.load(ROUND)), [BEDS])


def test_our_own_fault_is_said_plainly(planner: Scope) -> None:
    scenario = asking.ask(
        by=planner, round_code=ROUND, body=Body(Organisation.objects.get(pk="RTH")), changes=[BEDS]
    )
    working.give_up(str(scenario.pk), "boom")
    scenario.refresh_from_db()
    assert (scenario.state, scenario.error) == (Scenario.FAILED, working.OURS)
    working.work_out(str(uuid.uuid4()))  # one that was deleted meanwhile


def test_more_than_fifty_are_refused(planner: Scope) -> None:
    body = Body(Organisation.objects.get(pk="RTH"))
    with pytest.raises(CannotChange, match="at most 50 changes"):
        asking.ask(by=planner, round_code=ROUND, body=body, changes=[BEDS] * (MOST + 1))
    scenario = asking.ask(by=planner, round_code=ROUND, body=body, changes=[BEDS] * MOST)
    with pytest.raises(CannotChange, match="at most 50 changes"):
        asking.add(by=planner, scenario=scenario, changes=[BEDS])


def test_what_nobody_saves_goes_after_a_week(planner: Scope, bill: Person) -> None:
    body = Body(Organisation.objects.get(pk="RTH"))
    made = [asking.ask(by=planner, round_code=ROUND, body=body, changes=[BEDS]) for _ in range(3)]
    asking.save(by=planner, scenario=made[0], name=" Kept  for good ", note=" why ", is_shared=False)
    old = timezone.now() - timedelta(days=7, minutes=1)
    Scenario.objects.filter(pk__in=[made[0].pk, made[1].pk]).update(asked_at=old)
    assert (tasks.clear_scenarios(), tasks.clear_scenarios()) == (1, 0)
    assert set(Scenario.objects.values_list("pk", flat=True)) == {made[0].pk, made[2].pk}
    kept = Scenario.objects.get(pk=made[0].pk)
    assert (kept.name, kept.note) == ("Kept for good", "why")
    for act in (asking.delete, asking.again):
        with pytest.raises(NotAllowed):
            act(by=scope_of_person(bill), scenario=kept)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("E.M.10", "E.M.10 is worked out from other lines. Change one of those instead: E.M.10a, E.M.10b"),
        ("X.Y", "There is no line X.Y in 2023/24. Search for it by its code or its name"),
        ("E.T.2a", "E.T.2a is a line of mental health and community trusts: it is not in the returns of "
                   "Oxford University Hospitals"),
        ("LOC.POP", "LOC.POP is known to the service and stands in no return, so no plan can change it"),
        ("", "Choose a line"),
    ],
)  # fmt: skip
def test_lines_that_nobody_can_change(code: str, said: str, db: None) -> None:
    today = today_of(Organisation.objects.get(pk="RTH"), Lines.load(ROUND))
    with pytest.raises(CannotChange) as error:
        today.line(code)
    assert (error.value.field, str(error.value)) == ("line", said)
