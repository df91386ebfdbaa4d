"""The guidance of 2023/24, version 1.1: 59 targets as its own table of objectives and annex have them."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from planning.registry.catalogue import lines_from_files
from planning.registry.files import BadReference
from targets.files import LONGEST_QUOTE, GuidanceFile, check_file, check_target, guidance_files, stored
from targets.guidance import Target

LINES = lines_from_files("2023-24")
YEAR, MARCH = ("2023-04", "2024-03"), ("2024-03", "2024-03")
T, S, N = "trust", "system", "national"
A, L, P = "cancer_alliance", "maternity_system", "primary_care_network"
Q, D, M, NATIONAL = "quantified", "directional", "milestone", "national"

# Transcribed by hand, apart from the files: code -> type, comparator, threshold (or where it is from), unit,
# effect, its first and last month, levels.
TABLE: dict[str, tuple[Any, ...]] = {
    "23-01": (Q, ">=", 76, "%", "by_month", *MARCH, {S, T}),
    "23-02": (Q, "<=", 30, "minutes", "year_mean", *YEAR, {S, T}),
    "23-03": (Q, "<=", 92, "%", "year_mean", *YEAR, {S, T}),
    "23-04": (Q, ">=", 70, "%", "each_month", *YEAR, {S, T}),
    "23-05": (M, "", None, "", "by_month", "2023-09", "2023-09", {S}),
    "23-06": (Q, "=", 100, "%", "year_total", *YEAR, {P, S}),
    "23-07": (NATIONAL, "increase_by", "local", "appointments", "change_vs_baseline", *YEAR, {S}),
    "23-08": (NATIONAL, ">=", "local", "FTE", "by_month", *MARCH, {P, S}),
    "23-09": (D, "increase_toward", "baseline", "UDAs", "year_total", *YEAR, {S}),
    "23-10": (Q, "=", 0, "pathways", "by_month", *MARCH, {S, T}),
    "23-11": (Q, ">=", "local", "%", "change_vs_baseline", *YEAR, {S}),
    "23-12": (D, "decrease", None, "patients", "by_month", *MARCH, {S, T}),
    "23-13": (Q, ">=", 75, "%", "by_month", *MARCH, {S, T}),
    "23-14": (Q, "increase_toward", 75, "%", "by_month", "2028-03", "2028-03", {A, S}),
    "23-15": (Q, "increase_toward", 95, "%", "by_month", "2025-03", "2025-03", {S, T}),
    "23-16": (D, "", None, "", "by_month", *MARCH, {S, T}),
    "23-17": (D, "", None, "", "by_month", *MARCH, {L}),
    "23-18": (D, "increase", None, "%", "by_month", *MARCH, {T}),
    "23-19": (Q, ">=", 0, "£000", "year_total", *YEAR, {S}),
    "23-20": (D, "", None, "", "year_total", *YEAR, {T}),
    "23-21": (NATIONAL, "increase_by", "local", "people", "change_vs_baseline", *YEAR, {S}),
    "23-22": (D, "", None, "", "year_total", *YEAR, {S}),
    "23-23": (Q, "increase_by", 5, "%", "change_vs_baseline", *YEAR, {S, T}),
    "23-24": (D, "decrease_toward", 0, "placements", "by_month", *MARCH, {S, T}),
    "23-25": (Q, ">=", 66.7, "%", "by_month", *MARCH, {S}),
    "23-26": (D, "increase", None, "people", "by_month", *MARCH, {S}),
    "23-27": (Q, ">=", 75, "%", "by_month", *MARCH, {S}),
    "23-28": (Q, "<=", 30, "per million adults", "by_month", *MARCH, {S}),
    "23-29": (Q, "<=", (12, 15), "per million under-18s", "by_month", *MARCH, {S}),
    "23-30": (Q, ">=", 77, "%", "by_month", *MARCH, {P, S}),
    "23-31": (Q, ">=", 60, "%", "year_total", *YEAR, {P, S}),
    "23-32": (NATIONAL, ">=", "local", "beds", "each_month", *YEAR, {N, S}),
    "23-33": (Q, "increase_toward", 80, "%", "by_month", "2023-09", "2023-09", {S}),
    "23-34": (Q, "reduce_by", 25, "%", "change_vs_baseline", *YEAR, {S, T}),
    "23-35": (Q, ">=", 85, "%", "year_total", *YEAR, {T}),
    "23-36": (Q, ">=", 85, "%", "year_total", *YEAR, {T}),
    "23-37": (Q, ">=", 130, "%", "change_vs_baseline", "2024-04", "2025-03", {N, S}),
    "23-38": (Q, ">=", 80, "%", "year_total", *YEAR, {S}),
    "23-39": (NATIONAL, "", None, "", "change_vs_baseline", *YEAR, {N}),
    "23-40": (Q, "=", 100, "%", "by_month", *MARCH, {A, S}),
    "23-41": (Q, "increase_by", 10, "%", "by_month", "2025-03", "2025-03", {S}),
    "23-42": (Q, ">=", 2.2, "%", "year_total", *YEAR, {S, T}),
    "23-43": (Q, "<=", 3.7, "%", "year_total", *YEAR, {N, S, T}),
    "23-44": (
        Q,
        ">",
        {"line": "F.ICB.ALLOC", "share_of": "outturn"},
        "%",
        "year_total",
        *YEAR,
        {S},
    ),
    "23-45": (Q, "=", 100, "%", "by_month", *MARCH, {L}),
    "23-46": (M, "=", 60, "%", "by_month", *MARCH, {N}),
    "23-47": (M, "", None, "", "by_month", *MARCH, {S}),
    "23-48": (Q, ">=", 3, "pathways", "by_month", *MARCH, {S}),
    "23-49": (M, "", None, "", "by_month", "2023-04", "2023-04", {S}),
    "23-50": (M, "", None, "", "by_month", *MARCH, {S}),
    "23-51": (D, "decrease", None, "follow-ups per first attendance", "year_total", *YEAR, {S, T}),
    "23-52": (D, "decrease", None, "beds", "year_mean", *YEAR, {S, T}),
    "23-53": (D, "decrease", None, "handovers", "year_total", *YEAR, {S, T}),
    "23-54": (D, "increase", None, "referrals", "year_total", *YEAR, {S, T}),
    "23-55": (D, "increase", None, "people", "by_month", *MARCH, {S}),
    "23-56": (D, "", None, "", "by_month", *MARCH, {S, A}),
    "23-57": (M, "", None, "", "by_month", *MARCH, {S}),
    "23-58": (M, "", None, "", "by_month", "2023-03", "2023-03", {S, T}),
    "23-59": (M, "", None, "", "by_month", "2023-04", "2023-04", {S}),
}
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


def _goal(target: Target) -> Any:
    if target.threshold_high is not None:
        return target.threshold, target.threshold_high
    return target.threshold_from or target.threshold


def test_every_target_is_as_transcribed(targets: dict[str, Target]) -> None:
    found = {
        code: (
            target.kind,
            target.comparator,
            _goal(target),
            target.unit,
            target.effect["kind"],
            target.effect["from"],
            target.effect["to"],
            set(target.levels),
        )
        for code, target in targets.items()
    }
    assert found == TABLE


def test_they_stand_in_the_order_of_their_codes(targets: dict[str, Target]) -> None:
    assert list(targets) == [f"23-{number:02}" for number in range(1, 60)]


def test_what_is_measured(targets: dict[str, Target]) -> None:
    found = {}
    for code, target in targets.items():
        if measure := target.measure:
            top = measure.get("numerator") or measure.get("line") or measure["mean"]
            found[code] = (top, measure.get("denominator") or measure.get("weight"))
    assert found == MEASURED


def test_what_no_return_holds_is_answered_for(targets: dict[str, Target]) -> None:
    attested = {code for code, target in targets.items() if target.is_attested}
    assert attested == {
        *("23-05", "23-16", "23-17", "23-41", "23-45", "23-46", "23-47", "23-48"),
        *("23-49", "23-50", "23-56", "23-57", "23-58", "23-59"),
    }
    assert attested | set(MEASURED) | {"23-20", "23-22", "23-39"} == set(TABLE)


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
        wanted = TYPES.get(code, {"ac"}) if T in target.levels else set()
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


def test_those_excepted_are_taken_off(targets: dict[str, Target]) -> None:
    assert {code for code, target in targets.items() if target.exceptions} == {"23-10"}
    assert targets["23-10"].measure["less"] == ["LOC.RTT65XC", "LOC.RTT65XS"]
    assert targets["23-10"].exceptions == ("choice", "specific specialties")


def test_rates_and_opposites(targets: dict[str, Target]) -> None:
    assert {code for code, t in targets.items() if t.measure.get("inverted")} == {"23-15"}
    assert {code for code, t in targets.items() if t.measure.get("absolute")} == {"23-42", "23-43", "23-44"}
    assert {code: t.measure["per"] for code, t in targets.items() if "per" in t.measure} == {
        "23-28": 1_000_000,
        "23-29": 1_000_000,
    }


def test_due_after_the_round(targets: dict[str, Target]) -> None:
    assert {code: target.due for code, target in targets.items() if target.due} == {
        "23-14": "2028-03",
        "23-15": "2025-03",
    }


def test_operative_words_are_short_and_sourced(targets: dict[str, Target]) -> None:
    for target in targets.values():
        assert 0 < len(target.source["quote"].split()) <= LONGEST_QUOTE
        assert (target.source["document"], target.source["version"]) == (
            "2023/24 priorities and operational planning guidance",
            "1.1",
        )
        assert target.source["section"]
        assert (target.status, target.issued_by) == ("published", "X24")


def test_the_file_holds_against_the_catalogue(file: GuidanceFile) -> None:
    check_file(file, LINES)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"measure": {"line": "E.B.99"}}, "measure.line: E.B.99 is not a line"),
        ({"measure": {"numerator": "E.M.13N"}}, "'denominator' is a dependency"),
        ({"comparator": "about"}, "comparator: 'about' is not one of"),
        ({"treshold": 76}, "'treshold' was unexpected"),
        ({"source": {"section": "1A", "quote": "word " * 21}}, "source.quote: it has more than 20 words"),
        ({"indicator_levels": ["national"]}, "indicator_levels: they are among its levels"),
    ],
)
def test_a_wrong_entry_is_told(change: dict[str, object], fault: str) -> None:
    entry = {
        "code": "23-99",
        "title": "A",
        "area": "B",
        "metric": "c",
        "type": "quantified",
        "measure": {"line": "E.B.20"},
        "comparator": "=",
        "threshold": 0,
        "unit": "pathways",
        "gap_unit": "pathways",
        "effect": {"kind": "by_month", "from": "2024-03", "to": "2024-03"},
        "levels": ["trust"],
        "status": "published",
        "issued_by": "X24",
        "source": {"section": "1A", "quote": "words"},
    }
    with pytest.raises(BadReference, match=fault):
        check_target(Path("data/2023-24.yaml"), {**entry, **change}, LINES)
