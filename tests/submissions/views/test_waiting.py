"""The page of what waits: each person's own moves, the number in the header, and the notices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from planning.people.notices import Notice
from planning.people.person import Person
from planning.people.telling import tell
from planning.plan.reasons import Reason
from submissions.extensions import Extension
from submissions.questions import ANSWERED, Message, Question
from submissions.uploads import SENT_BACK, SUBMITTED, Upload
from submissions.waivers import Waiver
from tests.planned import ROUND, count_queries, make_finding, make_return_run, make_upload, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
PAGE = "/waiting/"
WAIVED = {"id": "1", "reason": "Agreed.", "by": "Cara Jones", "at": "", "until": "2030-01-01"}


def ask(upload: Upload, **fields: str) -> Question:
    question = Question.objects.create(
        round_id=ROUND, organisation_id=upload.organisation_id, return_kind=upload.return_kind, upload=upload,
        line="E.M.26", period="2023-05", **fields,
    )  # fmt: skip
    Message.objects.create(question=question, text="Why 148?")
    return question


def wish(**fields: object) -> Extension:
    given = {
        "round_id": ROUND, "organisation_id": "RTH", "stage": "draft", "return_kind": "finance",
        "reason": "The ledger closes late.", "wanted_until": timezone.now() + timedelta(days=3),
    }  # fmt: skip
    return Extension.objects.create(**{**given, **fields})


def everything(asha: Person) -> None:
    """One thing of each kind about Royal Oxford."""
    activity = make_upload("RTH", "activity", asha, state=SENT_BACK, review_note="March is wrong.")
    finance = make_upload("RTH", "finance", asha, blocked=True, counts={"block": 4})
    make_upload("RTH", "workforce", asha, state=SUBMITTED)
    make_finding(make_return_run(activity), "RTH", "QU9", activity)
    make_finding(activity.run, "RTH", "QU9", activity, trial=True)
    make_finding(activity.run, "RTH", "QU9", activity, waived=WAIVED)
    given = make_finding(activity.run, "RTH", "QU9", activity)
    Reason.objects.create(
        round_id=ROUND, rule="T03", subject="RTH", subject_digest=given.subject_digest, text="Agreed."
    )
    ask(finance)
    ask(finance, state=ANSWERED)
    wish()
    wish(state="granted", until=timezone.now() + timedelta(days=2), decided_at=timezone.now())
    Waiver.objects.create(
        round_id=ROUND, organisation_id="RTH", return_kind="finance", rule="V05", reason="x",
        until=timezone.localdate() + timedelta(days=2),
    )  # fmt: skip


def test_a_trust_sees_its_own_moves(asha: Person, signed_in: SignIn) -> None:
    everything(asha)
    said = text_of(signed_in(asha).get(PAGE))
    for words in (
        "Sent back to you (1)",
        "March is wrong.",
        "To put right (1)",
        "4 things to put right",
        "Reasons to give (1)",
        "2023/24: 1 finding wants a reason",
        "Questions to answer (1)",
        "E.M.26, May 2023 Why 148?",
        "Decided lately: more time",
        "Granted until",
    ):
        assert words in said, words
    for words in ("To accept or send back", "Answers to read", "More time asked for", "about to count again"):
        assert words not in said


def test_an_icb_sees_its_own(asha: Person, cara: Person, signed_in: SignIn) -> None:
    everything(asha)
    said = text_of(signed_in(cara).get(PAGE))
    for words in (
        "To accept or send back (1)",
        "workforce, version 1 Submitted",
        "Reasons to answer: accept them or ask again (1)",
        "2023/24: 1 finding has a reason",
        "Answers to read: close the question or ask again (1)",
        "More time asked for (1)",
        "The ledger closes late.",
        "Checks set aside that are about to count again (1)",
        "finance, V05",
    ):
        assert words in said, words
    for words in ("Sent back to you", "To put right", "Reasons to give", "Questions to answer", "Granted"):
        assert words not in said


@pytest.mark.parametrize(
    ("who", "number"), [("asha", 4), ("cara", 5), ("colin", 4), ("bill", 0), ("tamsin", 0)]
)
def test_the_header_says_how_many(
    who: str, number: int, asha: Person, request: pytest.FixtureRequest, signed_in: SignIn
) -> None:
    everything(asha)
    page = signed_in(request.getfixturevalue(who)).get(f"/rounds/{ROUND}/findings/").content.decode()
    assert ("Waiting (" in page) == bool(number)
    assert (f"Waiting ({number})" in page) == bool(number)
    assert 'href="/waiting/"' in page


def test_nothing_waits_for_nhs_england(asha: Person, nadia: Person, signed_in: SignIn) -> None:
    everything(asha)
    page = signed_in(nadia).get(PAGE)
    assert "Nothing waits for you" in text_of(page)
    assert 'href="/waiting/"' not in page.content.decode()


def test_a_newer_version_takes_the_place_of_one_sent_back(asha: Person, signed_in: SignIn) -> None:
    make_upload("RTH", "activity", asha, state=SENT_BACK)
    make_upload("RTH", "activity", asha, number=2)
    assert "Nothing waits for you" in text_of(signed_in(asha).get(PAGE))


def test_notices_are_read_one_by_one_or_all_and_only_ones_own(
    asha: Person, bill: Person, signed_in: SignIn
) -> None:
    first, _ = (tell([asha], subject=f"Told {number}", text="Words.")[0] for number in (1, 2))
    other = tell([bill], subject="Bill’s", text="His.")[0]
    browser = signed_in(asha)
    said = text_of(browser.get(PAGE))
    assert "What you were told (2 unread)" in said and "Told 1" in said and "Bill" not in said

    browser.post(PAGE, {"notice": str(first.pk)})
    assert "(1 unread)" in text_of(browser.get(PAGE))
    browser.post(PAGE, {"notice": str(other.pk)})
    browser.post(PAGE, {"notice": "nonsense"})
    assert Notice.objects.filter(read_at=None).count() == 2
    browser.post(PAGE)
    assert list(Notice.objects.filter(read_at=None)) == [other]


def test_at_most_eight_queries(asha: Person, cara: Person, signed_in: SignIn) -> None:
    few = {person: count_queries(signed_in(person), PAGE) for person in (asha, cara)}
    assert max(few.values()) <= 8
    everything(asha)
    assert {person: count_queries(signed_in(person), PAGE) for person in (asha, cara)} == few
