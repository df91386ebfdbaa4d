"""What the page of one question shows, and the page on which one is asked: the figure then and now, the thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html

from planning.foundation import wording
from planning.people.access import Scope
from planning.people.roles import EXPLAIN
from planning.plan.exact import shown
from planning.plan.findings import Finding
from planning.registry import periods
from planning.registry.lines import Lines
from planning.registry.periods import month_label
from submissions.asking import About
from submissions.queries.questions import SAID, about_words, said_by
from submissions.queries.result import reviewing
from submissions.questions import ANSWERED, CLOSED, OPEN, Question
from submissions.uploads import READ, Upload, Value
from submissions.visible import all_findings, visible_uploads, visible_values
from submissions.wording import RETURN_NAMES, version_name


def question_page(scope: Scope, question: Question) -> dict[str, Any]:
    """Everything the page of a question says. Six queries."""
    asked_of, latest = question.upload, _latest(scope, question)
    line = Lines.load(question.round_id).get(question.line)
    return {
        "question": question,
        "about": about_words(question),
        "label": f"{line.label}, in {line.unit}" if line is not None else "",
        "status_said": SAID[question.state],
        "facts": _facts(question, asked_of, _now(scope, question, latest, line.unit if line else ""), latest),
        "messages": [
            {"text": row.text, "by": row.by.name if row.by is not None else "", "at": wording.moment(row.at)}
            for row in question.messages.select_related("by")
        ],
        "finding_address": _finding_address(scope, question),
        "may_answer": question.state != CLOSED and scope.may(EXPLAIN, question.organisation_id),
        "may_close": question.state != CLOSED and reviewing(scope, asked_of),
        "closed": f"Closed by {said_by(question.closed_by, question.closed_at)}"
        if question.closed_at
        else "",
    }


def _facts(question: Question, asked_of: Upload, now: str, latest: Upload | None) -> list[dict[str, Any]]:
    name = RETURN_NAMES[question.return_kind].lower()
    rows = [
        ("Organisation", question.organisation.name, ""),
        (
            "Asked of",
            f"{name} return, {version_name(asked_of)}",
            reverse("upload_result", args=[asked_of.pk]),
        ),
        ("Where", _where(question), ""),
        ("Figure when it was asked", question.seen, ""),
        (f"Figure now, {version_name(latest)}" if latest else "Figure now", now, ""),
        ("Owner", question.owner.name if question.owner else "The planners of the organisation", ""),
        ("Whose move it is", _move(question), ""),
    ]
    return [_fact(*row) for row in rows if row[1]]


def _fact(key: str, value: str, address: str) -> dict[str, Any]:
    said: dict[str, str] = (
        {"html": format_html('<a href="{}">{}</a>', address, value)} if address else {"text": value}
    )
    return {"key": {"text": key}, "value": said}


def _where(question: Question) -> str:
    return f"{question.sheet}, cell {question.cell}" if question.cell else question.sheet


def _move(question: Question) -> str:
    moves = {
        OPEN: f"{question.organisation.short_name}, to answer",
        ANSWERED: "The ICB, to close or ask again",
    }
    return moves.get(question.state, "Nobody’s: it is closed")


def _latest(scope: Scope, question: Question) -> Upload | None:
    """The return's latest version that was read and still stands. One query."""
    rows = visible_uploads(scope).filter(
        round_id=question.round_id,
        organisation_id=question.organisation_id,
        return_kind=question.return_kind,
        state__in=READ,
    )
    return rows.order_by("-received_at").first()


def _now(scope: Scope, question: Question, latest: Upload | None, unit: str) -> str:
    """`148`, or with another figure since: `160: changed since it was asked`. One query."""
    if latest is None or not question.line:
        return ""
    if latest.blocked:
        return "Not known: the version is stopped, and a stopped version keeps no figures"
    value = visible_values(scope).filter(upload=latest, line=question.line).first()
    if value is None:
        return "The line is no longer in the return"
    figure = figure_at(value, _place(question.round_id, question.period), unit)
    if not question.seen or figure == question.seen:
        return f"{figure}: the same" if question.seen else figure
    return f"{figure}: changed since it was asked"


def _finding_address(scope: Scope, question: Question) -> str:
    """Where the finding now stands that it is about, if it is found again in the same figures. One query."""
    if not question.finding_digest:
        return ""
    found = all_findings(scope).filter(subject_digest=question.finding_digest).only("id").first()
    return reverse("finding", args=[found.pk]) if found is not None else ""


# --- asking --------------------------------------------------------------------------------------------
def ask_page(scope: Scope, upload: Upload, finding: Finding | None) -> dict[str, Any]:
    """What may be asked about: the finding, or else a line of the version and a month. Two queries."""
    if finding is not None:
        return {"finding": finding, "place": _place_words(finding), "lines": [], "months": []}
    lines = Lines.load(upload.round_id)
    rows = visible_values(scope).filter(upload=upload).exclude(sheet="").order_by("sheet", "row")
    return {
        "finding": None,
        "lines": [
            {"value": code, "text": f"{code}  {lines[code].label}" if code in lines else code}
            for code in rows.values_list("line", flat=True)
        ],
        "months": [{"value": code, "text": month_label(code)} for code in _asked_periods(upload.round_id)],
    }


def about_line(scope: Scope, upload: Upload, line: str, period: str) -> About:
    """A line of a version in a period, with its cell and the figure that stands there. Two queries; nothing
    is named where the version has no such line."""
    value = visible_values(scope).filter(upload=upload, line=line).first()
    if value is None or period not in periods.codes(upload.round_id):
        return About()
    place, columns = _place(upload.round_id, period), upload.columns.get(value.sheet)
    found = Lines.load(upload.round_id).get(line)
    return About(
        line=line,
        period=period,
        sheet=value.sheet,
        cell=f"{columns[place]}{value.row}" if columns and value.row else "",
        seen=figure_at(value, place, found.unit if found is not None else ""),
    )


def figure_at(value: Value, place: int, unit: str) -> str:
    """A stored figure in words: `148`, `blank`, `n/a`."""
    letter = value.states[place]
    if letter == "v":
        return wording.bare(shown(value.figures[place]), unit)
    return "n/a" if letter == "n" else "blank"


def _asked_periods(round_code: str) -> Sequence[str]:
    """The months, then the year, the outturn and the baseline."""
    codes = periods.codes(round_code)
    return [*codes[periods.MONTHS], codes[periods.YEAR], codes[periods.OUTTURN], codes[periods.BASELINE]]


def _place(round_code: str, period: str) -> int:
    codes = periods.codes(round_code)
    return codes.index(period) if period in codes else periods.YEAR


def _place_words(finding: Finding) -> str:
    return f"{finding.sheet}, cell {finding.cell}" if finding.cell else finding.sheet
