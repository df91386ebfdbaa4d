"""What the change report shows: two documents or rounds compared, and what the change does to plans in hand."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from planning.foundation import wording
from planning.people.access import NATIONAL, TRUST, Scope
from planning.plan.visible import basis_for
from planning.registry.organisations import Membership
from targets.evaluations import NOT_APPLICABLE
from targets.guidance.comparison import NOT_KNOWN, ROLLED, UNCHANGED, WORDS, Change, compare, counted
from targets.guidance.documents import DRAFT, PUBLISHED, GuidanceDocument
from targets.guidance.standing import Stated, named, stated_by, stated_in, year
from targets.guidance.strictness import brief, by_when
from targets.guidance.target import Target
from targets.guidance.trials import GuidanceTrial
from targets.guidance.trying_out import WORDS as BECAME
from targets.guidance.trying_out import InHand, digest, plans_in_hand, seen_by
from targets.queries.documents import changes_address
from targets.wording import OUTCOMES, asks

QUIET = frozenset({UNCHANGED, NOT_KNOWN, ROLLED})  # what a reader of changes need not read


class NoSuchSide(LookupError):
    """The address names neither a document nor a round."""


@dataclass(frozen=True)
class Compared:
    """The two sides that were asked for, with what there is to choose from."""

    documents: Sequence[GuidanceDocument]
    before: Stated | None
    after: Stated | None

    @property
    def are_documents(self) -> bool:
        return bool(
            self.before is not None
            and self.after is not None
            and self.before.document
            and self.after.document
        )


def compared(asked: Mapping[str, str], documents: Sequence[GuidanceDocument], on: date) -> Compared:
    """The sides named `from` and `to`, none where either is missing or both are one. At most two queries.
    Raises NoSuchSide."""
    codes = [asked.get("from", ""), asked.get("to", "")]
    rounds = {document.round_id for document in documents}
    by_code = {document.code: document for document in documents}
    for code in codes:
        if code and code not in rounds and code not in by_code:
            raise NoSuchSide(f"There is no document or round {code}.")
    if not all(codes) or codes[0] == codes[1]:
        return Compared(documents, None, None)
    found = stated_by([by_code[code] for code in codes if code in by_code], on)
    found |= stated_in(sorted(rounds & set(codes)), on)
    return Compared(documents, found[codes[0]], found[codes[1]])


# --- the report ----------------------------------------------------------------------------------------
def choices(documents: Sequence[GuidanceDocument], chosen: str) -> list[dict[str, Any]]:
    """What there is to choose from: a round as a whole, or one of its documents; oldest first."""
    rounds = sorted({document.round_id for document in documents})
    return [
        {
            "title": year(code),
            "options": [
                {"value": code, "text": f"All that governs {year(code)}", "selected": chosen == code},
                *(
                    {"value": document.code, "text": named(document), "selected": chosen == document.code}
                    for document in documents
                    if document.round_id == code
                ),
            ],
        }
        for code in rounds
    ]


def suggestions(documents: Sequence[GuidanceDocument]) -> list[dict[str, str]]:
    """Pairs worth a look: one version after another, one year's national guidance after another's and before what
    is drafted, one round after another."""
    found = []
    for _, versions in itertools.groupby(_by_series(documents), key=lambda one: one.series):
        found += [_suggested(*pair) for pair in itertools.pairwise(versions)]
    found += [_suggested(*pair) for pair in _year_on_year(documents)]
    rounds = sorted({document.round_id for document in documents})
    for one, other in itertools.pairwise(rounds):
        address = f"{reverse('guidance_changes')}?{urlencode({'from': one, 'to': other})}"
        found.append({"text": f"All that governs {year(one)}, then {year(other)}", "address": address})
    return found


def _suggested(before: GuidanceDocument, after: GuidanceDocument) -> dict[str, str]:
    return {"text": f"{named(before)}, then {named(after)}", "address": changes_address(before, after)}


def _year_on_year(
    documents: Sequence[GuidanceDocument],
) -> list[tuple[GuidanceDocument, GuidanceDocument]]:
    """The last national document of each round beside the next round's, and beside its drafts."""
    last: dict[str, GuidanceDocument] = {}
    for document in sorted(documents, key=lambda one: one.valid_from):
        if document.standing == PUBLISHED:
            last[document.round_id] = document
    found = list(itertools.pairwise(last[code] for code in sorted(last)))
    for draft in documents:
        before = [code for code in sorted(last) if code < draft.round_id]
        if draft.standing == DRAFT and before:
            found.append((last[before[-1]], draft))
    return found


def _by_series(documents: Sequence[GuidanceDocument]) -> list[GuidanceDocument]:
    return sorted(documents, key=lambda one: (one.series, one.valid_from))


def report(before: Stated, after: Stated) -> dict[str, Any]:
    """Every change by area with before and after in words; what did not change apart."""
    changes = compare(before.side, after.side)
    loud = [change for change in changes if set(change.ways) - QUIET]
    quiet = [change for change in changes if not set(change.ways) - QUIET]
    return {
        "counts": [{"text": WORDS[way], "number": number} for way, number in counted(changes).items()],
        "areas": _by_area(loud, before, after),
        "quiet": [_quiet_row(change, before, after) for change in quiet],
        "number": len(loud),
        "whole": len(changes),
        "in_part": [side.name for side in (before, after) if side.in_part],
    }


def _by_area(changes: Sequence[Change], before: Stated, after: Stated) -> list[dict[str, Any]]:
    areas: dict[str, list[dict[str, Any]]] = {}
    for change in changes:
        areas.setdefault(change.target.area, []).append(_row(change, before, after))
    return [{"name": name, "rows": rows} for name, rows in areas.items()]


def _row(change: Change, before: Stated, after: Stated) -> dict[str, Any]:
    return {
        "title": change.target.title,
        "before": _side(change.before, before),
        "after": _side(change.after, after),
        "words": change.words,
        "sentence": change.sentence,
        "is_known": NOT_KNOWN not in change.ways,
    }


def _side(target: Target | None, stated: Stated) -> dict[str, Any] | None:
    if target is None:
        return None
    at = target.carried_from or stated.round
    return {
        "code": target.code,
        "asks": asks(target),
        "quote": target.source.get("quote", ""),
        "address": reverse("target", args=[at, target.code]),
    }


def _quiet_row(change: Change, before: Stated, after: Stated) -> dict[str, Any]:
    target = change.target
    stated = after if change.after is not None else before
    side = _side(target, stated)
    return {
        "code": target.code,
        "address": side["address"] if side else "",
        "title": target.title,
        "asks": f"{brief(target)} {by_when(target)}",
        "words": change.words,
    }


# --- on the plans in hand ------------------------------------------------------------------------------
def systems_of(scope: Scope) -> dict[str, str]:
    """The systems on whose plans the asker may have a change tried out, with their names: its own, for a trust
    the one that it belongs to. One query for a trust."""
    rows: Iterable[Membership] = scope.members
    if scope.kind == TRUST:
        hosts = Membership.objects.filter(organisation_id__in=scope.own, role=Membership.HOST)
        rows = hosts.select_related("system")
    found = {row.system_id: row.system for row in rows}
    return {code: system.system_name or system.short_name for code, system in found.items()}


def in_hand(scope: Scope, rounds: Sequence[str], systems: Iterable[str]) -> list[InHand]:
    """The plans of some systems that the asker sees results of: for NHS England those that were accepted. One
    query."""
    return plans_in_hand(rounds, systems, [basis_for(scope)]) if systems else []


def chosen_of(hands: Sequence[InHand], asked: Mapping[str, str]) -> InHand | None:
    """The plans asked for by `plans` (a round) and `system`, else the first."""
    fits = (
        hand
        for hand in hands
        if asked.get("plans") in (None, "", hand.round) and asked.get("system") in (None, "", hand.system)
    )
    return next(fits, None)


def tried(scope: Scope, both: Compared, asked: Mapping[str, str]) -> dict[str, Any]:
    """The try-out of the two documents on plans in hand: which there are, how far it is, what came of it. At most
    three queries."""
    before, after = both.before, both.after
    if before is None or after is None or not both.are_documents:
        return {"can": False, "why": "Choose two documents to see who newly misses and who newly meets."}
    systems = systems_of(scope)
    hands = in_hand(scope, sorted({before.round, after.round}), systems)
    hand = chosen_of(hands, asked)
    if hand is None:
        return {"can": False, "why": _no_plans(scope)}
    trial = GuidanceTrial.objects.filter(
        system_id=hand.system, before_id=before.code, after_id=after.code, digest=digest(hand, before, after)
    ).first()
    return {
        "can": True,
        "hand": hand,
        "about": f"{systems[hand.system]}, plans of {year(hand.round)}{_basis(scope)}",
        "others": [
            {
                "text": f"{systems[other.system]}, plans of {year(other.round)}",
                "address": f"{address_of(before, after, other)}#tried",
            }
            for other in hands
            if other != hand
        ],
        "state": trial.state if trial is not None else "",
        "error": trial.error if trial is not None else "",
        "finished": wording.moment(trial.finished_at) if trial is not None else "",
        "address": address_of(before, after, hand),
        "kinds": _kinds(scope, trial) if trial is not None else [],
    }


def address_of(before: Stated, after: Stated, hand: InHand) -> str:
    asked = {"from": before.code, "to": after.code, "plans": hand.round, "system": hand.system}
    return f"{reverse('guidance_changes')}?{urlencode(asked)}"


def _basis(scope: Scope) -> str:
    return " as accepted" if scope.kind == NATIONAL else ""


def _no_plans(scope: Scope) -> str:
    if scope.kind == NATIONAL:
        return "No system's plans of these rounds have been accepted, so there is nothing to try them out on."
    return "No plans of these rounds are in hand, so there is nothing to try them out on."


def _kinds(scope: Scope, trial: GuidanceTrial) -> list[dict[str, Any]]:
    """Who newly misses, who newly meets and so on, each with its rows; the first two also where nobody does."""
    rows = seen_by(trial.rows, scope.own if scope.kind == TRUST else None)
    by_kind = [(kind, words, [row for row in rows if row["kind"] == kind]) for kind, words in BECAME.items()]
    return [
        {"kind": kind, "words": words, "rows": [_became(row) for row in found]}
        for at, (kind, words, found) in enumerate(by_kind)
        if found or at < 2
    ]


def _became(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "who": row["name"],
        "title": row["title"],
        "codes": f"{row['was']} to {row['target']}"
        if row["was"] not in ("", row["target"])
        else row["target"],
        "before": _outcome(row["before"]),
        "after": _outcome(row["after"]),
    }


def _outcome(figures: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """`✕ Not met`, with the plan and what it is held against; None where it is not asked."""
    if figures is None or figures["outcome"] == NOT_APPLICABLE:
        return None
    unit = figures["unit"]
    against = f"{_figure(figures['planned'], unit)} against {_figure(figures['threshold'], unit)}"
    return {
        "said": OUTCOMES[figures["outcome"]],
        "figures": against if figures["planned"] is not None and figures["threshold"] is not None else "",
        "gap": wording.figure(abs(figures["gap_units"]), figures["gap_unit"]) if figures["gap_units"] else "",
        "why": figures["why"] if figures["planned"] is None else "",
    }


def _figure(value: float | None, unit: str) -> str:
    return wording.figure(value, unit)
