"""The finance rules that only 2022/23 or 2024/25 has: a fault planted in a clean system of the round is found alone."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

import pytest

from planning.plan.rulebook import Rule, load_rules
from planning.plan.rules import ORGANISATION, SYSTEM, Breach, run_rules
from planning.registry import periods
from planning.registry.assumptions import load_parameters
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.filled import filled, plan_of

pytestmark = pytest.mark.django_db
BEFORE, AFTER = "2022-23", "2024-25"
JUNE, YEAR = 4, periods.YEAR
Rows = dict[str, list[Any]]


@cache
def rules(round_code: str) -> list[Rule]:
    return [rule for rule in load_rules(round_code, load_parameters(round_code)) if rule.kind == "rule"]


def judge(
    round_code: str, ods: str = "", plant: Callable[[Rows], None] | None = None
) -> list[tuple[Rule, Breach]]:
    bodies, clean = filled("QU9", 1, round_code)
    figures = deepcopy(clean)
    if plant is not None:
        plant(figures[ods, "finance"])
    plan = plan_of("QU9", bodies, figures, round_code)
    own = run_rules(plan, rules(round_code), ORGANISATION).breaches
    return [*own, *run_rules(plan.system("QU9"), rules(round_code), SYSTEM).breaches]


def found(round_code: str, ods: str, plant: Callable[[Rows], None]) -> set[tuple[str, str]]:
    return {(rule.code, breach.organisation or SYSTEM) for rule, breach in judge(round_code, ods, plant)}


def add(more: float, *codes: str, place: int = YEAR) -> Callable[[Rows], None]:
    def plant(rows: Rows) -> None:
        for code in codes:
            rows[code][place] = round(rows[code][place] + more, 1)

    return plant


def together(*plants: Callable[[Rows], None]) -> Callable[[Rows], None]:
    def plant(rows: Rows) -> None:
        for each in plants:
            each(rows)

    return plant


def short_by(amount: float) -> Callable[[Rows], None]:
    """A cost of this year alone, told in the bridge."""
    return together(add(-amount, "F.NP.OTH", "F.NROTH", place=JUNE), add(-amount, "F.BR.NR"))


def at_the_limit(spend: str, limit: str, over: float) -> Callable[[Rows], None]:
    """The limit is what is spent by size, and so much less or more."""

    def plant(rows: Rows) -> None:
        months = [rows[spend][YEAR]] if rows[spend][YEAR] is not None else rows[spend][periods.MONTHS]
        rows[limit][YEAR] = round(-sum(months) + over, 1)

    return plant


PLANTED: dict[str, tuple[str, str, Callable[[Rows], None], set[tuple[str, str]]]] = {
    "a deficit of the system in 2022/23": (BEFORE, "RTH", short_by(50_000), {("F-01", SYSTEM), ("F-03", SYSTEM)}),
    "a deficit of the system in 2024/25": (AFTER, "RTH", short_by(50_000), {("F-01", SYSTEM), ("F-03", SYSTEM)}),
    "the Better Care Fund at its minimum": (AFTER, "QU9", at_the_limit("F.ICB.BCF", "F.ICB.BCFMIN", 0), set()),
    "and below it": (AFTER, "QU9", at_the_limit("F.ICB.BCF", "F.ICB.BCFMIN", 0.1), {("F-07", "QU9")}),
    "as a risk in 2022/23": (BEFORE, "QU9", at_the_limit("F.ICB.BCF", "F.ICB.BCFMIN", 0.1), {("F-07", "QU9")}),
    "running costs at their limit": (AFTER, "QU9", at_the_limit("F.ICB.RUN", "F.ICB.RUNLIM", 0), set()),
    "and above it": (AFTER, "QU9", at_the_limit("F.ICB.RUN", "F.ICB.RUNLIM", -0.1), {("F-18", "QU9")}),
    "income for COVID-19": (AFTER, "RNU", add(5, "F.INC.COVID", place=JUNE), {("F-16", "RNU")}),
    "another envelope than flat cash": (BEFORE, "RHW", add(2, "F.ENV"), {("F-12", "RHW")}),
    "an adjustment that nobody gives": (BEFORE, "RHW", add(2, "F.ENV", "F.ENV.ADJ"), {("F-13", SYSTEM)}),
    "another whole than twice a half": (BEFORE, "RHW", add(2, "F.ENV.FULL"), {("F-12", "RHW")}),
}  # fmt: skip


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_fault_is_found_alone(what: str) -> None:
    round_code, ods, plant, expected = PLANTED[what]
    assert found(round_code, ods, plant) == expected


def test_the_sentence_of_a_limit_as_data() -> None:
    [(rule, breach)] = judge(AFTER, "QU9", at_the_limit("F.ICB.RUN", "F.ICB.RUNLIM", -0.1))
    assert (rule.severity, rule.needs_acceptance, breach.line) == ("explain", True, "F.ICB.RUN")
    assert breach.gap == 0.1
    assert "Running costs" in breach.message and "should be at most" in breach.message


@pytest.mark.parametrize("line", ["F.ICB.RUN", "F.ICB.RUNLIM", "F.ICB.BCF", "F.ICB.BCFMIN"])
def test_a_limit_or_a_spend_that_is_missing_makes_no_finding(line: str) -> None:
    def blank(rows: Rows) -> None:
        rows[line] = [None] * periods.COUNT

    codes = {code for code, _ in found(AFTER, "QU9", blank)}
    assert not codes & {"F-07", "F-18"}


def test_only_the_second_reading_of_flat_cash_is_a_note() -> None:
    notes = {
        what: [breach.is_note for _, breach in judge(BEFORE, "RHW", PLANTED[what][2])]
        for what in ("another envelope than flat cash", "another whole than twice a half")
    }
    assert list(notes.values()) == [[False], [True]]
