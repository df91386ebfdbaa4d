"""The boxes that comments are shown in. VML need not be well-formed XML, so it is read by its tags alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from submissions.rewriting.conditions import place_of
from submissions.rewriting.package import Package
from submissions.rewriting.splicing import in_single_bytes

_SPACES = (
    b'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_KIND = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = re.compile(rb"<v:shape\b.*?</v:shape>", re.DOTALL)
_ROW, _COLUMN = re.compile(rb"<x:Row>\s*(\d+)"), re.compile(rb"<x:Column>\s*(\d+)")
_NUMBER = re.compile(rb"_x0000_s(\d+)")
_END = re.compile(rb"</xml\s*>")


class Shapes:
    """The drawing that a sheet's comments lie in."""

    EMPTY = (
        b"<xml "
        + _SPACES
        + b'><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
    )

    def __init__(self, package: Package, sheet: str) -> None:
        self._package = package
        self._name = package.the(sheet, "vmlDrawing")
        self._content = in_single_bytes(package.read(self._name)) if self._name else b""

    def remove(self, cells: Collection[str]) -> None:
        """Take the boxes of these cells away."""
        gone = {place_of(cell) for cell in cells}
        self._content = _SHAPE.sub(lambda match: b"" if _place(match[0]) in gone else match[0], self._content)

    def add(self, cells: Sequence[str]) -> None:
        """A hidden box beside each cell."""
        ends = list(_END.finditer(self._content))
        if not cells or not ends:
            return
        number = max((int(found) for found in _NUMBER.findall(self._content)), default=1024) + 1
        boxes = b"".join(_box(cell, number + at) for at, cell in enumerate(cells))
        kind = b"" if b'id="_x0000_t202"' in self._content else self._own(_KIND)
        at = ends[-1].start()
        self._content = self._content[:at] + kind + self._own(boxes) + self._content[at:]

    def keep(self) -> None:
        if self._name:
            self._package.write(self._name, self._content)

    def _own(self, shapes: bytes) -> bytes:
        """Shapes with the names that they use, where the drawing does not say them as we do."""
        if all(space in self._content for space in (b"xmlns:v=", b"xmlns:o=", b"xmlns:x=")):
            return shapes
        return re.sub(rb"<v:(shape|shapetype) id=", rb"<v:\1 " + _SPACES + rb" id=", shapes)


def _place(shape: bytes) -> tuple[int, int] | None:
    """The cell that a comment's box belongs to; None for a shape of another kind."""
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    if row is None or column is None or b'ObjectType="Note"' not in shape:
        return None
    return int(row[1]) + 1, int(column[1]) + 1


def _box(cell: str, number: int) -> bytes:
    row, column = place_of(cell)
    anchor = f"{column}, 15, {max(0, row - 2)}, 10, {column + 4}, 15, {row + 5}, 4"
    style = "position:absolute;width:260pt;height:100pt;z-index:1;visibility:hidden"
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="{style}" fillcolor="#ffffe1" '
        'o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
        '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
        f"<x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row - 1}</x:Row><x:Column>{column - 1}</x:Column></x:ClientData></v:shape>"
    ).encode("ascii")
