"""Cells of a sheet given other contents; their formats, validations and protection stay as they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from submissions.refusals import Refused
from submissions.rewriting.conditions import letters, place_of
from submissions.rewriting.splicing import Element, Part, escaped
from submissions.rewriting.styles import Styles

NUMBER, TEXT, BLANK = "number", "text", "blank"
PLAIN = "plain number"  # a number in a cell whose number format would show it as another
_OVER_SEVERAL = ("array", "dataTable")


def change(
    content: bytes, contents: Mapping[str, tuple[str, str]], unvalued: Collection[str], styles: Styles
) -> bytes:
    """The sheet with cells changed: cell -> (kind, what it holds now). Formulas of `unvalued` cells lose the
    value they last had, which is no longer true. Raises Refused where a cell is part of a larger formula."""
    wanted = {place_of(cell): held for cell, held in contents.items()}
    stale = {place_of(cell) for cell in unvalued} - wanted.keys()
    part = Part(content, _Rows({row for row, _ in wanted.keys() | stale}))
    cells = {(row, column): cell for row, column, cell in _cells(part.root)}
    _whole_formulas_stay(content, wanted)
    for place, (kind, held) in wanted.items():
        if place in cells:
            part.replace(cells[place], _written(cells[place], place, kind, held, styles))
        elif kind != BLANK:
            _insert(part, place, kind, held)
    for place in stale & cells.keys():
        _forget_value(part, cells[place])
    return _shared_formulas_apart(part, wanted, cells)


class _Rows:
    """Leaves the rows that nothing is wished of; counts those that do not say their number."""

    def __init__(self, wanted: Collection[int]) -> None:
        self._wanted, self._at = wanted, 0

    def __call__(self, name: str, attributes: Mapping[str, str]) -> bool:
        if name != "row":
            return False
        self._at = int(attributes.get("r", self._at + 1))
        return self._at not in self._wanted


def _rows(root: Element) -> Iterator[tuple[int, Element]]:
    number, data = 0, root.child("sheetData")
    for row in data.all("row") if data is not None else ():
        number = int(row.attributes.get("r", number + 1))
        yield number, row


def _cells(root: Element) -> Iterator[tuple[int, int, Element]]:
    for number, row in _rows(root):
        column = 0
        for cell in row.all("c"):
            column = place_of(cell.attributes["r"])[1] if "r" in cell.attributes else column + 1
            yield number, column, cell


def _written(cell: Element, place: tuple[int, int], kind: str, held: str, styles: Styles) -> str:
    style = cell.attributes.get("s", "0")
    if kind == PLAIN:
        style = str(styles.without_number_format(int(style)))
    return _cell(cell.prefix, place, f' s="{style}"', kind, held)


def _cell(prefix: str, place: tuple[int, int], style: str, kind: str, held: str) -> str:
    opened = f'{prefix}c r="{letters(place[1])}{place[0]}"{style}'
    if kind == BLANK:
        return f"<{opened}/>"
    if kind in (NUMBER, PLAIN):
        return f"<{opened}><{prefix}v>{held}</{prefix}v></{prefix}c>"
    text = f"<{prefix}is><{prefix}t>{escaped(held)}</{prefix}t></{prefix}is>"
    return f'<{opened} t="inlineStr">{text}</{prefix}c>'


def _insert(part: Part, place: tuple[int, int], kind: str, held: str) -> None:
    """A cell that nobody has written yet, in its place in the row."""
    row = dict(_rows(part.root)).get(place[0])
    if row is None:
        raise Refused("damaged", seen="a row is missing")
    text = _cell(row.prefix, place, "", kind, held)
    column = 0
    for cell in row.all("c"):
        column = place_of(cell.attributes["r"])[1] if "r" in cell.attributes else column + 1
        if column > place[1]:
            part.put(cell.start, text)
            return
    part.append(row, text)


def _forget_value(part: Part, cell: Element) -> None:
    value = cell.child("v")
    if cell.child("f") is not None and value is not None:
        part.replace(value)
        if "t" in cell.attributes:
            part.set(cell, t=None)


# --- formulas that more than one cell shares --------------------------------------------------------------
def _whole_formulas_stay(content: bytes, wanted: Iterable[tuple[int, int]]) -> None:
    """A formula laid over several cells cannot lose one of them."""
    if not any(kind.encode() in content for kind in _OVER_SEVERAL):
        return
    for _, _, cell in _cells(Part(content).root):
        formula = cell.child("f")
        if formula is not None and formula.attributes.get("t") in _OVER_SEVERAL:
            taken = [place for place in wanted if _covers(formula.attributes.get("ref", ""), place)]
            if taken:
                name = f"{letters(taken[0][1])}{taken[0][0]}"
                raise Refused("unreadable", seen=f"{name} is part of a formula over several cells")


def _covers(area: str, place: tuple[int, int]) -> bool:
    first, _, last = area.partition(":")
    if not first:
        return False
    (top, left), (bottom, right) = place_of(first), place_of(last or first)
    return top <= place[0] <= bottom and left <= place[1] <= right


def _shared_formulas_apart(
    part: Part, wanted: Mapping[tuple[int, int], Any], cells: Mapping[tuple[int, int], Element]
) -> bytes:
    """A formula that was filled along a row is written in its first cell only: when that one goes, the others
    get it each in their own words."""
    first = {}
    for place in wanted.keys() & cells.keys():
        formula = cells[place].child("f")
        if formula is not None and formula.attributes.get("t") == "shared" and formula.text:
            first[formula.attributes["si"]] = (place, formula.text)
    changed = part.changed
    if not first:
        return changed
    again = Part(changed)
    for row, column, cell in _cells(again.root):
        formula = cell.child("f")
        if formula is not None and not formula.text and formula.attributes.get("si") in first:
            origin, text = first[formula.attributes["si"]]
            said = escaped(_translated(text, origin, (row, column)))
            again.replace(formula, f"<{formula.prefix}f>{said}</{formula.prefix}f>")
    return again.changed


def _translated(formula: str, origin: tuple[int, int], place: tuple[int, int]) -> str:
    from openpyxl.formula.translate import Translator

    names = [f"{letters(column)}{row}" for row, column in (origin, place)]
    return str(Translator(f"={formula}", origin=names[0]).translate_formula(names[1])).removeprefix("=")
