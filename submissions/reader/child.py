"""The child: loads what it needs, caps itself, says so, and only then opens the file."""

from __future__ import annotations

import base64
import contextlib
import json
import resource
import sys
from pathlib import Path
from typing import Any

from submissions.identity import SHEET as IDENTITY_SHEET
from submissions.reader import STARTED
from submissions.reader.book import Book
from submissions.refusals import Refused
from submissions.rewriting import work

MEMORY, PROCESSOR = 1024**3, 20  # bytes; seconds of processor


def main(task: str, path: str) -> None:
    """Print one line of JSON: what was read or made, or {"error": {"code", "facts"}}."""
    do = TASKS[task]
    asked = json.load(sys.stdin) if task in TOLD else None
    _import_libraries(task)
    _cap()
    _say(STARTED)
    try:
        found = do(path, asked)
    except Refused as refusal:
        found = {"error": {"code": refusal.code, "facts": refusal.facts}}
    except MemoryError:
        found = {"error": {"code": "unreadable", "facts": {"seen": "reading it needs too much memory"}}}
    except Exception as fault:
        sys.stderr.write(f"{fault!r}"[:500])
        found = {
            "error": {"code": "unreadable", "facts": {"seen": "its contents are not as Excel writes them"}}
        }
    _say(json.dumps(found))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _import_libraries(task: str) -> None:
    """Before the caps and the word `reading`, so that a broken installation is never blamed on a file."""
    if task == "--ole":
        import msoffcrypto  # noqa: F401

        return
    sys.modules["numpy"] = None  # type: ignore[assignment]  # openpyxl would load it, for nothing here
    import openpyxl

    if not openpyxl.DEFUSEDXML or openpyxl.LXML:
        raise RuntimeError("openpyxl must read through defusedxml.")
    import openpyxl.formula.translate
    import openpyxl.reader.strings
    import openpyxl.styles.numbers
    import openpyxl.utils.datetime
    import openpyxl.worksheet._reader


def _cap() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.addaudithook(_nothing_outside)


def _nothing_outside(event: str, _: Any) -> None:
    """Reading a workbook needs no network and no other program."""
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")):
        raise PermissionError(f"the reader may not use {event}")


def _ole(path: str, _: Any) -> dict[str, Any]:
    import msoffcrypto

    # unknown inside: an old format, to us
    with Path(path).open("rb") as stream, contextlib.suppress(Exception):
        return {"encrypted": bool(msoffcrypto.OfficeFile(stream).is_encrypted())}
    return {"encrypted": False}


def _read(path: str, _: Any) -> dict[str, Any]:
    from zipfile import ZipFile

    with ZipFile(path) as package:
        book = Book(package)
        if IDENTITY_SHEET not in book.sheets:
            raise Refused("not_our_template", seen="it does not say which return it is")
        return book.read()


def _cells_at(path: str, asked: Any) -> dict[str, Any]:
    from zipfile import ZipFile

    with ZipFile(path) as package:
        return {"sheets": Book(package).cells_at(asked)}


def _mark(path: str, asked: Any) -> dict[str, Any]:
    return {"workbook": _in_letters(work.mark(Path(path), asked))}


def _change(path: str, asked: Any) -> dict[str, Any]:
    return {"workbook": _in_letters(work.change(Path(path), asked))}


def _in_letters(workbook: bytes) -> str:
    return base64.b64encode(workbook).decode("ascii")


TASKS = {"--read": _read, "--ole": _ole, "--cells": _cells_at, "--mark": _mark, "--change": _change}
TOLD = ("--cells", "--mark", "--change")  # tasks that are told on standard input what to do
