"""What the page shows on which a change is chosen: whose plan, which line with today's figures, and the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from planning.foundation import wording
from planning.people.access import Scope
from planning.plan.exact import shown
from planning.registry import periods
from planning.registry.lines import Line, Lines
from planning.registry.organisations import Organisation
from planning.registry.place import Place
from planning.registry.rounds import RETURNS
from submissions.scenarios.bodies import Body
from submissions.scenarios.changing import ADD, FLOWS, PERCENT, SET, WAYS, CannotChange, Change
from submissions.scenarios.models import Scenario
from submissions.scenarios.today import Today, figures_of, today_of
from submissions.uploads import Value
from submissions.wording import RETURN_NAMES

MOST_ROWS = 25  # lines listed at once


@dataclass(frozen=True)
class Asked:
    """What the address or the form says: whose plan, whose returns in it, what to look for, which line, and the
    change as typed."""

    body: Body
    of: str = ""
    q: str = ""
    return_kind: str = ""
    line: str = ""
    form: Mapping[str, str] = field(default_factory=dict)  # way, amount, from, to
    scenario: Scenario | None = None
    several: tuple[Change, ...] = ()  # changes that the address brings, to be tried at once


def change_named(text: str, body: Body) -> Change:
    """`F.PAY.AGY:add:-840` or `RTH/F.PAY.AGY:add:-840` as a change of the whole year, or with
    `:2023-10:2024-03` after it of those months; of a system without an organisation it is nobody's yet. Raises
    CannotChange."""
    named, way, amount, first, last, *_ = [*text.split(":", 4), "", "", "", ""]
    ods, slash, code = named.rpartition("/")
    if not code or way not in WAYS or not amount or (slash and ods not in body.organisations):
        raise CannotChange("line", f"“{text[:60]}” names no change. Choose a line and a change below")
    whose = ods if slash else "" if body.is_system else body.organisation.ods
    return Change(whose, code, way, amount, first, last)


def what_if_page(scope: Scope, place: Place, bodies: Sequence[Body], asked: Asked) -> dict[str, Any]:
    """Everything that the page says. Five queries at most."""
    lines = Lines.load(place.round.code)
    organisation = asked.body.organisations.get(asked.of)
    today = today_of(organisation, lines) if organisation is not None else None
    return {
        "body": asked.body,
        "bodies": [
            {"value": body.key, "text": body.name, "selected": body.key == asked.body.key} for body in bodies
        ],
        "scenario": asked.scenario,
        "scenario_address": reverse("scenario", args=[asked.scenario.pk]) if asked.scenario else "",
        "scenarios_address": reverse("scenarios", args=[place.round.code]),
        "address": reverse("what_if", args=[place.round.code]),
        "asked": asked,
        "several": [_said(change, lines) for change in asked.several],
        **_of(scope, asked, today),
    }


def _of(scope: Scope, asked: Asked, today: Today | None) -> dict[str, Any]:
    choices = [
        {"value": ods, "text": body.name, "selected": ods == asked.of}
        for ods, body in asked.body.organisations.items()
    ]
    found: dict[str, Any] = {
        "organisations": choices if asked.body.is_system else [],
        "missing": [],
        "line": None,
        "rows": [],
    }
    if today is None:
        return found
    found["missing"] = [RETURN_NAMES[kind] for kind in RETURNS if kind not in today.versions]
    line = today.lines.get(asked.line)
    found |= _search(scope, asked, today) if line is None else _line(scope, asked, today, line)
    found["returns"] = [
        {"value": kind, "text": RETURN_NAMES[kind], "selected": kind == asked.return_kind} for kind in RETURNS
    ]
    found["organisation"] = today.organisation
    return found


# --- the list of lines ---------------------------------------------------------------------------------
def _search(scope: Scope, asked: Asked, today: Today) -> dict[str, Any]:
    """The lines that fit what was typed: every word in the code, the name or the heading."""
    words = asked.q.casefold().split()
    fitting = [
        line
        for line in today.lines.values()
        if (not asked.return_kind or line.return_kind == asked.return_kind)
        and not line.formula_for(today.organisation.kind)
        and all(word in f"{line.code} {line.label} {line.section}".casefold() for word in words)
    ]
    listed = fitting[:MOST_ROWS]
    rows = figures_of(scope, today, [line.code for line in listed])
    more = len(fitting) - len(listed)
    return {
        "rows": [_row(asked, today, line, rows.get(line.code)) for line in listed],
        "found": wording.count(len(fitting), "line") + (" fits" if len(fitting) == 1 else " fit"),
        "more": f"The first {MOST_ROWS} of {len(fitting)} are listed. Search to narrow them down."
        if more > 0
        else "",
    }


def _row(asked: Asked, today: Today, line: Line, row: Value | None) -> dict[str, Any]:
    at = _year_of(line)
    returned = line.return_kind in today.versions
    return {
        "code": line.code,
        "label": line.label,
        "unit": line.unit,
        "return": RETURN_NAMES[line.return_kind],
        "outturn": _figure(line, row, periods.OUTTURN, returned),
        "year": _figure(line, row, at, returned) + (" in March" if at == periods.MARCH and row else ""),
        "address": _address(asked, line=line.code) if returned else "",
    }


def _year_of(line: Line) -> int:
    return periods.YEAR if line.has_year_of_months or line.is_annual else periods.MARCH


def _figure(line: Line, row: Value | None, at: int, returned: bool = True) -> str:
    if not returned:
        return "not returned"
    state = row.states[at] if row is not None else "b"
    if row is None or state != "v":
        return "n/a" if state == "n" else "blank"
    return wording.bare(shown(row.figures[at]), line.unit)


def _address(asked: Asked, **more: str) -> str:
    kept = {"body": asked.body.key, "of": asked.of if asked.body.is_system else ""}
    kept["scenario"] = str(asked.scenario.pk) if asked.scenario else ""
    return "?" + urlencode({name: value for name, value in {**kept, **more}.items() if value})


# --- one line ------------------------------------------------------------------------------------------
def _line(scope: Scope, asked: Asked, today: Today, line: Line) -> dict[str, Any]:
    """Today's figures of the line and the choices of the form."""
    row = figures_of(scope, today, [line.code]).get(line.code)
    codes, headers = periods.codes(today.catalogue.round), periods.headers(today.catalogue.round)
    places = [periods.YEAR] if line.is_annual else [*range(periods.APRIL, periods.YEAR)]
    shown_at = dict.fromkeys([periods.OUTTURN, *places, _year_of(line)])
    returned = line.return_kind in today.versions
    form = {"way": ADD, **asked.form}
    first, last = form.get("from") or codes[places[0]], form.get("to") or codes[places[-1]]
    return {
        "line": line,
        "line_return": RETURN_NAMES[line.return_kind],
        "figures": [{"period": headers[at], "figure": _figure(line, row, at, returned)} for at in shown_at],
        "ways": [
            {"value": way, "text": text, "hint": {"text": _hint(line, way)}} for way, text in WAYS.items()
        ],
        "form": form,
        "months": []
        if line.is_annual
        else [{"value": codes[at], "text": periods.month_label(codes[at])} for at in places],
        "from": first,
        "to": last,
        "search_address": _address(asked),
        "version": today.versions[line.return_kind].number if returned else None,
    }


def _hint(line: Line, way: str) -> str:
    """What the amount means for this line."""
    unit = f" in {line.unit}" if line.unit else ""
    sign = " Spending is negative: −100 spends 100 more." if line.sign == "-" and way != PERCENT else ""
    if way == PERCENT:
        return (
            "Each month chosen by that percentage; −5 is 5% less." if not line.is_annual else "−5 is 5% less."
        )
    if line.is_annual:
        return f"The year’s figure{unit}.{sign}"
    if line.over_time in FLOWS:
        total = "The total of the months chosen" if way == SET else "In total over the months chosen"
        return f"{total}{unit}, spread over them as the plan is now.{sign}"
    return f"Each month chosen{unit}.{sign}"


# --- a change in words ---------------------------------------------------------------------------------
def change_words(change: Change, line: Line | None, round_code: str) -> str:
    """`minus 840 £000 in total, April 2023 to March 2024`: what a change says."""
    unit = line.unit if line is not None else ""
    total = " in total" if line is not None and line.over_time in FLOWS and not line.is_annual else ""
    if change.given:
        named = [periods.month_label(period) for period in change.given]
        when = named[0] if len(named) == 1 else f"{len(named)} periods, {named[0]} to {named[-1]}"
        return f"Set as the model gives it: {when}"
    codes = periods.codes(round_code)
    first, last = change.first or codes[periods.APRIL], change.last or codes[periods.MARCH]
    when = codes[periods.YEAR] if line is not None and line.is_annual else _span(first, last)
    amount = _typed(change.amount)
    if change.way == PERCENT:
        return f"{_signed(amount)}%, {when}"
    said = f"{amount} {unit}".strip() + (total if first != last else "")
    return f"Set to {said}, {when}" if change.way == SET else f"{_signed(said)}, {when}"


def _typed(amount: str) -> str:
    return amount.strip().replace("-", wording.MINUS).removesuffix("%")


def _signed(said: str) -> str:
    return said if said.startswith(wording.MINUS) else f"+{said.removeprefix('+')}"


def _span(first: str, last: str) -> str:
    if first == last:
        return periods.month_label(first)
    return f"{periods.month_label(first)} to {periods.month_label(last)}"


def _said(change: Change, lines: Lines) -> dict[str, str]:
    line = lines.get(change.line)
    months = f":{change.first}:{change.last}" if change.first or change.last else ""
    return {
        "line": f"{change.line}: {line.label}" if line is not None else change.line,
        "organisation": change.organisation,
        "words": change_words(change, line, lines.round),
        "value": f"{change.organisation}/{change.line}:{change.way}:{change.amount}{months}",
    }


def organisation_named(body: Body, ods: str) -> Organisation | None:
    """Whose returns are meant: the body itself, or the member of a system that was named."""
    return body.organisations.get(ods) if body.is_system else body.organisation
