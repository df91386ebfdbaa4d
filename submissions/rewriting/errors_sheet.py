"""The sheet that stands first in a marked-up workbook: every fault by rule, each with a link to its cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil
from typing import Any

from submissions.rewriting.book import quoted
from submissions.rewriting.package import MAIN
from submissions.rewriting.splicing import escaped
from submissions.rewriting.styles import Styles

NAME = "Errors"
HEADS = (
    "Severity",
    "Sheet",
    "Cell",
    "Line and month",
    "What stands there",
    "What is wrong",
    "What to do",
    "Check",
)
_WIDTHS = (17, 24, 9, 27, 20, 60, 52, 9)
COLOURS = {"block": "FFF4A6A0", "explain": "FFFFD591", "note": "FFD8DDE0"}  # as the cells are coloured
_WHITE, _BLUE, _LINK = "FFFFFFFF", "FF005EB8", "FF0563C1"
LINE_HEIGHT = 13.2  # points
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,10})?")


class ErrorsSheet:
    """Writes the sheet row by row. `content`: title, lines (said above the table), groups (see `content_of`)."""

    def __init__(self, styles: Styles) -> None:
        plain = styles.font('<sz val="10"/><name val="Arial"/>')
        bold = styles.font('<b/><sz val="10"/><name val="Arial"/>')
        link = styles.font(f'<u/><sz val="10"/><color rgb="{_LINK}"/><name val="Arial"/>')
        title = styles.font(f'<b/><sz val="14"/><color rgb="{_BLUE}"/><name val="Arial"/>')
        head = styles.font(f'<b/><sz val="10"/><color rgb="{_WHITE}"/><name val="Arial"/>')
        self._title = styles.cell(font=title, wrap=False)
        self._line = styles.cell(font=plain, wrap=False)
        self._text, self._link = styles.cell(font=plain), styles.cell(font=link)
        self._head = styles.cell(font=head, fill=styles.fill(_BLUE))
        self._group = {
            name: styles.cell(font=bold, fill=styles.fill(colour), wrap=False)
            for name, colour in COLOURS.items()
        }
        self._severity = {
            name: styles.cell(font=plain, fill=styles.fill(colour)) for name, colour in COLOURS.items()
        }
        self._at = 0
        self._links: list[str] = []

    def written(self, content: Mapping[str, Any]) -> tuple[bytes, str]:
        """The part, and the rows that are printed on every page."""
        rows = [self._row([(content["title"], self._title)])]
        rows += [self._row([(line, self._line)]) for line in content["lines"]]
        rows.append(self._row([]))
        rows.append(self._row([(head, self._head) for head in HEADS]))
        top = self._at
        for group in content["groups"]:
            rows.extend(self._of_group(group))
        return self._sheet(rows, top).encode("utf-8"), f"${top}:${top}"

    def _of_group(self, group: Mapping[str, Any]) -> Iterator[str]:
        style = self._group[group["severity"]]
        yield self._row([(group["title"], style), *((None, style) for _ in HEADS[1:])])
        for row in group["rows"]:
            yield self._fault(row, group)

    def _fault(self, row: Mapping[str, Any], group: Mapping[str, Any]) -> str:
        cell = row["cell"]
        if cell:
            target = f"{quoted(row['target'])}!{cell}"
            self._links.append(
                f'<hyperlink ref="C{self._at + 1}" location="{escaped(target)}" display="{escaped(cell)}"/>'
            )
        said = [
            row["sheet"],
            cell,
            row["where"],
            row["seen"],
            row["message"],
            row["instruction"],
            row["rule"],
        ]
        styles = [self._link if cell and at == 1 else self._text for at in range(len(said))]
        word = (row["word"], self._severity[group["severity"]])
        return self._row([word, *zip(said, styles, strict=True)], wraps=True)

    def _row(self, cells: Sequence[tuple[str | None, int]], *, wraps: bool = False) -> str:
        self._at += 1
        held = "".join(
            _cell(f"{'ABCDEFGH'[at]}{self._at}", text, style) for at, (text, style) in enumerate(cells)
        )
        height = f' ht="{_height([text for text, _ in cells])}" customHeight="1"' if wraps else ""
        return f'<row r="{self._at}"{height}>{held}</row>'

    def _sheet(self, rows: Iterable[str], top: int) -> str:
        widths = "".join(
            f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>'
            for at, width in enumerate(_WIDTHS, 1)
        )
        links = f"<hyperlinks>{''.join(self._links)}</hyperlinks>" if self._links else ""
        pane = f'<pane ySplit="{top}" topLeftCell="A{top + 1}" activePane="bottomLeft" state="frozen"/>'
        return (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}">'
            '<sheetPr><tabColor rgb="FFD5281B"/><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<dimension ref="A1:H{self._at}"/><sheetViews><sheetView showGridLines="0" tabSelected="1" '
            f'workbookViewId="0">{pane}<selection pane="bottomLeft" activeCell="A{top + 1}" '
            f'sqref="A{top + 1}"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
            f"<cols>{widths}</cols><sheetData>{''.join(rows)}</sheetData>{links}"
            '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
            '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
            "<headerFooter><oddFooter>&amp;LErrors&amp;RPage &amp;P of &amp;N</oddFooter></headerFooter></worksheet>"
        )


def _height(texts: Iterable[str | None]) -> float:
    """In points, as much as the longest text needs; not every program works it out when it opens a file."""
    pairs = zip(texts, _WIDTHS, strict=True)
    return round(
        LINE_HEIGHT * max(1, *(ceil(len(text or "") / (1.1 * width)) for text, width in pairs)) + 2, 1
    )


def _cell(place: str, text: str | None, style: int) -> str:
    """A number as a number, so that nobody meets a text that begins with a minus sign."""
    if not text:
        return f'<c r="{place}" s="{style}"/>'
    if _NUMBER.fullmatch(text):
        return f'<c r="{place}" s="{style}"><v>{text}</v></c>'
    return (
        f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escaped(text)}</t></is></c>'
    )
