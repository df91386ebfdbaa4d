"""Where the documents of 2022/23 contradict one another, or themselves: each stands as it was written, beside the
other, and a plan on the line between them meets one and misses the other. The numbers are those of the catalogue of
conflicts that the guidance was read with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planning.plan.array import Plan
from planning.registry.catalogue import lines_from_files
from planning.registry.files import DATA, read_reference
from planning.registry.lines import Line, Lines
from targets.guidance.comparison import NOT_KNOWN, UNIT, Change, Side, compare
from targets.guidance.files import GuidanceFile, guidance_files
from targets.guidance.governing import for_system, targets_from_files
from targets.guidance.locality import standing
from targets.judging.evaluation import evaluate
from tests import plans
from tests.plans import line, member, row

MET, NOT_MET = "met", "not_met"
V1, V2, V3 = date(2021, 12, 24), date(2022, 1, 14), date(2022, 2, 22)
TARGETS = {target.code: target for target in targets_from_files("2022-23")}
FILES: dict[str, GuidanceFile] = {file.document["code"]: file for file in guidance_files()}
BOARD = FILES["bob-22-23-appendix-1"].document
GUIDANCE = FILES["22-23-guidance-v3"].document


def _plan(figures: dict[str, list[Any]], *lines: Line, kind: str = "ac") -> Plan:
    return plans.plan_of(
        Lines("2022-23", lines),
        [member("RTH", kind)],
        {("RTH", code): given for code, given in figures.items()},
    )


def _outcomes(plan: Plan, *codes: str) -> list[str]:
    return [outcome.outcome for outcome in evaluate(plan, [TARGETS[code] for code in codes])]


def _share(code: str, months: list[int], of: str) -> tuple[dict[str, list[Any]], list[Line]]:
    """The share's lines, over a hundred a month."""
    lines = [line(code, "ratio", "ac mh", denominator=of), line(of, "ratio", "ac mh")]
    return {code: row(months=months), of: row(months=100)}, lines


def _notes(document: dict[str, Any], kind: str, words: str) -> list[str]:
    return [note["text"] for note in document["notes"] if note["kind"] == kind and words in note["text"]]


def _versions(before: date, after: date) -> dict[str, Change]:
    """What changed between the versions of two days; the first two are known in part."""
    sides = [
        Side([t for t in targets_from_files("2022-23", day) if t.issued_by == "X24"], in_part=day != V3)
        for day in (before, after)
    ]
    return {change.target.code: change for change in compare(*sides)}


# --- 1, 2: waits over 104 and 78 weeks ----------------------------------------------------------------------
WAITS = [
    line(code, "last") for code in ("LOC.RTT104", "LOC.RTT104XC", "LOC.RTT78", "LOC.RTT78XC", "LOC.RTT78XS")
]
NOBODY = row(months=0, outturn=0)


def _waits(**rows: list[Any]) -> Plan:
    figures = {found.code: rows.get(found.code.removeprefix("LOC."), NOBODY) for found in WAITS}
    figures["E.B.18"] = row(months=400, outturn=500)
    return _plan(figures, *WAITS, line("E.B.18", "last"))


def test_1_the_local_date_for_104_weeks_is_earlier_and_stands_beside_the_national_one() -> None:
    until_june = _waits(RTT104=row(months=[5, 5, 5] + [0] * 9, outturn=9))
    assert _outcomes(until_june, "22-03", "B22-03") == [MET, NOT_MET]
    assert _outcomes(_waits(), "22-03", "B22-03") == [MET, MET]
    assert TARGETS["22-03"].source["document_code"] != TARGETS["B22-03"].source["document_code"]
    assert {"22-03"} == {t.code for t in for_system(TARGETS.values(), "QT6") if t.metric == "rtt-104-weeks"}


def test_2_version_3_ends_78_week_waits_where_the_board_only_reduces_them() -> None:
    reduced = _waits(RTT78=row(months=10, outturn=100))
    assert _outcomes(reduced, "22-04", "B22-04") == [NOT_MET, MET]
    assert not TARGETS["B22-04"].supersedes
    found = standing(TARGETS["B22-04"], [("2022-23", TARGETS["22-04"])])
    assert found.is_weaker
    less = "Waiting 78 weeks or more: a fall by March 2023 asks less than the national none."
    assert found.differences["weaker"] == less


# --- 4: over 10% more, and 110% -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("month", "outcomes"), [(110, [NOT_MET, MET]), (111, [MET, MET]), (109, [NOT_MET] * 2)]
)
def test_4_exactly_110_percent_meets_the_boards_words_and_misses_the_guidances(
    month: int, outcomes: list[str]
) -> None:
    plan = _plan({"LOC.VWA": row(months=month, outturn=1200, baseline=1200)}, line("LOC.VWA"))
    assert _outcomes(plan, "22-01", "B22-01") == outcomes


def test_4_what_pays_for_activity_is_no_target() -> None:
    asked = {target.threshold for target in TARGETS.values() if target.metric == "elective-activity"}
    assert asked == {110, 130}
    assert lines_from_files("2022-23")["F.SYS.ERFTGT"].return_kind == "finance"


# --- 5: exceptions ------------------------------------------------------------------------------------------
def test_5_choice_is_taken_off_at_104_weeks_and_specialties_too_at_78() -> None:
    five = row(months=5, outturn=5)
    by_choice = _waits(RTT104=five, RTT104XC=five, RTT78=row(months=8, outturn=8), RTT78XC=five)
    assert _outcomes(by_choice, "22-03", "22-04") == [MET, NOT_MET]
    by_both = _waits(RTT78=row(months=8, outturn=8), RTT78XC=five, RTT78XS=row(months=3, outturn=3))
    assert _outcomes(by_both, "22-04") == [MET]


def test_5_returns_collect_what_is_excepted() -> None:
    catalogue = lines_from_files("2022-23")
    taken_off = {code for target in TARGETS.values() for code in target.measure.get("less", [])}
    assert len(taken_off) == 5
    assert {catalogue[code].of_which for code in taken_off} == {"LOC.RTT104", "LOC.RTT78", "E.B.18"}


# --- 6, 7, 8: virtual wards ---------------------------------------------------------------------------------
def test_6_version_2_counts_beds_where_version_1_counted_wards() -> None:
    units = [{t.code: t for t in targets_from_files("2022-23", day)}["22-38"].unit for day in (V1, V2, V3)]
    assert units == ["wards per 100,000", "beds per 100,000", "beds per 100,000"]
    assert UNIT in _versions(V1, V2)["22-38"].ways
    assert TARGETS["B22-07"].unit == "wards per 100,000"
    assert "wards" in TARGETS["B22-07"].slip


def test_7_the_ambition_and_the_test_of_its_funding_are_two_milestones() -> None:
    plan = next(entry for entry in FILES["22-23-guidance-v3"].assurances if entry["code"] == "22-A09")
    assert (TARGETS["22-38"].effect["to"], plan["due"]) == ("2023-12", "2022-12")
    assert "22-38" in plan["supports"]
    carried = {target.code: target.carried_from for target in targets_from_files("2023-24")}
    assert carried["22-38"] == "2022-23"


def test_8_capacity_and_its_use_are_two_measures() -> None:
    used = next(target for target in targets_from_files("2023-24") if target.code == "23-33")
    assert TARGETS["22-38"].metric != used.metric
    assert (TARGETS["22-38"].measure["denominator"], used.measure["denominator"]) == ("LOC.POP", "E.T.5D")
    assert "22-38" not in used.supersedes


# --- 9: twelve hours in A&E ---------------------------------------------------------------------------------
@pytest.mark.parametrize(("over", "outcome"), [(2, MET), (0, MET), (3, NOT_MET)])
def test_9_two_percent_is_the_most_and_none_the_ambition(over: int, outcome: str) -> None:
    figures, lines = _share("LOC.ED12N", [over] * 12, "E.M.13D")
    assert _outcomes(_plan(figures, *lines), "22-32", "B22-09") == [outcome, outcome]
    assert "Nobody is the ambition" in TARGETS["22-32"].note


# --- 17: 5,000 and 7,000 beds -------------------------------------------------------------------------------
def test_17_bed_equivalents_are_national_and_wait_for_a_share() -> None:
    later = next(target for target in targets_from_files("2023-24") if target.code == "23-32")
    for target in (TARGETS["22-31"], later):
        assert (target.kind, target.threshold, target.threshold_from) == ("national", None, "local")


# --- 19: the cancer backlog ---------------------------------------------------------------------------------
@pytest.mark.parametrize(("march", "outcomes"), [(80, [MET, NOT_MET]), (79, [MET, MET]), (81, [NOT_MET] * 2)])
def test_19_to_the_level_of_february_2020_and_lower_than_it(march: int, outcomes: list[str]) -> None:
    plan = _plan(
        {"LOC.CAN62BL": row(months=90, mar=march, outturn=120, baseline=80)}, line("LOC.CAN62BL", "last")
    )
    assert _outcomes(plan, "22-11", "B22-05") == outcomes


def test_19_a_level_from_the_national_average_takes_the_place_of_the_bodys_own() -> None:
    plan = _plan({"LOC.CAN62BL": row(months=80, outturn=120, baseline=80)}, line("LOC.CAN62BL", "last"))
    set_lower = replace(TARGETS["22-11"], local={"RTH": 70})
    assert [outcome.outcome for outcome in evaluate(plan, [set_lower])] == [NOT_MET]
    assert "national average" in TARGETS["22-11"].note


# --- 20: the two-hour urgent community response -------------------------------------------------------------
@pytest.mark.parametrize(
    ("december", "january", "outcomes"),
    [(70, 69, [NOT_MET, MET]), (69, 70, [NOT_MET] * 2), (70, 70, [MET, MET])],
)
def test_20_from_a_month_on_and_by_a_month(december: int, january: int, outcomes: list[str]) -> None:
    months = [50] * 8 + [december, january, 90, 90]
    figures, lines = _share("LOC.UCR2HN", months, "LOC.UCR2HD")
    assert _outcomes(_plan(figures, *lines), "22-40", "B22-08") == outcomes


def test_20_the_year_after_asks_for_it_in_every_month() -> None:
    later = next(target for target in targets_from_files("2023-24") if target.code == "23-04")
    kinds = [target.effect["kind"] for target in (TARGETS["22-40"], TARGETS["B22-08"], later)]
    assert kinds == ["from_month", "by_month", "each_month"]


# --- 22, 23: what the versions changed, and what cannot be told ---------------------------------------------
def test_22_what_version_3_changed_it_from_is_not_known() -> None:
    assert set(_versions(V2, V3)["22-37"].ways) == {NOT_KNOWN}
    assert _notes(GUIDANCE, "change", "22-37")
    assert (TARGETS["22-37"].comparator, TARGETS["22-37"].threshold) == (">", 50)


def test_22_the_three_elective_changes_are_named_as_inferred() -> None:
    (said,) = _notes(GUIDANCE, "change", "Page 13")
    assert all(code in said for code in ("22-03", "22-04", "22-06", "22-07"))
    assert "taken to be" in said


def test_23_the_date_corrected_on_page_29_cannot_be_told() -> None:
    for document in (FILES["22-23-guidance-v2"].document, GUIDANCE):
        (said,) = _notes(document, "provenance", "Page 29")
        assert "cannot be told" in said


# --- 25, 26, and other slips of the board's paper -----------------------------------------------------------
def test_25_two_final_dates_are_shown_and_the_round_takes_one() -> None:
    (said,) = _notes(BOARD, "slip", "28 April")
    assert "20 April" in said
    stages = {stage["code"]: stage for stage in read_reference(DATA / "rounds" / "2022-23.yaml")["stages"]}
    assert str(stages["final"]["due"]).startswith("2022-04-28")
    assert "20 April" in stages["final"]["source"]


def test_26_what_the_paper_cites_and_does_not_have_is_shown() -> None:
    assert _notes(BOARD, "slip", "appendix A")
    assert _notes(BOARD, "slip", "action c")


def test_a_sunday_that_is_called_thursday_is_shown() -> None:
    assert date(2022, 1, 23).strftime("%A") == "Sunday"
    assert _notes(BOARD, "slip", "Thursday 23 January")


def test_what_the_board_repeats_and_leaves_out_are_national_targets() -> None:
    same, omitted = set(BOARD["adopts"]["same"]), set(BOARD["adopts"]["omits"])
    national = {target.code for target in TARGETS.values() if not target.systems}
    assert same | omitted <= national
    assert not same & omitted
    assert {"22-35", "22-36", "22-08", "22-09", "22-10", "22-37"} <= omitted
