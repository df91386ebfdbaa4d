"""The workbook's list of sheets: a sheet put first, our earlier one taken away, names and views kept in step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from submissions.rewriting.package import OFFICE, Package
from submissions.rewriting.splicing import Element, Part, escaped, put_in_order, rows_left

OUR_NAME = "ICS_planning_check"  # a hidden name that leads to our sheet, whatever it is called by now
WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_ORDER = (
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups",
    "externalReferences", "definedNames", "calcPr",
)  # fmt: skip
_Move = Callable[[int], int | None]  # a sheet's place before -> now, None where it is gone


@dataclass(frozen=True)
class Sheet:
    """A sheet by its place in the list: its name and its part."""

    at: int
    name: str
    part: str


def sheets_of(package: Package) -> list[Sheet]:
    """Every sheet in order, charts that are sheets too."""
    targets = package.targets(package.workbook)
    rows = _list_of(Part(package.read(package.workbook))).all("sheet")
    return [
        Sheet(at, row.attributes["name"], targets.get(_relation_of(row), "")) for at, row in enumerate(rows)
    ]


def remove_ours(package: Package) -> None:
    """Take away the sheet that we put first another time, and every name that was its own."""
    part = Part(package.read(package.workbook))
    name = _our_sheet(part)
    ours = next((sheet for sheet in sheets_of(package) if name and sheet.name == name), None)
    if ours is None:
        _move_names(part, lambda at: at)
    else:
        part.replace(_list_of(part).all("sheet")[ours.at])
        _move_names(part, lambda at: None if at == ours.at else at - (at > ours.at))
        _open_at_first(part)
    package.write(package.workbook, part.changed)
    if ours is not None:
        package.drop(package.workbook, ours.part)


def put_first(package: Package, name: str, content: bytes, titles: str) -> str:
    """Put a new sheet before all others, open at it, and give the name that it got: `name`, unless that is
    taken. `titles` are the rows that are printed on each page (`$6:$6`)."""
    sheets = sheets_of(package)
    name = _free(name, {sheet.name.casefold() for sheet in sheets})
    where = package.free_name("xl/worksheets/errors{}.xml")
    package.write(where, content)
    package.declare(where, WORKSHEET)
    relation = package.relate(package.workbook, where, "worksheet")
    for sheet in sheets:
        _deselect(package, sheet.part)
    part = Part(package.read(package.workbook))
    rows = _list_of(part)
    number = max(int(row.attributes["sheetId"]) for row in rows.all("sheet")) + 1
    said = f'name="{escaped(name)}" sheetId="{number}" {relation_attribute(part.root, relation)}'
    part.put(rows.inside, f"<{rows.prefix}sheet {said}/>")
    leads_to = f"{escaped(quoted(name))}!"
    own = _name(rows.prefix, f'name="{OUR_NAME}" hidden="1"', f"{leads_to}$A$1")
    own += _name(rows.prefix, 'name="_xlnm.Print_Titles" localSheetId="0"', f"{leads_to}{titles}")
    _move_names(part, lambda at: at + 1, own)
    _open_at_first(part)
    package.write(package.workbook, part.changed)
    return name


def reckon_when_opened(package: Package) -> None:
    """Have whatever opens the workbook work out every formula, and forget in which order it did before."""
    part = Part(package.read(package.workbook))
    setting = part.root.child("calcPr")
    if setting is not None:
        part.set(setting, fullCalcOnLoad="1")
    else:
        put_in_order(part, part.root, "calcPr", f'<{part.root.prefix}calcPr fullCalcOnLoad="1"/>', _ORDER)
    package.write(package.workbook, part.changed)
    chain = package.the(package.workbook, "calcChain")
    if chain:
        package.drop(package.workbook, chain)


def quoted(name: str) -> str:
    """A sheet's name as references have it: `'Income and expenditure'`."""
    return "'" + name.replace("'", "''") + "'"


def relation_attribute(root: Element, relation: str) -> str:
    """`r:id="rId7"`, with the prefix that the part uses for relations, or one of its own."""
    for name, value in root.attributes.items():
        if value == OFFICE and name.startswith("xmlns:"):
            return f'{name.removeprefix("xmlns:")}:id="{relation}"'
    return f'xmlns:ours="{OFFICE}" ours:id="{relation}"'


def _name(prefix: str, said: str, refers_to: str) -> str:
    return f"<{prefix}definedName {said}>{refers_to}</{prefix}definedName>"


def _list_of(part: Part) -> Element:
    rows = part.root.child("sheets")
    if rows is None:
        raise ValueError("a workbook without sheets")
    return rows


def _relation_of(row: Element) -> str:
    return next((value for name, value in row.attributes.items() if name.endswith(":id")), "")


def _our_sheet(part: Part) -> str:
    names = part.root.child("definedNames")
    rows = names.children if names is not None else []
    said = next((row.text for row in rows if row.attributes.get("name") == OUR_NAME), "")
    return said.strip().rpartition("!")[0].removeprefix("'").removesuffix("'").replace("''", "'")


def _move_names(part: Part, move: _Move, new: str = "") -> None:
    """Names that belong to a sheet know its place in the list. Ours go; `new` ones come."""
    names = part.root.child("definedNames")
    if names is None:
        text = f"<{part.root.prefix}definedNames>{new}</{part.root.prefix}definedNames>"
        if new:
            put_in_order(part, part.root, "definedNames", text, _ORDER)
        return
    places = {id(row): _place_of(row, move) for row in names.children}
    gone = [row for row in names.children if places[id(row)] is None]
    if len(gone) == len(names.children) and not new:
        part.replace(names)  # an empty list of names is not allowed
        return
    for row in names.children:
        place = places[id(row)]
        if place is None:
            part.replace(row)
        elif "localSheetId" in row.attributes and place != int(row.attributes["localSheetId"]):
            part.set(row, localSheetId=str(place))
    if new:
        part.append(names, new)


def _place_of(row: Element, move: _Move) -> int | None:
    """Where the sheet of a name is now; -1 for a name of the whole workbook, None for one that goes."""
    if row.attributes.get("name") == OUR_NAME:
        return None
    return move(int(row.attributes["localSheetId"])) if "localSheetId" in row.attributes else -1


def _free(name: str, taken: set[str]) -> str:
    number, tried = 1, name
    while tried.casefold() in taken:
        number += 1
        tried = f"{name} ({number})"
    return tried


def _open_at_first(part: Part) -> None:
    views = part.root.child("bookViews")
    for view in views.children if views is not None else ():
        if view.attributes.keys() & {"activeTab", "firstSheet"}:
            part.set(view, activeTab=None, firstSheet=None)


def _deselect(package: Package, name: str) -> None:
    """Two selected sheets would be typed into at once."""
    if name not in package:
        return
    part = Part(package.read(name), rows_left)
    views = part.root.child("sheetViews")
    for view in views.children if views is not None else ():
        if "tabSelected" in view.attributes:
            part.set(view, tabSelected=None)
    package.write(name, part.changed)
