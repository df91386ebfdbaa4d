"""How every plan stands against one target: a row of its page for each system, group and organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from planning.foundation import wording
from planning.people.access import TRUST, Scope
from planning.plan.months import twelve
from planning.registry.organisations import NHS_ENGLAND, REGION, Organisation
from planning.registry.periods import month_label
from targets.assurance.attestations import STATES
from targets.evaluations import MET, NOT_MET, Evaluation
from targets.guidance.target import Target
from targets.judging.recovery import recovered
from targets.judging.trajectory import target_months
from targets.wording import OUTCOMES, said

ANSWERS = dict(STATES)


def in_order(rows: Sequence[Evaluation]) -> list[Evaluation]:
    """Systems first, then groups, then organisations."""
    return sorted(rows, key=lambda row: (row.organisation_id is not None, row.group_id is not None))


def key_of(row: Evaluation) -> str:
    """What its row is called in an address: `RTH`, `system-QU9`, a group's code."""
    return row.organisation_id or row.group_id or f"system-{row.system_id}"


def name_of(row: Evaluation) -> str:
    organisation: Organisation | None = row.organisation
    if organisation is not None:
        return organisation.short_name
    if row.group is not None:
        return row.group.name
    if row.system is None:
        return ""
    if row.system.kind == NHS_ENGLAND:
        return "England: the systems of the round"
    kind = "region" if row.system.kind == REGION else "system"
    return f"{row.system.system_name or row.system.short_name} ({kind})"


def standing(row: Evaluation, target: Target, code: str) -> dict[str, Any]:
    """One row of the table: who, outcome, plan, threshold, gap in its units, when it fails and holds again."""
    return {
        "id": key_of(row),
        "name": name_of(row),
        "outcome": said(row),
        "planned": wording.bare(row.planned, row.unit) or "not known",
        "threshold": wording.bare(row.threshold, row.unit) or "–",
        "gap": wording.gap(row.gap, row.unit) if row.gap else "",
        "closes": wording.figure(abs(row.gap_units), row.gap_unit) if row.gap_units else "",
        "first": month_label(row.first_failing_period) if row.first_failing_period else "",
        "again": _again(row, target, code),
        "why": row.why,
        "so_far": f"So far, {row.so_far}" if row.so_far else "",
        "for_information": row.for_information,
        "parts": [_part(part) for part in row.parts],
        "answer": _answer(row.attested),
        "is_drawn": any(value is not None for value in row.months),
    }


def _again(row: Evaluation, target: Target, code: str) -> str:
    """`November 2023`, or that it does not hold again in the year."""
    if row.outcome != NOT_MET:
        return ""
    found = recovered(target, code, row.months, line_of(row, target, code), row.first_failing_period)
    return "" if found is None else month_label(found) if found else "Not this year"


def line_of(row: Evaluation, target: Target, code: str) -> list[float | None]:
    """The target's own line through the twelve months; a body's own figure stands above any step."""
    body = row.organisation_id or row.group_id or row.system_id
    own = replace(target, steps=()) if body in target.local else target
    return target_months(own, code, row.threshold)


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    """One of a target's several tests: its outcome, and the plan beside what is asked."""
    unit = part.get("unit", "")
    return {
        "title": part.get("title", ""),
        "outcome": OUTCOMES[part["outcome"]],
        "planned": wording.figure(part["planned"], unit) if part.get("planned") is not None else "",
        "threshold": wording.figure(part["threshold"], unit) if part.get("threshold") is not None else "",
        "why": part.get("why", ""),
    }


def _answer(attested: Mapping[str, Any] | None) -> str:
    """`Answered “At risk” by Cara Jones for the lead, Dr Shah`; nothing where nobody has."""
    if not attested or not attested.get("state"):
        return ""
    by = f" by {attested['by']}" if attested.get("by") else ""
    lead = f"; its lead is {attested['lead']}" if attested.get("lead") else ""
    return f"Answered “{ANSWERS.get(attested['state'], attested['state'])}”{by}{lead}"


# --- the picture ----------------------------------------------------------------------------------------
def drawn(scope: Scope, rows: Sequence[Evaluation], of: str) -> Evaluation | None:
    """Whose months are drawn: those asked for, else a trust's own, else the first's that has any."""
    own = [row for row in rows if row.organisation_id in scope.own] if scope.kind == TRUST else []
    asked = [row for row in rows if key_of(row) == of]
    known = [row for row in (*asked, *own, *rows) if any(value is not None for value in row.months)]
    return known[0] if known else None


def chart(row: Evaluation | None, target: Target, code: str) -> dict[str, Any]:
    """The twelve months with the target's line, their title, and what of a later target they come to."""
    if row is None:
        return {"chart": None, "months": [], "chart_title": "", "chart_of": "", "pace": ""}
    line = line_of(row, target, code)
    picture, months = twelve(code, row.months, line, row.unit, row.first_failing_period, "Target")
    return {
        "chart": picture,
        "months": months,
        "chart_title": _title(row, target),
        "chart_of": name_of(row),
        "pace": _pace(row, target),
    }


def _title(row: Evaluation, target: Target) -> str:
    """What the picture shows, as a sentence."""
    if row.first_failing_period and "-" in row.first_failing_period:
        return f"{name_of(row)} first falls short in {month_label(row.first_failing_period)}"
    words = {MET: "meets the target", NOT_MET: "does not meet the target"}
    if target.due:
        words = {MET: "moves towards the target", NOT_MET: "does not move towards the target"}
    return f"{name_of(row)} {words.get(row.outcome, 'cannot be judged yet')}"


def _pace(row: Evaluation, target: Target) -> str:
    """For a target due after the year: how far the plan goes this year and what pace it needs."""
    if not row.pace:
        return ""
    said_so = []
    if row.pace.get("outturn") is not None:
        said_so.append(f"The year before ended at {wording.figure(row.pace['outturn'], row.unit)}")
    if row.pace.get("needed_by_march") is not None:
        needed = wording.figure(row.pace["needed_by_march"], row.unit)
        said_so.append(f"an even pace to {month_label(target.due)} needs {needed} by March")
    return "; ".join(said_so) + "." if said_so else ""
