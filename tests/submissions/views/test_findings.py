"""The list of findings and the page of one, with where its numbers come from."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from planning.foundation import charts
from planning.people.person import Person
from tests.planned import ROUND, an_input, count_queries, make_finding, make_standing, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
LIST = f"/rounds/{ROUND}/findings/"


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody draws here, so a page need not wait."""
    monkeypatch.setattr(charts, "PATIENCE", 0)
    monkeypatch.setattr(charts, "_ask", lambda chart: None)


def test_worst_first_then_largest(asha: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9", asha)
    run = standing.runs["organisation"]
    make_finding(run, "RTH", "QU9", message="Small.", size=0.1)
    make_finding(run, "RTH", "QU9", message="Just a note.", severity="note", size=9)
    make_finding(run, "RTH", "QU9", message="It stops.", severity="block", size=0)
    said = text_of(signed_in(asha).get(LIST))
    places = [said.index(words) for words in ("It stops.", "Pay grows", "Small.", "Just a note.")]
    assert places == sorted(places)
    assert "4 findings, the largest gap first." in said
    assert "2.8 points" in said


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("?rule=T08", ["Agency."]),
        ("?severity=note", ["A note."]),
        ("?organisation=system", ["A&E is short."]),
        ("?reason=given", []),
        ("?rule=none", []),
    ],
)
def test_filters(cara: Person, signed_in: SignIn, query: str, kept: list[str]) -> None:
    standing = make_standing("RTH", "QU9")
    run = standing.runs["organisation"]
    make_finding(run, "RTH", "QU9", rule="T08", message="Agency.")
    make_finding(run, "RTH", "QU9", severity="note", message="A note.")
    said = text_of(signed_in(cara).get(LIST + query))
    everything = ["Agency.", "A note.", "A&E is short.", "Pay grows"]
    assert [words for words in everything if words in said] == kept


def test_pages_of_fifty(asha: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9", asha)
    for number in range(60):
        make_finding(
            standing.runs["organisation"], "RTH", "QU9", message=f"Number {number:02d}.", size=-number
        )
    browser = signed_in(asha)
    assert text_of(browser.get(LIST)).count("Number ") == 49
    assert text_of(browser.get(f"{LIST}?page=2")).count("Number ") == 11
    assert browser.get(f"{LIST}?page=nonsense").status_code == 200
    assert count_queries(browser, LIST) == 5


def test_nothing_found(asha: Person, signed_in: SignIn) -> None:
    assert "Nothing has been found" in text_of(signed_in(asha).get(LIST))


def test_a_finding_shows_its_lineage(asha: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9", asha)
    finding = standing.finding
    finding.inputs.append(an_input(standing.finance, period="2023-05", value=-870, cell="H29"))
    finding.working["months"] = [1.0] * 12
    finding.save()
    response = signed_in(asha).get(reverse("finding", args=[finding.pk]))
    said, page = text_of(response), response.content.decode()
    assert "Pay grows 6.1% while staff grow 1.2%" in said
    assert "g(F.PAY.TOTAL)" in said and "6.1% against 3.3%" in said
    assert "Planned: 6.1%. Expected: 3.3%. Gap: 2.8 points." in said
    assert "RTH finance, version 1" in said
    assert "−878 Income and expenditure, cell G29" in said
    assert "−870 Income and expenditure, cell H29" in said
    assert page.count(reverse("upload_file", args=[standing.finance.pk])) == 2
    assert "The chart is being drawn." in said and "Show as a table" in said
    assert "No reason has been given yet." in said


def test_queries_of_one_finding(asha: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9", asha)
    finding = standing.finding
    browser = signed_in(asha)
    browser.get(reverse("finding", args=[finding.pk]))
    few = count_queries(browser, reverse("finding", args=[finding.pk]))
    finding.inputs = [an_input(standing.finance, line=f"F.PAY.{number}") for number in range(100)]
    finding.save()
    assert count_queries(browser, reverse("finding", args=[finding.pk])) == few
    assert few == 5  # one for the comments of the workbook


def test_a_reason_is_given_and_stays(asha: Person, cara: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9", asha)
    address = reverse("finding", args=[standing.finding.pk])
    browser = signed_in(asha)
    empty = browser.post(address + "reason/", {"reason": ""})
    assert (empty.status_code, "Enter a reason." in text_of(empty)) == (422, True)
    assert browser.post(address + "reason/", {"reason": "A new ward <b>opens</b>."}).status_code == 302
    page = signed_in(cara).get(address)
    assert "A new ward <b>opens</b>." in text_of(page)
    assert "<b>opens" not in page.content.decode()
    assert "Asha Patel" in text_of(page)


def test_the_icb_does_not_explain_for_a_trust(asha: Person, cara: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9", asha)
    address = reverse("reason", args=[standing.finding.pk])
    assert signed_in(cara).post(address, {"reason": "They said so"}).status_code == 403


def test_faults_and_how_the_plan_stands_are_two_lists(asha: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9", asha)
    fault = {
        "kind": "check",
        "rule": "V03",
        "severity": "block",
        "message": "Not a number.",
        "seen": "to follow",
    }
    make_finding(standing.runs["organisation"], "RTH", "QU9", sheet="Pay", cell="H7", **fault)
    browser = signed_in(asha)
    plan, faults = text_of(browser.get(LIST)), text_of(browser.get(f"{LIST}?list=faults"))
    for said in (plan, faults):
        assert "How the plan stands (1)" in said and "Faults in returns (1)" in said
    assert "Not a number." not in plan and "Rule T03" in plan
    assert (
        "Pay grows" not in faults and "Check V03" in faults and "Pay H7" in faults and "to follow" in faults
    )
    assert "Not a number." in text_of(browser.get(f"{LIST}?rule=V03"))


@pytest.mark.parametrize(("value", "said"), [("to follow", "to follow"), ("#REF!", "#REF!"), (None, "blank")])
def test_a_fault_shows_what_was_typed_and_where(
    asha: Person, signed_in: SignIn, value: str | None, said: str
) -> None:
    upload = make_standing("RTH", "QU9", asha).finance
    given = an_input(upload, value=value, unit="", label="", period="", sheet="Pay", cell="H7")
    finding = make_finding(
        upload.run, "RTH", "QU9", kind="check", rule="V03", severity="block", inputs=[given]
    )
    shown = text_of(signed_in(asha).get(reverse("finding", args=[finding.pk])))
    assert f"{said} Pay, cell H7" in shown and "Check V03" in shown


def test_a_missed_target_is_called_a_target(cara: Person, signed_in: SignIn) -> None:
    make_standing("RTH", "QU9")
    assert "Target 23-01" in text_of(signed_in(cara).get(LIST))
