"""The workbook's styles: a few of ours added behind theirs, each once."""

from __future__ import annotations

import re

from submissions.rewriting.package import Package
from submissions.rewriting.splicing import Element, Part, put_in_order

_ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles",
    "colors", "extLst",
)  # fmt: skip


_NUMBER_FORMAT = re.compile(r"""(<[^>]*\bnumFmtId=)(?:"[0-9]+"|'[0-9]+')""")


class Styles:
    """Adds to the styles of a package. What is there already in the same words is used again."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._name = package.the(package.workbook, "styles")
        if not self._name:
            raise ValueError("a workbook without styles")
        self._content = package.read(self._name)
        self._outline = Part(self._content)

    def font(self, text: str) -> int:
        return self._add("fonts", f"<font>{text}</font>")

    def fill(self, colour: str) -> int:
        pattern = (
            f'<patternFill patternType="solid"><fgColor rgb="{colour}"/><bgColor indexed="64"/></patternFill>'
        )
        return self._add("fills", f"<fill>{pattern}</fill>")

    def cell(self, *, font: int = 0, fill: int = 0, wrap: bool = True) -> int:
        """A style of cells: text at the top, wrapped."""
        wrapped = ' wrapText="1"' if wrap else ""
        return self._add(
            "cellXfs",
            f'<xf numFmtId="0" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" applyFont="1" applyFill="1" '
            f'applyAlignment="1"><alignment horizontal="left" vertical="top"{wrapped}/></xf>',
        )

    def without_number_format(self, style: int) -> int:
        """A style of cells like one that there is, numbers shown as they are."""
        part = self._part()
        rows = part.root.child("cellXfs")
        if rows is None or style >= len(rows.children):
            return 0
        row = rows.children[style]
        text = part.content[row.start : row.end].decode("ascii")
        return self._put("cellXfs", _NUMBER_FORMAT.sub(r'\1"0"', text, count=1))

    def difference(self, colour: str) -> int:
        """A fill that a conditional format lays over a cell's own."""
        pattern = f'<patternFill patternType="solid"><fgColor rgb="{colour}"/><bgColor rgb="{colour}"/></patternFill>'
        return self._add("dxfs", f"<dxf><fill>{pattern}</fill></dxf>")

    def _part(self) -> Part:
        """The styles as they are now. Some workbooks have tens of thousands: read again only once changed."""
        content = self._package.read(self._name)
        if content != self._content:
            self._content, self._outline = content, Part(content)
        return self._outline

    def _add(self, family: str, text: str) -> int:
        """Written without a prefix; the part may want one."""
        prefix = self._part().root.prefix
        return self._put(family, re.sub(r"<(/?)(?=[a-z])", rf"<\1{prefix}", text))

    def _put(self, family: str, text: str) -> int:
        part = self._part()
        prefix, rows = part.root.prefix, part.root.child(family)
        if rows is None:
            put_in_order(
                part, part.root, family, f'<{prefix}{family} count="1">{text}</{prefix}{family}>', _ORDER
            )
            self._package.write(self._name, part.changed)
            return 0
        known = self._known(part, rows, text)
        if known is not None:
            return known
        self._append(part, rows, text)
        self._package.write(self._name, part.changed)
        return len(rows.children)

    def _known(self, part: Part, rows: Element, text: str) -> int | None:
        wanted = text.encode("ascii")
        places = (at for at, row in enumerate(rows.children) if part.content[row.start : row.end] == wanted)
        return next(places, None)

    def _append(self, part: Part, rows: Element, text: str) -> None:
        if rows.closes_itself:
            part.replace(rows, f'<{rows.prefix}{rows.name} count="1">{text}</{rows.prefix}{rows.name}>')
            return
        part.set(rows, count=str(len(rows.children) + 1))
        part.append(rows, text)
