"""What changed between two versions of one return: cells, lines, totals and comments, exactly.

Reads stored rows alone, so that a page may ask as well as the worker. A version that blocks has none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from planning.registry import periods
from planning.registry.lines import Line, Lines
from submissions.layout.places import is_entered
from submissions.uploads import Upload, Value

VALUE, GONE = "v", "-"  # beside them b, blank, and n, n/a
MONEY = ("F.INC.TOTAL", "F.EXP.TOTAL", "F.SURPLUS", "F.AFP")  # what a finance return comes to


@dataclass(frozen=True)
class Figure:
    """One figure as a version holds it: exact ten-thousandths where `state` is v; b blank, n n/a, - no such line."""

    state: str
    scaled: int | None = None


NOTHING = Figure(GONE)


@dataclass(frozen=True)
class Change:
    """A figure before and after, of one line and period."""

    code: str
    line: Line | None  # None where the catalogue no longer knows the code
    place: int
    before: Figure
    after: Figure

    @property
    def difference(self) -> int | None:
        """After less before, ten-thousandths; None where either is no number."""
        if self.before.scaled is None or self.after.scaled is None:
            return None
        return self.after.scaled - self.before.scaled

    @property
    def share(self) -> Fraction | None:
        """The difference against what stood before; None where that says nothing: without a figure above 0
        in size, for a line of any sign, or where the sign has turned."""
        difference, before, after = self.difference, self.before.scaled, self.after.scaled
        if difference is None or not before or after is None or before * after < 0:
            return None
        return (
            None if self.line is not None and self.line.sign == "any" else Fraction(difference, abs(before))
        )

    @property
    def size(self) -> int:
        """How far it moved in the line's unit, for sorting: what is no number is taken as nothing."""
        return abs((self.after.scaled or 0) - (self.before.scaled or 0))


@dataclass(frozen=True)
class CellChange(Change):
    """An entered cell that is not as it was, and where it stands in each workbook: (sheet, cell)."""

    before_at: tuple[str, str] = ("", "")
    after_at: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class LineChange(Change):
    """A line of which something changed: its year's figure, and how many of its cells did."""

    cells: int = 0


@dataclass(frozen=True)
class CommentChange:
    """What the Comment column said of a line."""

    code: str
    line: Line | None
    before: str
    after: str


@dataclass
class Comparison:
    """Two versions side by side, what moved furthest first."""

    cells: list[CellChange] = field(default_factory=list)
    lines: list[LineChange] = field(default_factory=list)
    totals: list[LineChange] = field(default_factory=list)  # computed lines
    money: list[LineChange] = field(
        default_factory=list
    )  # the totals that a finance return comes to, all of them
    comments: list[CommentChange] = field(default_factory=list)
    added: list[str] = field(default_factory=list)  # lines that only the later version has
    gone: list[str] = field(default_factory=list)  # and only the earlier one

    @property
    def is_same(self) -> bool:
        """Whether figures, states and comments are identical."""
        return not (self.cells or self.lines or self.totals or self.comments or self.added or self.gone)


def in_order(one: Upload, other: Upload) -> tuple[Upload, Upload]:
    """The earlier received and the later."""
    first, second = sorted((one, other), key=lambda upload: (upload.received_at, upload.number or 0))
    return first, second


def compare(before: Upload, after: Upload, rows: Iterable[Value], lines: Lines, kind: str) -> Comparison:
    """What changed from one version to the other; `rows` are the stored lines of both, `kind` the type of the
    organisation. A version without rows gives an empty comparison: see `has_figures` first."""
    held: dict[object, dict[str, Value]] = {before.pk: {}, after.pk: {}}
    for row in rows:
        held[row.upload_id][row.line] = row
    old, new = held[before.pk], held[after.pk]
    found = Comparison()
    if not old or not new:
        return found
    found.added = [code for code in new if code not in old]
    found.gone = [code for code in old if code not in new]
    for code in {**old, **new}:
        _compare_line(found, _Pair(code, lines.get(code), old.get(code), new.get(code), before, after), kind)
    for changes in (found.cells, found.lines, found.totals):
        changes.sort(key=_furthest_first)
    return found


def answers_digest(rows: Iterable[Value]) -> str:
    """What a version says in one digest: the same figures, states and comments give the same one, wherever
    in the workbook they stand."""
    said = sorted((row.line, row.states, row.figures, row.comment) for row in rows)
    return hashlib.sha256(repr(said).encode()).hexdigest()


@dataclass(frozen=True)
class _Pair:
    """One line in both versions."""

    code: str
    line: Line | None
    old: Value | None
    new: Value | None
    before: Upload
    after: Upload

    def moved(self, places: Iterable[int]) -> list[int]:
        return [place for place in places if _figure(self.old, place) != _figure(self.new, place)]

    def cell(self, place: int) -> CellChange:
        figures = _figure(self.old, place), _figure(self.new, place)
        at = _address(self.old, self.before, place), _address(self.new, self.after, place)
        return CellChange(self.code, self.line, place, *figures, *at)

    def year(self, cells: int) -> LineChange:
        figures = _figure(self.old, periods.YEAR), _figure(self.new, periods.YEAR)
        return LineChange(self.code, self.line, periods.YEAR, *figures, cells)


def _compare_line(found: Comparison, pair: _Pair, kind: str) -> None:
    moved = pair.moved(range(periods.COUNT))
    is_total = pair.line is not None and bool(pair.line.formula_for(kind))
    # a code that the catalogue no longer knows was entered, as far as anybody can tell
    cells = [place for place in moved if pair.line is None or is_entered(pair.line, kind, place)]
    found.cells.extend(pair.cell(place) for place in cells)
    if moved:
        (found.totals if is_total else found.lines).append(pair.year(len(cells)))
    if pair.code in MONEY:
        found.money.append(pair.year(len(cells)))
    said = [row.comment if row is not None else "" for row in (pair.old, pair.new)]
    if said[0] != said[1]:
        found.comments.append(CommentChange(pair.code, pair.line, *said))


def _figure(row: Value | None, place: int) -> Figure:
    return NOTHING if row is None else Figure(row.states[place], row.figures[place])


def _address(row: Value | None, upload: Upload, place: int) -> tuple[str, str]:
    columns: Mapping[str, Sequence[str]] = upload.columns
    if row is None or not row.row or row.sheet not in columns:
        return ("", "")
    column = columns[row.sheet][place]
    return row.sheet, f"{column}{row.row}" if column else ""


def _furthest_first(change: Change) -> tuple[int, str, int]:
    return -change.size, change.code, change.place


def has_figures(upload: Upload) -> bool:
    """Whether the version kept what it said: one that was read and that nothing blocks."""
    return upload.number is not None and not upload.blocked


def sheets_of(cells: Iterable[CellChange]) -> Iterator[str]:
    """The sheets that hold changed cells, in the later workbook where they still stand there, once each."""
    yield from dict.fromkeys(sheet_of(cell) for cell in cells)


def sheet_of(cell: CellChange) -> str:
    """Where the cell stands now, else where it stood."""
    return cell.after_at[0] or cell.before_at[0]
