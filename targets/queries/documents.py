"""What the pages of guidance show: every document with how it stands on a day, and one in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count
from django.urls import reverse

from planning.foundation import wording
from targets.guidance.contradictions import contradictions
from targets.guidance.documents import (
    DRAFT,
    EXPECTED,
    LOCAL,
    PUBLISHED,
    AssuranceVersion,
    GuidanceDocument,
    TargetVersion,
)
from targets.guidance.governing import load_entries, nationals, of_document
from targets.guidance.locality import NO_NATIONAL, SAME, Standing, adoption, standings
from targets.guidance.standing import named, year
from targets.guidance.target import Target
from targets.wording import asks, marks

NOTES = {
    "slip": "Slips in the document, shown as printed",
    "change": "What it says of its own changes",
    "provenance": "Where this comes from",
}
COLOURS = {"Governs": "green", "Local": "blue", "Draft": "grey", "Expected": "grey"}


# --- all documents -------------------------------------------------------------------------------------
def load_documents() -> list[GuidanceDocument]:
    """Every document of every round with its issuer, the latest round first; one query."""
    rows = GuidanceDocument.objects.filter(retired=False).select_related("issued_by")
    return list(rows.order_by("-round_id", "position", "valid_from", "code"))


def documents_page(on: date) -> dict[str, Any]:
    """The documents by round, each with its standing on a day, its counts and its notes. Three queries."""
    documents = load_documents()
    targets, assurances = _numbers(TargetVersion), _numbers(AssuranceVersion)
    rounds: dict[str, list[dict[str, Any]]] = {}
    for document in documents:
        numbers = targets.get(document.code, 0), assurances.get(document.code, 0)
        rounds.setdefault(document.round_id, []).append(_listed(document, documents, on, numbers))
    return {
        "rounds": [{"code": code, "year": year(code), "rows": rows} for code, rows in rounds.items()],
        "slips": [
            {"document": named(document), "address": address_of(document), "text": note["text"]}
            for document in documents
            for note in document.notes
            if note["kind"] == "slip"
        ],
        "on": on,
    }


def _numbers(model: type[TargetVersion | AssuranceVersion]) -> dict[str, int]:
    """Document -> how many entries of it stand; one query."""
    rows = model._default_manager.filter(is_current=True, retired=False).order_by()
    return dict(rows.values_list("document_id").annotate(number=Count("pk")))


def _listed(
    document: GuidanceDocument, all_of_them: Sequence[GuidanceDocument], on: date, numbers: tuple[int, int]
) -> dict[str, Any]:
    word, said = standing_of(document, all_of_them, on)
    return {
        "title": named(document),
        "address": address_of(document),
        "issuer": document.issued_by.short_name,
        "published": wording.day(document.published_on),
        "standing": {"text": word, "colour": COLOURS.get(word, "white")},
        "said": said,
        "targets": numbers[0],
        "assurances": numbers[1],
        "in_part": document.in_part,
        "notes": len(document.notes),
    }


def address_of(document: GuidanceDocument) -> str:
    return reverse("guidance_document", args=[document.code])


def standing_of(document: GuidanceDocument, others: Iterable[GuidanceDocument], on: date) -> tuple[str, str]:
    """How a document stands on a day, as a word and a sentence."""
    if document.standing == DRAFT:
        return "Draft", "It governs nothing."
    if on < document.valid_from:
        return "Not yet", f"It holds from {wording.day(document.valid_from)}."
    if document.valid_to is not None and on >= document.valid_to:
        return "Ended", f"It held until {wording.day(document.valid_to)}."
    later = _next_version(document, others)
    if later is not None and later.valid_from <= on:
        return "Superseded", f"By version {later.version} from {wording.day(later.valid_from)}."
    return {
        PUBLISHED: ("Governs", f"Since {wording.day(document.valid_from)}."),
        EXPECTED: ("Expected", "For information; what is published takes its place."),
        LOCAL: ("Local", "Beside the national targets, never instead."),
    }[document.standing]


def _next_version(document: GuidanceDocument, others: Iterable[GuidanceDocument]) -> GuidanceDocument | None:
    """The version that follows, of the same document."""
    after = [
        other
        for other in others
        if (other.series, other.standing) == (document.series, document.standing)
        and other.valid_from > document.valid_from
    ]
    return min(after, key=lambda other: other.valid_from, default=None)


# --- one document --------------------------------------------------------------------------------------
def document_page(document: GuidanceDocument, on: date) -> dict[str, Any]:
    """What one document sets, by area; its notes; how what is local in it stands to what is national. Three
    queries."""
    entries = load_entries(document.round_id)
    targets = of_document(entries, document.code, on)
    beside = nationals(entries, document.round_id, on)
    stands = standings(targets, beside)
    others = list(GuidanceDocument.objects.filter(series=document.series, retired=False))
    actions = AssuranceVersion.objects.filter(document=document, is_current=True, retired=False).count()
    word, said = standing_of(document, others, on)
    mine = [target for code, target in beside if code == document.round_id]
    return {
        "title": named(document),
        "facts": _facts(document, f"{word}. {said}", len(targets), actions),
        "areas": _areas(document, targets, stands),
        "number": len(targets),
        "assurances": reverse("assurances", args=[document.round_id]) if actions else "",
        "notes": _notes(document),
        "slips": [_slip(document, target) for target in targets if target.slip],
        "contradictions": [
            {"codes": f"{found.first.code} and {found.second.code}", "sentence": found.sentence}
            for found in contradictions(targets)
        ],
        "warnings": sum(row.is_weaker for row in stands),
        "is_local": bool(stands),
        "adoption": _adopted(document, stands, mine) if document.standing == LOCAL else [],
        "versions": _versions(document, others),
    }


def _facts(document: GuidanceDocument, standing: str, targets: int, actions: int) -> list[dict[str, Any]]:
    rows = [
        ("Issued by", document.issued_by.name),
        ("Published", wording.day(document.published_on)),
        ("Standing", standing),
        ("Targets", f"{targets}; only part of the document is known" if document.in_part else str(targets)),
        ("Key actions and plans", str(actions) if actions else ""),
    ]
    return [{"key": {"text": key}, "value": {"text": value}} for key, value in rows if value]


def _areas(
    document: GuidanceDocument, targets: Sequence[Target], stands: Sequence[Standing]
) -> list[dict[str, Any]]:
    beside = {row.local.code: row for row in stands}
    areas: dict[str, list[dict[str, Any]]] = {}
    for target in targets:
        areas.setdefault(target.area, []).append(_row(document, target, beside.get(target.code)))
    return [{"name": name, "rows": rows} for name, rows in areas.items()]


def _row(document: GuidanceDocument, target: Target, beside: Standing | None) -> dict[str, Any]:
    return {
        "code": target.code,
        "title": target.title,
        "asks": asks(target),
        "quote": target.source.get("quote", ""),
        "section": target.source.get("section", ""),
        "address": reverse("target", args=[document.round_id, target.code]),
        "marks": [mark for mark in marks(target) if mark["text"] not in ("Local", "Draft", "Expected")],
        "beside": _beside(beside) if beside is not None else None,
    }


def _beside(row: Standing) -> dict[str, Any]:
    """How it stands to the national target, in a word with its shape and a sentence."""
    if row.national is None:
        return {"word": row.words, "shape": "", "sentence": "", "code": "", "colour": "", "is_alone": True}
    shape = "!" if row.is_weaker else "="
    return {
        "word": row.words,
        "shape": shape if row.is_weaker or set(row.differences) == {SAME} else "",
        "sentence": row.sentence,
        "code": f"{row.national.code}, {year(row.round)}",
        "address": reverse("target", args=[row.round, row.national.code]),
        "is_weaker": row.is_weaker,
        "is_alone": NO_NATIONAL in row.differences,
    }


def _notes(document: GuidanceDocument) -> list[dict[str, Any]]:
    by_kind = [
        (words, [note["text"] for note in document.notes if note["kind"] == kind])
        for kind, words in NOTES.items()
    ]
    return [{"title": words, "texts": texts} for words, texts in by_kind if texts]


def _slip(document: GuidanceDocument, target: Target) -> dict[str, str]:
    address = reverse("target", args=[document.round_id, target.code])
    return {"code": target.code, "title": target.title, "text": target.slip, "address": address}


def _adopted(
    document: GuidanceDocument, stands: Sequence[Standing], national: Sequence[Target]
) -> list[dict[str, Any]]:
    """What the paper does with the national targets of its round: restates, changes, leaves out."""
    found = adoption(document.adopts, stands, national)
    known = {target.code: target for target in national}
    rows: list[tuple[str, tuple[str, ...]]] = [
        ("Restated as they are", found.same),
        ("Restated otherwise", found.otherwise),
        ("Left out", found.omitted),
        ("Not spoken of", found.unmentioned),
    ]
    return [
        {"words": words, "number": len(codes), "targets": _named(document.round_id, codes, known)}
        for words, codes in rows
        if codes
    ]


def _named(round_code: str, codes: Sequence[str], known: Mapping[str, Target]) -> list[dict[str, str]]:
    return [
        {
            "code": code,
            "title": known[code].title if code in known else "",
            "address": reverse("target", args=[round_code, code]),
        }
        for code in codes
    ]


def _versions(document: GuidanceDocument, others: Sequence[GuidanceDocument]) -> list[dict[str, str]]:
    """The other versions of the same document, each with what changed."""
    return [
        {
            "name": named(other),
            "address": address_of(other),
            "changes": changes_address(*sorted((document, other), key=lambda one: one.valid_from)),
        }
        for other in sorted(others, key=lambda one: one.valid_from)
        if other.code != document.code
    ]


def changes_address(before: GuidanceDocument, after: GuidanceDocument) -> str:
    return f"{reverse('guidance_changes')}?from={before.code}&to={after.code}"
