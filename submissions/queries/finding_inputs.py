"""Where the numbers of a finding come from: each figure with its cell and file, reference values with their source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from planning.foundation import wording
from planning.people.access import Scope
from planning.plan.findings import Finding
from planning.registry.periods import month_label
from planning.registry.reference_values import ReferenceValue
from submissions.wording import RETURN_NAMES


def input_rows(finding: Finding, scope: Scope) -> dict[str, Any]:
    """Where each number comes from: a row a line, a column a period, each figure with its cell and file. A return
    that the asker may not open, the ICB's beside a trust's, is named and not led to. One query where a figure stands
    in no return: for its source."""
    opens = scope.own | scope.hosts | scope.systems | scope.served
    sources = _sources(finding)
    periods = sorted({given.get("period") or "" for given in finding.inputs}, key=_in_time)
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for given in finding.inputs:
        if given.get("organisation") not in opens:
            given = {**given, "upload": ""}
        key = (given.get("organisation", ""), given.get("line", ""))
        row = rows.setdefault(key, {**_line_row(given), "source": sources.get(key, "")})
        row["by_period"][given.get("period") or ""] = _figure_cell(given)
    for row in rows.values():
        found = row.pop("by_period")
        row["cells"] = [found.get(period) for period in periods]
    return {"periods": [_short(period) for period in periods], "rows": list(rows.values())}


def _line_row(given: Mapping[str, Any]) -> dict[str, Any]:
    upload, kind = given.get("upload"), RETURN_NAMES.get(given.get("return", ""), "").lower()
    version = f", version {given['version']}" if given.get("version") else ""
    return {
        "label": given.get("label", ""),
        "line": ", ".join(word for word in (given.get("line", ""), given.get("unit", "")) if word),
        "sheet": given.get("sheet", ""),
        "return": f"{given.get('organisation', '')} {kind}{version}".strip(),
        "address": reverse("upload_result", args=[upload]) if upload else "",
        "by_period": {},
    }


def _figure_cell(given: Mapping[str, Any]) -> dict[str, str]:
    upload = given.get("upload")
    return {
        "value": _seen(given.get("value"), given.get("unit", "")),
        "cell": given.get("cell") or "",
        "sheet": given.get("sheet") or "",
        "file": reverse("upload_file", args=[upload]) if upload else "",
    }


def _seen(value: Any, unit: str) -> str:
    """A figure in its unit; what a check saw in a cell stays as it was typed. An empty cell is `blank`."""
    if value is None or value == "":
        return "blank"
    return value if isinstance(value, str) else wording.bare(value, unit)


def _in_time(period: str) -> tuple[int, str]:
    """Years before the plan's, its months, then its total."""
    year = period.replace("/", "-")
    return (0 if "/" in period else 1, year)


def _short(period: str) -> str:
    """`Apr 2023`, and years as they are; a cell outside the months has none."""
    if not period:
        return "Seen"
    month, _, year = month_label(period).partition(" ")
    return f"{month[:3]} {year}" if year else period


def _sources(finding: Finding) -> dict[tuple[str, str], str]:
    """(organisation, line) -> the source of what the service knows of itself."""
    wanted = {(row.get("organisation"), row.get("line")) for row in finding.inputs if not row.get("return")}
    if not wanted or finding.kind == "check":
        return {}
    rows = ReferenceValue.objects.filter(
        round_id=finding.round_id,
        organisation_id__in={ods for ods, _ in wanted if ods},
        line__in={line for _, line in wanted if line},
    )
    return {
        (ods, line): source for ods, line, source in rows.values_list("organisation_id", "line", "source")
    }
