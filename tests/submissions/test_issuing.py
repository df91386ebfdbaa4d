"""Workbooks given out: blank ones kept by what they are made from, others made for one asker."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from planning.people.access import scope_of_person
from planning.people.person import Person
from planning.registry import periods
from planning.registry.actuals import Actual
from planning.registry.organisations import Organisation
from submissions.issuing import Issued, NothingToIssue, Parts, blank_return, issue, return_with_last_figures
from submissions.uploads import Upload, Value
from tests.planned import ROUND, make_upload

pytestmark = pytest.mark.django_db
LINE = "E.M.10a"


@pytest.fixture(autouse=True)
def _an_empty_cache() -> None:
    cache.clear()


def body(ods: str) -> Organisation:
    return Organisation.objects.get(pk=ods)


def publish(ods: str, line: str, period: str, value: int, source: str = "SUS+") -> None:
    Actual.objects.update_or_create(
        round_id=ROUND,
        organisation=ods,
        line=line,
        period=period,
        defaults={"value": value * 10_000, "source": source},
    )


def row_of(book: Issued, code: str) -> tuple[Any, ...]:
    for sheet in openpyxl.load_workbook(io.BytesIO(book.content)):
        for row in sheet.iter_rows(min_row=6):
            if row[0].value == code:
                return row
    raise KeyError(code)


def identity_of(book: Issued) -> dict[str, str]:
    sheet = openpyxl.load_workbook(io.BytesIO(book.content))["_identity"]
    return {row[0].value: row[1].value for row in sheet.iter_rows()}


def make_version(ods: str, person: Person, number: int, figures: dict[str, list[Any]], **more: Any) -> Upload:
    """A version with stored figures by line: fifteen each, in the line's unit."""
    upload = make_upload(ods, "activity", person, number=number, **more)
    for code, row in figures.items():
        states = "".join("b" if cell is None else "n" if cell == "n/a" else "v" for cell in row)
        cells = {f"p{at:02d}": int(cell * 10_000) for at, cell in enumerate(row) if states[at] == "v"}
        Value.objects.create(upload=upload, line=code, states=states, comment=f"of {code}", **cells)
    return upload


MONTHS: list[Any] = [100, 0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
ANSWERS = [1000, 2000, *MONTHS, None]


# --- blank ------------------------------------------------------------------------------------------------


def test_the_same_bytes_from_the_cache_and_made_anew() -> None:
    first = blank_return(body("RTH"), ROUND, "activity")
    key = Parts.of(body("RTH"), ROUND, "activity").key
    assert first.file_name == "2023-24_RTH_activity.xlsx"
    assert cache.get(key) == first.content
    cache.set(key, b"kept", 60)
    assert blank_return(body("RTH"), ROUND, "activity").content == b"kept"
    cache.clear()
    assert blank_return(body("RTH"), ROUND, "activity") == first


def test_what_is_kept_for_one_organisation_is_no_other_s() -> None:
    keys = {Parts.of(body(ods), ROUND, "activity").key for ods in ("RTH", "RHW", "RXQ")}
    assert len(keys) == 3
    for ods in ("RTH", "RHW", "RTH"):
        assert identity_of(blank_return(body(ods), ROUND, "activity"))["organisation"] == ods


@pytest.mark.parametrize("what", ["value", "source", "line", "name"])
def test_it_is_made_again_when_what_it_is_made_from_changes(what: str) -> None:
    publish("RTH", LINE, "2022/23", 900)
    before = Parts.of(body("RTH"), ROUND, "activity").key
    if what == "name":
        Organisation.objects.filter(pk="QU9").update(short_name="Another name")
    else:
        line = "E.M.10b" if what == "line" else LINE
        publish(
            "RTH", line, "2022/23", 901 if what == "value" else 900, "HES" if what == "source" else "SUS+"
        )
    assert Parts.of(body("RTH"), ROUND, "activity").key != before


def test_published_figures_are_given_and_locked() -> None:
    publish("RTH", LINE, "2022/23", 900)
    publish("RTH", LINE, "2019/20", 1000)
    publish("RTH", LINE, "2023-04", 80)
    publish("RHW", "E.M.10b", "2022/23", 700)
    book = blank_return(body("RTH"), ROUND, "activity")
    row = row_of(book, LINE)
    assert [(cell.value, cell.protection.locked) for cell in row[4:7]] == [
        (1000, True),
        (900, True),
        (None, False),
    ]
    assert "2022/23 outturn is published and locked: 900 (SUS+)." in row[1].comment.text
    assert row_of(book, "E.M.10b")[5].value is None


def test_partners_stand_with_their_names() -> None:
    row = row_of(blank_return(body("RTH"), ROUND, "finance"), "F.INC.ICB@QU9")
    assert row[1].value.endswith(": BOB ICB (QU9)")


def test_no_such_return() -> None:
    for ods, kind in (("X24", "finance"), ("RTH", "poetry")):
        with pytest.raises(NothingToIssue):
            blank_return(body(ods), ROUND, kind)


# --- with the last version's figures ----------------------------------------------------------------------


def test_the_last_version_s_answers_stand_open(asha: Person) -> None:
    make_version("RTH", asha, 1, {LINE: [1] * 14 + [None]})
    declined = [None, 2.0, *["n/a"] * 12, None]
    cover = {"Contact name": "Asha Patel", "Submission event": "draft", "Complete: yes or no": "yes"}
    make_version("RTH", asha, 2, {LINE: ANSWERS, "E.M.10c": declined, "GONE.1": ANSWERS}, cover=cover)
    book = return_with_last_figures(scope_of_person(asha), body("RTH"), ROUND, "activity")
    row = row_of(book, LINE)
    assert [cell.value for cell in row[4:18]] == ANSWERS[:14]
    assert not any(cell.protection.locked for cell in row[4:18])
    assert row[18].value.startswith("=")
    assert row[19].value == f"of {LINE}"
    assert [cell.value for cell in row_of(book, "E.M.10c")[6:18]] == ["n/a"] * 12
    sheet = openpyxl.load_workbook(io.BytesIO(book.content))["Cover"]
    said = {line[0].value: line[1].value for line in sheet.iter_rows(max_col=2)}
    assert said["Contact name"] == "Asha Patel"
    assert (said["Submission event"], said["Complete: yes or no"]) == (None, None)  # said anew each time


def test_what_is_published_goes_before_what_was_sent(asha: Person) -> None:
    make_version("RTH", asha, 1, {LINE: ANSWERS})
    publish("RTH", LINE, "2022/23", 1999)
    row = row_of(return_with_last_figures(scope_of_person(asha), body("RTH"), ROUND, "activity"), LINE)
    assert [(cell.value, cell.protection.locked) for cell in row[4:6]] == [(1000, False), (1999, True)]


def test_it_is_never_kept(asha: Person) -> None:
    make_version("RTH", asha, 1, {LINE: ANSWERS})
    return_with_last_figures(scope_of_person(asha), body("RTH"), ROUND, "activity")
    assert cache.get(Parts.of(body("RTH"), ROUND, "activity").key) is None
    assert row_of(blank_return(body("RTH"), ROUND, "activity"), LINE)[periods.APRIL + 4].value is None


def test_a_version_that_blocks_was_withdrawn_or_is_of_another_return_is_passed_over(asha: Person) -> None:
    make_version("RTH", asha, 1, {LINE: ANSWERS})
    make_version("RTH", asha, 2, {LINE: [1] * 15}, blocked=True)
    make_version("RTH", asha, 3, {LINE: [1] * 15}, state="withdrawn")
    row = row_of(return_with_last_figures(scope_of_person(asha), body("RTH"), ROUND, "activity"), LINE)
    assert row[4].value == 1000
    with pytest.raises(NothingToIssue):
        return_with_last_figures(scope_of_person(asha), body("RTH"), ROUND, "finance")


def test_nobody_else_s_figures(asha: Person, bill: Person, cara: Person, nadia: Person) -> None:
    """Not a neighbour's, not the board's though it may see the version, not NHS England's."""
    make_version("RTH", asha, 1, {LINE: ANSWERS}, state="accepted", stage="final")
    for person in (bill, cara, nadia):
        with pytest.raises(NothingToIssue):
            issue(scope_of_person(person), body("RTH"), ROUND, "activity", with_last_figures=True)


def test_the_page_gives_both(asha: Person, bill: Person, signed_in: Any) -> None:
    make_version("RTH", asha, 1, {LINE: ANSWERS})
    address = reverse("template", args=[ROUND, "RTH", "activity"])
    browser: Client = signed_in(asha)
    blank, filled = browser.get(address), browser.get(f"{address}?prefill=last")
    assert (blank.status_code, filled.status_code) == (200, 200)
    assert row_of(Issued("", blank.content), LINE)[4].value is None
    assert row_of(Issued("", filled.content), LINE)[4].value == 1000
    assert (
        browser.get(reverse("template", args=[ROUND, "RTH", "finance"]) + "?prefill=last").status_code == 404
    )
    assert signed_in(bill).get(f"{address}?prefill=last").status_code == 404
