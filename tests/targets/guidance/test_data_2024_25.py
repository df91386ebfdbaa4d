"""The guidance of 2024/25: what was expected of it, what was drafted and published, and the system's own goals."""

from datetime import date
from functools import lru_cache
from typing import Any

import pytest

from planning.registry.catalogue import lines_from_files
from targets.guidance.files import LONGEST_QUOTE, GuidanceFile, check_file, guidance_files, stored
from targets.guidance.governing import targets_from_files
from targets.guidance.target import Target

YEAR, MARCH = ("2024-04", "2025-03"), ("2025-03", "2025-03")
SEPTEMBER = ("2024-09", "2024-09")
BEFORE, AFTER = date(2024, 3, 26), date(2024, 3, 27)  # the guidance came out on 27 March 2024
T, S, N = "trust", "system", "national"
Q, D = "quantified", "directional"
GROWTH = {"line": "F.ICB.ALLOC", "share_of": "outturn"}

# Transcribed by hand, apart from the files: code -> type, comparator, threshold (or where it is from), unit,
# effect, its first and last month, levels.
EXPECTED: dict[str, tuple[Any, ...]] = {
    "24-01": (D, "increase", None, "%", "by_month", *MARCH, {S, T}),
    "24-02": (D, "decrease", None, "minutes", "year_mean", *YEAR, {S, T}),
    "24-03": (D, "", None, "", "year_total", *YEAR, {S}),
    "24-04": (Q, "=", 0, "pathways", "by_month", *MARCH, {S, T}),
    "24-05": (Q, ">=", 75, "%", "by_month", *MARCH, {S, T}),
    "24-06": (Q, ">=", 96, "%", "by_month", *MARCH, {S, T}),
    "24-07": (Q, ">=", 85, "%", "by_month", *MARCH, {S, T}),
    "24-08": (Q, "increase_toward", 95, "%", "by_month", *MARCH, {S, T}),
    "24-09": (D, "", None, "", "by_month", *MARCH, {S}),
    "24-10": (Q, "increase_by", 5, "%", "change_vs_baseline", *YEAR, {S, T}),
    "24-11": (Q, ">", GROWTH, "%", "year_total", *YEAR, {S}),
}
PUBLISHED: dict[str, tuple[Any, ...]] = {
    "24-01": (Q, ">=", 78, "%", "by_month", *MARCH, {S, T}),
    "24-02": (Q, "<=", 30, "minutes", "year_mean", *YEAR, {S, T}),
    "24-04": (Q, "=", 0, "pathways", "by_month", *SEPTEMBER, {S, T}),
    "24-05": (Q, ">=", 77, "%", "by_month", *MARCH, {S, T}),
    "24-07": (Q, ">=", 70, "%", "by_month", *MARCH, {S, T}),
    "24-08": (Q, ">=", 95, "%", "by_month", *MARCH, {S, T}),
    "24-10": (Q, "increase_by", "local", "%", "change_vs_baseline", *YEAR, {S, T}),
    "24-12": (Q, ">=", 46, "%", "year_total", *YEAR, {S, T}),
    "24-14": (Q, ">=", 66.7, "%", "by_month", *MARCH, {S}),
    "24-15": (Q, ">=", 60, "%", "by_month", *MARCH, {S}),
    "24-16": (Q, ">=", 75, "%", "by_month", *MARCH, {S}),
    "24-17": (Q, ">=", 48, "%", "year_total", *YEAR, {S}),
    "24-18": (Q, ">=", 67, "%", "year_total", *YEAR, {S}),
    "24-19": (Q, "<=", 30, "per million adults", "by_month", *MARCH, {S}),
    "24-20": (Q, "<=", 15, "per million under-18s", "by_month", *MARCH, {S}),
}
DRAFTED = {"24-13": (Q, "<=", 3.2, "%", "year_total", *YEAR, {N, S, T})}
MEASURED = {
    "24-01": {"numerator": "E.M.13N", "denominator": "E.M.13D"},
    "24-02": {"mean": "E.B.23c", "weight": "E.B.23cD"},
    "24-04": {"line": "E.B.20", "less": ["LOC.RTT65XC", "LOC.RTT65XS"]},
    "24-05": {"numerator": "E.B.27N", "denominator": "E.B.27D"},
    "24-07": {"numerator": "E.B.35N", "denominator": "E.B.35D"},
    "24-08": {"numerator": "E.B.28N", "denominator": "E.B.28D", "inverted": True},
    "24-10": {"line": "E.H.31"},
    "24-12": {"numerator": "E.M.38", "denominator": ["E.M.40", "E.M.41", "E.M.38"], "inverted": True},
    "24-14": {"numerator": "E.A.S.1N", "denominator": "E.A.S.1D"},
    "24-15": {"numerator": "E.H.13N", "denominator": "E.H.13D"},
    "24-16": {"numerator": "E.K.3N", "denominator": "E.K.3D"},
    "24-17": {"numerator": "E.A.4aN", "denominator": "E.A.4aD"},
    "24-18": {"numerator": "E.A.4bN", "denominator": "E.A.4bD"},
    "24-19": {"numerator": "E.K.1N", "denominator": "LOC.POPA", "per": 1_000_000},
    "24-20": {"numerator": "E.K.1cN", "denominator": "LOC.POPC", "per": 1_000_000},
}


@pytest.fixture(scope="module")
def files() -> dict[str, GuidanceFile]:
    return {file.document["code"]: file for file in guidance_files() if file.round == "2024-25"}


def _targets(file: GuidanceFile) -> dict[str, Target]:
    return {entry["code"]: Target.from_entry(entry) for entry in stored(file)}


def _row(target: Target) -> tuple[Any, ...]:
    effect = target.effect
    goal = target.threshold_from or target.threshold
    asked = (target.kind, target.comparator, goal, target.unit)
    return (*asked, effect["kind"], effect["from"], effect["to"], set(target.levels))


@pytest.mark.parametrize(
    ("document", "table"),
    [("bob-24-25-expected", EXPECTED), ("24-25-guidance", PUBLISHED), ("24-25-draft", DRAFTED)],
)
def test_every_target_is_as_transcribed(
    files: dict[str, GuidanceFile], document: str, table: dict[str, tuple[Any, ...]]
) -> None:
    assert {code: _row(target) for code, target in _targets(files[document]).items()} == table


def test_what_the_published_ones_measure(files: dict[str, GuidanceFile]) -> None:
    published = _targets(files["24-25-guidance"])
    assert {code: target.measure for code, target in published.items()} == MEASURED
    assert published["24-04"].exceptions == ("choice", "specific specialties")


def test_what_was_expected_in_two_parts(files: dict[str, GuidanceFile]) -> None:
    expected = _targets(files["bob-24-25-expected"])
    parts = {code: [part["measure"] for part in expected[code].parts] for code in ("24-03", "24-09")}
    assert parts == {
        "24-03": [{"line": "E.D.19"}, {"line": "E.D.24N"}],
        "24-09": [{"line": "E.H.9"}, {"line": "E.H.15"}],
    }


def test_how_the_documents_stand(files: dict[str, GuidanceFile]) -> None:
    shape = {
        code: (
            file.document["standing"],
            file.document["issued_by"],
            file.document["published_on"],
            file.document.get("in_part", False),
        )
        for code, file in files.items()
    }
    assert shape == {
        "bob-24-25-expected": ("expected", "QU9", "2023-11-21", False),
        "bob-24-25-goals": ("local", "QU9", "2023-11-21", False),
        "24-25-draft": ("draft", "X24", "2024-02-13", True),
        "24-25-guidance": ("published", "X24", "2024-03-27", True),
    }


def test_the_documents_hold_against_the_catalogue(files: dict[str, GuidanceFile]) -> None:
    lines = lines_from_files("2024-25")
    for file in files.values():
        check_file(file, lines)
        assert all(0 < len(entry["source"]["quote"].split()) <= LONGEST_QUOTE for entry in file.targets)


def test_thirteen_goals_under_four_objectives(files: dict[str, GuidanceFile]) -> None:
    goals = list(_targets(files["bob-24-25-goals"]).values())
    assert [goal.code for goal in goals] == [f"QU9-24-{number:02}" for number in range(1, 14)]
    areas = [goal.area for goal in goals]
    assert [areas.count(area) for area in dict.fromkeys(areas)] == [4, 3, 3, 3]
    assert list(dict.fromkeys(areas)) == [
        "Improve outcomes in population health and healthcare",
        "Tackle inequalities in outcomes, experience, and access",
        "Enhance productivity and value for money",
        "Help the NHS support broader social and economic development",
    ]


def test_goals_are_drafts_that_their_lead_answers_for(files: dict[str, GuidanceFile]) -> None:
    for goal in _targets(files["bob-24-25-goals"]).values():
        assert (goal.kind, goal.is_attested, goal.status, goal.systems) == (
            "milestone",
            True,
            "local",
            {"QU9"},
        )
        assert (goal.comparator, goal.threshold, goal.levels) == ("", None, {"system"})
        assert goal.note.startswith("A draft goal, without number or date.")


# --- which of them governs -----------------------------------------------------------------------------
@lru_cache
def _governing(day: date) -> tuple[Target, ...]:
    return tuple(targets_from_files("2024-25", day))


def _standing(day: date) -> dict[str, str]:
    return {target.code: target.status for target in _governing(day) if target.code.startswith("24-")}


def test_until_the_guidance_is_out_what_was_expected_stands() -> None:
    assert _standing(BEFORE) == dict.fromkeys(EXPECTED, "expected")


def test_once_it_is_out_it_governs_and_the_rest_stays_expected() -> None:
    silent = {"24-03", "24-06", "24-09", "24-11"}  # no published figure was found of these
    assert _standing(AFTER) == dict.fromkeys(PUBLISHED, "published") | dict.fromkeys(silent, "expected")


def test_what_is_expected_is_expected_of_one_system(files: dict[str, GuidanceFile]) -> None:
    assert all(target.systems == {"QU9"} for target in _targets(files["bob-24-25-expected"]).values())
    assert not any(target.systems for target in _targets(files["24-25-guidance"]).values())


def test_the_draft_never_governs() -> None:
    for day in (BEFORE, AFTER, date(2025, 1, 1)):
        assert "24-13" not in _standing(day)


def test_ambitions_of_earlier_years_are_carried_into_this_one() -> None:
    carried = {target.code for target in _governing(AFTER) if target.carried_from}
    assert {"23-37", "23-41"} <= carried  # 130% and 10% by 2024/25
    assert not carried & {"22-02", "22-07", "23-15"}  # something took their place
    before = {target.code for target in _governing(BEFORE) if target.carried_from}
    assert {"22-07", "23-15"} <= before  # nothing had yet
