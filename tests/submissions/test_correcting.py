"""A version corrected in the browser: exactly the cells typed, everything else as it was, checked like any file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from planning.people.access import NotAllowed, scope_of_person
from planning.people.person import Person
from planning.plan.findings import Finding
from planning.registry.rounds import Stage
from submissions import pipeline
from submissions.correcting import CannotCorrect, Change, correct
from submissions.figures import Answer
from submissions.lifecycle import withdraw
from submissions.uploads import Upload
from tests.flow import ROUND, figures_of, planner_of, send
from tests.planned import WHO_IS_ASKING, make_finding, text_of
from tests.submissions.test_marking import LINE, OTHER, PLANTED, finance

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]


class Faulty:
    """Royal Oxford's finance return with three cells at fault, and a browser in which its planner is."""

    def __init__(self, browser: Client, tmp_path: Path) -> None:
        content, places = finance(PLANTED, tmp_path)
        self.browser, self.clean = browser, tmp_path / "clean.xlsx"
        self.upload = send("RTH", "finance", content=content)
        self.may, self.june, self.april = (places[key] for key in PLANTED)
        self.address = reverse("upload_correct", args=[self.upload.pk])

    def figures(self) -> dict[str, str]:
        """What stood in the three cells before they were spoiled."""
        given = figures_of("RTH", "finance")
        return {
            self.may: str(given[LINE][3]),
            self.june: str(given[LINE][4]),
            self.april: str(given[OTHER][2]),
        }

    def send(self, step: str, **more: str) -> HttpResponse:
        return self.browser.post(self.address, {"step": step, **more})  # type: ignore[return-value]

    def make(self, typed: dict[str, str]) -> Upload:
        answer = self.send("make", **typed)
        assert answer.status_code == 302, text_of(answer)
        made = Upload.objects.get(pk=answer["Location"].strip("/").rpartition("/")[2])
        pipeline.check(str(made.pk))
        made.refresh_from_db()
        return made


@pytest.fixture
def faulty(asha: Person, signed_in: SignIn, tmp_path: Path) -> Faulty:
    return Faulty(signed_in(asha), tmp_path)


def test_the_grid_has_the_faulty_cells_and_no_others(faulty: Faulty) -> None:
    page = faulty.browser.get(faulty.address)
    said, html = text_of(page), page.content.decode()
    assert html.count("data-row=") == 3
    for place in (faulty.may, faulty.june, faulty.april):
        assert f'name="{place}"' in html
    assert 'value="=cmd|&#39; /C calc&#39;!A0"' in html
    assert f"{LINE}, May 2023, cell {faulty.may.split('!')[1]}" in said
    assert "Nothing is changed" in text_of(faulty.send("check", **faulty.figures()))
    assert Upload.objects.count() == 1


def test_exactly_the_faults_are_put_right(faulty: Faulty, tmp_path: Path) -> None:
    blocks = Finding.objects.filter(run=faulty.upload.run_id, severity="block")
    assert blocks.count() >= 3
    before = (faulty.upload.sha256, faulty.upload.state, faulty.upload.blocked)
    made = faulty.make(faulty.figures())
    assert (made.state, made.blocked, made.number, made.counts["block"]) == ("checked", False, 2, 0)
    straight = send("RTH", "finance", content=faulty.clean.read_bytes())
    assert _values(made) == _values(straight)
    assert _said(made) == _said(straight)
    faulty.upload.refresh_from_db()
    assert (faulty.upload.sha256, faulty.upload.state, faulty.upload.blocked) == before


def _values(upload: Upload) -> list[tuple[Any, ...]]:
    return [(row.line, row.sheet, row.row, row.states, row.figures) for row in upload.values.order_by("line")]


def _said(upload: Upload) -> list[tuple[str, ...]]:
    found = Finding.objects.filter(run=upload.run_id).exclude(rule="V14")
    return sorted(found.values_list("rule", "severity", "sheet", "cell", "message"))


def test_the_new_version_says_where_it_comes_from(faulty: Faulty, asha: Person) -> None:
    made = faulty.make(faulty.figures())
    assert (made.made_from_id, made.uploaded_by, made.stage, made.file_name) == (
        faulty.upload.pk, asha, faulty.upload.stage, faulty.upload.file_name
    )  # fmt: skip
    assert [(row["cell"], row["before"]) for row in made.corrections if row["period"] == "2023-05"] == [
        (faulty.may.split("!")[1], "=cmd|' /C calc'!A0")
    ]
    said = text_of(faulty.browser.get(reverse("upload_result", args=[made.pk])))
    assert "Corrected in the browser from version 1: 3 cells" in said
    assert f"{LINE}, June 2023 It was blank" in said


def test_everything_else_in_the_workbook_stays(faulty: Faulty) -> None:
    made = faulty.make(faulty.figures())
    old, new = openpyxl.load_workbook(faulty.upload.file.path), openpyxl.load_workbook(made.file.path)
    touched = set(faulty.figures())
    for sheet in old.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                now = new[sheet.title][cell.coordinate]
                assert now.value == cell.value or f"{sheet.title}!{cell.coordinate}" in touched
                assert (now.number_format, now.protection.locked) == (
                    cell.number_format,
                    cell.protection.locked,
                )
        assert new[sheet.title].data_validations.count == sheet.data_validations.count
    figure = new[faulty.may.split("!")[0]][faulty.may.split("!")[1]]
    assert (figure.value, figure.data_type) == (figures_of("RTH", "finance")[LINE][3], "n")


def test_what_is_typed_is_read_as_a_workbook_is(faulty: Faulty) -> None:
    page = faulty.send("check", **{faulty.may: "(£1,250.50)", faulty.june: "0"})
    said = text_of(page)
    assert "2 cells will change" in said
    assert "You entered (£1,250.50) It will be -1250.5" in said
    assert "It was blank You entered 0 It will be 0" in said
    assert "1 more cell stays as it is." in said
    wrong = faulty.send("check", **{faulty.may: "about 5%", faulty.june: "-"})
    assert wrong.status_code == 422
    said = text_of(wrong)
    assert f"{faulty.may.split('!')[1]}: 'about 5%' is a percentage." in said
    assert "is a dash, which could mean 0 or nothing" in said
    assert 'value="about 5%"' in wrong.content.decode()
    assert "<title>Error:" in " ".join(wrong.content.decode().split()).replace("<title> ", "<title>")


def test_a_form_made_up_changes_nothing_that_is_not_at_fault(faulty: Faulty) -> None:
    sheet, cell = faulty.may.split("!")
    another = f"{sheet}!G{int(''.join(c for c in cell if c.isdigit())) - 1}"
    assert faulty.send("make", **{another: "5", "_identity!B1": "x"}).status_code == 422
    wrong = faulty.send("make", **{faulty.may: "tbc"})
    assert wrong.status_code == 422
    assert Upload.objects.count() == 1


def test_pressing_twice_makes_one_version(faulty: Faulty) -> None:
    first, second = faulty.send("make", **faulty.figures()), faulty.send("make", **faulty.figures())
    assert first["Location"] == second["Location"]
    assert Upload.objects.count() == 2


def test_a_newer_version_is_offered_instead(faulty: Faulty) -> None:
    newer = send("RTH", "finance")
    page = faulty.browser.get(faulty.address)
    assert "Version 2 has arrived since." in text_of(page)
    assert reverse("upload_correct", args=[newer.pk]) in page.content.decode()
    late = faulty.send("make", **faulty.figures())
    assert (late.status_code, Upload.objects.count()) == (409, 2)
    withdraw(by=planner_of("RTH"), upload=newer, **_reason())
    assert faulty.send("make", **faulty.figures()).status_code == 302


def _reason() -> dict[str, str]:
    return {"reason": "Sent by mistake."}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "withdrawn"}, "This version was withdrawn or never read"),
        ({"file": ""}, "The workbook of this version is no longer kept."),
    ],
)
def test_a_version_that_is_not_to_be_corrected(faulty: Faulty, fields: dict[str, str], said: str) -> None:
    Upload.objects.filter(pk=faulty.upload.pk).update(**fields)
    assert said in text_of(faulty.browser.get(faulty.address))
    assert faulty.send("make", **faulty.figures()).status_code == 409
    assert Upload.objects.count() == 1


def test_a_closed_stage_takes_no_corrections(faulty: Faulty) -> None:
    Stage.objects.filter(round_id=ROUND, code="draft").update(is_open=False)
    assert "is closed" in text_of(faulty.browser.get(faulty.address))
    assert faulty.send("make", **faulty.figures()).status_code == 409


def test_only_those_who_prepare_the_return(
    faulty: Faulty, cara: Person, bill: Person, signed_in: SignIn
) -> None:
    for person, status in ((cara, 403), (bill, 404)):
        browser = signed_in(person)
        assert browser.get(faulty.address).status_code == status
        assert browser.post(faulty.address, {"step": "make", **faulty.figures()}).status_code == status
    change = Change(*faulty.may.split("!"), LINE, "2023-05", "", Answer("v", 10_000))
    for person in (cara, bill):
        with pytest.raises(NotAllowed):
            correct(by=scope_of_person(person), upload=faulty.upload, changes=[change], unvalued={})
    assert Upload.objects.count() == 1


def test_the_verb_looks_again_itself(faulty: Faulty) -> None:
    send("RTH", "finance")
    change = Change(*faulty.may.split("!"), LINE, "2023-05", "", Answer("v", 10_000))
    with pytest.raises(CannotCorrect) as refused:
        correct(by=planner_of("RTH"), upload=faulty.upload, changes=[change], unvalued={})
    assert refused.value.newer is not None


def test_a_finding_of_a_computed_line_opens_the_cells_that_it_rests_on(faulty: Faulty) -> None:
    sheet, cell = faulty.april.split("!")
    row = int("".join(letter for letter in cell if letter.isdigit()))
    letters = faulty.upload.columns[sheet]
    given = {"upload": str(faulty.upload.pk), "return": "finance", "sheet": sheet, "line": OTHER}
    inputs = [{**given, "cell": f"{letters[at]}{row}", "period": f"2023-{at + 2:02d}"} for at in (5, 6)]
    total = next(s for s in openpyxl.load_workbook(faulty.clean)[sheet]["A"] if s.value == "F.PAY.TOTAL").row
    make_finding(
        faulty.upload.run, "RTH", "QU9", rule="T99", return_kind="finance", sheet=sheet, cell=f"{letters[5]}{total}",
        period="2023-07", inputs=inputs, message="Too much.",
    )  # type: ignore[arg-type]  # fmt: skip
    html = faulty.browser.get(faulty.address).content.decode()
    assert f'name="{sheet}!{letters[5]}{row}"' in html
    assert f'name="{sheet}!{letters[6]}{row}"' not in html
    assert f'name="{sheet}!{letters[5]}{total}"' not in html
    assert "not put right by a few cells" not in html


def test_a_sum_of_many_figures_opens_none_of_them(faulty: Faulty) -> None:
    sheet = faulty.april.split("!")[0]
    given = {"upload": str(faulty.upload.pk), "return": "finance", "sheet": sheet, "period": "2023-04"}
    inputs = [
        {**given, "cell": f"{letters}{row}"} for letters in faulty.upload.columns[sheet] for row in (10, 18)
    ]
    make_finding(
        faulty.upload.run, "RTH", "QU9", rule="T99", return_kind="finance", sheet=sheet, inputs=inputs
    )  # type: ignore[arg-type]
    page = faulty.browser.get(faulty.address)
    assert page.content.decode().count("data-row=") == 3
    assert "1 finding is not put right by a few cells" in text_of(page)


def test_at_most_eight_queries(faulty: Faulty) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert faulty.browser.get(faulty.address).status_code == 200
    assert sum(1 for query in asked if not any(known.search(query["sql"]) for known in WHO_IS_ASKING)) <= 8
