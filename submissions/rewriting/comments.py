"""Comments of ours on faulty cells. Where a person has written one already, ours stands behind theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from submissions.rewriting.book import relation_attribute
from submissions.rewriting.conditions import OURS
from submissions.rewriting.package import MAIN, Package
from submissions.rewriting.shapes import Shapes
from submissions.rewriting.splicing import Element, Part, escaped, put_in_order, rows_left

COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
BEHIND = f"--- {OURS} ---"  # what follows it in somebody's comment is ours
_THREAD = "tc="  # such an author's comment stands for a conversation, which newer programs show instead
_EMPTY = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<comments xmlns="{MAIN}"><authors/><commentList/></comments>'
)
_BEFORE_DRAWING = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate",
    "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks",
    "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties",
    "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing",
)  # fmt: skip


def remove_ours(package: Package, sheet: str) -> None:
    """Take our comments off a sheet, and our words out of those of others."""
    name = package.the(sheet, "comments")
    if not name:
        return
    part = Part(package.read(name))
    authors, rows = _parts_of(part)
    if authors is None or rows is None:
        return
    ours = {str(at) for at, author in enumerate(authors.children) if author.text.strip() == OURS}
    gone = {row for row in rows.children if row.attributes.get("authorId") in ours or _begins_as_ours(row)}
    for row in gone:
        part.replace(row)
    for row in rows.children:
        if row not in gone:
            _cut_ours_out(part, row)
    package.write(name, part.changed)
    shapes = Shapes(package, sheet)
    shapes.remove({row.attributes["ref"] for row in gone})
    shapes.keep()


def add(package: Package, sheet: str, said: Mapping[str, str]) -> None:
    """Say something at cells of a sheet. A cell with a conversation is left alone: nobody would see it there."""
    if not said:
        return
    name = package.the(sheet, "comments") or _new_part(package, sheet)
    part = Part(package.read(name))
    authors, rows = _parts_of(part)
    if authors is None or rows is None:
        raise ValueError("a list of comments without its parts")
    known = {row.attributes.get("ref", ""): row for row in rows.children}
    threads = {str(at) for at, author in enumerate(authors.children) if author.text.startswith(_THREAD)}
    fresh = [(cell, text) for cell, text in said.items() if cell not in known]
    for cell, text in said.items():
        if cell in known and known[cell].attributes.get("authorId") not in threads:
            _append_to(part, known[cell], text)
    number = _author(part, authors)
    part.append(rows, "".join(_comment(rows.prefix, cell, number, text) for cell, text in fresh))
    package.write(name, part.changed)
    shapes = Shapes(package, sheet)
    shapes.add([cell for cell, _ in fresh])
    shapes.keep()


def _parts_of(part: Part) -> tuple[Element | None, Element | None]:
    return part.root.child("authors"), part.root.child("commentList")


def _author(part: Part, authors: Element) -> int:
    for at, author in enumerate(authors.children):
        if author.text.strip() == OURS:
            return at
    part.append(authors, f"<{authors.prefix}author>{OURS}</{authors.prefix}author>")
    return len(authors.children)


def _comment(prefix: str, cell: str, author: int, text: str) -> str:
    return (
        f'<{prefix}comment ref="{cell}" authorId="{author}"><{prefix}text>'
        f"{_run(prefix, f'{OURS}:', bold=True)}{_run(prefix, chr(10) + text)}</{prefix}text></{prefix}comment>"
    )


def _run(prefix: str, text: str, *, bold: bool = False) -> str:
    heavy = f"<{prefix}b/>" if bold else ""
    look = f'{heavy}<{prefix}sz val="9"/><{prefix}color indexed="81"/><{prefix}rFont val="Tahoma"/>'
    return (
        f"<{prefix}r><{prefix}rPr>{look}</{prefix}rPr>"
        f'<{prefix}t xml:space="preserve">{escaped(text)}</{prefix}t></{prefix}r>'
    )


def _append_to(part: Part, row: Element, text: str) -> None:
    said = row.child("text")
    if said is not None:
        # text that stands there plain has to stand in a run when another run follows
        for plain in said.all("t"):
            part.put(plain.start, f"<{plain.prefix}r>")
            part.put(plain.end, f"</{plain.prefix}r>")
        part.append(said, _run(said.prefix, f"\n\n{BEHIND}\n{text}"))


def _begins_as_ours(row: Element) -> bool:
    """LibreOffice forgets who wrote a comment."""
    return "".join(text.text for text in _texts(row)).lstrip().startswith(f"{OURS}:")


def _texts(row: Element) -> Iterator[Element]:
    said = row.child("text")
    for run in said.children if said is not None else ():
        text = run if run.name == "t" else run.child("t")
        if text is not None:
            yield text


def _cut_ours_out(part: Part, row: Element) -> None:
    """Programs join and split the runs of a comment, so ours is found by its first words."""
    said = row.child("text")
    runs = said.children if said is not None else []
    behind = False
    for run in runs:
        text = run if run.name == "t" else run.child("t")
        if behind:
            part.replace(run)
        elif text is not None and BEHIND in text.text:
            behind = True
            theirs = text.text.partition(BEHIND)[0].rstrip()
            if theirs:
                part.replace(text, f'<{text.prefix}t xml:space="preserve">{escaped(theirs)}</{text.prefix}t>')
            else:
                part.replace(run)


def _new_part(package: Package, sheet: str) -> str:
    name = package.free_name("xl/comments{}.xml")
    package.write(name, _EMPTY.encode())
    package.declare(name, COMMENTS)
    package.relate(sheet, name, "comments")
    if not package.the(sheet, "vmlDrawing"):
        _new_drawing(package, sheet)
    return name


def _new_drawing(package: Package, sheet: str) -> None:
    drawing = package.free_name("xl/drawings/vmlDrawing{}.vml")
    package.write(drawing, Shapes.EMPTY)
    package.declare_ending("vml", DRAWING)
    relation = package.relate(sheet, drawing, "vmlDrawing")
    part = Part(package.read(sheet), rows_left)
    text = f"<{part.root.prefix}legacyDrawing {relation_attribute(part.root, relation)}/>"
    put_in_order(part, part.root, "legacyDrawing", text, _BEFORE_DRAWING)
    package.write(sheet, part.changed)
