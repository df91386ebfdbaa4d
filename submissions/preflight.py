"""The gate: is this a workbook that may be opened? Looks at the zip alone, with no XML parser.

First step of the flow. The header's word is never trusted: every part is unpacked in a stream and counted.
"""

from __future__ import annotations

import html
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from submissions import reader
from submissions.refusals import Refused

MEGABYTE = 1024 * 1024
LARGEST_FILE = 20 * MEGABYTE
MOST_MEMBERS = 500
LARGEST_WHOLE = 200 * MEGABYTE
LARGEST_PART = 100 * MEGABYTE
HIGHEST_RATIO, RATIO_FROM = 400, 8 * MEGABYTE  # a real sheet of that size packs 10 to 100 times

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
WORKBOOK_TYPES = ("spreadsheetml.sheet.main+xml", "spreadsheetml.template.main+xml")
CONTENT_TYPES = "[Content_Types].xml"
_DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)")
_STARTS_PROGRAMS = re.compile(rb"[<:](ddeLink|oleLink)\b")  # a link that another program is started for
_BINARY_BOOK = "ms-excel.sheet.binary"
_OTHER_PACKAGES = {"wordprocessingml": "a Word document", "presentationml": "a PowerPoint presentation"}
_OTHER_FILES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a rich text document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
)


def gate(path: Path) -> None:
    """Let the file at `path` through, or raise Refused. Reads it once, unpacks it in a stream, keeps nothing."""
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise Refused("too_large", seen=f"{size / MEGABYTE:.0f} MB; the limit is 20 MB")
    with path.open("rb") as stream:
        head = stream.read(2048)
    if head.startswith(OLE):
        raise reader.ole_verdict(path)
    if not head.startswith(b"PK\x03\x04"):
        raise Refused("not_a_workbook", seen=_what_it_seems(head))
    try:
        with zipfile.ZipFile(path) as package:
            _inspect(package)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        UnicodeError,
        OSError,
        ValueError,
    ) as fault:
        raise Refused("damaged", seen="its parts cannot be unpacked") from fault


def _inspect(package: zipfile.ZipFile) -> None:
    members = package.infolist()
    if len(members) > MOST_MEMBERS:
        raise Refused("too_large", seen=f"{len(members)} parts; the limit is {MOST_MEMBERS}")
    _names_are_plain(members)
    _nothing_before_the_first(members)
    content = _unpack(package, members)
    _is_a_workbook(content, [member.filename for member in members])


def _names_are_plain(members: list[zipfile.ZipInfo]) -> None:
    """Nothing that would escape a folder, nothing twice, nothing hidden from the stream."""
    seen: set[str] = set()
    for member in members:
        name = member.filename
        if name.startswith(("/", "\\")) or "\\" in name or ":" in name or ".." in name.split("/"):
            raise Refused("unsafe", seen="a part that points outside the file")
        if name.lower() in seen:
            raise Refused("unsafe", seen="the same part twice")
        seen.add(name.lower())
        if stat.S_ISLNK(member.external_attr >> 16):
            raise Refused("unsafe", seen="a link to another file")
        if member.flag_bits & 0x41:
            raise Refused("password_protected")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused("unsafe", seen="a part packed in an unusual way")


def _nothing_before_the_first(members: list[zipfile.ZipInfo]) -> None:
    """A file that is also something else hides it in front of, or between, what the directory lists."""
    if not members:
        raise Refused("damaged", seen="it is empty")
    if min(member.header_offset for member in members) != 0:
        raise Refused("unsafe", seen="something in front of the workbook")


@dataclass
class _Count:
    whole: int = 0


def _unpack(package: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> str:
    """Stream every part past the limits; gives the content types as text ("" where that part is missing)."""
    count, content = _Count(), bytearray()
    for member in members:
        for piece in _pieces(package, member, count):
            if member.filename == CONTENT_TYPES:
                content += piece
    return html.unescape(bytes(content).replace(b"\0", b"").decode("utf-8", "replace"))


def _pieces(package: zipfile.ZipFile, member: zipfile.ZipInfo, count: _Count) -> Iterator[bytes]:
    """The part in pieces, counted as they really come out. NULs are dropped before looking for what no return
    holds, which finds it in UTF-16 and UTF-32 too; the tail covers what lies across two pieces."""
    length, tail = 0, b""
    with package.open(member) as stream:
        while piece := stream.read(MEGABYTE // 4):
            length += len(piece)
            count.whole += len(piece)
            _within_limits(member, length, count.whole)
            bare = tail + piece.replace(b"\0", b"")
            if _DECLARATION.search(bare):
                raise Refused("unsafe", seen="a document type declaration")
            if _STARTS_PROGRAMS.search(bare):
                raise Refused("unsafe", seen="a link that starts another program")
            tail = bare[-16:]
            yield piece


def _within_limits(member: zipfile.ZipInfo, length: int, whole: int) -> None:
    if length > LARGEST_PART or whole > LARGEST_WHOLE:
        raise Refused("too_large", seen=f"more than {max(length, whole) // MEGABYTE} MB when unpacked")
    if length > RATIO_FROM and length > HIGHEST_RATIO * max(1, member.compress_size):
        raise Refused("unsafe", seen="a part that unpacks to hundreds of times its size")


def _is_a_workbook(content: str, names: list[str]) -> None:
    if "mimetype" in names and not content:
        raise Refused("old_format", seen="an OpenDocument file")
    if not content:
        raise Refused("not_a_workbook", seen="a zip archive")
    if _BINARY_BOOK in content.lower():
        raise Refused("old_format", seen="a binary workbook (.xlsb)")
    lowered = content.lower()
    if "macroenabled" in lowered or "vbaproject" in lowered or any(_is_macro(name.lower()) for name in names):
        raise Refused("macros")
    if not any(kind in lowered for kind in WORKBOOK_TYPES):
        found = (what for kind, what in _OTHER_PACKAGES.items() if kind in lowered)
        raise Refused("not_a_workbook", seen=next(found, "a package of another kind"))


def _is_macro(name: str) -> bool:
    return "vbaproject" in name or any(f"/{folder}/" in f"/{name}" for folder in ("macrosheets", "activex"))


def _what_it_seems(head: bytes) -> str:
    """A helpful guess from the first bytes; only ever said, never acted on."""
    for start, what in _OTHER_FILES:
        if head.startswith(start):
            return what
    if not head:
        return "an empty file"
    if head.startswith(b"PK"):
        return "an empty or unfinished zip archive"
    if head[:2] in (b"\t\x00", b"\t\x02", b"\t\x04", b"\t\x08"):
        return "a workbook of a very old Excel"
    return _what_text_it_seems(head)


def _what_text_it_seems(head: bytes) -> str:
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = head.decode(encoding, "replace").lstrip("\ufeff").lstrip().lower()
    if (
        sum(letter == "\ufffd" or not (letter.isprintable() or letter.isspace()) for letter in text)
        > len(text) // 20
    ):
        return "a file of unknown kind"
    if text.startswith(("<!doctype html", "<html")) or "<html" in text:
        return "a web page"
    if text.startswith("<"):
        return "an XML file"
    if any(mark in text.partition("\n")[0] for mark in (",", ";", "\t")):
        return "a CSV or text file"
    return "a text file"
