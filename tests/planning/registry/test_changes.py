"""Rounds that follow another: what 2022/23 and 2024/25 change, and files that are wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planning.registry.catalogue import line_entries, lines_from_files
from planning.registry.changes import with_changes
from planning.registry.files import DATA, BadReference, read_reference
from planning.registry.lines import Lines

FILE = Path("data/lines/2024-25/changes.yaml")
BEFORE = [
    {"code": "E.M.8", "label": "Firsts"},
    {"code": "E.M.9", "label": "Follow-ups", "required": "optional"},
]
YEARS = ("2022-23", "2024-25")


def lines(round_code: str) -> Lines:
    return lines_from_files(round_code)


def asked(round_code: str, *codes: str) -> set[str]:
    return {lines(round_code)[code].required for code in codes}


def test_lines_of_2022_23() -> None:
    now, then = set(lines("2023-24")), set(lines("2022-23"))
    assert then - now == {"F.ENV", "F.ENV.H2", "F.ENV.FULL", "F.ENV.ADJ"}
    assert now - then == {
        *("E.D.21N", "E.D.21D", "E.M.38", "E.M.40", "E.M.41", "W.KPI.TRAIN.OMMTN", "W.KPI.TRAIN.OMMTD"),
        *("LOC.FALLSN", "LOC.FALLSCN", "LOC.FALLSAN", "LOC.FALLSD", "LOC.MIUN", "LOC.MIUD"),
    }
    assert asked("2022-23", "E.B.20", "LOC.RTT65XC", "LOC.RTT65XS") == {"optional"}
    assert asked("2022-23", "LOC.RTT104", "LOC.RTT78", "E.B.18") == {"required"}


def test_envelope_of_2022_23() -> None:
    found = [lines("2022-23")[f"F.ENV{part}"] for part in ("", ".H2", ".FULL", ".ADJ")]
    assert {(line.over_time, line.required, line.outturn, line.types) for line in found} == {
        ("annual", "required", "none", frozenset({"ac", "mh", "am"}))
    }
    assert [line.sign for line in found] == ["+", "+", "+", "any"]


def test_lines_of_2024_25() -> None:
    now, later = set(lines("2023-24")), set(lines("2024-25"))
    assert later - now == {"E.A.4bN", "E.A.4bD"}
    assert now - later == set()
    gone = ("LOC.RTT78", "LOC.RTT104", "LOC.RTT78XC", "LOC.RTT78XS", "LOC.RTT104XC")
    assert asked("2024-25", *gone) == {"optional"}
    assert asked("2024-25", "E.B.20", "E.M.38", "E.M.40", "E.M.41", "E.A.4aN", "E.A.4bD") == {"required"}


@pytest.mark.parametrize("round_code", YEARS)
def test_a_round_differs_where_its_file_says_so_and_nowhere_else(round_code: str) -> None:
    before = {entry["code"]: entry for entry in line_entries("2023-24")}
    after = {entry["code"]: entry for entry in line_entries(round_code)}
    document = read_reference(DATA / "lines" / round_code / "changes.yaml")
    assert {code for code in before.keys() & after.keys() if before[code] != after[code]} == set(
        document["change"]
    )


@pytest.mark.parametrize("round_code", YEARS)
def test_definitions_name_no_year_of_another_round(round_code: str) -> None:
    other = {"2022-23": "2024/25", "2024-25": "2022/23"}[round_code]
    assert [code for code, line in lines(round_code).items() if other in line.definition + line.label] == []


def test_changes_in_order() -> None:
    found = with_changes(
        FILE,
        BEFORE,
        {
            "from": "2023-24",
            "remove": [],
            "change": {"E.M.9": {"required": None, "label": "Later ones"}},
            "add": [{"after": "E.M.8", "code": "E.M.33"}, {"code": "E.M.34"}],
        },
    )
    assert found == [
        {"code": "E.M.8", "label": "Firsts"},
        {"code": "E.M.33"},
        {"code": "E.M.9", "label": "Later ones"},
        {"code": "E.M.34"},
    ]
    assert BEFORE[1]["required"] == "optional"  # the round before is as it was


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ({"remove": ["E.M.99"]}, r"2024-25/changes.yaml, E\.M\.99: is not there to remove"),
        ({"change": {"E.M.99": {"label": "x"}}}, r"E\.M\.99: is not there to change"),
        ({"remove": ["E.M.9"], "change": {"E.M.9": {"label": "x"}}}, r"E\.M\.9: is not there to change"),
        ({"add": [{"code": "E.M.9"}]}, r"E\.M\.9: is there already: change it instead"),
        (
            {"add": [{"after": "E.M.99", "code": "E.M.33"}]},
            r"E\.M\.33: E\.M\.99, which it is to follow, is not there",
        ),
        ({"alter": {}}, "alter: is not one of add, change, from, remove"),
    ],
)
def test_a_wrong_file_is_told(document: dict[str, Any], fault: str) -> None:
    with pytest.raises(BadReference, match=fault):
        with_changes(FILE, BEFORE, {"from": "2023-24", **document})
