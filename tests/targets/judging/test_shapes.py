"""Every shape that a target's declaration can have: where it holds, exactly and no more; where it breaks; where a
figure is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from planning.plan.array import Member
from planning.registry.lines import Line
from targets.guidance.target import Target
from targets.judging.evaluation import Outcome, evaluate, evaluate_system
from targets.judging.sentences import asked
from tests.plans import line, member, plan_of, row, target

SHARE = {"numerator": "N", "denominator": "D"}
MARCH = {"kind": "by_month", "from": "2024-03", "to": "2024-03"}
YEAR = {"from": "2023-04", "to": "2024-03"}
COUNT: dict[str, Any] = {"unit": "patients", "gap_unit": "patients"}
PLAIN = [line("N", label="Seen"), line("D", label="All")]
STOCKS = [line("S", "last", label="Waiting")]


def judged(
    asked: Target,
    catalogue: Sequence[Line],
    figures: Mapping[str, Any],
    ods: str | Member = "RTH",
) -> Outcome:
    """One organisation's outcome from its rows by line."""
    code = ods if isinstance(ods, str) else ods.ods
    plan = plan_of(catalogue, [ods], {(code, name): given for name, given in figures.items()})
    [outcome] = evaluate(plan, [asked])
    return outcome


# --- when it is judged ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "between", "holds", "breaks", "blank"),
    [
        ("by_month", ("2023-04", "2023-09"), row(0, sep=50), row(99, sep=49), row(99, sep=None)),
        ("from_month", ("2023-09", "2024-03"), row(50, apr=0), row(50, dec=49), row(50, mar=None)),
        ("each_month", ("2023-04", "2023-12"), row(50, jan=0), row(99, apr=49), row(50, apr=None)),
        ("year_total", ("2023-04", "2024-03"), row(0, apr=600), row(0, apr=599), row(99, apr=None)),
        ("year_mean", ("2023-04", "2024-03"), row(0, apr=600), row(0, apr=599), row(99, apr=None)),
    ],
)
def test_periods_of_effect(
    kind: str, between: tuple[str, str], holds: list[Any], breaks: list[Any], blank: list[Any]
) -> None:
    first, last = between
    asked = target("X", SHARE, ">=", 50, effect={"kind": kind, "from": first, "to": last})
    outcomes = [judged(asked, PLAIN, {"N": given, "D": row(100)}).outcome for given in (holds, breaks, blank)]
    assert outcomes == ["met", "not_met", "not_assessable"]


def test_a_share_of_the_year_before() -> None:
    asked = target("X", {"line": "N"}, ">", 110, baseline="2019/20", effect={"kind": "change_vs_baseline"})
    assert judged(asked, PLAIN, {"N": row(111, baseline=1200)}).outcome == "met"
    missed = judged(asked, PLAIN, {"N": row(110, baseline=1200)})
    assert (missed.outcome, missed.planned, missed.gap_units) == ("not_met", 110, 1)
    assert missed.message == "X: the plan has 110.0% of 2019/20 over 2023/24; more than 110.0% is asked."
    assert judged(asked, PLAIN, {"N": row(111)}).outcome == "not_assessable"


# --- comparators, at their thresholds exactly ------------------------------------------------------------------
@pytest.mark.parametrize(
    ("comparator", "below", "at", "above"),
    [
        (">", "not_met", "not_met", "met"),
        (">=", "not_met", "met", "met"),
        ("=", "not_met", "met", "not_met"),
        ("<=", "met", "met", "not_met"),
        ("<", "met", "not_met", "not_met"),
    ],
)
def test_comparators(comparator: str, below: str, at: str, above: str) -> None:
    asked = target("X", {"line": "S"}, comparator, 66.7, **{**COUNT, "effect": MARCH})
    figures = (66.6999, 66.7, 66.7001)
    assert [judged(asked, STOCKS, {"S": row(mar=one)}).outcome for one in figures] == [below, at, above]
    assert judged(asked, STOCKS, {"S": row(5, mar=None)}).outcome == "not_assessable"


@pytest.mark.parametrize(
    ("comparator", "worse", "still", "better"),
    [("increase", 99, 100, 101), ("decrease", 101, 100, 99)],
)
def test_directions_are_strict(comparator: str, worse: int, still: int, better: int) -> None:
    asked = target("X", {"line": "S"}, comparator, None, **{**COUNT, "effect": MARCH})
    found = [
        judged(asked, STOCKS, {"S": row(mar=one, outturn=100)}).outcome for one in (better, still, worse)
    ]
    assert found == ["met", "not_met", "not_met"]
    assert judged(asked, STOCKS, {"S": row(mar=better)}).outcome == "not_assessable"
    assert judged(asked, STOCKS, {"S": row(outturn=100)}).outcome == "not_assessable"


def test_a_direction_alone_is_not_met_by_being_somewhere() -> None:
    """Only what is asked to move towards a figure is met by having reached it."""
    asked = target("X", {"line": "S"}, "increase", 80, **{**COUNT, "effect": MARCH})
    assert judged(asked, STOCKS, {"S": row(mar=90, outturn=95)}).outcome == "not_met"


def test_nothing_is_below_none() -> None:
    asked = target("X", {"line": "S"}, "decrease", None, **{**COUNT, "effect": MARCH})
    assert judged(asked, STOCKS, {"S": row(mar=0, outturn=0)}).outcome == "met"


@pytest.mark.parametrize(
    ("comparator", "there", "short", "moved"),
    [("increase_toward", 80, 79, 71), ("decrease_toward", 80, 81, 89)],
)
def test_toward_a_threshold(comparator: str, there: int, short: int, moved: int) -> None:
    """Already there is enough whatever the outturn; short of it the plan must be better than that."""
    asked = target("X", {"line": "S"}, comparator, 80, **{**COUNT, "effect": MARCH})
    beyond = 95 if comparator == "increase_toward" else 60
    assert judged(asked, STOCKS, {"S": row(mar=there, outturn=beyond)}).outcome == "met"
    assert judged(asked, STOCKS, {"S": row(mar=short, outturn=beyond)}).outcome == "not_met"
    behind = 70 if comparator == "increase_toward" else 90
    assert judged(asked, STOCKS, {"S": row(mar=moved, outturn=behind)}).outcome == "met"


def test_a_direction_is_judged_in_the_month_it_is_due_in_or_over_the_year() -> None:
    september = {"kind": "by_month", "from": "2023-09", "to": "2023-09"}
    asked = target("23-33", {"line": "S"}, "increase_toward", 80, **{**COUNT, "effect": september})
    assert judged(asked, STOCKS, {"S": row(0, sep=75, outturn=70)}).inputs[0] == ("RTH", "S", 7)
    over_the_year = target(
        "X", {"line": "N"}, "increase", None, **{**COUNT, "effect": {"kind": "year_total"}}
    )
    assert judged(over_the_year, PLAIN, {"N": row(10, outturn=119)}).outcome == "met"
    later = {"kind": "by_month", "from": "2025-03", "to": "2025-03"}
    asked = target("X", {"line": "S"}, "increase_toward", 95, **{**COUNT, "effect": later, "due": "2025-03"})
    assert judged(asked, STOCKS, {"S": row(0, mar=71, outturn=70)}).outcome == "met"


def test_changes_in_per_cent_of_the_baseline() -> None:
    rises = target("X", {"line": "S"}, "increase_by", 5, baseline="outturn", effect=MARCH)
    assert judged(rises, STOCKS, {"S": row(mar=105, outturn=100)}).outcome == "met"
    missed = judged(rises, STOCKS, {"S": row(mar=104, outturn=100)})
    assert (missed.outcome, missed.planned, missed.gap_units) == ("not_met", 4, 1)
    said = "X: the plan has an increase of 4.0% on the outturn in March 2024; at least 5.0% is asked."
    assert missed.message == said
    other_way = judged(rises, STOCKS, {"S": row(mar=96, outturn=100)})
    assert "the plan has a reduction of 4.0% on the outturn in March 2024" in other_way.message
    assert missed.numbers == "(104 − 100) / 100 × 100 = 4.0%, held against at least 5.0%"
    assert judged(rises, STOCKS, {"S": row(mar=105, outturn=0)}).outcome == "not_assessable"
    falls = target("X", {"line": "S"}, "reduce_by", 50, baseline="outturn", effect=MARCH)
    assert judged(falls, STOCKS, {"S": row(mar=50, outturn=100)}).outcome == "met"
    assert judged(falls, STOCKS, {"S": row(mar=51, outturn=100)}).outcome == "not_met"
    risen = judged(falls, STOCKS, {"S": row(mar=103, outturn=100)}).message
    assert "the plan has an increase of 3.0% on the outturn" in risen
    assert judged(falls, STOCKS, {"S": row(mar=51)}).outcome == "not_assessable"


def test_changes_in_the_targets_own_unit() -> None:
    more = target("23-07", {"line": "S"}, "increase_by", 30, baseline="outturn", **{**COUNT, "effect": MARCH})
    assert judged(more, STOCKS, {"S": row(mar=230, outturn=200)}).outcome == "met"
    missed = judged(more, STOCKS, {"S": row(mar=229, outturn=200)})
    assert (missed.outcome, missed.planned, missed.gap, missed.gap_units) == ("not_met", 29, 1, 1)
    assert missed.numbers == "229 − 200 = 29 patients, held against at least 30 patients"
    assert missed.closes_with == "1 more patient in “Waiting”"
    assert judged(more, STOCKS, {"S": row(mar=129)}).outcome == "not_assessable"
    assert judged(more, STOCKS, {"S": row(mar=30, outturn=0)}).outcome == "met"  # nothing is divided by it
    fewer = replace(more, comparator="reduce_by")
    assert judged(fewer, STOCKS, {"S": row(mar=70, outturn=100)}).outcome == "met"
    assert (
        judged(fewer, STOCKS, {"S": row(mar=71, outturn=100)}).closes_with == "1 fewer patient in “Waiting”"
    )


# --- what is measured ------------------------------------------------------------------------------------------
def test_several_lines_are_one_figure() -> None:
    asked = target("22-63", {"line": ["S", "T", "-U"]}, ">=", 10, **{**COUNT, "effect": MARCH})
    lines = [line(code, "last") for code in "STU"]
    assert judged(asked, lines, {"S": row(mar=7), "T": row(mar=4), "U": row(mar=1)}).outcome == "met"
    missed = judged(asked, lines, {"S": row(mar=7), "T": row(mar=4), "U": row(mar=2)})
    assert (missed.outcome, missed.planned) == ("not_met", 9)
    assert missed.numbers == "7 + 4 − 2 = 9 patients, held against at least 10 patients"
    assert missed.closes_with == "1 more patient in “22-63”"
    assert judged(asked, lines, {"S": row(mar=7), "T": row(), "U": row(mar=1)}).outcome == "not_assessable"


def test_the_rest_of_a_share() -> None:
    asked = target("X", {**SHARE, "inverted": True}, ">=", 95, effect=MARCH)
    assert judged(asked, PLAIN, {"N": row(mar=5), "D": row(mar=100)}).outcome == "met"
    missed = judged(asked, PLAIN, {"N": row(mar=6), "D": row(mar=100)})
    assert (missed.outcome, missed.planned, missed.gap_units) == ("not_met", 94, 1)
    assert missed.closes_with == "1 fewer attendance in “Seen”"
    assert judged(asked, PLAIN, {"N": row(mar=0), "D": row(mar=0)}).outcome == "not_assessable"


def test_sizes_whatever_their_signs() -> None:
    asked = target("X", {**SHARE, "absolute": True}, "<=", 3.7, effect=MARCH)
    lines = [line("N", sign="any"), line("D", sign="any")]
    assert judged(asked, lines, {"N": row(mar=37), "D": row(mar=-1000)}).outcome == "met"
    assert judged(asked, lines, {"N": row(mar=-37.1), "D": row(mar=-1000)}).outcome == "not_met"
    assert judged(asked, lines, {"N": row(mar=-37.1), "D": row()}).outcome == "not_assessable"


def test_exempt_counts() -> None:
    asked = target("X", {"line": "S", "less": ["C"]}, "=", 0, **{**COUNT, "effect": MARCH})
    lines = [*STOCKS, line("C", "last")]
    assert judged(asked, lines, {"S": row(mar=5), "C": row(mar=5)}).outcome == "met"
    assert judged(asked, lines, {"S": row(mar=5), "C": row(mar=4)}).outcome == "not_met"
    assert judged(asked, lines, {"S": row(mar=5), "C": row()}).outcome == "not_assessable"


def test_a_mean_by_its_weight() -> None:
    calls = [line("M", "wmean", weight="I", decimals=1), line("I")]
    year = {"kind": "year_mean", **YEAR}
    asked = target(
        "X", {"mean": "M", "weight": "I"}, "<=", 30, unit="minutes", gap_unit="minutes", effect=year
    )
    assert judged(asked, calls, {"M": row(20, mar=40), "I": row(10, mar=110)}).outcome == "met"
    assert judged(asked, calls, {"M": row(20, mar=40), "I": row(10, mar=111)}).outcome == "not_met"
    assert judged(asked, calls, {"M": row(20, mar=None), "I": row(10)}).outcome == "not_assessable"
    assert judged(asked, calls, {"M": row(20), "I": row(0)}).outcome == "not_assessable"


POPULATION = line(
    "LOC.POP", "annual", types="icb", required="reference", label="Population", unit="people", outturn="none"
)
BEDS = line("B", "avg", types="ac icb", label="Virtual ward beds", unit="beds", decimals=1)
PER_HEAD = target(
    "22-38",
    {"numerator": "B", "denominator": "LOC.POP", "per": 100_000},
    ">=",
    40,
    threshold_high=50,
    unit="per 100,000",
    gap_unit="beds",
    levels=["system"],
    types=[],
    effect={"kind": "by_month", "from": "2023-12", "to": "2023-12"},
)


def wards(trust: Any, board: Any, people: Any) -> Outcome:
    members = [member("RTH"), member("QU9", "icb")]
    figures = {("RTH", "B"): row(dec=trust), ("QU9", "B"): row(dec=board)}
    if people is not None:
        figures["QU9", "LOC.POP"] = row("n/a", year=people)
    [outcome] = evaluate_system(plan_of([BEDS, POPULATION], members, figures), [PER_HEAD], "QU9")
    return outcome


def test_per_so_many_of_a_population_that_stands_on_the_boards_row_alone() -> None:
    assert (wards(390, 10, 1_000_000).outcome, wards(390, 10, 1_000_000).planned) == ("met", 40)
    missed = wards(390, 9.9, 1_000_000)
    assert (missed.outcome, missed.gap_units, missed.gap_unit) == ("not_met", 0.1, "beds")
    assert (
        missed.numbers
        == "399.9 / 1,000,000 × 100,000 = 39.99 per 100,000, held against at least 40.00 per 100,000"
    )
    assert wards(600, 0, 1_000_000).outcome == "met"  # above the range is no breach
    assert wards(None, 10, 1_000_000).missing == ("RTH",)
    nobody = wards(390, 10, None)
    assert (nobody.outcome, nobody.missing) == ("not_assessable", ("QU9",))
    assert nobody.why == "“Population” (LOC.POP) of QU9 is not known: it is a figure of the service's own."


def test_the_population_counts_where_the_board_has_no_beds_of_its_own() -> None:
    found = wards(400, "n/a", 1_000_000)
    assert (found.outcome, found.planned) == ("met", 40)


def test_a_figure_a_year_is_read_from_the_plans_column_in_any_month() -> None:
    stage = [line("A", "annual", label="Early"), line("D", "annual")]
    asked = target("23-14", {"numerator": "A", "denominator": "D"}, ">=", 75, effect=MARCH)
    met = judged(asked, stage, {"A": row("n/a", year=75), "D": row("n/a", year=100)})
    assert (met.outcome, met.months, met.inputs[0]) == ("met", (None,) * 12, ("RTH", "A", 14))
    assert judged(asked, stage, {"A": row("n/a", year=74), "D": row("n/a", year=100)}).outcome == "not_met"
    assert judged(asked, stage, {"A": row("n/a"), "D": row("n/a", year=100)}).outcome == "not_assessable"
    better = replace(asked, comparator="increase", threshold=None, baseline="outturn")
    given = {"A": row("n/a", year=75, outturn=74), "D": row("n/a", year=100, outturn=100)}
    assert judged(better, stage, given).outcome == "met"


# --- what it is held against -----------------------------------------------------------------------------------
@pytest.mark.parametrize(("comparator", "at"), [(">=", 12), ("<=", 15), ("<", 14.9999)])
def test_a_range_is_met_at_its_laxer_end(comparator: str, at: float) -> None:
    asked = target("X", {"line": "S"}, comparator, 12, threshold_high=15, **{**COUNT, "effect": MARCH})
    beyond = at - 0.0001 if comparator == ">=" else at + 0.0001
    assert judged(asked, STOCKS, {"S": row(mar=at)}).outcome == "met"
    assert judged(asked, STOCKS, {"S": row(mar=beyond)}).outcome == "not_met"
    assert judged(asked, STOCKS, {"S": row()}).outcome == "not_assessable"


STEPS = target(
    "QT6-19",
    {"line": "S"},
    ">=",
    None,
    steps=[{"by": "2023-09", "threshold": 50}, {"by": "2024-03", "threshold": 100}],
    **{**COUNT, "effect": {"kind": "from_month", "from": "2023-09", "to": "2024-03"}},
)


def test_steps_are_each_held_in_their_month() -> None:
    met = judged(STEPS, STOCKS, {"S": row(0, sep=50, mar=100)})
    assert (met.outcome, met.expected) == ("met", (None,) * 5 + (50,) * 6 + (100,))
    missed = judged(STEPS, STOCKS, {"S": row(0, sep=49, mar=100)})
    assert (missed.outcome, missed.threshold, missed.first_failing_period) == ("not_met", 50, "2023-09")
    last = judged(STEPS, STOCKS, {"S": row(0, sep=49, mar=98)})
    assert (last.threshold, last.planned, last.first_failing_period) == (100, 98, "2023-09")
    assert judged(STEPS, STOCKS, {"S": row(0, sep=None, mar=100)}).outcome == "not_assessable"


def test_steps_of_the_year_are_judged_and_those_after_it_are_not() -> None:
    beyond = replace(STEPS, steps=({"by": "2023-09", "threshold": 50}, {"by": "2024-09", "threshold": 100}))
    assert judged(beyond, STOCKS, {"S": row(0, sep=50)}).outcome == "met"
    assert judged(beyond, STOCKS, {"S": row(0, sep=49)}).outcome == "not_met"


def test_steps_after_the_year_are_an_ambition() -> None:
    later = replace(STEPS, steps=({"by": "2024-09", "threshold": 50}, {"by": "2025-03", "threshold": 100}))
    found = judged(later, STOCKS, {"S": row(0)})
    assert (found.outcome, found.why) == (
        "not_applicable",
        "Takes effect after this round, in September 2024.",
    )


def test_a_past_level() -> None:
    asked = target(
        "22-11",
        {"line": "S"},
        "<=",
        None,
        threshold_from="baseline",
        baseline="2019/20",
        **{**COUNT, "effect": MARCH},
    )
    assert judged(asked, STOCKS, {"S": row(mar=80, baseline=80)}).outcome == "met"
    missed = judged(asked, STOCKS, {"S": row(mar=81, baseline=80)})
    assert (missed.outcome, missed.threshold, missed.gap_units) == ("not_met", 80, 1)
    assert ("RTH", "S", 0) in missed.inputs
    none = judged(asked, STOCKS, {"S": row(mar=80)})
    assert (none.outcome, none.why) == (
        "not_assessable",
        "RTH left “Waiting” (S) blank for 2019/20 (sheet Figures, cell E6).",
    )
    assert judged(asked, STOCKS, {"S": row(mar=0, baseline=0)}).outcome == "met"


def test_toward_a_past_level_is_measured_from_the_outturn() -> None:
    asked = target(
        "23-09",
        {"line": "S"},
        "increase_toward",
        None,
        threshold_from="baseline",
        baseline="2019/20",
        **{**COUNT, "effect": MARCH},
    )
    assert judged(asked, STOCKS, {"S": row(mar=71, outturn=70, baseline=100)}).outcome == "met"
    assert judged(asked, STOCKS, {"S": row(mar=70, outturn=70, baseline=100)}).outcome == "not_met"
    there = judged(asked, STOCKS, {"S": row(mar=100, outturn=110, baseline=100)})
    assert (there.outcome, there.threshold) == ("met", 100)
    assert judged(asked, STOCKS, {"S": row(mar=71, outturn=70)}).outcome == "not_assessable"


def test_a_growth_of_another_line() -> None:
    """Spending must grow by more than the allocation does."""
    lines = [
        line("F.NOW", "annual", types="icb", sign="-"),
        line("F.WAS", "annual", types="icb", sign="-"),
        line("F.ALLOC", types="icb", label="Allocation"),
    ]
    asked = target(
        "23-44",
        {"numerator": "F.NOW", "denominator": "F.WAS", "absolute": True},
        ">",
        None,
        threshold_from={"line": "F.ALLOC", "share_of": "outturn"},
        gap_unit="£000",
        levels=["system"],
        types=[],
        effect={"kind": "year_total", **YEAR},
    )

    def spending(now: int, allocation: list[Any]) -> Outcome:
        figures = {
            ("QU9", "F.NOW"): row("n/a", year=now),
            ("QU9", "F.WAS"): row("n/a", year=-1000),
            ("QU9", "F.ALLOC"): allocation,
        }
        [found] = evaluate_system(plan_of(lines, [member("QU9", "icb")], figures), [asked], "QU9")
        return found

    grown = row(103, outturn=1200)
    assert spending(-1031, grown).outcome == "met"
    missed = spending(-1030, grown)
    assert (missed.outcome, missed.threshold, missed.gap) == ("not_met", 103, 0)
    assert missed.numbers == "|−1,030| / |−1,000| × 100 = 103.0%, held against more than 103.0%"
    assert (
        spending(-1031, row(103)).why
        == "QU9 left “Allocation” (F.ALLOC) blank for 2022/23 (sheet Figures, cell F8)."
    )
    assert spending(-1031, row(103, outturn=0)).outcome == "not_assessable"


def test_a_local_share() -> None:
    asked = target("22-44", {"line": "S"}, ">=", None, threshold_from="local", **{**COUNT, "effect": MARCH})
    none = judged(asked, STOCKS, {"S": row(mar=30)})
    assert (none.outcome, none.why) == ("not_assessable", "No local share has been set.")
    shared = replace(asked, local={"RTH": 30.0, "RHW": 99.0})
    assert judged(shared, STOCKS, {"S": row(mar=30)}).outcome == "met"
    missed = judged(shared, STOCKS, {"S": row(mar=29)})
    assert (missed.outcome, missed.threshold) == ("not_met", 30)
    assert judged(shared, STOCKS, {"S": row()}).outcome == "not_assessable"


def test_a_local_figure_takes_the_thresholds_place_for_its_body_alone() -> None:
    asked = target("X", {"line": "S"}, ">=", 50, local={}, **{**COUNT, "effect": MARCH})
    asked = replace(asked, local={"QU9": 20.0, "RTH": 15.0})
    plan = plan_of(STOCKS, ["RTH", "RHW"], {("RTH", "S"): row(mar=15), ("RHW", "S"): row(mar=15)})
    assert [found.outcome for found in evaluate(plan, [asked])] == ["met", "not_met"]
    [whole] = evaluate_system(plan, [asked], "QU9")
    assert (whole.outcome, whole.threshold) == ("met", 20)


@pytest.mark.parametrize(
    ("unit", "goal", "said"),
    [
        ("patients", 10, "at least 10 patients are asked"),
        ("patients", 1, "at least 1 patient is asked"),
        ("people", 1, "at least 1 person is asked"),
        ("minutes", 30, "at least 30 minutes is asked"),
        ("per 100 first attendances", 16, "at least 16 per 100 first attendances is asked"),
        ("%", 76, "at least 76.0% is asked"),
        ("£000", -5, "at least −£5,000 is asked"),
    ],
)
def test_what_is_asked_in_words(unit: str, goal: int, said: str) -> None:
    assert asked(">=", Fraction(goal), unit) == said


# --- several tests -----------------------------------------------------------------------------------------------
BOTH = target(
    "22-33",
    {},
    "",
    None,
    unit="",
    gap_unit="",
    title="Waits",
    parts=[
        {
            "title": "Waiting",
            "measure": {"line": "S"},
            "comparator": "<=",
            "threshold": 10,
            "unit": "patients",
            "gap_unit": "patients",
        },
        {
            "title": "Seen",
            "measure": SHARE,
            "comparator": ">=",
            "threshold": 50,
            "unit": "%",
            "gap_unit": "people",
            "effect": {"kind": "year_total"},
        },
    ],
)


@pytest.mark.parametrize(
    ("waiting", "seen", "outcome", "results"),
    [
        (10, 50, "met", ["met", "met"]),
        (10, 49, "not_met", ["met", "not_met"]),
        (11, None, "not_met", ["not_met", "not_assessable"]),
        (10, None, "not_assessable", ["met", "not_assessable"]),
    ],
)
def test_several_tests_must_all_hold(waiting: int, seen: Any, outcome: str, results: list[str]) -> None:
    given = {"S": row(mar=waiting), "N": row(seen), "D": row(100)}
    found = judged(BOTH, [*STOCKS, *PLAIN], given)
    assert (found.outcome, [part["outcome"] for part in found.parts]) == (outcome, results)


def test_several_misses_are_told_together() -> None:
    found = judged(BOTH, [*STOCKS, *PLAIN], {"S": row(mar=30), "N": row(49), "D": row(100)})
    assert found.message == (
        "Waits. Waiting: the plan has 30 patients in March 2024; at most 10 patients are asked. "
        "Seen: the plan has 49.0% over 2023/24; at least 50.0% is asked."
    )
    assert (found.planned, found.unit, found.threshold, found.gap_unit) == (30, "patients", 10, "patients")
    assert found.closes_with == "20 fewer patients in “Waiting” and 12 more people in “Seen”"
    assert {line for _, line, _ in found.inputs} == {"S", "N", "D"}
    assert found.parts[1] == {
        "title": "Seen",
        "outcome": "not_met",
        "planned": 49,
        "threshold": 50,
        "unit": "%",
        "gap": 1,
        "why": "",
    }


def test_a_test_of_lines_that_a_body_does_not_hold_says_nothing_of_it() -> None:
    catalogue = [*STOCKS, line("N", types="mh"), line("D", types="mh")]
    found = judged(BOTH, catalogue, {"S": row(mar=10)})
    assert (found.outcome, [part["outcome"] for part in found.parts]) == ("met", ["met", "not_applicable"])


def test_tests_of_a_system_are_each_of_its_sums() -> None:
    figures = {}
    for ods, waiting, seen in (("RTH", 2, 90), ("RHW", 8, 10)):
        figures |= {(ods, "S"): row(mar=waiting), (ods, "N"): row(seen), (ods, "D"): row(100)}
    [found] = evaluate_system(plan_of([*STOCKS, *PLAIN], ["RTH", "RHW"], figures), [BOTH], "QU9")
    assert (found.outcome, [part["planned"] for part in found.parts]) == ("met", [10, 50])


# --- what does not govern here -------------------------------------------------------------------------------
def test_lines_that_the_round_does_not_have() -> None:
    carried = replace(
        target("22-38", {"numerator": "N", "denominator": "GONE"}, ">=", 1), carried_from="2022-23"
    )
    plan = plan_of(PLAIN, ["RTH"], {("RTH", "N"): row(1), ("RTH", "D"): row(1)})
    for [found] in (evaluate(plan, [carried]), evaluate_system(plan, [carried], "QU9")):
        assert (found.outcome, found.why) == (
            "not_applicable",
            "The returns of this round do not hold its lines.",
        )


def test_what_is_asked_of_the_nation_is_asked_of_nobody_here() -> None:
    asked = target("22-49", {"line": "S"}, ">=", 1, levels=["national"], types=[])
    plan = plan_of(STOCKS, ["RTH"], {("RTH", "S"): row(mar=1)})
    [trust], [system] = evaluate(plan, [asked]), evaluate_system(plan, [asked], "QU9")
    assert (trust.outcome, trust.why) == (
        "not_applicable",
        "Asked of the NHS as a whole, not of single organisations.",
    )
    assert (system.outcome, system.why) == (
        "not_applicable",
        "Asked of the NHS as a whole, not of systems.",
    )


def test_a_query_is_held_and_not_judged() -> None:
    asked = target("QT6-12", {"line": "S"}, "<=", 7, status="query", slip="CAT 1 is meant.")
    found = judged(asked, STOCKS, {"S": row(mar=100)})
    assert (found.outcome, found.for_information, found.message) == ("not_assessable", True, "")
    assert found.why == "Held as a query with those who wrote it, so it is not judged. CAT 1 is meant."


def test_a_group_is_judged_on_its_own_sums_and_figures() -> None:
    asked = target("22-16", SHARE, ">=", 75, levels=["cancer_alliance"], effect=MARCH)
    asked = replace(asked, local={"QU9-cancer-alliance": 50.0})
    plan = plan_of(PLAIN, ["RTH"], {("RTH", "N"): row(50), ("RTH", "D"): row(100)})
    [found] = evaluate_system(plan, [asked], "QU9-cancer-alliance", level="cancer_alliance")
    assert (found.outcome, found.threshold) == ("met", 50)
