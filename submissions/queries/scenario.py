"""What the page of one scenario says: its changes, how the plan would stand, and whether it is still of today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from planning.foundation import wording
from planning.people.access import Scope
from planning.registry.lines import Line, Lines
from planning.registry.periods import month_label
from planning.registry.place import Place
from submissions.queries.what_if import change_words
from submissions.scenarios.asking import changes_of
from submissions.scenarios.bodies import Body
from submissions.scenarios.models import Scenario
from submissions.versions import current_versions
from submissions.wording import RETURN_NAMES, severity_of
from targets.wording import OUTCOMES

NOWHERE = "Scenario: counts nowhere"
MONEY = (
    ("Income", "income", "£000"),
    ("Expenditure", "expenditure", "£000"),
    ("Surplus or deficit", "adjusted", "£000"),
    ("Efficiency", "efficiency", "£000"),
    ("Efficiency, % of expenditure", "efficiency_share", "%"),
    ("Agency, % of pay", "agency_share", "%"),
)
Row = Mapping[str, Any]


def scenario_page(
    scope: Scope, place: Place, scenario: Scenario, body: Body, *, may_try: bool
) -> dict[str, Any]:
    """Everything that the page says. Two queries."""
    lines = Lines.load(scenario.round_id)
    own = scope.person is not None and scenario.by_id == scope.person.pk and may_try
    is_done = scenario.state == Scenario.DONE
    return {
        "scenario": scenario,
        "body": body,
        "title": title_of(scenario),
        "nowhere": NOWHERE,
        "made": made_by(scenario),
        "changes": change_rows(scenario, lines),
        "own": own,
        "may_add": own and scenario.kind == Scenario.WHAT_IF,
        "may_try": may_try,
        "add_address": reverse("what_if", args=[place.round.code])
        + "?"
        + urlencode({"scenario": str(scenario.pk)}),
        "scenarios_address": reverse("scenarios", args=[place.round.code]),
        "stale": arrived_since(scenario, body) if scenario.base else [],
        "is_waiting": scenario.state == Scenario.WAITING,
        "is_done": is_done,
        "base": base_words(scenario, body),
        **(_result(place, scenario.result) if is_done else {}),
    }


def title_of(scenario: Scenario) -> str:
    return scenario.name or "What if"


def made_by(scenario: Scenario) -> str:
    """Whose it is and of when; an outside model with its supplier and date."""
    by = scenario.by.name if scenario.by is not None else "somebody who has left"
    if scenario.kind == Scenario.OUTSIDE and scenario.made_on is not None:
        return f"Outside model of {scenario.supplier}, {wording.day(scenario.made_on)}; loaded by {by}"
    return f"What-if of {by}, {wording.moment(scenario.asked_at)}"


def change_rows(scenario: Scenario, lines: Lines) -> list[dict[str, Any]]:
    """The changes in their order, each in words."""
    listed = []
    for at, change in enumerate(changes_of(scenario)):
        line: Line | None = lines.get(change.line)
        listed.append(
            {
                "at": at,
                "who": change.organisation,
                "code": change.line,
                "label": line.label if line is not None else "",
                "words": change_words(change, line, lines.round),
            }
        )
    return listed


def arrived_since(scenario: Scenario, body: Body) -> list[str]:
    """`Royal Berkshire: finance version 6`, of each version that counts now and did not then. One query."""
    was = {(row["organisation"], row["return"]): row["upload"] for row in scenario.base}
    reach = {*body.organisations, *(ods for ods, _ in was)}
    now = {(row.organisation, row.return_kind): row for row in current_versions(scenario.round_id, reach)}
    names = {ods: one.short_name for ods, one in body.organisations.items()}
    found = [
        f"{names.get(ods, ods)}: {RETURN_NAMES[kind].lower()} version {row.number} has arrived"
        for (ods, kind), row in now.items()
        if was.get((ods, kind)) != row.upload
    ]
    gone = [
        f"{names.get(ods, ods)}: {RETURN_NAMES[kind].lower()} has no current version any more"
        for ods, kind in was
        if (ods, kind) not in now
    ]
    return found + gone


def base_words(scenario: Scenario, body: Body) -> str:
    """`Royal Berkshire activity 3, finance 5`: the versions that it was worked out on."""
    by: dict[str, list[str]] = {}
    for row in scenario.base:
        by.setdefault(row["organisation"], []).append(
            f"{RETURN_NAMES[row['return']].lower()} {row['version']}"
        )
    names = {ods: one.short_name for ods, one in body.organisations.items()}
    return "; ".join(f"{names.get(ods, ods)} {', '.join(kinds)}" for ods, kinds in by.items())


# --- the result ----------------------------------------------------------------------------------------
def _result(place: Place, result: Row) -> dict[str, Any]:
    found, targets = result["findings"], result["targets"]
    return {
        "headline": headline(result),
        "cards": _cards(result),
        "positions": [
            {
                "id": f"position-{at}",
                "who": row["who"],
                "so_far": row["so_far"],
                "rows": [_money(row, label, name, unit) for label, name, unit in MONEY],
            }
            for at, row in enumerate(result["position"])
        ],
        "findings": {name: [finding_row(row) for row in rows] for name, rows in found.items()},
        "targets": [target_row(place, row) for row in targets["moved"]],
        "targets_same": targets["same"],
        "lines": [line_row(row) for row in result["lines"]["changed"]],
        "totals": [line_row(row) for row in result["lines"]["totals"]],
        "more_totals": result["lines"]["more"],
    }


def headline(result: Row) -> str:
    """`The position would improve by £2.0m; 1 finding is new, 2 are gone; targets met: 24 of 29, was 25`."""
    summary = result["summary"]
    was, now = summary["met"]
    words = [_position_words(*summary["adjusted"]), _finding_words(summary["new"], summary["gone"])]
    met = f"{now[0]} of {now[1]} targets met"
    words.append(met if was == now else f"{met}, {was[0]} of {was[1]} as planned")
    said = "; ".join(word for word in words if word)
    return said[0].upper() + said[1:]


def _position_words(before: float | None, after: float | None) -> str:
    if before is None or after is None:
        return ""
    moved = round(after - before, 4)
    if not moved:
        return "the position stays as it is"
    return f"the position would {'improve' if moved > 0 else 'worsen'} by {wording.pounds(abs(moved))}"


def _finding_words(new: int, gone: int) -> str:
    if not (new or gone):
        return "no finding comes or goes"
    said = [f"{wording.count(new, 'finding')} new"] if new else []
    said += [f"{gone} gone" if new else f"{wording.count(gone, 'finding')} gone"] if gone else []
    return " and ".join(said)


def _cards(result: Row) -> list[dict[str, str]]:
    summary = result["summary"]
    before, after = summary["adjusted"]
    was, now = summary["met"]
    total = [summary["gone"] + summary["same"], summary["new"] + summary["same"]]
    return [
        {
            "title": "Surplus or deficit",
            "figure": wording.figure(after, "£000"),
            "note": f"{wording.figure(before, '£000')} as planned",
        },
        {
            "title": "Targets met",
            "figure": f"{now[0]} of {now[1]}" if now[1] else "None judged",
            "note": f"{was[0]} of {was[1]} as planned" if was[1] else "",
        },
        {"title": "Findings", "figure": str(total[1]), "note": f"{total[0]} as planned"},
    ]


def _money(row: Row, label: str, name: str, unit: str) -> dict[str, str]:
    before, after = row["before"][name], row["after"][name]
    return {
        "label": label,
        "before": amount(before, unit),
        "after": amount(after, unit),
        "change": moved_by(before, after, unit),
    }


def amount(value: float | None, unit: str) -> str:
    """Money as a bare figure, a share with its sign."""
    return (
        "not known"
        if value is None
        else wording.figure(value, unit)
        if unit == "%"
        else wording.bare(value, unit)
    )


def moved_by(before: float | None, after: float | None, unit: str) -> str:
    """`+840`, `−0.4 points`; a dash where nothing moved or one of them is not known."""
    if before is None or after is None or round(after - before, 6) == 0:
        return "–"
    said = wording.gap(after - before, unit) if unit == "%" else wording.bare(after - before, unit)
    return said if said.startswith(wording.MINUS) else f"+{said}"


def finding_row(row: Row) -> dict[str, Any]:
    """A finding of a scenario in words; nothing stored stands behind it."""
    waived = {"id": ""} if row["waived"] else None
    words = {"target": "Target", "check": "Check"}
    return {
        "severity": severity_of(row["severity"], row["trial"], waived),
        "rule": f"{words.get(row['kind'], 'Rule')} {row['rule']}",
        "who": row["who"],
        "message": row["message"],
        "period": month_label(row["period"]) if row["period"] else "",
        "gap": wording.gap(row["gap"], row["unit"]) or "–",
        "gap_before": wording.gap(row.get("gap_before"), row["unit"]) or "–",
        "moved": row.get("gap_before") != row["gap"],
    }


def target_row(place: Place, row: Row) -> dict[str, Any]:
    """One target before and after."""
    return {
        "code": row["code"],
        "title": row["title"],
        "who": row["who"],
        "address": reverse("target", args=[place.round.code, row["code"]]),
        "before": _stood(row, row["before"]),
        "after": _stood(row, row["after"]),
    }


def _stood(row: Row, side: Row) -> dict[str, Any] | None:
    if not side:
        return None
    gap = (
        wording.figure(side["gap_units"], row["gap_unit"])
        if side["gap_units"]
        else wording.gap(side["gap"], row["unit"])
    )
    return {
        "said": OUTCOMES[side["outcome"]],
        "figure": wording.figure(side["planned"], row["unit"]) if side["planned"] is not None else "",
        "gap": gap if side["gap"] else "",
    }


def line_row(row: Row) -> dict[str, str]:
    march = " in March" if row["is_march"] else ""
    return {
        "who": row["who"],
        "code": row["line"],
        "label": row["label"],
        "unit": row["unit"] + march,
        "before": wording.bare(row["before"], row["unit"]) or "blank",
        "after": wording.bare(row["after"], row["unit"]) or "blank",
        "change": moved_by(row["before"], row["after"], row["unit"]),
    }
