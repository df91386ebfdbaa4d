"""Blank is not zero, n/a is neither, and sums are of figures, never of percentages."""

from __future__ import annotations

import pytest

from planning.plan.array import BLANK, NO_RETURN, NOT_APPLICABLE, VALUE
from planning.plan.exact import SCALE
from planning.registry.periods import APRIL, BASELINE, MARCH, OUTTURN, YEAR
from tests.plans import line, member, plan_of, row

TEN = line("E.M.10", formula="E.M.10a + E.M.10b")
PARTS = (line("E.M.10a"), line("E.M.10b"))


def test_a_sum_of_parts_and_its_year() -> None:
    plan = plan_of(
        [*PARTS, TEN],
        ["RTH"],
        {("RTH", "E.M.10a"): row(10, outturn=100), ("RTH", "E.M.10b"): row(2, outturn=20, mar=5)},
    )
    assert plan.figure("RTH", "E.M.10", APRIL) == 12 * SCALE
    assert plan.figure("RTH", "E.M.10", YEAR) == (120 + 27) * SCALE
    assert plan.figure("RTH", "E.M.10", OUTTURN) == 120 * SCALE
    assert plan.figure("RTH", "E.M.10", BASELINE) is None


def test_blank_zero_and_not_applicable_are_three_answers() -> None:
    given = {("RTH", "E.M.10a"): row(0, may=None), ("RTH", "E.M.10b"): row("n/a")}
    plan = plan_of([*PARTS, TEN], ["RTH"], given)
    assert plan.figure("RTH", "E.M.10", APRIL) == 0
    assert plan.state("RTH", "E.M.10", APRIL) == VALUE
    assert plan.state("RTH", "E.M.10", APRIL + 1) == BLANK
    assert plan.state("RTH", "E.M.10b", YEAR) == NOT_APPLICABLE
    assert plan.state("RTH", "E.M.10", YEAR) == BLANK  # a year with a blank month is not known
    assert plan.values("E.M.10")[0][APRIL + 1] != plan.values("E.M.10")[0][APRIL + 1]  # NaN, never 0


def test_a_sum_of_parts_that_do_not_apply_does_not_apply() -> None:
    plan = plan_of([*PARTS, TEN], ["RTH"], {("RTH", "E.M.10a"): row("n/a"), ("RTH", "E.M.10b"): row("n/a")})
    assert plan.state("RTH", "E.M.10", APRIL) == NOT_APPLICABLE


def test_a_blank_optional_part_counts_as_nothing_beside_one_that_is_known() -> None:
    optional = line("E.M.10b", required="optional")
    plan = plan_of(
        [PARTS[0], optional, TEN], ["RTH"], {("RTH", "E.M.10a"): row(3), ("RTH", "E.M.10b"): row()}
    )
    assert plan.figure("RTH", "E.M.10", APRIL) == 3 * SCALE
    empty = plan_of([optional, line("E.M.10", formula="E.M.10b")], ["RTH"], {("RTH", "E.M.10b"): row()})
    assert empty.state("RTH", "E.M.10", APRIL) == BLANK


def test_a_sum_lacks_its_part_where_the_plan_does() -> None:
    plan = plan_of([PARTS[0], TEN, PARTS[1]], ["RTH"], {("RTH", "E.M.10a"): row(3)})
    assert plan.state("RTH", "E.M.10", APRIL) == BLANK


def test_parts_of_another_type_of_trust_are_not_asked_for() -> None:
    catalogue = [
        line("W.A", types="ac mh"),
        line("W.B", types="ac"),
        line("W.T", types="ac mh", formula="W.A + W.B"),
    ]
    plan = plan_of(catalogue, [member("RNU", "mh")], {("RNU", "W.A"): row(4)})
    assert plan.figure("RNU", "W.T", APRIL) == 4 * SCALE
    assert plan.state("RNU", "W.B", APRIL) == NO_RETURN


@pytest.mark.parametrize(
    ("over_time", "year"), [("sum", 78), ("last", 12), ("ratio_last", 12), ("avg", 6.5), ("ratio_avg", 6.5)]
)
def test_the_plan_column_by_kind_of_line(over_time: str, year: float) -> None:
    plan = plan_of([line("X", over_time)], ["RTH"], {("RTH", "X"): row(list(range(1, 13)))})
    assert plan.figure("RTH", "X", YEAR) == int(year * SCALE)


def test_a_mean_is_weighted_by_its_count() -> None:
    catalogue = [line("M", "wmean", weight="N"), line("N")]
    given = {("RYE", "M"): row(20, mar=40), ("RYE", "N"): row(1, mar=9)}
    plan = plan_of(catalogue, ["RYE"], given)
    assert plan.figure("RYE", "M", YEAR) == (20 * 11 + 40 * 9) * SCALE // 20


def test_a_mean_with_nothing_to_weigh_is_not_known() -> None:
    plan = plan_of(
        [line("M", "wmean", weight="N"), line("N")], ["RYE"], {("RYE", "M"): row(20), ("RYE", "N"): row(0)}
    )
    assert plan.state("RYE", "M", YEAR) == BLANK


def test_a_line_computed_in_the_plan_alone_keeps_its_entered_outturn() -> None:
    catalogue = [line("W.SUB", "last"), line("W.AVG", "avg", formula="W.SUB", formula_scope="plan")]
    given = {("RTH", "W.SUB"): row(10, mar=22, outturn=9), ("RTH", "W.AVG"): row(outturn=8)}
    plan = plan_of(catalogue, ["RTH"], given)
    assert plan.figure("RTH", "W.AVG", YEAR) == 11 * SCALE
    assert plan.figure("RTH", "W.AVG", OUTTURN) == 8 * SCALE
    assert plan.figure("RTH", "W.SUB", YEAR) == 22 * SCALE


def test_the_sum_of_averages_is_the_average_of_sums() -> None:
    catalogue = [line("A", "avg"), line("B", "avg"), line("T", "avg", formula="A + B")]
    plan = plan_of(catalogue, ["RTH"], {("RTH", "A"): row(1, mar=2), ("RTH", "B"): row(1)})
    assert plan.figure("RTH", "T", YEAR) == 20833  # 25/12, rounded once


def test_a_family_and_partner_rows_are_summed() -> None:
    catalogue = [
        line("F.ICB.PROV@", types="icb", partner="trust"),
        line("F.ICB.RUN", types="icb"),
        line("F.ICB.EXP", types="icb", formula="F.ICB.PROV@* + F.ICB.RUN"),
    ]
    given = {
        ("QU9", "F.ICB.PROV@RTH"): row(-5),
        ("QU9", "F.ICB.PROV@RHW"): row(-6),
        ("QU9", "F.ICB.RUN"): row(-1),
    }
    plan = plan_of(catalogue, [member("QU9", "icb")], given, ["F.ICB.PROV@RTH", "F.ICB.PROV@RHW"])
    assert plan.figure("QU9", "F.ICB.EXP", APRIL) == -12 * SCALE


def test_the_board_makes_a_line_its_own_way() -> None:
    catalogue = [
        line("F.IN"),
        line("F.ALLOC", types="icb"),
        line("F.AFP", types="ac icb", formula="F.IN", formula_icb="F.ALLOC"),
    ]
    given = {("RTH", "F.IN"): row(2), ("QU9", "F.ALLOC"): row(-3)}
    plan = plan_of(catalogue, ["RTH", member("QU9", "icb")], given)
    assert plan.figure("QU9", "F.AFP", YEAR) == -36 * SCALE
    assert plan.system("QU9").figure("QU9", "F.AFP", YEAR) == -12 * SCALE


def test_lines_made_of_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="made of itself"):
        plan_of([line("A", formula="B"), line("B", formula="A")], ["RTH"], {})


def test_a_return_that_is_not_there_computes_nothing() -> None:
    plan = plan_of([*PARTS, TEN], [member("RTH", returns=["finance"])], {})
    assert plan.state("RTH", "E.M.10", APRIL) == NO_RETURN


# --- systems -------------------------------------------------------------------------------------------
def test_a_system_adds_up_its_members_but_not_those_that_only_serve_it() -> None:
    members = [member("RTH"), member("RHW"), member("RYE", served_by=True)]
    plan = plan_of([line("X")], members, {(m.ods, "X"): row(1) for m in members})
    whole = plan.system("QU9")
    assert whole.figure("QU9", "X", YEAR) == 24 * SCALE
    assert [part.ods for part in whole.parts] == ["RTH", "RHW"]
    assert whole.members[0].kind == "system"


def test_a_system_is_not_known_while_a_member_is_missing_or_blank() -> None:
    missing = plan_of([line("X")], [member("RTH"), member("RHW", returns=[])], {("RTH", "X"): row(1)})
    assert missing.system("QU9").state("QU9", "X", APRIL) == NO_RETURN
    blank = plan_of([line("X")], ["RTH", "RHW"], {("RTH", "X"): row(1), ("RHW", "X"): row(1, apr=None)})
    assert blank.system("QU9").state("QU9", "X", APRIL) == BLANK
    assert blank.system("QU9").figure("QU9", "X", MARCH) == 2 * SCALE


def test_a_missing_member_of_another_type_does_not_matter() -> None:
    members = [member("RTH"), member("RNU", "mh", returns=[])]
    plan = plan_of([line("X", types="ac")], members, {("RTH", "X"): row(1)})
    assert plan.system("QU9").figure("QU9", "X", APRIL) == SCALE


def test_what_does_not_apply_adds_nothing_and_cross_checks_are_left_out() -> None:
    catalogue = [line("X"), line("H", types="ac am", counted_from=["ac"])]
    members = [member("RTH"), member("RHW"), member("RYE", "am")]
    given = {("RTH", "X"): row(1), ("RHW", "X"): row("n/a")} | {(m.ods, "H"): row(2) for m in members}
    whole = plan_of(catalogue, members, given).system("QU9")
    assert whole.figure("QU9", "X", APRIL) == SCALE
    assert whole.figure("QU9", "H", APRIL) == 4 * SCALE


def test_an_optional_line_that_nobody_gave_is_blank_not_nothing() -> None:
    catalogue = [line("X", required="optional")]
    whole = plan_of(catalogue, ["RTH", "RHW"], {("RTH", "X"): row(), ("RHW", "X"): row(apr=4)}).system("QU9")
    assert whole.figure("QU9", "X", APRIL) == 4 * SCALE
    assert whole.state("QU9", "X", MARCH) == BLANK


def test_a_systems_mean_is_weighted_by_its_members_counts() -> None:
    catalogue = [line("M", "wmean", weight="N"), line("N")]
    given = {("A1", "M"): row(10), ("A1", "N"): row(1), ("B2", "M"): row(40), ("B2", "N"): row(9)}
    whole = plan_of(catalogue, ["A1", "B2"], given).system("QU9")
    assert whole.figure("QU9", "M", APRIL) == 37 * SCALE  # not 25, their plain mean


def test_partner_rows_count_where_that_partner_is_and_wait_for_who_has_not_returned() -> None:
    catalogue = [line("F.INC.ICB@", partner="icb")]
    codes = ["F.INC.ICB@QU9", "F.INC.ICB@QT6"]
    members = [member("RTH"), member("REF", system="QT6")]
    given = {("RTH", "F.INC.ICB@QU9"): row(5), ("REF", "F.INC.ICB@QT6"): row(7)}
    whole = plan_of(catalogue, members, given, codes).system("X24")
    assert whole.figure("X24", "F.INC.ICB@QU9", APRIL) == 5 * SCALE
    assert whole.figure("X24", "F.INC.ICB@QT6", APRIL) == 7 * SCALE
    members[1] = member("RHW", returns=[])
    late = plan_of(catalogue, members, {("RTH", "F.INC.ICB@QU9"): row(5)}, codes).system("QU9")
    assert late.state("QU9", "F.INC.ICB@QU9", APRIL) == NO_RETURN


# --- lineage -------------------------------------------------------------------------------------------
def test_entered_cells_go_down_to_what_was_typed() -> None:
    plan = plan_of([*PARTS, TEN], ["RTH"], {("RTH", "E.M.10a"): row(1), ("RTH", "E.M.10b"): row(1)})
    months = range(APRIL, YEAR)
    assert plan.entered_cells("RTH", "E.M.10", APRIL) == [("E.M.10a", APRIL), ("E.M.10b", APRIL)]
    assert plan.entered_cells("RTH", "E.M.10", YEAR) == [
        (code, at) for code in ("E.M.10a", "E.M.10b") for at in months
    ]
    assert plan.entered_cells("RTH", "E.M.10", OUTTURN) == [("E.M.10a", OUTTURN), ("E.M.10b", OUTTURN)]
    assert plan.entered_cells("RTH", "E.M.10a", MARCH) == [("E.M.10a", MARCH)]
    assert plan.origins["RTH", "E.M.10b"].cell(MARCH) == "R7"


def test_entered_cells_of_averages_stocks_means_and_annual_lines() -> None:
    catalogue = [
        line("W.SUB", "last"),
        line("W.AVG", "avg", formula="W.SUB", formula_scope="plan"),
        line("N"),
        line("M", "wmean", weight="N"),
        line("Y", "annual"),
    ]
    plan = plan_of(catalogue, ["RTH"], {})
    months = range(APRIL, YEAR)
    assert plan.entered_cells("RTH", "W.AVG", YEAR) == [("W.SUB", at) for at in months]
    assert plan.entered_cells("RTH", "W.AVG", OUTTURN) == [("W.AVG", OUTTURN)]
    assert plan.entered_cells("RTH", "W.SUB", YEAR) == [("W.SUB", MARCH)]
    assert plan.entered_cells("RTH", "M", YEAR) == [(code, at) for code in ("N", "M") for at in months]
    assert plan.entered_cells("RTH", "Y", YEAR) == [("Y", YEAR)]


def test_a_frame_of_a_line() -> None:
    frame = plan_of([line("X")], ["RTH"], {("RTH", "X"): row(1, may=None)}).line("X")
    assert list(frame.columns[[0, 1, 2, 14]]) == ["2019/20", "2022/23", "2023-04", "2023/24"]
    assert frame.loc["RTH", "2023-04"] == 1
    assert frame.loc["RTH"].isna()["2023-05"]


def test_fewer_organisations_are_a_copy() -> None:
    plan = plan_of([line("X")], ["RTH", "RHW"], {("RHW", "X"): row(1)})
    part = plan.only(["RHW"])
    part.scaled[:] = 0
    assert plan.figure("RHW", "X", APRIL) == SCALE
    assert list(part.origins) == [("RHW", "X")]
