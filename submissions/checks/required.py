"""V05 required figures that are blank, V09 required figures that say n/a."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planning.registry import periods
from planning.registry.lines import Line
from submissions.layout.places import is_required
from submissions.parsing import Fault, Return, entered


def figures_are_given(parsed: Return, expected: Sequence[Line]) -> Iterator[Fault]:
    """Every required figure that is blank or says n/a, cell by cell. A cell whose fault was already said is
    not called blank as well."""
    codes = periods.codes(parsed.round_code)
    for line, reading, place in entered(parsed, expected):
        state = reading.states[place]
        if state == "v" or not is_required(line, parsed.kind, place):
            continue
        rule, seen, says = ("V05", "", "is blank") if state == "b" else ("V09", "n/a", "says n/a")
        when = periods.month_label(codes[place])
        message = f"{line.code} ({line.label}) {says} for {when}. Type the figure, or 0 for none."
        cell = parsed.cell(reading, place)
        yield Fault(rule, reading.sheet, cell, line.code, codes[place], seen, message)
