"""Checking a file that is not sent: nothing of it is kept. The work is done by `check_return` in a process of its
own, since reading and judging need what the web process must not load."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.core.files.base import File

from submissions.receive import held
from submissions.turns import Busy

PATIENCE = 90  # seconds for one file
_MANAGE = Path(__file__).resolve().parents[1] / "manage.py"


class CouldNotCheck(Exception):
    """The fault is ours; the log has what the command said."""


def check_unsent(file: File[Any]) -> dict[str, Any]:
    """What `check_return --json` says of the file: its findings, or {"error": {"code", "message"}}.

    The bytes lie in a temporary file until then. Raises TooLarge, Busy, CouldNotCheck.
    """
    with held(file) as path:
        return _ask(path)


def _ask(path: Path) -> dict[str, Any]:
    command = [sys.executable, str(_MANAGE), "check_return", str(path), "--json"]
    try:
        child = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired as late:
        raise Busy(f"It was not checked after {PATIENCE} seconds.") from late
    if child.returncode not in (0, 1, 2):
        raise CouldNotCheck(child.stderr.decode("utf-8", "replace")[-2000:])
    return dict(json.loads(child.stdout.splitlines()[-1]))
