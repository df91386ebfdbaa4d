"""What the gate says of files that are no workbooks: one sentence, with what the file seems to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from submissions.preflight import gate
from submissions.refusals import SENTENCES, Refused
from tests import hostile

SEEMS = [
    (b"", "an empty file"),
    (b"%PDF-1.7", "a PDF"),
    (b"Line code;Apr-23\n", "a CSV or text file"),
    ("Line code,Apr-23".encode("utf-16"), "a CSV or text file"),
    (b"<!DOCTYPE html><html>", "a web page"),
    (b"<?xml version='1.0'?><a/>", "an XML file"),
    (b"\x89PNG\r\n", "a picture"),
    (b"PK\x05\x06" + b"\0" * 18, "an empty or unfinished zip archive"),
    (bytes(range(128, 256)) * 4, "a file of unknown kind"),
]


@pytest.mark.parametrize(("content", "seems"), SEEMS)
def test_the_sentence_says_what_the_file_seems_to_be(content: bytes, seems: str, tmp_path: Path) -> None:
    path = tmp_path / "return.xlsx"
    path.write_bytes(content)
    with pytest.raises(Refused) as refusal:
        gate(path)
    assert (refusal.value.code, refusal.value.facts["seen"]) == ("not_a_workbook", seems)
    assert seems in refusal.value.message


@pytest.mark.parametrize("code", SENTENCES)
def test_every_refusal_is_a_sentence_that_says_what_to_do(code: str) -> None:
    message = Refused(code, seen="this\r\n<b>", expected="that").message
    assert message.endswith(".")
    assert "{" not in message
    assert "\n" not in message


def test_a_fact_from_the_file_cannot_flood_the_sentence() -> None:
    assert len(Refused("wrong_round", seen="x" * 10_000, expected="2023-24").message) < 300


@pytest.mark.parametrize("return_kind", ["activity", "workforce", "finance"])
def test_a_return_of_ours_passes(return_kind: str) -> None:
    gate(hostile.good(return_kind))
