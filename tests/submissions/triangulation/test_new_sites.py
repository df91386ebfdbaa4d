"""T20: a diagnostic centre or surgical hub that opens in the year has activity from then on."""

from __future__ import annotations

from typing import Any

import pytest

from planning.plan.rules import Breach, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, member, plan_of, row, rule

EVERY = "ac mh"
LINES = [
    *(line(f"F.CAP.{kind}", decimals=1, types=EVERY) for kind in ("CDC", "HUB")),
    *(line(f"F.CAP.{kind}GO", "annual", types=EVERY, unit="month") for kind in ("CDC", "HUB")),
    line("LOC.CDCACT", types=EVERY, unit="tests"),
    line("LOC.HUBACT", types=EVERY, unit="spells"),
]
T20 = rule("T20", "activity finance", types=["ac"])
BUILT = row(350)


def judge(
    opens: Any, tests: list[Any], capital: list[Any] = BUILT, kind: str = "CDC", of: str = "ac"
) -> list[Breach]:
    given = {
        ("RTH", f"F.CAP.{kind}"): capital,
        ("RTH", f"F.CAP.{kind}GO"): row(year=opens),
        ("RTH", f"LOC.{kind}ACT"): tests,
    }
    plan = plan_of(LINES, [member("RTH", of)], given)
    return [breach for _, breach in run_rules(plan, [T20], "organisation").breaches]


@pytest.mark.parametrize("kind", ["CDC", "HUB"])
def test_it_holds_with_one_of_anything_from_the_month_that_it_opens(kind: str) -> None:
    assert judge(6, row(0, mar=1), kind=kind) == []
    assert judge(6, row(0, sep=1), kind=kind) == []
    assert len(judge(6, row(0, aug=900), kind=kind)) == 1
    assert len(judge(6, row(0), kind=kind)) == 1


@pytest.mark.parametrize(
    ("opens", "broken"), [(1, 1), (12, 1), (13, 0), (0, 0), (4.5, 0), ("n/a", 0), (None, 0)]
)
def test_only_a_month_of_the_year_asks_for_activity(opens: Any, broken: int) -> None:
    assert len(judge(opens, row(0, outturn=0))) == broken


def test_a_centre_without_tests() -> None:
    [breach] = judge(6, row(0, apr=20))
    assert breach.message == (
        "£4.2m of capital (F.CAP.CDC) pays for a community diagnostic centre that opens in September 2023, but no "
        "tests (LOC.CDCACT) are planned in it from then to March 2024."
    )
    assert breach.closes_with == "Tests in it from September 2023 on, or n/a for its month if it opens later"
    assert breach.numbers == "capital £4.2m > £0; tests from September 2023 on: 0"
    assert (breach.line, breach.period, breach.actual, breach.unit) == ("LOC.CDCACT", "2023-09", 0, "tests")
    assert breach.inputs == (
        ("F.CAP.CDC", 14),
        ("F.CAP.CDCGO", 14),
        *(("LOC.CDCACT", place) for place in range(7, 14)),
    )
    assert breach.months == (20.0, *(0.0,) * 11)


def test_a_hub_that_opens_in_march() -> None:
    [breach] = judge(12, row(0), kind="HUB")
    assert (
        "a surgical hub that opens in March 2024, but no elective spells (LOC.HUBACT) are planned in it in March 2024."
        in (breach.message)
    )


def test_both_sites_of_one_trust() -> None:
    given = {("RTH", f"F.CAP.{kind}"): BUILT for kind in ("CDC", "HUB")}
    given |= {("RTH", f"F.CAP.{kind}GO"): row(year=3) for kind in ("CDC", "HUB")}
    given |= {("RTH", f"LOC.{kind}ACT"): row(0) for kind in ("CDC", "HUB")}
    found = run_rules(plan_of(LINES, ["RTH"], given), [T20], "organisation").breaches
    assert [breach.line for _, breach in found] == ["LOC.CDCACT", "LOC.HUBACT"]


def test_a_blank_n_a_or_no_capital_makes_no_finding() -> None:
    assert judge(6, row(0), capital=row(0)) == []
    assert judge(6, row(0), capital=row(350, may=None)) == []
    assert judge(6, row(0), capital=row("n/a")) == []
    assert judge(6, row(0, dec=None)) == []
    assert len(judge(6, row(0, apr=None))) == 1  # a blank before it opens says nothing
    assert judge(6, row("n/a")) == []
    assert judge(6, row(0), of="mh") == []
