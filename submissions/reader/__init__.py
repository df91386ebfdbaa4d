"""The reader: `python -m submissions.reader` opens one workbook in a child that caps itself first.

A few kilobytes can make a workbook library hang, swell or abort, which nothing in the same process can
catch. So the child reads, and the parent gets JSON. The child imports no Django; the parent no openpyxl.
Cell types come from the XML itself: numbers keep their text and never pass through binary floats.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from submissions.refusals import Refused
from submissions.workbook import Cell, Sheets, cells_by_place

Place = tuple[int, int]  # row, column
PATIENCE = 40  # seconds by the clock
STARTED = "reading"  # said by the child once it is capped: what goes wrong after it lies in the file
_PROJECT = Path(__file__).resolve().parents[2]


class ReaderFailed(Exception):
    """The child could not do its work through no fault of the file: try again."""


def read(path: Path) -> Sheets:
    """Cover, identity and data sheets of a workbook that has passed the gate.

    Raises Refused where it is not a return of ours or cannot be read, ReaderFailed where that was our fault.
    """
    return Sheets.from_json(ask("--read", path))


def read_cells(path: Path, wanted: Mapping[str, Iterable[Place]]) -> dict[str, dict[Place, Cell] | None]:
    """The filled cells among some places (row, column) of any workbook that has passed the gate, by sheet; None
    for a sheet that it does not have. Raises Refused, ReaderFailed."""
    asked = {sheet: sorted(set(places)) for sheet, places in wanted.items()}
    found = ask("--cells", path, json.dumps(asked))["sheets"]
    return {sheet: None if cells is None else cells_by_place(cells) for sheet, cells in found.items()}


def ole_verdict(path: Path) -> Refused:
    """Of a file with an OLE header: behind a password, or just of the format before 2007."""
    if ask("--ole", path)["encrypted"]:
        return Refused("password_protected")
    return Refused("old_format", seen=_OLD)


_OLD = "an Excel file of the format before 2007 (.xls)"


def ask(task: str, path: Path, said: str = "") -> dict[str, Any]:
    """What the child answers to a task about a file, `said` being what it has to know. Raises Refused,
    ReaderFailed."""
    command = [sys.executable, "-m", "submissions.reader", task, str(path.resolve())]
    try:
        child = subprocess.run(
            command,
            cwd=_PROJECT,
            env=_environment(),
            input=said.encode(),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as fault:
        # its processor time is capped far below: the machine is at fault
        raise ReaderFailed(f"The reader was not done after {PATIENCE} seconds.") from fault
    return _answer(child)


def _environment() -> dict[str, str]:
    """Nothing of ours: no database address, no secret key."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ", "SYSTEMROOT") if name in os.environ}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}


def _answer(child: subprocess.CompletedProcess[bytes]) -> dict[str, Any]:
    started, _, document = child.stdout.partition(b"\n")
    if started != STARTED.encode() or child.returncode in (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT):
        last = child.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise ReaderFailed(f"The reader ended with {child.returncode}: {' '.join(last)}")
    if child.returncode:
        raise Refused("unreadable", seen=_END_OF.get(-child.returncode, "reading it broke off"))
    found = json.loads(document)
    if "error" in found:
        raise Refused(found["error"]["code"], **found["error"]["facts"])
    return dict(found)


_END_OF: dict[int, str] = {
    signal.SIGXCPU: "reading it takes too long",
    signal.SIGSEGV: "reading it needs too much memory",
}
