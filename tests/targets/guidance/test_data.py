"""The guidance of 2023/24, version 1.1: 59 targets as its own table of objectives and annex have them."""

from pathlib import Path
from typing import Any

import pytest

from planning.registry.catalogue import lines_from_files
from planning.registry.files import BadReference
from targets.guidance.files import (
    LONGEST_QUOTE,
    GuidanceFile,
    check_file,
    check_target,
    guidance_files,
    stored,
)
from targets.guidance.target import Target

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
    "23-16": (D, "", None, "", "year_total", *YEAR, {S, T}),
    "23-17": (D, "", None, "", "year_total", *YEAR, {L}),
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
    "23-45": (Q, "=", 100, "%", "year_total", *YEAR, {L}),
    "23-46": (M, "=", 60, "%", "year_total", *YEAR, {N}),
    "23-47": (M, "", None, "", "by_month", *MARCH, {S}),
    "23-48": (Q, ">=", 3, "pathways", "year_total", *YEAR, {S}),
    "23-49": (M, "", None, "", "by_month", "2023-04", "2023-04", {S}),
    "23-50": (M, "", None, "", "year_total", *YEAR, {S}),
    "23-51": (D, "decrease", None, "follow-ups per first attendance", "year_total", *YEAR, {S, T}),
    "23-52": (D, "decrease", None, "beds", "year_mean", *YEAR, {S, T}),
    "23-53": (D, "decrease", None, "handovers", "year_total", *YEAR, {S, T}),
    "23-54": (D, "increase", None, "referrals", "year_total", *YEAR, {S, T}),
    "23-55": (D, "increase", None, "people", "by_month", *MARCH, {S}),
    "23-56": (D, "", None, "", "year_total", *YEAR, {S, A}),
    "23-57": (M, "", None, "", "year_total", *YEAR, {S}),
    "23-58": (M, "", None, "", "by_month", "2023-03", "2023-03", {S, T}),
    "23-59": (M, "", None, "", "by_month", "2023-04", "2023-04", {S}),
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


def test_what_no_return_holds_is_answered_for(targets: dict[str, Target]) -> None:
    attested = {code for code, target in targets.items() if target.is_attested}
    assert attested == {
        *("23-05", "23-16", "23-17", "23-41", "23-45", "23-46", "23-47", "23-48"),
        *("23-49", "23-50", "23-56", "23-57", "23-58", "23-59"),
    }
    assert all(targets[code].measure or targets[code].parts for code in set(TABLE) - attested)


def test_those_excepted_are_taken_off(targets: dict[str, Target]) -> None:
    assert {code for code, target in targets.items() if target.exceptions} == {"23-10"}
    assert targets["23-10"].measure["less"] == ["LOC.RTT65XC", "LOC.RTT65XS"]
    assert targets["23-10"].exceptions == ("choice", "specific specialties")


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
        ({"measure": {"numerator": "E.M.13N"}}, "'denominator' is a dependency"),
        ({"treshold": 76}, "'treshold' was unexpected"),
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
