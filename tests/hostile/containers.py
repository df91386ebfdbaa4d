"""Files that must be refused: containers, bombs, declarations. Each is a good return with one thing wrong."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import xlsxwriter

from tests.hostile.good import (
    CONTENT_TYPES,
    OFFICE,
    STRINGS,
    WORKBOOK,
    Change,
    Parts,
    changed,
    good,
    links_to,
    parts_of,
    related,
    replaced,
    write,
)

SHEET = "xl/worksheets/sheet2.xml"
Build = Callable[[Path], Path]


# --- containers ------------------------------------------------------------------------------------
def _bytes(content: bytes) -> Build:
    def build(to: Path) -> Path:
        to.write_bytes(content)
        return to

    return build


def _parts(change: Change) -> Build:
    return lambda to: changed(to, change)


def truncated(to: Path) -> Path:
    to.write_bytes(good().read_bytes()[:-300])
    return to


def flipped(to: Path) -> Path:
    """One bit of the first sheet's packed bytes is another."""
    content = bytearray(good().read_bytes())
    at = content.index(SHEET.encode()) + 400
    content[at] ^= 0x10
    to.write_bytes(bytes(content))
    return to


def polyglot(to: Path) -> Path:
    """A program in front, a workbook behind."""
    to.write_bytes(b"#!/bin/sh\nexit\n" + good().read_bytes())
    return to


def smuggled(to: Path) -> Path:
    """A zip header in front of the workbook that its directory does not list."""
    to.write_bytes(b"PK\x03\x04" + b"\0" * 60 + good().read_bytes())
    return to


def _with_member(name: str, content: bytes = b"x", mode: int = 0, flags: int = 0) -> Build:
    def build(to: Path) -> Path:
        write(to, parts_of(good()))
        member = zipfile.ZipInfo(name)
        member.external_attr = mode << 16
        with zipfile.ZipFile(to, "a", zipfile.ZIP_DEFLATED) as package:
            package.writestr(member, content)
        if flags:
            _flag(to, name, flags)
        return to

    return build


def _flag(path: Path, name: str, flags: int) -> None:
    content = bytearray(path.read_bytes())
    at = content.rindex(name.encode()) - 46  # its entry in the central directory
    content[at + 8] |= flags
    path.write_bytes(bytes(content))


def twice(to: Path) -> Path:
    write(to, parts_of(good()))
    with zipfile.ZipFile(to, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("XL/workbook.xml", b"<other/>")
    return to


def many_members(to: Path) -> Path:
    return changed(to, lambda parts: parts.update({f"xl/media/{at}.bin": b"" for at in range(70_000)}))


def lying_header(to: Path) -> Path:
    """The directory says 10 bytes; what comes out is another matter."""
    write(to, {**parts_of(good()), "xl/media/a.bin": b"a" * 1000})
    content = bytearray(to.read_bytes())
    at = content.rindex(b"xl/media/a.bin") - 46
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    to.write_bytes(bytes(content))
    return to


def of_other_kind(text: bytes) -> Build:
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return _parts(replaced(CONTENT_TYPES, kind, text))


def opendocument(to: Path) -> Path:
    return write(to, {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"})


def old_excel(to: Path) -> Path:
    """An OLE header and nothing that makes sense behind it."""
    to.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000)
    return to


def encrypted(to: Path) -> Path:
    import msoffcrypto.format.ooxml as ooxml

    with good().open("rb") as plain, to.open("wb") as out:
        ooxml.OOXMLFile(plain).encrypt("secret", out)
    return to


def another_workbook(to: Path) -> Path:
    book = xlsxwriter.Workbook(str(to))
    book.add_worksheet("Sheet1").write_string(0, 0, "Line code")
    book.close()
    return to


# --- bombs -----------------------------------------------------------------------------------------
def _zeros(megabytes: int) -> Change:
    return lambda parts: parts.update({"xl/media/zeros.bin": b"\0" * megabytes * 1024 * 1024})


def spaces(parts: Parts) -> None:
    parts[STRINGS] = parts[STRINGS].replace(b"</sst>", b"<si><t>" + b" " * 40_000_000 + b"</t></si></sst>")


def noise(parts: Parts) -> None:
    """300 MB that pack a hundredfold, in three parts: only the whole is too large."""
    block = bytes((at * 7919 + at // 251) % 256 for at in range(6_000))
    for at in range(3):
        parts[f"xl/media/noise{at}.bin"] = block * 15_000


# --- declarations ----------------------------------------------------------------------------------
_ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def declares(part: str, text: str = _ENTITIES, encoding: str = "utf-8") -> Change:
    def change(parts: Parts) -> None:
        body = re.sub(r"<\?xml[^>]*\?>", "", parts[part].decode())
        parts[part] = f'<?xml version="1.0" encoding="{encoding}"?>{text}{body}'.encode(encoding)

    return change


def swapped_rows(parts: Parts) -> None:
    part = SHEET
    rows = re.findall(rb"<row .*?</row>", parts[part], flags=re.S)
    parts[part] = parts[part].replace(rows[-1], b"").replace(rows[0], rows[-1] + rows[0])


def doubled_cell(parts: Parts) -> None:
    part = SHEET
    cell = re.search(rb'<c r="G7".*?(/>|</c>)', parts[part], flags=re.S)
    assert cell is not None
    parts[part] = parts[part].replace(cell[0], cell[0] * 2)


def outside(parts: Parts) -> None:
    """Every sheet lies on somebody else's server."""
    rels = "xl/_rels/workbook.xml.rels"
    parts[rels] = re.sub(
        rb'Target="(worksheets/[^"]*)"',
        rb'Target="https://example.org/\1" TargetMode="External"',
        parts[rels],
    )


def many_cells(parts: Parts) -> None:
    """Rows that each carry a line code, far more than any return has; noisy, so that they pack like real ones."""
    last = int(re.findall(rb'<row r="(\d+)"', parts[SHEET])[-1])
    rows = []
    for row in range(last + 1, last + 40_001):
        cells = "".join(
            f'<c r="{letter}{row}"><v>{(row * 7919 + at * 104729) % 1_000_003}</v></c>'
            for at, letter in enumerate("EFGHIJKLMNOPQRS")
        )
        rows.append(f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>X{row}</t></is></c>{cells}</row>')
    parts[SHEET] = parts[SHEET].replace(b"</sheetData>", "".join(rows).encode() + b"</sheetData>")


def sheet_named(name: str, times: int = 1) -> Change:
    """That many data sheets more, all of that name."""

    def change(parts: Parts) -> None:
        for at in range(times):
            related(parts, WORKBOOK, f"{OFFICE}/worksheet", "worksheets/sheet2.xml")
            known = parts["xl/_rels/workbook.xml.rels"].rpartition(b'Id="')[2].partition(b'"')[0].decode()
            entry = f'<sheet name="{name}" sheetId="{900 + at}" r:id="{known}"/></sheets>'
            parts[WORKBOOK] = parts[WORKBOOK].replace(b"</sheets>", entry.encode())

    return change


def control_character(parts: Parts) -> None:
    parts[SHEET] = parts[SHEET].replace(b"<sheetData>", b"<sheetData>\x01", 1)


def nul_reference(parts: Parts) -> None:
    parts[STRINGS] = parts[STRINGS].replace(b"</sst>", b"<si><t>12&#0;</t></si></sst>")


def without(name: str) -> Change:
    return lambda parts: parts.pop(name) and None


XXE = '<!DOCTYPE x SYSTEM "file:///etc/passwd">'
# name -> (builder, the refusal's code)
REFUSED: dict[str, tuple[Build, str]] = {
    "empty": (_bytes(b""), "not_a_workbook"),
    "random": (_bytes(bytes((at * 7919) % 251 for at in range(5000))), "not_a_workbook"),
    "csv": (_bytes(b"Line code,Apr-23\nE.M.8,100\n"), "not_a_workbook"),
    "html": (_bytes(b"<html><table><tr><td>1</td></tr></table></html>"), "not_a_workbook"),
    "pdf": (_bytes(b"%PDF-1.7\n..."), "not_a_workbook"),
    "plain zip": (lambda to: write(to, {"a.txt": b"a"}), "not_a_workbook"),
    "empty zip": (lambda to: write(to, {}), "not_a_workbook"),
    "word": (
        of_other_kind(b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
        "not_a_workbook",
    ),
    "xlsb": (of_other_kind(b"application/vnd.ms-excel.sheet.binary.macroEnabled.main"), "old_format"),
    "ods": (opendocument, "old_format"),
    "xls": (old_excel, "old_format"),
    "strict": (
        _parts(
            replaced(
                WORKBOOK,
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            )
        ),
        "old_format",
    ),
    "password": (encrypted, "password_protected"),
    "encrypted member": (_with_member("xl/a.bin", flags=1), "password_protected"),
    "macros": (_with_member("xl/vbaProject.bin"), "macros"),
    "macro type": (of_other_kind(b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"), "macros"),
    "macro type, spelt": (
        of_other_kind(b"application/vnd.ms-excel.sheet.macro&#69;nabled.main+xml"),
        "macros",
    ),
    "macro sheet": (_with_member("xl/macrosheets/sheet1.xml"), "macros"),
    "truncated": (truncated, "damaged"),
    "flipped": (flipped, "damaged"),
    "lying header": (lying_header, "damaged"),
    "no strings": (_parts(without(STRINGS)), "not_our_template"),
    "no workbook": (_parts(without(WORKBOOK)), "damaged"),
    "no sheet": (_parts(without(SHEET)), "damaged"),
    "no relations": (_parts(without("_rels/.rels")), "damaged"),
    "broken xml": (_parts(replaced(SHEET, b"</sheetData>", b"</sheet")), "unreadable"),
    "polyglot": (polyglot, "not_a_workbook"),
    "smuggled": (smuggled, "unsafe"),
    "zip slip": (_with_member("../../evil.sh"), "unsafe"),
    "absolute": (_with_member("/etc/evil"), "unsafe"),
    "drive": (_with_member("C:/evil"), "unsafe"),
    "symlink": (_with_member("xl/link", b"/etc/passwd", mode=0o120777), "unsafe"),
    "twice": (twice, "unsafe"),
    "70,000 members": (many_members, "too_large"),
    "21 MB": (_bytes(b"PK\x03\x04" + b"\0" * 21 * 1024 * 1024), "too_large"),
    "zeros": (_parts(_zeros(30)), "unsafe"),
    "more zeros": (_parts(_zeros(120)), "unsafe"),
    "spaces": (_parts(spaces), "unsafe"),
    "300 MB": (_parts(noise), "too_large"),
    "entities": (_parts(declares(STRINGS)), "unsafe"),
    "entities in UTF-16": (_parts(declares(STRINGS, encoding="utf-16")), "unsafe"),
    "entities in a relation": (_parts(declares("xl/_rels/workbook.xml.rels")), "unsafe"),
    "xxe": (_parts(declares(SHEET, XXE)), "unsafe"),
    "rows out of order": (_parts(swapped_rows), "damaged"),
    "a cell twice": (_parts(doubled_cell), "damaged"),
    "a cell in the wrong row": (
        _parts(replaced(SHEET, b'<c r="A6"', b'<c r="A600"')),
        "damaged",
    ),
    "all sheets outside": (_parts(outside), "not_our_template"),
    "600,000 cells": (_parts(many_cells), "too_large"),
    "a name twice": (_parts(sheet_named("Mine", 2)), "damaged"),
    "a name of 300 characters": (_parts(sheet_named("n" * 300)), "damaged"),
    "a control character": (_parts(control_character), "unreadable"),
    "a NUL by its number": (_parts(nul_reference), "unreadable"),
    "a DDE link": (
        _parts(links_to("x", b"<externalLink><x:ddeLink ddeService='cmd'/></externalLink>")),
        "unsafe",
    ),
    "an OLE link": (
        _parts(links_to("x", b"<externalLink><oleLink progId='Package'/></externalLink>")),
        "unsafe",
    ),
    "a control": (_with_member("xl/activeX/activeX1.bin"), "macros"),
    "another workbook": (another_workbook, "not_our_template"),
}
