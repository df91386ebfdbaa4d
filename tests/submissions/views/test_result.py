"""The page of one file: can it be submitted, and if not, exactly which cells."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from planning.people.person import Person
from planning.plan.reasons import Reason
from submissions.uploads import FAILED, PROCESSING, REJECTED
from tests.planned import count_queries, make_finding, make_return_run, make_standing, make_upload, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]


def page_of(upload: object) -> str:
    return reverse("upload_result", args=[upload.pk])  # type: ignore[attr-defined]


def test_blocked_names_every_cell(asha: Person, signed_in: SignIn) -> None:
    make_upload("RTH", "finance", asha)
    upload = make_upload("RTH", "finance", asha, number=2, blocked=True, counts={"block": 25})
    run = make_return_run(upload)
    for row in range(25):
        make_finding(
            run,
            "RTH",
            "QU9",
            rule="V03",
            kind="check",
            severity="block",
            title="Figures are numbers.",
            return_kind="finance",
            sheet="Pay",
            cell=f"H{row + 7}",
            line="F.PAY.AGY",
            period="2023-05",
            seen="tbc",
            message="'tbc' is text, not a number.",
            instruction="Type the number alone.",
        )
    response = signed_in(asha).get(page_of(upload))
    said = text_of(response)
    assert "1 thing stops this return" in said
    assert "Figures are numbers: 25 cells" in said
    assert "Sheet Pay Cell H7 Line and month F.PAY.AGY, May 2023 You entered tbc" in said
    assert "H26" in said and "H27" not in said
    assert "Show all 25" in said
    assert "Version 1 still does." in said
    assert "Submit to the ICB" not in said
    assert "<title>Error:" in " ".join(response.content.decode().split()).replace("<title> ", "<title>")
    assert "H31" in text_of(signed_in(asha).get(page_of(upload) + "?show=V03"))


def test_nothing_stops_it(asha: Person, signed_in: SignIn) -> None:
    upload = make_upload("RTH", "activity", asha)
    said = text_of(signed_in(asha).get(page_of(upload)))
    assert "Nothing stops this return and nothing in it needs a reason." in said
    assert "Submit to the ICB" in said
    assert "412 figures, 3 cells left blank, 3 marked n/a" in said
    assert f"· Activity version 1 · {upload.sha256[:8]}" in said  # in the foot of each sheet that is printed


def test_one_reason_for_several_findings(asha: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9", asha)
    second = make_finding(
        standing.runs["organisation"], "RTH", "QU9", standing.finance, rule="T08", message="Agency."
    )
    browser = signed_in(asha)
    address = reverse("upload_reasons", args=[standing.finance.pk])
    none = browser.post(address, {"reason": "New ward"})
    assert (none.status_code, "Tick the findings that the reason is for" in text_of(none)) == (422, True)
    empty = browser.post(address, {"findings": [str(second.pk)], "reason": " "})
    assert (empty.status_code, "Enter a reason." in text_of(empty)) == (422, True)
    asked = {"findings": [str(standing.finding.pk), str(second.pk)], "reason": "A new ward opens in June."}
    assert browser.post(address, asked)["Location"].endswith("#to-explain")
    assert sorted(Reason.objects.values_list("rule", "text")) == [
        ("T03", "A new ward opens in June."),
        ("T08", "A new ward opens in June."),
    ]
    assert text_of(browser.get(page_of(standing.finance))).count("Reason given:") == 2


def test_progress_and_its_end(asha: Person, signed_in: SignIn) -> None:
    upload = make_upload("RTH", "finance", asha, number=None, state=PROCESSING, step="Checking the figures")
    browser = signed_in(asha)
    page = browser.get(page_of(upload))
    assert "Checking your finance return" in text_of(page)
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page.content.decode()
    progress = reverse("upload_progress", args=[upload.pk])
    piece = browser.get(progress, headers={"HX-Request": "true"}).content.decode()
    assert piece.count("app-steps__step--done") == 2 and piece.count("app-steps__step--now") == 1
    same = browser.get(f"{progress}?step=Checking the figures", headers={"HX-Request": "true"})
    assert same.status_code == 204  # so that a screen reader says a step once
    upload.state = "checked"
    upload.save()
    assert browser.get(progress, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert browser.get(progress).status_code == 302


@pytest.mark.parametrize(
    ("fields", "heading", "sentence"),
    [
        (
            {"state": REJECTED, "error_code": "macros", "error_message": "This workbook holds macros."},
            "We could not take this file",
            "This workbook holds macros.",
        ),
        ({"state": FAILED}, "We could not process this file", "This is our fault, not yours."),
        ({"state": "held"}, "This file is being held", "There is no need to send it again"),
    ],
)
def test_files_that_were_not_read(
    asha: Person, signed_in: SignIn, fields: dict[str, str], heading: str, sentence: str
) -> None:
    make_upload("RTH", "finance", asha, number=4)
    upload = make_upload("RTH", "finance", asha, number=None, **fields)
    said = text_of(signed_in(asha).get(page_of(upload)))
    assert heading in said and sentence in said
    assert fields["state"] == "held" or "ersion 4 of your finance return still counts." in said


def test_queries_do_not_grow(asha: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9", asha)
    browser = signed_in(asha)
    few = count_queries(browser, page_of(standing.finance))
    for number in range(30):
        make_finding(standing.runs["organisation"], "RTH", "QU9", standing.finance, rule=f"X{number}")
        make_finding(standing.finance.run, "RTH", "QU9", standing.finance, severity="note")
    assert count_queries(browser, page_of(standing.finance)) == few
    assert few == 8  # one for the comments of the workbook


def test_the_file_comes_back_as_it_was(asha: Person, signed_in: SignIn) -> None:
    upload = make_upload("RTH", "finance", asha, file_name="Our plan.xlsx")
    response = signed_in(asha).get(reverse("upload_file", args=[upload.pk]))
    assert response.getvalue() == b"as sent"
    assert response["Content-Disposition"] == 'attachment; filename="Our plan.xlsx"'


def test_notes_by_the_hundred_are_counted_and_the_first_shown(asha: Person, signed_in: SignIn) -> None:
    upload = make_upload("RTH", "finance", asha, rule_counts={"V18": 45})
    run = make_return_run(upload)
    for row in range(45):
        given = {"rule": "V18", "kind": "check", "severity": "note", "sheet": "Pay", "cell": f"H{row + 7}"}
        make_finding(run, "RTH", "QU9", message=f"Typed over in H{row + 7}.", **given)
    said = text_of(signed_in(asha).get(page_of(upload)))
    assert "Notes (45)" in said
    assert "Typed over in H26." in said and "Typed over in H27." not in said
    assert "Show 25 more of check V18" in said
    everything = text_of(signed_in(asha).get(page_of(upload) + "?show=V18"))
    assert "Typed over in H51." in everything and "more of check V18" not in everything


def test_a_target_opens_no_cell_and_is_not_set_aside(asha: Person, cara: Person, signed_in: SignIn) -> None:
    upload = make_upload("RTH", "activity", asha)
    run = make_return_run(upload)
    missed = make_finding(run, "RTH", "QU9", upload, rule="23-10", kind="target", message="120 people wait.")
    assert "Correct a few cells here" not in text_of(signed_in(asha).get(page_of(upload)))
    seen = signed_in(cara).get(page_of(upload))
    assert "120 people wait." in text_of(seen)
    aside = f"{reverse('waive', args=[upload.pk])}?finding="
    assert f"{aside}{missed.pk}" not in seen.content.decode()
    doubtful = make_finding(
        run, "RTH", "QU9", upload, rule="V15", kind="check", message="1,000 times as much."
    )
    assert "Correct a few cells here" in text_of(signed_in(asha).get(page_of(upload)))
    assert f"{aside}{doubtful.pk}" in signed_in(cara).get(page_of(upload)).content.decode()
