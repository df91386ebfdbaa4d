"""A spreadsheet small enough to read: it works out the formulas that returns hold, as Excel would, so that they
can be compared with the plan. Knows no more functions than our formulas use."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries

_TOKEN = re.compile(
    r"""(?P<text>"[^"]*")|(?P<range>(?:'[^']+'!)?\$?[A-Z]{1,2}\$?\d+(?::\$?[A-Z]{1,2}\$?\d+)?)|(?P<equals>(?<![<>])=)"""
)


class Cells(list):
    """The values of a range, which multiply one by one; a single empty cell equals empty text."""

    def __eq__(self, other: object) -> bool:
        return (self[0] if self[0] is not None else "") == other

    __hash__ = None  # type: ignore[assignment]

    def __mul__(self, other: Any) -> Cells:  # type: ignore[override]
        others = other if isinstance(other, Cells) else [other] * len(self)
        return Cells(float(a) * float(b) for a, b in zip(self, others, strict=True))


class Spreadsheet:
    """One workbook, each formula worked out once."""

    def __init__(self, path: Path) -> None:
        self.book = openpyxl.load_workbook(path)
        self._known: dict[tuple[str, str], Any] = {}

    def value(self, sheet: str, cell: str) -> Any:
        """None for an empty cell, "" for a formula that says so."""
        key = (sheet, cell)
        if key not in self._known:
            content = self.book[sheet][cell].value
            is_formula = isinstance(content, str) and content.startswith("=")
            self._known[key] = self._work_out(sheet, content[1:]) if is_formula else content
        return self._known[key]

    def _work_out(self, sheet: str, formula: str) -> Any:
        def written(match: re.Match[str]) -> str:
            if match["equals"]:
                return "=="
            return match["text"] or f"cells({match['range']!r})"

        names = {**_FUNCTIONS, "cells": lambda reference: self._cells(sheet, reference)}
        code = re.sub(r"\bIF\(", "when(", _TOKEN.sub(written, formula))
        return _plain(eval(_lazy(code), {"__builtins__": {}}, names))  # noqa: S307 our own formulas, in a test

    def _cells(self, sheet: str, reference: str) -> Cells:
        name, _, area = reference.rpartition("!")
        left, top, right, bottom = range_boundaries(area)
        found = self.book[name.strip("'") or sheet]
        return Cells(
            self.value(found.title, found.cell(row, column).coordinate)
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        )


def _lazy(code: str) -> str:
    """`when(a,b,c)` as a conditional expression, so that what is not asked is not worked out."""
    while "when(" in code:
        start = code.rindex("when(")
        parts, end = _arguments(code, start + len("when("))
        test, yes, no = parts
        code = f"{code[:start]}(({yes}) if ({test}) else ({no})){code[end + 1 :]}"
    return code


def _arguments(code: str, at: int) -> tuple[list[str], int]:
    parts, depth, begin, quoted = [], 0, at, False
    for place in range(at, len(code)):
        letter = code[place]
        if letter == '"':
            quoted = not quoted
        elif not quoted and letter == "(":
            depth += 1
        elif not quoted and letter == ")" and depth:
            depth -= 1
        elif not quoted and letter in ",)" and not depth:
            parts.append(code[begin:place])
            begin = place + 1
            if letter == ")":
                return parts, place
    raise ValueError(code)


def _numbers(ranges: tuple[Any, ...]) -> list[float]:
    return [value for cells in ranges for value in cells if isinstance(value, int | float)]


def _product(*ranges: Cells) -> float:
    pairs = zip(*ranges, strict=True)
    return sum(_times(values) for values in pairs)


def _times(values: tuple[Any, ...]) -> float:
    result = 1.0
    for value in values:
        result *= value if isinstance(value, int | float) else 0.0
    return result


def _plain(value: Any) -> Any:
    return value[0] if isinstance(value, Cells) else value


_FUNCTIONS: dict[str, Any] = {
    "SUM": lambda *ranges: sum(_numbers(ranges)),
    "COUNT": lambda *ranges: len(_numbers(ranges)),
    "COUNTBLANK": lambda cells: sum(value is None or value == "" for value in cells),
    "AVERAGE": lambda *ranges: sum(_numbers(ranges)) / len(_numbers(ranges)),
    "ISNUMBER": lambda cells: Cells(isinstance(value, int | float) for value in cells),
    "SUMPRODUCT": _product,
}
