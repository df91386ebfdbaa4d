"""Write one return as a workbook: cover, data sheets, hidden lists and identity. The same inputs give the
same bytes, so that a blank return can be kept and served again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from xlsxwriter import Workbook

from planning.registry.lines import Line
from submissions import identity as identities
from submissions.identity import Identity
from submissions.layout.cover import EVENTS, YES_OR_NO, write_cover
from submissions.layout.looks import Looks
from submissions.layout.notes import MONTHS_OF_A_YEAR
from submissions.layout.places import COVER, LISTS
from submissions.layout.sheets import DataSheets, Given
from submissions.layout.totals import NOT_APPLICABLE, Figures

CREATED = datetime(2023, 1, 27, tzinfo=UTC).replace(tzinfo=None)  # a fixed time: the bytes must not tell when
_CHOICES: tuple[tuple[str | int, ...], ...] = (  # what drop-downs offer, a column each
    ("Submission event", *EVENTS),
    ("Yes or no", *YES_OR_NO),
    ("Month of the financial year", *MONTHS_OF_A_YEAR, NOT_APPLICABLE),
)


class Sender(Protocol):
    """Whose return it is: code, name and type."""

    @property
    def ods(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...


def default_file_name(identity: Identity) -> str:
    """`2023-24 RTH activity.xlsx` without blanks."""
    return f"{identity.round}_{identity.organisation}_{identity.return_kind}.xlsx"


def write_return(
    out: BinaryIO | Path | str,
    *,
    lines: Sequence[Line],
    identity: Identity,
    organisation: Sender,
    figures: Figures | None = None,
    published: Given | None = None,
    comments: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    cover: Mapping[str, str] | None = None,
) -> None:
    """The return of one organisation, blank or filled. `figures` hold entered cells, fifteen a line (None blank,
    "n/a" not applicable); totals are computed here. `published` gives 2019/20 and outturn figures, which stand
    locked in place of any other; `names` of partners by code; `cover` the answers of its form by label, dates as
    2023-02-20. Raises KeyError for figures of another return's line."""
    book = Workbook(
        str(out) if isinstance(out, Path) else out,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    title = f"{identity.return_kind.capitalize()} return {identity.round.replace('-', '/')}"
    book.set_properties({"title": title, "subject": organisation.name, "created": CREATED, "comments": ""})
    book.set_custom_property("Template version", identity.template_version)
    looks, front = Looks(book), book.add_worksheet(COVER)
    data = DataSheets(
        book,
        looks,
        lines,
        organisation.kind,
        identity,
        figures=figures or {},
        published=published or {},
        comments=comments or {},
        names=names or {},
    )
    write_cover(
        front,
        looks,
        title=title,
        organisation=organisation.name,
        identity=identity,
        places=data.places,
        empty=data.empty(),
        answers=cover or {},
    )
    data.write(f"{organisation.name} ({identity.organisation}), {title.lower()}")
    _write_hidden_sheets(book, identity)
    book.close()


def _write_hidden_sheets(book: Workbook, identity: Identity) -> None:
    """The choices of drop-downs, and the identity that the service reads (very hidden)."""
    lists = book.add_worksheet(LISTS)
    for column, choices in enumerate(_CHOICES):
        lists.write_column(0, column, choices)
    lists.hide()
    lists.protect()
    hidden = book.add_worksheet(identities.SHEET)
    for row, pair in enumerate(identity.rows()):
        for column, text in enumerate(pair):
            hidden.write_string(row, column, text)
    hidden.very_hidden()
    hidden.protect()
