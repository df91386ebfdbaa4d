"""The task list: what is left, by when, and whether it arrived."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from planning.people.access import scope_of_person
from planning.people.person import Person
from planning.registry.organisations import Organisation
from planning.registry.place import place_of
from planning.registry.rounds import Stage
from submissions.extending import ask_for_time, grant
from submissions.extensions import Extension
from submissions.lifecycle import submit
from submissions.queries.returns import stands, versions_of
from submissions.uploads import ACCEPTED, SENT_BACK, SUBMITTED, WITHDRAWN, Upload
from tests.flow import planner_of
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


def test_a_workbook_starts_blank_or_from_the_last_version_whose_figures_were_kept(
    asha: Person, signed_in: SignIn
) -> None:
    make_upload("RTH", "activity", asha, number=3)
    make_upload("RTH", "activity", asha, number=4, blocked=True)
    make_upload("RTH", "finance", asha, number=1, blocked=True)
    response = signed_in(asha).get(PAGE)
    said, address = text_of(response), reverse("template", args=[ROUND, "RTH", "activity"])
    assert "Activity workbook (Excel) , blank, or with version 3’s figures in the activity workbook" in said
    assert "Finance workbook (Excel) , blank Returns" in said
    assert f'href="{address}?prefill=last"' in response.content.decode()


def test_what_is_withdrawn_gives_way_to_what_stands(asha: Person, cara: Person, signed_in: SignIn) -> None:
    make_upload("RTH", "activity", asha, number=1)
    make_upload("RTH", "activity", asha, number=2, state=WITHDRAWN, withdrawal="By mistake.")
    make_upload("RTH", "workforce", asha, number=1, state=WITHDRAWN)
    said = text_of(signed_in(asha).get(PAGE))
    assert "Activity Version 1 by Asha Patel" in said and "You can submit activity." in said
    assert "Workforce Version 1 by Asha Patel" in said
    dashboard = signed_in(cara).get(reverse("system", args=["QU9", ROUND])).content.decode()
    assert "Version 1</a>" in dashboard and "Version 2</a>" not in dashboard


def test_what_stands_at_each_stage(asha: Person, signed_in: SignIn) -> None:
    make_upload("RTH", "activity", asha, number=1, state=SUBMITTED)
    make_upload("RTH", "activity", asha, number=2)
    make_upload("RTH", "activity", asha, number=3, blocked=True)
    make_upload("RTH", "workforce", asha, number=1, state=WITHDRAWN)
    make_upload("RTH", "finance", asha, number=1, state=ACCEPTED, stage="final")
    make_upload("RTH", "workforce", asha, number=2, stage="final")
    place = place_of(ROUND)
    versions = versions_of(scope_of_person(asha), Organisation.objects.get(pk="RTH"), place)
    page = stands(place, versions)
    said = {row["name"]: [cell["text"] for cell in row["cells"]] for row in page}
    assert said == {
        "Activity": ["Version 1", "Nothing yet", "Nothing yet"],
        "Workforce": ["Nothing yet", "Nothing yet", "Version 2"],
        "Finance": ["Not asked for", "Nothing yet", "Version 1"],
    }
    states = [cell["status"].text for row in page for cell in row["cells"] if "status" in cell]
    assert states == ["Submitted", "Not submitted", "Accepted"]
    assert "What stands at each stage" in text_of(signed_in(asha).get(PAGE))


@time_machine.travel(BEFORE, tick=False)
def test_more_time_is_asked_for_and_shown(
    asha: Person, cara: Person, bill: Person, signed_in: SignIn
) -> None:
    trust, board = signed_in(asha), signed_in(cara)
    assert "Ask for more time" in text_of(trust.get(PAGE))
    address = f"{PAGE}more-time/"
    sent = {
        "stage": "draft", "return": "", "reason": "Flu.", "until-day": "24", "until-month": "2",
        "until-year": "2023", "until-time": "5pm",
    }  # fmt: skip
    for given, said in (
        ({"until-day": "31"}, "Enter a real date"),
        ({"until-day": "1"}, "Give a time after the deadline, 20 February 2023, 5pm"),
        ({"until-time": "soon"}, "Enter a time such as 17:00 or 5pm"),
        ({"reason": " "}, "Say why you need more time"),
        ({"return": "finance"}, "does not ask for that return"),
    ):
        refused = trust.post(address, sent | given)
        assert refused.status_code == 422 and said in text_of(refused), said
    assert trust.post(address, sent).status_code == 302
    waiting = text_of(trust.get(PAGE))
    assert "Waiting for the ICB All returns: Asha Patel asked for time until 24 February 2023, 5pm" in waiting

    extension = reverse("extension", args=[Extension.objects.get().pk])
    assert trust.post(extension, {"decision": "grant"}).status_code == 403
    assert signed_in(bill).get(extension).status_code == 404
    asked = board.get(extension)
    assert "Do you give more time?" in text_of(asked) and 'value="17:00"' in asked.content.decode()
    assert "Choose whether" in text_of(board.post(extension, {}))
    assert "Say why you refuse" in text_of(board.post(extension, {"decision": "refuse"}))
    given = {key: value for key, value in sent.items() if key.startswith("until")}
    assert board.post(extension, {"decision": "grant", **given}).status_code == 302
    again = board.post(extension, {"decision": "refuse", "note": "No."})
    assert again.status_code == 409 and "Cara Jones granted it already" in text_of(again)

    said = text_of(trust.get(PAGE))
    assert "Due Friday 24 February 2023 at 5pm, in 4 days." in said
    assert "All returns: extended to 24 February 2023, 5pm, by Cara Jones" in said
    dashboard = text_of(board.get(reverse("system", args=["QU9", ROUND])))
    assert "Oxford University Hospitals Extended to 24 February 2023, 5pm, by Cara Jones" in dashboard


def test_a_receipt_says_that_more_time_was_given_since(asha: Person, cara: Person, signed_in: SignIn) -> None:
    upload = make_upload("RTH", "activity", asha, late=True)
    with time_machine.travel(datetime(2023, 2, 21, tzinfo=UTC), tick=False):
        Upload.objects.filter(pk=upload.pk).update(received_at=timezone.now())
        receipt = submit(by=planner_of("RTH"), uploads=[upload])
    address = reverse("receipt", args=[receipt.pk])
    assert "RTH activity.xlsx Late" in text_of(signed_in(asha).get(address))
    stage = Stage.objects.get(round_id=ROUND, code="draft")
    until = datetime(2023, 2, 24, 17, tzinfo=UTC)
    extension = ask_for_time(
        by=planner_of("RTH"), organisation="RTH", stage=stage, return_kind="", reason="Flu.", until=until
    )
    grant(by=scope_of_person(cara), extension=extension, until=until)
    said = text_of(signed_in(asha).get(address))
    assert "On time, extended to 24 February 2023, 5pm, by Cara Jones" in said


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
