"""The demo as it is handed over: every kind of finding in it opens, for the ICB and for the trust."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from planning.foundation import charts
from planning.people.person import Person
from planning.plan.findings import Finding
from planning.plan.runs import CurrentRun
from submissions import demo, pipeline
from submissions.uploads import Upload
from tests.planned import text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]


@pytest.fixture
def _demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "PATIENCE", 0)
    monkeypatch.setattr(charts, "_ask", lambda chart: None)
    demo.load(lambda said: None)
    for upload in Upload.objects.filter(checked_at=None):
        pipeline.check(str(upload.pk))


def _one_of_each() -> list[Finding]:
    """One finding now current of each rule, check and target, of an organisation of the BOB system."""
    current = CurrentRun.objects.filter(basis="latest").values("run_id")
    rows = Finding.objects.filter(run__in=current, organisation__isnull=False)
    bodies = {"RHW", "RNU", "RTH", "RXQ"}
    return list({row.rule: row for row in rows if row.organisation_id in bodies}.values())


@pytest.mark.usefixtures("_demo")
def test_every_kind_of_finding_opens_for_the_icb_and_the_trust(signed_in: SignIn) -> None:
    found = _one_of_each()
    kinds = {row.kind for row in found}
    assert kinds == {"check", "rule", "target"}
    board = signed_in(Person.objects.get(email="lead.qu9@demo.example"))
    for row in found:
        trust = signed_in(Person.objects.get(email=f"planner.{row.organisation_id.lower()}@demo.example"))
        for browser in (board, trust):
            page = browser.get(reverse("finding", args=[row.pk]))
            assert page.status_code == 200, row.rule
            said = text_of(page)
            assert row.message in said
            assert all(given["cell"] in said for given in row.inputs[:3])
    texts = [given["value"] for row in found if row.kind == "check" for given in row.inputs]
    assert "to follow" in texts and None in texts
