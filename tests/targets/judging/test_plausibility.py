"""Whether the way to a target can be believed: V22, V23 and V24, from a row that is fine, one that is not, one
that is blank."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pytest

from planning.plan.rulebook import Rule
from planning.registry.lines import Line
from submissions.loading import CHECKS, DATA, _in_file
from targets.guidance.target import Target
from targets.judging.ledger import Ledger
from targets.judging.plausibility import JUDGES, implausible
from tests.plans import line, member, plan_of, row, target

SEEN = [line("E.B.27N", "ratio", unit="patients"), line("E.B.27D", "ratio", unit="patients")]
WAITING = line("E.B.20", "last", unit="pathways")
ACTIVITY = line("E.M.10", "sum", unit="spells")
FDS: dict[str, Any] = {"numerator": "E.B.27N", "denominator": "E.B.27D"}


@lru_cache
def rules() -> dict[str, Rule]:
    """The three as their entries have them."""
    entries = [Rule.from_entry(entry, 1, {}) for _, entry in _in_file(DATA / CHECKS)]
    return {rule.code: rule for rule in entries if rule.code in JUDGES}


def told(
    aim: Target, lines: list[Line], figures: Mapping[str, list[Any]], *, of: str = "", missed: bool = False
) -> list[tuple[str, str]]:
    """(rule, message) of one acute trust's plan, by one rule or all three."""
    plan = plan_of(lines, ["RTH"], {("RTH", code): row for code, row in figures.items()})
    judged = [rule for rule in rules().values() if of in ("", rule.code)]
    found = implausible(Ledger(plan), [aim], judged, {aim.code} if missed else ())
    return [(rule.code, breach.message) for rule, breach in found.breaches]


def share_of(months: list[float | None], outturn: float = 681) -> dict[str, list[Any]]:
    return {"E.B.27N": row(months, outturn=outturn), "E.B.27D": row(1000, outturn=1000)}


SHARE = target("23-13", FDS, ">=", 75, title="Diagnosed within 28 days")
EVEN = [687, 694, 700, 707, 713, 720, 727, 733, 740, 747, 753, 760]
LATE = [685, 688, 692, 695, 697, 700, 703, 706, 711, 727, 743, 760]
HALF = [685, 688, 692, 695, 697, 700, 703, 706, 720, 733, 746, 759]  # 39 of 78 from December on


@pytest.mark.parametrize(
    ("months", "said"),
    [
        (EVEN, []),
        (HALF, []),
        (
            LATE,
            [
                "23-13, Diagnosed within 28 days: 62% of the improvement from 68.1% to 76.0% is planned for "
                "January to March."
            ],
        ),
        ([*LATE[:5], None, *LATE[6:]], []),
    ],
    ids=["even", "exactly half", "late", "blank"],
)
def test_v22_tells_of_an_improvement_left_to_the_last_quarter(
    months: list[float | None], said: list[str]
) -> None:
    assert [message for _, message in told(SHARE, SEEN, share_of(months), of="V22")] == said


def test_v22_needs_an_improvement_that_counts() -> None:
    """1.9 points, all of them in March, are left alone."""
    assert told(SHARE, SEEN, share_of([*[681] * 11, 700]), of="V22") == []
    assert told(SHARE, SEEN, share_of([*[681] * 11, 702]), of="V22") != []


YEAR = {"kind": "change_vs_baseline", "from": "2023-04", "to": "2024-03"}
MORE = target("22-01", {"line": "E.M.10"}, ">", 110, title="More admissions", baseline="2019/20", effect=YEAR)


@pytest.mark.parametrize(
    ("months", "said"),
    [
        ([110] * 12, []),
        (
            [*[101] * 9, 140, 140, 140],
            [
                "22-01, More admissions: 93% of the improvement from 1,200 spells to 1,329 spells is planned for "
                "January to March."
            ],
        ),
        ([*[101] * 9, 140, None, 140], []),
    ],
    ids=["even", "late", "blank"],
)
def test_v22_of_what_adds_up_over_the_year(months: list[float | None], said: list[str]) -> None:
    figures = {"E.M.10": row(months, outturn=1200, baseline=1000)}
    assert [message for _, message in told(MORE, [ACTIVITY], figures, of="V22")] == said


# --- V23 -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("march", "said"),
    [
        (760, []),
        (738, []),  # 2.2 points, less than 3% of 76
        (
            735,
            [
                "23-13, Diagnosed within 28 days: the plan has 73.5% in March 2024, worse than the outturn of 76.0%."
            ],
        ),
        (None, []),
    ],
    ids=["as before", "a little worse", "worse", "blank"],
)
def test_v23_tells_of_a_plan_worse_than_its_outturn(march: int | None, said: list[str]) -> None:
    figures = share_of([*[760] * 11, march], outturn=760)
    assert [message for _, message in told(SHARE, SEEN, figures, of="V23")] == said


def test_v23_at_its_tolerance_exactly() -> None:
    """3% of 1,000 pathways are 30: 29 more are not worth a word, 30 are."""
    nobody = target("23-10", {"line": "E.B.20"}, "=", 0, title="Nobody waits", unit="pathways")
    for march, number in ((1029, 0), (1030, 1)):
        figures = {"E.B.20": row(march, outturn=1000)}
        assert len(told(nobody, [WAITING], figures, of="V23")) == number


def test_v23_is_not_said_again_of_a_direction_that_is_missed() -> None:
    fewer = target("23-12", {"line": "E.B.20"}, "decrease", None, baseline="outturn", unit="pathways")
    figures = {"E.B.20": row(1200, outturn=1000)}
    assert told(fewer, [WAITING], figures, missed=True) == []
    assert [code for code, _ in told(fewer, [WAITING], figures)] == ["V23"]
    nobody = target("23-10", {"line": "E.B.20"}, "=", 0, unit="pathways")
    assert [code for code, _ in told(nobody, [WAITING], figures, missed=True)] == ["V23"]


def test_v23_of_a_year_that_adds_up_is_judged_over_the_year() -> None:
    month = {"kind": "by_month", "from": "2024-03", "to": "2024-03"}
    more = target("22-09", {"line": "E.M.10"}, "increase", None, title="More", effect=month, unit="spells")
    figures = {"E.M.10": row([*[100] * 11, 20], outturn=1200)}
    assert [message for _, message in told(more, [ACTIVITY], figures, of="V23")] == [
        "22-09, More: the plan has 1,120 spells over 2023/24, worse than the outturn of 1,200 spells."
    ]


# --- V24 -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("months", "said"),
    [
        ([660, 680, 700, *[720] * 8, 780], []),  # just three times 2 points
        ([750, 720, *[690] * 9, 770], []),  # a fall of 3 points in May, a rise of 8 in March
        (
            [660, 680, 700, *[720] * 8, 790],
            [
                "23-13, Diagnosed within 28 days: the step from 72.0% in February 2024 to 79.0% in March 2024 is "
                "3.5 times the largest of the months before it (2.0%)."
            ],
        ),
        (
            [*[690] * 6, *[740] * 6],
            [
                "23-13, Diagnosed within 28 days: the step from 69.0% in September 2023 to 74.0% in October 2023 is "
                "5.0%, and no month before it moves at all."
            ],
        ),
        ([690, 700, 710, 720, 720, None, 720, 720, 720, 720, 720, 760], []),
        ([690, 740, 760, 790, 790, 790, 790, 790, 790, 790, 790, 790], []),  # too early to tell
    ],
    ids=["three times", "after a fall", "more", "from rest", "blank", "early"],
)
def test_v24_tells_of_a_step_that_no_month_before_ever_made(
    months: list[float | None], said: list[str]
) -> None:
    assert [message for _, message in told(SHARE, SEEN, share_of(months), of="V24")] == said


# --- whose, and when -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "aim",
    [
        target("23-13", FDS, ">=", 75, types=["mh"]),
        target("23-13", FDS, ">=", 75, levels=["system"]),
        target("23-13", FDS, ">=", 75, status="query"),
        target("23-13", FDS, ">=", 75, status="expected"),
        target("23-13", FDS, "=", 75),
        target("23-13", FDS, ">=", 75, due="2025-03"),
        target("23-13", FDS, "increase_by", 5, effect={**YEAR, "from": "2024-04", "to": "2025-03"}),
        target("23-13", {"line": "E.X"}, ">=", 75),
        target("23-13", {}, ">=", 75, answered_by="attestation"),
    ],
    ids=[
        "type",
        "level",
        "query",
        "expected",
        "no direction",
        "later",
        "a later year",
        "no such line",
        "attested",
    ],
)
def test_nothing_is_said_of_what_is_not_asked(aim: Target) -> None:
    assert told(aim, SEEN, share_of(LATE)) == []
    plan = plan_of(SEEN, [member("RTH", returns=())], {})
    assert implausible(Ledger(plan), [aim], rules().values()).waiting == {}


def test_a_direction_due_later_has_a_path_too() -> None:
    aim = target("23-13", FDS, "increase_toward", 95, due="2025-03")
    assert [code for code, _ in told(aim, SEEN, share_of(LATE))] == ["V22"]


def test_what_begins_in_the_year_and_goes_on_has_a_path() -> None:
    aim = target("23-13", FDS, ">=", 75, effect={"kind": "each_month", "from": "2023-04", "to": "2025-03"})
    assert [code for code, _ in told(aim, SEEN, share_of(LATE))] == ["V22"]


def test_one_of_several_parts_is_told_once() -> None:
    part = {"title": "Share", "measure": FDS, "comparator": ">=", "threshold": 75, "unit": "%"}
    aim = target("23-13", {}, "", None, parts=[part, part])
    assert [code for code, _ in told(aim, SEEN, share_of(LATE))] == ["V22"]


def test_a_return_that_is_not_there_is_waited_for() -> None:
    plan = plan_of(SEEN, [member("RTH", returns=["workforce"])], {})
    found = implausible(Ledger(plan), [SHARE], rules().values())
    assert (found.breaches, found.waiting) == ([], {"activity": ["V22", "V23", "V24"]})


def test_a_breach_names_its_cells_and_figures() -> None:
    plan = plan_of(SEEN, ["RTH"], {("RTH", code): months for code, months in share_of(LATE).items()})
    [(rule, breach)] = implausible(Ledger(plan), [SHARE], rules().values()).breaches
    assert (rule.code, rule.severity, breach.organisation, breach.period) == ("V22", "note", "RTH", "2024-03")
    assert (breach.line, breach.expected, breach.unit) == ("E.B.27N", 50.0, "%")
    assert set(breach.inputs) == {
        (code, place) for code in ("E.B.27N", "E.B.27D") for place in (1, 10, 11, 12, 13)
    }
    assert breach.numbers == "4.9% of 7.9%: 62.0%"
    assert breach.months[0] == 68.5
