"""V11 fractions where a line counts whole things."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planning.plan.exact import SCALE
from planning.registry import periods
from planning.registry.lines import Line
from submissions.checks.shares import lines_typed_as_shares
from submissions.figures import shown
from submissions.parsing import Fault, Reading, Return, entered


def counts_are_whole(parsed: Return, expected: Sequence[Line]) -> Iterator[Fault]:
    """Once a line, at its first fraction; a share typed for a count is told as that (V16)."""
    shares = lines_typed_as_shares(parsed, expected)
    found: dict[str, tuple[Line, Reading, list[int]]] = {}
    for line, reading, place in entered(parsed, expected):
        if line.decimals == 0 and line.code not in shares and (reading.figures[place] or 0) % SCALE:
            found.setdefault(line.code, (line, reading, []))[2].append(place)
    for line, reading, places in found.values():
        yield _fault(parsed, line, reading, places)


def _fault(parsed: Return, line: Line, reading: Reading, places: list[int]) -> Fault:
    period, seen = periods.codes(parsed.round_code)[places[0]], shown(reading.figures[places[0]] or 0)
    more = f", and {len(places) - 1} more figures of the row are not whole either" if len(places) > 1 else ""
    when = periods.month_label(period)
    message = f"{line.code} ({line.label}) is {seen} {line.unit} for {when}, not a whole number{more}."
    cell = parsed.cell(reading, places[0])
    return Fault("V11", reading.sheet, cell, line.code, period, seen, message)
