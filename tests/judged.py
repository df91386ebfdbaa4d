"""A return of given figures, checked and judged by all that needs it alone, without a workbook in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

import yaml

from planning.plan.exact import scaled
from planning.plan.loading_values import values_from_files
from planning.plan.rulebook import Rule
from planning.plan.rules import ORGANISATION, is_judged, run_rules
from planning.registry import periods
from planning.registry.files import DATA
from planning.registry.lines import Line
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from submissions.checks import check_return
from submissions.checks.signs import without_wrong_signs
from submissions.identity import Identity
from submissions.layout.places import Places
from submissions.loading import rule_entries
from submissions.parsing import Reading, Return, plan_of
from tests.plans import COLUMNS
from tests.workbooks import ROUND, catalogue

Figures = Mapping[str, Sequence[Any]]


@lru_cache
def rules() -> list[Rule]:
    """Every check and rule of the round, with its parameters, straight from the files."""
    return [Rule.from_entry(entry, 1, parameters()) for entry in rule_entries(ROUND, catalogue())]


@lru_cache
def parameters() -> dict[str, Decimal]:
    document = yaml.safe_load((DATA / "rounds" / f"{ROUND}.yaml").read_text(encoding="utf-8"))
    return {entry["code"]: Decimal(str(entry["value"])) for entry in document["parameters"]}


def parsed_of(lines: Sequence[Line], figures: Figures, *, ods: str, kind: str, return_kind: str) -> Return:
    """The return as its workbook would be read; a line without figures is blank."""
    places = Places.of(lines, ROUND)
    columns = {sheet: list(COLUMNS) for sheet in places.sheets}
    parsed = Return(Identity(ROUND, ods, return_kind, "v"), ROUND, kind, columns=columns)
    for line in lines:
        sheet, row = places.rows[line.code]
        given = figures.get(line.code, [None] * periods.COUNT)
        states = "".join("b" if each is None else "n" if each == "n/a" else "v" for each in given)
        exact = tuple(scaled(Decimal(str(each))) if isinstance(each, int | float) else None for each in given)
        parsed.readings.append(Reading(line.code, sheet, row + 1, exact, states))
    return parsed


def found_in(
    lines: Sequence[Line], figures: Figures, *, ods: str = "RTH", kind: str = "ac", return_kind: str
) -> list[tuple[str, str]]:
    """(rule, line) of everything that is found, faults and breaches; V01 is left to real workbooks."""
    parsed = parsed_of(lines, figures, ods=ods, kind=kind, return_kind=return_kind)
    plan = plan_of(parsed, catalogue(), lines, "QU9")
    plan.reference = values_from_files(ROUND)
    faults = [fault for fault in check_return(parsed, lines, plan, rules()) if fault.rule != "V01"]
    alone = [rule for rule in rules() if rule.needs_only(return_kind) and is_judged(rule)]
    breaches = run_rules(without_wrong_signs(plan, faults), alone, ORGANISATION).breaches
    return [
        *((fault.rule, fault.line) for fault in faults),
        *((rule.code, breach.line) for rule, breach in breaches),
    ]
