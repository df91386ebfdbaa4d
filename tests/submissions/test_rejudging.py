"""Many judged again: each once, with what is new and gone for it; what is accepted stays; pressing twice asks once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from planning.foundation import jobs
from planning.people.access import NotAllowed, scope_of_person
from planning.people.person import Person
from planning.plan.findings import Finding
from planning.plan.rejudgements import REJUDGE, RULE, RejudgedBody, Rejudgement, ask_for
from planning.plan.rulebook import RuleVersion
from planning.plan.runs import LATEST, CurrentRun, Run
from planning.registry.organisations import Organisation
from submissions import rejudging
from submissions.remaking import judge_system_again
from submissions.uploads import ACCEPTED, Upload
from tests.flow import ROUND, figures_of, send, send_three

pytestmark = pytest.mark.django_db
Sign = Any


def new_version(code: str, **changed: Any) -> None:
    """The rule edited in the service, without a word to anybody."""
    rule = RuleVersion.objects.get(round_id=ROUND, code=code, is_current=True)
    RuleVersion.objects.filter(pk=rule.pk).update(is_current=False)
    RuleVersion.objects.create(
        round_id=ROUND,
        code=code,
        version=rule.version + 1,
        position=rule.position,
        entry={**rule.entry, **changed},
    )


def work_off() -> None:
    """What is queued, as a worker does it."""
    for job in jobs.Job.objects.filter(task=REJUDGE, state=jobs.Job.QUEUED):
        jobs.work(str(job.pk), rejudging.rejudge, rejudging.give_up)


def more_staff() -> dict[str, list[Any]]:
    """A workforce return 3 WTE above the finance return in March: within what T01 allows."""
    figures = figures_of("RTH", "workforce")
    figures["W.SUB.OTH"] = [*figures["W.SUB.OTH"]]
    figures["W.SUB.OTH"][13] += 3
    figures["W.BR.JOIN"][13] += 3
    return figures


def test_a_stricter_rule_newly_fails_whom_it_hits_and_a_laxer_one_lets_go() -> None:
    send_three("RTH")
    send("RTH", "workforce", more_staff())
    new_version("T01", tolerance={"absolute": 1, "text": "1 WTE"})
    asked = ask_for(round_code=ROUND, why=RULE, by=None, about="T01", reason="Tried long enough")
    work_off()

    bodies = {body.organisation_id: body for body in asked.bodies.all()}
    assert {ods: body.state for ods, body in bodies.items()} == {
        "RTH": RejudgedBody.DONE,
        "QU9": RejudgedBody.DONE,
    }
    assert [(row["rule"], row["organisation"]) for row in bodies["RTH"].changed["found"]] == [("T01", "RTH")]
    assert bodies["RTH"].changed["gone"] == []

    new_version("T01", tolerance={"absolute": 50, "text": "50 WTE"})
    back = ask_for(round_code=ROUND, why=RULE, by=None, about="T01")
    work_off()
    assert [row["rule"] for row in back.bodies.get(organisation_id="RTH").changed["gone"]] == ["T01"]


def test_a_rule_of_one_return_is_checked_again_unless_it_is_accepted() -> None:
    figures = figures_of("RTH", "workforce")
    figures["W.BR.JOIN"][5] += 5
    sent = send("RTH", "workforce", figures)
    kept = send("RHW", "workforce", {**figures_of("RHW", "workforce")})
    assert Finding.objects.filter(run=sent.run, rule="T26").exists()
    Upload.objects.filter(pk=kept.pk).update(state=ACCEPTED)

    new_version("T26", tolerance={"absolute": 99, "text": "99 WTE"})
    asked = ask_for(round_code=ROUND, why=RULE, by=None, about="T26", returns=["workforce"])
    work_off()

    sent.refresh_from_db()
    accepted = Upload.objects.get(pk=kept.pk)
    assert not Finding.objects.filter(run=sent.run, rule="T26").exists()
    assert accepted.run_id == kept.run_id
    assert [row["rule"] for row in asked.bodies.get(organisation_id="RTH").changed["gone"]] == ["T26"]
    pointed = CurrentRun.objects.get(scope=Run.RETURN, subject="RTH", return_kind="workforce", basis=LATEST)
    assert pointed.run_id == sent.run_id


def test_a_second_delivery_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    send_three("RTH")
    send("RTH", "workforce", more_staff())
    new_version("T01", tolerance={"absolute": 1, "text": "1 WTE"})
    asked = ask_for(round_code=ROUND, why=RULE, by=None, bodies=["RTH"])
    subject = f"{asked.pk}|RTH"

    finish = rejudging._finish
    monkeypatch.setattr(rejudging, "_finish", lambda body, state: None)  # killed before it said so
    rejudging.rejudge(subject)
    monkeypatch.setattr(rejudging, "_finish", finish)
    rejudging.rejudge(subject)
    rejudging.rejudge(subject)

    body = asked.bodies.get()
    assert body.state == RejudgedBody.DONE
    assert [row["rule"] for row in body.changed["found"]] == ["T01"]


def test_pressing_twice_asks_once_and_only_a_reviewer_may(cara: Person, asha: Person) -> None:
    send("RTH", "activity")
    system = Organisation.objects.get(pk="QU9")
    first = judge_system_again(by=scope_of_person(cara), round_code=ROUND, system=system)
    again = judge_system_again(by=scope_of_person(cara), round_code=ROUND, system=system)
    assert first.pk == again.pk
    assert set(first.bodies.values_list("organisation_id", flat=True)) == {"RTH", "QU9"}
    with pytest.raises(NotAllowed):
        judge_system_again(by=scope_of_person(asha), round_code=ROUND, system=system)
    work_off()
    assert judge_system_again(by=scope_of_person(cara), round_code=ROUND, system=system).pk != first.pk


def test_its_page_shows_how_far_it_is_and_who_newly_fails(
    cara: Person, asha: Person, signed_in: Sign
) -> None:
    send_three("RTH")
    send("RTH", "workforce", more_staff())
    new_version("T01", tolerance={"absolute": 1, "text": "1 WTE"})
    browser: Client = signed_in(cara)
    response = browser.post(reverse("judge_again", args=["QU9", ROUND]))
    page = response.headers["Location"]
    assert "0 of 2 organisations judged again so far" in browser.get(page).content.decode()
    work_off()
    shown = browser.get(page).content.decode()
    assert "Something new was found of 1 of 2" in shown
    assert "Newly found: 1" in shown

    asked = Rejudgement.objects.get()
    mine: Client = signed_in(asha)
    shown = mine.get(reverse("rejudgement", args=[ROUND, asked.pk])).content.decode()
    assert "Something new was found of 1 of 1" in shown
    listed = mine.get(reverse("rejudgements", args=[ROUND])).content.decode()
    assert "Judged again because somebody asked" in listed
