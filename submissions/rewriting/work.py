"""What the child does to a workbook: mark it up, or change some of its cells."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from submissions.rewriting import book, cells, comments, conditions
from submissions.rewriting.conditions import OURS
from submissions.rewriting.errors_sheet import COLOURS, NAME, ErrorsSheet
from submissions.rewriting.package import Package
from submissions.rewriting.splicing import Part, in_single_bytes, rows_left
from submissions.rewriting.styles import Styles


def mark(path: Path, wish: Mapping[str, Any]) -> bytes:
    """The workbook with its cells coloured and commented and the sheet of errors first; marks of ours from
    another time are gone. `wish`: `cells` {sheet: {cell: {severity, text}}}, `errors` for the sheet."""
    with ZipFile(path) as archive:
        package = Package(archive)
        _clean(package)
        styles = Styles(package)
        differences = {severity: styles.difference(colour) for severity, colour in COLOURS.items()}
        for sheet in book.sheets_of(package):
            marks = wish["cells"].get(sheet.name)
            if marks and sheet.part in package:
                _mark_sheet(package, sheet.part, marks, differences)
        content, titles = ErrorsSheet(styles).written(wish["errors"])
        book.put_first(package, NAME, content, titles)
        return package.packed()


def change(path: Path, wish: Mapping[str, Any]) -> bytes:
    """The workbook with other contents in some cells, without marks of ours. `wish`: `cells`
    {sheet: {cell: [kind, held]}}, `unvalued` {sheet: [cells whose formula is to be worked out again]}."""
    with ZipFile(path) as archive:
        package = Package(archive)
        _clean(package)
        for sheet in book.sheets_of(package):
            contents, unvalued = wish["cells"].get(sheet.name, {}), wish["unvalued"].get(sheet.name, ())
            if (contents or unvalued) and sheet.part in package:
                held = {cell: (kind, text) for cell, (kind, text) in contents.items()}
                package.write(
                    sheet.part, cells.change(package.read(sheet.part), held, unvalued, Styles(package))
                )
        book.reckon_when_opened(package)
        return package.packed()


def _clean(package: Package) -> None:
    """Take off what we put on another time."""
    book.remove_ours(package)
    for sheet in book.sheets_of(package):
        if sheet.part not in package:
            continue
        content = in_single_bytes(package.read(sheet.part))
        if OURS.encode() in content:
            part = Part(content, rows_left)
            conditions.remove_ours(part)
            package.write(sheet.part, part.changed)
        comments.remove_ours(package, sheet.part)


def _mark_sheet(
    package: Package, name: str, marks: Mapping[str, Mapping[str, str]], differences: Mapping[str, int]
) -> None:
    part = Part(package.read(name), rows_left)
    by_severity = {
        severity: [cell for cell, mark in marks.items() if mark["severity"] == severity]
        for severity in COLOURS
    }
    conditions.colour(part, by_severity, differences)
    package.write(name, part.changed)
    comments.add(package, name, {cell: mark["text"] for cell, mark in marks.items()})
