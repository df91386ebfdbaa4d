"""V19 figures, or a whole workbook, that draw on other files."""

from __future__ import annotations

from collections.abc import Iterator

from submissions.parsing import Fault, Return


def figures_stand_by_themselves(parsed: Return) -> Iterator[Fault]:
    """Each input cell whose formula draws on another file; where there is none, the workbook's own links once."""
    yield from parsed.linked
    if parsed.links and not parsed.linked:
        names = ", ".join(parsed.links[:3]) + (" and others" if len(parsed.links) > 3 else "")
        message = f"The workbook is linked to {names}. No figure that you enter depends on it."
        yield Fault("V19", "", "", "", "", names, message)
