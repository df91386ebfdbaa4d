"""What changed between two versions of one return."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.described import identity, number, several, text, thing, whole, yes_or_no
from planning.foundation.asking import Asked
from planning.foundation.problems import Problem
from planning.foundation.rest import route
from planning.people.access import scope_of
from planning.plan.exact import shown
from planning.registry import periods
from submissions.api.uploads import visible_upload
from submissions.comparing import CellChange, Change, CommentChange, LineChange, has_figures, in_order
from submissions.queries.compare import comparison_of, same_return
from submissions.uploads import Upload

STATES = {"v": "value", "b": "blank", "n": "not_applicable", "-": "not_there"}
STATE_SAID = "`value`, `blank`, `not_applicable`, or `not_there` where the version has no such line"
CHANGE = {
    "line": text("line code"),
    "label": text(),
    "unit": text(),
    "period": text("period code"),
    "before": number("in the line's unit; money in £000"),
    "before_state": text(STATE_SAID),
    "after": number(),
    "after_state": text(STATE_SAID),
    "difference": number("after less before; null where either is no number"),
}
CELL = CHANGE | {
    "sheet": text("where it stands in the later workbook", null=True),
    "cell": text(null=True),
    "before_sheet": text("where it stood in the earlier one", null=True),
    "before_cell": text(null=True),
}
LINE = CHANGE | {
    "difference_percent": number("of what stood before; null where that says nothing"),
    "cells": whole("how many of its entered cells changed"),
}
SIDE = {
    "upload": identity(),
    "version": whole(null=True),
    "figures_kept": yes_or_no("whether it kept its figures"),
}
COMPARISON = thing(
    "Comparison",
    {
        "before": thing("ComparedEarlier", SIDE),
        "after": thing("ComparedLater", SIDE),
        "cells": thing("ChangedCell", CELL, many=True),
        "lines": thing("ChangedLine", LINE, many=True),
        "totals": thing("ChangedTotal", LINE, many=True),
        "comments": thing("ChangedComment", {"line": text(), "before": text(), "after": text()}, many=True),
        "added": several("lines that only the later version has"),
        "gone": several("lines that only the earlier version has"),
    },
)


@route(
    "GET",
    says="""Two versions side by side
    Changed cells, lines and totals of two versions of one return, from the earlier received to the later
    whichever is named first, the furthest moved first. A line's figures are those of its year. A version that
    something blocks keeps no figures, so nothing of it is compared.""",
    tag="uploads",
    gives=COMPARISON,
)
def compare_uploads(request: Request, asked: Asked, upload_id: UUID, other_id: UUID) -> Response:
    scope = scope_of(request)
    found, other = visible_upload(scope, upload_id), visible_upload(scope, other_id)
    if not same_return(found, other):
        detail = (
            "These are versions of different returns. Name two versions of one organisation's one return."
        )
        raise Problem(400, "different_returns", detail)
    before, after = in_order(found, other)
    compared = comparison_of(scope, before, after)
    codes = periods.codes(found.round_id)
    return Response(
        {
            "before": _side(before),
            "after": _side(after),
            "cells": [_cell(change, codes) for change in compared.cells],
            "lines": [_line(change, codes) for change in compared.lines],
            "totals": [_line(change, codes) for change in compared.totals],
            "comments": [_comment(change) for change in compared.comments],
            "added": compared.added,
            "gone": compared.gone,
        }
    )


def _side(upload: Upload) -> dict[str, Any]:
    return {"upload": upload.pk, "version": upload.number, "figures_kept": has_figures(upload)}


def _change(change: Change, codes: tuple[str, ...]) -> dict[str, Any]:
    return {
        "line": change.code,
        "label": change.line.label if change.line is not None else "",
        "unit": change.line.unit if change.line is not None else "",
        "period": codes[change.place],
        "before": shown(change.before.scaled),
        "before_state": STATES[change.before.state],
        "after": shown(change.after.scaled),
        "after_state": STATES[change.after.state],
        "difference": shown(change.difference),
    }


def _cell(change: CellChange, codes: tuple[str, ...]) -> dict[str, Any]:
    return _change(change, codes) | {
        "sheet": change.after_at[0] or None,
        "cell": change.after_at[1] or None,
        "before_sheet": change.before_at[0] or None,
        "before_cell": change.before_at[1] or None,
    }


def _line(change: LineChange, codes: tuple[str, ...]) -> dict[str, Any]:
    share = change.share
    return _change(change, codes) | {
        "difference_percent": float(share * 100) if share is not None else None,
        "cells": change.cells,
    }


def _comment(change: CommentChange) -> dict[str, str]:
    return {"line": change.code, "before": change.before, "after": change.after}
