"""V01 missing, V02 doubled, V07 unknown lines; V10 columns; V12 hidden sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from planning.registry.lines import Line
from submissions.parsing import Fault, Found, Return

_NAMED, _HINTS = 4, 50  # of thousands of faults, not each can name and guess at all the others


def lines_and_columns_stand_once(parsed: Return, expected: Sequence[Line]) -> Iterator[Fault]:
    """Every line and every column of the blank return, each once, and nothing that we do not know."""
    yield from _columns(parsed)
    yield from _hidden_sheets(parsed)
    yield from _missing(parsed, expected)
    codes = {line.code for line in expected}
    yield from _doubled(parsed, codes)
    yield from _unknown(parsed, codes)


def _columns(parsed: Return) -> Iterator[Fault]:
    for sheet, headers in parsed.headers.items():
        for header, cells in headers:
            if not cells:
                message = f"The sheet '{sheet}' has no column '{header}', so nothing was read for it."
                yield Fault("V10", sheet, "", "", "", "", message)
            for cell in cells:
                others = ", ".join(other for other in cells if other != cell)
                message = f"The header '{header}' stands more than once on '{sheet}': also in {others}."
                yield Fault("V10", sheet, cell, "", "", header, message)


def _hidden_sheets(parsed: Return) -> Iterator[Fault]:
    for sheet, codes in parsed.hidden.items():
        message = f"The sheet '{sheet}' is hidden, so its {len(codes)} lines were not read. Show the sheet."
        yield Fault("V12", sheet, "", "", "", "", message)


def _missing(parsed: Return, expected: Sequence[Line]) -> Iterator[Fault]:
    """Lines on a hidden sheet are explained by that sheet."""
    there = {found.code for found in parsed.found}.union(*parsed.hidden.values())
    for line in expected:
        if line.code not in there:
            message = (
                f"The line {line.code} ({line.label}) is missing; it belongs on the sheet '{line.sheet}'."
            )
            yield Fault("V01", line.sheet, "", line.code, "", "", message)


def _doubled(parsed: Return, codes: set[str]) -> Iterator[Fault]:
    places: dict[str, list[Found]] = {}
    for found in parsed.found:
        places.setdefault(found.code, []).append(found)
    for code, twice in places.items():
        for found in twice if code in codes and len(twice) > 1 else ():
            others = ", ".join(f"'{at.sheet}' {at.cell}" for at in twice[:_NAMED] if at is not found)
            message = f"The line {code} stands {len(twice)} times: here and at {others}. Keep the row that is right."
            yield Fault("V02", found.sheet, found.cell, code, "", code, message)


def _unknown(parsed: Return, codes: set[str]) -> Iterator[Fault]:
    alike, hints = {code.casefold(): code for code in codes}, _HINTS
    for found in parsed.found:
        if found.code in codes:
            continue
        seen = found.code[:60]
        near = get_close_matches(seen.casefold(), alike, n=1, cutoff=0.8) if hints else []
        hint = f" Is it {alike[near[0]]}?" if near else ""
        hints = max(0, hints - 1)
        message = f"'{seen}' is not a line of this return, so its row was not read.{hint}"
        yield Fault("V07", found.sheet, found.cell, "", "", seen, message)
