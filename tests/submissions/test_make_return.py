"""The command that writes a return."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from submissions.cover import read_cover
from submissions.identity import Identity
from submissions.layout.cover import FORM
from submissions.reader import read
from tests.workbooks import cell_of, filled, made

pytestmark = pytest.mark.django_db


def make(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command("make_return", *arguments)
    return capsys.readouterr().out


def figure(path: Path, code: str, header: str) -> object:
    sheet, _, cell = cell_of(path, code, header).rpartition("!")
    return openpyxl.load_workbook(path, data_only=True)[sheet][cell].value


def test_writes_a_blank_return_and_prints_its_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "rth.xlsx"
    assert make(capsys, "2023-24", "activity", "RTH", str(out)).splitlines()[-1] == str(out)
    book = openpyxl.load_workbook(out)
    identity = Identity.from_rows((row[0].value, row[1].value) for row in book["_identity"].iter_rows())
    assert identity == made("RTH", "activity", seed=None, folder=tmp_path).identity
    assert figure(out, "E.M.10a", "Apr-23") is None
    assert book["Cover"]["B3"].value == "Oxford University Hospitals NHS Foundation Trust (RTH)"


@pytest.mark.parametrize("return_kind", ["activity", "workforce", "finance"])
@pytest.mark.parametrize("ods", ["RTH", "RNU", "RYE", "QU9"])
def test_fills_every_return_of_every_type(
    ods: str, return_kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"{ods}.xlsx"
    make(capsys, "2023-24", return_kind, ods, str(out), "--fill", "7")
    expected = filled(ods, 7)[return_kind]
    book = openpyxl.load_workbook(out, data_only=True)
    rows = {row[0].value: row for sheet in book.worksheets[1:-2] for row in sheet.iter_rows(min_row=6)}
    entered = {
        code: [
            cell.value if value is not None else None
            for cell, value in zip(rows[code][4:19], figures, strict=True)
        ]
        for code, figures in expected.items()
    }
    assert entered == {code: list(figures) for code, figures in expected.items()}


def test_the_form_on_the_cover_is_filled_but_for_the_stage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "rth.xlsx"
    make(capsys, "2023-24", "finance", "RTH", str(out), "--fill", "7")
    said = {label: answer.answer for label, answer in read_cover(read(out).cover).items()}
    asked = {label for label, _ in FORM}
    assert asked - set(said) == {"Submission event"}
    assert said["Contact e-mail"] == "planning.rth@demo.example"
    assert said["Agreed: date"].startswith("2023-02-")
    assert len({answer for label, answer in said.items() if label.endswith("name")}) == 4


def test_one_seed_gives_partners_that_agree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trust, board = tmp_path / "rye.xlsx", tmp_path / "qu9.xlsx"
    make(capsys, "2023-24", "finance", "RYE", str(trust), "--fill", "3")
    make(capsys, "2023-24", "finance", "QU9", str(board), "--fill", "3")
    received = figure(trust, "F.INC.ICB@QU9", "2023/24 plan")
    paid = figure(board, "F.ICB.PROV@RYE", "2023/24 plan")
    assert isinstance(received, int | float)
    assert isinstance(paid, int | float)
    assert received == -paid


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "two"):
        make(capsys, "2023-24", "finance", "RTH", str(tmp_path / name), "--fill", "5")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("2031-32", "activity", "RTH"),
            "There is no round '2031-32' (rounds: 2024-25, 2023-24, 2022-23).",
        ),
        (("2023-24", "cash", "RTH"), "There is no return 'cash' (returns: activity, workforce, finance)."),
        (("2023-24", "activity", "ZZZ"), "There is no organisation with the ODS code 'ZZZ'."),
        (("2023-24", "activity", "X24"), "NHS England (X24) makes no returns: only trusts and ICBs do."),
    ],
)
def test_says_what_is_wrong_in_one_sentence(arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as told:
        call_command("make_return", *arguments, str(tmp_path / "out.xlsx"))
    assert str(told.value) == message
    assert not (tmp_path / "out.xlsx").exists()


def test_says_when_the_file_cannot_be_written(tmp_path: Path) -> None:
    out = tmp_path / "nowhere" / "out.xlsx"
    with pytest.raises(CommandError) as told:
        call_command("make_return", "2023-24", "activity", "RTH", str(out))
    assert str(told.value) == f"'{out}' cannot be written: No such file or directory."
