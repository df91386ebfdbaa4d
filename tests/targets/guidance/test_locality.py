"""How a local target stands to the national one of its metric."""

from __future__ import annotations

from typing import Any

import pytest

from targets.guidance.contradictions import contradictions
from targets.guidance.locality import adoption, standing, standings
from targets.guidance.strictness import brief, rank
from targets.guidance.target import Target
from tests.guidance import ROUND, target


def local(**more: Any) -> Target:
    return target("L1", systems=["QU9"], **more)


def beside(one: Target, national: Target) -> tuple[str, str]:
    found = standing(one, [(ROUND, national)])
    return found.words, found.sentence


# --- one bar beside another ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "other", "order"),
    [
        ((">=", 77), (">=", 76), 1),
        ((">=", 76), (">=", 77), -1),
        ((">=", 76), (">=", 76), 0),
        ((">", 76), (">=", 76), 1),
        (("<=", 18), ("<=", 30), 1),
        (("<", 2), ("<=", 2), 1),
        (("<=", 2), ("<", 2), -1),
        (("=", 100), (">=", 95), 1),  # all of them
        (("=", 0), ("<=", 2), 1),  # none of them
        (("=", 0), ("decrease", None), 1),
        (("increase", None), ("increase", None), 0),
        (("increase_toward", 75), (">=", 75), -1),
        (("increase_toward", 75), ("increase", None), 1),
        (("increase_toward", 95), (">=", 60), None),  # a higher figure, less firmly
        ((">=", 76), ("<=", 76), None),
        (("=", 4), ("=", 4), 0),
        (("=", 4), ("=", 5), None),
        (("reduce_by", 25), ("reduce_by", 20), 1),
        (("reduce_by", 25), (">=", 20), None),
    ],
)
def test_which_asks_more(
    one: tuple[str, float | None], other: tuple[str, float | None], order: int | None
) -> None:
    first, second = target("A", *one), target("B", *other)
    assert rank(first, second) == order
    assert rank(second, first) == (None if order is None else -order)


def test_other_units_and_figures_set_elsewhere_are_not_ranked() -> None:
    wards, beds = target("A", unit="wards"), target("B", unit="beds")
    assert rank(wards, beds) is None
    assert rank(target("A", threshold=None, threshold_from="local"), target("B")) is None
    assert (
        rank(
            target("A", "<", None, threshold_from="baseline"),
            target("B", "<=", None, threshold_from="baseline"),
        )
        == 1
    )
    assert (
        rank(
            target("A"),
            target("B", effect={"kind": "change_vs_baseline", "from": "2023-04", "to": "2024-03"}),
        )
        is None
    )


def test_a_range_is_ranked_by_its_laxer_end() -> None:
    assert rank(target("A", ">=", 40, threshold_high=50), target("B", ">=", 40)) == 0
    assert rank(target("A", "<=", 12, threshold_high=15), target("B", "<=", 15)) == 0


def test_a_trajectory_is_ranked_by_its_last_step() -> None:
    steps = [{"by": "2023-09", "threshold": 50}, {"by": "2024-03", "threshold": 100}]
    assert rank(target("A", ">=", None, steps=steps), target("B", ">=", 90)) == 1


def test_tests_of_several_parts_are_ranked_part_by_part() -> None:
    def of(*thresholds: float) -> Target:
        part = {"measure": {"line": "N"}, "comparator": ">=", "unit": "%", "gap_unit": "people"}
        parts = [{**part, "title": str(at), "threshold": found} for at, found in enumerate(thresholds)]
        return target("A", "", None, parts=parts, measure={})

    assert rank(of(60, 95), of(60, 95)) == 0
    assert rank(of(60, 95), of(50, 95)) == 1
    assert rank(of(60, 90), of(50, 95)) is None
    assert rank(of(60, 95), of(60, 95, 10)) is None


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (target("A", ">=", 66.7), "66.7%"),
        (target("A", ">", 110), "more than 110%"),
        (target("A", "<", 2), "less than 2%"),
        (target("A", "=", 0, unit="patients"), "none"),
        (target("A", "<=", 18, unit="minutes"), "18 minutes"),
        (target("A", ">=", 40, threshold_high=50, unit="beds per 100,000"), "40 to 50 beds per 100,000"),
        (target("A", "reduce_by", 25), "a reduction of 25%"),
        (target("A", "decrease", None), "a fall"),
        (target("A", "increase_toward", 95), "a rise towards 95%"),
        (target("A", ">=", None, threshold_from="local"), "a share set for each body"),
        (target("A", "", None, measure={}, answered_by="attestation"), "in place"),
        (target("A", ">=", 5000, unit="beds"), "5,000 beds"),
        (target("A", ">=", 4_500_000, unit="£000"), "£4,500.0m"),
    ],
)
def test_the_bar_in_few_words(found: Target, words: str) -> None:
    assert brief(found) == words


# --- how it stands -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("mine", "national", "said"),
    [
        (
            {"threshold": 60, "by": "2023-12"},
            {"threshold": 66.7},
            (
                "Weaker, earlier",
                "60% by December 2023 asks less than the national 66.7%. "
                "By December 2023 is earlier than the national by March 2024.",
            ),
        ),
        ({}, {}, ("The same", "76% by March 2024 is the same as nationally.")),
        (
            {"threshold": 78},
            {},
            ("Stricter", "78% by March 2024 asks more than the national 76%."),
        ),
        (
            {"by": "2024-06"},
            {},
            ("Later", "By June 2024 is later than the national by March 2024."),
        ),
        (
            {},
            {"exceptions": ["choice", "specific specialties"]},
            ("Other exceptions", "It leaves out the national exception: choice; specific specialties."),
        ),
        (
            {"comparator": "reduce_by", "threshold": 25, "baseline": "outturn"},
            {"comparator": "reduce_by", "threshold": 25, "baseline": "2019/20"},
            ("Other baseline", "Its baseline is the year before, the national one's is 2019/20."),
        ),
        (
            {"over": "2023"},
            {},
            ("Other period", "It is judged on average over the year, the national one in one month."),
        ),
        (
            {"unit": "wards per 100,000"},
            {"unit": "beds per 100,000"},
            (
                "Not comparable",
                "76 wards per 100,000 by March 2024 cannot be put beside the national 76 beds per 100,000: one "
                "counts wards per 100,000, the other beds per 100,000.",
            ),
        ),
        (
            {"comparator": "<", "threshold": 2},
            {"comparator": "<=", "threshold": 2},
            ("Stricter", "Less than 2% by March 2024 asks more than the national at most 2%."),
        ),
        (
            {"comparator": "", "threshold": None, "measure": {}},
            {"threshold": 75},
            ("Weaker", "It sets no number, which asks less than the national 75%."),
        ),
    ],
)
def test_each_difference_has_a_sentence(
    mine: dict[str, Any], national: dict[str, Any], said: tuple[str, str]
) -> None:
    assert beside(local(**mine), target("T1", **national)) == said


def test_weaker_or_later_is_a_warning() -> None:
    warned = [
        standing(local(**mine), [(ROUND, target("T1"))]).is_weaker
        for mine in ({"threshold": 60}, {"by": "2024-06"}, {"threshold": 80}, {})
    ]
    assert warned == [True, True, False, False]


def test_what_nothing_national_measures_stands_alone() -> None:
    found = standing(local(metric="memory-cafes"), [(ROUND, target("T1"))])
    assert (found.national, found.words, found.is_weaker) == (None, "Local alone", False)


def test_it_is_put_beside_the_latest_round_that_has_the_metric() -> None:
    beside = [
        ("2023-24", target("23-01", metric="other")),
        ("2022-23", target("22-01", by="2023-03")),
        ("2021-22", target("21-01", by="2024-03")),  # nearer in time, and older
    ]
    found = standing(local(), beside)
    assert (found.round, found.national and found.national.code) == ("2022-23", "22-01")


def test_among_several_it_is_put_beside_the_one_nearest_in_time() -> None:
    beside = [
        (ROUND, target("T1", threshold=100, by="2024-03")),
        (ROUND, target("T2", threshold=130, by="2025-03")),
    ]
    found = standing(local(threshold=130, by="2025-01"), beside)
    assert found.national is not None
    assert found.national.code == "T2"


def test_national_targets_are_no_local_ones() -> None:
    assert standings([target("T1")], [(ROUND, target("T1"))]) == []


# --- contradictions ------------------------------------------------------------------------------------
def set_of(*bars: tuple[str, float], **more: Any) -> list[str]:
    found = [target(f"L{at}", *bar, unit="minutes", **more) for at, bar in enumerate(bars, 11)]
    return [one.sentence for one in contradictions(found)]


def test_one_objective_swallows_another() -> None:
    assert set_of(("<=", 18), ("<=", 7)) == [
        "L12 asks 7 minutes, so that 18 minutes of L11 asks nothing more."
    ]
    assert set_of((">=", 18), (">=", 7)) == [
        "L11 asks 18 minutes, so that 7 minutes of L12 asks nothing more."
    ]


def test_two_objectives_leave_nothing() -> None:
    assert set_of(("<=", 7), (">=", 18)) == [
        "L11 and L12 cannot both be met: 7 minutes and 18 minutes leave nothing."
    ]
    assert set_of(("<=", 18), (">=", 7)) == []
    assert set_of(("<=", 7), (">=", 7)) == []
    assert set_of(("<", 7), (">=", 7)) == [
        "L11 and L12 cannot both be met: less than 7 minutes and 7 minutes leave nothing."
    ]


def test_the_same_objective_twice() -> None:
    assert set_of(("<=", 7), ("<=", 7)) == ["L11 and L12 ask the same twice."]


def test_steps_of_one_path_do_not_contradict_one_another() -> None:
    first, second = target("L1", threshold=50, by="2023-09"), target("L2", threshold=100, by="2024-03")
    assert contradictions([first, second]) == []
    first, second = target("L1", threshold=100, by="2023-09"), target("L2", threshold=50, by="2024-03")
    assert len(contradictions([first, second])) == 1


def test_other_metrics_measures_and_types_do_not_contradict() -> None:
    one = target("L1", "<=", 18)
    for other in (
        target("L2", "<=", 7, metric="another"),
        target("L2", "<=", 7, measure={"line": "N"}),
        target("L2", "<=", 7, types=["am"]),
        target("L2", "<=", 7, unit="minutes"),
        target("L2", "decrease", None),
    ):
        assert contradictions([one, other]) == []


# --- adoption ------------------------------------------------------------------------------------------
def test_what_a_paper_does_with_the_national_targets() -> None:
    national = [target(code, metric=code.lower()) for code in ("T1", "T2", "T3", "T4", "T5")]
    mine = [
        target("L1", metric="t1", systems=["QU9"]),
        target("L2", metric="t2", systems=["QU9"], threshold=60),
    ]
    stands = standings(mine, [(ROUND, one) for one in national])
    found = adoption({"same": ["T3"], "omits": ["T4"]}, stands, national)
    assert (found.same, found.otherwise) == (("T3", "T1"), ("T2",))
    assert (found.omitted, found.unmentioned) == (("T4",), ("T5",))
