"""Faulty cells coloured by a conditional format of ours: their own formats are never touched, and taking ours
away is exact. Its formula says whose it is, which every program keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from submissions.rewriting.splicing import Element, Part, put_in_order

OURS = "ICS planning check"  # the author of what we say at a cell, and the mark of our conditions
_ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate",
    "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
)  # fmt: skip
RANGES_AT_ONCE = 400
_CELL = re.compile(r"([A-Z]+)([0-9]+)")


def remove_ours(part: Part) -> None:
    """Take our colours off a sheet; formats that are not ours keep their cells and their order."""
    for block in part.root.all("conditionalFormatting"):
        ours = [rule for rule in block.all("cfRule") if _is_ours(rule)]
        if ours and len(ours) == len(block.children):
            part.replace(block)
        else:
            for rule in ours:
                part.replace(rule)


def colour(part: Part, cells: Mapping[str, Iterable[str]], differences: Mapping[str, int]) -> None:
    """Colour cells by severity, above every other conditional format of the sheet; the gravest wins.
    `cells`: severity -> cells of this sheet, the gravest first; `differences`: severity -> its format."""
    wanted = {severity: ranges_of(names) for severity, names in cells.items()}
    wanted = {severity: ranges for severity, ranges in wanted.items() if ranges}
    blocks = [
        (severity, ranges[at : at + RANGES_AT_ONCE])
        for severity, ranges in wanted.items()
        for at in range(0, len(ranges), RANGES_AT_ONCE)
    ]
    if not blocks:
        return
    _make_room(part, len(blocks))
    said = [
        _block(part.root.prefix, ranges, severity, differences[severity], priority)
        for priority, (severity, ranges) in enumerate(blocks, start=1)
    ]
    put_in_order(part, part.root, "conditionalFormatting", "".join(said), _ORDER)


def ranges_of(cells: Iterable[str]) -> list[str]:
    """Cells as ranges, those side by side in one: G7, H7, J7 as G7:H7 and J7."""
    places = sorted({(int(match[2]), _number(match[1])) for match in map(_CELL.fullmatch, cells) if match})
    runs: list[list[int]] = []
    for row, column in places:
        if runs and runs[-1][0] == row and runs[-1][2] == column - 1:
            runs[-1][2] = column
        else:
            runs.append([row, column, column])
    return [f"{letters(a)}{row}" if a == b else f"{letters(a)}{row}:{letters(b)}{row}" for row, a, b in runs]


def letters(number: int) -> str:
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found


def place_of(cell: str) -> tuple[int, int]:
    """(row, column), counted from 1. Raises ValueError for what is no cell."""
    match = _CELL.fullmatch(cell)
    if match is None:
        raise ValueError(f"'{cell}' is no cell")
    return int(match[2]), _number(match[1])


def _number(column: str) -> int:
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - 64
    return number


def _is_ours(rule: Element) -> bool:
    formula = rule.child("formula")
    return formula is not None and OURS in formula.text


def _make_room(part: Part, number: int) -> None:
    """Rules count from 1, the first the strongest: those of the sheet begin behind ours."""
    rules = [rule for rule in _rules(part.root) if not _is_ours(rule) and "priority" in rule.attributes]
    first = min((int(rule.attributes["priority"]) for rule in rules), default=number + 1)
    if first <= number:
        for rule in rules:
            part.set(rule, priority=str(int(rule.attributes["priority"]) + number + 1 - first))


def _rules(element: Element) -> Iterable[Element]:
    """Those of newer kinds too, which stand among a sheet's extensions."""
    for child in element.children:
        if child.name == "cfRule":
            yield child
        else:
            yield from _rules(child)


def _block(prefix: str, ranges: list[str], severity: str, difference: int, priority: int) -> str:
    return (
        f'<{prefix}conditionalFormatting sqref="{" ".join(ranges)}">'
        f'<{prefix}cfRule type="expression" dxfId="{difference}" priority="{priority}">'
        f"<{prefix}formula>LEN(&quot;{OURS}: {severity}&quot;)&gt;0</{prefix}formula>"
        f"</{prefix}cfRule></{prefix}conditionalFormatting>"
    )
