"""Every round takes returns of its own lines: through receive and the pipeline, as people send them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from planning.people.person import Person
from planning.plan.findings import Finding
from planning.registry.assumptions import load_parameters
from planning.registry.lines import Lines
from planning.registry.organisations import Organisation
from planning.registry.rounds import RETURNS
from submissions import pipeline
from submissions.demo import workbook_bytes
from submissions.filling import fill_system
from submissions.receive import receive
from submissions.returns import body_of
from submissions.uploads import Upload, Value
from targets.evaluations import Evaluation
from tests.flow import planner_of

pytestmark = pytest.mark.django_db

ROUNDS = ("2022-23", "2023-24", "2024-25")


def send(round_code: str, content: bytes, kind: str) -> Upload:
    upload, _ = receive(
        by=planner_of("RYE"),
        round=round_code,
        organisation="RYE",
        return_kind=kind,
        stage="regional-draft",
        file=ContentFile(content, name=f"RYE {kind} {round_code}.xlsx"),
    )
    pipeline.check(str(upload.pk))
    upload.refresh_from_db()
    return upload


def made(round_code: str, kind: str, figures: dict[str, Any] | None) -> bytes:
    return workbook_bytes(Lines.load(round_code), "RYE", kind, figures)


@pytest.mark.parametrize("round_code", ROUNDS)
def test_a_filled_return_is_checked_and_its_own_lines_are_kept(round_code: str) -> None:
    lines, body = Lines.load(round_code), body_of(Organisation.objects.get(pk="RYE"))
    filled = fill_system(3, round_code, [body], lines, load_parameters(round_code))
    for kind in RETURNS:
        upload = send(round_code, made(round_code, kind, filled["RYE", kind]), kind)
        assert (upload.state, upload.blocked, upload.counts["block"]) == ("checked", False, 0), kind
        held = lines.of_return(kind, "am", body.families)
        assert set(Value.objects.filter(upload=upload).values_list("line", flat=True)) == {
            line.code for line in held
        }
    assert Value.objects.filter(line="F.ENV").exists() == (round_code == "2022-23")
    judged = Evaluation.objects.filter(round_id=round_code, organisation_id="RYE")
    assert judged.exists()
    assert not judged.filter(outcome="not_met").exists()


@pytest.mark.parametrize("round_code", ROUNDS)
def test_a_blank_return_lacks_every_figure_that_must_be_given(round_code: str) -> None:
    upload = send(round_code, made(round_code, "activity", None), "activity")
    assert (upload.state, upload.blocked) == ("checked", True)
    rows = Finding.objects.filter(run__subject="RYE", severity="block")
    required = [
        line.code
        for line in Lines.load(round_code).of_return("activity", "am", {})
        if "am" in line.required_for
    ]
    assert set(rows.values_list("rule", flat=True)) == {"V05"}
    assert set(rows.values_list("line", flat=True)) == set(required)


@pytest.mark.parametrize("round_code", ROUNDS)
def test_a_return_of_another_round_is_refused(round_code: str) -> None:
    for other in ROUNDS:
        if other != round_code:
            upload = send(round_code, made(other, "activity", None), "activity")
            assert (upload.state, upload.error_code) == ("rejected", "wrong_round")


@pytest.mark.parametrize("round_code", ["2022-23", "2024-25"])
def test_pages_of_a_round_open_and_name_no_target_of_another(
    round_code: str, asha: Person, cara: Person, signed_in: Any
) -> None:
    for name in ("returns", "targets", "findings"):
        answer = signed_in(asha).get(reverse(name, args=[round_code]))
        assert answer.status_code == 200, name
        assert "23-01" not in answer.content.decode(), name
    assert signed_in(cara).get(reverse("system", args=["QU9", round_code])).status_code == 200
