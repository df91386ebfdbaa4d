"""The guidance of 2022/23 as data, held against a transcription of what each document asks for."""

from __future__ import annotations

from datetime import date

import pytest

from planning.registry.catalogue import lines_from_files
from targets.guidance.files import LONGEST_QUOTE, GuidanceFile, check_file, check_supersession, guidance_files
from targets.guidance.governing import for_system, targets_from_files
from targets.guidance.target import Target

# code, what is asked, unit, when, type, levels. T is a trust that is judged, t one that is shown for information;
# x after the levels: answered by attestation. Year: April 2022 to March 2023.
NATIONAL = """
22-01  > 110            %        change year            quantified   S t
22-02  >= 130           %        change 2024-04 2025-03 quantified   S N
22-03  = 0              pathways from 2022-07 2023-03   quantified   S t
22-04  = 0              pathways by 2023-03             quantified   S t
22-05  -                -        from 2022-07 2023-03   milestone    S T x
22-06  decrease         pathways by 2023-03             directional  S t
22-07  = 0              pathways by 2025-03             quantified   S t
22-08  reduce_by 25     %        change year            quantified   S t
22-09  >= 5             %        by 2023-03             quantified   S t
22-10  >= 16            per_100_first_attendances by 2023-03 quantified S
22-11  <= baseline      patients by 2023-03             quantified   S t
22-12  increase_by loc  patients total year             national     A S
22-13  = 100            %        total year             quantified   S
22-14  -                -        total year             milestone    T x
22-15  3_parts          -        total year             directional  S t
22-16  >= 75            %        by 2023-03             quantified   A S
22-17  >= 65            %        total year             quantified   A S
22-18  >= 1             projects from 2022-04 2023-03   milestone    A x
22-19  = 100            %        total year             quantified   A T x
22-20  = 4              pathways by 2022-06             milestone    T x
22-21  = 6              pathways by 2023-03             milestone    T x
22-22  <= 36            months   by 2022-06             milestone    S x
22-23  >= 120           %        change year            quantified   S t
22-24  >= 3.5           rooms_per_100,000_over_50 total year quantified S x
22-25  >= 2             scanners total year             quantified   T x
22-26  increase_by 10   %        by 2025-03             quantified   S x
22-27  -                -        by 2025-03             milestone    S x
22-28  >= 85            %        total year             quantified   L T
22-29  = 100            %        total year             quantified   L x
22-30  = 7              actions  total year             milestone    T x
22-31  increase_by loc  beds     mean year              national     N S
22-32  <= 2             %        total year             quantified   S t
22-33  4_parts          -        mean year              quantified   T
22-34  = 0              handovers each year             quantified   S t
22-35  >= 95            %        each year              quantified   S t
22-36  >= 65            %        each year              quantified   S t
22-37  > 50             %        each year              quantified   S
22-38  >= 40-50         beds_per_100,000 by 2023-12     quantified   S
22-39  = 100            %        from 2022-04 2023-03   milestone    S T x
22-40  >= 70            %        from 2022-12 2023-03   quantified   T
22-41  reduce_by 50     %        change year            quantified   S
22-42  decrease         people   by 2023-03             directional  S t
22-43  2_parts          -        total year             directional  S
22-44  >= loc           FTE      by 2023-03             national     P S
22-45  >= loc           FTE      by 2024-03             national     P S
22-46  increase_toward loc FTE   by 2023-03             national     S
22-47  increase_by loc  appointments total 2023-04 2024-03 national  S
22-48  >= loc           referrals total year            national     P S
22-49  >= 4500000       £000     by 2024-03             national     N x
22-50  > F.ICB.ALLOC    %        total year             quantified   S
22-51  -                -        by 2022-06             milestone    S x
22-52  increase_toward 75 %      by 2024-03             quantified   S
22-53  -                -        total year             milestone    T x
22-54  -                -        total year             directional  P x
22-55  -                -        by 2023-03             milestone    S x
22-56  >= 60            %        by 2023-03             quantified   P S
22-57  -                -        by 2023-03             milestone    S T x
22-58  >= 0             £000     total year             quantified   S
22-59  -                -        by 2022-12             milestone    S x
22-60  -                -        from 2022-04 2023-03   milestone    P x
22-61  -                -        from 2022-10 2023-03   milestone    P S x
22-62  > 50             %        total year             directional  L x
22-63  >= baseline      beds     mean year              quantified   S t
22-64  2_parts          -        mean year              directional  T
22-65  increase         referrals total year            directional  S T
22-66  2_parts          -        by 2023-03             directional  S
22-67  2_parts          -        by 2023-03             directional  S
22-68  increase         %        total year             directional  A S
22-69  -                -        total year             directional  S T x
22-70  -                -        total year             milestone    S x
22-71  -                -        total year             milestone    S T x
22-72  increase_by 610000 patients by 2025-03           national     N x
"""
BOB = """
B22-01 >= 110           %        change year            quantified   S t
B22-02 >= 120           %        change year            quantified   S t
B22-03 = 0              pathways from 2022-03 2023-03   quantified   S t
B22-04 2_parts          -        by 2023-03             directional  S t
B22-05 < baseline       patients by 2023-03             quantified   S t
B22-06 -                -        total year             milestone    S x
B22-07 >= 40-50         wards_per_100,000 total year    quantified   S x
B22-08 >= 70            %        by 2022-12             quantified   S T
B22-09 <= 2             %        total year             quantified   S t
"""
LEVELS = {
    "system": "S",
    "trust": "T",
    "national": "N",
    "cancer_alliance": "A",
    "maternity_system": "L",
    "primary_care_network": "P",
}
EFFECTS = {
    "change_vs_baseline": "change",
    "from_month": "from",
    "each_month": "each",
    "by_month": "by",
    "year_total": "total",
    "year_mean": "mean",
}
LINES = lines_from_files("2022-23")
FILES = {file.document["code"]: file for file in guidance_files() if file.round == "2022-23"}
TARGETS = {target.code: target for target in targets_from_files("2022-23")}
V3, BOARD = FILES["22-23-guidance-v3"], FILES["bob-22-23-appendix-1"]


def _asked(target: Target) -> str:
    if target.parts:
        return f"{len(target.parts)}_parts"
    source = target.threshold_from
    named = source["line"] if isinstance(source, dict) else {"local": "loc"}.get(source, source)
    number = "" if target.threshold is None else f"{target.threshold:g}"
    if target.threshold is not None and target.threshold >= 100_000:
        number = str(int(target.threshold))
    if target.threshold_high is not None:
        number += f"-{target.threshold_high:g}"
    return " ".join(filter(None, (target.comparator, named, number))) or "-"


def _when(target: Target) -> str:
    kind, first, last = (target.effect[name] for name in ("kind", "from", "to"))
    if kind == "by_month":
        assert first == last, target.code
        return f"by {last}"
    is_year = (first, last) == ("2022-04", "2023-03") and kind != "from_month"
    return f"{EFFECTS[kind]} {'year' if is_year else f'{first} {last}'}"


def _levels(target: Target) -> set[str]:
    found = {LEVELS[level] for level in target.levels - target.indicator_levels}
    found |= {LEVELS[level].lower() for level in target.indicator_levels}
    return found | ({"x"} if target.is_attested else set())


def _transcribed(table: str) -> dict[str, tuple[str, set[str]]]:
    """code -> its row without levels, one space between words; and its levels."""
    found = {}
    for row in table.strip().splitlines():
        words = row.split()
        at = next(
            i
            for i, word in enumerate(words)
            if word in ("quantified", "directional", "milestone", "national")
        )
        found[words[0]] = (" ".join(words[1 : at + 1]), set(words[at + 1 :]))
    return found


def _of(file: GuidanceFile) -> dict[str, tuple[str, set[str]]]:
    found = {}
    for entry in file.targets:
        target = Target.from_entry({**entry, "source": {}})
        unit = "-" if target.parts or not target.unit else target.unit.replace(" ", "_")
        found[target.code] = (f"{_asked(target)} {unit} {_when(target)} {target.kind}", _levels(target))
    return found


@pytest.mark.parametrize(("file", "table"), [(V3, NATIONAL), (BOARD, BOB)], ids=["national", "local"])
def test_every_target_asks_what_its_document_asks(file: GuidanceFile, table: str) -> None:
    assert _of(file) == _transcribed(table)


def test_there_are_seventy_two_national_and_nine_local() -> None:
    assert [entry["code"] for entry in V3.targets] == [f"22-{at:02d}" for at in range(1, 73)]
    assert [entry["code"] for entry in BOARD.targets] == [f"B22-{at:02d}" for at in range(1, 10)]
    assert {*TARGETS} == {entry["code"] for entry in (*V3.targets, *BOARD.targets)}


def test_every_file_holds_against_the_lines_and_the_others() -> None:
    for file in FILES.values():
        check_file(file, LINES)
    check_supersession(list(guidance_files()))


def test_operative_words_are_short_and_sourced() -> None:
    for file in FILES.values():
        for entry in (*file.targets, *file.assurances):
            assert 0 < len(entry["source"]["quote"].split()) <= LONGEST_QUOTE, entry["code"]
            assert entry["source"]["section"], entry["code"]


def test_targets_know_their_document_and_issuer() -> None:
    assert {(target.issued_by, target.status) for target in TARGETS.values()} == {
        ("X24", "published"),
        ("QU9", "local"),
    }
    assert TARGETS["22-01"].source["version"] == "3"
    assert all(TARGETS[code].systems == {"QU9"} for code in TARGETS if code.startswith("B"))
    assert not any(target.code.startswith("B") for target in for_system(TARGETS.values(), "QT6"))


def test_a_trust_is_judged_only_where_it_has_the_lines() -> None:
    for target in TARGETS.values():
        if "trust" not in target.levels or target.is_attested:
            continue
        for measure in [target.measure, *(part["measure"] for part in target.parts)]:
            named = [measure[name] for name in ("numerator", "line", "mean") if name in measure]
            codes = [code for term in named if term for code in ([term] if isinstance(term, str) else term)]
            for code in codes:
                assert target.types <= LINES[code].types, (target.code, code)


def test_types_of_the_organisations_judged() -> None:
    types: dict[str, set[str]] = {}
    for target in TARGETS.values():
        types.setdefault(" ".join(sorted(target.types)), set()).add(target.code)
    of_systems = {code for code, target in TARGETS.items() if "trust" not in target.levels}
    assert types.pop("") == of_systems
    assert types.pop("ac mh") == {"22-39", "22-40", "22-53", "22-65", "B22-08"}
    assert types.pop("am") == {"22-33", "22-64"}
    assert types.pop("mh") == {"22-42"}
    assert types.pop("ac am mh") == {"22-57", "22-71"}
    assert set(types) == {"ac"}


def test_what_is_taken_off_is_what_the_guidance_excepts() -> None:
    excepted = {
        code: (list(target.exceptions), target.measure["less"])
        for code, target in TARGETS.items()
        if target.exceptions or "less" in target.measure
    }
    assert excepted == {
        "22-03": (["choice"], ["LOC.RTT104XC"]),
        "22-04": (["choice", "specific specialties"], ["LOC.RTT78XC", "LOC.RTT78XS"]),
        "22-07": (["choice", "specific specialties"], ["LOC.RTT52XC", "LOC.RTT52XS"]),
    }


def test_what_is_measured() -> None:
    measured = {
        code: TARGETS[code].measure for code in ("22-01", "22-10", "22-31", "22-38", "22-42", "22-50")
    }
    assert measured == {
        "22-01": {"line": "LOC.VWA"},
        "22-10": {"numerator": "E.M.33", "denominator": "E.M.8", "per": 100},
        "22-31": {"line": ["E.M.30g", "E.M.30h", "E.M.30i", "E.M.30j", "E.T.5D"]},
        "22-38": {"numerator": "E.T.5D", "denominator": "LOC.POP", "per": 100_000},
        "22-42": {"line": ["E.T.2a", "E.T.2b"]},
        "22-50": {"numerator": "F.ICB.MHIS", "denominator": "F.ICB.MHISB", "absolute": True},
    }


def test_the_tests_that_one_target_puts_together() -> None:
    parts = {
        code: [(part["comparator"], part.get("threshold"), part.get("baseline")) for part in target.parts]
        for code, target in TARGETS.items()
        if target.parts
    }
    better, fewer = ("increase", None, "outturn"), ("decrease", None, "outturn")
    assert parts == {
        "22-15": [better] * 3,
        "22-33": [("<=", 7, None), ("<=", 15, None), ("<=", 18, None), ("<=", 40, None)],
        "22-43": [better, fewer],
        "22-64": [fewer] * 2,
        "22-66": [better] * 2,
        "22-67": [fewer] * 2,
        "B22-04": [fewer] * 2,
    }


def test_baselines() -> None:
    of_2019 = {code for code, target in TARGETS.items() if target.baseline == "2019/20"}
    assert of_2019 == {
        *("22-01", "22-02", "22-08", "22-11", "22-12", "22-23", "22-47", "22-63"),
        *("B22-01", "B22-02", "B22-05"),
    }
    of_outturn = {code for code, target in TARGETS.items() if target.baseline == "outturn"}
    assert of_outturn == {"22-06", "22-31", "22-41", "22-42", "22-46", "22-52", "22-65", "22-68"}


def test_key_actions_and_required_plans() -> None:
    assert [entry["code"] for entry in V3.assurances] == [f"22-A{at:02d}" for at in range(1, 25)]
    known = {entry["code"] for entry in V3.targets}
    assert all(set(entry.get("supports", [])) <= known for entry in V3.assurances)
    assert {entry["code"]: entry["due"] for entry in V3.assurances if "due" in entry} == {
        "22-A09": "2022-12",
        "22-A13": "2022-12",
        "22-A16": "2022-06",
        "22-A18": "2022-03",
        "22-A19": "2022-06",
        "22-A20": "2023-03",
        "22-A22": "2022-03",
        "22-A23": "2023-03",
        "22-A24": "2022-04",
    }
    plans = {entry["title"] for entry in V3.assurances if entry["kind"] == "plan"}
    assert {
        "Whole system workforce plan",
        "Two-year virtual wards plan, with credible capacity by December 2022",
        "Costed three-year digital investment plan",
        "Prevention plan led by a named senior officer",
        "Cancer plan with the Cancer Alliance",
    } <= plans


def test_versions_follow_one_another() -> None:
    series = [file for file in FILES.values() if file.document["series"] == "22-23-guidance"]
    assert [
        (file.document["version"], file.document["published_on"], file.document.get("in_part", False))
        for file in series
    ] == [("1", "2021-12-24", True), ("2", "2022-01-14", True), ("3", "2022-02-22", False)]


@pytest.mark.parametrize(
    ("day", "version", "codes"),
    [
        (date(2021, 12, 23), "", 0),
        (date(2022, 1, 13), "1", 1),
        (date(2022, 1, 14), "2", 1),
        (date(2022, 2, 22), "3", 72),
    ],
)
def test_the_version_of_the_day_governs(day: date, version: str, codes: int) -> None:
    found = [target for target in targets_from_files("2022-23", day) if target.issued_by == "X24"]
    assert len(found) == codes
    assert {target.source["version"] for target in found} == ({version} if version else set())
