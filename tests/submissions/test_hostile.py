"""Files that nobody should trust get one verdict each, from the gate or from the capped child; and what
guards against them is seen to be what stops them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from submissions import preflight, reader
from submissions.parsing import identity_of
from submissions.preflight import gate
from submissions.reader import ReaderFailed, read
from submissions.refusals import CODES, Refused
from tests import hostile


def verdict(path: Path) -> str:
    """The code of the refusal, "" where the file is let through and read."""
    try:
        gate(path)
        identity_of(read(path))
    except Refused as refusal:
        assert refusal.message.endswith(".")
        assert refusal.code in CODES
        return refusal.code
    return ""


@pytest.mark.parametrize("name", hostile.FILES)
def test_each_hostile_file_gets_its_verdict(name: str, tmp_path: Path) -> None:
    build, expected = hostile.FILES[name]
    path = build(tmp_path / "return.xlsx")
    start = time.monotonic()
    assert verdict(path) == expected
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("name", ["deep", "far corner", "lying dimension", "giant counts", "UTF-16"])
def test_what_is_harmless_is_read_exactly(name: str, tmp_path: Path) -> None:
    path = hostile.FILES[name][0](tmp_path / "return.xlsx")
    assert read(path) == read(hostile.good())


GUARDS = [
    ("_names_are_plain", "zip slip"),
    ("_names_are_plain", "symlink"),
    ("_names_are_plain", "twice"),
    ("_nothing_before_the_first", "smuggled"),
    ("_within_limits", "zeros"),
    ("_within_limits", "300 MB"),
]


@pytest.mark.parametrize(("guard", "name"), GUARDS)
def test_without_its_guard_the_file_would_pass(
    guard: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = hostile.FILES[name][0](tmp_path / "return.xlsx")
    with pytest.raises(Refused):
        gate(path)
    monkeypatch.setattr(preflight, guard, lambda *_: None)
    gate(path)


@pytest.mark.parametrize(
    ("limit", "value", "name"),
    [
        ("MOST_MEMBERS", 100_000, "70,000 members"),
        ("_DECLARATION", preflight.re.compile(b"never this"), "xxe"),
        ("_DECLARATION", preflight.re.compile(b"never this"), "entities in UTF-16"),
    ],
)
def test_without_its_limit_the_file_would_pass(
    limit: str, value: object, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = hostile.FILES[name][0](tmp_path / "return.xlsx")
    monkeypatch.setattr(preflight, limit, value)
    gate(path)


def test_macros_would_pass_without_their_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = hostile.FILES["macros"][0](tmp_path / "return.xlsx")
    monkeypatch.setattr(preflight, "_is_macro", lambda _: False)
    gate(path)


def test_entities_are_refused_by_the_child_too(tmp_path: Path) -> None:
    """The second wall: the XML parser of the child takes no entities."""
    path = hostile.FILES["entities"][0](tmp_path / "return.xlsx")
    with pytest.raises(Refused, match="could not be read"):
        read(path)


def test_a_child_that_needs_too_much_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    _becomes(
        monkeypatch, "import submissions.reader.child as r; r._cap(); r._say('reading'); bytearray(2 << 30)"
    )
    with pytest.raises(Refused, match="could not be read"):
        read(hostile.good())


def test_a_child_that_never_ends_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import submissions.reader.child as r; r.PROCESSOR = 1; r._cap(); r._say('reading')\nwhile 1: pass"
    _becomes(monkeypatch, code)
    with pytest.raises(Refused, match="takes too long"):
        read(hostile.good())


@pytest.mark.parametrize(
    "code",
    [
        "raise ImportError('broken installation')",
        f"import submissions.reader.child as r, os; r._say('reading'); os.kill(os.getpid(), {signal.SIGKILL.value})",
    ],
)
def test_what_is_our_fault_is_not_blamed_on_the_file(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _becomes(monkeypatch, code)
    with pytest.raises(ReaderFailed):
        read(hostile.good())


def test_a_machine_too_slow_is_not_blamed_on_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "PATIENCE", 0.2)
    _becomes(monkeypatch, "import time; time.sleep(5)")
    with pytest.raises(ReaderFailed):
        read(hostile.good())


def test_the_child_has_no_network_and_no_secrets() -> None:
    assert not {"DATABASE_URL", "SECRET_KEY"} & set(reader._environment())
    code = "import submissions.reader.child as r, socket; r._cap(); socket.socket()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "may not use socket" in done.stderr


def test_the_child_imports_no_django_and_the_parent_no_workbook_library() -> None:
    code = "import sys, submissions.preflight; print({'django', 'openpyxl', 'numpy'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=reader._PROJECT
    )
    assert done.stdout.strip() == "set()"


def _becomes(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """The child runs this instead of reading."""
    run = subprocess.run
    monkeypatch.setattr(reader.subprocess, "run", lambda _, **how: run([sys.executable, "-c", code], **how))


def test_no_process_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "PATIENCE", 0.2)
    _becomes(monkeypatch, "import time; time.sleep(30)")
    with pytest.raises(ReaderFailed):
        read(hostile.good())
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
