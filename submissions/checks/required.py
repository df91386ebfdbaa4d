"""V05 required figures that are blank, V09 required lines that say n/a."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planning.registry import periods
from planning.registry.lines import Line
from submissions.parsing import Fault, Reading, Return, entered, is_required


def figures_are_given(parsed: Return, expected: Sequence[Line]) -> Iterator[Fault]:
    """A blank required figure is named cell by cell; n/a once a line. A cell whose fault was already said
    is not called blank as well."""
    codes = periods.codes(parsed.round_code)
    declined: dict[str, tuple[Line, Reading, list[int]]] = {}
    for line, reading, place in entered(parsed, expected):
        if not is_required(line, parsed.kind, place):
            continue
        if reading.states[place] == "b":
            when = periods.month_label(codes[place])
            message = f"{line.code} ({line.label}) is blank for {when}. Type the figure, or 0 for none."
            cell = parsed.cell(reading, place)
            yield Fault("V05", reading.sheet, cell, line.code, codes[place], "", message)
        elif reading.states[place] == "n":
            declined.setdefault(line.code, (line, reading, []))[2].append(place)
    for line, reading, places in declined.values():
        yield _declined(parsed, line, reading, places)


def _declined(parsed: Return, line: Line, reading: Reading, places: list[int]) -> Fault:
    cells = [parsed.cell(reading, place) for place in places]
    where = cells[0] if len(cells) == 1 else f"{cells[0]} and {len(cells) - 1} more cells of the row"
    message = f"{line.code} ({line.label}) says n/a in {where}, but applies to organisations of your type."
    period = periods.codes(parsed.round_code)[places[0]]
    return Fault("V09", reading.sheet, cells[0], line.code, period, "n/a", message)
