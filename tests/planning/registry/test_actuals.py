"""Published figures by organisation, those of dated predecessors among them: sums, weighted means, and what is left
out rather than guessed."""

from __future__ import annotations

from datetime import date

import pytest

from planning.plan.exact import scaled
from planning.registry import periods
from planning.registry.actuals import Actual, published_of
from planning.registry.lines import Lines
from planning.registry.organisations import Organisation, Succession

pytestmark = pytest.mark.django_db

ROUND = "2023-24"
BASELINE, OUTTURN, APRIL = periods.BASELINE, periods.OUTTURN, periods.APRIL
CODES = ("E.M.10a", "E.B.3a", "E.M.30a", "F.PAY.AGY", "LOC.LOSNEL", "E.M.11b", "E.B.23cP", "F.INC.ICB@QU9")


@pytest.fixture
def trust() -> Organisation:
    """A trust that no file names as a successor."""
    return Organisation.objects.get(pk="RTH")


def publish(ods: str, line: str, value: float, period: str = "2019/20", source: str = "SUS+") -> None:
    Actual.objects.create(
        round_id=ROUND, organisation=ods, line=line, period=period, value=scaled(value), source=source
    )


def succeeded(predecessor: str, since: str = "2021-10-01", *, kept_code: bool = False) -> None:
    Succession.objects.create(
        predecessor=predecessor, successor="RTH", since=date.fromisoformat(since), kept_code=kept_code
    )


def figures(trust: Organisation) -> dict[tuple[str, int], float]:
    lines = Lines.load(ROUND)
    found = published_of(trust, ROUND, [lines[code] for code in CODES])
    return {key: known.figure / 10_000 for key, known in found.items()}


def test_own_figures_alone(trust: Organisation) -> None:
    publish("RTH", "E.M.10a", 5)
    publish("RTH", "E.M.10a", 7, "2022/23")
    publish("RTH", "E.M.10a", 1, "2023-04")
    publish("RHW", "E.M.10a", 99)
    publish("RTH", "E.M.8", 99)  # not asked for
    publish("RTH", "F.INC.ICB@QU9", 120)
    expected = {("E.M.10a", BASELINE): 5, ("E.M.10a", OUTTURN): 7, ("E.M.10a", APRIL): 1}
    assert figures(trust) == {**expected, ("F.INC.ICB@QU9", BASELINE): 120}


def test_a_new_body_has_the_sum_of_its_predecessors(trust: Organisation) -> None:
    """Flows, stocks, averages and money alike."""
    succeeded("RZ1")
    succeeded("RZ2")
    for code, first, second in (
        ("E.M.10a", 5, 7),
        ("E.B.3a", 30, 12),
        ("E.M.30a", 1.5, 2),
        ("F.PAY.AGY", -4, -6.5),
    ):
        publish("RZ1", code, first)
        publish("RZ2", code, second)
    assert figures(trust) == {
        ("E.M.10a", BASELINE): 12,
        ("E.B.3a", BASELINE): 42,
        ("E.M.30a", BASELINE): 3.5,
        ("F.PAY.AGY", BASELINE): -10.5,
    }


def test_what_was_published_for_the_new_body_itself_counts(trust: Organisation) -> None:
    succeeded("RZ1")
    succeeded("RZ2")
    publish("RZ1", "E.M.10a", 5)
    publish("RZ2", "E.M.10a", 7)
    publish("RTH", "E.M.10a", 13)
    assert figures(trust) == {("E.M.10a", BASELINE): 13}


def test_a_body_that_kept_its_code_adds_its_own_part(trust: Organisation) -> None:
    succeeded("RZ1", kept_code=True)
    publish("RZ1", "E.M.10a", 5)
    publish("RTH", "E.M.10a", 8)
    publish("RZ1", "E.B.3a", 4)  # of a line that it had not itself
    assert figures(trust) == {("E.M.10a", BASELINE): 13, ("E.B.3a", BASELINE): 4}


@pytest.mark.parametrize("own", [None, 8])
def test_a_predecessor_that_published_nothing_is_not_zero(trust: Organisation, own: float | None) -> None:
    succeeded("RZ1", kept_code=True)
    succeeded("RZ2", kept_code=True)
    publish("RZ1", "E.M.10a", 5)
    if own is not None:
        publish("RTH", "E.M.10a", own)
    assert figures(trust) == {}


def test_a_predecessor_s_zero_is_a_figure(trust: Organisation) -> None:
    succeeded("RZ1")
    succeeded("RZ2")
    publish("RZ1", "E.M.10a", 5)
    publish("RZ2", "E.M.10a", 0)
    assert figures(trust) == {("E.M.10a", BASELINE): 5}


@pytest.mark.parametrize(
    ("since", "counts"),
    [
        ("2020-04-01", True),  # the year was over
        ("2020-03-31", False),  # it was not: neither body's figure is the whole year's
        ("2019-10-01", False),
        ("2019-04-01", False),  # the successor answers for all of it
    ],
)
def test_only_a_period_that_was_over_is_a_predecessor_s(
    trust: Organisation, since: str, counts: bool
) -> None:
    succeeded("RZ1", since)
    publish("RZ1", "E.M.10a", 5)
    assert figures(trust) == ({("E.M.10a", BASELINE): 5} if counts else {})


def test_a_merger_in_the_middle_of_a_year_leaves_that_year_to_the_body_itself(trust: Organisation) -> None:
    succeeded("RZ1", "2022-10-01", kept_code=True)
    for period in ("2019/20", "2022/23"):
        publish("RZ1", "E.M.10a", 5, period)
        publish("RTH", "E.M.10a", 8, period)
    assert figures(trust) == {("E.M.10a", BASELINE): 13, ("E.M.10a", OUTTURN): 8}


def test_a_merger_in_the_middle_of_the_plan_s_year_counts_month_by_month(trust: Organisation) -> None:
    succeeded("RZ1", "2023-05-01", kept_code=True)
    for period in ("2023-04", "2023-05"):
        publish("RZ1", "E.M.10a", 5, period)
        publish("RTH", "E.M.10a", 8, period)
    assert figures(trust) == {("E.M.10a", APRIL): 13, ("E.M.10a", APRIL + 1): 8}


def test_mergers_one_after_the_other(trust: Organisation) -> None:
    """The first had joined before the outturn's year, the second after it."""
    succeeded("RZ1", "2020-04-01", kept_code=True)
    succeeded("RZ2", "2023-04-01", kept_code=True)
    for period in ("2019/20", "2022/23"):
        for ods, value in (("RZ1", 1), ("RZ2", 10), ("RTH", 100)):
            publish(ods, "E.M.10a", value, period)
    assert figures(trust) == {("E.M.10a", BASELINE): 111, ("E.M.10a", OUTTURN): 110}


def test_a_mean_is_weighted_and_left_out_without_weights(trust: Organisation) -> None:
    succeeded("RZ1")
    succeeded("RZ2")
    publish("RZ1", "LOC.LOSNEL", 6)
    publish("RZ2", "LOC.LOSNEL", 9)
    assert figures(trust) == {}
    publish("RZ1", "E.M.11b", 200)
    assert figures(trust) == {}
    publish("RZ2", "E.M.11b", 100)
    assert figures(trust) == {("LOC.LOSNEL", BASELINE): 7, ("E.M.11b", BASELINE): 300}


def test_a_centile_is_never_made_of_two(trust: Organisation) -> None:
    succeeded("RZ1")
    succeeded("RZ2")
    publish("RZ1", "E.B.23cP", 40)
    publish("RZ2", "E.B.23cP", 60)
    assert figures(trust) == {}


def test_sources_are_those_of_the_figures(trust: Organisation, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    succeeded("RZ1")
    succeeded("RZ2")
    publish("RZ1", "E.M.10a", 5, source="SUS+ 2020")
    publish("RZ2", "E.M.10a", 7, source="SUS+ 2021")
    publish("RTH", "E.M.10a", 9, "2022/23", source="SUS+ 2023")
    line = Lines.load(ROUND)["E.M.10a"]
    with django_assert_num_queries(2):
        found = published_of(trust, ROUND, [line])
    assert {place: figure.source for (_, place), figure in found.items()} == {
        BASELINE: "SUS+ 2020; SUS+ 2021",
        OUTTURN: "SUS+ 2023",
    }


def test_the_mergers_that_are_loaded() -> None:
    assert [
        (row.predecessor, row.successor, row.since.isoformat(), row.kept_code)
        for row in Succession.objects.all()
    ] == [
        ("RD3", "R0D", "2020-10-01", False),
        ("RDZ", "R0D", "2020-10-01", False),
        ("RA3", "RA7", "2020-04-01", True),
        ("RA4", "RH5", "2023-04-01", True),
        ("RBA", "RH5", "2020-04-01", True),
        ("RBZ", "RH8", "2022-04-01", True),
    ]
