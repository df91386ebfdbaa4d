"""An XML part changed by cutting bytes out and putting bytes in: all else stays exactly as it came.

A part that is parsed and written again loses what its reader does not know: prefixes, extensions, the order of
attributes. Here expat only says where an element stands.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

_START_TAG = re.compile(rb"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARATION = re.compile(r"\A<\?xml[^>]*\?>")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_EXCEL_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(eq=False)
class Element:
    """Where an element stands: `start` to `end` whole, `inside` to `inside_end` what it holds (the same
    place where it is empty and closes itself)."""

    name: str  # without its prefix
    prefix: str  # "x:" or ""
    attributes: Mapping[str, str]
    start: int
    inside: int
    parent: Element | None = None
    inside_end: int = 0
    end: int = 0
    closes_itself: bool = False
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def child(self, name: str) -> Element | None:
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> list[Element]:
        return [child for child in self.children if child.name == name]


Leave = Callable[[str, Mapping[str, str]], bool]  # name and attributes of an element: not to be looked into?


def rows_left(name: str, _: Mapping[str, str]) -> bool:
    """For whom a sheet's cells are nothing."""
    return name == "sheetData"


def outline(content: bytes, leave: Leave | None = None) -> Element:
    """The elements of a part from its root down, without what those hold that are to be left. Raises
    expat.ExpatError for what is no XML, ValueError for a document type declaration."""
    return _Outline(content, leave).root()


class _Outline:
    def __init__(self, content: bytes, leave: Leave | None) -> None:
        self.content, self.leave = content, leave
        self.open: list[Element] = []
        self.found: Element | None = None
        self.left = 0  # how deep inside an element that is left out
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._declared

    def root(self) -> Element:
        self.parser.Parse(self.content, True)
        if self.found is None:
            raise ValueError("an empty part")
        return self.found

    def _declared(self, *_: object) -> None:
        raise ValueError("a document type declaration")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if self.left:
            self.left += 1
            return
        at = self.parser.CurrentByteIndex
        match = _START_TAG.match(self.content, at)
        if match is None:
            raise ValueError("a tag that cannot be placed")
        prefix, _, name = tag.rpartition(":")
        above = self.open[-1] if self.open else None
        element = Element(name, f"{prefix}:" if prefix else "", attributes, at, match.end(), above)
        element.closes_itself = match[0].endswith(b"/>")
        if above is not None:
            above.children.append(element)
        self.found = self.found or element
        self.open.append(element)
        self.left = 1 if self.leave is not None and self.leave(name, attributes) else 0

    def _end(self, _: str) -> None:
        if self.left > 1:
            self.left -= 1
            return
        self.left = 0
        element = self.open.pop()
        if element.closes_itself:
            element.inside_end = element.end = element.inside
            return
        element.inside_end = self.parser.CurrentByteIndex
        element.end = self.content.index(b">", element.inside_end) + 1

    def _text(self, text: str) -> None:
        if not self.left and self.open:
            self.open[-1].text += text


class Part:
    """One part with the changes wished for it; `changed` gives it with all of them made."""

    def __init__(self, content: bytes, leave: Leave | None = None) -> None:
        self.content = in_single_bytes(content)
        self.root = outline(self.content, leave)
        self._cuts: list[tuple[int, int, bytes]] = []

    def put(self, at: int, text: str) -> None:
        """Puts `text` in at a place; what is put in first comes first."""
        self._cuts.append((at, at, ascii_of(text)))

    def replace(self, element: Element, text: str = "") -> None:
        self._cuts.append((element.start, element.end, ascii_of(text)))

    def append(self, element: Element, text: str) -> None:
        """As its last children, also where it closes itself."""
        if not element.closes_itself:
            self.put(element.inside_end, text)
            return
        tag = self.content[element.start : element.inside].decode("ascii", "surrogateescape")
        opened = _bytes_of(f"{tag[:-2].rstrip()}>")
        closed = ascii_of(f"</{element.prefix}{element.name}>")
        self._cuts.append((element.start, element.end, opened + ascii_of(text) + closed))

    def set(self, element: Element, **attributes: str | None) -> None:
        """Sets attributes of an element, or takes them off (None)."""
        tag = self.content[element.start : element.inside].decode("ascii", "surrogateescape")
        for name, value in attributes.items():
            found = re.search(rf"""\s{re.escape(name)}\s*=\s*("[^"]*"|'[^']*')""", tag)
            said = "" if value is None else f' {name}="{escaped(value)}"'
            if found is not None:
                tag = tag[: found.start()] + said + tag[found.end() :]
            elif said:
                at = len(tag) - (2 if element.closes_itself else 1)
                tag = tag[:at].rstrip() + said + tag[at:]
        self._cuts.append((element.start, element.inside, _bytes_of(tag)))

    @property
    def changed(self) -> bytes:
        if not self._cuts:
            return self.content
        pieces, at = [], 0
        for start, end, text in sorted(self._cuts, key=lambda cut: (cut[0], cut[1])):
            if start < at:
                raise ValueError("two changes of the same place")
            pieces += [self.content[at:start], text]
            at = end
        return b"".join([*pieces, self.content[at:]])


def put_in_order(part: Part, parent: Element, name: str, text: str, order: Iterable[str]) -> None:
    """Puts a new child where the schema wants it: behind the last child that may stand before it."""
    before = set()
    for known in order:
        if known == name:
            break
        before.add(known)
    earlier = [child for child in parent.children if child.name in before]
    part.put(earlier[-1].end if earlier else parent.inside, text)


def in_single_bytes(content: bytes) -> bytes:
    """The part in an encoding of which ASCII is a part, so that ASCII can be put in."""
    if not content.startswith(_UTF_16):
        return content
    return _DECLARATION.sub("", content.decode("utf-16")).encode("utf-8")


def escaped(text: str) -> str:
    """Text for an element or attribute: what XML cannot hold left out, what Excel would decode kept as it is."""
    text = _EXCEL_ESCAPE.sub("_x005F_", _ILLEGAL.sub("", text))
    for letter, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(letter, name)
    return text


def ascii_of(text: str) -> bytes:
    """Right in whatever encoding a part says it has."""
    return text.encode("ascii", "xmlcharrefreplace")


def _bytes_of(tag: str) -> bytes:
    """A tag of the part itself, its own bytes as they were."""
    return tag.encode("ascii", "surrogateescape")
