"""What the pages of assurances show: all that is asked of a round by area, and one of them with every answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html_join

from planning.foundation import wording
from planning.people.access import BOARD, NATIONAL, Scope
from planning.registry.place import Place
from targets.assurance.answering import TRUST, Body, bodies_of, body_named, is_asked_of, may_answer
from targets.assurance.assurances import KINDS, Asked, areas_of, load_asked
from targets.assurance.attestations import STATES, Attestation
from targets.assurance.states import SAID
from targets.local.typed import figure_said
from targets.wording import Said, issuer, wanted

NO_ANSWER = "none"
EVERY_STATE = [*STATES, (NO_ANSWER, "No answer")]
MINE, NOBODY = "mine", "nobody"
LEADS = [(MINE, "I lead on"), (NOBODY, "Nobody leads on")]
FILTERS = ("state", "area", "lead", "body")
Answers = Mapping[tuple[str, str], Attestation]


def answers_among(round_code: str, bodies: Iterable[Body]) -> Answers:
    """The answers that count of those bodies, by what is asked and the body's code; one query."""
    by_code = {(body.organisation, body.group or None): body.code for body in bodies}
    rows = Attestation.objects.filter(
        round_id=round_code, is_current=True, organisation_id__in={ods for ods, _ in by_code}
    )
    found = {(row.subject, by_code.get((row.organisation_id, row.group_id))): row for row in rows}
    return {(subject, code): row for (subject, code), row in found.items() if code is not None}


def assurances_page(scope: Scope, place: Place, given: Mapping[str, str]) -> dict[str, Any]:
    """All that is asked of the asker's bodies, those chosen alone; at most five queries."""
    code = place.round.code
    bodies, asked = bodies_of(scope, code), load_asked(code)
    answers = answers_among(code, bodies)
    chosen = body_named(bodies, given.get("body", ""))
    bodies_shown, trusts = _first_seen(scope, bodies) if chosen is None else ([chosen], list[Body]())
    rows = [
        row
        for one in asked
        if not given.get("area") or one.area == given["area"]
        for row in _rows(one, bodies_shown, trusts, answers, scope, code)
        if _fits(row, given, scope.name)
    ]
    areas = [name for name in areas_of(asked) if any(row["area"] == name for row in rows)]
    counted = [_counts(body, asked, answers, code) for body in (bodies if chosen is None else [chosen])]
    return {
        "areas": [{"name": name, "rows": [row for row in rows if row["area"] == name]} for name in areas],
        "counts": [row for row in counted if row["total"]],
        "states": [word for _, word in EVERY_STATE],
        "total": wording.count(len(rows), "entry", "entries"),
        "filters": _filters(given, asked, bodies),
        "filtered": any(given.get(name) for name in FILTERS),
        "address": reverse("assurances", args=[code]),
        "shows_trusts": bool(trusts),
        "shows_who": len(bodies_shown) > 1 or scope.kind != TRUST,
        "lead": _lead(scope, asked, bodies),
        "chosen": chosen,
    }


def assurance_page(
    scope: Scope, place: Place, asked: Asked, bodies: Sequence[Body], answers: Answers
) -> dict[str, Any]:
    """One thing asked, and what each body that the asker sees has answered. No query."""
    code = place.round.code
    rows = [_answer_row(asked, body, answers, scope, code) for body in bodies if is_asked_of(asked, body)]
    return {
        "asked": asked,
        "facts": facts_of(asked, code),
        "rows": rows,
        "lead": _counted(Counter(row["state"].word for row in rows)),
        "with_figure": asked.takes_figure,
    }


def facts_of(asked: Asked, round_code: str) -> list[dict[str, Any]]:
    """What is asked, as a summary list takes it."""
    target = asked.target
    rows = [
        ("Asked for", sentence(wanted(target)) if target is not None else KINDS[asked.kind]),
        ("Document", asked.where),
        ("Due", asked.due_in_words),
        ("Issued by", issuer(target.issued_by) if target is not None else ""),
        ("Exceptions", "; ".join(target.exceptions) if target is not None else ""),
        ("Note", asked.note),
        ("Slip", asked.slip),
    ]
    linked = [("Helps with", asked.supports), ("Target", (asked.code,) if target is not None else ())]
    return [{"key": {"text": key}, "value": {"text": value}} for key, value in rows if value] + [
        {"key": {"text": key}, "value": {"html": _links(codes, round_code)}} for key, codes in linked if codes
    ]


def _links(codes: Iterable[str], round_code: str) -> str:
    """Targets by their codes, each leading to its page."""
    places = ((reverse("target", args=[round_code, code]), code) for code in codes)
    return format_html_join(", ", '<a href="{}">{}</a>', places)


def sentence(words: str) -> str:
    """With a capital at its head and every other letter as it was."""
    return words[:1].upper() + words[1:]


def state_of(answer: Attestation | None) -> Said:
    return SAID[answer.state if answer is not None else ""]


def figure_of(answer: Attestation | None, asked: Asked) -> str:
    """`45% for September 2023`, nothing where none is given."""
    if answer is None or answer.figure is None or asked.target is None:
        return ""
    said = figure_said(answer.figure, asked.target.unit)
    return f"{said} for {answer.due:%B %Y}" if asked.steps and answer.due else said


# --- the list --------------------------------------------------------------------------------------------
def _first_seen(scope: Scope, bodies: Sequence[Body]) -> tuple[list[Body], list[Body]]:
    """Whose answers have rows, and the trusts that are counted beside them."""
    if scope.kind not in (BOARD, NATIONAL):
        return list(bodies), []
    return (
        [body for body in bodies if body.level != TRUST],
        [body for body in bodies if body.level == TRUST],
    )


def _rows(
    asked: Asked,
    bodies: Sequence[Body],
    trusts: Sequence[Body],
    answers: Answers,
    scope: Scope,
    code: str,
) -> list[dict[str, Any]]:
    """A row for each body that answers, the trusts counted in the first; of several systems one row counts all."""
    those = [body for body in bodies if is_asked_of(asked, body)]
    counted = [answers.get((asked.code, body.code)) for body in trusts if is_asked_of(asked, body)]
    summary = _counted(Counter(state_of(answer).word for answer in counted))
    if scope.kind == NATIONAL and len(those) > 1:
        found = [answers.get((asked.code, body.code)) for body in those]
        rows = [_whole(asked, wording.count(len(those), "body", "bodies"), found, code)]
    else:
        rows = [_answer_row(asked, body, answers, scope, code) for body in those]
    if not rows and counted:
        rows = [_whole(asked, wording.count(len(counted), "trust"), counted, code)]
        summary = ""
    for at, row in enumerate(rows):
        row["trusts"] = summary if at == 0 else ""
    return rows


def _whole(asked: Asked, who: str, answers: Sequence[Attestation | None], code: str) -> dict[str, Any]:
    """A row that counts what several bodies have answered."""
    said = [state_of(answer) for answer in answers]
    return {
        **_base(asked, code),
        "who": who,
        "state": said[0] if len({one.word for one in said}) == 1 else None,
        "counted": _counted(Counter(one.word for one in said)),
        "codes": {answer.state or NO_ANSWER if answer is not None else NO_ANSWER for answer in answers},
        "leads": {answer.lead if answer is not None else "" for answer in answers},
        "address": reverse("assurance", args=[code, asked.code]),
    }


def _answer_row(asked: Asked, body: Body, answers: Answers, scope: Scope, code: str) -> dict[str, Any]:
    """What one body has answered, and where it answers."""
    answer = answers.get((asked.code, body.code))
    mine = may_answer(scope, body)
    return {
        **_base(asked, code),
        "who": body.name,
        "state": state_of(answer),
        "counted": "",
        "codes": {answer.state or NO_ANSWER if answer is not None else NO_ANSWER},
        "leads": {answer.lead if answer is not None else ""},
        "leader": answer.lead if answer is not None else "",
        "due": _day(answer, asked),
        "evidence": answer.evidence if answer is not None else "",
        "figure": figure_of(answer, asked),
        "at": wording.moment(answer.at) if answer is not None else "",
        "answer_address": reverse("attest", args=[code, asked.code, body.code]),
        "act": ("Change" if answer is not None else "Answer") if mine else "See",
        "address": reverse("assurance", args=[code, asked.code])
        if scope.kind in (BOARD, NATIONAL)
        else reverse("attest", args=[code, asked.code, body.code]),
    }


def _base(asked: Asked, code: str) -> dict[str, Any]:
    return {
        "code": asked.code,
        "title": asked.title,
        "area": asked.area,
        "kind": KINDS[asked.kind],
        "local": bool(asked.systems),
        "quote": asked.source.get("quote", ""),
        "where": asked.where,
        "asked_by": asked.due_in_words,
        "answer_address": "",
    }


def _day(answer: Attestation | None, asked: Asked) -> str:
    if answer is None or answer.due is None or asked.steps:
        return ""
    return f"{answer.due.day} {answer.due:%B %Y}"


def _counted(words: Counter[str]) -> str:
    """`2 in place, 1 no answer`, in the order of the states, naught left out."""
    return ", ".join(f"{words[word]} {word.lower()}" for _, word in EVERY_STATE if words[word])


def _counts(body: Body, asked: Iterable[Asked], answers: Answers, code: str) -> dict[str, Any]:
    """How far one body has come, over all that is asked of it."""
    mine = [one for one in asked if is_asked_of(one, body)]
    words = Counter(state_of(answers.get((one.code, body.code))).word for one in mine)
    return {
        "name": body.name,
        "address": f"{reverse('assurances', args=[code])}?body={body.code}",
        "numbers": [words[word] for _, word in EVERY_STATE],
        "total": len(mine),
    }


def _fits(row: Mapping[str, Any], given: Mapping[str, str], name: str) -> bool:
    """Whether a row is among those asked for. Whose lead it is goes by the name that was given."""
    if given.get("state") and given["state"] not in row["codes"]:
        return False
    if given.get("lead") == MINE:
        return name.casefold() in {lead.casefold() for lead in row["leads"]}
    return given.get("lead") != NOBODY or "" in row["leads"]


def _filters(given: Mapping[str, str], asked: Iterable[Asked], bodies: Sequence[Body]) -> dict[str, Any]:
    known = {
        "body": [(body.code, body.name) for body in bodies] if len(bodies) > 1 else [],
        "area": [(name, name) for name in areas_of(asked)],
        "state": EVERY_STATE,
        "lead": LEADS,
    }
    return {
        name: [
            {"value": value, "text": text, "selected": value == given.get(name, "")}
            for value, text in [("", "All"), *choices]
        ]
        for name, choices in known.items()
        if choices
    }


def _lead(scope: Scope, asked: Sequence[Asked], bodies: Sequence[Body]) -> str:
    """What the page is, or why it is empty."""
    if not asked:
        return "The guidance of this round asks for nothing that is answered here."
    if scope.kind == NATIONAL and not bodies:
        return "No system's plan has been accepted in this round yet."
    if not any(is_asked_of(one, body) for one in asked for body in bodies):
        return "Nothing is asked of your organisation in this round that is answered here."
    return (
        "What the guidance asks for and no return can show: key actions, supporting plans, milestones, and "
        "targets that the returns do not carry. Each is answered by its lead, with evidence."
    )
