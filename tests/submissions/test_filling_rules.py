"""Filled returns hold every rule and meet every target of their round that returns can show, judged here a second
time and apart from the service's own judges."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import pytest

from planning.registry.assumptions import load_parameters
from planning.registry.catalogue import lines_from_files
from planning.registry.files import DATA
from planning.registry.lines import Lines
from planning.registry.organisations import Membership, Organisation
from planning.registry.rounds import RETURNS
from submissions.filling import cover_answers, fill_system
from submissions.issuing import Parts
from submissions.layout.totals import complete
from submissions.returns import bodies_of_system, body_of
from submissions.trying import try_return
from tests.submissions.asked import PEOPLE, missed
from tests.submissions.ledger import Books, books_of, broken, disagreeing, system_of

pytestmark = pytest.mark.django_db

ROUNDS = sorted(file.stem for file in (DATA / "rounds").glob("*.yaml"))


@lru_cache
def books(system: str, round_code: str, seed: int) -> tuple[list[Books], Books]:
    """Each member's, served ones too, and the sums of those that the system counts."""
    lines, rates = lines_from_files(round_code), load_parameters(round_code)
    bodies = bodies_of_system(system)
    figures = fill_system(seed, round_code, bodies, lines, rates)
    members = [
        books_of(
            body.ods,
            body.kind,
            round_code,
            rates,
            [(lines.of_return(name, body.kind, body.families), figures[body.ods, name]) for name in RETURNS],
        )
        for body in bodies
    ]
    hosted = set(
        Membership.objects.filter(system_id=system, role=Membership.HOST).values_list(
            "organisation_id", flat=True
        )
    )
    return members, system_of([member for member in members if member.ods in {system, *hosted}])


@pytest.mark.parametrize("round_code", ROUNDS)
@pytest.mark.parametrize("system", ["QU9", "QT6"])
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_filled_returns_hold_every_rule_and_meet_what_is_asked(
    system: str, round_code: str, seed: int
) -> None:
    members, whole = books(system, round_code, seed)
    found = [code for one in [*members, whole] for code in (*broken(one), *missed(one, system))]
    assert [*found, *disagreeing(members)] == []


@pytest.mark.parametrize("round_code", ROUNDS)
@pytest.mark.parametrize("system", ["QU9", "QT6"])
def test_a_system_has_the_virtual_ward_beds_that_are_asked_for(system: str, round_code: str) -> None:
    _, whole = books(system, round_code, 1)
    assert 40 <= whole("E.T.5D", 10) * 100_000 / PEOPLE[system] <= 52
    assert whole("E.T.5D", 13) > Fraction(whole("E.T.5D", 1))


@pytest.mark.parametrize("round_code", ROUNDS)
@pytest.mark.parametrize("ods", ["RYF", "QT6"])
def test_no_check_of_a_filled_workbook_finds_anything(round_code: str, ods: str, tmp_path: Path) -> None:
    """As `check_return` would: the workbook is written, read back and checked."""
    organisation = Organisation.objects.get(pk=ods)
    bodies = bodies_of_system(ods) if ods == "QT6" else [body_of(organisation)]
    rates, cover = load_parameters(round_code), cover_answers(2, round_code, ods)
    figures = fill_system(2, round_code, bodies, Lines.load(round_code), rates)
    for name in RETURNS:
        file = tmp_path / f"{name}.xlsx"
        parts = Parts.of(organisation, round_code, name)
        file.write_bytes(parts.write(figures=figures[ods, name], published={}, cover=cover))
        assert try_return(file)["findings"] == []


PLANTED = {  # whose, which line, what its figures are multiplied by -> what breaks, by these judges alone
    "T01": ("RTH", "F.WTE.SUB", 1.06),
    "T02": ("RTH", "F.WTE.BNK", 1.5),
    "T03": ("RTH", "F.PAY.SUB.RN", 1.2),
    "T04": ("RTH", "F.PAY.SUB.MID", 1.07),
    "T05": ("RTH", "F.PAY.AGY", 1.3),
    "T06": ("RTH", "F.PAY.AGY.RN", 0.5),
    "T07": ("RTH", "W.AGY.MID", 0),
    "T08": ("RTH", "F.PAY.AGY", 1.9),
    "T11": ("RTH", "E.M.11b", 0.8),
    "T12": ("RTH", "E.M.11b", 0.3),
    "T14": ("RTH", "LOC.VWA", 0.9),
    "T15": ("RTH", "F.INC.ERF", 3),
    "T18": ("RTH", "E.M.30g", 0.8),
    "T19": ("RTH", "W.VW", 0),
    "T20": ("RTH", "LOC.CDCACT", 0),
    "T22": ("RTH", "W.EFF", 1.5),
    "T25": ("QU9", "F.ICB.ARRS", 1.2),
    "T26": ("RTH", "W.BR.JOIN", 1.1),
    "T27": ("RTH", "F.BR.GRO", 1.1),
    "T28": ("RTH", "LOC.RTTREM", 3),
    "T29": ("RTH", "LOC.HO60", 9),
    "T30": ("RTH", "E.B.27N", 1.9),
    "T31": ("RTH", "E.M.10.ETHW", 1.5),
    "T32": ("RTH", "E.M.30b", 2),
    "T33": ("RTH", "LOC.LOSNEL", 1.4),
    "T34": ("RTH", "LOC.DXREF", 1.4),
    "T38": ("RTH", "E.M.34", 4),
    "T39": ("RTH", "W.EST.RN", 1.4),
    "T40": ("RTH", "W.KPI.SICKN", 9),
    "T42": ("RTH", "F.CASH", -1),
    "F-04": ("RTH", "F.EFF.REC.NP", 0.1),
    "F-06": ("QU9", "F.ICB.MHIS", 0.99),
    "F-07": ("QU9", "F.ICB.BCF", 0.9),
    "F-18": ("QU9", "F.ICB.RUN", 1.1),
    "F-19": ("RTH", "F.NROTH", 1.1),
    "23-03": ("RTH", "E.M.30a", 1.05),
    "23-10": ("RTH", "E.B.20", 3),
    "23-35": ("RTH", "E.M.10a", 0.7),
    "23-20": ("RNU", "W.KPI.TURNN", 1.3),
    "23-06": ("QU9", "E.D.21N", 0.99),
}


@pytest.mark.parametrize("code", PLANTED)
def test_these_judges_see_what_is_planted(code: str) -> None:
    ods, line, factor = PLANTED[code]
    clean = next(member for member in books("QU9", "2023-24", 1)[0] if member.ods == ods)
    months = [figure if figure is None else figure * factor for figure in clean.rows[line][2:]]
    rows = {**clean.rows, line: [*clean.rows[line][:2], *months]}
    one = replace(clean, rows=complete(list(clean.lines.values()), clean.kind, rows))
    found = [*broken(one), *missed(one, "QU9")]
    assert any(code in each.split() for each in found), found
