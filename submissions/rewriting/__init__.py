"""A workbook rewritten in place: cells marked or changed, everything else byte for byte as the person saved it.

A workbook library that reads a file and writes it again loses what it does not know, and the values of formulas
with it. So parts are cut open where they change (`splicing`) and nowhere else. It is done in the reader's capped
child: what is rewritten is a stranger's file.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from submissions import reader


def mark_up(
    path: Path, *, cells: Mapping[str, Mapping[str, Mapping[str, str]]], errors: Mapping[str, Any]
) -> bytes:
    """The workbook at `path` with cells marked ({sheet: {cell: {severity, text}}}) and a sheet of errors first.

    Marks of ours from another time are taken off. Raises Refused, ReaderFailed.
    """
    return _asked("--mark", path, {"cells": cells, "errors": errors})


def change_cells(
    path: Path,
    *,
    cells: Mapping[str, Mapping[str, tuple[str, str]]],
    unvalued: Mapping[str, Sequence[str]],
) -> bytes:
    """The workbook at `path` with other contents in some cells ({sheet: {cell: (kind, what it holds)}}).

    `unvalued` cells lose what their formulas last gave: it is no longer true. Raises Refused, ReaderFailed.
    """
    return _asked("--change", path, {"cells": cells, "unvalued": unvalued})


def _asked(task: str, path: Path, wish: Mapping[str, Any]) -> bytes:
    found = reader.ask(task, path, json.dumps(wish))
    return base64.b64decode(found["workbook"])
