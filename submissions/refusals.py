"""Refusals: why a file is not read at all. One table for pages, API and commands; a refused file stores nothing.

Imports neither Django nor a workbook library: the reader's child uses it too.
"""

from __future__ import annotations

from typing import Any

SAVE_AS = "save it as an Excel workbook (.xlsx)"

SENTENCES: dict[str, str] = {
    "not_a_workbook": "This is not an Excel workbook: it looks like {seen}. Upload the .xlsx return for this round.",
    "old_format": "This is {seen}, which we cannot read: open it, " + SAVE_AS + ", and upload that.",
    "password_protected": (
        "This workbook is protected with a password: remove the password from opening it, save it, and upload it again."
    ),
    "macros": "This workbook holds macros, which we do not accept: "
    + SAVE_AS
    + " without macros, and upload that.",
    "damaged": (
        "This workbook is damaged ({seen}): open it in Excel, let Excel repair it, save it, and upload it again."
    ),
    "too_large": "This file is too large to be a return ({seen}): copy the figures into a fresh blank return.",
    "unsafe": (
        "This file holds something that a return never holds ({seen}), so it was not opened: "
        "copy the figures into a fresh blank return."
    ),
    "not_our_template": (
        "This is a workbook, but not one of our returns ({seen}): "
        "download the blank return, fill it in, and upload that."
    ),
    "wrong_round": (
        "This is a return for round {seen}, and round {expected} was asked for: use that round's blank return."
    ),
    "wrong_organisation": (
        "This is the return of {seen}, and that of {expected} was asked for: choose the file of {expected}."
    ),
    "wrong_return": "This is the {seen} return, and the {expected} return was asked for: choose the {expected} file.",
    "old_template": (
        "This return was made from an older template (version {seen}; the current one is {expected}): "
        "download the current blank return and copy your figures into it."
    ),
    "altered_template": (
        "What this return says about itself does not add up ({seen}): its hidden identity or layout was altered. "
        "Download a fresh blank return and copy your figures into it."
    ),
    "unreadable": (
        "This workbook could not be read ({seen}): open it in Excel, save it as a new .xlsx, and upload that; "
        "if that fails too, copy the figures into a fresh blank return."
    ),
}
CODES = tuple(SENTENCES)
_LONGEST_FACT = 80


class Refused(Exception):
    """A file that is not read. `code` is one of CODES, `facts` what its sentence names (`seen`, `expected`)."""

    def __init__(self, code: str, **facts: Any) -> None:
        self.code = code
        self.facts = {name: _plain(fact) for name, fact in facts.items()}
        self.message = SENTENCES[code].format(**{"seen": "", "expected": "", **self.facts})
        super().__init__(self.message)


def _plain(fact: Any) -> str:
    """A fact as it may stand in a sentence: printable, and not longer than one."""
    text = "".join(letter for letter in str(fact) if letter.isprintable())
    return text if len(text) <= _LONGEST_FACT else text[: _LONGEST_FACT - 1] + "…"
