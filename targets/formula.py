"""A target's formula in words, and with the figures of one outcome put in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planning.foundation.wording import figure
from targets.evaluation import Outcome
from targets.guidance import Target

SIGNS = {"<": "<", "<=": "≤", "=": "=", ">=": "≥", ">": ">"}
DIRECTIONS = {
    "increase": "rises against outturn",
    "decrease": "falls against outturn",
    "increase_toward": "rises against outturn, towards",
}


def formula_of(target: Target) -> str:
    """`E.M.13N / E.M.13D × 100 ≥ 76%`: what is measured, and what it is held against."""
    measured, limit = _measured(target.measure, target.unit), figure(target.threshold, target.unit)
    if target.comparator == "reduce_by":
        return f"(2019/20 − plan) / 2019/20 × 100 ≥ {limit}, of {measured}"
    if target.comparator in DIRECTIONS:
        return f"{measured} {DIRECTIONS[target.comparator]} {limit if target.threshold is not None else ''}".strip()
    return f"{measured} {SIGNS[target.comparator]} {limit}"


def numbers_of(outcome: Outcome) -> str:
    """The planned figure beside what it is held against, each with its unit."""
    planned = figure(outcome.planned, outcome.unit)
    if outcome.threshold is None:
        return f"Planned {planned}"
    return f"Planned {planned}, held against {figure(outcome.threshold, outcome.unit)}"


def target_months(target: Target) -> list[float | None]:
    """The target's line for a chart of twelve months; empty where it has no one figure a month."""
    if target.threshold is None or target.comparator in ("reduce_by", "increase", "decrease"):
        return []
    if target.effect.get("kind") in ("year_total", "change_vs_baseline"):
        return []
    return [target.threshold] * 12


def _measured(measure: Mapping[str, Any], unit: str) -> str:
    if "mean" in measure:
        return f"mean of {measure['mean']} weighted by {measure['weight']}"
    if "line" in measure:
        return " − ".join([_joined(measure["line"]), *measure.get("less", ())])
    top, bottom = _joined(measure["numerator"]), _joined(measure["denominator"])
    if measure.get("absolute"):
        bottom = f"|{bottom}|"
        top = f"|{top}|"
    share = f"{top} / {bottom}" + (" × 100" if unit == "%" else "")
    return f"100 − {share}" if measure.get("inverted") else share


def _joined(codes: str | list[str]) -> str:
    return codes if isinstance(codes, str) else " + ".join(codes)
