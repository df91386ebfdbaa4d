"""Plans against targets: verdicts exact, a system from its sums, nothing met for want of figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from planning.plan.array import Member, Plan
from targets.guidance.target import Target
from targets.judging.evaluation import Outcome, evaluate, evaluate_system
from tests.plans import line, member, plan_of, row, target

RATIO = [line("N", "ratio", label="Within 4 hours", unit="attendances"), line("D", "ratio", label="All")]
FOUR_HOURS = target("23-01", {"numerator": "N", "denominator": "D"}, ">=", 76, title="A&E within 4 hours")


def ratio_plan(figures: Mapping[str, tuple[Any, Any]], members: Sequence[Member | str] = ()) -> Plan:
    given = {}
    for ods, (top, bottom) in figures.items():
        given |= {(ods, "N"): top, (ods, "D"): bottom}
    return plan_of(RATIO, members or list(figures), given)


def one(plan: Plan, asked: Target) -> Outcome:
    [outcome] = evaluate(plan, [asked])
    return outcome


def of_system(plan: Plan, asked: Target) -> Outcome:
    [outcome] = evaluate_system(plan, [asked], "QU9")
    return outcome


# --- by month ------------------------------------------------------------------------------------------
def test_exactly_the_threshold_is_met() -> None:
    outcome = one(ratio_plan({"RTH": (row(50, mar=76), row(100))}), FOUR_HOURS)
    assert (outcome.outcome, outcome.planned, outcome.gap, outcome.gap_units) == ("met", 76, 0, 0)
    assert (outcome.rag, outcome.first_failing_period, outcome.message) == ("green", "", "")
    assert outcome.months == (50.0,) * 11 + (76.0,)
    assert outcome.inputs == (("RTH", "N", 13), ("RTH", "D", 13))


def test_a_miss_says_by_how_much_and_what_closes_it() -> None:
    outcome = one(ratio_plan({"RTH": (row(90, mar=7421), row(100, mar=10000))}), FOUR_HOURS)
    assert (outcome.outcome, outcome.rag) == ("not_met", "amber")
    assert outcome.first_failing_period == "2024-03"
    assert round(outcome.gap or 0, 2) == 1.79
    assert (outcome.gap_units, outcome.gap_unit) == (179, "attendances")
    assert outcome.closes_with == "179 more attendances in “Within 4 hours”"
    assert outcome.message == (
        "A&E within 4 hours: the plan has 74.2% in March 2024; at least 76.0% is asked."
    )
    assert outcome.numbers == "7,421 / 10,000 × 100 = 74.2%, held against at least 76.0%"


def test_a_miss_that_rounds_to_the_threshold_is_still_a_miss() -> None:
    outcome = one(ratio_plan({"RTH": (row(75999), row(100000))}), FOUR_HOURS)
    assert outcome.outcome == "not_met"
    assert "75.999%" in outcome.message
    assert outcome.gap_units == 1


def test_a_strict_comparator_wants_more_than_the_threshold() -> None:
    strict = target("X", {"numerator": "N", "denominator": "D"}, ">", 50)
    outcome = one(ratio_plan({"RTH": (row(50), row(100))}), strict)
    assert (outcome.outcome, outcome.gap, outcome.gap_units) == ("not_met", 0, 1)
    assert one(ratio_plan({"RTH": (row(51), row(100))}), strict).outcome == "met"


# --- missing is not met --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("top", "bottom", "why"),
    [
        (row(), row(100), "RTH left “Within 4 hours” (N) blank in March 2024 (sheet Figures, cell R6)."),
        (row(90), row(100, mar=None), "RTH left “All” (D) blank in March 2024 (sheet Figures, cell R7)."),
        (
            row(90),
            row(0),
            "“All” (D) is zero in March 2024 (sheet Figures, cell R7), so there is nothing to divide by.",
        ),
        (row("n/a"), row("n/a"), "RTH marks “Within 4 hours” (N) as not applicable."),
    ],
)
def test_what_is_missing_is_not_assessable(top: list[Any], bottom: list[Any], why: str) -> None:
    outcome = one(ratio_plan({"RTH": (top, bottom)}), FOUR_HOURS)
    assert (outcome.outcome, outcome.why, outcome.rag, outcome.planned) == ("not_assessable", why, "", None)


def test_a_missing_return_is_not_assessable() -> None:
    plan = ratio_plan({}, [member("RTH", returns=["finance"], name="Oxford University Hospitals")])
    outcome = one(plan, FOUR_HOURS)
    assert outcome.why == "Oxford University Hospitals has no current activity return."
    assert outcome.missing == ("RTH",)


def test_other_types_and_levels_do_not_apply() -> None:
    plan = ratio_plan({}, [member("RNU", "mh"), member("RTH")])
    assert one(plan.only(["RNU"]), FOUR_HOURS).outcome == "not_applicable"
    for_systems = target("23-19", {"line": "N"}, ">=", 0, levels=["system"], types=[])
    assert one(plan.only(["RTH"]), for_systems).outcome == "not_applicable"
    assert of_system(plan, target("X", {"line": "N"}, ">=", 0, levels=["trust"])).outcome == "not_applicable"
    no_such_line = target("X", {"line": "ELSEWHERE"}, "=", 0)
    assert one(plan.only(["RTH"]), no_such_line).outcome == "not_applicable"


# --- other windows -------------------------------------------------------------------------------------
def test_each_month_names_the_first_and_shows_the_worst() -> None:
    asked = target(
        "X",
        {"numerator": "N", "denominator": "D"},
        "<=",
        92,
        effect={"kind": "each_month"},
        title="Occupancy",
    )
    outcome = one(ratio_plan({"RTH": (row(92, may=93, dec=96), row(100))}), asked)
    assert (outcome.outcome, outcome.planned, outcome.first_failing_period) == ("not_met", 96, "2023-05")
    assert outcome.gap_units == 4
    assert outcome.message == (
        "Occupancy: the plan has 96.0% in December 2023; at most 92.0% is asked. It is missed in 2 months, first in "
        "May 2023; this is the furthest out."
    )
    assert one(ratio_plan({"RTH": (row(92), row(100))}), asked).outcome == "met"


def test_from_a_month_on() -> None:
    effect = {"kind": "from_month", "from": "2023-07", "to": "2024-03"}
    asked = target("X", {"line": "N"}, "=", 0, unit="patients", gap_unit="patients", effect=effect)
    assert one(ratio_plan({"RTH": (row(0, apr=9, jun=9), row(1))}), asked).outcome == "met"
    outcome = one(ratio_plan({"RTH": (row(0, jul=2, mar=5), row(1))}), asked)
    assert (outcome.first_failing_period, outcome.planned, outcome.gap_units) == ("2023-07", 5, 5)
    assert outcome.rag == "red"


def test_a_year_of_flows_is_summed_and_of_beds_averaged() -> None:
    effect = {"kind": "year_total"}
    asked = target("X", {"numerator": "N", "denominator": "D"}, ">=", 50, effect=effect)
    outcome = one(ratio_plan({"RTH": (row(0, mar=1000), row(100, mar=900))}), asked)
    assert outcome.outcome == "met"  # 1,000 of 2,000, whatever the months' shares
    assert outcome.inputs == (("RTH", "N", 14), ("RTH", "D", 14))
    beds = [line("A", "avg", decimals=1), line("G", "avg"), line("H", "avg")]
    occupancy = target(
        "23-03", {"numerator": ["A"], "denominator": ["G", "H"]}, "<=", 92, effect={"kind": "year_mean"}
    )
    given = {("RTH", "A"): row(91, mar=114), ("RTH", "G"): row(90), ("RTH", "H"): row(10, apr=22)}
    assert one(plan_of(beds, ["RTH"], given), occupancy).outcome == "met"  # 92.9 of 101
    given["RTH", "A"] = row(93)
    outcome = one(plan_of(beds, ["RTH"], given), occupancy)
    assert (outcome.first_failing_period, outcome.gap_units) == ("2023/24", 0.1)  # 92% of 101 is 92.92


def test_a_takes_effect_later_is_an_ambition() -> None:
    later = target("X", {"line": "N"}, "=", 0, effect={"kind": "by_month", "to": "2025-03"}, due="2025-03")
    outcome = one(ratio_plan({"RTH": (row(1), row(1))}), later)
    assert (outcome.outcome, outcome.why) == (
        "not_applicable",
        "Takes effect after this round, in March 2025.",
    )


# --- exempt counts, means, changes ---------------------------------------------------------------------
WAITS = [line("E.B.20", "last"), line("XC", "last"), line("XS", "last")]
NOBODY = target(
    "23-10", {"line": "E.B.20", "less": ["XC", "XS"]}, "=", 0, unit="pathways", gap_unit="pathways"
)


@pytest.mark.parametrize(
    ("waiting", "choice", "specialty", "outcome"),
    [
        (0, 0, 0, "met"),
        (5, 3, 2, "met"),
        (5, 5, "n/a", "met"),
        (5, 3, 1, "not_met"),
        (5, None, 5, "not_assessable"),
        (None, 0, 0, "not_assessable"),
    ],
)
def test_exempt_counts_are_taken_off(waiting: Any, choice: Any, specialty: Any, outcome: str) -> None:
    given = {("RTH", "E.B.20"): row(waiting), ("RTH", "XC"): row(choice), ("RTH", "XS"): row(specialty)}
    found = one(plan_of(WAITS, ["RTH"], given), NOBODY)
    assert found.outcome == outcome
    if outcome == "not_met":
        assert (found.planned, found.gap_units, found.rag) == (1, 1, "red")
        assert found.closes_with == "1 fewer pathway in “E.B.20”"


CALLS = [line("M", "wmean", types="am", weight="I", decimals=1), line("I", types="am")]
CATEGORY_2 = target(
    "23-02",
    {"mean": "M", "weight": "I"},
    "<=",
    30,
    unit="minutes",
    gap_unit="minutes",
    types=["am"],
    effect={"kind": "year_mean"},
)


def test_a_years_mean_is_weighted_by_its_incidents() -> None:
    given = {
        ("RYE", "M"): row(20, mar=40),
        ("RYE", "I"): row(10, mar=110),
    }  # the plain mean, 21.7, would pass
    met = one(plan_of(CALLS, [member("RYE", "am")], given), CATEGORY_2)
    assert (met.outcome, met.planned) == ("met", 30)
    given["RYE", "I"] = row(10, mar=111)
    missed = one(plan_of(CALLS, [member("RYE", "am")], given), CATEGORY_2)
    assert missed.outcome == "not_met"
    assert missed.gap_units == missed.gap
    assert missed.months[0] == 20


FEWER = target(
    "23-34",
    {"line": "N"},
    "reduce_by",
    25,
    baseline="2019/20",
    effect={"kind": "change_vs_baseline"},
    title="Follow-ups",
)


def test_a_reduction_against_2019_20() -> None:
    plan = plan_of([line("N")], ["RTH"], {("RTH", "N"): row(75, baseline=1200)})
    outcome = one(plan, FEWER)
    assert (outcome.outcome, outcome.planned, outcome.months[0]) == ("met", 25, 25)
    assert outcome.inputs == (("RTH", "N", 14), ("RTH", "N", 0))
    missed = one(plan_of([line("N")], ["RTH"], {("RTH", "N"): row(80, baseline=1200)}), FEWER)
    assert (missed.outcome, missed.planned, missed.gap, missed.gap_units) == ("not_met", 20, 5, 60)
    assert missed.message == (
        "Follow-ups: the plan has a reduction of 20.0% on 2019/20 over 2023/24; at least 25.0% is asked."
    )
    assert missed.numbers == "(1,200 − 960) / 1,200 × 100 = 20.0%, held against at least 25.0%"


@pytest.mark.parametrize(
    ("baseline", "why"),
    [
        (None, "RTH left “N” (N) blank for 2019/20 (sheet Figures, cell E6)."),
        (0, "“N” (N) is zero for 2019/20 (sheet Figures, cell E6): there is no baseline."),
    ],
)
def test_a_change_needs_its_baseline(baseline: int | None, why: str) -> None:
    plan = plan_of([line("N")], ["RTH"], {("RTH", "N"): row(75, baseline=baseline)})
    outcome = one(plan, FEWER)
    assert (outcome.outcome, outcome.why) == ("not_assessable", why)


def test_a_share_of_the_baseline() -> None:
    strict = target(
        "22-01", {"line": "N"}, ">", 110, baseline="2019/20", effect={"kind": "change_vs_baseline"}
    )
    plan = plan_of([line("N")], ["RTH"], {("RTH", "N"): row(110, baseline=1200)})
    outcome = one(plan, strict)
    assert (outcome.outcome, outcome.planned, outcome.gap_units) == ("not_met", 110, 1)


@pytest.mark.parametrize(("march", "outcome"), [(90, "met"), (100, "not_met"), (110, "not_met"), (0, "met")])
def test_a_direction_is_judged_against_the_outturn(march: int, outcome: str) -> None:
    fewer = target(
        "X", {"line": "S"}, "decrease", None, baseline="outturn", unit="patients", gap_unit="patients"
    )
    plan = plan_of([line("S", "last")], ["RTH"], {("RTH", "S"): row(500, mar=march, outturn=100)})
    found = one(plan, fewer)
    assert found.outcome == outcome
    if march == 110:
        assert (found.gap_units, found.threshold) == (11, 100)  # 100 would be no decrease
        assert found.message.startswith(
            "X: the plan has 110 patients in March 2024 against 100 patients in the outturn"
        )


def test_less_than_wants_one_fewer_of_what_is_just_there() -> None:
    under = target(
        "B22-05",
        {"line": "S"},
        "<",
        None,
        threshold_from="baseline",
        unit="patients",
        gap_unit="patients",
    )
    plan = plan_of([line("S", "last")], ["RTH"], {("RTH", "S"): row(202, baseline=202)})
    found = one(plan, under)
    assert (found.outcome, found.closes_with) == ("not_met", "1 fewer patient in “S”")
    assert found.message.endswith(
        "the plan has 202 patients in March 2024; fewer than 202 patients are asked."
    )


# --- inverted, due after the year ----------------------------------------------------------------------
TESTS = target(
    "23-15",
    {"numerator": "N", "denominator": "D", "inverted": True},
    "increase_toward",
    95,
    baseline="outturn",
    due="2025-03",
    gap_unit="patients",
    effect={"kind": "by_month", "from": "2025-03", "to": "2025-03"},
    title="Tests within 6 weeks",
)
OVER_SIX = [line("N", "ratio_last", label="Over 6 weeks"), line("D", "ratio_last")]


def diagnostics(over: float | None, outturn: float | None = 25) -> Plan:
    given = {("RTH", "N"): row(40, mar=over, outturn=outturn), ("RTH", "D"): row(100, outturn=100)}
    return plan_of(OVER_SIX, ["RTH"], given)


def test_inverted_and_moving_the_right_way_behind_the_pace() -> None:
    outcome = one(diagnostics(19), TESTS)
    assert (outcome.outcome, outcome.planned, outcome.threshold, outcome.rag) == ("met", 81, 95, "amber")
    assert outcome.pace["needed_by_march"] == 85
    assert outcome.pace["outturn"] == 75
    assert outcome.why == (
        "Moves the right way, but behind the pace: 95.0% is due by March 2025, which needs 85.0% by March."
    )
    assert outcome.months[0] == 60


def test_on_pace_already_there_standing_still_and_worse() -> None:
    assert one(diagnostics(15), TESTS).rag == "green"
    there = one(diagnostics(5, 1), TESTS)  # worse than it was, but at its goal: the pace asks for no more
    assert (there.outcome, there.rag, there.pace["needed_by_march"]) == ("met", "green", 95)
    assert there.why == "On pace: 95.0% is due by March 2025."
    still = one(diagnostics(25), TESTS)
    assert (still.outcome, still.gap, still.rag) == ("not_met", 0, "red")
    assert still.closes_with == "1 fewer patient in “Over 6 weeks”"
    worse = one(diagnostics(30), TESTS)
    assert (worse.outcome, worse.gap, worse.gap_units, worse.first_failing_period) == (
        "not_met",
        5,
        6,
        "2024-03",
    )
    assert worse.closes_with == "6 fewer patients in “Over 6 weeks”"
    past = one(diagnostics(9, 1), TESTS)  # 95% is nearer than the better outturn
    assert (past.outcome, past.closes_with) == ("not_met", "4 fewer patients in “Over 6 weeks”")
    assert worse.pace["plan_march"] == 70
    assert one(diagnostics(20, None), TESTS).outcome == "not_assessable"


# --- systems -------------------------------------------------------------------------------------------
def test_a_system_is_judged_on_its_sums_where_the_average_would_pass() -> None:
    plan = ratio_plan({"RTH": (row(700), row(1000)), "RHW": (row(95), row(100))})
    outcome = of_system(plan, FOUR_HOURS)  # 70% and 95% average 82.5%; together 795 of 1,100
    assert (outcome.outcome, outcome.organisation) == ("not_met", None)
    assert round(outcome.planned or 0, 2) == 72.27
    assert outcome.gap_units == 41
    assert outcome.inputs == (("RTH", "N", 13), ("RTH", "D", 13), ("RHW", "N", 13), ("RHW", "D", 13))


def test_a_system_can_meet_what_a_trust_misses() -> None:
    plan = ratio_plan({"RTH": (row(900), row(1000)), "RHW": (row(50), row(100))})
    assert [found.outcome for found in evaluate(plan, [FOUR_HOURS])] == ["met", "not_met"]
    assert of_system(plan, FOUR_HOURS).outcome == "met"


def test_a_missing_member_makes_a_system_not_assessable_with_the_figure_so_far() -> None:
    members = [
        member("RTH"),
        member("RXQ", returns=["finance"], name="Buckinghamshire"),
        member("RNU", "mh", []),
    ]
    outcome = of_system(ratio_plan({"RTH": (row(90), row(100))}, members), FOUR_HOURS)
    assert outcome.outcome == "not_assessable"
    assert (outcome.missing, outcome.so_far, outcome.planned) == (("RXQ",), "1 of 2", 90)
    assert outcome.why == "Buckinghamshire has no current activity return."
    assert (outcome.rag, outcome.message, outcome.gap) == ("", "", None)


def test_a_blank_member_is_missing_too_and_nobody_gives_no_figure() -> None:
    plan = ratio_plan({"RTH": (row(90), row(100)), "RHW": (row(90), row())})
    outcome = of_system(plan, FOUR_HOURS)
    assert (outcome.outcome, outcome.missing, outcome.so_far) == ("not_assessable", ("RHW",), "1 of 2")
    nobody = of_system(ratio_plan({}, [member("RTH", returns=[])]), FOUR_HOURS)
    assert (nobody.outcome, nobody.planned, nobody.so_far) == ("not_assessable", None, "0 of 1")


def test_a_member_that_it_does_not_apply_to_adds_nothing() -> None:
    plan = ratio_plan({"RTH": (row(90), row(100)), "RHW": (row("n/a"), row("n/a"))})
    outcome = of_system(plan, FOUR_HOURS)
    assert (outcome.outcome, outcome.planned, outcome.so_far) == ("met", 90, "")
    alone = ratio_plan({"RTH": (row("n/a"), row("n/a"))})
    assert of_system(alone, FOUR_HOURS).outcome == "not_assessable"


CRISIS = target("23-04", {"numerator": "N", "denominator": "D"}, ">=", 70, types=["ac", "mh"])


def _community_plan(acute: Any, community: Any, **more: Any) -> Plan:
    held = [line(code, "ratio", types="ac mh", **more) for code in ("N", "D")]
    given = {("RTH", code): acute for code in "ND"} | {("RNU", code): community for code in "ND"}
    return plan_of(held, [member("RTH"), member("RNU", "mh")], given)


def test_an_acute_trust_that_leaves_blank_what_others_must_give_has_no_such_service() -> None:
    plan = _community_plan(row(), row(90), optional_for=["ac"])
    acute, community = evaluate(plan, [CRISIS])
    assert (acute.outcome, community.outcome) == ("not_applicable", "met")
    assert acute.why == "RTH leaves its lines blank, as an organisation without such a service may."
    assert of_system(plan, CRISIS).outcome == "met"


@pytest.mark.parametrize(
    ("acute", "community", "more", "missing"),
    [
        (row(90, mar=None), row(90), {"optional_for": ["ac"]}, ("RTH",)),  # begun, and not finished
        (row(), row(90), {"required": "optional"}, ("RTH",)),  # nobody must give it: a blank says nothing
        (row(), row(90), {}, ("RTH",)),
        (row(), row(), {"optional_for": ["ac"]}, ("RNU",)),
    ],
)
def test_any_other_blank_is_a_figure_that_is_missing(
    acute: Any, community: Any, more: Any, missing: Any
) -> None:
    found = of_system(_community_plan(acute, community, **more), CRISIS)
    assert (found.outcome, found.missing) == ("not_assessable", missing)


def test_a_trust_without_a_return_has_not_said_that_it_has_no_such_service() -> None:
    held = [line(code, "ratio", types="ac mh", optional_for=["ac"]) for code in ("N", "D")]
    given = {("RNU", code): row(90) for code in "ND"}
    plan = plan_of(held, [member("RTH", returns=()), member("RNU", "mh")], given)
    assert of_system(plan, CRISIS).missing == ("RTH",)


def test_a_month_marked_not_applicable_does_not_help_to_meet_a_target() -> None:
    given = {("RTH", "N"): row(100, baseline=1400, mar="n/a"), ("RHW", "N"): row(10, baseline=1000)}
    plan = plan_of([line("N", label="Follow-ups")], ["RTH", "RHW"], given)
    [trust, other] = evaluate(plan, [FEWER])
    assert (trust.outcome, trust.missing, other.outcome) == ("not_assessable", ("RTH",), "met")
    assert trust.why.startswith(
        "RTH marks “Follow-ups” (N) as not applicable in some months only, first in March"
    )
    system = of_system(plan, FEWER)
    assert (system.outcome, system.missing, system.so_far) == ("not_assessable", ("RTH",), "1 of 2")


def test_a_mean_with_a_month_not_applicable_is_not_assessable() -> None:
    given = {("RYE", "M"): row(20, may="n/a"), ("RYE", "I"): row(100)}
    outcome = one(plan_of(CALLS, [member("RYE", "am")], given), CATEGORY_2)
    assert (outcome.outcome, outcome.missing) == ("not_assessable", ("RYE",))


def ambulances(served_by: bool, **other: Any) -> Plan:
    members = [
        member("RTH"),
        member("RYE", "am", name="South Central Ambulance", served_by=served_by, **other),
    ]
    given = {("RYE", "M"): row(33), ("RYE", "I"): row(10)}
    return plan_of(CALLS, members, {} if "returns" in other else given)


def test_a_served_ambulance_trust_is_shown_whole_and_says_so() -> None:
    outcome = of_system(ambulances(served_by=True), CATEGORY_2)
    assert (outcome.outcome, outcome.planned) == ("not_met", 33)
    assert outcome.why == "Served by RYE: the trust's whole figure, which counts in its host system."
    assert of_system(ambulances(served_by=False), CATEGORY_2).why == ""


def test_a_served_trust_that_has_not_returned() -> None:
    outcome = of_system(ambulances(served_by=True, returns=[]), CATEGORY_2)
    assert (outcome.outcome, outcome.missing) == ("not_assessable", ("RYE",))
    assert "no current activity return" in outcome.why
    assert "Served by RYE" in outcome.why


def test_no_ambulance_trust_at_all() -> None:
    assert of_system(plan_of(CALLS, ["RTH"], {}), CATEGORY_2).outcome == "not_applicable"


# --- money ---------------------------------------------------------------------------------------------
BALANCE = target(
    "23-19",
    {"line": "F.AFP"},
    ">=",
    0,
    unit="£000",
    gap_unit="£000",
    levels=["system"],
    types=[],
    effect={"kind": "year_total"},
    title="Balance",
)


def test_a_balanced_system_nets_one_against_another_and_leaves_the_served_out() -> None:
    members = [member("RTH"), member("QU9", "icb"), member("RYE", "am", served_by=True)]
    catalogue = [line("F.AFP", types="ac mh am icb", sign="any", label="Performance")]
    given = {("RTH", "F.AFP"): row(-10), ("QU9", "F.AFP"): row(10), ("RYE", "F.AFP"): row(-99)}
    assert of_system(plan_of(catalogue, members, given), BALANCE).outcome == "met"
    given["QU9", "F.AFP"] = row(9)
    outcome = of_system(plan_of(catalogue, members, given), BALANCE)
    assert (outcome.outcome, outcome.planned, outcome.gap_units, outcome.rag) == ("not_met", -12, 12, "red")
    assert outcome.message == ("Balance: the plan has −£12,000 over 2023/24; at least £0 is asked.")


EFFICIENCY = target(
    "23-42",
    {
        "numerator": ["F.EFF"],
        "denominator": ["F.EXP"],
        "system_denominator": ["F.EXP", "F.ICB.EXP", "-F.ICB.PROV@*"],
        "absolute": True,
    },
    ">=",
    2.2,
    gap_unit="£000",
    types=["ac", "am"],
    effect={"kind": "year_total"},
)
SPEND = [
    line("F.EFF", types="ac am icb"),
    line("F.EXP", types="ac am"),
    line("F.ICB.EXP", types="icb"),
    line("F.ICB.PROV@", types="icb", partner="trust"),
]


def efficiency_plan(board: float) -> Plan:
    members = [member("RTH"), member("QU9", "icb"), member("RYE", "am", served_by=True)]
    given = {
        ("RTH", "F.EFF"): row(20),
        ("RTH", "F.EXP"): row(-1000),
        ("QU9", "F.EFF"): row(board),
        ("QU9", "F.ICB.EXP"): row(-1900),
        ("QU9", "F.ICB.PROV@RTH"): row(-900),
        ("QU9", "F.ICB.PROV@RYE"): row(-50),
        ("RYE", "F.EFF"): row(0),
        ("RYE", "F.EXP"): row(-500),
    }
    return plan_of(SPEND, members, given, ["F.ICB.PROV@RTH", "F.ICB.PROV@RYE"])


def test_a_systems_efficiency_is_of_spend_net_of_what_its_members_pay_each_other() -> None:
    met = of_system(efficiency_plan(24), EFFICIENCY)  # 44 of 1,000 + 1,900 - 900; RYE's 50 stays in
    assert (met.outcome, met.planned) == ("met", 2.2)
    missed = of_system(efficiency_plan(23), EFFICIENCY)
    assert (missed.outcome, missed.gap_units) == ("not_met", 12)
    assert ("QU9", "F.ICB.PROV@RTH", 14) in missed.inputs


def test_a_trusts_efficiency_is_of_its_own_spend_and_the_board_is_not_asked_alone() -> None:
    outcomes = {found.organisation: found for found in evaluate(efficiency_plan(24), [EFFICIENCY])}
    assert (outcomes["RTH"].outcome, outcomes["RTH"].planned) == ("not_met", 2.0)
    assert outcomes["QU9"].outcome == "not_applicable"


def test_what_is_shown_for_information_is_marked() -> None:
    agency = target("23-43", {"numerator": "N", "denominator": "D"}, "<=", 3.7, indicator_levels=["trust"])
    plan = ratio_plan({"RTH": (row(4), row(100))})
    assert one(plan, agency).for_information
    assert not of_system(plan, agency).for_information
    expected = target("24-01", {"numerator": "N", "denominator": "D"}, ">=", 78, status="expected")
    assert one(plan, expected).for_information


def test_an_effect_that_is_none_is_our_fault() -> None:
    with pytest.raises(ValueError, match="not a period of effect"):
        one(
            ratio_plan({"RTH": (row(1), row(1))}),
            target("X", {"line": "N"}, "=", 0, effect={"kind": "sometime"}),
        )


# --- with the numbers -----------------------------------------------------------------------------------
def test_the_numbers_open_a_computed_line_to_its_lines() -> None:
    catalogue = [
        line("N", "ratio", formula="A + B"),
        line("A"),
        line("B"),
        line("D", "ratio"),
    ]
    given = {("RTH", "A"): row(3561), ("RTH", "B"): row(2743), ("RTH", "D"): row(8879)}
    outcome = one(plan_of(catalogue, ["RTH"], given), FOUR_HOURS)
    assert outcome.numbers == "(3,561 + 2,743) / 8,879 × 100 = 71.0%, held against at least 76.0%"


def test_the_numbers_of_several_are_their_sums() -> None:
    figures = {"RTH": (row(70), row(100)), "RHW": (row(60), row(100))}
    outcome = of_system(ratio_plan(figures), FOUR_HOURS)
    assert outcome.numbers == "130 / 200 × 100 = 65.0%, held against at least 76.0%"
