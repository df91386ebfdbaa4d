"""How two judgements of one body differ: findings new, gone and still there, targets and money before and after.
What a scenario keeps of them, as plain data.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from finance.positions import Position
from planning.plan.exact import SCALE
from planning.plan.findings import Finding
from planning.plan.keeping import Result
from planning.registry import periods
from planning.registry.lines import Lines
from submissions.uploads import Value
from targets.evaluations import MET, NOT_MET, Evaluation

MOST_TOTALS = 40  # lines worked out again that are listed
MONEY = ("income", "expenditure", "adjusted", "efficiency", "efficiency_share", "agency_share")
Judged = Sequence[Result | list[Any]]


@dataclass(frozen=True)
class Names:
    """Short names by code, and the system's own."""

    of: Mapping[str, str]
    system: str

    def who(self, ods: str | None) -> str:
        return self.of.get(ods, ods) if ods else f"{self.system} system"


def difference(before: Judged, after: Judged, names: Names, body: str | None) -> dict[str, Any]:
    """{findings, targets, position, summary}; `body` is the organisation, None for the system as a whole."""
    findings = _findings(_of(before, Finding), _of(after, Finding), names)
    was, now = _of(before, Evaluation), _of(after, Evaluation)
    position = _positions(_of(before, Position), _of(after, Position), names)
    own = next((row for row in position if row["organisation"] == body), None)
    return {
        "findings": findings,
        "targets": _targets(was, now, names),
        "position": position,
        "summary": {
            "new": len(findings["new"]),
            "gone": len(findings["gone"]),
            "same": len(findings["same"]),
            "met": [_met(was, body), _met(now, body)],
            "adjusted": [own["before"]["adjusted"], own["after"]["adjusted"]] if own else [None, None],
        },
    }


def _of(judged: Judged, kind: type[Any]) -> list[Any]:
    rows = [row for result in judged for row in (result.rows if isinstance(result, Result) else result)]
    return [row for row in rows if isinstance(row, kind)]


# --- findings ------------------------------------------------------------------------------------------
def _findings(before: list[Finding], after: list[Finding], names: Names) -> dict[str, list[dict[str, Any]]]:
    """`new` and `gone` as found; `same` with its gap before. One rule on one line of one body is one finding,
    however far it moves."""
    was, now = _keyed(before), _keyed(after)
    found: dict[str, list[dict[str, Any]]] = {"new": [], "gone": [], "same": []}
    for key in dict.fromkeys([*now, *was]):
        old, new = was.get(key, []), now.get(key, [])
        for one, other in zip(old, new, strict=False):
            found["same"].append({**_finding(other, names), "gap_before": one.gap})
        found["new"] += [_finding(row, names) for row in new[len(old) :]]
        found["gone"] += [_finding(row, names) for row in old[len(new) :]]
    for rows in found.values():
        rows.sort(key=lambda row: (row["rank"], -row["size"], row["rule"], row["who"], row["line"]))
    return found


def _keyed(rows: Iterable[Finding]) -> dict[tuple[Any, ...], list[Finding]]:
    found: dict[tuple[Any, ...], list[Finding]] = defaultdict(list)
    for row in rows:
        found[
            row.rule, row.return_kind, row.organisation_id, row.line if row.kind != "target" else ""
        ].append(row)
    return found


def _finding(row: Finding, names: Names) -> dict[str, Any]:
    counted = not row.trial and row.waived is None
    return {
        "rule": row.rule,
        "kind": row.kind,
        "severity": row.severity,
        "trial": row.trial,
        "waived": row.waived is not None,
        "rank": {"block": 0, "explain": 1}.get(row.severity, 2) if counted else 3,
        "who": names.who(row.organisation_id),
        "line": row.line,
        "period": row.period,
        "message": row.message,
        "gap": row.gap,
        "unit": row.unit,
        "size": row.size,
    }


# --- targets -------------------------------------------------------------------------------------------
def _targets(before: list[Evaluation], after: list[Evaluation], names: Names) -> dict[str, Any]:
    """Those whose outcome or planned figure moved, outcomes first; and how many stand as before."""
    was = {_key(row): row for row in before}
    moved: list[dict[str, Any]] = []
    same = 0
    for row in after:
        old = was.get(_key(row))
        if old is not None and _standing(old) == _standing(row):
            same += 1
            continue
        moved.append(
            {
                "code": row.target,
                "title": row.title,
                "who": row.group_id or names.who(row.organisation_id),
                "organisation": row.organisation_id,
                "unit": row.unit,
                "gap_unit": row.gap_unit,
                "threshold": row.threshold,
                "before": _standing(old),
                "after": _standing(row),
            }
        )
    moved.sort(
        key=lambda row: (row["before"].get("outcome") == row["after"]["outcome"], row["who"], row["code"])
    )
    return {"moved": moved, "same": same}


def _key(row: Evaluation) -> tuple[str, str | None, str | None]:
    return row.target, row.organisation_id, row.group_id


def _standing(row: Evaluation | None) -> dict[str, Any]:
    if row is None:
        return {}
    names = ("outcome", "planned", "gap", "gap_units", "first_failing_period", "for_information")
    return {name: getattr(row, name) for name in names}


def _met(rows: Iterable[Evaluation], body: str | None) -> list[int]:
    """[met, judged] of the body itself."""
    own = [row for row in rows if row.organisation_id == body and row.group_id is None]
    counts = Counter(row.outcome for row in own)
    return [counts[MET], counts[MET] + counts[NOT_MET]]


# --- money and lines -----------------------------------------------------------------------------------
def _positions(before: list[Position], after: list[Position], names: Names) -> list[dict[str, Any]]:
    was = {row.organisation_id: row for row in before}
    return [
        {
            "organisation": row.organisation_id,
            "who": names.who(row.organisation_id),
            "so_far": row.so_far,
            "before": {name: getattr(was.get(row.organisation_id), name, None) for name in MONEY},
            "after": {name: getattr(row, name) for name in MONEY},
        }
        for row in after
    ]


def moved_lines(
    lines: Lines,
    whose: Mapping[str, str],
    before: Sequence[Value],
    after: Sequence[Value],
    entered: set[tuple[str, str]],
    names: Names,
) -> dict[str, Any]:
    """The changed lines with their year before and after, then the totals that moved with them; one kept in its
    place by another change is listed too. Of a line without a year, March."""
    changed: list[dict[str, Any]] = []
    totals: list[dict[str, Any]] = []
    for old, new in zip(before, after, strict=True):
        ods = whose[str(old.upload_id)]
        if (ods, old.line) in entered:
            changed.append(_line(lines, old, new, ods, names))
        elif old.figures != new.figures:
            totals.append(_line(lines, old, new, ods, names))
    return {"changed": changed, "totals": totals[:MOST_TOTALS], "more": max(0, len(totals) - MOST_TOTALS)}


def _line(lines: Lines, old: Value, new: Value, ods: str, names: Names) -> dict[str, Any]:
    line = lines[old.line]
    at = periods.YEAR if line.has_year_of_months or line.is_annual else periods.MARCH
    was, now = old.figures[at], new.figures[at]
    return {
        "organisation": ods,
        "who": names.who(ods),
        "line": line.code,
        "label": line.label,
        "unit": line.unit,
        "is_march": at == periods.MARCH,
        "before": None if was is None else was / SCALE,
        "after": None if now is None else now / SCALE,
    }
