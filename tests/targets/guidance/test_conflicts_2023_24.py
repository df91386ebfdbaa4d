"""Where the documents that bear on 2023/24 and 2024/25 contradict one another, and how the data has it.

The numbers are those of the project's list of 28 conflicts. Each is held in what the files say and, where figures
tell two readings apart, in how a plan of one row is judged.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import pytest

from planning.registry.lines import Line, Lines
from targets.guidance.files import GuidanceFile, guidance_files, stored
from targets.guidance.governing import targets_from_files
from targets.guidance.target import Target
from targets.judging.evaluation import evaluate, evaluate_system
from tests.plans import Figure, line, member, plan_of, row

Given = Figure | list[Figure]


@lru_cache
def _files() -> Mapping[str, GuidanceFile]:
    return {file.document["code"]: file for file in guidance_files()}


@lru_cache
def _all_targets() -> Mapping[tuple[str, str], Target]:
    """Every target by document and code."""
    return {
        (name, entry["code"]): Target.from_entry(entry)
        for name, file in _files().items()
        for entry in stored(file)
    }


@lru_cache
def _governing(round_code: str, day: date) -> Mapping[str, Target]:
    return {target.code: target for target in targets_from_files(round_code, day)}


def _of(code: str) -> Target:
    """A target by its code, as the latest published document has it."""
    found = {
        _files()[document].document["published_on"]: target
        for (document, known), target in _all_targets().items()
        if known == code and target.status == "published"
    }
    return found[max(found)]


def _expected(code: str) -> Target:
    return _all_targets()["bob-24-25-expected", code]


def _notes(document: str, kind: str) -> list[str]:
    return [note["text"] for note in _files()[document].document["notes"] if note["kind"] == kind]


def _verdicts(*targets: Target, kind: str, figures: Mapping[str, tuple[str, Given]], year: str) -> list[str]:
    """How each target judges one organisation, or its system where single organisations are not asked.
    `figures`: code -> (how it adds up, its figure in every month)."""
    found = [_line(code, over, kind) for code, (over, _) in figures.items()]
    given = {("RTH", code): _row(over, figure) for code, (over, figure) in figures.items()}
    plan = plan_of(Lines(year, found), [member("RTH", kind)], given)
    outcomes = [
        evaluate(plan, [target])[0] if "trust" in target.levels else evaluate_system(plan, [target], "QU9")[0]
        for target in targets
    ]
    return [outcome.outcome for outcome in outcomes]


def _line(code: str, over: str, kind: str) -> Line:
    return line(code, over, kind, weight=f"{code}D") if over == "wmean" else line(code, over, kind)


def _row(over: str, figure: Given) -> list[Figure]:
    if isinstance(figure, list):
        return figure
    return row(year=figure) if over == "annual" else row(months=figure)


# --- 3: from 65 weeks to 52 and back ---------------------------------------------------------------------
def test_3_the_chain_of_long_waits() -> None:
    assert _of("23-10").supersedes == ("22-04",)
    assert set(_of("24-04").supersedes) == {"23-10", "22-07"}
    asked = [
        (target.metric, target.threshold, target.effect["to"])
        for target in (_of("22-04"), _of("22-07"), _of("23-10"), _expected("24-04"), _of("24-04"))
    ]
    assert asked == [
        ("rtt-78-weeks", 0, "2023-03"),
        ("rtt-52-weeks", 0, "2025-03"),
        ("rtt-65-weeks", 0, "2024-03"),
        ("rtt-52-weeks", 0, "2025-03"),
        ("rtt-65-weeks", 0, "2024-09"),
    ]


def test_3_which_of_them_governs_2024_25() -> None:
    before, after = (_governing("2024-25", date(2024, 3, day)) for day in (26, 27))
    assert before["24-04"].metric == "rtt-52-weeks"  # expected: 52 weeks
    assert before["22-07"].carried_from == "2022-23"  # and set so, two years before
    assert (after["24-04"].metric, after["24-04"].status) == ("rtt-65-weeks", "published")
    assert "22-07" not in after


def test_3_52_weeks_missed_and_65_met() -> None:
    figures = {"E.B.18": ("last", 40), "E.B.20": ("last", 5)}
    exempt = {"LOC.RTT65XC": ("last", 3), "LOC.RTT65XS": ("last", 2)}
    found = _verdicts(_expected("24-04"), _of("24-04"), kind="ac", figures=figures | exempt, year="2024-25")
    assert found == ["not_met", "met"]


# --- 7, 8: virtual wards ---------------------------------------------------------------------------------
def test_7_two_dates_for_virtual_wards() -> None:
    assert (_of("22-38").effect["kind"], _of("22-38").effect["to"]) == ("by_month", "2023-12")
    funding = next(
        entry
        for entry in _files()["22-23-guidance-v3"].assurances
        if entry.get("due") == "2022-12" and "22-38" in entry.get("supports", ())
    )
    assert funding["kind"] == "plan"
    assert _governing("2023-24", date(2023, 6, 1))["22-38"].carried_from == "2022-23"


def test_8_how_many_beds_and_how_full_are_different_measures() -> None:
    capacity, use = _of("22-38"), _of("23-33")
    assert capacity.metric != use.metric
    assert "22-38" not in use.supersedes
    beds = {"E.T.5D": ("avg", row(months=1000, outturn=1000)), "LOC.POP": ("annual", 2_000_000)}
    full = beds | {
        "E.T.5N": ("avg", row(months=900, outturn=950))
    }  # 50 in 100,000 people, 90% of them in use
    assert _verdicts(capacity, use, kind="icb", figures=full, year="2023-24") == ["met", "met"]
    empty = beds | {"E.T.5N": ("avg", row(months=700, outturn=750))}
    assert _verdicts(capacity, use, kind="icb", figures=empty, year="2023-24") == ["met", "not_met"]


# --- 14, 15: a threshold relaxed, another tightened -------------------------------------------------------
def test_14_a_fit_result_for_every_referral_then_for_80_in_100() -> None:
    every, most = _of("22-13"), _of("23-38")
    assert ((every.comparator, every.threshold), (most.comparator, most.threshold)) == (
        ("=", 100),
        (">=", 80),
    )
    assert most.supersedes == ("22-13",)
    figures = {"E.B.34N": ("ratio", 80), "E.B.34D": ("ratio", 100)}
    found = _verdicts(every, most, kind="ac", figures=figures, year="2023-24")
    assert found == ["not_met", "met"]


def test_15_pathways_for_75_in_100_then_for_all() -> None:
    first, now = _of("22-16"), _of("23-40")
    assert ((first.comparator, first.threshold), (now.comparator, now.threshold)) == ((">=", 75), ("=", 100))
    assert now.supersedes == ("22-16",)
    figures = {"LOC.NSSCOVN": ("annual", 75), "LOC.NSSCOVD": ("annual", 100)}
    found = _verdicts(first, now, kind="icb", figures=figures, year="2023-24")
    assert found == ["met", "not_met"]


# --- 16: other people counted ----------------------------------------------------------------------------
def test_16_health_checks_from_14_and_over_14() -> None:
    first, now = _of("22-52"), _of("23-27")
    assert now.supersedes == ("22-52",)
    assert (now.threshold, now.effect["to"]) == (75, "2024-03")
    assert "aged over 14" in now.source["quote"]
    assert "the people counted are not the same" in now.note
    assert "14" in f"{first.title} {first.note} {first.source['quote']}"
    assert "22-52" not in _governing("2023-24", date(2023, 6, 1))


# --- 17: 5,000 beds and 7,000 ----------------------------------------------------------------------------
def test_17_national_beds_are_no_system_s_until_its_share_is_set() -> None:
    beds = _of("23-32")
    assert (beds.kind, beds.threshold, beds.threshold_from) == ("national", None, "local")
    assert "whether the 5,000 of 2022/23 are among them is not said" in beds.note
    lines = dict.fromkeys(("E.M.30g", "E.M.30h", "E.M.30i", "E.M.30j"), ("avg", 10))
    assert _verdicts(beds, kind="ac", figures=lines, year="2023-24") == ["not_assessable"]


# --- 18: standard and planning objective ------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "standard", "objective", "figures", "found"),
    [
        ("24-05", 75, 77, {"E.B.27N": 76, "E.B.27D": 100}, ["met", "not_met"]),
        ("24-07", 85, 70, {"E.B.35N": 72, "E.B.35D": 100}, ["not_met", "met"]),
    ],
)
def test_18_the_standard_is_one_target_and_the_objective_another(
    code: str, standard: int, objective: int, figures: dict[str, int], found: list[str]
) -> None:
    expected, published = _expected(code), _of(code)
    assert (expected.threshold, published.threshold) == (standard, objective)
    assert "standard" in expected.note
    assert "planning objective" in published.note
    given = {name: ("ratio", figure) for name, figure in figures.items()}
    assert _verdicts(expected, published, kind="ac", figures=given, year="2024-25") == found


# --- 21: across the year and in a month -------------------------------------------------------------------
def test_21_an_average_across_the_year_is_no_month_of_march() -> None:
    ambulances, attendances = _of("23-02"), _of("23-01")
    assert (ambulances.effect["kind"], attendances.effect["kind"]) == ("year_mean", "by_month")
    response = {
        "E.B.23c": ("wmean", row(months=29, mar=41)),  # a mean of 30 over the year, 41 in March
        "E.B.23cD": ("sum", 1000),
    }
    assert _verdicts(ambulances, kind="am", figures=response, year="2023-24") == ["met"]
    waits = {"E.M.13N": ("ratio", row(months=50, mar=76)), "E.M.13D": ("ratio", 100)}
    assert _verdicts(attendances, kind="ac", figures=waits, year="2023-24") == ["met"]


# --- 24: two editions of one document ----------------------------------------------------------------------
def test_24_the_edition_of_december_is_known_in_part_and_changes_nothing() -> None:
    december = _files()["23-24-guidance-v1.0"]
    assert december.document["series"] == _files()["23-24-guidance-v1.1"].document["series"]
    assert (december.document["published_on"], december.document["in_part"]) == ("2022-12-23", True)
    assert december.targets == []
    said = " ".join(_notes("23-24-guidance-v1.0", "provenance"))
    assert "word for word" in said
    assert "list of changes" in said
    assert "says nothing about what changed" in " ".join(_notes("23-24-guidance-v1.1", "provenance"))


# --- 27: slips ---------------------------------------------------------------------------------------------
def test_27_slips_are_notes_of_their_documents() -> None:
    for document in ("bob-24-25-expected", "bob-24-25-goals"):
        assert any("workforce, finance and workforce" in text for text in _notes(document, "slip"))
    assert any("2022/23" in text for text in _notes("cornwall-gateway-2", "slip"))
    slips = " ".join(_notes("23-24-guidance-v1.1", "slip"))
    assert "2023/34" in slips
    assert "at least 92%" in slips
    assert (_of("23-03").comparator, _of("23-03").threshold) == ("<=", 92)


# --- 28: how sure the investment standard is ---------------------------------------------------------------
def test_28_required_by_growth_and_anticipated() -> None:
    first, now, expected = _of("22-50"), _of("23-44"), _expected("24-11")
    assert [target.status for target in (first, now, expected)] == ["published", "published", "expected"]
    assert [target.comparator for target in (first, now, expected)] == [">", ">", ">"]
    assert now.supersedes == ("22-50",)
    assert "Anticipated, not yet required" in expected.note


def test_28_growth_as_large_as_the_allocation_s_does_not_meet_it() -> None:
    figures = {
        "F.ICB.MHIS": ("annual", -105),
        "F.ICB.MHISB": ("annual", -100),
        "F.ICB.ALLOC": ("sum", row(months=105, outturn=1200)),
    }
    assert _verdicts(_of("23-44"), kind="icb", figures=figures, year="2023-24") == ["not_met"]
    more = figures | {"F.ICB.MHIS": ("annual", -105.1)}
    assert _verdicts(_of("23-44"), kind="icb", figures=more, year="2023-24") == ["met"]
