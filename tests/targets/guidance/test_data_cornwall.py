"""Cornwall's 63 objectives: held against the paper's table, its marks counted, its slips shown."""

from __future__ import annotations

from collections import Counter

import pytest

from planning.registry.catalogue import lines_from_files
from targets.guidance.files import LONGEST_QUOTE, GuidanceFile, check_file, guidance_files, stored
from targets.guidance.target import Target

FULL, UNTIMED, AWAITING = "y y a y y", "y y a y ?", "- y a y ?"
MARKS = {"y": "yes", "?": "query", "-": "blank", "a": "tba"}

# number: (marks s m a r t, comparator, threshold, unit, kind of effect, its last month, types)
BY_RETURN = {
    1: (FULL, "=", 0, "pathways", "by_month", "2024-03", "ac"),
    2: (FULL, "=", 0, "pathways", "by_month", "2025-03", "ac"),
    3: ("? y a y y", "decrease", None, "pathways", "by_month", "2025-03", "ac"),
    4: (UNTIMED, "reduce_by", 25, "%", "change_vs_baseline", "2024-03", "ac"),
    5: (FULL, ">=", 95, "%", "by_month", "2025-03", "ac"),
    6: (FULL, ">=", 75, "%", "by_month", "2024-03", "ac"),
    7: (FULL, ">=", 130, "%", "change_vs_baseline", "2025-03", "ac"),
    8: (UNTIMED, "", None, "", "year_total", "2024-03", "ac mh"),
    9: (UNTIMED, "<", 5, "%", "year_total", "2024-03", "ac mh"),
    10: (UNTIMED, "=", 100, "%", "year_total", "2024-03", "ac"),
    11: (UNTIMED, "<=", 18, "minutes", "year_mean", "2024-03", "am"),
    12: (UNTIMED, "<=", 7, "minutes", "year_mean", "2024-03", "am"),
    13: (UNTIMED, "<", 2, "%", "year_total", "2024-03", "ac"),
    14: (UNTIMED, "reduce_by", 5, "%", "change_vs_baseline", "2024-03", "ac"),
    21: (FULL, ">=", 60, "%", "by_month", "2023-12", "icb"),
    34: (FULL, ">=", 95, "%", "year_total", "2024-03", "mh"),
    35: (FULL, ">=", 95, "%", "year_total", "2024-03", "mh"),
    37: (FULL, "", None, "", "year_total", "2024-03", "mh"),
    46: (FULL, ">=", 75, "%", "year_total", "2024-03", "icb mh"),
    47: (FULL, ">=", 95, "%", "year_total", "2024-03", "icb mh"),
    48: (FULL, ">=", 200, "%", "change_vs_baseline", "2024-03", "mh"),
    51: (FULL, "=", 0, "bed days", "year_total", "2024-03", "mh"),
    52: (FULL, ">=", 80, "%", "year_total", "2024-03", "mh"),
    54: (FULL, "=", 100, "%", "year_total", "2024-03", "mh"),
    57: ("y y - y y", ">=", 90, "%", "by_month", "2028-03", "ac am mh"),
    58: ("y y - y y", "=", 100, "%", "by_month", "2028-03", "ac am mh"),
}
# number: (marks, comparator, threshold, unit, last month)
BY_LEAD = {
    15: ("? ? a y ?", "", None, "", "2024-03"),
    16: ("? ? a ? ?", "", None, "", "2024-03"),
    17: ("? ? a ? ?", "", None, "", "2024-03"),
    18: (FULL, ">=", 200, "beds", "2030-12"),
    19: (FULL, ">=", None, "%", "2024-03"),
    20: (FULL, ">=", None, "%", "2024-03"),
    22: (FULL, ">=", 3, "areas", "2024-03"),
    23: (FULL, ">=", 50, "cafes", "2023-12"),
    24: (FULL, ">=", 3, "advisors", "2023-12"),
    **dict.fromkeys((25, 26, 27, 28), ("- - - - -", "", None, "", "2024-03")),
    29: (FULL, ">=", 6, "areas", "2023-09"),
    30: (FULL, ">=", 50, "hubs", "2024-03"),
    31: (FULL, ">=", 100, "a week", "2023-09"),
    32: (FULL, "<=", 100, "a week", "2023-12"),
    33: (FULL, ">=", 50, "a week", "2023-12"),
    36: (FULL, "=", 100, "%", "2024-03"),
    **dict.fromkeys((38, 39, 40, 41, 42, 43, 44, 45, 50), (AWAITING, "", None, "", "2024-03")),
    49: (FULL, ">=", 10, "%", "2024-03"),
    53: ("y y a y -", "=", 100, "%", "2024-03"),
    55: ("- y a y y", "", None, "", "2024-03"),
    56: ("- y a y y", "", None, "", "2024-03"),
    59: ("- y - y ?", "", None, "", "2024-03"),
    60: ("- y - y ?", "", None, "", "2024-03"),
    61: ("- y - y ?", "", None, "", "2024-03"),
    62: ("? y - y ?", "", None, "", "2024-03"),
    63: (FULL, "", None, "", "2024-03"),
}
MEASURES = {
    1: {"line": "E.B.20"},
    2: {"line": "E.B.18"},
    3: {"line": "E.B.3a"},
    4: {"line": "E.M.9"},
    5: {"numerator": "E.B.28N", "denominator": "E.B.28D", "inverted": True},
    6: {"numerator": "E.B.27N", "denominator": "E.B.27D"},
    7: {"line": "LOC.VWA"},
    9: {"numerator": "LOC.MIUN", "denominator": "LOC.MIUD"},
    10: {"numerator": "LOC.HO30", "denominator": "LOC.HOT"},
    11: {"mean": "E.B.23c", "weight": "E.B.23cD"},
    12: {"mean": "E.B.23c", "weight": "E.B.23cD"},
    13: {"numerator": "LOC.ED12N", "denominator": "E.M.13D"},
    14: {"line": "E.M.13D"},
    21: {"numerator": "E.A.S.1N", "denominator": "E.A.S.1D"},
    34: {"numerator": "LOC.CYPEDUN", "denominator": "LOC.CYPEDUD"},
    35: {"numerator": "LOC.CYPEDRN", "denominator": "LOC.CYPEDRD"},
    46: {"numerator": "LOC.IAPT6N", "denominator": "LOC.IAPT6D"},
    47: {"numerator": "LOC.IAPT18N", "denominator": "LOC.IAPT18D"},
    48: {"line": "LOC.IPS"},
    51: {"line": "LOC.OAPBD"},
    52: {"numerator": "LOC.FU72N", "denominator": "LOC.FU72D"},
    54: {"numerator": "LOC.CTRN", "denominator": "LOC.CTRD"},
    57: {"numerator": "W.KPI.TRAIN.SDMN", "denominator": "W.KPI.TRAIN.SDMD"},
    58: {"numerator": "W.KPI.TRAIN.PCSPN", "denominator": "W.KPI.TRAIN.PCSPD"},
}


@pytest.fixture(scope="module")
def file() -> GuidanceFile:
    return next(file for file in guidance_files() if file.document["code"] == "cornwall-gateway-2")


@pytest.fixture(scope="module")
def targets(file: GuidanceFile) -> dict[int, Target]:
    found = [Target.from_entry(entry, at) for at, entry in enumerate(stored(file))]
    return {int(target.code.removeprefix("QT6-23-")): target for target in found}


def marks(target: Target) -> str:
    letters = {word: letter for letter, word in MARKS.items()}
    return " ".join(letters[target.smart[criterion]] for criterion in "smart")


def test_the_file_holds_against_the_catalogue(file: GuidanceFile) -> None:
    check_file(file, lines_from_files("2023-24"))


def test_sixty_two_numbered_and_one_without_a_number(targets: dict[int, Target]) -> None:
    assert set(targets) == set(range(1, 64))
    assert sorted(targets, key=lambda number: targets[number].position) == [
        *range(1, 38),
        63,
        *range(38, 63),
    ]
    assert targets[63].source["section"].endswith("without a number")


def test_what_returns_hold_is_evaluated_from_them(targets: dict[int, Target]) -> None:
    found = {
        number: (
            marks(target),
            target.comparator,
            target.threshold,
            target.unit,
            target.effect["kind"],
            target.effect["to"],
            " ".join(sorted(target.types)),
        )
        for number, target in targets.items()
        if not target.is_attested
    }
    assert found == BY_RETURN


def test_each_is_measured_by_its_lines(targets: dict[int, Target]) -> None:
    assert {number: target.measure for number, target in targets.items() if target.measure} == MEASURES


def test_what_no_return_holds_is_answered_by_its_lead(targets: dict[int, Target]) -> None:
    found = {
        number: (marks(target), target.comparator, target.threshold, target.unit, target.effect["to"])
        for number, target in targets.items()
        if target.is_attested
    }
    assert found == BY_LEAD


def test_three_tests_in_the_falls_objective_and_two_of_early_intervention(targets: dict[int, Target]) -> None:
    found = {
        number: [
            (
                part["measure"]["numerator"],
                part["measure"]["denominator"],
                part["comparator"],
                part["threshold"],
            )
            for part in targets[number].parts
        ]
        for number in (8, 37)
    }
    assert found == {
        8: [
            ("LOC.FALLSN", "LOC.FALLSD", "=", 100),
            ("LOC.FALLSCN", "LOC.FALLSD", "=", 0),
            ("LOC.FALLSAN", "LOC.FALLSD", "=", 0),
        ],
        37: [("LOC.EIPN", "LOC.EIPD", ">=", 60), ("LOC.EIP3N", "LOC.EIP3D", ">=", 95)],
    }


def test_care_homes_go_in_two_steps(targets: dict[int, Target]) -> None:
    for number in (19, 20):
        assert targets[number].steps == (
            {"by": "2023-09", "threshold": 50},
            {"by": "2024-03", "threshold": 100},
        )
        assert targets[number].effect == {"kind": "from_month", "from": "2023-09", "to": "2024-03"}


def test_the_marks_of_the_numbered_rows_as_the_paper_has_them(targets: dict[int, Target]) -> None:
    """Attainable is left aside: it was still to be assessed."""
    numbered = [target for number, target in targets.items() if number != 63]
    tally = Counter("".join(marks(target).split()[at] for at in (0, 1, 3, 4)) for target in numbered)
    assert tally == {
        "yyyy": 30,
        "yyy?": 8,
        "?yyy": 1,
        "-yy?": 12,  # awaiting guidance
        "-yyy": 2,  # the same, marked timely
        "??y?": 1,  # with the next two: four mostly queried
        "????": 2,
        "?yy?": 1,
        "----": 4,
        "yyy-": 1,
    }


def test_attainable_is_to_be_assessed_but_where_the_column_is_blank(targets: dict[int, Target]) -> None:
    blank = {number for number, target in targets.items() if target.smart["a"] == "blank"}
    assert blank == {25, 26, 27, 28, 57, 58, 59, 60, 61, 62}
    assert {target.smart["a"] for target in targets.values()} == {"blank", "tba"}


def test_category_2_at_seven_minutes_is_a_question_beside_eighteen(targets: dict[int, Target]) -> None:
    assert targets[11].metric == targets[12].metric == "cat-2-response"
    assert (targets[11].status, targets[12].status) == ("local", "query")
    assert "18 minutes" in targets[12].slip
    assert [number for number, target in targets.items() if target.status != "local"] == [12]


def test_the_slips_are_told(file: GuidanceFile, targets: dict[int, Target]) -> None:
    assert {number for number, target in targets.items() if target.slip} == {12, 32, 44}
    slips = [note["text"] for note in file.document["notes"] if note["kind"] == "slip"]
    assert any("2022/23 system operating plan" in text for text in slips)


def test_they_are_the_systems_own_and_for_information_at_trusts(targets: dict[int, Target]) -> None:
    for target in targets.values():
        assert (target.systems, target.issued_by) == ({"QT6"}, "QT6")
        assert target.levels == ({"system"} if target.is_attested else {"trust", "system"})
        assert target.indicator_levels == (set() if target.is_attested else {"trust"})


def test_operative_words_are_short_and_sourced(targets: dict[int, Target]) -> None:
    for number, target in targets.items():
        assert 0 < len(target.source["quote"].split()) <= LONGEST_QUOTE
        assert target.source["section"].startswith("Appendix 6: ")
        assert number == 63 or target.source["section"].endswith(f", {number}")


def test_measures_shared_with_the_national_guidance(targets: dict[int, Target]) -> None:
    shared = {
        1: "rtt-65-weeks",
        2: "rtt-52-weeks",
        4: "outpatient-follow-ups",
        5: "diagnostics-six-weeks",
        6: "cancer-faster-diagnosis",
        7: "elective-activity",
        10: "handover-30",
        13: "ed-12-hours",
        21: "dementia-diagnosis",
        44: "ld-health-checks",
        63: "community-mental-health",
    }
    assert {number: targets[number].metric for number in shared} == shared
    assert targets[51].metric != "out-of-area-placements"
