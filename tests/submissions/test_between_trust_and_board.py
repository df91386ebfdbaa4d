"""T16 and T17 from upload to hand-over: what a trust and its ICB say differently is the trust's to explain, is seen by
it, its ICB and nobody else's trust, and goes when either side is put right."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from planning.foundation import charts
from planning.people.access import scope_of_person
from planning.people.person import Person
from planning.plan.explaining import explain
from planning.plan.findings import Finding
from planning.plan.runs import LATEST, CurrentRun, Run
from submissions.api.counts import counts_for
from submissions.lifecycle import NotReady, submit, waiting_findings
from submissions.queries.result import findings_across
from submissions.queries.returns import wanting_reasons
from submissions.uploads import Upload
from submissions.visible import all_findings
from submissions.waivers import may_be_waived
from tests.flow import ROUND, Figures, figures_of, planner_of, send
from tests.planned import text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
STAGE = "regional-draft"


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "PATIENCE", 0)
    monkeypatch.setattr(charts, "_ask", lambda chart: None)


def more(figures: Figures, line: str, factor: float) -> Figures:
    figures[line] = [
        round(figure * factor) if isinstance(figure, int | float) else figure for figure in figures[line]
    ]
    return figures


def disagreeing() -> tuple[Upload, Upload]:
    """The ICB commissions a tenth more first attendances from Oxford than Oxford plans."""
    trust = send("RTH", "activity", stage=STAGE)
    board = send("QU9", "activity", more(figures_of("QU9", "activity"), "E.M.8@RTH", 1.1), stage=STAGE)
    return trust, board


def found() -> list[Finding]:
    return list(Finding.objects.filter(run__in=CurrentRun.objects.values("run_id"), rule__in=("T16", "T17")))


def test_it_is_the_trust_s_in_the_system_s_run() -> None:
    trust, board = disagreeing()
    [finding] = found()
    assert (finding.rule, finding.organisation_id, finding.system_id) == ("T16", "RTH", "QU9")
    assert (finding.severity, finding.needs_acceptance, finding.run.scope) == ("explain", True, Run.SYSTEM)
    assert {(row["organisation"], row["upload"]) for row in finding.inputs} == {
        ("RTH", str(trust.pk)),
        ("QU9", str(board.pk)),
    }
    assert finding.sheet and finding.cell  # in the trust's own workbook
    assert not may_be_waived(finding)
    assert "activity return has" in finding.message
    waiting = CurrentRun.objects.get(scope=Run.SYSTEM, subject="QU9", basis=LATEST).run.waiting
    assert "T16" in waiting["RHW activity"] and "T16" not in waiting.get("RTH activity", [])


def test_it_goes_when_either_side_is_put_right() -> None:
    disagreeing()
    send("QU9", "activity", stage=STAGE)
    assert found() == []


def test_the_trust_explains_it_before_it_hands_over() -> None:
    trust, board = disagreeing()
    oxford, icb = planner_of("RTH"), planner_of("QU9")
    [finding] = found()
    assert waiting_findings([trust]) == [finding]
    assert waiting_findings([board]) == []
    assert wanting_reasons(oxford, "RTH", ROUND) == [finding]
    assert findings_across(oxford, trust) == [finding]
    assert findings_across(icb, board) == []
    with pytest.raises(NotReady, match="1 finding still needs a reason"):
        submit(by=oxford, uploads=[trust])
    explain(
        by=oxford, findings=[finding], text="Two clinics move to us in July; the ICB counts them from April."
    )
    submit(by=oxford, uploads=[trust])
    trust.refresh_from_db()
    assert trust.state == "submitted"


def test_it_counts_with_the_trust_s_version_alone() -> None:
    trust, board = disagreeing()
    counts = counts_for(planner_of("QU9"), [trust, board])
    assert (counts[trust.pk], counts[board.pk]) == (
        {"block": 0, "explain": 1, "note": 0},
        {"block": 0, "explain": 0, "note": 0},
    )


def test_who_sees_it_and_who_does_not(
    asha: Person, bill: Person, cara: Person, rhys: Person, tamsin: Person, nadia: Person, signed_in: SignIn
) -> None:
    trust, board = disagreeing()
    [finding] = found()
    address = reverse("finding", args=[finding.pk])
    for person, status in ((asha, 200), (cara, 200), (bill, 404), (rhys, 404), (tamsin, 404), (nadia, 404)):
        assert signed_in(person).get(address).status_code == status, person.name
        sees = all_findings(scope_of_person(person)).filter(pk=finding.pk).exists()
        assert sees == (status == 200), person.name
    page = signed_in(asha).get(address).content.decode()
    assert str(trust.pk) in page and str(board.pk) not in page  # what she may not open is named alone
    assert "QU9 activity, version 1" in page
    assert str(board.pk) in signed_in(cara).get(address).content.decode()
    said = text_of(signed_in(asha).get(reverse("upload_result", args=[trust.pk])))
    assert "A trust and its ICB plan the same activity for each other" in said


def test_what_is_paid_is_held_against_what_is_received() -> None:
    trust = send("RTH", "finance", stage=STAGE)
    figures = figures_of("QU9", "finance")
    april = 2
    figures["F.ICB.PROV@RTH"][april] = round(figures["F.ICB.PROV@RTH"][april] - 5_000, 1)
    figures["F.ICB.OTH"][april] = round(figures["F.ICB.OTH"][april] + 5_000, 1)
    send("QU9", "finance", figures, stage=STAGE)
    [finding] = found()
    assert (finding.rule, finding.organisation_id, finding.gap) == ("T17", "RTH", 5_000.0)
    assert waiting_findings([trust]) == [finding]
    assert "They are £5,000,000 apart" in finding.message
