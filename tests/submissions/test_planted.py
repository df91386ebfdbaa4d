"""One fault planted in a clean return at a time: its rule is found, and of all others only those that read the
same figures, which stand beside it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

import pytest

from planning.plan.rules import is_judged
from planning.registry import periods
from planning.registry.lines import Line
from submissions.filling import fill_system
from submissions.returns import Body
from tests.flow import figures_of, send
from tests.judged import found_in, parameters, rules
from tests.workbooks import ROUND, catalogue

Rows = dict[str, list[Any]]
Plant = Callable[[Rows], None]
JUNE, MARCH, OUTTURN, YEAR = 4, periods.MARCH, periods.OUTTURN, periods.YEAR
TRUSTS = {"RTH": "ac", "RHW": "ac", "RNU": "mh", "RYE": "am"}


@cache
def bodies() -> dict[str, Body]:
    """Four trusts and the ICB that pays them."""
    types = tuple(TRUSTS.values())
    found = {}
    for ods, kind in TRUSTS.items():
        others = tuple(other for other in TRUSTS if other != ods)
        found[ods] = Body(ods, kind, ("QU9",), others, tuple(TRUSTS[other] for other in others))
    return {**found, "QU9": Body("QU9", "icb", (), tuple(TRUSTS), types)}


@cache
def clean() -> dict[tuple[str, str], Rows]:
    return fill_system(1, ROUND, list(bodies().values()), catalogue(), parameters())  # type: ignore[return-value]


def lines_of(ods: str, return_kind: str) -> list[Line]:
    body = bodies()[ods]
    return catalogue().of_return(return_kind, body.kind, body.families)


def codes(ods: str, return_kind: str, figures: Rows) -> set[str]:
    kind = bodies()[ods].kind
    found = found_in(lines_of(ods, return_kind), figures, ods=ods, kind=kind, return_kind=return_kind)
    return {rule for rule, _ in found}


# --- ways to spoil a row -------------------------------------------------------------------------------
def put(code: str, place: int, figure: float) -> Plant:
    return lambda rows: rows[code].__setitem__(place, figure)


def add(code: str, more: float, place: int = JUNE) -> Plant:
    return lambda rows: rows[code].__setitem__(place, rows[code][place] + more)


def times(code: str, factor: float, *places: int) -> Plant:
    """Some places of a row, or its twelve months, times a factor, to the decimals that it had."""

    def plant(rows: Rows) -> None:
        decimals = catalogue()[code].decimals
        for place in places or range(periods.APRIL, periods.YEAR):
            figure = round(rows[code][place] * factor, decimals)
            rows[code][place] = figure if decimals else int(figure)

    return plant


def above(code: str, *wholes: str) -> Plant:
    """June of a part a little over the sum of its wholes."""
    return lambda rows: rows[code].__setitem__(JUNE, sum(rows[whole][JUNE] for whole in wholes) + 5)


def level(code: str) -> Plant:
    def plant(rows: Rows) -> None:
        rows[code][periods.MONTHS] = [rows[code][JUNE]] * 12

    return plant


def share(code: str, whole: str, of: int) -> Plant:
    """The months as a share of their whole, typed to three decimals."""

    def plant(rows: Rows) -> None:
        for place in range(periods.APRIL, periods.YEAR):
            rows[code][place] = round(of * rows[code][place] / rows[whole][place], 3)

    return plant


def all_of(*plants: Plant) -> Plant:
    def plant(rows: Rows) -> None:
        for each in plants:
            each(rows)

    return plant


def every(prefix: str, factor: float) -> Plant:
    return lambda rows: all_of(*(times(code, factor) for code in rows if code.startswith(prefix)))(rows)


# rule, whose, return, the fault, and the other rules that read the same figures
PLANTED: list[tuple[str, str, str, Plant, set[str]]] = [
    ("T03", "RTH", "finance", times("F.WTE.SUB", 0.96), set()),
    ("T05", "RTH", "finance", times("F.WTE.AGY", 0.75), set()),
    ("T06", "RTH", "finance", times("F.WTE.AGY", 0.3, *range(1, 14)), set()),
    # more agency pay: with its groups and its WTE it is still pay (T03) and part of the position (T27, F-19)
    ("T08", "RTH", "finance", all_of(every("F.PAY.AGY", 2), times("F.WTE.AGY", 2)), {"T03", "T27", "F-19"}),
    ("T09", "RTH", "finance", times("F.WTE.AGY", 0.84, OUTTURN), set()),
    ("T23", "RTH", "finance", put("F.INC.OPFUV", JUNE, 5), set()),
    ("T27", "RTH", "finance", add("F.BR.INC", 100, YEAR), set()),
    ("T27", "QU9", "finance", add("F.BR.INF", -100, YEAR), set()),
    ("T31", "RTH", "finance", above("F.INC.COVID", "F.INC.NR"), set()),
    ("T31", "RNU", "finance", above("F.CAP.CDC", "F.CAP.OP", "F.CAP.NAT"), set()),
    ("T41", "RYE", "finance", add("F.PAY.AGY.AMB", -20), set()),
    ("T42", "RTH", "finance", add("F.EFF.STAT.dev", 100, YEAR), set()),
    ("T42", "QU9", "finance", times("F.EFF.STAT.unid", 50, YEAR), set()),
    ("T42", "RHW", "finance", put("F.CASH", JUNE, -1), set()),
    ("T42", "RTH", "finance", times("F.INC.ICB@QU9", 1000), set()),
    # less efficiency: what it is of (T42), and what of it is not one-off (F-19)
    ("F-04", "RTH", "finance", every("F.EFF.REC", 0.6), {"T42"}),
    ("F-04", "QU9", "finance", all_of(every("F.EFF.REC", 0.6), every("F.EFF.NR", 0.6)), {"T42", "F-19"}),
    ("F-06", "QU9", "finance", times("F.ICB.MHIS", 0.97, YEAR), set()),
    ("F-19", "RTH", "finance", add("F.NROTH", 60), set()),
    ("F-19", "QU9", "finance", add("F.UND", -60), set()),
    ("F-20", "RNU", "finance", all_of(put("F.UND", MARCH, -1), add("F.UND", 30)), set()),
    ("T26", "RTH", "workforce", add("W.BR.JOIN", 5), set()),
    ("T30", "RYE", "workforce", above("W.KPI.TURNN", "W.KPI.TURND"), set()),
    ("T31", "RTH", "finance", put("F.MEMO.VW", JUNE, -9_999_999), {"T42"}),
    ("T31", "QU9", "finance", put("F.ICB.BCF", YEAR, -99_999_999), set()),
    ("T31", "RNU", "workforce", above("W.BR.INTL", "W.BR.JOIN"), set()),
    ("T31", "RNU", "workforce", put("W.VW", JUNE, 99_999), set()),
    ("T39", "RTH", "workforce", times("W.EST.RN", 2, MARCH), set()),
    ("T40", "RTH", "workforce", times("W.KPI.SICKN", 5), set()),
    ("T28", "RTH", "activity", times("E.B.3a", 1.05, JUNE), set()),
    ("T29", "RTH", "activity", above("LOC.RTT78", "E.B.20"), set()),
    ("T29", "RNU", "activity", above("E.T.9", "E.T.2a", "E.T.2b"), set()),
    ("T29", "RYE", "activity", above("LOC.HO15", "LOC.HO30"), set()),
    ("T30", "RTH", "activity", above("E.B.27N", "E.B.27D"), set()),
    ("T30", "QU9", "activity", above("E.A.S.1N", "E.A.S.1D"), set()),
    ("T31", "RTH", "activity", above("E.B.3a.IMD1", "E.B.3a"), set()),
    ("T31", "RHW", "activity", above("E.M.11b@QU9", "E.M.11b"), {"T35"}),
    ("T32", "RTH", "activity", above("E.M.30a", "E.M.30g", "E.M.30h"), set()),
    ("T32", "QU9", "activity", above("E.T.5N", "E.T.5D"), set()),
    ("T33", "RTH", "activity", times("LOC.LOSNEL", 1.6), set()),
    ("T34", "RTH", "activity", times("LOC.DXREF", 1.3), set()),
    ("T35", "RTH", "activity", times("E.M.8", 1.4, JUNE), set()),
    ("T36", "RTH", "activity", level("E.M.33"), set()),
    ("T38", "RTH", "activity", times("E.M.34", 6), set()),
    ("V15", "RTH", "activity", times("LOC.CAN62BL", 1000), set()),
    ("V15", "RTH", "workforce", times("W.EST.RN", 0.001, OUTTURN), set()),
    ("V16", "RTH", "activity", share("E.B.27N", "E.B.27D", 1), set()),
    ("V16", "RTH", "activity", share("E.M.13aN", "E.M.13aD", 100), set()),
    ("V17", "RTH", "activity", times("E.M.33", 1 / 12, OUTTURN), set()),
    ("V17", "RTH", "activity", times("E.M.30g", 12, OUTTURN), set()),
]


@pytest.mark.parametrize(
    ("rule", "ods", "return_kind", "plant", "beside"),
    [pytest.param(*row, id=f"{row[0]}-{row[1]}-{at}") for at, row in enumerate(PLANTED)],
)
def test_a_planted_fault_is_found_and_nothing_else(
    rule: str, ods: str, return_kind: str, plant: Plant, beside: set[str]
) -> None:
    figures = deepcopy(clean()[ods, return_kind])
    plant(figures)
    found = codes(ods, return_kind, figures)
    assert rule in found
    assert found <= {rule, *beside}


@pytest.mark.parametrize("ods", [*TRUSTS, "QU9"])
@pytest.mark.parametrize("return_kind", ["activity", "workforce", "finance"])
def test_a_clean_return_has_nothing_to_find(ods: str, return_kind: str) -> None:
    assert codes(ods, return_kind, clean()[ods, return_kind]) == set()


@pytest.mark.parametrize("ods", [*TRUSTS, "QU9"])
@pytest.mark.parametrize("return_kind", ["activity", "workforce", "finance"])
def test_a_blank_return_is_told_that_it_is_blank_and_nothing_else(ods: str, return_kind: str) -> None:
    assert codes(ods, return_kind, {}) == {"V05"}


@pytest.mark.parametrize("ods", ["RTH", "QU9"])
def test_a_sheet_turned_round_is_told_and_totals_elsewhere_are_not_judged_by_it(ods: str) -> None:
    """Risk has two signed figures a year, too few to tell by themselves."""
    lines = lines_of(ods, "finance")
    sheets = {line.code: line.sheet for line in lines}
    signed = (line for line in lines if line.sign != "any" and not line.is_computed and not line.is_annual)
    for sheet in dict.fromkeys(line.sheet for line in signed):
        figures = deepcopy(clean()[ods, "finance"])
        for code, row in figures.items():
            if sheets[code] == sheet:
                figures[code] = [-each if isinstance(each, int | float) else each for each in row]
        assert codes(ods, "finance", figures) == {"V06"}, sheet


@pytest.mark.django_db
def test_not_every_part_of_the_finances_needs_its_reason_accepted() -> None:
    """Through the real upload: the states of efficiency do, the share that is non-recurrent does not."""
    figures = figures_of("RNU", "finance")
    all_of(every("F.EFF.NR", 9), add("F.EFF.STAT.opp", 1, YEAR))(figures)
    found = {
        finding.line: (finding.severity, finding.needs_acceptance)
        for finding in send("RNU", "finance", figures).run.findings.filter(rule="T42")
    }
    assert found == {"F.EFF.STAT.dev": ("explain", True), "F.EFF.NR.PAY": ("explain", False)}


def test_every_rule_of_one_return_is_planted() -> None:
    """But T37, which needs published figures."""
    alone = {
        rule.code
        for rule in rules()
        if is_judged(rule)
        and "organisation" in rule.levels
        and any(rule.needs_only(kind) for kind in ("activity", "workforce", "finance"))
    }
    assert {"V15", "V16", "V17", *alone - {"T37"}} == {row[0] for row in PLANTED}
