"""Where documents contradict one another: which governs, how the local stands to the national, what changed.

The guidance as the files have it; the numbers are those of the table of conflicts.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from targets.guidance.comparison import (
    COUNTED,
    PERIOD,
    REPLACED,
    ROLLED,
    TIGHTENED,
    UNIT,
    Change,
    Side,
    compare,
)
from targets.guidance.contradictions import contradictions
from targets.guidance.governing import (
    Entry,
    entries_from_files,
    for_system,
    governing,
    nationals,
    of_document,
)
from targets.guidance.locality import (
    EARLIER,
    EXCEPTIONS,
    NOT_COMPARABLE,
    STRICTER,
    WEAKER,
    Standing,
    standing,
)

NOW = date(2024, 6, 1)
V1, V2, V3 = "22-23-guidance-v1", "22-23-guidance-v2", "22-23-guidance-v3"
GUIDANCE, CORNWALL, BOB = "23-24-guidance-v1.1", "cornwall-gateway-2", "bob-22-23-appendix-1"


@cache
def entries() -> tuple[Entry, ...]:
    return tuple(entries_from_files("2024-25"))


def codes(round_code: str, system: str, day: date = NOW) -> set[str]:
    """What governs a round for a system on a day."""
    found = [entry for entry in entries() if entry.round <= round_code]
    return {target.code for target in for_system(governing(found, round_code, day), system)}


def beside(code: str) -> Standing:
    """How a local target stands to what is asked of everybody in its round."""
    mine = next(entry for entry in entries() if entry.target.code == code)
    return standing(mine.target, nationals(entries(), mine.round, NOW))


def side(document: str) -> Side:
    in_part = next(entry.document.in_part for entry in entries() if entry.document.code == document)
    return Side(of_document(entries(), document, NOW), in_part, document)


def change(before: str, after: str, code: str) -> Change:
    """What became of one target from one document to another."""
    found = compare(side(before), side(after))
    return next(one for one in found if code in (one.target.code, one.before and one.before.code))


def test_1_the_local_date_for_104_weeks_is_the_earlier_and_both_govern() -> None:
    assert {"22-03", "B22-03"} <= codes("2022-23", "QU9")
    assert "B22-03" not in codes("2022-23", "QT6")
    found = beside("B22-03")
    assert found.national is not None
    assert (found.national.code, found.is_weaker) == ("22-03", False)
    assert found.differences[EARLIER] == "From March 2022 is earlier than the national from July 2022."
    assert found.differences[EXCEPTIONS] == "It leaves out the national exception: choice."


@pytest.mark.parametrize(
    ("at", "day", "governs"),
    [
        ("2022-23", NOW, {"22-03", "22-04", "22-05", "22-06", "22-07"}),
        ("2023-24", NOW, {"23-10"}),
        ("2024-25", date(2023, 11, 20), {"22-07"}),
        ("2024-25", date(2023, 11, 21), {"22-07", "24-04"}),  # as the board expects it: 52 weeks
        ("2024-25", date(2024, 3, 27), {"24-04"}),  # as published: 65 weeks
    ],
)
def test_3_long_waits_supersede_one_another(at: str, day: date, governs: set[str]) -> None:
    waits = {entry.target.code for entry in entries() if entry.target.metric.startswith("rtt-")}
    assert {code for code in codes(at, "QU9", day) if code in waits and code[0] == "2"} == governs


def test_3_what_was_expected_and_what_was_published_are_two_measures() -> None:
    found = [entry.target for entry in entries() if entry.target.code == "24-04"]
    assert {target.metric for target in found} == {"rtt-52-weeks", "rtt-65-weeks"}
    assert REPLACED in change("bob-24-25-expected", "24-25-guidance", "24-04").ways


def test_6_wards_became_beds_by_a_version() -> None:
    corrected = change(V1, V2, "22-38")
    assert set(corrected.ways) == {UNIT}
    assert corrected.before is not None
    assert ("ward" in corrected.before.unit, "ward" in corrected.target.unit) == (True, False)
    for day, unit in ((date(2022, 1, 13), "wards"), (date(2022, 1, 14), "beds")):
        found = governing([entry for entry in entries() if entry.round == "2022-23"], "2022-23", day)
        assert unit in next(target.unit for target in found if target.code == "22-38")


def test_6_the_board_that_still_says_wards_cannot_be_put_beside_it() -> None:
    assert NOT_COMPARABLE in beside("B22-07").differences


def test_9_less_than_two_in_a_hundred_is_stricter_than_at_most_two() -> None:
    found = beside("QT6-23-13")
    assert found.national is not None
    assert (found.national.code, found.round) == ("22-32", "2022-23")
    assert found.differences[STRICTER] == "Less than 2% asks more than the national at most 2%."


def test_10_handovers_all_within_30_minutes_beside_95_in_a_hundred() -> None:
    found = beside("QT6-23-10")
    assert found.differences[STRICTER] == "100% asks more than the national 95%."
    assert "QT6-23-10" in codes("2023-24", "QT6")
    assert "QT6-23-10" not in codes("2023-24", "QU9")
    assert {"22-34", "22-35", "22-36"} <= codes("2022-23", "QT6")


def test_11_seven_minutes_swallow_eighteen() -> None:
    found = contradictions(side(CORNWALL).targets)
    assert [(one.first.code, one.second.code) for one in found] == [("QT6-23-11", "QT6-23-12")]
    assert found[0].sentence == (
        "QT6-23-12 asks 7 minutes, so that 18 minutes of QT6-23-11 asks nothing more."
    )
    assert beside("QT6-23-11").differences == {STRICTER: "18 minutes asks more than the national 30 minutes."}


def test_11_the_other_documents_do_not_contradict_themselves() -> None:
    documents = {entry.document.code for entry in entries()} - {CORNWALL}
    assert {code for code in documents if contradictions(side(code).targets)} == set()


def test_12_sixty_in_a_hundred_is_weaker_than_the_national_rate() -> None:
    found = beside("QT6-23-21")
    assert found.is_weaker
    assert found.national is not None
    assert found.national.code == "23-25"
    assert found.differences[WEAKER] == "60% by December 2023 asks less than the national 66.7%."
    assert {"QT6-23-21", "23-25"} <= codes("2023-24", "QT6")


def test_13_fewer_follow_ups_a_year_on() -> None:
    rolled = change(V3, GUIDANCE, "23-34")
    assert rolled.before is not None
    assert (rolled.before.code, set(rolled.ways)) == ("22-08", {ROLLED})
    assert rolled.ways[ROLLED] == "Asked again over 2023/24, was over 2022/23."
    assert "22-08" not in codes("2023-24", "QT6")
    assert "same" in beside("QT6-23-04").sentence


def test_16_who_is_counted_for_a_health_check_changed() -> None:
    counted = change(V3, GUIDANCE, "23-27")
    assert counted.before is not None
    assert counted.before.code == "22-52"
    assert counted.ways == {
        TIGHTENED: "75%, was a rise towards 75%.",
        COUNTED: "Of people aged over 14, was of people aged 14 and over.",
    }


def test_a_version_known_in_part_neither_adds_nor_removes() -> None:
    changes = compare(side(V2), side(V3))
    assert len(changes) == 72
    assert sum("not_known" in one.ways for one in changes) == 71
    assert not any({"added", "removed"} & set(one.ways) for one in changes)


def test_urgent_response_is_asked_in_every_month_a_year_on() -> None:
    assert set(change(V3, GUIDANCE, "23-04").ways) == {PERIOD}
