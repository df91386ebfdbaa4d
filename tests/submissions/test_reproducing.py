"""A past run made again: the same rows from what was kept, whatever has changed since; and what differs is said."""

from __future__ import annotations

import pytest

from planning.plan.findings import Finding
from planning.plan.reproductions import Reproduction
from planning.plan.rulebook import RuleVersion
from planning.plan.runs import LATEST, CurrentRun, Run
from planning.plan.snapshots import Snapshot
from planning.plan.tolerances import RuleTolerance
from planning.registry.assumptions import AssumptionVersion
from submissions import pipeline, reproducing
from submissions.reproducing import NotKept, differences, make_again
from submissions.uploads import Upload
from targets.evaluations import Evaluation
from tests.flow import ROUND, figures_of, send, send_three

pytestmark = pytest.mark.django_db


def run_of(scope: str, subject: str, kind: str = "") -> Run:
    return CurrentRun.objects.get(
        round_id=ROUND, scope=scope, subject=subject, return_kind=kind, basis=LATEST
    ).run


def spoilt() -> dict[str, Upload]:
    """Three returns of a trust with something found in each and across them."""
    sent = send_three("RTH")
    figures = figures_of("RTH", "workforce")
    figures["W.SUB.RN"] = [figure and figure * 1.06 for figure in figures["W.SUB.RN"]]
    figures["W.SUB.RN"] = [figure and round(figure, 1) for figure in figures["W.SUB.RN"]]
    sent["workforce"] = send("RTH", "workforce", figures)
    return sent


@pytest.mark.parametrize("scope", ["return", "organisation", "system"])
def test_a_run_is_made_again_row_for_row_after_everything_has_changed(scope: str) -> None:
    spoilt()
    run = run_of(scope, "QU9" if scope == "system" else "RTH", "workforce" if scope == "return" else "")
    assert run.findings.exists() or Evaluation.objects.filter(run=run).exists()

    rule = RuleVersion.objects.get(round_id=ROUND, code="T01", is_current=True)
    RuleVersion.objects.filter(pk=rule.pk).update(is_current=False)
    RuleVersion.objects.create(
        round_id=ROUND,
        code="T01",
        version=rule.version + 1,
        position=rule.position,
        entry={**rule.entry, "tolerance": {"absolute": 99999, "text": "anything"}},
    )
    award = AssumptionVersion.objects.get(round_id=ROUND, code="pay_award", is_current=True)
    AssumptionVersion.objects.filter(pk=award.pk).update(is_current=False)
    AssumptionVersion.objects.create(
        round_id=ROUND, code="pay_award", version=award.version + 1, entry={**award.entry, "value": 0.5}
    )
    RuleTolerance.objects.create(
        round_id=ROUND, rule="T26", entry={"absolute": 99999}, text="anything", reason="Tried"
    )
    send("RTH", "workforce")

    again = make_again(run)
    assert differences(run, again) == []
    assert again.run.digest == run.digest


def test_a_row_that_is_not_as_it_was_made_is_told() -> None:
    spoilt()
    run = run_of("organisation", "RTH")
    finding = run.findings.filter(rule="T01").get()
    Finding.objects.filter(pk=finding.pk).update(gap=1.5)
    asked = Reproduction.objects.create(run=run)

    reproducing.reproduce(str(asked.pk))

    asked.refresh_from_db()
    assert asked.state == Reproduction.OTHER
    assert [(row["what"], bool(row["was"]), bool(row["now"])) for row in asked.differences] == [
        ("finding", True, False),
        ("finding", False, True),
    ]
    assert asked.compared["findings"] == run.findings.count()


def test_what_was_made_with_is_kept_once() -> None:
    send("RTH", "activity")
    before = set(Snapshot.objects.values_list("digest", flat=True))
    send("RHW", "activity")
    kinds = Snapshot.objects.exclude(digest__in=before).values_list("kind", flat=True)
    assert set(kinds) <= {"members", "published", "before"}
    assert {"lines", "rules", "targets", "known", "members"} <= set(
        Snapshot.objects.values_list("kind", flat=True)
    )


def test_a_run_from_before_snapshots_says_that_it_cannot_be_made_again() -> None:
    send("RTH", "activity")
    Snapshot.objects.filter(kind="rules").delete()
    run = run_of("organisation", "RTH")
    with pytest.raises(NotKept, match="before what runs are made with was kept"):
        make_again(run)
    asked = Reproduction.objects.create(run=run)
    reproducing.reproduce(str(asked.pk))
    asked.refresh_from_db()
    assert (asked.state, "cannot be made again" in asked.error) == (Reproduction.FAILED, True)


def test_the_same_inputs_make_the_same_run_and_another_member_another() -> None:
    send("RTH", "activity")
    first = run_of("system", "QU9")
    pipeline.judge(ROUND, "RTH", [LATEST])
    assert run_of("system", "QU9").pk == first.pk
