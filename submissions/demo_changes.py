"""What people of the demo have set, asked and answered beside their returns, so that each such page has something to
show: a rule on trial, a system's tolerance, a trust's own assumption, a scenario, reasons and the ICB's answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from planning.foundation.jobs import Job
from planning.people.access import Scope
from planning.people.person import Person
from planning.plan.assuming import confirm, may_state, state
from planning.plan.explaining import explain
from planning.plan.findings import Finding
from planning.plan.reasons import Reason
from planning.plan.rejudgements import REJUDGE, Rejudgement
from planning.plan.reviewing import review
from planning.plan.rule_editing import save_rule
from planning.plan.runs import CurrentRun
from planning.plan.tolerating import tolerate
from planning.registry import periods
from planning.registry.assumptions import AssumptionVersion
from planning.registry.lines import Lines
from planning.registry.organisations import Organisation
from submissions import tasks
from submissions.queued import WHAT_IF
from submissions.scenarios import asking
from submissions.scenarios.bodies import Body
from submissions.scenarios.changing import PERCENT, Change
from submissions.scenarios.today import figures_of, today_of
from submissions.uploads import Value

AGENCY = ("F.PAY.AGY", "F.WTE.AGY", "W.AGY.")
ScopeFor = Callable[[str], Scope]
BOARD, OXFORD, READING, BUCKINGHAMSHIRE, OXFORD_HEALTH = "QU9", "RTH", "RHW", "RXQ", "RNU"
ON_TRIAL: Mapping[str, Any] = {
    "code": "L01",
    "title": "Bank and agency pay together are at most 8% of the pay bill.",
    "formula": "(|F.PAY.BNK(y)| + |F.PAY.AGY(y)|) / |F.PAY.TOTAL(y)| <= 8%",
    "severity": "explain",
    "returns": ["finance"],
    "types": ["ac", "mh", "am"],
    "instruction": "Plan less temporary staffing, or say which vacancies it covers and until when.",
    "why": "A ceiling on agency alone can be kept by moving the same shifts to the bank.",
    "source": "Workforce board of the system, synthetic",
    "comparisons": [
        {
            "left": "(F.PAY.BNK + F.PAY.AGY) / F.PAY.TOTAL",
            "operator": "<=",
            "right": "8%",
            "grain": "year",
        }
    ],
}


def set_before(round_code: str, administrator: Person, scope_for: ScopeFor) -> None:
    """Before anything is returned, so that every return is judged with these once and for all."""
    save_rule(
        by=administrator, round_code=round_code, entry=ON_TRIAL, opened=None,
        reason="The workforce board asks whom a ceiling on all temporary staff would hit.",
    )  # fmt: skip
    tolerate(
        by=scope_for(BOARD), system=BOARD, round_code=round_code, rule="T01", entry={"absolute": Decimal(10)},
        text="0.5% or 10 WTE", reason="Staff hosted for the ICB stand in one of the two returns until July.",
    )  # fmt: skip
    Rejudgement.objects.filter(bodies=None).delete()  # nothing was there to judge again


def do_after(round_code: str, scope_for: ScopeFor) -> None:
    """When all returns are in and judged."""
    _assume(round_code, scope_for)
    _ask_what_if(round_code, scope_for(OXFORD_HEALTH))
    _answer_reasons(scope_for)


def _assume(round_code: str, scope_for: ScopeFor) -> None:
    rows = AssumptionVersion.objects.filter(round_id=round_code, is_current=True, retired=False)
    seen = {row.code: row.version for row in rows if may_state(row.entry)}
    confirm(by=scope_for(OXFORD), round_code=round_code, organisation=OXFORD, seen=seen)
    state(
        by=scope_for(BUCKINGHAMSHIRE), round_code=round_code, organisation=BUCKINGHAMSHIRE, code="pay_award",
        value=Decimal("0.025"), seen=seen["pay_award"],
        reason="A local supplement for hard-to-fill posts is paid on top of the award from April.",
    )  # fmt: skip
    for job in Job.objects.filter(task=REJUDGE, state=Job.QUEUED):
        tasks.rejudge.run(str(job.pk))


def _ask_what_if(round_code: str, by: Scope) -> None:
    body = Body(Organisation.objects.get(pk=OXFORD_HEALTH))
    first, last = (
        f"{year}-{month}" for year, month in ((round_code[:4], "04"), (int(round_code[:4]) + 1, "03"))
    )
    today = today_of(body.organisation, Lines.load(round_code))
    agency = [code for code, line in today.lines.items() if code.startswith(AGENCY) and not line.is_computed]
    given = figures_of(by, today, agency)
    # the lines by staff group fall with their totals, in all three places, or the returns would disagree
    changes = [
        Change(OXFORD_HEALTH, code, PERCENT, "-15", first, last)
        for code in agency
        if _is_given(given.get(code))
    ]
    scenario = asking.ask(by=by, round_code=round_code, body=body, changes=changes)
    asking.save(
        by=by, scenario=scenario, name="Agency use 15% lower", is_shared=True,
        note="What the ceiling takes. Whether the rota allows it is being looked at.",
    )  # fmt: skip
    for job in Job.objects.filter(task=WHAT_IF, state=Job.QUEUED):
        tasks.what_if.run(str(job.pk))


def _is_given(row: Value | None) -> bool:
    return row is not None and set(row.states[periods.MONTHS]) == {"v"}


def _answer_reasons(scope_for: ScopeFor) -> None:
    beds = _given(
        scope_for(READING),
        "23-03",
        "A ward is closed for repairs until June; its beds are not in the plan before then.",
    )
    review(by=scope_for(BOARD), findings=[beds], seen=_read(beds), accept=True)
    staff = _given(scope_for(BUCKINGHAMSHIRE), "T02", "Timing of starters in March.")
    review(
        by=scope_for(BOARD), findings=[staff], seen=_read(staff), accept=False,
        note="Which starters are these? Only the finance return has them: please agree March with your workforce team.",
    )  # fmt: skip


def _given(by: Scope, rule: str, text: str) -> Finding:
    """A trust's current finding of a rule, with that reason."""
    runs = CurrentRun.objects.filter(basis="latest").values("run")
    finding = Finding.objects.filter(
        run__in=runs, rule=rule, organisation__in=[body.ods for body in by.bodies]
    ).first()
    if finding is None:
        raise LookupError(f"The demo has no finding of {rule} to give a reason for.")
    explain(by=by, findings=[finding], text=text)
    return finding


def _read(finding: Finding) -> dict[str, int]:
    reason = Reason.objects.filter(subject_digest=finding.subject_digest).latest("pk")
    return {str(finding.pk): reason.pk}
