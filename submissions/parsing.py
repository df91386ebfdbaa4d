"""From cells to a return: whose it is, its lines by code, its figures by header. Says every fault of the
reading at once; what the figures mean is for the checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from planning.plan.array import Member, Origin, Plan
from planning.registry import periods
from planning.registry.lines import Line, Lines
from submissions.cover import Said, read_cover
from submissions.figures import Answer, answer_of, total_of
from submissions.identity import KEYS, Identity, identity_digest, layout_of
from submissions.layout.places import is_computed, is_entered
from submissions.refusals import Refused
from submissions.rewriting.comments import BEHIND
from submissions.rewriting.conditions import OURS
from submissions.workbook import Cell, Sheet, Sheets, cell_name, column_letters

COMMENT, LINE_NAME = "comment", "line"  # headers
LONGEST_COMMENT = 2_000
_LONGEST_SEEN = 80


@dataclass(frozen=True)
class Reading:
    """One line as read: fifteen figures in ten-thousandths (None unless its state is v) and their states
    (v, b, n). A computed figure is never read: it stands here as blank, until the plan computes it."""

    line: str
    sheet: str
    row: int
    figures: tuple[int | None, ...]
    states: str
    comment: str = ""


@dataclass(frozen=True)
class Fault:
    """Something wrong at a place in the workbook; its severity is its rule's."""

    rule: str
    sheet: str
    cell: str
    line: str
    period: str
    seen: str
    message: str
    instruction: str = ""


@dataclass(frozen=True)
class Typed:
    """What stands in a computed cell where its formula should be."""

    seen: str
    sheet: str
    cell: str


@dataclass(frozen=True)
class Remark:
    """A cell's comment that somebody has written. `line` is that of its row, "" where it has none."""

    sheet: str
    cell: str
    line: str
    text: str


@dataclass(frozen=True)
class Found:
    """A line code as it stands in the workbook."""

    code: str
    sheet: str
    row: int
    cell: str


@dataclass
class Return:
    """A return as read. `columns`: sheet -> the letters of its fifteen columns ("" where there is none).
    `cached`: what computed cells hold, by (line, period place), never trusted. `unread`: entered figures
    that a fault already explains, so that nothing calls them blank as well."""

    identity: Identity
    round_code: str
    kind: str
    readings: list[Reading] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=dict)
    notes: list[dict[str, str]] = field(default_factory=list)
    cached: dict[tuple[str, int], tuple[int, str, str]] = field(default_factory=dict)
    unread: set[tuple[str, int]] = field(default_factory=set)
    found: list[Found] = field(default_factory=list)
    headers: dict[str, list[tuple[str, list[str]]]] = field(
        default_factory=dict
    )  # sheet -> (header, its cells)
    hidden: dict[str, frozenset[str]] = field(default_factory=dict)  # hidden data sheet -> its line codes
    typed_over: dict[tuple[str, int], Typed] = field(default_factory=dict)  # computed cells without a formula
    with_formulas: set[str] = field(default_factory=set)  # sheets whose computed cells still hold any
    linked: list[Fault] = field(default_factory=list)  # input cells whose formula draws on another file
    links: tuple[str, ...] = ()  # the other files that the workbook names
    remarks: list[Remark] = field(default_factory=list)
    cover: dict[str, Said] = field(default_factory=dict)

    def cell(self, reading: Reading, place: int) -> str:
        """`H12`; "" where the sheet has no such column."""
        letters = self.columns[reading.sheet][place]
        return f"{letters}{reading.row}" if letters else ""


# --- whose it is -----------------------------------------------------------------------------------
def identity_of(sheets: Sheets) -> Identity:
    """What the workbook says it is. Raises Refused where it does not say."""
    identity = Identity.from_rows((key, sheets.identity.get(key)) for key in KEYS)
    if identity is None:
        raise Refused("not_our_template", seen="it does not say which return it is")
    return identity


def confirm(found: Identity, expected: Identity, lines: Sequence[Line]) -> None:
    """That it is the return asked for, from the current template, unaltered. Raises Refused."""
    for code, seen, wanted in (
        ("wrong_round", found.round, expected.round),
        ("wrong_organisation", found.organisation, expected.organisation),
        ("wrong_return", found.return_kind, expected.return_kind),
        ("old_template", found.template_version, expected.template_version),
    ):
        if seen != wanted:
            raise Refused(code, seen=seen, expected=wanted)
    if found.digest != identity_digest(found, layout_of(lines)):
        raise Refused("altered_template", seen="its digest is not that of its contents")


# --- what it holds ---------------------------------------------------------------------------------
def parse(
    sheets: Sheets,
    lines: Sequence[Line],
    round_code: str,
    expected: Identity | None = None,
    *,
    kind: str = "",
) -> Return:
    """Read a return made of `lines` for an organisation of `kind` (ac, mh, am, icb: some lines are
    computed for one kind and entered by another). With `expected`, another identity raises Refused."""
    identity = identity_of(sheets)
    if expected is not None:
        confirm(identity, expected, lines)
    result = Return(identity, round_code, kind, links=sheets.links, cover=read_cover(sheets.cover))
    if not sheets.data() and not sheets.hidden_data():
        raise Refused("not_our_template", seen="no sheet has a 'Line code' header")
    wanted = {line.code: line for line in lines}
    for sheet in sheets.data():
        _read_sheet(sheet, wanted, result)
    _leave_out_the_doubled(result)
    result.hidden = {s.name: frozenset(s.coded_rows().values()) & wanted.keys() for s in sheets.hidden_data()}
    return result


def _read_sheet(sheet: Sheet, wanted: Mapping[str, Line], result: Return) -> None:
    columns = _columns(sheet, result)
    comment = next((c for c, text in sheet.headers().items() if text.casefold() == COMMENT), 0)
    already = {reading.line for reading in result.readings}
    for row, code in sheet.coded_rows().items():
        result.found.append(Found(code, sheet.name, row, cell_name(sheet.code_column, row)))
        if code in wanted and code not in already:
            already.add(code)
            said = sheet.at(row, comment).raw[:LONGEST_COMMENT] if comment else ""
            result.readings.append(_read_line(sheet, row, wanted[code], columns, result, said))
    result.remarks += _remarks(sheet)


def _leave_out_the_doubled(result: Return) -> None:
    """A line that stands twice has no figures: nobody can tell which row is meant, and rules that read one of them
    would find what the other may not hold."""
    times = Counter(found.code for found in result.found)
    for at, reading in enumerate(result.readings):
        if times[reading.line] > 1:
            result.unread.update((reading.line, place) for place in range(periods.COUNT))
            nothing = (None,) * periods.COUNT
            result.readings[at] = replace(reading, figures=nothing, states="b" * periods.COUNT)
            result.cached = {key: seen for key, seen in result.cached.items() if key[0] != reading.line}


def _remarks(sheet: Sheet) -> Iterator[Remark]:
    """Comments that people have written: not the notes that the blank return has on its lines, and not ours."""
    notes = {column for column, text in sheet.headers().items() if text.casefold() == LINE_NAME}
    codes = sheet.coded_rows()
    for comment in sheet.comments:
        text = comment.text.partition(BEHIND)[0].strip()
        ours = comment.author == OURS or text.startswith(f"{OURS}:")
        is_note = comment.column in notes and comment.is_note
        if text and not ours and not is_note:
            yield Remark(sheet.name, cell_name(comment.column, comment.row), codes.get(comment.row, ""), text)


def _columns(sheet: Sheet, result: Return) -> list[int]:
    """The column number of each of the fifteen headers; 0 where it is missing or stands more than once."""
    found: dict[str, list[int]] = {}
    for column, text in sheet.headers().items():
        found.setdefault(text.casefold(), []).append(column)
    columns = []
    for header in ("Line code", *periods.headers(result.round_code)):
        places = found.get(header.casefold(), [])
        if len(places) != 1:
            cells = [cell_name(column, sheet.header) for column in places]
            result.headers.setdefault(sheet.name, []).append((header, cells))
        columns.append(places[0] if len(places) == 1 else 0)
    result.columns[sheet.name] = [column_letters(column) for column in columns[1:]]
    return columns[1:]


def _read_line(
    sheet: Sheet, row: int, line: Line, columns: Sequence[int], result: Return, comment: str
) -> Reading:
    figures: list[int | None] = []
    states = ""
    for place, column in enumerate(columns):
        read = _Place(sheet.name, cell_name(column, row), line, place)
        answer = _answer_at(sheet.at(row, column) if column else None, read, result)
        figures.append(answer.figure if answer.state == "v" else None)
        states += answer.state or "b"
    return Reading(line.code, sheet.name, row, tuple(figures), states, comment)


@dataclass(frozen=True)
class _Place:
    sheet: str
    cell: str
    line: Line
    place: int


def _answer_at(cell: Cell | None, at: _Place, result: Return) -> Answer:
    """The answer that counts there; faults, notes and cached totals go to the result."""
    if cell is None:  # no such column, which is said once for the sheet
        result.unread.add((at.line.code, at.place))
        return Answer("b")
    if is_computed(at.line, result.kind, at.place):
        return _computed(cell, at, result)
    if not is_entered(at.line, result.kind, at.place):
        return _closed(cell, total_of(cell), at, result)
    answer = answer_of(cell)
    if cell.is_linked:
        result.linked.append(_fault(cell, "V19", _drawn_from(result.links), at, result))
    if answer.rule:
        result.unread.add((at.line.code, at.place))
        result.faults.append(_fault(cell, answer.rule, answer.problem, at, result))
    elif answer.told:
        result.notes.append({"sheet": at.sheet, "cell": at.cell, "seen": _seen(cell), "read_as": answer.told})
    return answer


def _computed(cell: Cell, at: _Place, result: Return) -> Answer:
    """A computed cell counts for nothing. A blank or unvalued one is fine; an error or text in it is said."""
    answer = total_of(cell)
    if cell.formula:
        result.with_formulas.add(at.sheet)
    elif answer.state in ("v", "n"):
        result.typed_over[at.line.code, at.place] = Typed(_seen(cell), at.sheet, at.cell)
    if answer.state == "v" and answer.figure is not None:
        result.cached[at.line.code, at.place] = (answer.figure, at.sheet, at.cell)
    if answer.rule in ("V03", "V04"):
        result.faults.append(_fault(cell, answer.rule, answer.problem, at, result))
    return Answer("b")


def _closed(cell: Cell, answer: Answer, at: _Place, result: Return) -> Answer:
    """A cell that takes no figure: one that stands there was not read, and that is said."""
    if answer.state == "v":
        why = "is in a cell that takes no figure for this line, so it was not read. Clear the cell."
        result.faults.append(_fault(cell, "V13", why, at, result))
    elif answer.rule in ("V03", "V04"):
        result.faults.append(_fault(cell, answer.rule, answer.problem, at, result))
    return Answer("b")


def _fault(cell: Cell, rule: str, problem: str, at: _Place, result: Return) -> Fault:
    period = periods.codes(result.round_code)[at.place]
    seen = _seen(cell)
    quoted = f"'{seen}' " if seen and rule != "V04" else "the cell "
    message = f"{at.line.code}, {periods.month_label(period)}: {quoted}{problem}"
    return Fault(rule, at.sheet, at.cell, at.line.code, period, seen, message)


def _drawn_from(links: Sequence[str]) -> str:
    names = f" ({', '.join(links[:3])})" if links else ""
    return (
        f"comes from a formula that draws on another file{names}. The value that was saved with it was read; it does "
        "not follow when that file changes."
    )


def _seen(cell: Cell) -> str:
    """What stands there, short and printable."""
    text = "".join(letter for letter in (cell.raw or cell.formula) if letter.isprintable())
    return text if len(text) <= _LONGEST_SEEN else text[: _LONGEST_SEEN - 1] + "…"


# --- what rules need -------------------------------------------------------------------------------
def plan_of(
    parsed: Return,
    catalogue: Lines,
    lines: Sequence[Line],
    system: str = "",
    name: str = "",
    upload: Mapping[str, object] | None = None,
) -> Plan:
    """The plan of this return alone, its totals computed. `upload` is the version that its lineage names."""
    ods = parsed.identity.organisation
    uploads = {parsed.identity.return_kind: dict(upload or {})}
    plan = Plan(
        catalogue, [Member(ods, parsed.kind, system, name, uploads=uploads)], [line.code for line in lines]
    )
    for reading in parsed.readings:
        origin = Origin(reading.sheet, reading.row, parsed.columns[reading.sheet])
        plan.enter(ods, reading.line, reading.figures, reading.states, origin)
    plan.compute()
    return plan


def entered(parsed: Return, lines: Sequence[Line]) -> Iterator[tuple[Line, Reading, int]]:
    """Every entered figure that was read without a fault: its line, its reading, its period place."""
    by_code = {line.code: line for line in lines}
    for reading in parsed.readings:
        line = by_code[reading.line]
        for place in range(periods.COUNT):
            if is_entered(line, parsed.kind, place) and (line.code, place) not in parsed.unread:
                yield line, reading, place
