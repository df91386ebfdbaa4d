"""Demand and capacity by month: exact sums, blanks told apart from zero, a system so far, and who sees which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from planning.foundation.charts import Chart
from planning.people.person import Appointment, Person
from planning.registry.catalogue import lines_from_files
from submissions.capacity import (
    BLANK,
    NOT_APPLICABLE,
    Holder,
    Section,
    Series,
    Term,
    lines_needed,
    sections,
    total,
    work_out,
)
from submissions.queries.capacity import finding_of
from submissions.uploads import Upload
from tests.api.conftest import add_value
from tests.conftest import ROUND
from tests.planned import count_queries, make_upload, text_of

SignIn = Callable[[Person], Client]
LABELS = [f"month {number}" for number in range(1, 13)]


def rows_of(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Line -> fifteen figures: one for every month, or twelve; the outturn before them."""
    found = {}
    for code, given in figures.items():
        months = list(given) if isinstance(given, list) else [given] * 12
        fifteen = [None, months[0], *months, None]
        states = "".join("b" if one is None else "n" if one == "n/a" else "v" for one in fifteen)
        found[code] = ([None if one in (None, "n/a") else round(one * 10_000) for one in fifteen], states)
    return found


def section(code: str) -> Section:
    return next(one for one in sections() if one.code == code)


def months_of(months: list[Any]) -> list[Any]:
    return [float(one / 10_000) if isinstance(one, Fraction) else one for one in months]


BEDS = {"E.M.11b": 3000, "LOC.LOSNEL": 8, "E.M.10b": 600, "LOC.LOSEL": 2.5, "E.M.30a": 800, "E.M.30b": 40} | {
    "E.M.30g": 700, "E.M.30h": 20, "E.M.30i": 50, "E.M.30j": 0,
}  # fmt: skip


# --- sums ---------------------------------------------------------------------------------------------
def test_beds_that_stays_need_are_spells_times_stays_over_the_days() -> None:
    worked = work_out(section("beds"), [Holder("Oxford", rows_of(BEDS))], ROUND, alone=True)
    needed = worked.columns["Beds that the planned stays need"]
    assert needed[0] == Fraction(3000 * 8 + 600 * Fraction(5, 2), 30) * 10_000
    assert needed[1] == Fraction(3000 * 8 + 600 * Fraction(5, 2), 31) * 10_000
    assert months_of(worked.columns["Beds open"]) == [770] * 12
    assert worked.gap[0] == needed[0] - 7_700_000
    assert finding_of(worked, LABELS) == "demand passes open beds in 12 months, most in month 11, by 109.3"


def test_a_list_is_held_against_the_month_before_and_april_against_the_outturn() -> None:
    figures = {"LOC.DXREF": 100, "E.B.28D": [500, 480, *[480] * 10], "E.B.26": 110, "E.B.28N": 5}
    rows = rows_of(figures)
    rows["E.B.28D"][0][1] = 5_300_000
    worked = work_out(section("diagnostics"), [Holder("Oxford", rows)], ROUND, alone=True)
    assert months_of(worked.columns["Tests that the planned list needs"])[:3] == [130, 120, 100]
    assert months_of(worked.gap)[:3] == [20, 10, -10]
    assert (
        finding_of(worked, LABELS)
        == "the planned list needs more tests than are planned in 2 months, most in month 1, by 20"
    )


def test_a_blank_is_no_zero_and_not_applicable_adds_nothing() -> None:
    term = Series("x", (Term.of("A"), Term.of("- B")))
    rows = rows_of({"A": [1, None, "n/a", "n/a", *[1] * 8], "B": [1, 1, 1, "n/a", *[0] * 8]})
    assert months_of(term.months(rows, ROUND))[:5] == [0, BLANK, -1, NOT_APPLICABLE, 1]
    assert months_of(term.months({}, ROUND)) == [BLANK] * 12
    assert (total([]), total([NOT_APPLICABLE]), total([BLANK, Fraction(1)])) == (
        NOT_APPLICABLE,
        NOT_APPLICABLE,
        BLANK,
    )


def test_a_system_adds_up_those_who_have_given_all_and_names_the_others() -> None:
    whole = rows_of(BEDS)
    holders = [
        Holder("Oxford", whole),
        Holder("Berkshire", None),
        Holder("Bucks", rows_of({**BEDS, "LOC.LOSEL": [2.5] * 11 + [None]})),
        Holder("Royal", whole),
    ]
    worked = work_out(section("beds"), holders, ROUND, alone=False)
    assert (worked.so_far, worked.missing) == (
        "2 of 4",
        ("Berkshire: activity not returned", "Bucks: LOC.LOSEL is blank"),
    )
    assert months_of(worked.columns["Beds open"]) == [1540] * 12
    nobody = work_out(section("beds"), holders[1:2], ROUND, alone=False)
    assert (nobody.so_far, finding_of(nobody, LABELS)) == ("", "not returned")


def test_who_leaves_out_a_service_that_they_may_leave_out_is_not_expected() -> None:
    community = section("urgent-community-response")
    may_omit = frozenset(community.lines)
    without = Holder("Oxford", rows_of(dict.fromkeys(community.lines)), may_omit)
    with_it = Holder("Berkshire", rows_of({"LOC.UCR2HD": 100, "LOC.UCR2HN": 70, "E.T.8": 120}))
    worked = work_out(community, [without, with_it], ROUND, alone=False)
    assert (worked.given, worked.expected, worked.missing) == (1, 1, ())
    assert months_of(worked.gap) == [30] * 12
    part = Holder("Oxford", rows_of({"LOC.UCR2HD": 5, "LOC.UCR2HN": None, "E.T.8": None}), may_omit)
    assert work_out(community, [part], ROUND, alone=False).missing == ("Oxford: LOC.UCR2HN is blank",)


@pytest.mark.parametrize(
    ("open_beds", "said"),
    [
        (822.6, "demand passes open beds in 5 months, most in month 11, by 56.7"),
        (850, "demand passes open beds in month 11, by 29.3"),
        (879.26, "demand passes open beds in month 11, by 0.1"),
        (879.27, "open beds hold the planned stays in every month"),  # 0.04 is no tenth of a bed
        (900, "open beds hold the planned stays in every month"),
    ],
)
def test_the_title_says_the_finding(open_beds: float, said: str) -> None:
    figures = {**BEDS, "E.M.30g": open_beds, "E.M.30h": 0, "E.M.30i": 0, "E.M.30j": 0}
    worked = work_out(section("beds"), [Holder("Oxford", rows_of(figures))], ROUND, alone=True)
    assert finding_of(worked, LABELS) == said


@pytest.mark.parametrize("round_code", ["2022-23", "2023-24", "2024-25"])
def test_every_line_that_is_declared_is_one_of_the_round(round_code: str) -> None:
    lines = lines_from_files(round_code)
    assert [code for code in lines_needed() if code not in lines] == []
    for one in sections():
        assert all(lines[code].return_kind == "activity" for code in one.lines)
        assert all(one.types <= lines[code].types or one.code == "community" for code in one.lines), one.code
        assert len({series.label for series in one.series}) == len(one.series)


# --- the page -----------------------------------------------------------------------------------------
@pytest.fixture
def oxford(asha: Person) -> Upload:
    upload = make_upload("RTH", "activity", asha, number=3)
    for code, months in {**BEDS, "E.T.5N": 40, "E.T.5D": 50}.items():
        add_value(upload, code, [None, months, *[months] * 12, None])
    return upload


def page_of(browser: Client, body: str) -> str:
    return text_of(browser.get(reverse("capacity", args=[ROUND]), {"body": body}))  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_trust_sees_its_own_months(oxford: Upload, asha: Person, signed_in: SignIn) -> None:
    page = page_of(signed_in(asha), "RTH")
    assert "Beds: demand passes open beds in 12 months, most in February 2024, by 109.3" in page
    assert "Virtual wards: virtual wards have room in every month" in page
    assert "80.0%" in page and "−10.0" in page
    assert "Waiting list: blank" in page
    assert "version 3" in page


@pytest.mark.django_db
def test_a_system_is_said_so_far(oxford: Upload, cara: Person, signed_in: SignIn) -> None:
    browser = signed_in(cara)
    page = page_of(browser, "system-QU9")
    assert "So far, 1 of 3. Not in the figures:" in page
    assert "Royal Berkshire: activity not returned" in page
    Chart.objects.update(svg="<svg></svg>")  # once they are drawn, nobody waits
    assert count_queries(browser, reverse("capacity", args=[ROUND]) + "?body=system-QU9") <= 8


@pytest.mark.django_db
def test_nobody_sees_anothers_months(
    oxford: Upload, bill: Person, tamsin: Person, nadia: Person, signed_in: SignIn
) -> None:
    address = reverse("capacity", args=[ROUND])
    for person in (bill, tamsin):
        assert signed_in(person).get(address, {"body": "RTH"}).status_code == 404
        assert signed_in(person).get(address, {"body": "system-QU9"}).status_code == 404
    nobody = page_of(signed_in(nadia), "RTH")
    assert "Beds: not returned" in nobody and "109.3" not in nobody
    Upload.objects.filter(pk=oxford.pk).update(state="accepted", stage="final")
    assert "by 109.3" in page_of(signed_in(nadia), "RTH")


@pytest.mark.django_db
def test_a_body_without_such_lines_is_told(rhys: Person, signed_in: SignIn, bill: Person) -> None:
    Appointment.objects.filter(person=rhys).update(organisation_id="RYE")
    page = page_of(signed_in(rhys), "RYE")
    assert "hold no line of demand and capacity" in page
