"""Which months or year a target is judged over, and whether it takes effect in the round at all."""

from __future__ import annotations

from planning.plan.array import Plan
from planning.registry import periods
from targets.guidance.target import Target
from targets.judging.comparators import CHANGES, DIRECTIONS, TOWARD
from targets.judging.ledger import WHOLE_YEAR, YEAR_MEAN

BASELINES = {"2019/20": periods.BASELINE, "outturn": periods.OUTTURN}
YEARS = {"year_total": WHOLE_YEAR, "year_mean": YEAR_MEAN, "change_vs_baseline": WHOLE_YEAR}


def windows_of(plan: Plan, target: Target) -> list[int]:
    """The windows that the target is judged over: month places, or a year. Raises ValueError for an effect
    that is none."""
    if target.steps:
        return sorted(steps_of(plan, target))
    effect = target.effect
    kind = effect["kind"]
    if target.comparator in DIRECTIONS:
        return [_direction_window(plan, target)]
    if kind in YEARS:
        return [YEARS[kind]]
    first = _month(plan, effect.get("from"), periods.APRIL)
    last = _month(plan, effect.get("to"), periods.MARCH)
    if kind == "by_month":
        return [last if effect.get("to") else first]
    if kind in ("from_month", "each_month"):
        return list(range(first, last + 1))
    raise ValueError(f"{target.code}: '{kind}' is not a period of effect.")


def _direction_window(plan: Plan, target: Target) -> int:
    """The month that it is due in, March where that lies after the year, else the year."""
    if target.effect["kind"] == "by_month":
        return _month(plan, target.effect.get("to"), periods.MARCH)
    return periods.MARCH if target.due else WHOLE_YEAR


def steps_of(plan: Plan, target: Target) -> dict[int, float]:
    """The steps of a trajectory that lie in the plan's year: month place -> threshold."""
    months = plan.periods[periods.MONTHS]
    return {
        plan.periods.index(step["by"]): step["threshold"] for step in target.steps if step["by"] in months
    }


def _month(plan: Plan, period: str | None, otherwise: int) -> int:
    return plan.periods.index(period) if period in plan.periods[periods.MONTHS] else otherwise


def falls_later(plan: Plan, target: Target) -> bool:
    """Whether a target takes effect wholly after the plan's March and asks for no progress before."""
    if target.comparator in DIRECTIONS and not target.is_attested:
        return False
    return first_month_of(target) > plan.periods[periods.MARCH]


def first_month_of(target: Target) -> str:
    """The first month in which something is asked; empty where none is named."""
    if target.steps:
        return str(min(step["by"] for step in target.steps))
    starts = target.effect.get("to") if target.effect["kind"] == "by_month" else target.effect.get("from")
    return target.due or starts or ""


def later_words(target: Target) -> str:
    first = target.due or (first_month_of(target) if target.steps else target.effect.get("to", ""))
    return f"Takes effect after this round, in {periods.month_label(first)}."


def baseline_of(target: Target) -> int | None:
    """The place of the baseline that the verdict needs, None where it needs none. Where the goal of a direction
    is itself a level of the past, progress towards it is against the outturn."""
    if target.comparator in DIRECTIONS:
        is_level = target.comparator in TOWARD and target.threshold_from == "baseline"
        return periods.OUTTURN if is_level else BASELINES.get(target.baseline, periods.OUTTURN)
    needs = target.comparator in CHANGES or target.effect["kind"] == "change_vs_baseline"
    return BASELINES.get(target.baseline, periods.BASELINE) if needs else None


def aim_place_of(target: Target) -> int | None:
    """The place of the past figure that is the threshold, None where the threshold is no such figure."""
    if target.threshold_from != "baseline":
        return None
    return BASELINES.get(target.baseline, periods.BASELINE)


def period_of(plan: Plan, window: int) -> str:
    return plan.periods[window if window >= 0 else periods.YEAR]
