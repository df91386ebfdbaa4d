"""Reasons on pages: the comment of the workbook taken over, the same reason for several, the ICB's answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from planning.people.access import scope_of_person
from planning.people.person import Person
from planning.plan.explaining import ACCEPTED, ASKED_AGAIN, GIVEN, explain, explanations, subject_digest
from planning.plan.findings import Finding
from planning.plan.reasons import Reason
from submissions.uploads import SUBMITTED, Value
from tests.planned import ROUND, Standing, count_queries, make_finding, make_standing, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
LIST = f"/rounds/{ROUND}/findings/"


@pytest.fixture
def standing(asha: Person) -> Standing:
    return make_standing("RTH", "QU9", asha)


def another(standing: Standing, rule: str = "T08", **fields: object) -> Finding:
    finding = make_finding(
        standing.runs["organisation"], "RTH", "QU9", standing.finance, rule=rule, message=f"{rule} is out.",
        **fields,
    )  # fmt: skip
    finding.subject_digest = subject_digest(finding)
    finding.save()
    return finding


def comment(standing: Standing, line: str, text: str) -> None:
    Value.objects.create(
        upload=standing.finance, line=line, sheet="Income and expenditure", row=29, comment=text,
        states="b" * 15,
    )  # fmt: skip


def seen(finding: Finding) -> str:
    return f"{finding.pk}.{explanations([finding])[finding.pk].reason}"


def give(person: Person, *findings: Finding, text: str = "A new ward opens.") -> None:
    explain(by=scope_of_person(person), findings=findings, text=text)


def status(finding: Finding) -> str:
    return explanations([finding])[finding.pk].status


# --- the comment of the workbook -----------------------------------------------------------------------
def test_the_workbook_s_comment_is_taken_over_and_can_be_changed(
    standing: Standing, asha: Person, cara: Person, signed_in: SignIn
) -> None:
    comment(standing, "F.PAY.AGY", "Agency falls as Ward 5 recruits.")
    address = reverse("finding", args=[standing.finding.pk])
    browser = signed_in(asha)
    said = text_of(browser.get(address))
    assert "The Comment column of the workbook says:" in said and "“Agency falls as Ward 5 recruits.”" in said
    assert Reason.objects.count() == 0

    taken = browser.get(f"{address}?take=F.PAY.AGY").content.decode()
    assert ">Agency falls as Ward 5 recruits.</textarea>" in taken
    assert (
        "Agency falls"
        not in browser.get(f"{address}?take=F.OTHER").content.decode().partition("<textarea")[2]
    )
    assert "Comment column" not in text_of(signed_in(cara).get(address))  # it is the trust's to say


def test_on_the_page_of_a_version_a_comment_ticks_its_finding(
    standing: Standing, asha: Person, signed_in: SignIn
) -> None:
    comment(standing, "F.PAY.AGY", "Agency falls.")
    address = reverse("upload_result", args=[standing.finance.pk])
    browser = signed_in(asha)
    assert "Your workbook’s comment on Agency pay: “Agency falls.”" in text_of(browser.get(address))
    page = browser.get(f"{address}?take={standing.finding.pk}.F.PAY.AGY").content.decode()
    assert ">Agency falls.</textarea>" in page
    assert f'value="{standing.finding.pk}" checked' in page


# --- one reason for several ----------------------------------------------------------------------------
def test_one_reason_for_several_on_the_list(standing: Standing, asha: Person, signed_in: SignIn) -> None:
    rows = [another(standing), another(standing, "T09")]
    browser = signed_in(asha)
    page = f"{LIST}?reason=wanted"
    assert "Tick the findings that one reason is for" in text_of(browser.get(page))
    empty = browser.post(page, {"findings": [str(row.pk) for row in rows], "reason": ""})
    assert empty.status_code == 422 and "Enter a reason." in text_of(empty)
    none = browser.post(page, {"reason": "Because."})
    assert none.status_code == 422 and "Tick the findings that it is for" in text_of(none)
    assert Reason.objects.count() == 0

    done = browser.post(page, {"findings": [str(row.pk) for row in rows], "reason": "One scheme."})
    assert done.status_code == 302 and done["Location"] == page
    assert {status(row) for row in rows} == {GIVEN}
    assert status(standing.finding) != GIVEN
    assert "The reason for 2 findings was saved." in text_of(browser.get(page))


def test_still_true_keeps_the_words_for_the_new_figures(
    standing: Standing, asha: Person, signed_in: SignIn
) -> None:
    finding = another(standing)
    give(asha, finding)
    finding.inputs[0]["value"] = -900.0
    finding.subject_digest = subject_digest(finding)
    finding.save()
    browser = signed_in(asha)
    of_version = reverse("upload_result", args=[standing.finance.pk])
    for address in (f"{LIST}?reason=lapsed", of_version, reverse("finding", args=[finding.pk])):
        said = text_of(browser.get(address))
        assert "Agency pay (F.PAY.AGY) in April 2023 changed from −878.4 to −900" in said, address
        assert "It is still true: keep this reason" in said, address
    assert browser.post(LIST + "?reason=lapsed", {"still": str(finding.pk)}).status_code == 302
    held = explanations([finding])[finding.pk]
    assert (held.status, held.text) == (GIVEN, "A new ward opens.")


def test_still_true_on_the_page_of_a_version(standing: Standing, asha: Person, signed_in: SignIn) -> None:
    finding = another(standing)
    give(asha, finding, text="Ward 5.")
    finding.inputs[0]["value"] = -900.0
    finding.subject_digest = subject_digest(finding)
    finding.save()
    address = reverse("upload_reasons", args=[standing.finance.pk])
    assert signed_in(asha).post(address, {"still": str(finding.pk)}).status_code == 302
    assert explanations([finding])[finding.pk].text == "Ward 5."


# --- the ICB's answer ----------------------------------------------------------------------------------
def test_the_icb_answers_on_the_page_of_a_finding(
    standing: Standing, asha: Person, cara: Person, signed_in: SignIn
) -> None:
    finding = another(standing, needs_acceptance=True)
    page, answer = reverse("finding", args=[finding.pk]), reverse("review_reason", args=[finding.pk])
    board = signed_in(cara)
    assert "Accept the reason" not in text_of(board.get(page))
    give(asha, finding)
    said = text_of(board.get(page))
    assert "Accept the reason" in said and "The ICB must accept the reason before the plan goes" in said
    assert "Accept the reason" not in text_of(signed_in(asha).get(page))

    empty = board.post(answer, {"answer": "ask", "note": "", "seen": seen(finding)})
    assert empty.status_code == 422 and "Say what the reason leaves open" in text_of(empty)
    stale = board.post(answer, {"answer": "accept", "seen": f"{finding.pk}.999999"})
    assert stale.status_code == 422 and "gave another reason meanwhile" in text_of(stale)
    assert status(finding) == GIVEN

    board.post(answer, {"answer": "ask", "note": "From <b>when</b>?", "seen": seen(finding)})
    assert status(finding) == ASKED_AGAIN
    said = text_of(signed_in(asha).get(page))
    assert "The ICB asks again" in said and "From <b>when</b>?" in said
    assert "Until another reason is given this counts as a finding without one" in said

    board.post(answer, {"answer": "accept", "seen": seen(finding)})
    assert status(finding) == ACCEPTED
    assert "Accepted for the ICB by Cara Jones" in text_of(signed_in(asha).get(page))


def test_several_reasons_are_accepted_at_once_and_the_list_is_what_awaits_the_icb(
    standing: Standing, asha: Person, cara: Person, signed_in: SignIn
) -> None:
    rows = [another(standing), another(standing, "T09"), another(standing, "T05")]
    give(asha, *rows)
    board = signed_in(cara)
    page = f"{LIST}?reason=to_review"
    said = text_of(board.get(page))
    assert "3 findings whose reason the ICB has not answered" in said
    assert said.count("A new ward opens.") == 3

    sent = {
        "findings": [str(row.pk) for row in rows[:2]],
        "seen": [seen(row) for row in rows],
        "answer": "accept",
    }
    assert board.post(page, sent).status_code == 302
    assert [status(row) for row in rows] == [ACCEPTED, ACCEPTED, GIVEN]
    assert "1 finding whose reason the ICB has not answered" in text_of(board.get(page))

    board.post(
        page, {"findings": [str(rows[2].pk)], "seen": seen(rows[2]), "answer": "ask", "reason": "Say more."}
    )
    assert status(rows[2]) == ASKED_AGAIN
    assert "1 finding that the ICB asked again about" in text_of(
        signed_in(asha).get(f"{LIST}?reason=asked_again")
    )


def test_reasons_are_answered_from_the_review_of_a_version(
    standing: Standing, asha: Person, cara: Person, signed_in: SignIn
) -> None:
    finding = another(standing)
    give(asha, finding)
    standing.finance.state = SUBMITTED
    standing.finance.save()
    page = reverse("review", args=[standing.finance.pk])
    board = signed_in(cara)
    said = text_of(board.get(page))
    assert "1 of 2 has one; you have accepted 0." in said and "Accept the reasons ticked" in said
    sent = {"findings": str(finding.pk), "seen": seen(finding), "answer": "accept", "back": page}
    done = board.post(f"{LIST}?reason=to_review&organisation=RTH", sent)
    assert (done.status_code, done["Location"]) == (302, page)
    assert "you have accepted 1." in text_of(board.get(page))
    away = board.post(LIST, {**sent, "back": "https://elsewhere.example/"})
    assert away["Location"] == LIST


def test_lists_of_reasons_take_the_same_queries_for_one_and_many(
    standing: Standing, asha: Person, cara: Person, signed_in: SignIn
) -> None:
    first = another(standing)
    give(asha, first)
    board, trust = signed_in(cara), signed_in(asha)
    few = count_queries(board, f"{LIST}?reason=to_review"), count_queries(trust, f"{LIST}?reason=wanted")
    rows = [another(standing, f"X{number}") for number in range(20)]
    give(asha, *rows[:10])
    assert (
        count_queries(board, f"{LIST}?reason=to_review"),
        count_queries(trust, f"{LIST}?reason=wanted"),
    ) == few
    assert max(few) <= 8
