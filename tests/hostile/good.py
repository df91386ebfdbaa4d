"""Good returns to start from, and surgery on a package: nothing but the named thing is changed in it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from planning.registry import periods
from planning.registry.lines import Line
from submissions.identity import Identity
from submissions.layout.places import is_entered
from submissions.returns import return_identity
from tests.workbooks import ROUND, catalogue, places_in, workbook

CONTENT_TYPES = "[Content_Types].xml"
STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
WORKBOOK = "xl/workbook.xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Parts = dict[str, bytes]
Change = Callable[[Parts], None]


# --- good returns to start from --------------------------------------------------------------------
def lines_of(return_kind: str, kind: str = "ac") -> list[Line]:
    """For Oxford's acute trust those of its real return, so that files made of them may be uploaded as its own."""
    others = {"icb": ("QU9",), "trust": ("RHW", "RNU", "RWX", "RXQ", "RYE")}
    partners = others if kind != "icb" else {"trust": ("RTH", "RHW")}
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
    return f"xl/worksheets/sheet{list(places_in(path)).index(name) + 1}.xml"


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


def replaced(part: str, old: bytes, new: bytes) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        assert old in parts[part], old
        parts[part] = parts[part].replace(old, new, 1)

    return change


def related(parts: Parts, of: str, kind: str, target: str, *, outside: bool = False) -> None:
    """One more relation of a part, its list of relations made where it has none."""
    folder, _, name = of.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels"
    empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    mode = ' TargetMode="External"' if outside else ""
    number = len(parts) + len(parts.get(rels, b""))
    entry = f'<Relationship Id="rIdX{number}" Type="{kind}" Target="{target}"{mode}/></Relationships>'
    parts[rels] = parts.get(rels, empty).replace(b"</Relationships>", entry.encode())


def links_to(target: str, content: bytes = b"<externalLink/>") -> Callable[[Parts], None]:
    """The workbook names another file that it draws on."""

    def change(parts: Parts) -> None:
        part = "xl/externalLinks/externalLink1.xml"
        parts[part] = content
        related(parts, WORKBOOK, f"{OFFICE}/externalLink", "externalLinks/externalLink1.xml")
        related(parts, part, f"{OFFICE}/externalLinkPath", target, outside=True)

    return change


def thread_on(place: str, text: str) -> Callable[[Parts], None]:
    """A conversation on a cell, as newer Excels keep it. For files that openpyxl saved: it numbers sheets in order."""
    sheet, _, cell = place.partition("!")
    part = sheet_part(good(), sheet)
    space = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"

    def change(parts: Parts) -> None:
        body = f'<threadedComment ref="{cell}" id="1"><text>{text}</text></threadedComment>'
        parts["xl/threadedComments/threadedComment1.xml"] = (
            f'<ThreadedComments xmlns="{space}">{body}{body.replace(text, "Yes.")}</ThreadedComments>'.encode()
        )
        kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
        related(parts, part, kind, "/xl/threadedComments/threadedComment1.xml")

    return change
