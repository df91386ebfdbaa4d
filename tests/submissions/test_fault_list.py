"""Faults by the thousand: counted exactly, the first of each rule listed, all of them in a file."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from planning.people.person import Person
from planning.plan.findings import Finding
from submissions.faults import Counted
from submissions.parsing import Fault
from submissions.uploads import Value
from tests.flow import send
from tests.hostile import changed, sheet_part
from tests.planned import text_of
from tests.workbooks import made

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
MANY = 20_000


def with_rows_of_ones_own(folder: Path, number: int, code: str) -> bytes:
    """A good return with that many rows more at the foot of its first data sheet, each beginning with `code`."""
    good = made("RTH", "activity").path
    part = sheet_part(good, "Elective")

    def add(parts: dict[str, bytes]) -> None:
        last = int(re.findall(rb'<row r="(\d+)"', parts[part])[-1])
        rows = "".join(
            f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{code}{row}</t></is></c></row>'
            for row in range(last + 1, last + 1 + number)
        )
        parts[part] = parts[part].replace(b"</sheetData>", rows.encode() + b"</sheetData>")

    return changed(folder / "many.xlsx", add, good).read_bytes()


def test_twenty_thousand_faults_are_counted_and_listed(
    tmp_path: Path, asha: Person, signed_in: SignIn
) -> None:
    upload = send("RTH", "activity", content=with_rows_of_ones_own(tmp_path, MANY, "=cmd"))

    assert (upload.state, upload.blocked) == ("checked", True)
    listed = Finding.objects.filter(run=upload.run)
    others = listed.exclude(rule="V07").filter(severity="block").count()
    assert upload.rule_counts["V07"] == MANY
    assert upload.counts["block"] == MANY + others
    assert upload.run.counts == upload.counts
    kept = list(listed.filter(rule="V07").values_list("cell", flat=True))
    assert len(kept) == 1_000
    every = list(csv.DictReader(io.StringIO(Path(upload.fault_list.path).read_bytes().decode())))
    rows = [row for row in every if row["check"] == "V07"]
    assert (len(every), len(rows)) == (
        sum(upload.rule_counts[rule] for rule in {row["check"] for row in every}),
        MANY,
    )
    assert {row["cell"] for row in rows[:1_000]} == set(kept), "the first in the order of the sheet"
    assert rows[0]["entered"].startswith("'=cmd"), "nothing that a spreadsheet would run"
    assert not Value.objects.filter(upload=upload).exists()
    _page_says_so(signed_in(asha), upload)


def _page_says_so(browser: Client, upload: object) -> None:
    said = text_of(browser.get(reverse("upload_result", args=[upload.pk])))  # type: ignore[attr-defined]
    assert f"To put right ({upload.counts['block']:,})" in said  # type: ignore[attr-defined]
    assert "20,000 cells · check V07" in said
    assert "The first 1,000 of 20,000 are listed here. Download all as CSV" in said
    file = browser.get(reverse("upload_faults", args=[upload.pk]))  # type: ignore[attr-defined]
    assert file["Content-Disposition"] == 'attachment; filename="RTH_activity_version_1_faults.csv"'
    assert file.getvalue().startswith(
        b"severity,check,sheet,cell,line,period,entered,wrong,to_do\r\nblock,V07,"
    )


def test_a_few_faults_make_no_file(tmp_path: Path, asha: Person, signed_in: SignIn) -> None:
    upload = send("RTH", "activity", content=with_rows_of_ones_own(tmp_path, 1_000, "X"))

    assert (upload.rule_counts["V07"], bool(upload.fault_list)) == (1_000, False)
    assert Finding.objects.filter(run=upload.run, rule="V07").count() == 1_000
    assert signed_in(asha).get(reverse("upload_faults", args=[upload.pk])).status_code == 404


def test_faults_are_counted_by_rule() -> None:
    faults = [Fault(rule, "A", "A1", "", "", "", "") for rule in ["V03"] * 3 + ["V05"] * 1_002]
    counted = Counted.of(faults)
    assert counted.numbers == {"V03": 3, "V05": 1_002}
    assert Counter(fault.rule for fault in counted.first) == {"V03": 3, "V05": 1_000}
    assert counted.left_out == {"V05": 2}
