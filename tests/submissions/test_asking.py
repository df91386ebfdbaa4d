"""Questions: who asks, answers and closes, who is told, and that nothing is accepted meanwhile."""

from __future__ import annotations

import pytest

from planning.people.access import NotAllowed, Scope, scope_of_person
from planning.people.notices import Notice
from planning.people.person import Appointment, Person
from submissions.asking import About, Closed, NotAsked, answer, ask, ask_again, close, holding
from submissions.lifecycle import Held, accept
from submissions.named import LEAD, Named
from submissions.questions import ANSWERED, CLOSED, OPEN, Message, Question
from submissions.uploads import ACCEPTED, SUBMITTED, Upload
from tests.planned import ROUND, make_upload

pytestmark = pytest.mark.django_db
BEDS = About(line="E.M.26", period="2023-05", sheet="Beds", cell="H9", seen="148")


@pytest.fixture
def upload(asha: Person) -> Upload:
    return make_upload("RTH", "activity", asha, state=SUBMITTED)


@pytest.fixture
def trust(asha: Person) -> Scope:
    return scope_of_person(asha)


@pytest.fixture
def board(cara: Person) -> Scope:
    return scope_of_person(cara)


def told(person: Person) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("at").values_list("subject", flat=True))


def state(question: Question) -> str:
    question.refresh_from_db()
    return question.state


def test_asked_answered_asked_again_and_closed(
    upload: Upload, trust: Scope, board: Scope, asha: Person, cara: Person
) -> None:
    question = ask(by=board, upload=upload, about=BEDS, text=" Why so few beds? ")
    assert (question.state, question.owner, question.seen) == (OPEN, None, "148")
    answer(by=trust, question=question, text="A ward closes.")
    assert state(question) == ANSWERED
    ask_again(by=board, question=question, text="Which?")
    assert state(question) == OPEN
    answer(by=trust, question=question, text="Ward 7.")
    close(by=board, question=question)

    assert state(question) == CLOSED
    assert (question.closed_by, question.closed_at is not None) == (cara, True)
    said = Message.objects.filter(question=question).values_list("text", "by__name")
    assert list(said) == [
        ("Why so few beds?", "Cara Jones"),
        ("A ward closes.", "Asha Patel"),
        ("Which?", "Cara Jones"),
        ("Ward 7.", "Asha Patel"),
    ]
    where = "Oxford University Hospitals activity, E.M.26, May 2023 (Beds, cell H9)"
    assert told(asha) == [
        f"Question from the ICB: {where}",
        f"The ICB asks again: {where}",
        f"Closed: {where}",
    ]
    assert told(cara) == [f"Answered: {where}"] * 2
    assert Notice.objects.filter(person=asha).first().address == f"/questions/{question.pk}/"


def test_the_lead_named_for_the_return_owns_it(upload: Upload, board: Scope, asha: Person) -> None:
    other = Person.objects.create_user("olga@example.nhs.uk", name="Olga")
    Appointment.objects.create(person=other, organisation_id="RTH", role="planner")
    Named.objects.create(
        round_id=ROUND, organisation_id="RTH", return_kind="activity", part=LEAD, person=other
    )

    question = ask(by=board, upload=upload, about=BEDS, text="Why?")

    assert question.owner == other
    assert (len(told(other)), told(asha)) == (1, [])


def test_without_a_lead_every_planner_is_told(upload: Upload, board: Scope, asha: Person) -> None:
    people = {}
    for role in ("planner", "preparer", "signatory"):
        people[role] = Person.objects.create_user(f"{role}@example.nhs.uk", name=role)
        Appointment.objects.create(person=people[role], organisation_id="RTH", role=role)

    ask(by=board, upload=upload, about=BEDS, text="Why?")

    assert {role: len(told(person)) for role, person in people.items()} == {
        "planner": 1,
        "preparer": 0,
        "signatory": 0,
    }
    assert len(told(asha)) == 1


@pytest.mark.parametrize("who", ["asha", "bill", "tamsin", "nadia"])
def test_only_the_reviewing_icb_asks_and_closes(
    upload: Upload, board: Scope, who: str, request: pytest.FixtureRequest
) -> None:
    scope = scope_of_person(request.getfixturevalue(who))
    question = ask(by=board, upload=upload, about=BEDS, text="Why?")
    with pytest.raises(NotAllowed):
        ask(by=scope, upload=upload, about=BEDS, text="Why?")
    with pytest.raises(NotAllowed):
        close(by=scope, question=question)
    with pytest.raises(NotAllowed):
        ask_again(by=scope, question=question, text="Well?")
    assert (state(question), Question.objects.count()) == (OPEN, 1)


@pytest.mark.parametrize("who", ["bill", "cara", "tamsin", "nadia"])
def test_only_the_organisation_answers(
    upload: Upload, board: Scope, who: str, request: pytest.FixtureRequest
) -> None:
    question = ask(by=board, upload=upload, about=BEDS, text="Why?")
    with pytest.raises(NotAllowed):
        answer(by=scope_of_person(request.getfixturevalue(who)), question=question, text="Because.")
    assert (state(question), Message.objects.count()) == (OPEN, 1)


def test_words_and_a_place_are_needed(upload: Upload, board: Scope, trust: Scope) -> None:
    for about, text, field in ((BEDS, "  ", "text"), (About(), "Why?", "line"), (BEDS, "a" * 2001, "text")):
        with pytest.raises(NotAsked) as refused:
            ask(by=board, upload=upload, about=about, text=text)
        assert refused.value.field == field
    question = ask(by=board, upload=upload, about=BEDS, text="Why?")
    with pytest.raises(NotAsked):
        answer(by=trust, question=question, text="")
    with pytest.raises(NotAsked):
        ask_again(by=board, question=question, text="")


def test_nothing_is_said_once_it_is_closed(upload: Upload, board: Scope, trust: Scope) -> None:
    question = ask(by=board, upload=upload, about=BEDS, text="Why?")
    close(by=board, question=question, text="Settled by telephone.")
    with pytest.raises(Closed):
        answer(by=trust, question=question, text="Too late.")
    with pytest.raises(Closed):
        close(by=board, question=question)
    assert Message.objects.count() == 2


def test_of_the_icbs_own_return_one_asks_and_another_answers(cara: Person, colin: Person) -> None:
    upload = make_upload("QU9", "finance", cara, state=SUBMITTED)
    preparer, other = scope_of_person(cara), scope_of_person(colin)
    with pytest.raises(NotAllowed, match="one person asks and closes"):
        ask(by=preparer, upload=upload, about=BEDS, text="Why?")
    question = ask(by=other, upload=upload, about=BEDS, text="Why?")
    with pytest.raises(NotAllowed):
        answer(by=other, question=question, text="I say so.")
    answer(by=preparer, question=question, text="It is agreed.")
    with pytest.raises(NotAllowed):
        close(by=preparer, question=question)
    close(by=other, question=question)
    assert state(question) == CLOSED


def test_a_question_holds_the_acceptance_until_it_is_closed(
    upload: Upload, board: Scope, trust: Scope
) -> None:
    """Asked of an earlier version, it holds the later one too."""
    earlier = make_upload("RTH", "activity", number=7)
    make_upload("RTH", "workforce")
    question = ask(by=board, upload=earlier, about=BEDS, text="Why?")
    assert holding(upload) == [question]
    with pytest.raises(Held, match=r"A question is not closed: E.M.26, May 2023 \(Beds, cell H9\)"):
        accept(by=board, upload=upload)
    answer(by=trust, question=question, text="Because.")
    with pytest.raises(Held):
        accept(by=board, upload=upload)
    upload.refresh_from_db()
    assert upload.state == SUBMITTED

    close(by=board, question=question)
    accept(by=board, upload=upload)

    upload.refresh_from_db()
    assert upload.state == ACCEPTED
