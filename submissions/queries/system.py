"""What an ICB sees of its system in one screen: does it break even, who has returned, what stands in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from finance.positions import Position
from planning.foundation import wording
from planning.people.access import NATIONAL, Scope
from planning.people.roles import REVIEW
from planning.plan.explaining import explanations
from planning.plan.findings import EXPLAIN, Finding
from planning.plan.runs import Run
from planning.registry.organisations import Organisation
from planning.registry.place import Place
from planning.registry.rounds import RETURNS
from submissions.deadlines import Deadlines, deadlines_of
from submissions.queries.extensions import extended_of_body
from submissions.queries.findings import CHECK, finding_row
from submissions.queries.heat_map import missed_targets
from submissions.queries.odd_one_out import on_outturn
from submissions.uploads import SUBMITTED, WITHDRAWN, Upload
from submissions.visible import (
    basis_for,
    evaluations_of,
    findings_of,
    positions_of,
    visible_uploads,
)
from submissions.wording import RETURN_NAMES, Status, status_of
from targets.evaluations import MET, NOT_APPLICABLE, NOT_MET, Evaluation
from targets.queries.bodies import SYSTEM, Body, bodies_of
from targets.wording import said

TOP = 10


def system_page(
    scope: Scope, place: Place, system: Organisation, basis: str, now: datetime
) -> dict[str, Any]:
    """Everything the dashboard says. Seven queries, whatever the number of trusts and lines."""
    code = place.round.code
    bodies = bodies_of(scope, system)
    versions = _versions(scope, place, bodies)
    deadlines = _deadlines(scope, code, bodies)
    returns = [_return_row(scope, place, body, versions, deadlines) for body in bodies]
    positions = {
        row.organisation_id or SYSTEM: row
        for row in _of(positions_of(scope, code, basis=basis), system).select_related("run")
    }
    evaluations = list(_of(evaluations_of(scope, code, basis=basis), system, bodies))
    findings = in_the_way(
        _of(findings_of(scope, code, basis=basis), system, bodies)
        .filter(trial=False, waived__isnull=True, severity=EXPLAIN)
        .exclude(kind=CHECK)
        .order_by("-size", "rule", "id")
        .defer("working", "inputs")
        .select_related("organisation", "system")
    )
    known = explanations(findings[:TOP], scope)
    whole = positions.get(SYSTEM)
    run = whole.run if whole is not None else None  # each judgement of a system gives its position
    counted = _counted(run)
    missing = _missing(place, bodies, counted)
    return {
        "system": system,
        "headline": headline(whole, bodies, counted),
        "as_at": wording.moment(run.created_at) if run else "",
        "views": _views(scope, place, system, basis),
        "missing": missing,
        "missing_waits": bool(missing) and now > place.stage.due_at,
        "cards": _cards(whole, evaluations),
        "returns": returns,
        "asked": [RETURN_NAMES[kind] for kind in RETURNS],
        "top": [finding_row(row, known[row.pk]) for row in findings[:TOP]],
        "findings": len(findings),
        "findings_address": reverse("findings", args=[code]) + "?list=plan",
        **missed_targets(system, evaluations, bodies, code),
        "bodies": bodies,
        "positions": [_position_row(body, positions.get(body.ods)) for body in bodies if not body.served],
        "whole": _position_row(Body(SYSTEM, "The system"), whole),
        **on_outturn(place, run, bodies, {ods: row.run for ods, row in positions.items()}),
        "waiting": _waiting(run),
        "nothing": not any(versions.values()),
    }


def in_the_way(rows: Iterable[Finding]) -> list[Finding]:
    """How the plans stand, in the order given: the system's own finding only where no member has the same."""
    found = list(rows)
    of_members = {row.rule for row in found if row.organisation_id}
    return [row for row in found if row.organisation_id or row.rule not in of_members]


def _of(rows: Any, system: Organisation, bodies: Sequence[Body] = ()) -> Any:
    """Rows of this system: its own, its members', and what it is shown of those that serve it."""
    served = [body.ods for body in bodies if body.served]
    own = rows.filter(system=system)
    return own | rows.filter(organisation_id__in=served, run__scope=Run.ORGANISATION) if served else own


def _versions(scope: Scope, place: Place, bodies: Sequence[Body]) -> dict[tuple[str, str], Upload]:
    """Of each return the latest version at the stage, else the latest of another stage. One query."""
    rows = visible_uploads(scope).filter(round=place.round, organisation_id__in=[body.ods for body in bodies])
    latest: dict[tuple[str, str], Upload] = {}
    newest = list(rows.order_by("-received_at").defer("notes", "columns"))
    for row in sorted(newest, key=lambda upload: upload.state == WITHDRAWN):  # after all that stands
        known = latest.get((row.organisation_id, row.return_kind))
        if known is None or (row.stage == place.stage.code and known.stage != place.stage.code):
            latest[row.organisation_id, row.return_kind] = row
    return latest


def _deadlines(scope: Scope, code: str, bodies: Sequence[Body]) -> Deadlines:
    """Who was given more time, for those who chase. One query; none for NHS England."""
    if scope.kind == NATIONAL:
        return Deadlines()
    return deadlines_of(code, [body.ods for body in bodies if not body.served])


def _return_row(
    scope: Scope,
    place: Place,
    body: Body,
    versions: Mapping[tuple[str, str], Upload],
    deadlines: Deadlines,
) -> dict[str, Any]:
    cells = [_return_cell(scope, place, body, kind, versions.get((body.ods, kind))) for kind in RETURNS]
    late = any(cell["late"] for cell in cells)
    extended = [] if body.served else extended_of_body(deadlines, place.stage, body.ods)
    return {"name": body.name, "served": body.served, "cells": cells, "late": late, "extended": extended}


def _return_cell(scope: Scope, place: Place, body: Body, kind: str, upload: Upload | None) -> dict[str, Any]:
    if body.served and kind != "activity":
        return {"status": Status("Goes to its host system"), "late": False}
    if upload is None:
        asked = kind in place.stage.returns
        return {
            "status": Status("Not returned" if asked else "Not needed yet", "grey" if asked else ""),
            "late": False,
        }
    counts = [
        f"{upload.counts.get(name, 0)} {word}"
        for name, word in ((EXPLAIN, "to explain"), ("waived", "set aside"))
        if upload.counts.get(name)
    ]
    may_review = upload.state == SUBMITTED and scope.may(REVIEW, _board(scope)) and not body.served
    return {
        "status": status_of(upload),
        "late": upload.late,
        "version": upload.number,
        "stage": _other_stage(place, upload),
        "received": wording.moment(upload.received_at),
        "counts": ", ".join(counts),
        "address": reverse("upload_result", args=[upload.pk]),
        "review": reverse("review", args=[upload.pk]) if may_review else "",
    }


def _other_stage(place: Place, upload: Upload) -> str:
    """The name of the version's stage where that is not the page's."""
    stage = place.stage_named(upload.stage)
    return stage.name if stage is not None and stage != place.stage else ""


def _board(scope: Scope) -> str:
    return next((ods for ods in sorted(scope.systems) if scope.may(REVIEW, ods)), "")


def _counted(run: Run | None) -> set[tuple[str, str]]:
    """The (organisation, return) pairs whose versions the figures rest on."""
    given = run.inputs if run is not None else []
    return {(row["organisation"], row["return"]) for row in given}


def _missing(place: Place, bodies: Sequence[Body], counted: set[tuple[str, str]]) -> list[str]:
    """Whose figures are wanting of what the stage asks for: `Oxford Health: workforce and finance`."""
    found = []
    for body in bodies:
        if body.served:
            continue
        kinds = [kind for kind in RETURNS if kind in place.stage.returns and (body.ods, kind) not in counted]
        if kinds:
            found.append(f"{body.name}: {wording.names([RETURN_NAMES[kind].lower() for kind in kinds])}")
    return found


def headline(whole: Position | None, bodies: Sequence[Body], counted: set[tuple[str, str]]) -> str:
    """`The system plans a deficit of £4.2m; 5 of 6 have returned finance`."""
    hosted = [body for body in bodies if not body.served]
    sent = sum(1 for body in hosted if (body.ods, "finance") in counted)
    so_far = f"{sent} of {len(hosted)} {'has' if sent == 1 else 'have'} returned finance"
    if whole is None or whole.adjusted is None:
        return f"The system’s position is not known yet: {so_far}"
    begin = "So far, the system" if whole.missing or whole.so_far else "The system"
    amount = wording.pounds(whole.adjusted)
    if whole.adjusted == 0:
        return f"{begin} plans to break even; {so_far}"
    return f"{begin} plans a {'surplus' if whole.adjusted > 0 else 'deficit'} of {amount}; {so_far}"


def _cards(whole: Position | None, evaluations: Iterable[Evaluation]) -> list[dict[str, str]]:
    own = [row for row in evaluations if row.organisation_id is None]
    outcomes = Counter(row.outcome for row in own)
    assessable = outcomes[MET] + outcomes[NOT_MET]
    efficiency, agency = _judged(own, "23-42"), _judged(own, "23-43")
    partial = f"So far, {whole.so_far}" if whole is not None and whole.so_far else ""
    return [
        {
            "title": "Position against breakeven",
            "figure": wording.figure(whole.adjusted if whole else None, "£000"),
            "note": partial or "Adjusted financial performance, surplus +, deficit −",
        },
        {
            "title": "Efficiency",
            "figure": wording.figure(whole.efficiency_share if whole else None, "%"),
            "note": _against(efficiency, "of expenditure") or partial,
        },
        {
            "title": "Agency spend",
            "figure": wording.figure(whole.agency_share if whole else None, "%"),
            "note": _against(agency, "of the pay bill") or "of the pay bill",
        },
        {
            "title": "Targets met",
            "figure": f"{outcomes[MET]} of {assessable}" if assessable else "None judged",
            "note": _assessed(outcomes),
        },
    ]


def _assessed(outcomes: Counter[str]) -> str:
    if not outcomes:
        return "Nothing has been judged yet"
    return f"{_others(outcomes)} not assessable" if _others(outcomes) else "All could be assessed"


def _others(outcomes: Counter[str]) -> int:
    return sum(n for outcome, n in outcomes.items() if outcome not in (MET, NOT_MET, NOT_APPLICABLE))


def _judged(rows: Sequence[Evaluation], target: str) -> Evaluation | None:
    return next((row for row in rows if row.target == target), None)


def _against(row: Evaluation | None, of_what: str) -> str:
    if row is None or row.threshold is None:
        return of_what
    return f"{of_what}; target {wording.figure(row.threshold, row.unit)}: {said(row).word.lower()}"


def _position_row(body: Body, row: Position | None) -> dict[str, str]:
    """A body's money in words. Somebody who has returned and has no pay bill has no agency share either:
    that is not applicable, not "not returned"."""

    def said(value: float | None, text: str) -> str:
        if value is not None:
            return text
        return "not returned" if row is None or row.income is None else "not applicable"

    def money(value: float | None) -> str:
        return said(value, wording.bare(value, "£000"))

    def share(value: float | None) -> str:
        return said(value, wording.figure(value, "%"))

    return {
        "name": body.name,
        "income": money(row.income if row else None),
        "expenditure": money(row.expenditure if row else None),
        "adjusted": money(row.adjusted if row else None),
        "efficiency": share(row.efficiency_share if row else None),
        "agency": share(row.agency_share if row else None),
        "so_far": row.so_far if row else "",
    }


def _waiting(run: Run | None) -> list[dict[str, str]]:
    waiting = run.waiting if run is not None else {}
    return [
        {"missing": RETURN_NAMES.get(missing, missing), "rules": ", ".join(rules)}
        for missing, rules in sorted(waiting.items())
        if rules
    ]


def _views(scope: Scope, place: Place, system: Organisation, basis: str) -> list[dict[str, Any]]:
    """The choices of stage, each an address of its own."""
    address = reverse("system", args=[system.ods, place.round.code])
    return [
        {
            "value": stage.code,
            "text": stage.name,
            "selected": stage == place.stage,
            "address": f"{address}?stage={stage.code}",
        }
        for stage in place.stages
    ]


def basis_of(scope: Scope, place: Place, asked: str) -> str:
    """Which results the page shows: current versions, unless those handed over at the stage are asked for."""
    if scope.kind == NATIONAL:
        return basis_for(scope)
    return basis_for(scope, place.stage.code if asked == "handed-over" else "")


def system_seen(scope: Scope, ods: str) -> Organisation | None:
    """The system of that code, where its dashboard is open to the asker."""
    known = {row.system_id: row.system for row in scope.members} | {body.ods: body for body in scope.bodies}
    return known.get(ods) if ods in scope.systems else None
