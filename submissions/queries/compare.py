"""What the comparison of two versions shows: £ first, then totals, lines, cells and comments, the largest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse

from planning.foundation import wording
from planning.people.access import Scope
from planning.plan.exact import SCALE
from planning.registry import periods
from planning.registry.lines import Line, Lines
from planning.registry.periods import month_label
from planning.registry.place import Place
from submissions.comparing import (
    MONEY,
    CellChange,
    CommentChange,
    Comparison,
    Figure,
    LineChange,
    compare,
    has_figures,
    in_order,
    sheet_of,
    sheets_of,
)
from submissions.queries.findings import pages_of
from submissions.uploads import Upload
from submissions.visible import values_held, visible_uploads
from submissions.wording import RETURN_NAMES, state_of, version_name

PAGE_ROWS, FIRST_LINES = 100, 30
WORDS = {"b": "blank", "n": "n/a", "-": "no such line"}


def same_return(one: Upload, other: Upload) -> bool:
    """Whether they are versions of one organisation's one return of a round: only those can be compared."""
    return all(
        getattr(one, name) == getattr(other, name) for name in ("round_id", "organisation_id", "return_kind")
    )


def comparison_of(scope: Scope, one: Upload, other: Upload) -> Comparison:
    """What changed from the earlier received to the later, two queries."""
    before, after = in_order(one, other)
    rows = values_held(scope, (before, after))
    return compare(before, after, rows, Lines.load(one.round_id), one.organisation.kind)


def versions_beside(scope: Scope, upload: Upload) -> list[Upload]:
    """Every other version of the same return that the asker may see, newest first, one query."""
    rows = visible_uploads(scope).filter(
        round=upload.round_id,
        organisation=upload.organisation_id,
        return_kind=upload.return_kind,
        number__isnull=False,
    )
    return list(rows.exclude(pk=upload.pk).order_by("-received_at").defer("notes", "columns"))


def nearest(upload: Upload, others: Sequence[Upload]) -> Upload | None:
    """The version to begin with: the last one before it that kept its figures, else the one after it."""
    kept = [other for other in others if has_figures(other)]
    earlier = [other for other in kept if other.received_at < upload.received_at]
    return next(iter(earlier or reversed(kept)), None)


def compare_page(
    scope: Scope, place: Place, upload: Upload, other: Upload, asked: Mapping[str, str]
) -> dict[str, Any]:
    """Everything the page says, of two versions that were found. Three queries."""
    before, after = in_order(upload, other)
    found = comparison_of(scope, upload, other)
    address = reverse("upload_compare", args=[upload.pk, other.pk])
    return {
        "name": f"What changed from {version_name(before)} to {version_name(after)}",
        "kind": RETURN_NAMES[upload.return_kind],
        "before": _version(before, place),
        "after": _version(after, place),
        "choices": _choices(versions_beside(scope, upload), other),
        "choose_address": reverse("upload_compare_any", args=[upload.pk]),
        "without": [_without(version) for version in (before, after) if not has_figures(version)],
        "same": found.is_same and has_figures(before) and has_figures(after),
        "counts": _counts(found),
        "money": [line_row(change) for change in found.money],
        "totals": [line_row(change) for change in found.totals if change.code not in MONEY],
        "lines": [line_row(change) for change in _first(found.lines, asked)],
        "more_lines": _more_lines(found, asked, address),
        "comments": [_comment(change) for change in found.comments],
        "added": found.added,
        "gone": found.gone,
        **_cells(found, asked, address, periods.codes(upload.round_id)),
    }


def line_row(change: LineChange) -> dict[str, str]:
    """A line's year before and after. Percentages are of what stood before."""
    share = change.share
    return {
        "code": change.code,
        "label": _label(change.line),
        "unit": _unit(change.line),
        "before": said(change.before),
        "after": said(change.after),
        "change": said_difference(change.difference),
        "share": f"{wording.signed(share * 100, 1)}%" if share is not None else "",
        "cells": f"{change.cells:,}",
    }


def said(figure: Figure) -> str:
    """`1,240.5` as exactly as it is kept; blank, n/a and a line that is not there in words."""
    return exact_text(figure.scaled) if figure.scaled is not None else WORDS.get(figure.state, "blank")


def said_difference(difference: int | None) -> str:
    """`+12`, `−3`, `0`; nothing where one side is no number."""
    if difference is None:
        return ""
    return f"+{exact_text(difference)}" if difference > 0 else exact_text(difference)


def exact_text(scaled: int) -> str:
    """A stored figure with all the decimals it has: `1,240.5`, with a true minus sign."""
    text = f"{(Decimal(abs(scaled)) / SCALE).normalize():,f}"
    return f"{wording.MINUS}{text}" if scaled < 0 else text


def _counts(found: Comparison) -> str:
    """`31 cells on 4 lines, 3 totals and 1 comment changed.`"""
    lines = len({change.code for change in found.cells})
    parts = [f"{wording.count(len(found.cells), 'cell')} on {wording.count(lines, 'line')}"]
    parts += [wording.count(len(found.totals), "total")] if found.totals else []
    parts += [wording.count(len(found.comments), "comment")] if found.comments else []
    return f"{wording.names(parts)} changed."


def _first(changes: Sequence[LineChange], asked: Mapping[str, str]) -> Sequence[LineChange]:
    return changes if asked.get("lines") == "all" else changes[:FIRST_LINES]


def _more_lines(found: Comparison, asked: Mapping[str, str], address: str) -> dict[str, str] | None:
    if len(found.lines) <= FIRST_LINES or asked.get("lines") == "all":
        return None
    return {"text": f"Show all {len(found.lines)} lines", "address": f"{address}?lines=all#lines"}


def _cells(found: Comparison, asked: Mapping[str, str], address: str, codes: Sequence[str]) -> dict[str, Any]:
    """One page of the changed cells, of one sheet where that is asked for."""
    sheet = asked.get("sheet", "")
    wanted = [change for change in found.cells if not sheet or sheet_of(change) == sheet]
    page, pages = _page_of(asked.get("page", ""), len(wanted))
    start = (page - 1) * PAGE_ROWS
    return {
        "sheet": sheet,
        "sheets": list(sheets_of(sorted(found.cells, key=sheet_of))),
        "cells": [_cell(change, codes) for change in wanted[start : start + PAGE_ROWS]],
        "cells_said": _of_all(start, len(wanted)),
        "pages": pages_of(asked, page, pages),
        "address": address,
    }


def _page_of(asked: str, number: int) -> tuple[int, int]:
    """The page that is meant, and how many there are."""
    pages = max(1, -(-number // PAGE_ROWS))
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    return min(max(page, 1), pages), pages


def _of_all(start: int, number: int) -> str:
    if number <= PAGE_ROWS:
        return wording.count(number, "changed cell")
    return f"{start + 1:,} to {min(start + PAGE_ROWS, number):,} of {number:,} changed cells"


def _cell(change: CellChange, codes: Sequence[str]) -> dict[str, str]:
    moved = change.before_at != change.after_at and change.before_at[1] and change.after_at[1]
    sheet, cell = change.after_at if change.after_at[1] else change.before_at
    return {
        "sheet": sheet,
        "cell": cell,
        "was_at": " ".join(change.before_at) if moved else "",
        "code": change.code,
        "label": _label(change.line),
        "unit": _unit(change.line),
        "period": month_label(codes[change.place]),
        "before": said(change.before),
        "after": said(change.after),
        "change": said_difference(change.difference),
    }


def _comment(change: CommentChange) -> dict[str, str]:
    return {
        "code": change.code,
        "label": _label(change.line),
        "before": change.before or "nothing",
        "after": change.after or "nothing",
    }


def _label(line: Line | None) -> str:
    return line.label if line is not None else "no longer in the catalogue"


def _unit(line: Line | None) -> str:
    return line.unit if line is not None else ""


def _version(upload: Upload, place: Place) -> dict[str, Any]:
    stage = place.stage_named(upload.stage)
    return {
        "name": version_name(upload).capitalize(),
        "address": reverse("upload_result", args=[upload.pk]),
        "file_address": reverse("upload_file", args=[upload.pk]),
        "file": upload.file_name,
        "by": upload.uploader,
        "received": wording.moment(upload.received_at) + (" (late)" if upload.late else ""),
        "stage": stage.name if stage else upload.stage,
        "status": state_of(upload),
        "read": upload.figures,
        "sha256": upload.sha256[:8],
    }


def _without(upload: Upload) -> str:
    """Why a version has no figures to compare."""
    name = version_name(upload).capitalize()
    if upload.is_waiting:
        return f"{name} is still being checked, so its figures cannot be compared yet."
    if upload.number is None:
        return "One of the files could not be read as a return, so it has no figures to compare."
    return (
        f"{name} has things to put right. Such a version keeps its findings and no figures, so there is "
        "nothing of it to compare. Download both workbooks to set them side by side."
    )


def _choices(others: Sequence[Upload], chosen: Upload) -> list[dict[str, Any]]:
    return [
        {
            "value": str(row.pk),
            "text": f"{version_name(row).capitalize()}, {wording.moment(row.received_at)}"
            + ("" if has_figures(row) else " (no figures kept)"),
            "selected": row.pk == chosen.pk,
        }
        for row in others
    ]
