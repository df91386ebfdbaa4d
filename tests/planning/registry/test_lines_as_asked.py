"""Every line that the 2023/24 returns are to hold, written down apart from the files of the catalogue.

A row: code | measure type | unit | over the months | types of organisation | required | 2019/20. A type in brackets
may leave the line out. R required, O optional, C computed, ref in no workbook. {g} is a staff group, {t} a diagnostic
test, {e} an ethnic group; a code that ends in @ has a row for each partner.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from planning.registry.catalogue import lines_from_files
from planning.registry.lines import Line, Lines

GROUPS = ("MD.CON", "MD.OTH", "RN", "MID", "AHP", "STT", "AMB", "SUP", "INF", "OTH")
TESTS, ETHNIC = tuple("abcdefghk"), tuple("ABMOWN")
WORDS = {"R": "required", "O": "optional", "C": "computed", "ref": "reference", "-": "none"}
TYPES = {"N": "Numerator", "D": "Denominator"}

ACTIVITY = """
E.M.10a E.M.10b             | Count  | spells      | sum        | ac            | R   | R
E.M.10                      | Count  | spells      | sum        | ac            | C   | R
E.M.10c E.M.10d             | Count  | spells      | sum        | ac            | O   | -
LOC.VWA                     | Amount | £000        | sum        | ac            | R   | R
E.M.8 E.M.9                 | Count  | attendances | sum        | ac            | R   | R
E.M.32                      | Count  | attendances | sum        | ac mh         | R   | R
E.M.33                      | Count  | requests    | sum        | ac            | R   | -
E.M.34                      | N      | episodes    | sum        | ac            | R   | -
E.M.40 E.M.41 E.M.38        | Count  | attendances | sum        | ac            | O   | O
E.M.18 E.M.19 E.M.20        | Count  | pathways    | sum        | ac            | R   | R
LOC.RTTREM                  | Count  | pathways    | sum        | ac            | R   | -
E.B.3a E.B.18               | Count  | pathways    | last       | ac            | R   | R
E.B.20 LOC.RTT78 LOC.RTT104 | Count  | pathways    | last       | ac            | R   | -
LOC.RTT52XC LOC.RTT65XC     | Count  | pathways    | last       | ac            | R   | -
LOC.RTT78XC LOC.RTT104XC    | Count  | pathways    | last       | ac            | R   | -
LOC.RTT52XS LOC.RTT65XS     | Count  | pathways    | last       | ac            | R   | -
LOC.RTT78XS                 | Count  | pathways    | last       | ac            | R   | -
E.B.27N E.B.35N LOC.CAN31N  | N      | patients    | ratio      | ac            | R   | -
E.B.27D E.B.35D LOC.CAN31D  | D      | patients    | ratio      | ac            | R   | -
LOC.CAN62BL                 | Count  | patients    | last       | ac            | R   | R
LOC.CANTX                   | Count  | patients    | sum        | ac            | O   | O
E.B.34N                     | N      | referrals   | ratio      | ac icb        | R   | -
E.B.34D                     | D      | referrals   | ratio      | ac icb        | R   | -
LOC.BPTPN                   | N      | referrals   | ratio      | ac icb        | O   | -
LOC.BPTPD                   | D      | referrals   | ratio      | ac icb        | O   | -
E.B.26{t}                   | Count  | tests       | sum        | ac            | R   | R
E.B.26                      | Count  | tests       | sum        | ac            | C   | R
LOC.DXREF                   | Count  | tests       | sum        | ac            | R   | -
E.B.28N                     | N      | patients    | ratio_last | ac            | R   | -
E.B.28D                     | D      | patients    | ratio_last | ac            | R   | -
E.B.28{t}N                  | N      | patients    | ratio_last | ac            | O   | -
E.B.28{t}D                  | D      | patients    | ratio_last | ac            | O   | -
E.M.13aN E.M.13bN           | N      | attendances | ratio      | ac            | R   | R
E.M.13aD E.M.13bD           | D      | attendances | ratio      | ac            | R   | R
E.M.13N                     | N      | attendances | ratio      | ac            | C   | R
E.M.13D                     | D      | attendances | ratio      | ac            | C   | R
LOC.ED12N                   | N      | attendances | ratio      | ac            | R   | -
LOC.HOT                     | D      | handovers   | sum        | ac am         | R   | -
LOC.HO15 LOC.HO30 LOC.HO60  | N      | handovers   | ratio      | ac am         | R   | -
E.B.23c E.B.23a             | Mean   | minutes     | wmean      | am            | R   | R
E.B.23cD E.B.23aD           | D      | incidents   | sum        | am            | R   | R
E.B.23cP E.B.23aP           | Mean   | minutes     | none       | am            | R   | R
LOC.111CASN                 | N      | calls       | ratio      | am icb        | R   | -
LOC.111CASD                 | D      | calls       | ratio      | am icb        | R   | -
E.M.11a E.M.11b             | Count  | spells      | sum        | ac            | R   | R
E.M.25                      | Count  | patients    | avg        | ac            | R   | R
E.M.29N                     | N      | beds        | avg        | ac            | R   | -
E.M.30a E.M.30b             | N      | beds        | avg        | ac            | R   | R
E.M.30g E.M.30h             | D      | beds        | avg        | ac            | R   | R
E.M.30i E.M.30j             | D      | beds        | avg        | ac            | R   | R
E.M.26bN                    | N      | beds        | avg        | ac            | O   | O
E.M.26bD                    | D      | beds        | avg        | ac            | O   | O
E.M.26c                     | Count  | beds        | avg        | ac            | O   | O
LOC.THEATREN                | N      | hours       | ratio      | ac            | O   | -
LOC.THEATRED                | D      | hours       | ratio      | ac            | O   | -
E.T.5N                      | N      | beds        | avg        | ac mh icb     | R   | -
E.T.5D                      | D      | beds        | avg        | ac mh icb     | R   | -
LOC.POP LOC.POPA LOC.POPC   | Count  | people      | annual     | icb           | ref | -
LOC.UCR2HN                  | N      | contacts    | ratio      | mh (ac)       | R   | -
LOC.UCR2HD                  | D      | contacts    | ratio      | mh (ac)       | R   | -
E.T.8                       | Count  | referrals   | sum        | mh (ac)       | R   | -
E.T.2a E.T.2b E.T.9         | Count  | people      | last       | mh            | R   | -
E.T.3a E.T.3b E.T.3c E.T.3d | Count  | people      | sum        | icb           | O   | -
LOC.LC6N                    | N      | people      | ratio      | mh            | O   | -
LOC.LC6D                    | D      | people      | ratio      | mh            | O   | -
LOC.LC15                    | Count  | people      | last       | mh            | O   | -
LOC.PRETERMN                | N      | births      | ratio      | ac            | O   | -
LOC.PRETERMD                | D      | births      | ratio      | ac            | O   | -
E.A.5                       | Count  | placements  | last       | mh            | R   | -
LOC.OAPBD                   | Count  | bed days    | sum        | mh            | O   | -
E.H.9                       | Count  | people      | last       | mh icb        | R   | R
E.H.15 E.H.31               | Count  | people      | last       | mh icb        | R   | -
LOC.IAPT LOC.IAPTOA         | Count  | people      | sum        | mh icb        | R   | -
LOC.IAPT6N LOC.IAPT18N      | N      | people      | ratio      | mh icb        | R   | -
LOC.IAPT6D LOC.IAPT18D      | D      | people      | ratio      | mh icb        | R   | -
E.A.4aN                     | N      | people      | ratio      | mh icb        | O   | -
E.A.4aD                     | D      | people      | ratio      | mh icb        | O   | -
LOC.EIPN LOC.FU72N LOC.CTRN | N      | people      | ratio      | mh            | O   | -
LOC.EIPD LOC.FU72D LOC.CTRD | D      | people      | ratio      | mh            | O   | -
LOC.CYPEDUN LOC.CYPEDRN     | N      | people      | ratio      | mh            | O   | -
LOC.CYPEDUD LOC.CYPEDRD     | D      | people      | ratio      | mh            | O   | -
LOC.EIP3N                   | N      | teams       | ratio      | mh            | O   | -
LOC.EIP3D                   | D      | teams       | ratio      | mh            | O   | -
LOC.IPS                     | Count  | people      | sum        | mh            | O   | -
E.A.S.1N E.H.13N E.K.3N     | N      | people      | ratio_last | icb           | R   | -
E.A.S.1D E.H.13D E.K.3D     | D      | people      | ratio_last | icb           | R   | -
E.K.1N E.K.1cN              | N      | people      | last       | icb           | R   | -
E.D.19                      | Count  | appointments | sum       | icb           | O   | O
E.D.21N                     | N      | appointments | ratio     | icb           | O   | O
E.D.21D                     | D      | appointments | ratio     | icb           | O   | O
E.D.24N                     | N      | UDAs        | ratio      | icb           | O   | O
E.D.24D                     | D      | UDAs        | ratio      | icb           | O   | O
E.M.72                      | Count  | referrals   | sum        | icb           | O   | O
LOC.NSSCOVN LOC.STAGEN      | N      | people      | annual     | icb           | O   | -
LOC.NSSCOVD LOC.STAGED      | D      | people      | annual     | icb           | O   | -
LOC.HTNN LOC.LIPIDN         | N      | people      | annual     | icb           | O   | -
LOC.HTND LOC.LIPIDD         | D      | people      | annual     | icb           | O   | -
LOC.NHSAPPN                 | N      | people      | annual     | icb           | O   | -
LOC.NHSAPPD                 | D      | people      | annual     | icb           | O   | -
LOC.FALLSN LOC.FALLSCN      | N      | people      | ratio      | ac mh         | O   | -
LOC.FALLSAN LOC.MIUN        | N      | people      | ratio      | ac mh         | O   | -
LOC.FALLSD LOC.MIUD         | D      | people      | ratio      | ac mh         | O   | -
LOC.LOSNEL LOC.LOSEL        | Mean   | days        | wmean      | ac            | R   | R
E.M.8@ E.M.13D@             | Count  | attendances | sum        | ac icb        | R   | -
E.M.10@ E.M.11b@            | Count  | spells      | sum        | ac icb        | R   | -
LOC.CDCACT                  | Count  | tests       | sum        | ac            | R   | -
LOC.HUBACT                  | Count  | spells      | sum        | ac            | R   | -
E.M.10.IMD1 E.M.10.ETH{e}   | Count  | spells      | sum        | ac            | O   | -
E.B.3a.U18 E.B.3a.IMD1      | Count  | pathways    | last       | ac            | O   | -
E.B.3a.ETH{e}               | Count  | pathways    | last       | ac            | O   | -
E.M.13D.U18 E.M.13D.IMD1    | Count  | attendances | sum        | ac            | O   | -
E.M.13D.ETH{e}              | Count  | attendances | sum        | ac            | O   | -
LOC.IAPT.IMD1 LOC.IAPT.ETH{e} | Count | people     | sum        | mh icb        | O   | -
"""

WORKFORCE = """
W.EST.{g} W.SUB.{g}         | WTE    | WTE         | last       | ac mh am      | R   | O
W.AVG.{g} W.AVG             | WTE    | WTE         | avg        | ac mh am      | C   | R
W.VW                        | WTE    | WTE         | avg        | ac mh         | R   | -
W.EFF                       | WTE    | WTE         | avg        | ac mh am      | R   | -
W.BNK.{g} W.AGY.{g}         | WTE    | WTE         | avg        | ac mh am      | R   | R
W.TOT.{g} W.TOT             | WTE    | WTE         | last       | ac mh am      | C   | O
W.BR.JOIN W.BR.LEAV         | WTE    | WTE         | sum        | ac mh am      | R   | -
W.BR.INTL W.BR.TRF          | WTE    | WTE         | sum        | ac mh am      | R   | -
W.KPI.TURNN                 | N      | WTE         | ratio_last | ac mh am      | R   | -
W.KPI.TURND                 | D      | WTE         | ratio_last | ac mh am      | R   | -
W.KPI.SICKN                 | N      | days        | ratio      | ac mh am      | R   | -
W.KPI.SICKD                 | D      | days        | ratio      | ac mh am      | R   | -
W.KPI.SICKNCN               | N      | days        | ratio      | ac mh am      | O   | -
W.KPI.BAME                  | Mean   | ratio       | annual     | ac mh am      | O   | -
W.KPI.TRAIN.OMMTN           | N      | people      | ratio      | ac mh am      | O   | -
W.KPI.TRAIN.OMMTD           | D      | people      | ratio      | ac mh am      | O   | -
W.KPI.TRAIN.SDMN            | N      | people      | ratio      | ac mh am      | O   | -
W.KPI.TRAIN.SDMD            | D      | people      | ratio      | ac mh am      | O   | -
W.KPI.TRAIN.PCSPN           | N      | people      | ratio      | ac mh am      | O   | -
W.KPI.TRAIN.PCSPD           | D      | people      | ratio      | ac mh am      | O   | -
W.ARRS W.GP                 | WTE    | FTE         | last       | icb           | R   | -
W.SPLW W.HC                 | WTE    | FTE         | last       | icb           | O   | -
"""

FINANCE = """
F.INC.ICB F.INC.ELEC F.INC.OPFUV F.INC.SPEC F.INC.ERF  | Amount | £000 | sum    | ac mh am      | R | -
F.INC.SDF F.INC.NR F.INC.COVID F.INC.OTH F.INC.ICB@    | Amount | £000 | sum    | ac mh am      | R | -
F.INC.TOTAL F.PAY.SUB F.PAY.TOTAL                      | Amount | £000 | sum    | ac mh am      | C | -
F.PAY.SUB.{g} F.PAY.BNK F.PAY.AGY F.PAY.OTH            | Amount | £000 | sum    | ac mh am      | R | -
F.PAY.BNK.{g} F.PAY.AGY.{g}                            | Amount | £000 | sum    | ac mh am      | O | -
F.WTE.SUB F.WTE.BNK F.WTE.AGY                          | WTE    | WTE  | avg    | ac mh am      | R | -
F.WTE.TOT                                              | WTE    | WTE  | avg    | ac mh am      | C | -
F.NP.DRG F.NP.CSS F.NP.PHC F.NP.PRM F.NP.CNST F.NP.DEP | Amount | £000 | sum    | ac mh am      | R | -
F.NP.OTH F.FIN F.ADJ                                   | Amount | £000 | sum    | ac mh am      | R | -
F.EXP.TOTAL F.SURPLUS                                  | Amount | £000 | sum    | ac mh am      | C | -
F.AFP F.EFF.TOTAL                                      | Amount | £000 | sum    | ac mh am icb  | C | -
F.UND F.NROTH                                          | Amount | £000 | sum    | ac mh am icb  | R | -
F.EFF.REC.PAY F.EFF.REC.NP F.EFF.REC.INC               | Amount | £000 | sum    | ac mh am icb  | R | -
F.EFF.NR.PAY F.EFF.NR.NP F.EFF.NR.INC                  | Amount | £000 | sum    | ac mh am icb  | R | -
F.MEMO.VW                                              | Amount | £000 | sum    | ac mh         | R | -
F.INC.PRT@ F.EXP.PRT@                                  | Amount | £000 | sum    | ac mh am      | O | -
F.EFF.STAT.dev F.EFF.STAT.plan F.EFF.STAT.opp          | Amount | £000 | annual | ac mh am icb  | R | -
F.EFF.STAT.unid F.RISK.GROSS F.RISK.MIT                | Amount | £000 | annual | ac mh am icb  | R | -
F.RISK.NET                                             | Amount | £000 | annual | ac mh am icb  | C | -
F.CAP.OP F.CAP.NAT F.CAP.IFRS16 F.CAP.DISP             | Amount | £000 | sum    | ac mh am      | R | -
F.CAP.CDEL                                             | Amount | £000 | sum    | ac mh am      | C | -
F.CAP.CDC F.CAP.HUB                                    | Amount | £000 | sum    | ac mh am      | R | -
F.CAP.CDCGO F.CAP.HUBGO                                | Count  | month | annual | ac mh am     | O | -
F.CASH                                                 | Amount | £000 | last   | ac mh am      | R | -
F.BR.OUT F.BR.INC F.BR.INF F.BR.GRO F.BR.EFF F.BR.DEV  | Amount | £000 | annual | ac mh am icb  | R | -
F.BR.NR                                                | Amount | £000 | annual | ac mh am icb  | R | -
F.ICB.PROV@ F.ICB.OTH F.ICB.ARRS F.ICB.ALLOC F.ICB.CONV | Amount | £000 | sum   | icb           | R | -
F.ICB.RUN F.ICB.PMC F.ICB.CHC F.ICB.RX F.ICB.DIS F.ICB.IS | Amount | £000 | sum | icb           | R | -
F.ICB.EXP                                              | Amount | £000 | sum    | icb           | C | -
F.ICB.MHIS F.ICB.MHISB F.ICB.BCF F.ICB.BCFMIN F.ICB.RUNLIM | Amount | £000 | annual | icb       | R | -
F.SYS.AGYLIM F.SYS.CDELENV                             | Amount | £000 | annual | icb           | ref | -
F.SYS.EFFREQ F.SYS.ERFTGT                              | Rate   | ratio | annual | icb          | ref | -
"""

TABLES = {"activity": ACTIVITY, "workforce": WORKFORCE, "finance": FINANCE}


def codes_of(pattern: str) -> Iterator[str]:
    for mark, members in (("{g}", GROUPS), ("{t}", TESTS), ("{e}", ETHNIC)):
        if mark in pattern:
            yield from (pattern.replace(mark, member) for member in members)
            return
    yield pattern


def rows(table: str) -> Iterator[tuple[str, ...]]:
    for row in table.strip().splitlines():
        patterns, *asked = (cell.strip() for cell in row.split("|"))
        for pattern in patterns.split():
            yield from ((code, *asked) for code in codes_of(pattern))


ROWS = [(name, *row) for name, table in TABLES.items() for row in rows(table)]


@pytest.fixture(scope="module")
def lines() -> Lines:
    return lines_from_files("2023-24")


def as_asked(line: Line) -> tuple[object, ...]:
    shape = line.return_kind, line.measure_type, line.unit, line.over_time
    return *shape, line.types, line.optional_for, line.required, line.baseline


def test_every_line_is_as_asked_and_there_is_no_other(lines: Lines) -> None:
    asked: dict[str, tuple[object, ...]] = {}
    for name, code, measure, unit, over_time, types, required, baseline in ROWS:
        assert code not in asked, f"{code} stands twice"
        may = frozenset(kind.strip("()") for kind in types.split() if kind.startswith("("))
        all_types = frozenset(types.replace("(", " ").replace(")", " ").split())
        words = WORDS[required], WORDS[baseline]
        asked[code] = (name, TYPES.get(measure, measure), unit, over_time, all_types, may, *words)
    found = {code: as_asked(line) for code, line in lines.items()}
    assert found.keys() == asked.keys()
    assert {code: row for code, row in found.items() if row != asked[code]} == {}


SPENDING = ("F.PAY.", "F.NP.", "F.EXP.", "F.FIN", "F.MEMO.")
BOARD_SPENDING = (
    "PROV@",
    "PMC",
    "ARRS",
    "CHC",
    "RX",
    "IS",
    "DIS",
    "RUN",
    "OTH",
    "EXP",
    "MHIS",
    "MHISB",
    "BCF",
)
EITHER = (
    "F.INC.ERF",
    "F.SURPLUS",
    "F.ADJ",
    "F.AFP",
    "F.UND",
    "F.NROTH",
    "F.ICB.CONV",
    "F.CASH",
    "F.RISK.NET",
)


def test_signs(lines: Lines) -> None:
    """Spending is negative, a result has either sign, everything else is positive."""
    for code, line in lines.items():
        if code.startswith(SPENDING) or code in {f"F.ICB.{name}" for name in BOARD_SPENDING}:
            expected = "-"
        else:
            expected = "any" if code.startswith("F.BR.") or code in (*EITHER, "W.BR.TRF") else "+"
        assert line.sign == expected, code


FORMULAS = {
    "E.M.10": "E.M.10a + E.M.10b",
    "E.M.13N": "E.M.13aN + E.M.13bN",
    "E.M.13D": "E.M.13aD + E.M.13bD",
    "E.B.26": " + ".join(f"E.B.26{test}" for test in TESTS),
    "W.TOT": "W.TOT.*",
    "W.AVG": "W.AVG.* + W.BNK.* + W.AGY.*",
    "F.INC.TOTAL": "F.INC.ICB + F.INC.ELEC + F.INC.SPEC + F.INC.ERF + F.INC.SDF + F.INC.NR + F.INC.OTH",
    "F.PAY.SUB": "F.PAY.SUB.*",
    "F.PAY.TOTAL": "F.PAY.SUB + F.PAY.BNK + F.PAY.AGY + F.PAY.OTH",
    "F.WTE.TOT": "F.WTE.SUB + F.WTE.BNK + F.WTE.AGY",
    "F.EXP.TOTAL": "F.PAY.TOTAL + F.NP.*",
    "F.SURPLUS": "F.INC.TOTAL + F.EXP.TOTAL + F.FIN",
    "F.AFP": "F.SURPLUS + F.ADJ",
    "F.ICB.EXP": "F.ICB.PROV@* + F.ICB.PMC + F.ICB.CHC + F.ICB.RX + F.ICB.IS + F.ICB.DIS + F.ICB.RUN + F.ICB.OTH",
    "F.EFF.TOTAL": "F.EFF.REC.* + F.EFF.NR.*",
    "F.CAP.CDEL": "F.CAP.OP + F.CAP.NAT + F.CAP.IFRS16 - F.CAP.DISP",
    "F.RISK.NET": "F.RISK.GROSS - F.RISK.MIT",
    **{f"W.TOT.{g}": f"W.SUB.{g} + W.BNK.{g} + W.AGY.{g}" for g in GROUPS},
    **{f"W.AVG.{g}": f"W.SUB.{g}" for g in GROUPS},
}


def test_formulas(lines: Lines) -> None:
    assert {code: line.formula for code, line in lines.items() if line.is_computed} == FORMULAS
    assert {line.code: line.formula_icb for line in lines.values() if line.formula_icb} == {
        "F.AFP": "F.ICB.ALLOC + F.ICB.EXP"
    }


PARTS = {
    "E.M.10": ["LOC.HUBACT", "E.M.10@", "E.M.10.IMD1", *(f"E.M.10.ETH{e}" for e in ETHNIC)],
    "E.M.10a": ["E.M.10c"],
    "E.M.10b": ["E.M.10d"],
    "E.B.18": ["LOC.RTT52XC", "LOC.RTT52XS"],
    "E.B.20": ["LOC.RTT65XC", "LOC.RTT65XS"],
    "LOC.RTT78": ["LOC.RTT78XC", "LOC.RTT78XS"],
    "LOC.RTT104": ["LOC.RTT104XC"],
    "E.B.26": ["LOC.CDCACT"],
    "E.B.28N": [f"E.B.28{t}N" for t in TESTS],
    "E.B.28D": [f"E.B.28{t}D" for t in TESTS],
    "E.B.3a": ["E.B.3a.U18", "E.B.3a.IMD1", *(f"E.B.3a.ETH{e}" for e in ETHNIC)],
    "E.M.8": ["E.M.8@"],
    "E.M.11b": ["E.M.11b@"],
    "E.M.13D": ["E.M.13D@", "E.M.13D.U18", "E.M.13D.IMD1", *(f"E.M.13D.ETH{e}" for e in ETHNIC)],
    "LOC.IAPT": ["LOC.IAPTOA", "LOC.IAPT.IMD1", *(f"LOC.IAPT.ETH{e}" for e in ETHNIC)],
    "W.AVG": ["W.VW"],
    "W.BR.JOIN": ["W.BR.INTL"],
    "W.KPI.SICKN": ["W.KPI.SICKNCN"],
    "F.INC.ELEC": ["F.INC.OPFUV"],
    "F.INC.NR": ["F.INC.COVID"],
    "F.INC.OTH": ["F.INC.PRT@"],
    "F.NP.PHC": ["F.EXP.PRT@"],
    "F.PAY.BNK": [f"F.PAY.BNK.{g}" for g in GROUPS],
    "F.PAY.AGY": [f"F.PAY.AGY.{g}" for g in GROUPS],
    "F.ICB.ALLOC": ["F.ICB.CONV"],
    "F.EXP.TOTAL": ["F.MEMO.VW"],
    "F.ICB.EXP": ["F.ICB.MHIS", "F.ICB.BCF"],
    "F.ICB.PMC": ["F.ICB.ARRS"],
}


def test_parts_of_other_lines(lines: Lines) -> None:
    found: dict[str, set[str]] = {}
    for line in lines.values():
        if line.of_which:
            found.setdefault(line.of_which, set()).add(line.code)
    assert found == {whole: set(parts) for whole, parts in PARTS.items()}


DENOMINATORS = {
    "E.M.34": "E.M.32",
    "LOC.ED12N": "E.M.13D",
    **dict.fromkeys(("LOC.HO15", "LOC.HO30", "LOC.HO60"), "LOC.HOT"),
    "E.M.29N": "E.M.30a",
    "E.K.1N": "LOC.POPA",
    "E.K.1cN": "LOC.POPC",
    **dict.fromkeys(("LOC.FALLSCN", "LOC.FALLSAN"), "LOC.FALLSD"),
    "W.KPI.SICKNCN": "W.KPI.SICKD",
}


def test_denominators(lines: Lines) -> None:
    """A pair ends in N and D; the others are named. Occupied beds stand against core and escalation together."""
    for code, line in lines.items():
        if line.measure_type == "Numerator" and code not in ("E.M.30a", "E.M.30b"):
            assert line.denominator == DENOMINATORS.get(code, f"{code[:-1]}D"), code
        else:
            assert not line.denominator, code


def test_weights(lines: Lines) -> None:
    assert {code: line.weight for code, line in lines.items() if line.weight} == {
        "E.B.23c": "E.B.23cD",
        "E.B.23a": "E.B.23aD",
        "LOC.LOSNEL": "E.M.11b",
        "LOC.LOSEL": "E.M.10b",
    }


def test_what_no_system_adds_up(lines: Lines) -> None:
    """Centiles, ratios and opening months are nobody's sum; a hospital's handovers count, its ambulances' do not."""
    assert {code for code, line in lines.items() if line.over_organisations == "none"} == {
        *("E.B.23cP", "E.B.23aP", "W.KPI.BAME", "F.CAP.CDCGO", "F.CAP.HUBGO"),
        *("F.SYS.AGYLIM", "F.SYS.CDELENV", "F.SYS.EFFREQ", "F.SYS.ERFTGT"),
    }
    assert {code: line.counted_from for code, line in lines.items() if line.counted_from != line.types} == {
        code: {"ac"} for code in ("LOC.HOT", "LOC.HO15", "LOC.HO30", "LOC.HO60")
    }


# What rules and targets hold against the year before must be given for it; what begins with the plan has none.
OUTTURN_READ = """
E.M.8 E.M.9 E.M.10a E.M.10b E.M.11a E.M.11b E.M.13aN E.M.13aD E.M.13bN E.M.13bD E.B.26a E.B.26k
E.B.3a E.B.18 E.B.20 E.B.28N E.B.28D E.B.27N E.B.35N LOC.CAN31N LOC.CAN62BL E.B.34N E.M.29N E.M.30a E.M.30g E.M.30h
E.M.30i E.M.30j LOC.HOT LOC.HO60 E.B.23c E.B.23a E.T.5N E.T.5D E.T.8 E.T.2a E.T.2b E.A.5 E.H.9 E.H.15 E.H.31
LOC.IAPT LOC.IAPTOA E.K.3D E.K.1N E.K.1cN
W.EST.MID W.SUB.RN W.AVG.RN W.BNK.RN W.AGY.RN W.KPI.TURNN W.KPI.TURND W.KPI.SICKN W.KPI.SICKD
F.INC.ICB F.INC.ELEC F.PAY.SUB.RN F.PAY.BNK F.PAY.AGY F.PAY.OTH F.WTE.SUB F.WTE.BNK F.WTE.AGY F.NP.DRG F.NP.OTH
F.FIN F.ADJ F.CASH F.ICB.ALLOC F.ICB.PROV@ F.ICB.OTH F.ICB.RUN F.EFF.REC.PAY F.EFF.NR.INC
"""


def test_outturn(lines: Lines) -> None:
    assert [code for code in OUTTURN_READ.split() if lines[code].outturn != "required"] == []
    assert {code for code, line in lines.items() if line.outturn == "none"} == {
        *("W.EFF", "W.BR.JOIN", "W.BR.LEAV", "W.BR.INTL", "W.BR.TRF", "F.CAP.CDCGO", "F.CAP.HUBGO"),
        *("F.RISK.GROSS", "F.RISK.MIT", "F.RISK.NET"),
        *(f"F.BR.{step}" for step in ("OUT", "INC", "INF", "GRO", "EFF", "DEV", "NR")),
        *(f"F.EFF.STAT.{state}" for state in ("dev", "plan", "opp", "unid")),
        *("F.ICB.MHIS", "F.ICB.MHISB", "F.ICB.BCF", "F.ICB.BCFMIN", "F.ICB.RUNLIM"),
        *("LOC.POP", "LOC.POPA", "LOC.POPC"),
        *("F.SYS.AGYLIM", "F.SYS.CDELENV", "F.SYS.EFFREQ", "F.SYS.ERFTGT"),
    }
    optional = [line for line in lines.values() if line.required == "optional"]
    assert not [line.code for line in optional if "required" in (line.outturn, line.baseline)]
