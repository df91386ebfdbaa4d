"""T37: past years as published, where they were, in whichever return is at hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from planning.plan.array import Plan
from planning.plan.findings import Finding
from planning.plan.rules import Breach, run_rules
from planning.registry import periods
from planning.registry.actuals import Actual, Published
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from submissions.trying import try_return
from tests.flow import ROUND, figures_of, send
from tests.plans import line, plan_of, row, rule

LINES = [
    line("E.M.10a", unit="spells"),
    line("E.M.10b", unit="spells"),
    line("E.M.10", formula="E.M.10a + E.M.10b"),
]
T37 = rule(
    "T37",
    returns="activity workforce finance",
    each_return=True,
    tolerance={"relative": 0.01, "text": "1%"},
)
OUTTURN, BASELINE = periods.OUTTURN, periods.BASELINE


def planned(outturn: Any, published: Mapping[tuple[str, int], int], **more: Any) -> Plan:
    """The trust's outturn of one line, and what was published."""
    given = {("RTH", "E.M.10a"): row(10, outturn=outturn, **more), ("RTH", "E.M.10b"): row(10, outturn=0)}
    plan = plan_of(LINES, ["RTH"], given)
    plan.publish("RTH", {key: Published(value * 10_000, "SUS+") for key, value in published.items()})
    return plan


def judge(outturn: Any, published: Mapping[tuple[str, int], int], **more: Any) -> list[Breach]:
    return [
        breach for _, breach in run_rules(planned(outturn, published, **more), [T37], "organisation").breaches
    ]


def test_holds_without_a_published_figure() -> None:
    assert judge(500, {}) == []


def test_holds_exactly_at_the_tolerance() -> None:
    assert judge(99, {("E.M.10a", OUTTURN): 100}) == []
    assert judge(100, {("E.M.10a", OUTTURN): 99}) == []


def test_breaks_beyond_it() -> None:
    [breach] = judge(98, {("E.M.10a", OUTTURN): 100})
    assert (breach.organisation, breach.line, breach.period) == ("RTH", "E.M.10a", "2022/23")
    assert (breach.actual, breach.expected, breach.gap, breach.unit) == (98, 100, -2, "spells")
    assert breach.message == "E.M.10a is 98 spells for 2022/23; 100 was published (SUS+)."
    assert breach.inputs == (("E.M.10a", OUTTURN),)
    assert breach.closes_with == "100 spells, as published"


def test_a_total_is_held_too_and_2019_20_likewise() -> None:
    [first, second] = judge(50, {("E.M.10", OUTTURN): 100, ("E.M.10a", BASELINE): 10}, baseline=12)
    assert (first.line, first.actual) == ("E.M.10", 50)
    assert (second.line, second.period) == ("E.M.10a", "2019/20")


def test_nothing_published_but_something_planned() -> None:
    assert [breach.expected for breach in judge(1, {("E.M.10a", OUTTURN): 0})] == [0]
    assert judge(0, {("E.M.10a", OUTTURN): 0}) == []


def test_a_blank_an_n_a_and_a_month_make_no_finding() -> None:
    assert judge(None, {("E.M.10a", OUTTURN): 100}) == []
    assert judge("n/a", {("E.M.10a", OUTTURN): 100}) == []
    assert judge(5, {("E.M.10a", periods.APRIL): 100}) == []


def test_a_line_of_another_return_is_not_looked_for() -> None:
    assert judge(5, {("F.AFP", OUTTURN): 100}) == []


def test_it_waits_for_no_other_return() -> None:
    assert run_rules(planned(5, {}), [T37], "organisation").waiting == {}


# --- through the whole way --------------------------------------------------------------------------------


def published(line_code: str, figure: float) -> None:
    Actual.objects.create(
        round_id=ROUND,
        organisation="RTH",
        line=line_code,
        period="2022/23",
        value=round(figure * 10_000),
        source="SUS+",
    )


@pytest.mark.django_db
def test_an_upload_and_a_file_that_is_only_checked_are_held_to_it(tmp_path: Path) -> None:
    figures = figures_of("RTH", "activity")
    ours = figures["E.M.10a"][OUTTURN]
    published("E.M.10a", round(ours * 1.05))
    published("E.M.10b", figures["E.M.10b"][OUTTURN])
    upload = send("RTH", "activity", figures)
    finding = Finding.objects.get(run=upload.run, rule="T37")
    assert (finding.severity, finding.needs_acceptance, finding.return_kind) == ("explain", False, "activity")
    assert (finding.line, finding.period, finding.actual) == ("E.M.10a", "2022/23", ours)
    assert finding.expected == round(ours * 1.05)
    assert (finding.sheet, finding.cell) == ("Elective", "F7")
    told = try_return(Path(upload.file.path))["findings"]
    assert [(row["rule"], row["sheet"], row["cell"]) for row in told if row["rule"] == "T37"] == [
        ("T37", "Elective", "F7")
    ]
