"""The position of an organisation and of a system: signs, elimination, who is missing."""

from __future__ import annotations

import pytest

from finance.position import position, system_position
from planning.plan.array import Plan
from tests.plans import line, member, plan_of, row

TRUSTS, ALL = "ac mh am", "ac mh am icb"
LINES = [
    *(line(code, types=TRUSTS, sign="any") for code in ("F.INC.TOTAL", "F.EXP.TOTAL", "F.FIN", "F.ADJ")),
    line("F.PAY.AGY", types=TRUSTS),
    line("F.PAY.TOTAL", types=TRUSTS),
    line("F.INC.ICB@", types=TRUSTS, partner="icb"),
    line("F.ICB.ALLOC", types="icb"),
    line("F.ICB.EXP", types="icb"),
    line("F.ICB.PROV@", types="icb", partner="trust"),
    line("F.EFF.TOTAL", types=ALL),
    line(
        "F.AFP",
        types=ALL,
        formula="F.INC.TOTAL + F.EXP.TOTAL + F.FIN + F.ADJ",
        formula_icb="F.ICB.ALLOC + F.ICB.EXP",
    ),
]
RTH = {
    "F.INC.TOTAL": 100,
    "F.EXP.TOTAL": -98,
    "F.FIN": -4,
    "F.ADJ": 1,
    "F.PAY.AGY": -2,
    "F.PAY.TOTAL": -60,
    "F.EFF.TOTAL": 3,
    "F.INC.ICB@QU9": 80,
}
QU9 = {
    "F.ICB.ALLOC": 200,
    "F.ICB.EXP": -198,
    "F.ICB.PROV@RTH": -80,
    "F.ICB.PROV@RYE": -7,
    "F.EFF.TOTAL": 4,
}
BODIES = {"RTH": RTH, "QU9": QU9, "RYE": {**RTH, "F.EFF.TOTAL": 50}}
CODES = ["F.INC.ICB@QU9", "F.ICB.PROV@RTH", "F.ICB.PROV@RYE"]


def plan(*missing: str, **changed: dict[str, object]) -> Plan:
    members = [
        member(ods, kind, [] if ods in missing else ["finance"], served_by=ods == "RYE")
        for ods, kind in (("RTH", "ac"), ("QU9", "icb"), ("RYE", "am"))
    ]
    given = {
        (ods, code): row(figure)
        for ods, figures in BODIES.items()
        if ods not in missing
        for code, figure in {**figures, **changed.get(ods, {})}.items()
    }
    return plan_of(LINES, members, given, CODES)


def test_an_organisations_position() -> None:
    found = position(plan().only(["RTH"]))
    assert (found.income, found.expenditure, found.adjusted) == (1200, -101 * 12, -12)
    assert found.efficiency == 36
    assert found.efficiency_share == pytest.approx(100 * 3 / 98)
    assert found.agency_share == pytest.approx(100 * 2 / 60)
    assert (found.missing, found.so_far) == ((), "")
    assert ("RTH", "F.INC.TOTAL", 14) in found.inputs


def test_a_boards_position() -> None:
    found = position(plan().only(["QU9"]))
    assert (found.income, found.expenditure, found.adjusted) == (2400, -2376, 24)
    assert found.agency_share is None


def test_a_systems_position_leaves_out_what_its_members_pay_each_other() -> None:
    found = system_position(plan(), "QU9")
    assert found.income == (100 + 200 - 80) * 12
    assert found.expenditure == (-101 - 198 + 80) * 12
    assert found.adjusted == 12
    assert found.income + found.expenditure == found.adjusted
    assert found.efficiency == 84  # the served trust's 50 counts in its host system
    assert found.efficiency_share == pytest.approx(100 * 7 / (98 + 198 - 80))  # what RYE is paid stays in
    assert found.agency_share == pytest.approx(100 * 2 / 60)


def test_spend_beyond_what_is_received() -> None:
    found = system_position(plan(QU9={"F.ICB.EXP": -200}), "QU9")
    assert (found.expenditure, found.adjusted) == ((-101 - 200 + 80) * 12, -12)


def test_somebody_missing_gives_figures_so_far() -> None:
    found = system_position(plan("RTH"), "QU9")
    assert (found.missing, found.so_far, found.adjusted) == (("RTH",), "1 of 2", 24)
    assert found.expenditure == -2376  # what is paid to a trust that is not added up stays in
    board = system_position(plan("QU9"), "QU9")
    assert (board.missing, board.income) == (("QU9",), 1200)


def test_nobody_has_returned() -> None:
    found = system_position(plan("RTH", "QU9"), "QU9")
    assert (found.income, found.adjusted, found.so_far) == (None, None, "0 of 2")


def test_a_blank_is_not_zero() -> None:
    found = position(plan(RTH={"F.FIN": None}).only(["RTH"]))
    assert (found.income, found.expenditure, found.adjusted) == (1200, None, None)
    found = system_position(plan(RTH={"F.INC.ICB@QU9": None}), "QU9")
    assert (found.income, found.adjusted) == (None, 12)


def test_a_position_is_of_one() -> None:
    with pytest.raises(ValueError, match="one organisation"):
        position(plan())
