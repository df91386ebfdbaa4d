"""Which months or year a target is judged over, and whether it takes effect in the round at all."""

from __future__ import annotations

from planning.plan.array import Plan
from planning.registry import periods
from targets.comparators import CHANGES, DIRECTIONS
from targets.guidance import Target
from targets.measuring import WHOLE_YEAR, YEAR_MEAN

BASELINES = {"2019/20": periods.BASELINE, "outturn": periods.OUTTURN}
YEARS = {"year_total": WHOLE_YEAR, "year_mean": YEAR_MEAN, "change_vs_baseline": WHOLE_YEAR}


def windows_of(plan: Plan, target: Target) -> list[int]:
    """The windows that the target is judged over: month places, or a year. Raises ValueError for an effect
    that is none."""
    effect = target.effect
    kind = effect["kind"]
    if target.comparator in DIRECTIONS:
        return [periods.MARCH if target.due or kind == "by_month" else WHOLE_YEAR]
    if kind in YEARS:
        return [YEARS[kind]]
    first = _month(plan, effect.get("from"), periods.APRIL)
    last = _month(plan, effect.get("to"), periods.MARCH)
    if kind == "by_month":
        return [last if effect.get("to") else first]
    if kind in ("from_month", "each_month"):
        return list(range(first, last + 1))
    raise ValueError(f"{target.code}: '{kind}' is not a period of effect.")


def _month(plan: Plan, period: str | None, otherwise: int) -> int:
    return plan.periods.index(period) if period in plan.periods[periods.MONTHS] else otherwise


def falls_later(plan: Plan, target: Target) -> bool:
    """Whether a target takes effect wholly after the plan's March and asks for no progress before."""
    starts = target.effect.get("to") if target.effect["kind"] == "by_month" else target.effect.get("from")
    date = target.due or starts or ""
    return target.comparator not in DIRECTIONS and "-" in date and date > plan.periods[periods.MARCH]


def later_words(target: Target) -> str:
    return (
        f"Takes effect after this round, in {periods.month_label(target.due or target.effect.get('to', ''))}."
    )


def baseline_of(target: Target) -> int | None:
    """The place of the baseline that the verdict needs, None where it needs none."""
    if target.comparator in DIRECTIONS:
        return BASELINES.get(target.baseline, periods.OUTTURN)
    needs = target.comparator in CHANGES or target.effect["kind"] == "change_vs_baseline"
    return BASELINES.get(target.baseline, periods.BASELINE) if needs else None


def period_of(plan: Plan, window: int) -> str:
    return plan.periods[window if window >= 0 else periods.YEAR]
