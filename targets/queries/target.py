"""What the pages of targets show: each target by area with how plans stand, and one target in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from planning.foundation import wording
from planning.people.access import TRUST, Scope
from planning.plan.months import twelve
from planning.plan.visible import basis_for
from planning.registry.organisations import Organisation
from planning.registry.periods import month_label
from planning.registry.place import Place
from targets.evaluations import MET, NOT_APPLICABLE, NOT_ASSESSABLE, NOT_MET, Evaluation
from targets.governing import load_targets
from targets.guidance import GuidanceDocument, Target
from targets.visible import evaluations_of
from targets.wording import OUTCOMES, said, wanted, when


def targets_page(scope: Scope, place: Place) -> dict[str, Any]:
    """Every target by area with its outcomes in words. Two queries."""
    code = place.round.code
    targets = load_targets(code)
    rows = list(
        evaluations_of(scope, code, basis=basis_for(scope)).only(
            "target", "outcome", "organisation", "system"
        )
    )
    by: dict[str, list[Evaluation]] = {}
    for row in rows:
        by.setdefault(row.target, []).append(row)
    areas: dict[str, list[dict[str, Any]]] = {}
    for target in targets:
        areas.setdefault(target.area, []).append(_listed(scope, target, by.get(target.code, []), code))
    return {
        "areas": [{"name": name, "rows": found} for name, found in areas.items()],
        "lead": _lead(targets, rows),
    }


def _listed(scope: Scope, target: Target, rows: Sequence[Evaluation], code: str) -> dict[str, Any]:
    """A target with what it asks; a trust sees its own outcome, others the system's and a count of the rest."""
    own = [row for row in rows if row.organisation_id in scope.own] if scope.kind == TRUST else []
    whole = [row for row in rows if row.organisation_id is None]
    chief = (own or whole or [None])[0]  # type: ignore[list-item]
    others = Counter(row.outcome for row in rows if row is not chief and row.organisation_id is not None)
    return {
        "code": target.code,
        "title": target.title,
        "wanted": f"{wanted(target)} {when(target)}",
        "address": reverse("target", args=[code, target.code]),
        "outcome": said(chief) if chief is not None else OUTCOMES[NOT_ASSESSABLE],
        "others": counted(others) if scope.kind != TRUST else "",
    }


def counted(outcomes: Counter[str]) -> str:
    """`3 met, 1 not met`, naught left out."""
    words = [(MET, "met"), (NOT_MET, "not met"), (NOT_ASSESSABLE, "not assessable")]
    return ", ".join(f"{outcomes[code]} {word}" for code, word in words if outcomes[code])


def _lead(targets: Sequence[Target], rows: Sequence[Evaluation]) -> str:
    said_so = f"{wording.count(len(targets), 'target')} of the national guidance."
    return said_so if rows else f"{said_so} Nothing has been judged against them yet."


def target_page(scope: Scope, place: Place, target: Target) -> dict[str, Any]:
    """One target: what it asks, in whose words, and how every plan stands. Three queries and its chart's."""
    code = place.round.code
    rows = list(
        evaluations_of(scope, code, basis=basis_for(scope))
        .filter(target=target.code)
        .exclude(outcome=NOT_APPLICABLE)
        .select_related("organisation", "system")
        .order_by("organisation__kind", "organisation_id")
    )
    rows.sort(key=lambda row: row.organisation_id is not None)
    chief = _chief(scope, rows)
    chart, months = _chart(chief, target, code)
    document = GuidanceDocument.objects.filter(code=target.source.get("document_code", "")).first()
    return {
        "target": target,
        "wanted": f"{wanted(target).capitalize()} {when(target)}",
        "quote": target.source.get("quote", ""),
        "facts": _facts(target, document),
        "rows": [standing(row) for row in rows],
        "names": [measured(target)],
        "unit": target.unit,
        "chart": chart,
        "months": months,
        "chart_title": _title(chief, target),
        "chart_of": name_of(chief) if chief is not None else "",
        "pace": _pace(chief, target),
    }


def _chief(scope: Scope, rows: Sequence[Evaluation]) -> Evaluation | None:
    """Whose months are drawn: a trust's own, else the system's, else the first that has any."""
    own = [row for row in rows if row.organisation_id in scope.own] if scope.kind == TRUST else []
    drawn = [row for row in (*own, *rows) if any(value is not None for value in row.months)]
    return drawn[0] if drawn else None


def name_of(row: Evaluation) -> str:
    organisation: Organisation | None = row.organisation
    if organisation is not None:
        return organisation.short_name
    return f"{row.system.system_name or row.system.short_name} (system)" if row.system is not None else ""


def standing(row: Evaluation) -> dict[str, Any]:
    """One row of the table: who, outcome, plan, threshold, gap in its units, first month that fails."""
    gap = wording.figure(abs(row.gap_units), row.gap_unit) if row.gap_units else ""
    return {
        "id": row.organisation_id or "system",
        "name": name_of(row),
        "outcome": said(row),
        "planned": wording.bare(row.planned, row.unit) or "not known",
        "threshold": wording.bare(row.threshold, row.unit) or "–",
        "gap": wording.gap(row.gap, row.unit) if row.gap else "",
        "closes": gap,
        "first": month_label(row.first_failing_period) if row.first_failing_period else "",
        "why": row.why,
        "so_far": f"So far, {row.so_far}" if row.so_far else "",
        "for_information": row.for_information,
    }


def measured(target: Target) -> str:
    """What is measured, in lines, as text: `E.M.13N ÷ E.M.13D`."""
    measure = target.measure

    def sum_of(value: Any) -> str:
        return " + ".join(value) if isinstance(value, list | tuple) else str(value)

    if "numerator" in measure:
        text = f"{sum_of(measure['numerator'])} ÷ {sum_of(measure['denominator'])}"
        if measure.get("inverted"):
            text = f"100% − {text}"
        return f"{text}, signs left aside" if measure.get("absolute") else text
    if "mean" in measure:
        return f"{measure['mean']}, weighted by {measure['weight']}"
    less = measure.get("less") or ()
    return sum_of(measure.get("line", "")) + "".join(f" − {code}" for code in less)


def _facts(target: Target, document: GuidanceDocument | None) -> list[dict[str, Any]]:
    source = target.source
    published = (
        f"{document.title}, version {document.version}"
        if document is not None
        else source.get("document", "")
    )
    rows = [
        ("Asks for", f"{wanted(target).capitalize()} {when(target)}"),
        ("Measured as", measured(target)),
        ("Exceptions", "; ".join(target.exceptions)),
        ("Document", published),
        ("Published", wording.day(document.published_on) if document is not None else ""),
        ("Section", source.get("section", "")),
        ("Issued by", "NHS England" if target.issued_by == "X24" else target.issued_by),
        ("Note", target.note),
    ]
    return [{"key": {"text": key}, "value": {"text": value}} for key, value in rows if value]


def _chart(chief: Evaluation | None, target: Target, code: str) -> tuple[Any, list[dict[str, Any]]]:
    if chief is None:
        return None, []
    limit = [chief.threshold] * 12 if chief.threshold is not None else []
    return twelve(code, chief.months, limit, chief.unit, chief.first_failing_period, "Target")


def _title(chief: Evaluation | None, target: Target) -> str:
    """What the picture shows, as a sentence."""
    if chief is None:
        return ""
    if chief.first_failing_period and "-" in chief.first_failing_period:
        return f"{name_of(chief)} first falls short in {month_label(chief.first_failing_period)}"
    words = {MET: "meets the target", NOT_MET: "does not meet the target"}
    if target.due:
        words = {MET: "moves towards the target", NOT_MET: "does not move towards the target"}
    return f"{name_of(chief)} {words.get(chief.outcome, 'cannot be judged yet')}"


def _pace(chief: Evaluation | None, target: Target) -> str:
    """For a target due after the year: how far the plan goes this year and what pace it needs."""
    if chief is None or not chief.pace:
        return ""
    said_so = []
    if chief.pace.get("outturn") is not None:
        said_so.append(f"The year before ended at {wording.figure(chief.pace['outturn'], chief.unit)}")
    if chief.pace.get("needed_by_march") is not None:
        needed = wording.figure(chief.pace["needed_by_march"], chief.unit)
        said_so.append(f"an even pace to {month_label(target.due)} needs {needed} by March")
    return "; ".join(said_so) + "." if said_so else ""
