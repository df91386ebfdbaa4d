"""Files that nobody should trust get one verdict each through the real upload; and what guards against them is
seen to be what stops them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from markupsafe import escape

from planning.people.access import scope_of_person
from planning.people.person import Person
from planning.plan.findings import Finding
from planning.plan.runs import CurrentRun, Run
from submissions import preflight, reader
from submissions.preflight import gate
from submissions.reader import ReaderFailed, read
from submissions.receive import TooLarge, receive
from submissions.refusals import CODES, Refused
from submissions.uploads import Upload, Value
from tests import hostile
from tests.flow import send


def test_every_class_has_its_cases_and_every_case_its_class() -> None:
    classed = {name for kinds in hostile.CLASSES.values() for cases in kinds.values() for name in cases}
    assert classed == {*hostile.REFUSED, *hostile.ACCEPTED, *hostile.NAMES}


# --- through the real upload ---------------------------------------------------------------------------
def what_stands() -> tuple[object, ...]:
    """Everything kept of returns, but for the rows of the uploads themselves."""
    figures = Value.objects.order_by("pk").values_list("upload", "line", "states", "p02", "p14")
    pointers = CurrentRun.objects.order_by("pk").values_list("pk", "run")
    return list(figures), list(pointers), Run.objects.count(), Finding.objects.count()


def sent(path: Path) -> tuple[str, str]:
    """State and code of an upload of that file, whose every trace but its verdict must be missing."""
    try:
        upload = send("RTH", "finance", content=path.read_bytes())
    except TooLarge as refusal:
        return "rejected", refusal.code
    assert upload.error_code in ("", *CODES)
    assert upload.error_message.endswith(".")
    traces = (
        upload.number,
        upload.run,
        upload.columns,
        upload.notes,
        upload.counts,
        upload.cover,
        upload.figures,
    )
    assert traces == (None, None, {}, [], {}, {}, {})
    return upload.state, upload.error_code


@pytest.mark.django_db
def test_each_file_that_must_be_refused_is_and_leaves_nothing(tmp_path: Path) -> None:
    send("RTH", "finance")
    before = what_stands()
    seen = {}
    for name, (build, _) in hostile.REFUSED.items():
        seen[name] = sent(build(tmp_path / "return.xlsx"))
        assert what_stands() == before, name
    assert seen == {name: ("rejected", code) for name, (_, code) in hostile.REFUSED.items()}


@pytest.mark.django_db
@pytest.mark.parametrize("cases", [hostile.VALUES, hostile.SHEETS], ids=["values", "sheets"])
def test_what_is_odd_is_read_exactly_or_named(cases: dict[str, hostile.Case], tmp_path: Path) -> None:
    """Never silently 0, blank or something else."""
    clean = send("RTH", "finance")
    source, figures = Path(clean.file.path), rows_of(clean)
    assert clean.rule_counts == {}
    seen, wanted = {}, {}
    for name, case in cases.items():
        upload = send("RTH", "finance", content=case.build(tmp_path / "return.xlsx", source).read_bytes())
        seen[name] = (upload.state, upload.error_code, upload.rule_counts, len(upload.notes))
        wanted[name] = ("checked", "", dict(case.found), case.told)
        if not upload.blocked:
            assert rows_of(upload) == figures, name
    assert seen == wanted


def rows_of(upload: Upload) -> list[tuple[object, ...]]:
    rows = Value.objects.filter(upload=upload).order_by("line")
    return [(row.line, row.figures, row.states) for row in rows]


@pytest.mark.django_db
@pytest.mark.parametrize("name", hostile.NAMES)
def test_a_file_is_shown_and_given_back_under_a_safe_name(
    name: str, asha: Person, signed_in: Callable[[Person], Client]
) -> None:
    sent_as, kept = hostile.NAMES[name]
    file = ContentFile(b"as sent", name="a.xlsx")
    file.name = sent_as
    upload, _ = receive(
        by=scope_of_person(asha), round="2023-24", organisation="RTH", return_kind="finance", stage="draft", file=file
    )  # fmt: skip
    assert upload.file_name == kept
    assert Path(upload.file.path).name == f"{upload.pk}.xlsx", "nothing of the name reaches the disk"
    page = signed_in(asha).get(reverse("upload_result", args=[upload.pk]))
    assert str(escape(kept)) in page.content.decode()
    assert "<img src=x" not in page.content.decode()
    answer = signed_in(asha).get(reverse("upload_file", args=[upload.pk]))
    header = answer["Content-Disposition"]
    assert header.startswith("attachment; filename")
    assert not {"\r", "\n", "\0"} & set(header)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert upload.download_name.endswith(".xlsx")
    assert b"".join(answer.streaming_content) == b"as sent"  # type: ignore[attr-defined]


# --- what guards ---------------------------------------------------------------------------------------
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
    path = hostile.REFUSED[name][0](tmp_path / "return.xlsx")
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
        ("_STARTS_PROGRAMS", preflight.re.compile(b"never this"), "a DDE link"),
    ],
)
def test_without_its_limit_the_file_would_pass(
    limit: str, value: object, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = hostile.REFUSED[name][0](tmp_path / "return.xlsx")
    monkeypatch.setattr(preflight, limit, value)
    gate(path)


def test_macros_would_pass_without_their_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = hostile.REFUSED["macros"][0](tmp_path / "return.xlsx")
    monkeypatch.setattr(preflight, "_is_macro", lambda _: False)
    gate(path)


def test_entities_are_refused_by_the_child_too(tmp_path: Path) -> None:
    """The second wall: the XML parser of the child takes no entities."""
    path = hostile.REFUSED["entities"][0](tmp_path / "return.xlsx")
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
