"""Builds files that nobody should trust: containers, bombs, declarations, values. Each is made from a good
return by surgery on its zip, so that nothing but the named fault is wrong with it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import openpyxl
import xlsxwriter

from planning.registry import periods
from planning.registry.lines import Line
from submissions.identity import Identity
from submissions.parsing import is_entered
from submissions.returns import return_identity
from tests.workbooks import ROUND, catalogue, workbook

CONTENT_TYPES = "[Content_Types].xml"
STRINGS = "xl/sharedStrings.xml"
WORKBOOK = "xl/workbook.xml"
Parts = dict[str, bytes]


# --- good returns to start from --------------------------------------------------------------------
def lines_of(return_kind: str, kind: str = "ac") -> list[Line]:
    partners = {"icb": ("QU9",)} if kind != "icb" else {"trust": ("RTH", "RHW")}
    return catalogue().of_return(return_kind, kind, partners)


def identity_of(return_kind: str, ods: str = "RTH", kind: str = "ac") -> Identity:
    lines = lines_of(return_kind, kind)
    return return_identity(lines, round_code=ROUND, organisation_ods=ods, return_kind=return_kind)


def figures_of(lines: Iterable[Line], kind: str = "ac") -> dict[str, list[float | None]]:
    """Every open cell filled: spending -10, all else 10, and nothing above what bounds it."""
    return {
        line.code: [
            (-10 if line.sign == "-" else 10) if is_entered(line, kind, place) else None
            for place in range(periods.COUNT)
        ]
        for line in lines
        if any(is_entered(line, kind, place) for place in range(periods.COUNT))
    }


@lru_cache
def good(return_kind: str = "finance", kind: str = "ac") -> Path:
    """A filled return without a single fault of its own."""
    lines = lines_of(return_kind, kind)
    ods = "QU9" if kind == "icb" else "RTH"
    return workbook(lines, identity_of(return_kind, ods, kind), figures_of(lines, kind), kind=kind)


# --- surgery on a package --------------------------------------------------------------------------
def parts_of(path: Path) -> Parts:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def write(to: Path, parts: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return to


def changed(to: Path, change: Callable[[Parts], None], source: Path | None = None) -> Path:
    """The good return with some parts changed in place."""
    parts = parts_of(source or good())
    change(parts)
    return write(to, parts)


def sheet_part(path: Path, name: str) -> str:
    """XlsxWriter numbers its sheets in their order."""
    return f"xl/worksheets/sheet{openpyxl.load_workbook(path).sheetnames.index(name) + 1}.xml"


def with_cells(to: Path, cells: Mapping[str, tuple[str, str]], source: Path | None = None) -> Path:
    """The return with some cells written as given: `{"Income!G7": ("n", "<v>1_000</v>")}`, type and content."""
    path = source or good()
    sheets = {place.rpartition("!")[0] for place in cells}
    part_of = {sheet: sheet_part(path, sheet) for sheet in sheets}

    def change(parts: Parts) -> None:
        for place, (kind, content) in cells.items():
            sheet, _, cell = place.rpartition("!")
            parts[part_of[sheet]] = _rewritten(parts[part_of[sheet]], cell, kind, content)

    return changed(to, change, path)


def _rewritten(sheet: bytes, cell: str, kind: str, content: str) -> bytes:
    found = re.search(rf'<c r="{cell}"( s="\d+")?[^>]*?(/>|>.*?</c>)'.encode(), sheet, flags=re.S)
    assert found is not None, cell
    style = (found[1] or b"").decode()
    return sheet.replace(found[0], f'<c r="{cell}"{style} t="{kind}">{content}</c>'.encode(), 1)


def _replace(part: str, old: bytes, new: bytes) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        assert old in parts[part], old
        parts[part] = parts[part].replace(old, new, 1)

    return change


# --- containers ------------------------------------------------------------------------------------
def _bytes(content: bytes) -> Callable[[Path], Path]:
    def build(to: Path) -> Path:
        to.write_bytes(content)
        return to

    return build


def _parts(change: Callable[[Parts], None]) -> Callable[[Path], Path]:
    return lambda to: changed(to, change)


def truncated(to: Path) -> Path:
    to.write_bytes(good().read_bytes()[:-300])
    return to


def flipped(to: Path) -> Path:
    """One bit of the first sheet's packed bytes is another."""
    content = bytearray(good().read_bytes())
    at = content.index(b"xl/worksheets/sheet2.xml") + 400
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


def _with_member(name: str, content: bytes = b"x", mode: int = 0, flags: int = 0) -> Callable[[Path], Path]:
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


def of_other_kind(text: bytes) -> Callable[[Path], Path]:
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return _parts(_replace(CONTENT_TYPES, kind, text))


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
def _zeros(megabytes: int) -> Callable[[Parts], None]:
    return lambda parts: parts.update({"xl/media/zeros.bin": b"\0" * megabytes * 1024 * 1024})


def spaces(parts: Parts) -> None:
    parts[STRINGS] = parts[STRINGS].replace(b"</sst>", b"<si><t>" + b" " * 40_000_000 + b"</t></si></sst>")


def noise(parts: Parts) -> None:
    """300 MB that pack a hundredfold, in three parts: only the whole is too large."""
    block = bytes((at * 7919 + at // 251) % 256 for at in range(6_000))
    for at in range(3):
        parts[f"xl/media/noise{at}.bin"] = block * 15_000


def deep(parts: Parts) -> None:
    part = "xl/worksheets/sheet2.xml"
    nest = b"<a>" * 200_000 + b"</a>" * 200_000
    parts[part] = parts[part].replace(b"<sheetData>", b"<sheetData>" + nest, 1)


def far_corner(parts: Parts) -> None:
    part = "xl/worksheets/sheet2.xml"
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts[part] = parts[part].replace(b"</sheetData>", corner)


def lying_dimension(parts: Parts) -> None:
    part = "xl/worksheets/sheet2.xml"
    parts[part] = re.sub(rb'<dimension ref="[^"]*"/>', b'<dimension ref="A1:XFD1048576"/>', parts[part])


def giant_counts(parts: Parts) -> None:
    parts[STRINGS] = re.sub(
        rb'count="\d+" uniqueCount="\d+"', b'count="4294967295" uniqueCount="4294967295"', parts[STRINGS]
    )


# --- declarations ----------------------------------------------------------------------------------
_ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def declares(part: str, text: str = _ENTITIES, encoding: str = "utf-8") -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        body = re.sub(r"<\?xml[^>]*\?>", "", parts[part].decode())
        parts[part] = f'<?xml version="1.0" encoding="{encoding}"?>{text}{body}'.encode(encoding)

    return change


def swapped_rows(parts: Parts) -> None:
    part = "xl/worksheets/sheet2.xml"
    rows = re.findall(rb"<row .*?</row>", parts[part], flags=re.S)
    parts[part] = parts[part].replace(rows[-1], b"").replace(rows[0], rows[-1] + rows[0])


def doubled_cell(parts: Parts) -> None:
    part = "xl/worksheets/sheet2.xml"
    cell = re.search(rb'<c r="G7".*?(/>|</c>)', parts[part], flags=re.S)
    assert cell is not None
    parts[part] = parts[part].replace(cell[0], cell[0] * 2)


def without(name: str) -> Callable[[Parts], None]:
    return lambda parts: parts.pop(name) and None


XXE = '<!DOCTYPE x SYSTEM "file:///etc/passwd">'
# name -> (builder, the refusal's code; "" where it is harmless and must be read as if nothing were there)
FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
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
            _replace(
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
    "no sheet": (_parts(without("xl/worksheets/sheet2.xml")), "damaged"),
    "no relations": (_parts(without("_rels/.rels")), "damaged"),
    "broken xml": (_parts(_replace("xl/worksheets/sheet2.xml", b"</sheetData>", b"</sheet")), "unreadable"),
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
    "deep": (_parts(deep), ""),
    "far corner": (_parts(far_corner), ""),
    "lying dimension": (_parts(lying_dimension), ""),
    "giant counts": (_parts(giant_counts), ""),
    "entities": (_parts(declares(STRINGS)), "unsafe"),
    "entities in UTF-16": (_parts(declares(STRINGS, encoding="utf-16")), "unsafe"),
    "entities in a relation": (_parts(declares("xl/_rels/workbook.xml.rels")), "unsafe"),
    "xxe": (_parts(declares("xl/worksheets/sheet2.xml", XXE)), "unsafe"),
    "UTF-16": (_parts(declares("xl/worksheets/sheet2.xml", "", "utf-16")), ""),
    "rows out of order": (_parts(swapped_rows), "damaged"),
    "a cell twice": (_parts(doubled_cell), "damaged"),
    "another workbook": (another_workbook, "not_our_template"),
}
