"""The task list: what is left, by when, and whether it arrived."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from planning.people.person import Person
from planning.registry.rounds import Stage
from submissions.uploads import ACCEPTED, SENT_BACK, SUBMITTED
from tests.planned import (
    ROUND,
    count_queries,
    make_finding,
    make_return_run,
    make_standing,
    make_upload,
    text_of,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
PAGE = f"/rounds/{ROUND}/returns/"
BEFORE = datetime(2023, 2, 20, 14, 50, tzinfo=UTC)


@time_machine.travel(BEFORE, tick=False)
def test_first_visit(asha: Person, signed_in: SignIn) -> None:
    said = text_of(signed_in(asha).get(PAGE))
    assert "2023/24 · Draft · Oxford University Hospitals" in said
    assert "Due Monday 20 February 2023 at 5pm, in 2 hours. 0 of 2 are with the ICB." in said
    assert "There are three steps" in said
    assert said.count("Not started") == 2
    assert "Finance Not needed until regional draft" in said
    assert "After activity and workforce are ready to submit." in said
    assert "Not known until a finance return has been checked." in said


@time_machine.travel(BEFORE, tick=False)
def test_each_return_says_how_far_it_is(asha: Person, signed_in: SignIn) -> None:
    make_upload("RTH", "activity", asha, blocked=True, counts={"block": 2, "explain": 0, "note": 0})
    make_upload("RTH", "workforce", asha, state=SUBMITTED)
    said = text_of(signed_in(asha).get(PAGE))
    assert "Version 1 by Asha Patel, 20 February 2023, 2:50pm 2 things to put right" in said
    assert "Submitted" in said
    assert "1 of 2 is with the ICB." in said


def test_late_is_said(asha: Person, signed_in: SignIn) -> None:
    said = text_of(signed_in(asha).get(PAGE))
    assert "You can still send what is left; it will be marked late." in said


def test_a_closed_stage_takes_nothing(asha: Person, signed_in: SignIn) -> None:
    Stage.objects.filter(round_id=ROUND, code="draft").update(is_open=False)
    page = signed_in(asha).get(f"{PAGE}?stage=draft")
    assert "This stage is closed." in text_of(page)
    assert "Upload returns" not in text_of(page)


def test_what_was_sent_back_comes_first(asha: Person, signed_in: SignIn) -> None:
    make_upload("RTH", "activity", asha, state=SENT_BACK, review_note="Line E.M.10: explain March.")
    said = text_of(signed_in(asha).get(PAGE))
    assert said.index("Sent back by the ICB") < said.index("Your planning returns")
    assert "Line E.M.10: explain March." in said


def test_reasons_and_standing(asha: Person, signed_in: SignIn) -> None:
    Stage.objects.filter(round_id=ROUND, code="draft").update(needs_reasons=True)
    make_standing("RTH", "QU9", asha)
    said = text_of(signed_in(asha).get(PAGE))
    assert "Give reasons for findings 1 to give" in said
    assert "1 reason to give" in said  # of the finance return, on which the finding rests
    assert "You can submit activity and workforce." in said
    assert "0 met, 1 not met, 0 not assessable" in said


def test_queries_do_not_grow(asha: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9", asha)
    browser = signed_in(asha)
    few = count_queries(browser, PAGE)
    for number in range(2, 6):
        make_upload("RTH", "finance", asha, number=number)
        make_finding(standing.runs["organisation"], "RTH", "QU9", standing.finance, rule=f"T{number}")
    assert count_queries(browser, PAGE) == few
    assert few == 8


def test_the_blank_workbook(asha: Person, signed_in: SignIn) -> None:
    response = signed_in(asha).get(reverse("template", args=[ROUND, "RTH", "activity"]))
    assert response["Content-Disposition"] == 'attachment; filename="2023-24_RTH_activity.xlsx"'
    assert response.content[:2] == b"PK"
    assert signed_in(asha).get(reverse("template", args=[ROUND, "RTH", "poetry"])).status_code == 404


def test_people_come_back_to_where_they_are(asha: Person, signed_in: SignIn) -> None:
    for kind in ("activity", "workforce", "finance"):
        make_upload("RTH", kind, asha, stage="regional-draft", state=ACCEPTED)
    said = text_of(signed_in(asha).get(PAGE))
    assert "2023/24 · Regional draft" in said
    assert "It was due on Friday 17 March 2023 at 5pm" in said
    assert (
        "The ICB has accepted every return of this stage." in said
        and "Next: Final: due 30 March 2023" in said
    )
    assert "0 of 2 are with the ICB." in text_of(signed_in(asha).get(f"{PAGE}?stage=draft"))


def test_reasons_wanted_lead_to_the_list_that_holds_them(asha: Person, signed_in: SignIn) -> None:
    upload = make_upload("RTH", "finance", asha)
    fault = make_finding(make_return_run(upload), "RTH", "QU9", upload, kind="check", rule="V10")
    browser = signed_in(asha)
    assert "?list=faults&amp;reason=wanted" in browser.get(PAGE).content.decode()
    assert fault.message in text_of(browser.get(f"/rounds/{ROUND}/findings/?list=faults&reason=wanted"))
