"""Several who answer, or set a figure, at the same moment: one row counts, and the others are told.

SQLite has one writer, so these say nothing there; they need PostgreSQL. What each of two who looked at the same
page gets, one after the other, is tested on both (`test_attesting.py`, `test_local_figures.py`).
"""

from __future__ import annotations

import pytest
from django.conf import settings

from planning.foundation import jobs
from planning.foundation.jobs import Job
from planning.people.access import Scope, scope_of_person
from planning.people.person import Appointment, Person
from targets.assurance.answering import bodies_of, body_named
from targets.assurance.assurances import load_asked, named
from targets.assurance.attestations import Attestation
from targets.assurance.attesting import Answer, AnsweredMeanwhile, attest
from targets.guidance.governing import load_targets
from targets.local.figures import LocalFigure
from targets.local.setting import SetMeanwhile, set_figure
from tests.planned import ROUND
from tests.test_concurrency import at_once

pytestmark = [
    pytest.mark.usefixtures("transactional_db"),
    pytest.mark.skipif(
        not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"),
        reason="SQLite has one writer: only PostgreSQL lets two act at once",
    ),
]


@pytest.fixture(autouse=True)
def _no_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "ring", lambda job: None)


@pytest.fixture
def scopes() -> list[Scope]:
    """Two people of the ICB."""
    found = []
    for name in ("Cara", "Colin"):
        person = Person.objects.create_user(f"{name}@example.nhs.uk", name=name)
        Appointment.objects.create(person=person, organisation_id="QU9", role="icb_planner")
        found.append(scope_of_person(person))
    return found


def test_one_answer_wins_and_the_other_is_told(scopes: list[Scope]) -> None:
    asked = named(load_asked(ROUND), "23-48")
    body = body_named(bodies_of(scopes[0], ROUND), "QU9")
    assert asked is not None and body is not None
    states, seen = ("on_track", "at_risk"), ""
    for turn in range(5):

        def answer(place: int, seen: str = seen, turn: int = turn) -> Attestation:
            said = Answer(states[place], lead=f"Lead {turn}")
            return attest(by=scopes[place], round_code=ROUND, asked=asked, body=body, answer=said, seen=seen)

        given = at_once(2, answer)
        assert sorted(type(one).__name__ for one in given) == ["AnsweredMeanwhile", "Attestation"], given
        told = next(one for one in given if isinstance(one, AnsweredMeanwhile))
        kept = next(one for one in given if isinstance(one, Attestation))
        assert (told.standing.pk, kept.is_current) == (kept.pk, True)
        seen = str(kept.pk)
    assert (Attestation.objects.count(), Attestation.objects.filter(is_current=True).count()) == (5, 1)
    assert Job.objects.count() == 5


def test_one_press_ten_times_is_one_answer(scopes: list[Scope]) -> None:
    asked = named(load_asked(ROUND), "23-48")
    body = body_named(bodies_of(scopes[0], ROUND), "QU9")
    assert asked is not None and body is not None

    given = at_once(
        10,
        lambda _: (
            attest(by=scopes[0], round_code=ROUND, asked=asked, body=body, answer=Answer("on_track")).pk
        ),
    )

    assert len(set(given)) == 1, given
    assert (Attestation.objects.count(), Job.objects.count()) == (1, 1)


def test_one_figure_wins_and_the_other_is_told(scopes: list[Scope]) -> None:
    target = next(target for target in load_targets(ROUND) if target.code == "23-11")
    body = body_named(bodies_of(scopes[0], ROUND), "QU9")
    assert body is not None

    def put(place: int) -> LocalFigure:
        return set_figure(
            by=scopes[place % 2], round_code=ROUND, target=target, body=body,
            value=1_000_000 + place % 2, source="A letter",
        )  # fmt: skip

    given = at_once(6, put)

    kept = {one.pk for one in given if isinstance(one, LocalFigure)}
    assert len(kept) == 1 and sum(isinstance(one, SetMeanwhile) for one in given) == 3, given
    assert (LocalFigure.objects.count(), Job.objects.count()) == (1, 1)
