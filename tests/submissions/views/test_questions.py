"""The pages on which the ICB asks, the trust answers and the list is read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from planning.people.person import Person
from submissions.questions import ANSWERED, CLOSED, Question
from submissions.uploads import Upload
from tests.api.conftest import add_value
from tests.planned import ROUND, count_queries, make_finding, make_return_run, make_upload, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
LINE = "F.PAY.AGY"
SHEET = "Income and expenditure"


@pytest.fixture
def upload(asha: Person) -> Upload:
    found = make_upload("RTH", "finance", asha, columns={SHEET: list("CDEFGHIJKLMNOPQ")})
    add_value(found, LINE, [-148.0] * 15)
    found.values.update(sheet=SHEET, row=29)  # type: ignore[attr-defined]
    return found


def asked(browser: Client, upload: Upload, **given: str) -> Question:
    said = {"line": LINE, "period": "2023-05", "text": "Why so little?", **given}
    answer = browser.post(reverse("ask", args=[upload.pk]), said)
    assert answer.status_code == 302, text_of(answer)
    return Question.objects.get(pk=answer["Location"].split("/")[2])


def test_a_line_and_month_are_chosen(upload: Upload, cara: Person, signed_in: SignIn) -> None:
    browser = signed_in(cara)
    page = browser.get(reverse("ask", args=[upload.pk]))
    assert f'<option value="{LINE}"' in page.content.decode() and "May 2023" in text_of(page)
    question = asked(browser, upload)
    assert (question.sheet, question.cell, question.seen) == (SHEET, "F29", "−148")


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"text": " "}, "Enter your question."),
        ({"line": "F.NONE"}, "Choose the line that you ask about."),
        ({"period": "1999-01"}, "Choose the line that you ask about."),
    ],
)
def test_what_is_wanting_is_said(
    upload: Upload, cara: Person, signed_in: SignIn, given: dict[str, str], wrong: str
) -> None:
    said = {"line": LINE, "period": "2023-05", "text": "Why?", **given}
    page = signed_in(cara).post(reverse("ask", args=[upload.pk]), said)
    assert page.status_code == 422 and wrong in text_of(page)
    assert not Question.objects.exists()


def test_a_finding_is_asked_about_from_its_page(upload: Upload, cara: Person, signed_in: SignIn) -> None:
    finding = make_finding(make_return_run(upload), "RTH", "QU9", upload, line=LINE, sheet=SHEET, cell="F29")
    browser = signed_in(cara)
    address = reverse("finding", args=[finding.pk])
    ask = f"{reverse('ask', args=[upload.pk])}?finding={finding.pk}"
    assert f'href="{ask}"' in browser.get(address).content.decode()
    assert finding.message in text_of(browser.get(ask))

    question = asked(browser, upload, finding=str(finding.pk))

    assert (question.rule, question.finding_digest) == ("T03", finding.subject_digest)
    assert "Why so little?" in text_of(browser.get(address))
    assert "The finding that it is about" in text_of(browser.get(reverse("question", args=[question.pk])))


def test_the_figure_then_and_now(upload: Upload, asha: Person, cara: Person, signed_in: SignIn) -> None:
    browser = signed_in(cara)
    address = reverse("question", args=[asked(browser, upload).pk])
    assert "Figure now, version 1 −148: the same" in text_of(browser.get(address))
    later = make_upload("RTH", "finance", asha, number=2)
    add_value(later, LINE, [-160.0] * 15)
    said = text_of(browser.get(address))
    assert "Figure when it was asked −148" in said
    assert "Figure now, version 2 −160: changed since it was asked" in said
    make_upload("RTH", "finance", asha, number=3, blocked=True)
    assert "a stopped version keeps no figures" in text_of(browser.get(address))


def test_each_side_has_its_own_buttons(upload: Upload, asha: Person, cara: Person, signed_in: SignIn) -> None:
    trust, board = signed_in(asha), signed_in(cara)
    question = asked(board, upload)
    address = reverse("question", args=[question.pk])
    said = text_of(trust.get(address))
    assert "Send answer" in said and "Close the question" not in said
    assert trust.post(address, {"act": "close"}).status_code == 403
    assert board.post(address, {"act": "answer", "text": "Mine."}).status_code == 403
    empty = trust.post(address, {"act": "answer", "text": ""})
    assert empty.status_code == 422 and "Enter your answer." in text_of(empty)

    trust.post(address, {"act": "answer", "text": "A ward closes."})
    question.refresh_from_db()
    assert question.state == ANSWERED
    assert "A ward closes." in text_of(board.get(address))
    board.post(address, {"act": "close"})
    question.refresh_from_db()
    assert question.state == CLOSED
    late = trust.post(address, {"act": "answer", "text": "Late."})
    assert late.status_code == 422 and "has been closed" in text_of(late)


def test_the_list_is_filtered(upload: Upload, cara: Person, tamsin: Person, signed_in: SignIn) -> None:
    browser, address = signed_in(cara), reverse("questions", args=[ROUND])
    asked(browser, upload)
    Question.objects.filter(pk=asked(browser, upload, text="And this?").pk).update(state=CLOSED)
    assert "2 questions." in text_of(browser.get(address))
    said = text_of(browser.get(f"{address}?state=closed&organisation=RTH&return=finance"))
    assert "1 question." in said and "And this?" in said and "Why so little?" not in said
    assert "No question fits" in text_of(browser.get(f"{address}?return=activity"))
    assert "Nothing has been asked" in text_of(signed_in(tamsin).get(address))


def test_at_most_eight_queries(upload: Upload, cara: Person, signed_in: SignIn) -> None:
    browser = signed_in(cara)
    finding = make_finding(make_return_run(upload), "RTH", "QU9", upload, line=LINE)
    question = asked(browser, upload, finding=str(finding.pk))
    pages = (
        reverse("question", args=[question.pk]),
        reverse("questions", args=[ROUND]),
        reverse("ask", args=[upload.pk]),
        reverse("waive", args=[upload.pk]),
        reverse("review", args=[upload.pk]),
        reverse("upload_result", args=[upload.pk]),
        reverse("finding", args=[finding.pk]),
    )
    counts = {page: count_queries(browser, page) for page in pages}
    assert max(counts.values()) <= 8, counts
