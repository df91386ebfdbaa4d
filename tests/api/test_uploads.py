"""Versions: who sees which, sending one, its bytes, handing it over."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from planning.foundation.jobs import Job
from planning.people.person import Person
from planning.registry.rounds import Stage
from submissions.lifecycle import NotReady
from submissions.uploads import Upload
from tests.api.conftest import ACTORS, BASE, ROUND, Machine, World
from tests.conftest import make_person
from tests.planned import make_upload

SEEN = {
    "own": {"counts", "blocks"},
    "sibling": {"accepted"},
    "other board": {"other system"},
    "board": {"counts", "blocks", "accepted", "served"},
    "national": {"accepted"},
}
RTH_FINANCE = f"{BASE}returns/RTH/finance/"


def workbook(content: bytes = b"PK first") -> SimpleUploadedFile:
    return SimpleUploadedFile("return.xlsx", content)


def sending(stage: str = "draft", content: bytes = b"PK first") -> dict[str, Any]:
    return {"file": workbook(content), "stage": stage}


@pytest.mark.parametrize("actor", SEEN)
@pytest.mark.parametrize(
    "which", ["counts", "blocks", "accepted", "served", "served elsewhere", "other system"]
)
def test_a_version_is_seen_by_those_who_may(
    world: World, machine: Callable[..., Machine], actor: str, which: str
) -> None:
    asker, upload = machine(ACTORS[actor]), world.uploads[which]
    expected = 200 if which in SEEN[actor] else 404
    for address in (f"/api/v1/uploads/{upload.pk}/", f"/api/v1/uploads/{upload.pk}/file/"):
        answer = asker.get(address)
        if answer.streaming:
            assert b"".join(answer.streaming_content)
        assert answer.status_code == expected, address
        if expected == 404:
            assert answer.json()["detail"] == "There is no such version, or it is not yours to see."


@pytest.mark.parametrize("actor", SEEN)
def test_the_list_holds_the_same(world: World, machine: Callable[..., Machine], actor: str) -> None:
    listed = machine(ACTORS[actor]).get(f"{BASE}uploads/").json()["results"]
    assert {row["id"] for row in listed} == {str(world.uploads[which].pk) for which in SEEN[actor]}


@pytest.mark.parametrize("tail", ["", "file/", "submit/"])
def test_nobody_asks_without_signing_in(world: World, machine: Callable[..., Machine], tail: str) -> None:
    address = f"/api/v1/uploads/{world.uploads['counts'].pk}/{tail}"
    answer = machine().post(address) if tail == "submit/" else machine().get(address)
    assert answer.status_code == 401


def test_a_version_says_how_it_stands(world: World, machine: Callable[..., Machine]) -> None:
    upload = world.uploads["counts"]
    upload.refresh_from_db()
    received = upload.received_at.isoformat().replace("+00:00", "Z")
    assert machine("RTH").get(f"/api/v1/uploads/{upload.pk}/").json() == {
        "id": str(upload.pk),
        "round": ROUND,
        "organisation": "RTH",
        "return": "finance",
        "stage": "draft",
        "version": 1,
        "file_name": "RTH_finance.xlsx",
        "size": 13,
        "sha256": upload.sha256,
        "state": "checked",
        "current": True,
        "late": False,
        "counts": {"block": 0, "explain": 2, "note": 0},  # one of its own checks, one across returns
        "waived": 0,
        "error": None,
        "withdrawal": None,
        "uploaded_by": "RTH planning system",
        "times": {
            "received": received,
            "checked": "2023-02-20T09:30:00Z",
            "submitted": None,
            "reviewed": None,
        },
    }


def test_a_refused_file_says_why(world: World, machine: Callable[..., Machine]) -> None:
    Upload.objects.filter(pk=world.uploads["blocks"].pk).update(
        state="rejected", number=None, checked_at=None, error_code="macros", error_message="It holds macros."
    )
    found = machine("RTH").get(f"/api/v1/uploads/{world.uploads['blocks'].pk}/").json()
    assert found["error"] == {"code": "macros", "message": "It holds macros."}
    assert found["version"] is None
    assert found["counts"] is None
    assert machine("QU9").get(f"/api/v1/uploads/{world.uploads['blocks'].pk}/").status_code == 404


def test_a_withdrawn_version_says_why(world: World, machine: Callable[..., Machine], asha: Person) -> None:
    upload = world.uploads["counts"]
    at = datetime(2023, 2, 20, 10, tzinfo=UTC)
    Upload.objects.filter(pk=upload.pk).update(
        state="withdrawn", withdrawn_at=at, withdrawn_by=asha, withdrawal="Wrong month pasted."
    )
    wanted = {"reason": "Wrong month pasted.", "by": "Asha Patel", "at": "2023-02-20T10:00:00Z"}
    for actor in ("RTH", "QU9"):
        asker = machine(actor)
        assert asker.get(f"/api/v1/uploads/{upload.pk}/").json()["withdrawal"] == wanted
        listed = {row["id"]: row for row in asker.get(f"{BASE}uploads/").json()["results"]}
        assert listed[str(upload.pk)]["withdrawal"] == wanted


def test_the_bytes_come_back_as_they_were(world: World, machine: Callable[..., Machine]) -> None:
    answer = machine("RTH").get(f"/api/v1/uploads/{world.uploads['counts'].pk}/file/")
    assert b"".join(answer.streaming_content) == b"RTH finance 1"
    assert answer["Content-Disposition"] == 'attachment; filename="RTH_finance.xlsx"'


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"organisation": "RTH"}, {"counts", "blocks"}),
        ({"return": "activity"}, {"served"}),
        ({"stage": "regional-draft"}, {"accepted"}),
        ({"current": "true"}, {"counts", "accepted", "served"}),
        ({"current": "false"}, {"blocks"}),
        ({"organisation": "REF"}, set()),
    ],
)
def test_the_list_is_narrowed(
    world: World, machine: Callable[..., Machine], query: dict[str, str], expected: set[str]
) -> None:
    listed = machine("QU9").get(f"{BASE}uploads/", **query).json()["results"]
    assert {row["id"] for row in listed} == {str(world.uploads[which].pk) for which in expected}


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("return", ["activity", "workforce", "finance"]),
        ("current", ["true", "false"]),
        ("stage", ["draft", "regional-draft", "final"]),
    ],
)
def test_a_filter_says_what_it_may_be(machine: Callable[..., Machine], name: str, allowed: list[str]) -> None:
    problem = machine("RTH").get(f"{BASE}uploads/", **{name: "x"}).json()
    assert (problem["status"], problem["parameter"], problem["allowed"]) == (400, name, allowed)


def test_the_list_is_newest_first_and_paged(world: World, machine: Callable[..., Machine]) -> None:
    asker = machine("QU9")
    whole = asker.get(f"{BASE}uploads/").json()["results"]
    times = [row["times"]["received"] for row in whole]
    assert times == sorted(times, reverse=True)
    first = asker.get(f"{BASE}uploads/", page_size="3").json()
    rest = asker.get(first["next"]).json()
    assert first["results"] + rest["results"] == whole
    assert rest["next"] is None
    assert asker.get(rest["previous"]).json()["results"] == first["results"]


# --- sending --------------------------------------------------------------------------------------
def test_a_file_is_received(machine: Callable[..., Machine]) -> None:
    answer = machine("RTH").post(f"{RTH_FINANCE}uploads/", sending())
    assert answer.status_code == 202
    found = answer.json()
    assert answer["Location"] == f"http://testserver/api/v1/uploads/{found['id']}/"
    assert (found["state"], found["version"], found["stage"]) == ("received", None, "draft")
    assert found["uploaded_by"] == "RTH planning system"
    assert machine("RTH").get(answer["Location"]).json() == found
    assert Job.objects.get(subject=found["id"]).task == "submissions.tasks.check_upload"


def test_the_same_bytes_give_the_same_version(machine: Callable[..., Machine]) -> None:
    asker = machine("RTH")
    first, again = (asker.post(f"{RTH_FINANCE}uploads/", sending()) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json()["id"] == first.json()["id"]
    assert again["Location"] == first["Location"]
    Upload.objects.update(state="failed")
    assert asker.post(f"{RTH_FINANCE}uploads/", sending()).status_code == 202


def test_the_same_key_gives_the_same_version(machine: Callable[..., Machine]) -> None:
    asker, key = machine("RTH"), {"Idempotency-Key": "night-run-7"}
    first = asker.post(f"{RTH_FINANCE}uploads/", sending(), **key)
    again = asker.post(f"{RTH_FINANCE}uploads/", sending(content=b"PK other"), **key)
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json()["id"] == first.json()["id"]


@pytest.mark.parametrize(
    ("ods", "address", "expected"),
    [
        ("", "RTH/finance", 401),
        ("RTH", "RTH/finance", 202),
        ("RTH", "RHW/finance", 404),
        ("RTH", "RTH/estates", 404),
        ("RTH", "ZZZ/finance", 404),
        ("RHW", "RTH/finance", 404),
        ("QU9", "RTH/finance", 403),
        ("QU9", "QU9/finance", 202),
        ("QT6", "RTH/finance", 404),
        ("X24", "RTH/finance", 403),
        ("X24", "X24/finance", 404),
    ],
)
def test_one_sends_ones_own(machine: Callable[..., Machine], ods: str, address: str, expected: int) -> None:
    answer = machine(ods).post(f"{BASE}returns/{address}/uploads/", sending())
    assert answer.status_code == expected


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"stage": "draft"}, "file"),
        ({"file": "not a file", "stage": "draft"}, "file"),
    ],
)
def test_a_form_without_its_fields_is_refused(
    machine: Callable[..., Machine], form: dict[str, Any], field: str
) -> None:
    answer = machine("RTH").post(f"{RTH_FINANCE}uploads/", form)
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_form"
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_stage_is_wanted_and_known(machine: Callable[..., Machine]) -> None:
    asker = machine("RTH")
    missing = asker.post(f"{RTH_FINANCE}uploads/", {"file": workbook()}).json()
    assert [error["field"] for error in missing["errors"]] == ["stage"]
    unknown = asker.post(f"{RTH_FINANCE}uploads/", sending("autumn")).json()
    assert (unknown["status"], unknown["parameter"]) == (400, "stage")
    assert unknown["allowed"] == ["draft", "regional-draft", "final"]


def test_a_closed_stage_takes_nothing(machine: Callable[..., Machine]) -> None:
    Stage.objects.filter(code="draft").update(is_open=False)
    answer = machine("RTH").post(f"{RTH_FINANCE}uploads/", sending())
    assert answer.status_code == 409
    assert answer.json()["code"] == "stage_closed"


def test_a_file_over_the_limit_is_refused(
    machine: Callable[..., Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("submissions.receive.LARGEST", 10)
    answer = machine("RTH").post(f"{RTH_FINANCE}uploads/", sending(content=b"x" * 11))
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
    assert not Upload.objects.exists()


def test_a_body_over_the_limit_is_not_even_read(
    machine: Callable[..., Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("submissions.api.returns.LARGEST", 0)
    monkeypatch.setattr("submissions.api.returns.FORM_AROUND_A_FILE", 0)
    monkeypatch.setattr("rest_framework.parsers.MultiPartParser.parse", None)
    assert machine("RTH").post(f"{RTH_FINANCE}uploads/", sending()).status_code == 413


def test_another_kind_of_body_is_refused(machine: Callable[..., Machine]) -> None:
    answer = machine("RTH").post(f"{RTH_FINANCE}uploads/", {"text": "hello"})
    assert answer.status_code == 415


# --- the blank workbook ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("ods", "address", "expected"),
    [
        ("", "RTH/finance", 401),
        ("RTH", "RTH/finance", 200),
        ("RTH", "RHW/finance", 404),
        ("QU9", "RTH/activity", 200),
        ("QU9", "RYE/activity", 200),
        ("QU9", "RYE/finance", 404),
        ("QT6", "RTH/finance", 404),
        ("X24", "RTH/finance", 200),
        ("RTH", "RTH/estates", 404),
    ],
)
def test_the_blank_return_is_given(
    machine: Callable[..., Machine], ods: str, address: str, expected: int
) -> None:
    answer = machine(ods).get(f"{BASE}returns/{address}/template/")
    assert answer.status_code == expected
    if expected == 200:
        assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
        assert answer["Content-Disposition"].startswith('attachment; filename="2023-24_')


# --- handing over ---------------------------------------------------------------------------------
def test_handing_over_waits_for_what_blocks(
    world: World, machine: Callable[..., Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_ready(**given: Any) -> None:
        raise NotReady(["2 things are to be put right first."])

    monkeypatch.setattr("submissions.api.uploads.submit", not_ready)
    answer = machine("RTH").post(f"/api/v1/uploads/{world.uploads['blocks'].pk}/submit/")
    assert answer.status_code == 409
    assert answer.json()["code"] == "not_ready"
    assert answer.json()["reasons"] == ["2 things are to be put right first."]


def test_a_reason_given_lets_it_go(world: World, machine: Callable[..., Machine]) -> None:
    asker, upload = machine("RTH"), world.uploads["counts"]
    assert asker.post(f"/api/v1/uploads/{upload.pk}/submit/").status_code == 409
    asker.post(f"/api/v1/findings/{world.findings['own'].pk}/explanation/", {"text": "A ward opened late."})
    answer = asker.post(f"/api/v1/uploads/{upload.pk}/submit/")
    assert answer.status_code == 200, answer.content
    assert answer.json()["state"] == "submitted"
    assert answer.json()["times"]["submitted"]
    again = asker.post(f"/api/v1/uploads/{upload.pk}/submit/")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


@pytest.mark.parametrize(("ods", "expected"), [("RHW", 404), ("QT6", 404), ("QU9", 403), ("X24", 404)])
def test_nobody_hands_over_for_another(
    world: World, machine: Callable[..., Machine], ods: str, expected: int
) -> None:
    assert machine(ods).post(f"/api/v1/uploads/{world.uploads['counts'].pk}/submit/").status_code == expected


def test_a_person_who_only_reviews_sends_nothing(world: World, colin: Person, signed_in: Any) -> None:
    assert signed_in(colin).post(f"{BASE}returns/QU9/finance/uploads/", sending()).status_code == 403


def test_a_return_with_the_last_figures_is_for_its_own_client(machine: Callable[..., Machine]) -> None:
    template = f"{RTH_FINANCE}template/"
    assert machine("RTH").get(f"{template}?prefill=last").status_code == 404  # nothing was sent yet
    make_upload("RTH", "finance", make_person("asha"))
    assert machine("RTH").get(f"{template}?prefill=last").status_code == 200
    assert machine("QU9").get(f"{template}?prefill=last").status_code == 404
    assert machine("RTH").get(f"{template}?prefill=first").status_code == 400
