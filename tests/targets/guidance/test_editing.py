"""An edit of a target makes a version: the old one stays, everybody is judged again, and a day may be set for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from planning.foundation.jobs import Job
from planning.people.person import Person
from planning.plan.runs import CurrentRun, Run
from planning.registry.files import BadReference
from targets.guidance.documents import GuidanceDocument, TargetVersion
from targets.guidance.editing import Overtaken, as_in_file, edit
from targets.guidance.governing import load_targets
from targets.guidance.target import Target
from tests.planned import make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(db: None) -> Person:
    return Person.objects.create_superuser("root@example.nhs.uk", "correct-horse-battery-7", name="Root")


def stored(code: str = "23-01") -> TargetVersion:
    return TargetVersion.objects.get(code=code, is_current=True)


def governs(code: str = "23-01", on: date | None = None) -> Target:
    return next(target for target in load_targets("2023-24", on) if target.code == code)


def changed(opened: TargetVersion, **fields: Any) -> dict[str, Any]:
    return {**as_in_file(opened.entry), **fields}


def test_an_edit_is_a_version_and_the_old_one_stays(administrator: Person) -> None:
    opened = stored()
    made = edit(by=administrator, opened=opened, entry=changed(opened, threshold=78), reason="A letter")
    assert (made.version, made.by, made.reason, made.loaded_digest) == (
        opened.version + 1,
        administrator,
        "A letter",
        "",
    )
    assert (governs().threshold, governs().version) == (78, made.version)
    assert TargetVersion.objects.get(pk=opened.pk).entry["threshold"] == 76
    assert governs().source == opened.entry["source"]


def test_an_edit_holds_from_its_day(administrator: Person) -> None:
    opened = stored()
    edit(
        by=administrator,
        opened=opened,
        entry=changed(opened, threshold=78),
        reason="From the summer",
        effective_from=date(2023, 7, 1),
    )
    assert [governs(on=day).threshold for day in (date(2023, 6, 30), date(2023, 7, 1))] == [76, 78]


def test_loading_again_keeps_an_edit_until_it_is_told_otherwise(
    administrator: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = stored()
    edit(by=administrator, opened=opened, entry=changed(opened, threshold=78), reason="A letter")
    call_command("load_reference")
    assert "targets: 1 kept: 23-01 (edited" in capsys.readouterr().out
    assert governs().threshold == 78
    call_command("load_reference", "--overwrite", "23-01")
    assert governs().threshold == 76


def test_two_who_edit_at_once_do_not_undo_each_other(administrator: Person) -> None:
    opened = stored()
    edit(by=administrator, opened=opened, entry=changed(opened, threshold=78), reason="One")
    with pytest.raises(Overtaken, match=r"Root .*changed 23-01 meanwhile, to version 2"):
        edit(by=administrator, opened=opened, entry=changed(opened, threshold=80), reason="Other")
    assert governs().threshold == 78


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"code": "23-02"}, "code: an entry keeps its code"),
        ({"comparator": "about"}, "comparator: 'about' is not one of"),
        ({"measure": {"line": "E.B.99"}}, r"measure\.line: E\.B\.99 is not a line"),
        ({"threshold": None}, "threshold: None is not of type 'number'"),
        ({"threshold": float("nan")}, "threshold: this is no finite number"),
        (
            {"steps": [{"by": "2023-09", "threshold": 70}, {"by": "2024-03", "threshold": float("inf")}]},
            r"steps\.1\.threshold: this is no finite number",
        ),
    ],
)
def test_an_edit_is_held_to_what_a_file_is(administrator: Person, fields: dict[str, Any], fault: str) -> None:
    opened = stored()
    with pytest.raises(BadReference, match=fault):
        edit(by=administrator, opened=opened, entry=changed(opened, **fields), reason="Why")
    assert stored().pk == opened.pk


def test_everybody_who_has_figures_is_judged_again(administrator: Person) -> None:
    for ods in ("RTH", "RHW"):
        run = make_run(Run.ORGANISATION, ods, [])
        assert CurrentRun.objects.filter(run=run).exists()
    opened = stored()
    edit(by=administrator, opened=opened, entry=changed(opened, threshold=78), reason="Why")
    jobs = Job.objects.filter(task="submissions.judge_again").order_by("subject")
    assert list(jobs.values_list("subject", flat=True)) == ["2023-24:RHW", "2023-24:RTH"]


# --- in the administrator's pages -------------------------------------------------------------------
def form(page: Any, **fields: Any) -> dict[str, Any]:
    """What the page's form holds, with some fields changed."""
    shown = page.context["adminform"].form
    given = {name: shown[name].value() for name in shown.fields}
    return {name: "" if value is None else value for name, value in {**given, **fields}.items()}


@pytest.fixture
def desk(administrator: Person, signed_in: Callable[[Person], Client]) -> Client:
    return signed_in(administrator)


def test_the_form_makes_a_version(desk: Client) -> None:
    opened = stored()
    address = f"/admin/targets/targetversion/{opened.pk}/change/"
    page = desk.get(address)
    answer = desk.post(address, form(page, threshold="78.5", reason="A letter of 3 March"))
    assert answer.status_code == 302
    made = stored()
    assert (made.version, made.reason, made.entry["threshold"]) == (2, "A letter of 3 March", 78.5)
    assert {**made.entry, "threshold": 76} == opened.entry
    assert desk.get(f"/admin/targets/targetversion/{opened.pk}/change/").status_code == 200
    assert desk.post(address, form(page, reason="Again")).status_code == 403  # the record stands


@pytest.mark.parametrize(
    ("fields", "field", "fault"),
    [
        ({"comparator": "about"}, "comparator", "is not one of"),
        ({"comparator": ""}, "comparator", "what a return answers needs one"),
        ({"rest": "measure: ["}, "rest", "This is not YAML"),
        ({"rest": "words"}, "rest", "name and value a line"),
        ({"rest": "due: 2023-02-31"}, "rest", "This is not YAML: day is out of range for month"),
        ({"rest": "[" * 3000}, "rest", "This is not YAML: lists and mappings stand at most 12 deep"),
        ({"rest": f"due: {'9' * 5000}"}, "rest", "This is not YAML: Exceeds the limit"),
        ({"reason": ""}, "reason", "required"),
        (
            {"effective_from": "2023-07-01", "effective_to": "2023-07-01"},
            "effective_to",
            "after the first day",
        ),
        ({"opened": "7"}, "__all__", "Somebody made version 1 meanwhile"),
    ],
)
def test_a_wrong_form_is_told_at_its_field(
    desk: Client, fields: dict[str, str], field: str, fault: str
) -> None:
    opened = stored()
    address = f"/admin/targets/targetversion/{opened.pk}/change/"
    given = form(desk.get(address), **{"reason": "Why", **fields})
    answer = desk.post(address, given)
    assert answer.status_code == 200
    assert fault in " ".join(answer.context["adminform"].form.errors[field])
    assert stored().pk == opened.pk


@pytest.mark.parametrize(
    ("fields", "field", "fault"),
    [
        *(
            ({"notes": notes}, "notes", "each note has a kind (slip, provenance, change) and a text")
            for notes in ("5", '{"slip": "A Sunday"}', '["A Sunday"]', '[{"kind": "joke", "text": "A Sunday"}]',
                          '[{"kind": "slip", "text": NaN}]', '[{"kind": "slip"}]')
        ),
        ({"valid_to": "2023-01-27"}, "valid_to", "after the first day"),
        ({"valid_from": "2022-12-23"}, "valid_from", "It overlaps 23-24-guidance-v1.0"),
    ],
)  # fmt: skip
def test_a_document_is_held_to_what_a_file_is(
    desk: Client, fields: dict[str, str], field: str, fault: str
) -> None:
    address = "/admin/targets/guidancedocument/23-24-guidance-v1.1/change/"
    answer = desk.post(address, {"valid_from": "2023-01-27", "valid_to": "", "notes": "", **fields})
    assert answer.status_code == 200
    assert fault in " ".join(answer.context["adminform"].form.errors[field])


def test_a_document_without_notes_has_none(desk: Client) -> None:
    address = "/admin/targets/guidancedocument/23-24-guidance-v1.1/change/"
    assert desk.post(address, {"valid_from": "2023-01-27", "valid_to": "", "notes": ""}).status_code == 302
    assert GuidanceDocument.objects.get(pk="23-24-guidance-v1.1").notes == []
    assert desk.get("/guidance/23-24-guidance-v1.1/").status_code == 200


def test_an_edited_document_is_kept(desk: Client, capsys: pytest.CaptureFixture[str]) -> None:
    address = "/admin/targets/guidancedocument/23-24-guidance-v1.1/change/"
    given = {"valid_from": "2023-01-28", "valid_to": "", "notes": "[]"}
    assert desk.post(address, given).status_code == 302
    call_command("load_reference")
    assert "guidance documents: 1 kept: 23-24-guidance-v1.1" in capsys.readouterr().out
    assert GuidanceDocument.objects.get(pk="23-24-guidance-v1.1").valid_from == date(2023, 1, 28)
