"""An analyst's rule from the administrator's page to a finding: added, found by the next upload, promoted, refused;
and a file that is only tried is judged as its upload would be."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from planning.people.access import scope_of_person
from planning.people.person import Person
from planning.plan.findings import Finding
from planning.plan.rejudgements import Rejudgement
from planning.plan.rule_editing import promote, save_rule
from planning.plan.rulebook import RuleVersion
from planning.plan.runs import CurrentRun
from planning.plan.tolerating import tolerate
from planning.registry.assumptions import StatedAssumption
from planning.registry.lines import Lines
from submissions.demo import workbook_bytes
from submissions.trying import try_return
from tests.flow import ROUND, figures_of, send, send_three
from tests.planning.plan.test_rule_editing import OWN
from tests.planning.test_rule_admin import SHELF, form

pytestmark = pytest.mark.django_db
STAFF = {
    **OWN, "code": "L02", "title": "First attendances are at most one a WTE.", "formula": "E.M.8 / W.TOT <= 1",
    "returns": ["activity", "workforce"], "types": ["ac"],
    "comparisons": [{"left": "E.M.8 / W.TOT", "operator": "<=", "right": "1", "grain": "month"}],
}  # fmt: skip


@pytest.fixture
def ada(db: None) -> Person:
    return Person.objects.create_superuser("ada@example.nhs.uk", "long-enough-7", name="Ada")


def found(rule: str) -> list[Finding]:
    current = CurrentRun.objects.filter(round_id=ROUND, basis="latest").values("run")
    return list(Finding.objects.filter(rule=rule, run__in=current, organisation_id="RTH"))


def test_a_rule_added_in_the_page_finds_its_breach_on_the_next_upload(
    ada: Person, signed_in: Callable[[Person], Client]
) -> None:
    desk = signed_in(ada)
    send("RTH", "finance")
    assert found("L01") == []
    given = {name: OWN[name] for name in ("title", "formula", "severity", "instruction", "source")}
    page = desk.get(f"{SHELF}add/")
    wrong = form(page, **given, round=ROUND, reason="Asked", rest="returns: [finance]\ncomparisons: []")
    assert desk.post(f"{SHELF}add/", wrong).status_code == 200
    assert not RuleVersion.objects.filter(code="L01").exists() and not Rejudgement.objects.exists()
    rest = "returns: [finance]\ntypes: [ac, mh, am]\ncomparisons:\n"
    rest += "- {left: F.PAY.AGY / F.PAY.TOTAL, operator: <=, right: 2%, grain: year}"
    assert (
        desk.post(f"{SHELF}add/", form(page, **given, round=ROUND, reason="Asked", rest=rest)).status_code
        == 302
    )
    send("RTH", "finance", _other_finance())
    [finding] = found("L01")
    assert (finding.trial, finding.line, finding.unit, finding.rule_version) == (True, "F.PAY.AGY", "%", 1)
    assert "over “" in finding.message and "it should be at most 2.0%" in finding.message
    assert {row["line"] for row in finding.inputs} >= {"F.PAY.AGY"}
    promote(by=ada, round_code=ROUND, code="L01", reason="Tried", opened=1)
    send("RTH", "finance")
    [finding] = found("L01")
    assert (finding.trial, finding.rule_version) == (False, 2)


def _other_finance() -> dict[str, list[Any]]:
    figures = figures_of("RTH", "finance")
    figures["F.CASH"][13] += 1
    return figures


def test_a_rule_of_two_returns_waits_for_both(ada: Person) -> None:
    save_rule(by=ada, round_code=ROUND, entry=STAFF, reason="Asked", opened=None)
    send("RTH", "activity")
    assert found("L02") == []
    send_three("RTH")
    [finding] = found("L02")
    assert finding.unit.endswith("a WTE") and len(finding.working["months"]) == 12


# --- a file that is only tried ---------------------------------------------------------------------------
def tried(tmp_path: Any, figures: dict[str, list[Any]]) -> set[str]:
    path = tmp_path / "finance.xlsx"
    path.write_bytes(workbook_bytes(Lines.load(ROUND), "RTH", "finance", figures))
    return {finding["rule"] for finding in try_return(path)["findings"]}


def dear_agency() -> dict[str, list[Any]]:
    """Agency staff that cost a fifth more than last year."""
    figures = figures_of("RTH", "finance")
    for place in range(2, 14):
        figures["F.WTE.AGY"][place] = round(figures["F.WTE.AGY"][place] / 1.3, 1)
    return figures


def test_a_tried_file_is_held_to_the_tolerances_of_its_system(tmp_path: Any, cara: Person) -> None:
    figures = dear_agency()
    assert "T05" in tried(tmp_path, figures)
    tolerate(
        by=scope_of_person(cara), system="QU9", round_code=ROUND, rule="T05", entry={"relative": Decimal("0.9")},
        text="90%", reason="A new contract",
    )  # fmt: skip
    assert "T05" not in tried(tmp_path, figures)
    assert "T05" not in {finding.rule for finding in _uploaded(figures)}


def test_a_tried_file_is_judged_by_what_its_trust_plans_with(tmp_path: Any, asha: Person) -> None:
    figures = figures_of("RTH", "finance")
    assert "T03" not in tried(tmp_path, figures)
    StatedAssumption.objects.create(
        round_id=ROUND, code="pay_award", organisation_id="RTH", value=Decimal("0.09"), of_version=1, reason="Ours",
        by=asha,
    )  # fmt: skip
    assert "T03" in tried(tmp_path, figures)
    assert "T03" in {finding.rule for finding in _uploaded(figures)}


def _uploaded(figures: dict[str, list[Any]]) -> list[Finding]:
    upload = send("RTH", "finance", figures)
    return list(Finding.objects.filter(run__scope="return", run__subject="RTH", run=upload.run_id))
