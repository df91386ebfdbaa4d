"""What the register of planning assumptions shows: each value with its source and owner, which rules read it, and what
the asker's organisations say of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from planning.foundation import wording
from planning.people.access import BOARD, NATIONAL, Scope
from planning.people.roles import ASSUME
from planning.plan.assuming import may_state
from planning.plan.assumptions_read import readers
from planning.plan.rejudgements import ASSUMPTION, Rejudgement
from planning.plan.rulebook import Rule
from planning.registry.assumption_values import CHOICE, RATIO, value_of, value_said, value_shown
from planning.registry.assumptions import AssumptionVersion, StatedAssumption
from planning.registry.organisations import Membership, Organisation
from planning.registry.place import Place
from submissions.visible import visible_rejudged
from submissions.wording import Status

GROUPS = {
    "pay_and_prices": "Pay and prices",
    "demand": "Growth in need and demand",
    "covid": "COVID-19",
    "unit_prices": "Unit prices",
    "efficiency": "Efficiency",
    "agency": "Agency staff",
    "weights": "Weights of activity",
    "working_days": "Working days",
}
FOLDED = ("weights", "working_days")  # many, the same for all, and seldom read
MOST_REJUDGED = 10
Answers = Mapping[str, StatedAssumption]  # by organisation


def answering(scope: Scope) -> list[Organisation]:
    """The bodies whose answers the asker sees: their own, and those whose returns their ICB reviews."""
    if scope.kind == NATIONAL:
        return []
    hosted = [row.organisation for row in scope.members if row.role == Membership.HOST]
    found = {body.ods: body for body in [*scope.bodies, *hosted]}
    return sorted(found.values(), key=lambda body: (body.ods not in scope.own, body.name))


def current_versions(round_code: str) -> QuerySet[AssumptionVersion]:
    rows = AssumptionVersion.objects.filter(round_id=round_code, is_current=True, retired=False)
    return rows.select_related("by").order_by("position")


def assumptions_page(scope: Scope, place: Place, body: Organisation | None) -> dict[str, Any]:
    """The register with the answers of one body, or of all that an ICB reviews. Three queries."""
    code, bodies = place.round.code, answering(scope)
    rows = list(current_versions(code))
    answers = _answers(code, bodies)
    read = readers(code, [row.code for row in rows])
    may = body is not None and scope.may(ASSUME, body.ods)
    listed = [_row(row, read[row.code], answers.get(row.code, {}), bodies, body, may) for row in rows]
    asked = [row for row in listed if row["is_answered_for"]]
    return {
        "groups": _grouped(rows, listed),
        "number": len(rows),
        "bodies": [{"value": one.ods, "text": one.name, "selected": one == body} for one in bodies],
        "body": body,
        "may_confirm": may and any(row["to_confirm"] for row in asked),
        "lead": _lead(body, asked),
        "who": _who(bodies, rows, answers) if scope.kind == BOARD else [],
        "shows_answers": bool(bodies),
        "address": reverse("assumptions", args=[code]),
    }


def assumption_page(
    scope: Scope, place: Place, row: AssumptionVersion, body: Organisation | None, typed: Mapping[str, str]
) -> dict[str, Any]:
    """One assumption: the round's versions, what each body says, and the form of who may answer. Four queries."""
    code, bodies = place.round.code, answering(scope)
    rows = AssumptionVersion.objects.filter(round_id=code, code=row.code).select_related("by")
    versions = list(rows.order_by("-version"))
    said = list(
        StatedAssumption.objects.filter(
            round_id=code, code=row.code, organisation__in=[one.ods for one in bodies]
        )
        .select_related("by", "organisation")
        .order_by("-at", "-pk")
    )
    now = {answer.organisation_id: answer for answer in said if answer.is_current}
    rules = readers(code, [row.code])[row.code]
    mine = now.get(body.ods) if body is not None else None
    return {
        "row": row,
        "title": row.entry["label"],
        "facts": _facts(row, rules),
        "rules": [_rule(code, rule) for rule in rules],
        "answers": [
            {**_answered(one, now.get(one.ods), row), "to_answer": scope.may(ASSUME, one.ods) and one != body}
            for one in bodies
            if may_state(row.entry)
        ],
        "versions": [_version(version) for version in versions],
        "before": [_said(answer, row) for answer in said if not answer.is_current],
        "rejudged": _rejudged(scope, code, row.code),
        "bodies": [{"value": one.ods, "text": one.name, "selected": one == body} for one in bodies],
        "body": body,
        "mine": _said(mine, row) if mine is not None else None,
        "standing": str(mine.pk) if mine is not None else "",
        "may_answer": body is not None and scope.may(ASSUME, body.ods) and may_state(row.entry),
        "may_confirm": mine is None or mine.value is not None or mine.of_version != row.version,
        "field": _field(row, mine, typed),
    }


# --- what is asked of the store ------------------------------------------------------------------------
def _answers(round_code: str, bodies: Sequence[Organisation]) -> dict[str, dict[str, StatedAssumption]]:
    """The answers that hold, by assumption and organisation. One query, none without a body."""
    if not bodies:
        return {}
    rows = StatedAssumption.objects.filter(
        round_id=round_code, organisation__in=[one.ods for one in bodies], is_current=True
    )
    found: dict[str, dict[str, StatedAssumption]] = {}
    for row in rows.select_related("by"):
        found.setdefault(row.code, {})[row.organisation_id] = row
    return found


def _rejudged(scope: Scope, round_code: str, code: str) -> list[dict[str, str]]:
    """The times that a change of it had plans judged again, of those that the asker sees. One query."""
    turns = visible_rejudged(scope).values("rejudgement")
    rows = Rejudgement.objects.filter(round_id=round_code, why=ASSUMPTION, about=code, pk__in=turns)
    return [
        {
            "text": wording.moment(row.asked_at),
            "hint": f"{row.by.name + ': ' if row.by else ''}{row.reason}",
            "address": reverse("rejudgement", args=[round_code, row.pk]),
        }
        for row in rows.select_related("by")[:MOST_REJUDGED]
    ]


# --- in words ------------------------------------------------------------------------------------------
def _grouped(rows: Sequence[AssumptionVersion], listed: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    by_group: dict[str, list[Mapping[str, Any]]] = {}
    for row, shown in zip(rows, listed, strict=True):
        by_group.setdefault(row.entry.get("group", ""), []).append(shown)
    order = [*GROUPS, *(name for name in by_group if name not in GROUPS)]
    return [
        {
            "id": name or "other",
            "title": GROUPS.get(name, "Others"),
            "rows": by_group[name],
            "answered_for": any(row["is_answered_for"] for row in by_group[name]),
            "folded": name in FOLDED,
        }
        for name in order
        if name in by_group
    ]


def _row(
    row: AssumptionVersion,
    rules: Sequence[Rule],
    answers: Answers,
    bodies: Sequence[Organisation],
    body: Organisation | None,
    may: bool,
) -> dict[str, Any]:
    asked = may_state(row.entry) and bool(bodies)
    mine = answers.get(body.ods) if body is not None else None
    return {
        "code": row.code,
        "label": row.entry["label"],
        "value": value_said(row.entry, value_of(row.entry)),
        "owner": row.entry.get("owner", ""),
        "source": row.entry["source"],
        "is_ours": bool(row.entry.get("is_assumption")),
        "since": _since(row),
        "version": row.version,
        "rules": [_rule(row.round_id, rule) for rule in rules],
        "is_answered_for": asked,
        "answer": _standing(mine, row) if body is not None else None,
        "counts": _counts(answers, bodies, row) if body is None else "",
        "unanswered": mine is None,
        "to_confirm": may
        and asked
        and (mine is None or (mine.value is None and mine.of_version != row.version)),
        "address": reverse("assumption", args=[row.round_id, row.code])
        + (f"?organisation={body.ods}" if body is not None else ""),
    }


def _standing(answer: StatedAssumption | None, row: AssumptionVersion) -> dict[str, Any]:
    """A body's answer in a few words: its state, the value where it is another, and why."""
    if answer is None:
        return {"status": Status("Not answered", "grey"), "value": "", "reason": "", "by": ""}
    by = f"{answer.by.name + ', ' if answer.by is not None else ''}{wording.moment(answer.at)}"
    if answer.value is not None:
        said = value_said(row.entry, answer.value)
        return {"status": Status("Own value", "blue"), "value": said, "reason": answer.reason, "by": by}
    if answer.of_version != row.version:
        state = Status("Of an earlier value: confirm again", "orange")
        return {"status": state, "value": "", "reason": "", "by": by}
    return {"status": Status("Confirmed", "green"), "value": "", "reason": "", "by": by}


def _counts(answers: Answers, bodies: Sequence[Organisation], row: AssumptionVersion) -> str:
    """`3 confirmed, 1 with a value of its own, 2 not answered`."""
    states = Counter(_standing(answers.get(one.ods), row)["status"].text for one in bodies)
    words = {
        "Confirmed": "confirmed",
        "Own value": "with a value of their own",
        "Of an earlier value: confirm again": "confirmed an earlier value",
        "Not answered": "not answered",
    }
    return ", ".join(f"{states[state]} {word}" for state, word in words.items() if states[state])


def _answered(body: Organisation, answer: StatedAssumption | None, row: AssumptionVersion) -> dict[str, Any]:
    return {"ods": body.ods, "name": body.name, **_standing(answer, row)}


def _said(answer: StatedAssumption, row: AssumptionVersion) -> dict[str, str]:
    value = "the round’s" if answer.value is None else value_said(row.entry, answer.value)
    who = answer.by.name if answer.by is not None else ""
    return {
        "who": answer.organisation.short_name,
        "value": value,
        "version": str(answer.of_version),
        "reason": answer.reason,
        "by": f"{who}, {wording.moment(answer.at)}",
    }


def _version(row: AssumptionVersion) -> dict[str, str]:
    who = row.by.name if row.by is not None else "Loaded from the round’s file"
    return {
        "version": str(row.version),
        "value": value_said(row.entry, value_of(row.entry)),
        "source": row.entry["source"],
        "since": wording.moment(row.valid_from),
        "who": who,
        "reason": row.reason if row.by is not None else "",
        "now": "Holds now" if row.is_current and not row.retired else "",
    }


def _since(row: AssumptionVersion) -> str:
    who = f", {row.by.name}: {row.reason}" if row.by is not None else ""
    return f"Version {row.version}, {wording.moment(row.valid_from)}{who}"


def _facts(row: AssumptionVersion, rules: Sequence[Rule]) -> list[dict[str, Any]]:
    ours = " (our assumption)" if row.entry.get("is_assumption") else ""
    facts = [
        ("The round’s value", value_said(row.entry, value_of(row.entry))),
        ("Source", row.entry["source"] + ours),
        ("Owner", row.entry.get("owner", "")),
        ("Since", _since(row)),
        ("Plausible", _range(row.entry)),
        (
            "Who answers",
            "Each trust and the ICB" if may_state(row.entry) else "Nobody: one figure holds for all",
        ),
        ("" if rules else "Read by", "No rule: plans are written with it"),
    ]
    return [{"key": {"text": key}, "value": {"text": value}} for key, value in facts if key and value]


def _range(entry: Mapping[str, Any]) -> str:
    if "choices" in entry:
        return wording.names(list(entry["choices"].values()))
    if "low" not in entry or "high" not in entry:
        return ""
    low, high = (value_said(entry, Decimal(str(entry[name]))) for name in ("low", "high"))
    return f"{low} to {high}" if low != high else low


def _rule(round_code: str, rule: Rule) -> dict[str, str]:
    return {"code": rule.code, "title": rule.title, "address": reverse("rule", args=[round_code, rule.code])}


def _field(row: AssumptionVersion, mine: StatedAssumption | None, typed: Mapping[str, str]) -> dict[str, Any]:
    """The field of a value of one's own: as typed, else as it stands."""
    stands = (
        value_shown(row.entry, mine.value.normalize()) if mine is not None and mine.value is not None else ""
    )
    unit = row.entry["unit"]
    return {
        "value": typed.get("value", stands),
        "reason": typed.get("reason", mine.reason if mine is not None else ""),
        "suffix": "%" if unit == RATIO else "" if unit == CHOICE else unit,
        "hint": f"Between {_range(row.entry).replace(' to ', ' and ')}." if _range(row.entry) else "",
        "choices": [{"value": value, "text": text} for value, text in row.entry.get("choices", {}).items()],
    }


def _lead(body: Organisation | None, asked: Sequence[Mapping[str, Any]]) -> str:
    if body is None or not asked:
        return ""
    answered = sum(1 for row in asked if not row["unanswered"])
    return f"{body.name} has answered {answered} of {len(asked)}."


def _who(
    bodies: Sequence[Organisation],
    rows: Sequence[AssumptionVersion],
    answers: Mapping[str, Answers],
) -> list[dict[str, Any]]:
    """How far each body has come, those with most to answer first."""
    asked = [row for row in rows if may_state(row.entry)]
    listed = []
    for one in bodies:
        states = Counter(
            _standing(answers.get(row.code, {}).get(one.ods), row)["status"].text for row in asked
        )
        listed.append(
            {
                "name": one.name,
                "ods": one.ods,
                "confirmed": states["Confirmed"],
                "own": states["Own value"],
                "again": states["Of an earlier value: confirm again"],
                "unanswered": states["Not answered"],
                "address": f"?organisation={one.ods}",
            }
        )
    return sorted(listed, key=lambda row: (-int(str(row["unanswered"])), str(row["name"])))
