"""The package of a workbook: its parts, what they are, and how they hang together."""

from __future__ import annotations

import io
import posixpath
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from submissions.rewriting.splicing import Element, Part, escaped

CONTENT_TYPES = "[Content_Types].xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_EMPTY_RELATIONS = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<Relationships xmlns="{_RELATIONS}"></Relationships>'
)
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # new parts tell no time, so that the same work gives the same bytes


class Package:
    """The parts of one workbook by name. Changed ones are held until `packed`."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._members = {info.filename: info for info in archive.infolist() if not info.is_dir()}
        self._new: dict[str, bytes] = {}
        self._gone: set[str] = set()
        self.workbook = self._of_kind("", "officeDocument")[0]

    def __contains__(self, name: str) -> bool:
        return name in self._new or (name in self._members and name not in self._gone)

    def read(self, name: str) -> bytes:
        """Raises KeyError where there is no such part."""
        if name in self._new:
            return self._new[name]
        return self._archive.read(self._members[name])

    def write(self, name: str, content: bytes) -> None:
        self._new[name] = content
        self._gone.discard(name)

    def free_name(self, pattern: str) -> str:
        """The first of `xl/comments1.xml`, `xl/comments2.xml` … that is not taken."""
        taken = {name.casefold() for name in (*self._members, *self._new) if name in self}
        number = 1
        while pattern.format(number).casefold() in taken:
            number += 1
        return pattern.format(number)

    # --- how parts hang together ---------------------------------------------------------------------
    def targets(self, source: str) -> dict[str, str]:
        """Id -> part of what a part refers to inside the package."""
        return {
            row.attributes["Id"]: _resolved(source, row.attributes["Target"])
            for row in self._relations(source)
            if row.attributes.get("TargetMode") != "External"
        }

    def relate(self, source: str, target: str, kind: str) -> str:
        """A new relation; gives its id."""
        name = _relations_of(source)
        part = Part(self.read(name) if name in self else _EMPTY_RELATIONS.encode())
        taken = {row.attributes["Id"].casefold() for row in part.root.all("Relationship")}
        number = len(taken) + 1
        while f"rid{number}" in taken:
            number += 1
        row = f'<{part.root.prefix}Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="/{escaped(target)}"/>'
        part.append(part.root, row)
        self.write(name, part.changed)
        return f"rId{number}"

    def the(self, source: str, kind: str) -> str:
        """The part of a kind that a part refers to, "" where there is none."""
        found = [name for name in self._of_kind(source, kind) if name in self]
        return found[0] if found else ""

    def drop(self, source: str, target: str) -> None:
        """Takes a part away, with what says that it is there and what it alone refers to."""
        part = Part(self.read(_relations_of(source)))
        for row in part.root.all("Relationship"):
            if _resolved(source, row.attributes["Target"]) == target:
                part.replace(row)
        self.write(_relations_of(source), part.changed)
        self._forget(target)
        if _relations_of(target) in self:
            self._forget(_relations_of(target))

    def declare(self, name: str, kind: str) -> None:
        """Says what a new part is."""
        part = Part(self.read(CONTENT_TYPES))
        row = f'<{part.root.prefix}Override PartName="/{escaped(name)}" ContentType="{kind}"/>'
        part.append(part.root, row)
        self.write(CONTENT_TYPES, part.changed)

    def declare_ending(self, ending: str, kind: str) -> None:
        """Says what all parts of an ending are, unless that is said."""
        part = Part(self.read(CONTENT_TYPES))
        known = {row.attributes["Extension"].casefold() for row in part.root.all("Default")}
        if ending not in known:
            row = f'<{part.root.prefix}Default Extension="{ending}" ContentType="{kind}"/>'
            part.put(part.root.inside, row)
            self.write(CONTENT_TYPES, part.changed)

    def packed(self) -> bytes:
        """The workbook whole: its parts in their order, new ones behind them."""
        out = io.BytesIO()
        with ZipFile(out, "w", ZIP_DEFLATED) as archive:
            for name in (*self._members, *(new for new in self._new if new not in self._members)):
                if name in self:
                    archive.writestr(self._entry(name), self.read(name), ZIP_DEFLATED)
        return out.getvalue()

    def _entry(self, name: str) -> ZipInfo:
        known = self._members.get(name)
        return ZipInfo(name, known.date_time if known is not None else _LONG_AGO)

    def _forget(self, name: str) -> None:
        self._new.pop(name, None)
        self._gone.add(name)
        part = Part(self.read(CONTENT_TYPES))
        for row in part.root.all("Override"):
            if row.attributes["PartName"].lstrip("/") == name:
                part.replace(row)
        self.write(CONTENT_TYPES, part.changed)

    def _relations(self, source: str) -> list[Element]:
        name = _relations_of(source)
        return Part(self.read(name)).root.all("Relationship") if name in self else []

    def _of_kind(self, source: str, kind: str) -> list[str]:
        return [
            _resolved(source, row.attributes["Target"])
            for row in self._relations(source)
            if row.attributes["Type"].endswith(f"/{kind}") and row.attributes.get("TargetMode") != "External"
        ]


def _relations_of(source: str) -> str:
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolved(source: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
