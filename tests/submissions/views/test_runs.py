"""The pages of runs and of judging many again: few queries, however much there is; pressing twice asks once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from planning.foundation.jobs import Job
from planning.people.person import Person
from planning.plan.rejudgements import RULE, RejudgedBody, ask_for
from planning.plan.reproductions import Reproduction
from planning.plan.runs import Run
from submissions.queued import REPRODUCE
from tests.planned import ROUND, count_queries, make_standing

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]


def judged_again(by: Person, *bodies: str) -> str:
    """The page of a rejudgement that is done for its first body, with something new and something gone."""
    asked = ask_for(round_code=ROUND, why=RULE, about="T03", reason="A slip", by=by, bodies=bodies)
    row = {
        "rule": "T03", "kind": "rule", "severity": "explain", "counted": True, "organisation": bodies[0],
        "line": "F.PAY.TOTAL", "period": "2023/24", "message": "Pay grows faster than staff.",
    }  # fmt: skip
    RejudgedBody.objects.filter(rejudgement=asked, organisation_id=bodies[0]).update(
        state=RejudgedBody.DONE, changed={"found": [row], "gone": [row]}, finished_at=timezone.now()
    )
    return reverse("rejudgement", args=[ROUND, asked.pk])


def made_again(run: Run, by: Person) -> str:
    """The page of a run that has been made again once more, with another result."""
    Reproduction.objects.create(
        run=run,
        by=by,
        state=Reproduction.OTHER,
        differences=[{"what": "finding", "was": "T03 RTH", "now": ""}],
        finished_at=timezone.now(),
    )
    return reverse("run", args=[run.pk])


def test_few_queries_whatever_there_is(cara: Person, asha: Person, signed_in: SignIn) -> None:
    browser = signed_in(cara)
    run = make_standing("RTH", "QU9", asha).runs["organisation"]
    pages = [
        judged_again(cara, "RTH"),
        reverse("rejudgements", args=[ROUND]),
        made_again(run, cara),
        reverse("runs", args=[ROUND]),
    ]
    few = [count_queries(browser, page) for page in pages]
    assert max(few) <= 8
    for ods in ("RHW", "RXQ"):
        make_standing(ods, "QU9", asha)
        made_again(run, asha)
        pages[0] = judged_again(asha, "RTH", ods)
    assert [count_queries(browser, page) for page in pages] == few


def test_pressed_twice_a_run_is_made_again_once(asha: Person, signed_in: SignIn) -> None:
    browser = signed_in(asha)
    run = make_standing("RTH", "QU9", asha).runs["organisation"]
    page = reverse("run", args=[run.pk])
    again = reverse("make_again", args=[run.pk])
    assert again in browser.get(page).content.decode()
    for _ in range(2):
        assert browser.post(again).headers["Location"].startswith(page)
    asked = Reproduction.objects.get()
    assert [job.subject for job in Job.objects.filter(task=REPRODUCE)] == [str(asked.pk)]
    shown = browser.get(page).content.decode()
    assert again not in shown and "See whether it is done" in shown
