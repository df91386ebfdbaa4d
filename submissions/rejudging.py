"""The worker's part of judging many again: one organisation's turn, and what is new and gone for it afterwards."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils import timezone

from planning.plan.findings import Finding
from planning.plan.rejudgements import RejudgedBody
from planning.plan.runs import LATEST, CurrentRun, Run
from planning.registry.organisations import ICB
from submissions import pipeline
from submissions.rechecking import check_alone

logger = logging.getLogger(__name__)
MOST = 200  # findings listed of one organisation, each way


def rejudge(subject: str) -> None:
    """Judge one organisation of a rejudgement, told as `rejudgement|body`, again on the latest basis: its returns by
    themselves where they are asked for, then across them, and for an ICB its system. Done twice, it says the same."""
    body = _body(subject)
    if body.state != RejudgedBody.WAITING:
        return
    asked, ods = body.rejudgement, body.organisation_id
    if "before" not in body.changed:  # a second try must not take what the first stored for what stood before
        body.changed = {"before": list(found_of(asked.round_id, body).values())}
        body.save(update_fields=["changed"])
    for return_kind in asked.returns:
        check_alone(asked.round_id, ods, return_kind)
    pipeline.judge(asked.round_id, ods, [LATEST], alone=body.organisation.kind != ICB)
    before = {_key(row): row for row in body.changed["before"]}
    after = found_of(asked.round_id, body)
    body.changed = {"found": _only(after, before), "gone": _only(before, after)}
    _finish(body, RejudgedBody.DONE)


def give_up(subject: str, error: str) -> None:
    """Our own fault, three times: its page says so, and what stood for the organisation still stands."""
    logger.error("Rejudgement %s could not be done: %s", subject, error)
    body = _body(subject)
    if body.state == RejudgedBody.WAITING:
        body.changed = {}
        _finish(body, RejudgedBody.FAILED)


def found_of(round_code: str, body: RejudgedBody) -> dict[tuple[str, ...], dict[str, Any]]:
    """What is found of an organisation now, and for an ICB of its system too: by rule, whose and line."""
    runs = CurrentRun.objects.filter(round_id=round_code, basis=LATEST)
    ods = body.organisation_id
    own = Q(organisation_id=ods) & ~Q(run__scope=Run.SYSTEM)
    of_system = Q(run__scope=Run.SYSTEM, system_id=ods)
    rows = Finding.objects.filter(own | of_system, round_id=round_code, run__in=runs.values("run_id"))
    found = [_row(row) for row in rows.defer("inputs", "working").order_by("rule", "line", "period")]
    return {_key(row): row for row in found}


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "kind": finding.kind,
        "severity": finding.severity,
        "counted": finding.is_counted,
        "organisation": finding.organisation_id or "",
        "line": finding.line,
        "period": finding.period,
        "message": finding.message,
    }


def _key(row: Mapping[str, Any]) -> tuple[str, ...]:
    """One finding is the same whatever its figures: a rule promoted from its trial is not, it counts now."""
    return (row["rule"], row["organisation"], row["line"], str(row["counted"]))


def _only(these: Mapping[Any, dict[str, Any]], those: Mapping[Any, Any]) -> list[dict[str, Any]]:
    return [row for key, row in these.items() if key not in those][:MOST]


def _body(subject: str) -> RejudgedBody:
    rejudgement, _, ods = subject.partition("|")
    rows = RejudgedBody.objects.select_related("rejudgement", "organisation")
    return rows.get(rejudgement_id=rejudgement, organisation_id=ods)


def _finish(body: RejudgedBody, state: str) -> None:
    RejudgedBody.objects.filter(pk=body.pk, state=RejudgedBody.WAITING).update(
        state=state, changed=body.changed, finished_at=timezone.now()
    )
