"""A plan's twelve months against what was expected: the picture and the table that goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from planning.foundation import wording
from planning.foundation.charts import Chart, TwelveMonths, chart_of
from planning.registry.periods import MONTHS, headers


def twelve(
    round_code: str,
    planned: Sequence[float | None],
    expected: Sequence[float | None],
    unit: str,
    first_out: str = "",
    expected_name: str = "Expected",
) -> tuple[Chart | None, list[dict[str, Any]]]:
    """The chart of twelve months (None where none is known) and the rows of its table.

    `first_out` is the period code of the first month that fails; a year's code marks none.
    """
    labels = list(headers(round_code)[MONTHS])
    if not any(value is not None for value in planned):
        return None, []
    wanted = (list(expected) + [None] * 12)[:12]
    first = _label(first_out, labels)
    data = TwelveMonths(labels, list(planned), wanted, unit, "Plan", expected_name, first)
    rows = [
        {
            "month": label,
            "planned": wording.bare(plan, unit) or "not known",
            "expected": wording.bare(want, unit) or "–",
            "first": label == first,
        }
        for label, plan, want in zip(labels, planned, wanted, strict=False)
    ]
    return chart_of(data), rows


def _label(period: str, labels: Sequence[str]) -> str:
    if "-" not in period:
        return ""
    return labels[(int(period.split("-")[1]) - 4) % 12]
