"""What the page of a checked but unsent file shows: the same sentences as an upload's, grouped by rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from planning.foundation import wording
from planning.plan.findings import BLOCK, EXPLAIN, NOTE
from planning.plan.rulebook import Rule, load_rules
from planning.registry.periods import month_label
from submissions.wording import RETURN_NAMES, severity_of

FIRST_ROWS = 50
HEADINGS = {BLOCK: "To put right", EXPLAIN: "To explain", NOTE: "Notes"}


def unsent_page(verdict: Mapping[str, Any]) -> dict[str, Any]:
    """Groups by severity, cards by rule in them, the first fifty places a rule. One query."""
    rules = {rule.code: rule for rule in load_rules(verdict["round"], {})}
    found: Sequence[Mapping[str, Any]] = verdict["findings"]
    counts, numbers = verdict["counts"], verdict["rule_counts"]
    year = str(verdict["round"]).replace("-", "/")
    return {
        "name": f"{RETURN_NAMES[verdict['return']]} return of {verdict['organisation']}, {year}",
        "verdict": _verdict(counts),
        "groups": [
            {
                "title": f"{HEADINGS[name]} ({counts[name]:,})",
                "severity": severity_of(name),
                "cards": _cards([row for row in found if row["severity"] == name], rules, numbers),
            }
            for name in HEADINGS
            if counts[name]
        ],
    }


def _verdict(counts: Mapping[str, int]) -> str:
    if counts[BLOCK]:
        return f"{wording.count(counts[BLOCK], 'thing')} would stop this return. Nothing was sent or kept."
    said = f" {wording.count(counts[EXPLAIN], 'finding')} would need a reason." if counts[EXPLAIN] else ""
    return f"Nothing would stop this return.{said} Nothing was sent or kept."


def _cards(
    rows: Sequence[Mapping[str, Any]], rules: Mapping[str, Rule], numbers: Mapping[str, int]
) -> list[dict[str, Any]]:
    ordered = sorted(rows, key=lambda row: str(row["rule"]))
    grouped = groupby(ordered, key=lambda row: str(row["rule"]))
    return [_card(code, list(found), rules.get(code), numbers[code]) for code, found in grouped]


def _card(code: str, rows: Sequence[Mapping[str, Any]], rule: Rule | None, number: int) -> dict[str, Any]:
    more = number - FIRST_ROWS
    return {
        "id": f"rule-{code}",
        "rule": code,
        "title": rule.title.rstrip(".") if rule else code,
        "why": rule.why if rule else "",
        "instruction": rule.instruction if rule else "",
        "number": number,
        "rows": [_row(row) for row in rows[:FIRST_ROWS]],
        "more": f"{more:,} more are not listed here. Upload the file to see them all." if more > 0 else "",
    }


def _row(row: Mapping[str, Any]) -> dict[str, str]:
    where = f"{row['line']}, {month_label(row['period'])}" if row["period"] else row["line"]
    return {
        "sheet": row["sheet"] or "–",
        "cell": row["cell"] or "–",
        "where": where or "–",
        "seen": row["seen"] or "nothing",
        "message": row["message"],
    }
