"""Faults planted across returns: from a clean system, one fault at a time for every rule that needs several returns or
judges the whole system. All rules judge, those of one return too: found is the fault and nothing but the rules
beside it, each of which reads a figure that the fault changes. With the clean figures again nothing is found. Then
two faults at once.

A row of FAULTS: the rule; whose figures are changed; how; where its finding stands (the body's own, or SYSTEM); and
the findings beside it, each with a changed line that it reads. To add a rule, add a row; a test tells which rule has
none. T41 of a system is the service's own sum of what it has added up: no figure of a return can break it.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations

import pytest

from planning.plan.rules import ORGANISATION, SYSTEM
from planning.registry import periods
from tests.submissions.planting import (
    ICB,
    JUNE,
    YEAR,
    Cell,
    Fault,
    Judged,
    Where,
    clean,
    enter,
    found_in,
    judge,
    later,
    move,
    none_of,
    rules,
    spoil,
    spoilt,
    times_of,
    to_agency,
)
from tests.submissions.test_planted import add, all_of, times

pytestmark = pytest.mark.django_db

OUTTURN, BASELINE, MARCH = periods.OUTTURN, periods.BASELINE, periods.MARCH
TRUSTS = "RTH RHW RXQ RNU RWX"

FAULTS: list[Fault] = [
    Fault("T01", "RTH", times("F.WTE.SUB", 1.008, MARCH)),
    Fault("T02", "RTH", times("F.WTE.BNK", 1.2, JUNE)),
    Fault("T04", "RTH", times("W.AVG.MID", 1.08, OUTTURN)),
    Fault("T06", "RTH", move("F.PAY.AGY.RN", "F.PAY.AGY.SUP", 0.4)),
    Fault("T07", "RTH", move("F.PAY.AGY.MID", "F.PAY.AGY.AHP", 1, JUNE)),
    Fault("T10", "RXQ", add("F.WTE.BNK", 98, OUTTURN)),
    Fault("T11", "RTH", times("E.M.11b", 0.9, OUTTURN)),
    Fault("T12", "RTH", times("E.M.11b", 0.4, BASELINE)),
    Fault(
        "T13",
        "RTH",
        all_of(*(times(f"W.AVG.{group}", 1.018, OUTTURN) for group in ("MD.CON", "MD.OTH", "RN"))),
    ),
    Fault("T18", "RTH", times("E.M.30g", 0.85, OUTTURN)),
    Fault("T19", "RNU", none_of("W.VW")),
    Fault("T20", "RTH", none_of("LOC.CDCACT")),
    Fault(
        "T21",
        "RTH",
        all_of(none_of("W.EFF"), times("F.WTE.BNK", 0.85, OUTTURN)),
        beside={("T22", "RTH"): "W.EFF"},
    ),
    Fault("T22", "RYE", times("W.EFF", 1.5)),
    # --- income for elective activity, the ICB and its trusts
    Fault("T14", "RTH", move("F.INC.ELEC", "F.INC.OTH", 0.04)),
    Fault("T15", "RTH", move("F.INC.ELEC", "F.INC.ERF", 0.03)),
    Fault("T16", "RHW", times("E.M.8@QU9", 0.97), at="RHW"),
    Fault("T17", "RWX", times("F.INC.ICB@QU9", 0.99), at="RWX"),
    Fault("T24", "RNU", times_of("W.AVG.", 1.035, OUTTURN), at=SYSTEM),
    Fault("T25", ICB, times("W.ARRS", 1.2)),
    # --- the system's own findings
    Fault(
        "T08",
        TRUSTS,
        spoil("agency_over_ceiling"),
        at=SYSTEM,
        beside={**{("T08", ods): "F.PAY.AGY" for ods in TRUSTS.split()}, ("F-05", SYSTEM): "F.PAY.AGY"},
    ),
    Fault("T42", "RNU", times("F.CAP.OP", 1.5), at=SYSTEM),
    Fault("F-02", "RTH", spoil("deficit"), at=SYSTEM, beside={("F-03", SYSTEM): "F.NP.OTH"}),
    Fault("F-03", "RXQ", times("F.INC.ICB@QU9", 1.02), at=SYSTEM, beside={("T17", "RXQ"): "F.INC.ICB@QU9"}),
    Fault(
        "F-04",
        f"{TRUSTS} {ICB}",
        all_of(spoil("efficiency_short"), spoil("efficiency_short")),
        at=SYSTEM,
        beside={("F-04", ods): "F.EFF.REC.PAY" for ods in (*TRUSTS.split(), ICB)},
    ),
    Fault("F-04", "RNU", spoil("efficiency_short")),
    Fault("F-05", "RTH", to_agency("SUP", 0.012), at=SYSTEM),
    Fault("F-06", ICB, times("F.ICB.MHIS", 0.98, YEAR)),
    Fault("F-19", "RXQ", add("F.UND", -60, JUNE)),
    Fault(
        "F-19",
        "RTH",
        times("F.UND", -5, *range(periods.APRIL, MARCH)),
        at=SYSTEM,
        beside={("F-19", "RTH"): "F.UND"},
    ),
    Fault("F-20", "RNU", later("F.UND", 40)),
    Fault("F-20", "RTH", later("F.UND", 5_000), at=SYSTEM, beside={("F-20", "RTH"): "F.UND"}),
]

NAMES = [f"{fault.rule}-{fault.at or fault.ods}-{at}" for at, fault in enumerate(FAULTS)]


@cache
def alone(at: int) -> tuple[Judged, set[Cell]]:
    """One fault by itself, and the lines that it changes."""
    plan, changed = spoilt(FAULTS[at])
    return judge(plan, changed), changed


# --- what is held ---------------------------------------------------------------------------------------------
def test_the_clean_system_has_nothing_to_find() -> None:
    assert found_in(clean()[0]) == set()


@pytest.mark.parametrize("at", range(len(FAULTS)), ids=NAMES)
def test_a_fault_is_found_and_nothing_but_what_stands_beside_it(at: int) -> None:
    judged, _ = alone(at)
    assert judged.found == FAULTS[at].finds


@pytest.mark.parametrize("at", range(len(FAULTS)), ids=NAMES)
def test_what_is_found_beside_a_fault_reads_what_it_changes(at: int) -> None:
    judged, changed = alone(at)
    for where, line in FAULTS[at].beside.items():
        assert line in {code for _, code in changed & judged.reads[where]}
    assert all(judged.reads[where] & changed for where in judged.found)


@pytest.mark.parametrize("at", range(len(FAULTS)), ids=NAMES)
def test_with_the_clean_figures_again_nothing_is_found(at: int) -> None:
    fault, (_, rows) = FAULTS[at], clean()
    plan, changed = spoilt(fault)
    for ods in fault.bodies:
        enter(plan, ods, {code: rows[ods][code] for whose, code in changed if whose == ods})
    assert found_in(plan, changed) == set()


def apart(one: int, other: int) -> bool:
    """Whether no finding of either fault reads a line that the other one changes."""
    (first, of_first), (second, of_second) = alone(one), alone(other)
    return not any(first.reads[where] & of_second for where in first.found) and not any(
        second.reads[where] & of_first for where in second.found
    )


@pytest.mark.parametrize("one", range(len(FAULTS)), ids=NAMES)
def test_two_faults_that_are_apart_are_found_as_each_is_alone(one: int) -> None:
    """Where they are not, what reads the figures of one alone is still found as with that one alone."""
    for other in range(one + 1, len(FAULTS)):
        pair = FAULTS[one], FAULTS[other]
        both = found_in(*spoilt(*pair))
        expected = alone(one)[0].found | alone(other)[0].found
        if not apart(one, other):
            touched = _read_by_both(one, other)
            assert both - touched == expected - touched, (pair[0].rule, pair[1].rule)
        else:
            assert both == expected, (pair[0].rule, pair[1].rule)


def _read_by_both(one: int, other: int) -> set[Where]:
    """The judgements that read lines which both faults change."""
    (first, of_first), (second, of_second) = alone(one), alone(other)
    wheres = first.reads.keys() | second.reads.keys()
    reads = {where: first.reads.get(where, set()) | second.reads.get(where, set()) for where in wheres}
    return {where for where, cells in reads.items() if cells & of_first and cells & of_second}


def test_most_pairs_are_apart() -> None:
    """Else the test before says little."""
    pairs = list(combinations(range(len(FAULTS)), 2))
    assert sum(apart(*pair) for pair in pairs) > 0.8 * len(pairs)


def test_every_rule_across_returns_or_of_a_system_is_planted() -> None:
    """A rule that judges pairs names a body in its finding and is the system's."""
    wanted = {(rule.code, SYSTEM) for rule in rules() if SYSTEM in rule.levels} - {("T41", SYSTEM)}
    wanted |= {
        (rule.code, ORGANISATION) for rule in rules() if rule.is_across and ORGANISATION in rule.levels
    }
    pairs = {rule.code for rule in rules() if rule.each_pair}
    planted = {
        (fault.rule, SYSTEM if fault.at == SYSTEM or fault.rule in pairs else ORGANISATION)
        for fault in FAULTS
    }
    assert wanted - planted == set()
