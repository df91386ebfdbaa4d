"""`check_return`: one line of JSON, the exit code, nothing stored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from planning.plan.findings import Finding
from submissions.uploads import Upload
from tests import hostile
from tests.workbooks import edited, made

pytestmark = pytest.mark.django_db
KEYS = {"rule", "severity", "sheet", "cell", "line", "period", "seen", "message"}


def run(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict]:
    code = 0
    try:
        call_command("check_return", str(path), "--json")
    except SystemExit as end:
        code = int(end.code or 0)
    return code, json.loads(capsys.readouterr().out.splitlines()[-1])


@pytest.mark.parametrize("return_kind", ["activity", "workforce", "finance"])
@pytest.mark.parametrize("ods", ["RTH", "QU9"])
def test_a_clean_return(ods: str, return_kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(made(ods, return_kind).path, capsys)
    assert (code, said["findings"]) == (0, [])
    assert (said["round"], said["organisation"], said["return"]) == ("2023-24", ods, return_kind)


def test_what_blocks_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = made("RTH", "finance")
    place = good.cell("F.INC.ICB", "Apr-23")
    code, said = run(edited(good.path, {place: "abc"}, to=tmp_path / "a.xlsx"), capsys)
    (finding,) = said["findings"]
    assert code == 1
    assert set(finding) == KEYS
    assert (finding["rule"], finding["severity"]) == ("V03", "block")
    assert f"{finding['sheet']}!{finding['cell']}" == place
    assert (finding["line"], finding["period"], finding["seen"]) == ("F.INC.ICB", "2023-04", "abc")
    assert not Upload.objects.exists()
    assert not Finding.objects.exists()


def test_what_only_needs_a_reason_does_not_block(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = made("RTH", "activity")
    half = good.figures["E.M.8"][2] + 0.5
    code, said = run(edited(good.path, {good.cell("E.M.8", "Apr-23"): half}, to=tmp_path / "a.xlsx"), capsys)
    assert code == 0
    assert ("V11", "explain") in {(row["rule"], row["severity"]) for row in said["findings"]}


def test_a_required_figure_is_not_declined(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """n/a is an answer for optional lines only; there it is no fault."""
    good = made("RTH", "activity")
    changes = {good.cell("E.M.8", "Apr-23"): "n/a", good.cell("E.M.10c", "Apr-23"): "n/a"}
    code, said = run(edited(good.path, changes, to=tmp_path / "a.xlsx"), capsys)
    found = [(row["rule"], row["severity"], f"{row['sheet']}!{row['cell']}") for row in said["findings"]]
    assert code == 1
    assert found == [("V09", "block", good.cell("E.M.8", "Apr-23"))]


def test_a_path_that_cannot_easily_be_believed_is_noted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """March as planned, the months before it as in the outturn: told of each target that the line serves."""
    good = made("RTH", "activity")
    share = good.figures["E.B.27N"][1] / good.figures["E.B.27D"][1]
    months = [f"{month}-23" for month in ("Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")]
    changes = {
        good.cell("E.B.27N", month): round(good.figures["E.B.27D"][at + 2] * share)
        for at, month in enumerate([*months, "Jan-24", "Feb-24"])
    }
    code, said = run(edited(good.path, changes, to=tmp_path / "a.xlsx"), capsys)
    assert code == 0
    assert {(row["rule"], row["severity"], row["line"]) for row in said["findings"]} == {
        ("V22", "note", "E.B.27N"),
        ("V24", "note", "E.B.27N"),
    }
    assert all(row["cell"] and row["message"].startswith("23-13, ") for row in said["findings"])


def test_a_rule_of_this_return_alone_is_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """T29: more people wait over 104 weeks than over 78."""
    good = made("RTH", "activity")
    place = good.cell("LOC.RTT104", "Jun-23")
    code, said = run(edited(good.path, {place: 900_000}, to=tmp_path / "a.xlsx"), capsys)
    found = [finding for finding in said["findings"] if finding["rule"] == "T29"]
    assert code == 1
    assert found
    assert f"{found[0]['sheet']}!{found[0]['cell']}" == place


@pytest.mark.parametrize("name", ["csv", "macros", "password", "another workbook", "xxe"])
def test_what_is_no_return_of_ours(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build, expected = hostile.FILES[name]
    code, said = run(build(tmp_path / "a.xlsx"), capsys)
    assert code == 2
    assert said["error"]["code"] == expected
    assert said["error"]["message"].endswith(".")


def test_an_organisation_that_we_do_not_know(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = edited(made("RTH", "finance").path, {"_identity!B2": "XXX"}, to=tmp_path / "a.xlsx")
    code, said = run(path, capsys)
    assert (code, said["error"]["code"]) == (2, "wrong_organisation")


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "none.xlsx", capsys)[0] == 2


def test_without_json_it_reads_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_return", str(made("RTH", "finance").path))
    assert capsys.readouterr().out.splitlines()[-1] == "0 block, 0 explain, 0 note"


def test_a_round_that_we_do_not_know_names_those_that_we_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = edited(made("RTH", "finance").path, {"_identity!B1": "2031-32"}, to=tmp_path / "a.xlsx")
    code, found = run(path, capsys)
    assert (code, found["error"]["code"]) == (2, "wrong_round")
    assert "round 2031-32, and round 2022-23 or 2023-24 or 2024-25 was asked for" in found["error"]["message"]


def test_thousands_of_faults_are_counted_and_the_first_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = made("RTH", "finance")
    sheet = load_workbook(good.path)
    for row in range(1_500):
        sheet["Income and expenditure"].cell(500 + row, 1).value = f"MINE{row}"
    sheet.save(tmp_path / "a.xlsx")
    code, said = run(tmp_path / "a.xlsx", capsys)
    listed = [finding["cell"] for finding in said["findings"] if finding["rule"] == "V07"]
    assert code == 1
    assert (said["rule_counts"]["V07"], len(listed), listed[0], listed[-1]) == (1_500, 1_000, "A500", "A1499")
    assert said["counts"]["block"] >= 1_500
    with pytest.raises(SystemExit):
        call_command("check_return", str(tmp_path / "a.xlsx"))
    assert "V07: 500 more" in capsys.readouterr().out
