"""What a workbook holds beside its cells: comments on a sheet, links to other files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from submissions.reader.cells import clean, column_number

if TYPE_CHECKING:
    from zipfile import ZipFile

LONGEST_COMMENT, MOST_LINKS = 300, 20
_THREADS = "{http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments}"
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
Tree = Callable[[str], Any]
Words = tuple[str, str, bool]  # author, text, whether it is a note of the old style


def relations(package: ZipFile, part: str) -> list[Any]:
    """What a part names as belonging to it."""
    from openpyxl.packaging.relationship import get_dependents, get_rels_path

    path = get_rels_path(part)
    return list(get_dependents(package, path)) if path in package.namelist() else []


def comments_on(package: ZipFile, part: str, tree: Tree) -> list[list[Any]]:
    """[row, column, author, text, whether it is an old-style note] of every comment of a sheet. A thread counts
    once, with its first words and no author, in place of the note that Excel keeps beside it."""
    found: dict[str, Words] = {}
    rels = [rel for rel in relations(package, part) if rel.TargetMode != "External"]
    for rel in rels:
        if rel.Type.endswith("/comments"):
            found.update(_notes(tree(rel.target.lstrip("/"))))
    threads: dict[str, Words] = {}
    for rel in rels:
        if rel.Type.endswith("/threadedComment"):
            for thread in tree(rel.target.lstrip("/")).iter(f"{_THREADS}threadedComment"):
                words = thread.findtext(f"{_THREADS}text") or ""
                threads.setdefault(thread.get("ref", ""), ("", words, False))
    found.update(threads)
    return [_placed(ref, *said) for ref, said in found.items() if _PLACE.fullmatch(ref)]


def _notes(tree: Any) -> Iterable[tuple[str, Words]]:
    from openpyxl.xml.constants import SHEET_MAIN_NS as NS

    authors = [author.text or "" for author in tree.iter(f"{{{NS}}}author")]
    for note in tree.iter(f"{{{NS}}}comment"):
        by = note.get("authorId", "")
        author = authors[int(by)] if re.fullmatch("[0-9]{1,4}", by) and int(by) < len(authors) else ""
        yield (
            note.get("ref", ""),
            (author, "".join(text.text or "" for text in note.iter(f"{{{NS}}}t")), True),
        )


def _placed(ref: str, author: str, text: str, is_note: bool) -> list[Any]:
    match = _PLACE.fullmatch(ref)
    row, column = (int(match[2]), column_number(match[1])) if match else (0, 0)
    return [row, column, clean(author)[:80], clean(text)[:LONGEST_COMMENT], is_note]


def links_of(package: ZipFile, rels: Iterable[Any]) -> list[str]:
    """The names of the other files that the workbook draws on, and whether it fetches data from elsewhere."""
    names: list[str] = []
    for rel in rels:
        if rel.Type.endswith("/externalLink"):
            targets = [to.target for to in relations(package, rel.target.lstrip("/"))]
            names += [PurePosixPath(target.replace("\\", "/")).name or target for target in targets[:1]]
        elif rel.Type.endswith("/connections"):
            names.append("a data connection")
    return list(dict.fromkeys(clean(name)[:80] for name in names))[:MOST_LINKS]
