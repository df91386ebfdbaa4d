"""A rule run over real plans in hand: whom it hits, beside the rule in force, and that nothing of it counts."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError

from planning.foundation.jobs import Job
from planning.people.access import NotAllowed, scope_of_person
from planning.people.person import Person
from planning.plan.backtests import EVERY, TRY, ask
from planning.plan.findings import Finding
from planning.plan.rule_trials import RuleTrial
from planning.plan.rulebook import RuleVersion
from planning.plan.runs import CurrentRun, Run
from planning.plan.tolerances import RuleTolerance
from submissions import backtesting
from submissions.backtesting import NOT_JUDGED, OURS, give_up, try_rule
from submissions.in_hand import plans_in_hand
from tests import flow
from tests.flow import ROUND

pytestmark = pytest.mark.django_db
MARCH = 13


def entry_of(code: str, **changes: Any) -> dict[str, Any]:
    return {**RuleVersion.objects.get(round_id=ROUND, code=code, is_current=True).entry, **changes}


def asked(by: Person, entry: dict[str, Any], system: str = "QU9", *, differs: bool = True) -> RuleTrial:
    hand = plans_in_hand(ROUND, entry["code"], [system] if system else None)
    return ask(
        by=scope_of_person(by), of=ROUND, plans=ROUND, system=system, entry=entry, differs=differs,
        in_hand=hand.digest,
    )  # fmt: skip


def run(trial: RuleTrial) -> RuleTrial:
    try_rule(str(trial.pk))
    trial.refresh_from_db()
    return trial


def send_apart(ods: str = "RTH", staff: float = 500) -> None:
    """A trust whose finance return plans so many more staff in March than its workforce return: T01 is broken."""
    flow.send(ods, "workforce")
    figures = flow.figures_of(ods, "finance")
    (line,) = (code for code in figures if code == "F.WTE.SUB")
    figures[line][MARCH] += staff
    flow.send(ods, "finance", figures)


def states(trial: RuleTrial) -> dict[str, str]:
    return {row["organisation"]: row["state"] for row in trial.result["bodies"]}


def everything() -> tuple[Any, ...]:
    return (
        sorted(Finding.objects.values_list("pk", "rule", "trial")),
        sorted(CurrentRun.objects.values_list("pk", "run_id")),
        sorted((str(pk), str(counts)) for pk, counts in Run.objects.values_list("pk", "counts")),
    )


def test_the_rule_in_force_hits_whom_it_has_hit_and_nothing_counts(cara: Person) -> None:
    send_apart()
    before = everything()
    trial = run(asked(cara, entry_of("T01"), differs=False))
    assert (trial.state, trial.error) == (RuleTrial.DONE, "")
    found = Finding.objects.get(rule="T01")
    (hit,) = trial.result["hits"]
    assert (hit["organisation"], hit["line"], hit["message"]) == ("RTH", found.line, found.message)
    assert (hit["gap"], hit["unit"], hit["period"], hit["already"]) == (500.0, "WTE", "2024-03", True)
    assert trial.result["released"] == []
    assert states(trial)["RTH"] == "hit"
    assert {state for ods, state in states(trial).items() if ods != "RTH"} == {"waiting"}
    assert "QU9" not in states(trial)  # T01 is asked of trusts alone
    assert trial.result["waiting"]["finance"] == len(states(trial)) - 1
    assert {(row["organisation"], row["return"], row["version"]) for row in trial.result["versions"]} == {
        ("RTH", "workforce", 1), ("RTH", "finance", 1),
    }  # fmt: skip
    assert everything() == before


def test_a_wider_tolerance_releases_and_a_closer_one_hits_anew(cara: Person) -> None:
    send_apart()
    wide = run(asked(cara, entry_of("T01", tolerance={"absolute": 500, "text": "500 WTE"})))
    assert (wide.result["hits"], [row["organisation"] for row in wide.result["released"]]) == ([], ["RTH"])
    assert states(wide)["RTH"] == "assessed"
    close = run(asked(cara, entry_of("T01", tolerance={"absolute": 499, "text": "499 WTE"})))
    assert [(row["organisation"], row["already"]) for row in close.result["hits"]] == [("RTH", True)]
    row = {"left": "F.WTE.TOT", "operator": "<", "right": "0", "grain": "march"}
    other = run(asked(cara, entry_of("T01", comparisons=[row])))  # in another line: another hit
    assert [(row["line"], row["already"]) for row in other.result["hits"]] == [("F.WTE.TOT", False)]
    assert [row["line"] for row in other.result["released"]] == ["W.TOT"]


def test_what_the_system_allows_holds_unless_a_tolerance_is_tried(cara: Person) -> None:
    send_apart()
    RuleTolerance.objects.create(
        round_id=ROUND, rule="T01", system_id="QU9", entry={"absolute": 600}, text="600 WTE", reason="Agreed."
    )
    as_it_stands = run(asked(cara, entry_of("T01"), differs=False))
    assert (as_it_stands.result["hits"], as_it_stands.result["own_tolerance"]) == ([], False)
    tried = run(asked(cara, entry_of("T01", tolerance={"absolute": 400, "text": "400 WTE"})))
    assert [(row["organisation"], row["already"]) for row in tried.result["hits"]] == [("RTH", False)]
    assert tried.result["own_tolerance"] is True


def test_one_systems_trial_looks_at_no_other(tamsin: Person) -> None:
    send_apart()
    trial = run(asked(tamsin, entry_of("T01"), "QT6", differs=False))
    assert "RTH" not in states(trial)
    assert trial.result["hits"] == trial.result["versions"] == []


def test_an_administrator_tries_every_system(cara: Person, tamsin: Person) -> None:
    send_apart()
    tamsin.is_staff = True
    trial = run(asked(tamsin, entry_of("T01"), EVERY, differs=False))
    assert [row["organisation"] for row in trial.result["hits"]] == ["RTH"]
    assert {"RTH", "REF"} <= states(trial).keys()
    assert "done" not in trial.result
    with pytest.raises(NotAllowed):
        asked(cara, entry_of("T01"), EVERY)
    with pytest.raises(NotAllowed):
        asked(cara, entry_of("T01"), "QT6")


def test_the_page_is_told_how_far_it_is(tamsin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    send_apart()
    tamsin.is_staff = True
    trial = asked(tamsin, entry_of("T01"), EVERY, differs=False)
    told: list[Any] = []

    def see(*_: Any) -> None:
        trial.refresh_from_db()
        told.append((trial.state, trial.result["done"], trial.result["systems"]))

    monkeypatch.setattr(backtesting, "see", see)
    try_rule(str(trial.pk))
    assert sorted(set(told)) == [("waiting", 0, 2), ("waiting", 1, 2)]


def test_a_trust_tries_nothing(asha: Person, nadia: Person) -> None:
    for person in (asha, nadia):
        with pytest.raises(NotAllowed):
            asked(person, entry_of("T01"))


def test_the_same_on_the_same_versions_is_run_once(cara: Person) -> None:
    send_apart()
    first = asked(cara, entry_of("T01"), differs=False)
    assert asked(cara, entry_of("T01"), differs=False) == first
    run(first)
    assert asked(cara, entry_of("T01"), differs=False) == first
    assert [job.subject for job in Job.objects.filter(task=TRY)] == [str(first.pk)]
    assert asked(cara, entry_of("T01", title="Other.")) != first
    flow.send("RTH", "finance")  # another version is in hand
    assert asked(cara, entry_of("T01"), differs=False) != first


def test_delivered_twice_it_is_kept_once(cara: Person) -> None:
    send_apart()
    trial = run(asked(cara, entry_of("T01"), differs=False))
    finished = trial.finished_at
    assert run(trial).finished_at == finished


def test_a_version_that_came_meanwhile_is_the_one_judged(cara: Person) -> None:
    send_apart()
    trial = asked(cara, entry_of("T01"), differs=False)
    flow.send("RTH", "finance")  # put right before the worker came to it
    run(trial)
    assert trial.result["hits"] == []
    assert {row["version"] for row in trial.result["versions"] if row["return"] == "finance"} == {2}
    assert asked(cara, entry_of("T01"), differs=False) == trial  # and it is known as that


def test_one_returns_rule_and_a_rule_of_the_system(cara: Person) -> None:
    flow.send("RTH", "finance")
    row = {"left": "F.PAY.AGY", "operator": ">", "right": "0", "grain": "march"}
    trial = run(
        asked(
            cara, entry_of("T27", comparisons=[row], function="declared", levels=["organisation", "system"])
        )
    )
    levels = {(body["level"], body["organisation"]): body["state"] for body in trial.result["bodies"]}
    assert levels["organisation", "RTH"] == "hit"
    assert levels["system", "QU9"] == "waiting"


def test_a_doubt_about_a_target_is_tried_with_the_targets(cara: Person) -> None:
    flow.send_three("RTH")
    tolerance = {"relative": 0, "absolute": 0, "text": "none"}
    trial = run(asked(cara, entry_of("V22", limits={"share": 0.0}, tolerance=tolerance)))
    assert trial.result["hits"] and {row["organisation"] for row in trial.result["hits"]} == {"RTH"}
    assert not any(row["already"] for row in trial.result["hits"])


def test_a_check_of_the_file_cannot_be_run_over_figures(cara: Person) -> None:
    send_apart()
    trial = run(asked(cara, entry_of("V05"), differs=False))
    assert (trial.state, trial.error) == (RuleTrial.FAILED, NOT_JUDGED)


def test_a_rule_that_breaks_down_says_so_plainly(
    cara: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    send_apart()

    def broken(*_: Any) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(backtesting.judging, "judge_organisation", broken)
    trial = run(asked(cara, entry_of("T01"), differs=False))
    assert trial.state == RuleTrial.FAILED
    assert trial.error.startswith("T01 broke down on the plan of ") and "ZeroDivision" not in trial.error
    assert "division by zero" in caplog.text
    assert (trial.result, Finding.objects.filter(trial=True).count()) == ({"of": ROUND}, 0)
    again = asked(cara, entry_of("T01"), differs=False)
    assert (again.pk, again.state) == (trial.pk, RuleTrial.WAITING)


def test_a_fault_of_the_database_is_tried_again_and_given_up_as_ours(
    cara: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_apart()

    def broken(*_: Any) -> None:
        raise DatabaseError("gone")

    trial = asked(cara, entry_of("T01"), differs=False)
    monkeypatch.setattr(backtesting.judging, "judge_organisation", broken)
    with pytest.raises(DatabaseError):
        try_rule(str(trial.pk))
    trial.refresh_from_db()
    assert trial.state == RuleTrial.WAITING
    give_up(str(trial.pk), "gone")
    trial.refresh_from_db()
    assert (trial.state, trial.error) == (RuleTrial.FAILED, OURS)


def test_asking_and_judging_take_a_fixed_number_of_queries(
    cara: Person, django_assert_max_num_queries: Any
) -> None:
    send_apart()
    with django_assert_max_num_queries(10):
        plans_in_hand(ROUND, "T01", ["QU9"])
    trial = asked(cara, entry_of("T01"), differs=False)
    with django_assert_max_num_queries(36):
        try_rule(str(trial.pk))
