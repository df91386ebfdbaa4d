"""What a target's page shows: what it asks, in whose words, its history, and how every plan stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from planning.foundation import wording
from planning.people.access import Scope
from planning.people.roles import REVIEW
from planning.plan.visible import basis_for
from planning.registry.organisations import ICB, TRUST_TYPES
from planning.registry.organisations import KINDS as TYPES
from planning.registry.place import Place
from targets.doubts import doubts_of
from targets.evaluations import NOT_APPLICABLE, Evaluation
from targets.guidance.documents import GuidanceDocument
from targets.guidance.governing import load_entries, with_local_figures
from targets.guidance.target import Target
from targets.local.setting import takes_figure
from targets.queries.bodies import systems_of
from targets.queries.heat_map import known_systems
from targets.queries.history import Record, beside, contradicting, history
from targets.queries.standings import chart, drawn, in_order, standing
from targets.visible import evaluations_of
from targets.wording import LEVELS, asks, issuer, marks, year

EVERY_ROUND = "9999-99"
GROUPS = frozenset({"cancer_alliance", "maternity_system", "primary_care_network"})
ISSUES = {"yes": "yes", "query": "in doubt", "blank": "not said", "tba": "to be agreed"}
SMART = {"s": "Specific", "m": "Measurable", "a": "Achievable", "r": "Relevant", "t": "Timed"}


@dataclass(frozen=True)
class Found:
    """A target of a round, with everything that documents say of it and of its like."""

    target: Target
    record: Record

    @property
    def document(self) -> GuidanceDocument | None:
        code = self.target.source.get("document_code", "")
        return next((row.document for row in self.record.entries if row.document.code == code), None)


def target_of(place: Place, code: str) -> Found | None:
    """The target of that code, whether it governs still or not. Two queries."""
    record = Record(load_entries(EVERY_ROUND), timezone.localdate())
    target = record.found(place.round.code, code)
    if target is None:
        return None
    return Found(with_local_figures(place.round.code, [target])[0], record)


def target_page(scope: Scope, place: Place, found: Found, of: str) -> dict[str, Any]:
    """One target in full; `of` names whose year is drawn. Three queries, and a trust's systems."""
    target, record, code = found.target, found.record, place.round.code
    rows = _evaluations(scope, target, code)
    told_rows = [standing(row, target, code) for row in rows]
    told = history(record, target)
    return {
        "target": target,
        "marks": marks(target),
        "asks": asks(target),
        "quote": target.source.get("quote", ""),
        "stands": _stands(told, target, code),
        "facts": _facts(scope, found),
        "rows": told_rows,
        "unit": _unit(target),
        "has_again": any(row["again"] for row in told_rows),
        **chart(drawn(scope, rows, of), target, code),
        "doubts": [_doubt(row) for row in doubts_of(scope, code, target.code, basis=basis_for(scope))],
        "history": told,
        "beside": beside(record, target, code, systems_of(scope)),
        "contradicting": contradicting(record, target, code),
        "ways": _ways(scope, target, code),
    }


def _evaluations(scope: Scope, target: Target, code: str) -> list[Evaluation]:
    """One query; a second for a target that groups of organisations are asked for."""
    found: list[Evaluation] = []
    for groups in (False, True) if target.levels & GROUPS else (False,):
        rows = evaluations_of(scope, code, basis=basis_for(scope), groups=groups).filter(target=target.code)
        known = rows.exclude(outcome=NOT_APPLICABLE).select_related("organisation", "system", "group")
        found += known.defer("inputs").order_by(
            "organisation__kind", "organisation_id", "system_id", "group_id"
        )
    return in_order(found)


def _stands(told: list[dict[str, Any]], target: Target, code: str) -> str:
    """What to know first of one that does not govern the round: `Superseded by 23-37`."""
    row = next((row for row in told if row["is_this"]), None)
    if row is None or year(code) in row["standing"]:
        return ""
    return f"{row['standing']}."


def _unit(target: Target) -> str:
    """What stands at the head of a table: `, in minutes`, `, per 100,000`."""
    if not target.unit or target.parts:
        return ""
    return f", {target.unit}" if target.unit.startswith("per ") else f", in {target.unit}"


def _doubt(row: Any) -> dict[str, str]:
    name = row.organisation.short_name if row.organisation is not None else ""
    return {"rule": row.rule, "who": name, "said": row.message.partition(": ")[2] or row.message}


def _ways(scope: Scope, target: Target, code: str) -> list[dict[str, str]]:
    """Where the asker may go on from here."""
    found = []
    if target.is_attested:
        found.append({"text": "Answers and evidence", "href": reverse("assurance", args=[code, target.code])})
    if takes_figure(target):
        may = any(scope.may(REVIEW, ods) for ods in scope.systems)
        text = "Set the local share" if may else "See the local share"
        found.append({"text": text, "href": reverse("local_figure", args=[code, target.code])})
    return found


# --- what the guidance says -----------------------------------------------------------------------------
def _facts(scope: Scope, found: Found) -> list[dict[str, Any]]:
    target, document = found.target, found.document
    source = target.source
    asked = asks(target)
    rows = [
        ("Asks for", asked[:1].upper() + asked[1:], ""),
        ("Set for", _set_for(scope, target), ""),
        ("Asked of", _asked_of(target), ""),
        ("Measured as", measured(target), ""),
        ("Exceptions", "; ".join(target.exceptions), ""),
        ("Document", *_document(document, source)),
        ("Published", _published(document), ""),
        ("Section", source.get("section", ""), ""),
        ("Issued by", issuer(target.issued_by), ""),
        ("Marked in its paper", _smart(target.smart), ""),
        ("Note", target.note, ""),
    ]
    return [{"key": key, "value": value, "href": href} for key, value, href in rows if value]


def _document(document: GuidanceDocument | None, source: Mapping[str, str]) -> tuple[str, str]:
    if document is None:
        return source.get("document", ""), ""
    named = f"{document.title}, {_version(document.version)}"
    return named, reverse("guidance_document", args=[document.code])


def _version(version: str) -> str:
    return f"version {version}" if version[:1].isdigit() else version


def _published(document: GuidanceDocument | None) -> str:
    if document is None:
        return ""
    ends = f", until {wording.day(document.valid_to)}" if document.valid_to else ""
    return f"{wording.day(document.published_on)}, holds from {wording.day(document.valid_from)}{ends}"


def _set_for(scope: Scope, target: Target) -> str:
    """The figures of single bodies that the asker may see: `BOB ICB 104.0%`."""
    names = {ods: body.short_name for ods, body in known_systems(scope).items()}
    names |= {row.organisation_id: row.organisation.short_name for row in scope.members}
    names |= {body.ods: body.short_name for body in scope.bodies}
    return "; ".join(
        f"{names[ods]} {wording.figure(value, target.unit)}"
        for ods, value in sorted(target.local.items())
        if ods in names
    )


def _asked_of(target: Target) -> str:
    """`Trusts (acute trust) and systems`, `Systems; trusts are shown it for information`."""
    asked = [_level(level, target) for level in LEVELS if level in target.levels - target.indicator_levels]
    shown = [_level(level, target) for level in LEVELS if level in target.indicator_levels]
    said = [wording.names(asked)] if asked else []
    said += [f"{wording.names(shown)} for information"] if shown else []
    text = "; ".join(said)
    return text[:1].upper() + text[1:]


def _level(level: str, target: Target) -> str:
    """`trusts (acute trust)`, `systems`; an ICB's own return stands among the trusts'."""
    words = LEVELS[level] if level in ("cancer_alliance", "national") else _lower(LEVELS[level])
    kinds = [_lower(name) for code, name in TYPES if code in target.types]
    if level != "trust" or not kinds or target.types >= set(TRUST_TYPES):
        return words
    return "integrated care boards" if target.types == {ICB} else f"{words} ({', '.join(kinds)})"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _smart(given: Mapping[str, str]) -> str:
    return "; ".join(f"{SMART[mark]}: {ISSUES[given[mark]]}" for mark in SMART if mark in given)


def measured(target: Target) -> str:
    """What is measured, in lines, as text: `E.M.13N ÷ E.M.13D`."""
    if target.is_attested:
        return "The answer of its lead, with evidence"
    if target.parts:
        return "; ".join(f"{part['title']}: {_formula(part['measure'])}" for part in target.parts)
    return _formula(target.measure)


def _formula(measure: Mapping[str, Any]) -> str:
    if "numerator" in measure:
        text = f"{_sum(measure['numerator'])} ÷ {_sum(measure['denominator'])}"
        if measure.get("per"):
            text = f"{text} × {measure['per']:,}"
        if measure.get("inverted"):
            text = f"100% − {text}"
        return f"{text}, signs left aside" if measure.get("absolute") else text
    if "mean" in measure:
        return f"{measure['mean']}, weighted by {measure['weight']}"
    less = measure.get("less") or ()
    taken = [less] if isinstance(less, str) else less
    return _sum(measure.get("line", "")) + "".join(f" − {code}" for code in taken)


def _sum(value: Any) -> str:
    """`A + B`, `A − B`; of several in a ratio with brackets."""
    codes = [value] if isinstance(value, str) else list(value)
    text = " + ".join(codes).replace("+ -", "− ")
    return f"({text})" if len(codes) > 1 else text
