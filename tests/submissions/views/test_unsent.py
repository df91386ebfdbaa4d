"""Checking a file without sending it: what an upload would be told, and nothing kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile, File
from django.test import Client
from django.urls import reverse

from planning.people.person import Person
from submissions.refusals import Refused
from submissions.trying import try_return
from submissions.turns import Busy
from submissions.unsent import CouldNotCheck
from submissions.uploads import Upload, Value
from tests.planned import ROUND, text_of
from tests.workbooks import edited, made

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _checked_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The same work in this process, which alone sees this test's database; tests/test_processes.py has the real
    one."""

    def check(file: File[Any]) -> dict[str, Any]:
        path = tmp_path / "sent.xlsx"
        path.write_bytes(file.read())
        try:
            return try_return(path)
        except Refused as refusal:
            return {"error": {"code": refusal.code, "message": refusal.message}}

    monkeypatch.setattr("submissions.views.unsent.check_unsent", check)


def send(client: Client, content: bytes, name: str = "return.xlsx") -> Any:
    address = reverse("unsent", args=[ROUND])
    return client.post(address, {"organisation": "RTH", "file": ContentFile(content, name=name)})


def test_a_faulty_file_is_told_cell_by_cell_and_forgotten(asha: Person, signed_in: SignIn) -> None:
    good = made("RTH", "workforce")
    place = good.cell("W.SUB.RN", "Jun-23")
    answer = send(signed_in(asha), edited(good.path, {place: "twelve"}).read_bytes(), "my <b>return.xlsx")
    text = text_of(answer)
    assert answer.status_code == 200
    assert "1 thing would stop this return. Nothing was sent or kept." in text
    assert "To put right (1)" in text and "my &lt;b&gt;return.xlsx" in answer.content.decode()
    sheet, _, cell = place.partition("!")
    assert f"{sheet} Cell {cell}" in text and "W.SUB.RN, June 2023" in text and "twelve" in text
    assert not Upload.objects.exists() and not Value.objects.exists()


def test_another_organisations_file_is_refused(asha: Person, signed_in: SignIn) -> None:
    answer = send(signed_in(asha), made("RHW", "workforce").path.read_bytes())
    assert answer.status_code == 422
    assert "This is the return of RHW, and that of RTH was asked for" in text_of(answer)


def test_what_is_no_return_gets_one_sentence(asha: Person, signed_in: SignIn) -> None:
    answer = send(signed_in(asha), b"Line code,Apr-23")
    assert answer.status_code == 422 and "This is not an Excel workbook" in text_of(answer)
    assert "Choose the workbook to check" in text_of(
        signed_in(asha).post(reverse("unsent", args=[ROUND]), {"organisation": "RTH"})
    )


@pytest.mark.parametrize(
    ("fault", "said"),
    [(Busy(), "Many files are being checked just now"), (CouldNotCheck("x"), "The fault is ours")],
)
def test_our_own_trouble_is_said_plainly(
    asha: Person, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch, fault: Exception, said: str
) -> None:
    def fail(file: object) -> None:
        raise fault

    monkeypatch.setattr("submissions.views.unsent.check_unsent", fail)
    monkeypatch.setattr("submissions.views.unsent.logger.exception", lambda *_: None)
    answer = send(signed_in(asha), b"x")
    assert answer.status_code == 422 and said in text_of(answer)
