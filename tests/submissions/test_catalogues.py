"""What a worker keeps of the catalogues is what the store holds: every kind of edit is seen by the next run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from planning.people.person import Person
from planning.plan.rulebook import RuleVersion
from planning.plan.tolerances import RuleTolerance
from planning.registry.assumptions import AssumptionVersion, StatedAssumption
from planning.registry.groups import GroupMember
from planning.registry.lines import LineVersion
from planning.registry.organisations import Membership, Organisation, Succession
from planning.registry.reference_values import ReferenceValue
from planning.registry.rounds import SystemRound
from submissions import book as books
from submissions import catalogues
from submissions.book import Book
from submissions.waivers import Waiver
from targets.assurance.attestations import Attestation
from targets.guidance.documents import GuidanceDocument, TargetVersion
from targets.local.figures import LocalFigure
from tests.conftest import ROUND

pytestmark = pytest.mark.django_db


def person() -> Person:
    return Person.objects.get_or_create(email="edits@example.nhs.uk", defaults={"name": "Eddie"})[0]


def said(book: Book) -> dict[str, Any]:
    """All that a book says, as plain values."""
    return {
        "lines": list(book.lines.values()),
        "rules": book.rules,
        "targets": book.targets,
        "memberships": [
            (row.pk, row.role, row.system.short_name, row.organisation.kind) for row in book.memberships
        ],
        "around": [(row.pk, row.role, row.organisation.kind) for row in book.around],
        "waivers": [row.record for row in book.waivers],
        "answers": {key: asdict(answer) for key, answer in book.answers.items()},
        "known": dict(book.known),
        "assumptions": book.assumptions,
        "tolerances": dict(book.tolerances),
        "groups": dict(book.groups),
        "successions": [
            (row.predecessor, row.successor, row.since, row.kept_code) for row in book.successions
        ],
        "versions": book.versions,
    }


def afresh() -> Book:
    """As a process loads it that knows nothing yet."""
    kept = dict(catalogues._read), dict(books._books)
    catalogues._read.clear()
    books._books.clear()
    try:
        return Book.load(ROUND)
    finally:
        catalogues._read.update(kept[0])
        books._books.update(kept[1])


def edit_entry(model: Any, code: str, **changes: Any) -> None:
    row = model.objects.get(round_id=ROUND, code=code, is_current=True)
    model.objects.filter(pk=row.pk).update(entry={**row.entry, **changes})


def another_version(model: Any, code: str, **changes: Any) -> None:
    rows = model.objects.filter(round_id=ROUND, code=code, is_current=True)
    row = rows.get()
    rows.update(is_current=False)
    model.objects.create(round_id=ROUND, code=code, version=row.version + 1, entry={**row.entry, **changes})


def waive(until: date) -> Waiver:
    return Waiver.objects.create(
        round_id=ROUND,
        organisation_id="RTH",
        return_kind="activity",
        rule="V14",
        reason="known",
        until=until,
        by=person(),
    )


def attest() -> Attestation:
    return Attestation.objects.create(
        round_id=ROUND, subject="23-01", organisation_id="RTH", state="in_place", by=person()
    )


def only(model: Any, **among: Any) -> Any:
    """The first row, to be updated behind everybody's back."""
    return model.objects.filter(pk=model.objects.filter(**among).order_by("pk").first().pk)


EDITS: dict[str, Callable[[], object]] = {
    "a line is edited": lambda: edit_entry(LineVersion, "E.B.20", label="Other"),
    "a line is retired": lambda: only(LineVersion, round_id=ROUND, is_current=True).update(retired=True),
    "lines change places": lambda: only(LineVersion, round_id=ROUND, is_current=True).update(position=9999),
    "a rule is edited": lambda: edit_entry(RuleVersion, "T08", title="Other"),
    "a rule has another version": lambda: another_version(RuleVersion, "T08", severity="note"),
    "a rule is retired": lambda: RuleVersion.objects.filter(round_id=ROUND, code="T08").update(retired=True),
    "an assumption moves": lambda: edit_entry(AssumptionVersion, "agency_ceiling", value="0.05"),
    "a body states its own": lambda: StatedAssumption.objects.create(
        round_id=ROUND, code="agency_ceiling", organisation_id="RTH", value=Decimal("0.06"), of_version=1
    ),
    "a tolerance is set": lambda: RuleTolerance.objects.create(
        round_id=ROUND, rule="T08", entry={"absolute": 1}, text="one", reason="so", by=person()
    ),
    "a target is edited": lambda: edit_entry(TargetVersion, "23-01", threshold=77),
    "a target holds later": lambda: TargetVersion.objects.filter(round_id=ROUND, code="23-01").update(
        effective_from=date(2099, 1, 1)
    ),
    "a target is retired": lambda: TargetVersion.objects.filter(round_id=ROUND, code="23-01").update(
        retired=True
    ),
    "a document is a draft": lambda: GuidanceDocument.objects.filter(round_id=ROUND).update(standing="draft"),
    "a local figure is set": lambda: LocalFigure.objects.create(
        round_id=ROUND, target="23-01", organisation_id="RTH", value=800_000, by=person()
    ),
    "somebody attests otherwise": lambda: Attestation.objects.update(state="at_risk"),
    "who attested is renamed": lambda: Person.objects.filter(pk=person().pk).update(name="Edwina"),
    "a waiver is granted": lambda: waive(date(2098, 1, 1)),
    "a waiver ends": lambda: Waiver.objects.update(ended_at=timezone.now()),
    "a reference value moves": lambda: only(ReferenceValue, round_id=ROUND, retired=False).update(
        value=F("value") + 1
    ),
    "a trust leaves": lambda: only(Membership, role="host").delete(),
    "a trust is only served": lambda: Membership.objects.filter(organisation_id="RTH").update(role="served"),
    "a body is renamed": lambda: Organisation.objects.filter(pk="QU9").update(short_name="Other"),
    "a system takes no part": lambda: SystemRound.objects.filter(round_id=ROUND, system_id="QT6").delete(),
    "a member leaves a group": lambda: only(GroupMember).update(until=date(2000, 1, 1)),
    "a body succeeds another": lambda: Succession.objects.create(
        predecessor="XYZ", successor="RTH", since=date(2020, 1, 1)
    ),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_the_next_run_sees_it(edit: Callable[[], object]) -> None:
    attest()
    waive(date(2099, 1, 1))
    before = Book.load(ROUND)
    assert before.is_current()
    was = said(before)

    edit()

    assert not before.is_current()
    after = Book.load(ROUND)
    assert said(after) != was
    assert said(after) == said(afresh())
    assert after.is_current()


def test_another_day_is_another_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """A waiver's last day passes, and what governs is worked out again, though no row has changed."""
    today = timezone.localdate()
    waive(today)
    before = Book.load(ROUND)
    assert before.waivers

    monkeypatch.setattr(timezone, "localdate", lambda: today + timedelta(days=1))

    assert not before.is_current()
    assert not Book.load(ROUND).waivers


def test_nothing_changed_is_one_query_and_the_callers_own(django_assert_num_queries: Any) -> None:
    Book.load(ROUND)
    with django_assert_num_queries(1):
        first = Book.load(ROUND)
    first.rules.clear()
    first.versions.clear()
    with django_assert_num_queries(1):
        again = Book.load(ROUND)
    assert again.rules
    assert again.versions


def test_what_has_not_changed_is_not_read_again(django_assert_num_queries: Any) -> None:
    """Somebody attests: the digests, and the answers."""
    Book.load(ROUND)
    attest()
    with django_assert_num_queries(2):
        assert Book.load(ROUND).answers
