"""A trust that plans with another pay award is judged by it, and its findings say so; the others by the round's."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from planning.people.person import Person
from planning.plan.assuming import state, take_back
from planning.plan.findings import Finding
from planning.plan.rejudgements import Rejudgement
from planning.registry.assumptions import StatedAssumption
from submissions import pipeline
from tests.flow import ROUND, planner_of, send_three
from tests.planned import text_of

pytestmark = pytest.mark.django_db


def judged() -> set[str]:
    """The rules that the current runs of the trust find broken, once it is judged again."""
    pipeline.judge_wherever(f"{ROUND}:RTH")
    rows = Finding.objects.filter(run__pointers__basis="latest", organisation_id="RTH", kind="rule")
    return set(rows.values_list("rule", flat=True))


def test_its_own_value_is_what_it_is_judged_by(asha: Person, signed_in: Callable[[Person], Client]) -> None:
    send_three("RTH")
    before = judged()
    assert "T03" not in before and "T04" not in before

    named = {"by": planner_of("RTH"), "round_code": ROUND, "organisation": "RTH", "code": "pay_award"}
    state(**named, value=Decimal("0.2"), reason="A local deal.", seen=1)
    asked = Rejudgement.objects.get()
    assert [row.organisation_id for row in asked.bodies.all()] == ["RTH"]
    # what several returns are judged by is judged anew here; what finance alone is enough for, when it is checked
    found = judged() - before
    assert "T04" in found
    finding = Finding.objects.filter(run__pointers__basis="latest", rule="T04", organisation_id="RTH").first()
    assert finding is not None
    assert finding.working["assumptions"] == [
        {"code": "pay_award", "value": "0.2", "of_round": "0.021", "own": True}
    ]
    said = text_of(signed_in(asha).get(reverse("finding", args=[finding.pk])))
    assert "Pay award between outturn and plan : 20%, Oxford University Hospitals’s own value" in said
    assert "(the round’s is 2.1%)" in said

    take_back(**named, standing=str(StatedAssumption.objects.get(is_current=True).pk))
    assert judged() == before
