"""What each target of the 2023/24 guidance measures, of whom, and against what."""

import itertools
from typing import Any

import pytest

from planning.registry.catalogue import lines_from_files
from targets.guidance.files import GuidanceFile, guidance_files, stored
from targets.guidance.target import Target

LINES = lines_from_files("2023-24")

# What is measured: lines above and below, in the order of the table.
MEASURED: dict[str, tuple[Any, Any]] = {
    "23-01": ("E.M.13N", "E.M.13D"),
    "23-02": ("E.B.23c", "E.B.23cD"),
    "23-03": (["E.M.30a"], ["E.M.30g", "E.M.30h"]),
    "23-04": ("LOC.UCR2HN", "LOC.UCR2HD"),
    "23-06": ("E.D.21N", "E.D.21D"),
    "23-07": ("E.D.19", None),
    "23-08": ("W.ARRS", None),
    "23-09": ("E.D.24N", None),
    "23-10": ("E.B.20", None),
    "23-11": ("LOC.VWA", None),
    "23-12": ("LOC.CAN62BL", None),
    "23-13": ("E.B.27N", "E.B.27D"),
    "23-14": ("LOC.STAGEN", "LOC.STAGED"),
    "23-15": ("E.B.28N", "E.B.28D"),
    "23-18": ("W.SUB.MID", "W.EST.MID"),
    "23-19": ("F.AFP", None),
    "23-21": ("E.H.9", None),
    "23-23": ("E.H.31", None),
    "23-24": ("E.A.5", None),
    "23-25": ("E.A.S.1N", "E.A.S.1D"),
    "23-26": ("E.H.15", None),
    "23-27": ("E.K.3N", "E.K.3D"),
    "23-28": ("E.K.1N", "LOC.POPA"),
    "23-29": ("E.K.1cN", "LOC.POPC"),
    "23-30": ("LOC.HTNN", "LOC.HTND"),
    "23-31": ("LOC.LIPIDN", "LOC.LIPIDD"),
    "23-32": (["E.M.30g", "E.M.30h", "E.M.30i", "E.M.30j"], None),
    "23-33": ("E.T.5N", "E.T.5D"),
    "23-34": ("E.M.9", None),
    "23-35": ("E.M.10a", "E.M.10"),
    "23-36": ("LOC.THEATREN", "LOC.THEATRED"),
    "23-37": ("LOC.VWA", None),
    "23-38": ("E.B.34N", "E.B.34D"),
    "23-40": ("LOC.NSSCOVN", "LOC.NSSCOVD"),
    "23-42": (["F.EFF.TOTAL"], ["F.EXP.TOTAL"]),
    "23-43": (["F.PAY.AGY"], ["F.PAY.TOTAL"]),
    "23-44": ("F.ICB.MHIS", "F.ICB.MHISB"),
    "23-51": ("E.M.9", "E.M.8"),
    "23-52": ("E.M.29N", None),
    "23-53": ("LOC.HO60", None),
    "23-54": ("E.T.8", None),
    "23-55": ("E.K.3D", None),
}
# The trusts that a target is judged for: acute hospitals but for these.
TYPES = {
    "23-02": {"am"},
    "23-04": {"ac", "mh"},
    "23-20": {"ac", "mh", "am"},
    "23-23": {"mh"},
    "23-24": {"mh"},
    "23-42": {"ac", "mh", "am"},
    "23-43": {"ac", "mh", "am"},
    "23-54": {"ac", "mh"},
    "23-58": {"ac", "mh", "am"},
}
BASELINES = {
    "2019/20": {"23-07", "23-09", "23-11", "23-21", "23-34", "23-37"},
    "outturn": {
        *("23-12", "23-14", "23-15", "23-18", "23-23", "23-24", "23-26", "23-33"),
        *("23-51", "23-52", "23-53", "23-54", "23-55"),
    },
}


@pytest.fixture(scope="module")
def file() -> GuidanceFile:
    return next(file for file in guidance_files() if file.document["code"] == "23-24-guidance-v1.1")


@pytest.fixture(scope="module")
def targets(file: GuidanceFile) -> dict[str, Target]:
    return {entry["code"]: Target.from_entry(entry) for entry in stored(file)}


def test_what_is_measured(targets: dict[str, Target]) -> None:
    found = {}
    for code, target in targets.items():
        if measure := target.measure:
            top = measure.get("numerator") or measure.get("line") or measure["mean"]
            found[code] = (top, measure.get("denominator") or measure.get("weight"))
    assert found == MEASURED


def test_parts(targets: dict[str, Target]) -> None:
    found = {
        code: [
            (part["measure"], part["comparator"], part.get("threshold"), part["baseline"])
            for part in targets[code].parts
        ]
        for code in ("23-20", "23-22", "23-39")
    }
    turnover = {"numerator": "W.KPI.TURNN", "denominator": "W.KPI.TURND"}
    sickness = {"numerator": "W.KPI.SICKN", "denominator": "W.KPI.SICKD"}
    assert found == {
        "23-20": [(turnover, "decrease", None, "outturn"), (sickness, "decrease", None, "outturn")],
        "23-22": [
            ({"line": "LOC.IAPT"}, "increase", None, "outturn"),
            ({"line": "LOC.IAPTOA"}, "increase", None, "outturn"),
        ],
        "23-39": [
            ({"line": "E.B.26"}, "increase_by", 25, "outturn"),
            ({"line": "LOC.CANTX"}, "increase_by", 13, "outturn"),
        ],
    }


def test_who_is_judged(targets: dict[str, Target]) -> None:
    for code, target in targets.items():
        wanted = TYPES.get(code, {"ac"}) if "trust" in target.levels else set()
        assert (code, set(target.types)) == (code, wanted)
    assert {code for code, target in targets.items() if target.indicator_levels} == {"23-43"}
    assert targets["23-43"].indicator_levels == {"trust"}


def test_a_type_that_is_judged_has_the_lines(targets: dict[str, Target]) -> None:
    for code, target in targets.items():
        measures = [target.measure] if target.measure else [part["measure"] for part in target.parts]
        tops = [measure.get("numerator") or measure.get("line") or measure["mean"] for measure in measures]
        for kind, top in itertools.product(target.types, tops):
            first = top if isinstance(top, str) else top[0]
            assert kind in LINES[first].types, (code, kind, first)


def test_baselines(targets: dict[str, Target]) -> None:
    for baseline, codes in BASELINES.items():
        assert {code for code, target in targets.items() if target.baseline == baseline} == codes


def test_rates_and_opposites(targets: dict[str, Target]) -> None:
    assert {code for code, t in targets.items() if t.measure.get("inverted")} == {"23-15"}
    assert {code for code, t in targets.items() if t.measure.get("absolute")} == {"23-42", "23-43", "23-44"}
    assert {code: t.measure["per"] for code, t in targets.items() if "per" in t.measure} == {
        "23-28": 1_000_000,
        "23-29": 1_000_000,
    }
