"""How a rule came to be as it is: its versions with who and why, and who was judged again for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import NoReverseMatch, reverse

from planning.foundation.wording import moment, names
from planning.people.access import BOARD, NOBODY, Scope
from planning.plan.rejudgements import RULE, Rejudgement
from planning.plan.rulebook import RuleVersion
from submissions.queries.rule_entries import is_edited

FIELDS = {
    "title": "what must hold",
    "formula": "the formula",
    "comparisons": "what is compared",
    "tolerance": "the tolerance",
    "limits": "the limits",
    "severity": "the severity",
    "needs_acceptance": "whether the ICB accepts the reason",
    "trial": "whether it is on trial",
    "returns": "the returns",
    "types": "whose plans",
    "levels": "the levels",
    "missing": "what a missing figure means",
    "instruction": "what to do",
    "why": "why it matters",
    "source": "the source",
    "reads": "the assumptions that it reads",
}


def versions_of(round_code: str, code: str) -> list[RuleVersion]:
    """Every version of a rule, the newest first, each with the id of the rejudgement that it asked for (`again`);
    one query."""
    asked = Rejudgement.objects.filter(
        round_id=OuterRef("round_id"), why=RULE, about=OuterRef("code"), asked_at__gte=OuterRef("valid_from")
    )
    rows = RuleVersion.objects.filter(round_id=round_code, code=code).select_related("round", "by")
    again = Subquery(asked.order_by("asked_at").values("pk")[:1])
    return list(rows.annotate(again=again).order_by("-version"))


def history(scope: Scope, versions: Sequence[RuleVersion]) -> list[dict[str, Any]]:
    """Its versions, the newest first: who, when, why, what changed, and who was judged again for it."""
    rows = []
    for at, one in enumerate(versions):
        before = versions[at + 1] if at + 1 < len(versions) else None
        again = getattr(one, "again", None) if is_edited(one) and scope.kind in (BOARD, NOBODY) else None
        rows.append(
            {
                "version": one.version,
                "by": one.by.name if one.by else "The project's files" if one.loaded_digest else "",
                "at": moment(one.valid_from),
                "reason": one.reason if one.by else "",
                "changed": _changed(before, one),
                "rejudgement": address_of("rejudgement", one.round_id, again) if again else "",
            }
        )
    return rows


def _changed(before: RuleVersion | None, after: RuleVersion) -> str:
    """`Changed the tolerance and the source`, `Retired`."""
    if before is None:
        return "First version"
    moved = {
        name for name in {*before.entry, *after.entry} if before.entry.get(name) != after.entry.get(name)
    }
    fields = [said for name, said in FIELDS.items() if name in moved]
    fields += ["how it is judged"] if moved - FIELDS.keys() else []
    said = [f"Changed {names(fields)}"] if fields else []
    if before.retired != after.retired:
        said.append("Retired" if after.retired else "Brought back")
    return "; ".join(said) or "No word changed"


def address_of(name: str, *args: Any) -> str:
    """The address of a page, nothing where this installation has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
