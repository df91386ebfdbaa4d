"""Every shape's formula in words, and the target's line in a chart."""

from __future__ import annotations

from typing import Any

import pytest

from targets.judging.formula import formula_of
from targets.judging.trajectory import target_months
from tests.plans import target

SHARE = {"numerator": "N", "denominator": "D"}
PATIENTS: dict[str, Any] = {"unit": "patients"}


@pytest.mark.parametrize(
    ("measure", "comparator", "threshold", "more", "words"),
    [
        (SHARE, ">=", 76, {}, "N / D × 100 ≥ 76.0%"),
        ({**SHARE, "inverted": True}, ">=", 95, {}, "100 − N / D × 100 ≥ 95.0%"),
        ({**SHARE, "per": 1_000_000}, "<=", 12, {"threshold_high": 15, "unit": "per million"},
         "N / D × 1,000,000 ≤ 12 to 15 per million"),
        ({"line": ["A", "-B"], "less": "C"}, "=", 0, PATIENTS, "A − B − C = 0 patients"),
        ({"line": "A"}, "reduce_by", 25, {"baseline": "2019/20"},
         "(2019/20 − plan) / 2019/20 × 100 ≥ 25.0%, of A"),
        ({"line": "A"}, "increase_by", 30, {**PATIENTS, "baseline": "outturn"}, "plan − outturn ≥ 30 patients, of A"),
        ({"line": "A"}, ">", 110, {"baseline": "2019/20", "effect": {"kind": "change_vs_baseline"}},
         "plan / 2019/20 × 100 > 110.0%, of A"),
        ({"line": "A"}, "decrease", None, PATIENTS, "A falls against outturn"),
        (SHARE, "increase_toward", 95, {"baseline": "outturn"}, "N / D × 100 rises against outturn, towards 95.0%"),
        ({"line": "A"}, "increase_toward", None, {**PATIENTS, "threshold_from": "baseline", "baseline": "2019/20"},
         "A rises against outturn, towards the level of 2019/20"),
        ({"line": "A"}, "<=", None, {**PATIENTS, "threshold_from": "baseline", "baseline": "2019/20"},
         "A ≤ A in 2019/20"),
        ({"line": "A"}, ">=", None, {**PATIENTS, "threshold_from": "local"}, "A ≥ the local share"),
        ({**SHARE, "absolute": True}, ">", None, {"threshold_from": {"line": "F.ALLOC", "share_of": "outturn"}},
         "|N| / |D| × 100 > F.ALLOC plan / outturn × 100"),
        ({"line": "A"}, ">=", None,
         {"unit": "%", "steps": [{"by": "2023-09", "threshold": 50}, {"by": "2024-03", "threshold": 100}]},
         "A ≥ 50.0% by 2023-09, 100.0% by 2024-03"),
        ({"mean": "M", "weight": "W"}, "<=", 30, {"unit": "minutes"}, "mean of M weighted by W ≤ 30 minutes"),
    ],
)  # fmt: skip
def test_formulas(measure: Any, comparator: str, threshold: Any, more: dict[str, Any], words: str) -> None:
    assert formula_of(target("X", measure, comparator, threshold, **more)) == words


def test_each_test_of_several_has_its_own() -> None:
    parts = [
        {
            "title": "One",
            "measure": SHARE,
            "comparator": ">=",
            "threshold": 1,
            "unit": "%",
            "gap_unit": "people",
        },
        {
            "title": "Two",
            "measure": {"line": "A"},
            "comparator": "increase",
            "unit": "people",
            "gap_unit": "people",
        },
    ]
    asked = target("X", {}, "", None, parts=parts)
    assert formula_of(asked) == "One: N / D × 100 ≥ 1.0%; Two: A rises against outturn"


def test_the_line_in_a_chart() -> None:
    flat = target("X", SHARE, ">=", 76)
    assert target_months(flat, "2023-24", 70.0) == [70.0] * 12
    assert target_months(flat, "2023-24", None) == []
    assert target_months(target("X", SHARE, "decrease", None), "2023-24", 5.0) == []
    steps = [{"by": "2023-09", "threshold": 50}, {"by": "2024-03", "threshold": 100}]
    stepped = target("X", SHARE, ">=", None, steps=steps)
    assert target_months(stepped, "2023-24", 50.0) == [None] * 5 + [50] * 6 + [100]
    assert target_months(stepped, "2024-25", 50.0) == [100] * 12
