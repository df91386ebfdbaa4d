"""The ICB's dashboard: position, who has returned, what stands in the way, targets by trust."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from planning.people.person import Person
from planning.plan.runs import Run
from submissions.uploads import SUBMITTED
from targets.evaluations import MET
from tests.planned import (
    ROUND,
    count_queries,
    make_evaluation,
    make_finding,
    make_run,
    make_standing,
    make_upload,
    text_of,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
PAGE = f"/systems/QU9/rounds/{ROUND}/"


def test_nothing_returned_yet(cara: Person, signed_in: SignIn) -> None:
    said = text_of(signed_in(cara).get(PAGE))
    assert "The system’s position is not known yet: 0 of 6 have returned finance" in said
    assert "Oxford University Hospitals: activity and workforce" in said
    assert "Nothing has been returned yet." in said


def test_it_states_the_position_and_who_is_missing(cara: Person, signed_in: SignIn) -> None:
    make_standing("RTH", "QU9")
    said = text_of(signed_in(cara).get(PAGE))
    assert "The system plans a deficit of £4.2m; 1 of 6 has returned finance" in said
    assert "Royal Berkshire: activity and workforce" in said
    assert "Oxford University Hospitals: activity" not in said
    assert "−4,223 (£000)" in said
    assert "0 of 1" in said


def test_the_heat_map_speaks(cara: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9")
    standing.runs["system"].evaluations.update(outcome=MET, planned=77.04)
    page = signed_in(cara).get(PAGE)
    said = text_of(page)
    assert "✓ Met 77.0%" in said and "✕ Not met 71.0%" in said
    assert "Met by the system though Oxford University Hospitals misses" in said
    assert f'href="/rounds/{ROUND}/targets/23-01/#RTH"' in page.content.decode()


def test_a_served_trust_is_shown_and_marked(cara: Person, signed_in: SignIn) -> None:
    upload = make_upload("RYE", "activity")
    run = make_run(Run.ORGANISATION, "RYE", [upload])
    make_evaluation(run, "RYE", "QRL", target="23-02", planned=33.5, unit="minutes")
    make_evaluation(run, "RYE", "QRL", target="23-42", planned=1.5)
    said = text_of(signed_in(cara).get(PAGE))
    assert "✕ Not met 33.5 minutes" in said
    assert "1.5%" not in said
    assert "Goes to its host system" in said


def test_what_stands_in_the_way_is_ten(cara: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9")
    for number in range(15):
        make_finding(
            standing.runs["organisation"], "RTH", "QU9", message=f"Number {number:02d}.", size=-number
        )
    said = text_of(signed_in(cara).get(PAGE))
    assert "All 17 findings" in said
    assert said.count("Number ") == 8


def test_the_way_to_review_is_open_to_reviewers(cara: Person, nadia: Person, signed_in: SignIn) -> None:
    make_upload("RTH", "activity", state=SUBMITTED)
    assert "Accept or send back" in text_of(signed_in(cara).get(PAGE))
    assert "Accept or send back" not in text_of(signed_in(nadia).get(PAGE))


def test_nhs_england_sees_what_was_accepted_from_the_regional_draft_on(
    nadia: Person, signed_in: SignIn
) -> None:
    make_standing("RTH", "QU9")  # latest versions, nothing accepted
    make_upload("RTH", "activity", state="accepted", stage="regional-draft", number=2)
    page = signed_in(nadia).get(PAGE)
    said = text_of(page)
    assert "2023/24 · Regional draft" in said
    assert "Oxford University Hospitals ✓ Accepted Version 2" in said
    assert "£4.2m" not in said and "Pay grows" not in said
    assert "Your planning returns" not in page.content.decode() and "/returns/" not in page.content.decode()


def test_queries_are_the_same_for_one_trust_and_many(cara: Person, signed_in: SignIn) -> None:
    browser = signed_in(cara)
    make_standing("RTH", "QU9")
    few = count_queries(browser, PAGE)
    for ods in ("RHW", "RXQ", "RNU"):
        make_standing(ods, "QU9")
    assert count_queries(browser, PAGE) == few
    assert few == 8


def test_faults_in_workbooks_do_not_stand_in_the_plans_way(cara: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9")
    run = standing.runs["organisation"]
    make_finding(run, "RTH", "QU9", kind="check", rule="V03", severity="block", message="Not a number.")
    make_finding(run, "RTH", "QU9", kind="check", rule="V10", message="Far from last year.", size=9)
    said = text_of(signed_in(cara).get(PAGE))
    assert "Not a number." not in said and "Far from last year." not in said
    assert "Pay grows" in said


def test_the_systems_own_only_where_no_member_has_the_same(cara: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9")
    assert "A&E is short." in text_of(signed_in(cara).get(PAGE))
    run = standing.runs["organisation"]
    make_finding(run, "RTH", "QU9", kind="target", rule="23-01", message="A&E of this trust is short.")
    said = text_of(signed_in(cara).get(PAGE))
    assert "A&E is short." not in said and "A&E of this trust is short." in said


def test_a_member_that_has_sent_nothing_is_not_called_exempt(cara: Person, signed_in: SignIn) -> None:
    make_standing("RTH", "QU9")
    assert "? Not returned" in text_of(signed_in(cara).get(PAGE))
