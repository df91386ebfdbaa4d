"""V20 comments on cells, which are not read: the Comment column is."""

from __future__ import annotations

from collections.abc import Iterator

from submissions.parsing import Fault, Return

_LONGEST_SEEN = 80


def remarks_stand_in_the_comment_column(parsed: Return) -> Iterator[Fault]:
    """Each comment on a cell of a data sheet that somebody has written."""
    for remark in parsed.remarks:
        text = " ".join(remark.text.split())
        seen = text if len(text) <= _LONGEST_SEEN else f"{text[: _LONGEST_SEEN - 1]}…"
        message = (
            f"The comment on {remark.cell} was not read: “{seen}”. It stays in your file, and is not shown with the "
            "figures."
        )
        yield Fault("V20", remark.sheet, remark.cell, remark.line, "", seen, message)
