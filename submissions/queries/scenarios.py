"""The list of scenarios, and some of them side by side with the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F
from django.urls import reverse

from planning.foundation import wording
from planning.people.access import Scope
from planning.registry.lines import Lines
from planning.registry.place import Place
from submissions.queries.scenario import MONEY, NOWHERE, amount, change_rows, line_row, made_by, title_of
from submissions.scenarios.bodies import Body
from submissions.scenarios.models import Scenario
from submissions.scenarios.visible import visible_scenarios
from targets.wording import OUTCOMES

MOST_LISTED, MOST_COMPARED = 100, 4


def scenarios_page(scope: Scope, place: Place, bodies: Sequence[Body], *, may_try: bool) -> dict[str, Any]:
    """Saved scenarios and the asker's own that are not saved. One query, without the results themselves."""
    rows = list(
        visible_scenarios(scope)
        .filter(round=place.round)
        .select_related("body", "by")
        .defer("result", "base", "changes")
        .annotate(summary=F("result__summary"))
        .order_by("-saved_at", "-asked_at")[:MOST_LISTED]
    )
    names = {(body.organisation.ods, body.is_system): body for body in bodies}
    listed = [_row(row, names.get((row.body_id, row.is_system))) for row in rows]
    return {
        "nowhere": NOWHERE,
        "saved": [row for row in listed if row["is_saved"]],
        "unsaved": [row for row in listed if not row["is_saved"]],
        "may_try": may_try,
        "what_if_address": reverse("what_if", args=[place.round.code]),
        "outside_address": reverse("outside_model", args=[place.round.code]),
        "compare_address": reverse("scenario_compare", args=[place.round.code]),
        "most": MOST_COMPARED,
    }


def _row(scenario: Scenario, body: Body | None) -> dict[str, Any]:
    summary: Mapping[str, Any] = getattr(scenario, "summary", None) or {}
    states = {Scenario.WAITING: "Being worked out", Scenario.FAILED: "Could not be worked out"}
    before, after = summary.get("adjusted", (None, None))
    met = summary.get("met", ([0, 0], [0, 0]))[1]
    return {
        "id": str(scenario.pk),
        "name": title_of(scenario),
        "address": reverse("scenario", args=[scenario.pk]),
        "who": body.short_name if body is not None else scenario.body.short_name,
        "made": made_by(scenario),
        "changed": _changed(summary.get("changed", ())),
        "is_saved": bool(scenario.name),
        "shared": "Shared" if scenario.is_shared else "Only you",
        "state": states.get(scenario.state, ""),
        "position": wording.bare(after, "£000") or "not known",
        "was": wording.bare(before, "£000"),
        "met": f"{met[0]} of {met[1]}" if met[1] else "none judged",
        "findings": f"{summary.get('new', 0)} new, {summary.get('gone', 0)} gone" if summary else "",
        "can_compare": scenario.state == Scenario.DONE,
    }


def _changed(labels: Sequence[str]) -> str:
    """`Agency pay and 2 more`."""
    more = f" and {len(labels) - 1} more" if len(labels) > 1 else ""
    return f"{labels[0]}{more}" if labels else ""


# --- side by side --------------------------------------------------------------------------------------
class CannotCompare(ValueError):
    """Why some scenarios cannot stand side by side, and what to do."""


def compare_page(
    place: Place, scenarios: Sequence[Scenario], body: Body, stale: Mapping[str, bool]
) -> dict[str, Any]:
    """The plan and some scenarios of one body, a column each. One query. `stale`: by id, those that rest on versions
    that no longer count."""
    lines = Lines.load(place.round.code)
    results = [scenario.result for scenario in scenarios]
    return {
        "nowhere": NOWHERE,
        "body": body,
        "columns": [
            {
                "name": title_of(scenario),
                "address": reverse("scenario", args=[scenario.pk]),
                "made": made_by(scenario),
                "stale": stale[str(scenario.pk)],
                "changes": change_rows(scenario, lines),
            }
            for scenario in scenarios
        ],
        "money": _money(results),
        "counts": _counts(results),
        "targets": _targets(results),
        "findings": _findings(results),
        "lines": _lines(results),
        "scenarios_address": reverse("scenarios", args=[place.round.code]),
    }


def may_be_compared(scenarios: Sequence[Scenario]) -> None:
    """Raises CannotCompare."""
    if len(scenarios) < 1:
        raise CannotCompare("Choose the scenarios to compare")
    if len(scenarios) > MOST_COMPARED:
        raise CannotCompare(f"Choose at most {MOST_COMPARED} scenarios")
    if len({(one.body_id, one.is_system) for one in scenarios}) > 1:
        raise CannotCompare("Choose scenarios of the same plan: those chosen are of different bodies")
    waiting = [title_of(one) for one in scenarios if one.state != Scenario.DONE]
    if waiting:
        raise CannotCompare(
            f"“{waiting[0]}” has not been worked out. Open it, and compare it once it is done"
        )


def _own(result: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The position of the body itself: it stands first."""
    return next(iter(result["position"]), None)


def _money(results: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    own = [_own(result) for result in results]
    if not any(own):
        return []
    first = next(row for row in own if row)

    def said(row: Mapping[str, Any] | None, side: str, name: str, unit: str) -> str:
        value = row[side][name] if row else None
        return amount(value, unit)

    return [
        {
            "label": label if unit == "%" else f"{label}, £000",
            "plan": said(first, "before", name, unit),
            "cells": [said(row, "after", name, unit) for row in own],
        }
        for label, name, unit in MONEY
    ]


def _counts(results: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    def met(pair: Sequence[int]) -> str:
        return f"{pair[0]} of {pair[1]}" if pair[1] else "none judged"

    summaries = [result["summary"] for result in results]
    first = summaries[0]
    return [
        {
            "label": "Targets met",
            "plan": met(first["met"][0]),
            "cells": [met(summary["met"][1]) for summary in summaries],
        },
        {
            "label": "Findings",
            "plan": str(first["gone"] + first["same"]),
            "cells": [
                f"{summary['new'] + summary['same']} ({summary['new']} new, {summary['gone']} gone)"
                for summary in summaries
            ],
        },
    ]


def _targets(results: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each target that some scenario moves; a scenario that leaves it where it is shows the plan's."""
    moved: dict[tuple[str, str], list[Mapping[str, Any] | None]] = {}
    for at, result in enumerate(results):
        for row in result["targets"]["moved"]:
            moved.setdefault((row["who"], row["code"]), [None] * len(results))[at] = row
    listed = []
    for cells in moved.values():
        first = next(row for row in cells if row is not None)
        plan = _stood(first, first["before"])
        listed.append(
            {
                "code": first["code"],
                "title": first["title"],
                "who": first["who"],
                "plan": plan,
                "cells": [_stood(row, row["after"]) if row else plan for row in cells],
            }
        )
    return listed


def _stood(row: Mapping[str, Any], side: Mapping[str, Any]) -> dict[str, Any] | None:
    if not side:
        return None
    figure = wording.figure(side["planned"], row["unit"]) if side["planned"] is not None else ""
    return {"said": OUTCOMES[side["outcome"]], "figure": figure}


def _findings(results: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each finding that some scenario brings or takes away: found there or not, in the plan and in each."""
    keys: dict[tuple[str, str, str], dict[str, Any]] = {}
    for at, result in enumerate(results):
        for name in ("new", "gone"):
            for row in result["findings"][name]:
                key = (row["rule"], row["who"], row["line"])
                was = name == "gone"
                entry = keys.setdefault(
                    key,
                    {
                        "rule": row["rule"],
                        "who": row["who"],
                        "message": row["message"],
                        "plan": was,
                        "cells": [was] * len(results),
                    },
                )
                entry["cells"][at] = name == "new"
    return list(keys.values())


def _lines(results: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each line that some scenario changes, its year in the plan and in each."""
    found: dict[tuple[str, str], list[Mapping[str, Any] | None]] = {}
    for at, result in enumerate(results):
        for row in result["lines"]["changed"]:
            found.setdefault((row["organisation"], row["line"]), [None] * len(results))[at] = row
    listed = []
    for cells in found.values():
        first = line_row(next(row for row in cells if row is not None))
        listed.append(
            {
                **first,
                "plan": first["before"],
                "cells": [line_row(row)["after"] if row else first["before"] for row in cells],
            }
        )
    return listed
