"""A target across documents and rounds: what came before and after it, and what is set locally beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from planning.foundation import wording
from targets.guidance.contradictions import contradictions
from targets.guidance.documents import DRAFT, EXPECTED
from targets.guidance.governing import Entry, governing, nationals
from targets.guidance.locality import standings
from targets.guidance.target import Target
from targets.wording import asks, is_local, issuer, year

Key = tuple[str, str, int]  # a code, its document's, its version


@dataclass(frozen=True)
class Record:
    """Every version of every document's targets, and which of them governs which rounds on a day."""

    entries: Sequence[Entry]
    day: date

    @property
    def rounds(self) -> list[str]:
        return sorted({entry.round for entry in self.entries})

    def until(self, round_code: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.round <= round_code]

    def governs(self, round_code: str) -> list[Target]:
        return governing(self.until(round_code), round_code, self.day)

    def found(self, round_code: str, code: str) -> Target | None:
        """The target of that code in a round: the one that governs, else the last that some document had."""
        governs = next((target for target in self.governs(round_code) if target.code == code), None)
        named = [row for row in self.entries if (row.round, row.target.code) == (round_code, code)]
        named.sort(key=lambda row: (row.document.valid_from, row.target.version))
        return governs or (named[-1].target if named else None)

    def governed(self) -> dict[Key, list[str]]:
        """Of each version the rounds that it governs."""
        found: dict[Key, list[str]] = {}
        for code in self.rounds:
            for target in self.governs(code):
                found.setdefault(_key(target), []).append(code)
        return found


def _key(target: Target) -> Key:
    return target.code, target.source.get("document_code", ""), target.version


def history(record: Record, target: Target) -> list[dict[str, Any]]:
    """The versions of its code and the national targets of its metric, the earliest first."""
    governed = record.governed()
    rows = [entry for entry in record.entries if _belongs(entry.target, target)]
    rows.sort(key=lambda row: (row.round, row.document.valid_from, row.target.version))
    return [_told(record, row, governed, _key(row.target) == _key(target)) for row in rows]


def _belongs(other: Target, target: Target) -> bool:
    """The same code, what it replaces or is replaced by, or the same measure of the same issuer's."""
    if other.code == target.code or other.code in target.supersedes or target.code in other.supersedes:
        return True
    return other.metric == target.metric and other.systems == target.systems


def _told(record: Record, row: Entry, governed: dict[Key, list[str]], is_this: bool) -> dict[str, Any]:
    target, document = row.target, row.document
    return {
        "round": year(row.round),
        "code": target.code,
        "address": "" if is_this else reverse("target", args=[row.round, target.code]),
        "document": f"{document.title}, {_version(document.version)}",
        "document_address": reverse("guidance_document", args=[document.code]),
        "edited": f"edited, version {target.version}" if target.version > 1 else "",
        "asks": asks(target),
        "starts": _day(row.effective_from or document.valid_from),
        "standing": how_it_stands(
            record.entries, target, row.document.standing, governed.get(_key(target), [])
        ),
        "is_this": is_this,
    }


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _version(version: str) -> str:
    return f"version {version}" if version[:1].isdigit() else version


def how_it_stands(entries: Iterable[Entry], target: Target, standing: str, rounds: Sequence[str]) -> str:
    """`Governs 2022/23 and 2023/24`, `Superseded by 23-37`, `Draft: it governs nothing`."""
    if DRAFT in (standing, target.status):
        return "Draft: it governs nothing"
    if rounds:
        governs = f"overns {wording.names([year(code) for code in rounds])}"
        return (
            f"Expected: g{governs} for information"
            if EXPECTED in (standing, target.status)
            else f"G{governs}"
        )
    if any(_edits(row.target, target) for row in entries):
        return "Replaced when it was edited"
    by = [row.target.code for row in entries if _supersedes(row, target)]
    if by:
        return f"Superseded by {wording.names(list(dict.fromkeys(by)))}"
    return "Replaced by a later version" if _has_others(entries, target) else "It governs nothing now"


def _edits(other: Target, target: Target) -> bool:
    return _key(other)[:2] == _key(target)[:2] and other.version > target.version


def _supersedes(row: Entry, target: Target) -> bool:
    return target.code in row.target.supersedes and row.document.standing != DRAFT


def _has_others(entries: Iterable[Entry], target: Target) -> bool:
    mine = [row for row in entries if row.target.code == target.code]
    return len({_key(row.target) for row in mine}) > 1


# --- local beside national ------------------------------------------------------------------------------
def beside(record: Record, target: Target, code: str, mine: frozenset[str]) -> list[dict[str, Any]]:
    """Of a national target the local ones of its metric in the asker's systems; of a local one its own standing to
    the national. Each with one sentence for every difference."""
    governs = record.governs(code)
    local = [row for row in governs if row.systems & mine and row.metric == target.metric]
    if is_local(target):
        local = [target]
    found = standings(local, nationals(record.until(code), code, record.day))
    return [
        {
            "code": row.local.code,
            "title": row.local.title,
            "issuer": issuer(row.local.issued_by),
            "address": reverse("target", args=[code, row.local.code])
            if row.local.code != target.code
            else "",
            "asks": asks(row.local),
            "words": row.words,
            "sentence": row.sentence,
            "is_weaker": row.is_weaker,
            "national": _national(row.national, row.round, target.code),
        }
        for row in found
        if is_local(target) or row.national is None or row.national.code == target.code
    ]


def _national(target: Target | None, round_code: str, besides: str) -> dict[str, str]:
    if target is None or target.code == besides:
        return {}
    return {
        "text": f"{target.code}, {target.title}",
        "address": reverse("target", args=[round_code, target.code]),
        "asks": asks(target),
    }


def contradicting(record: Record, target: Target, code: str) -> list[str]:
    """Where its own document's objectives on the same measure cannot both mean something."""
    document = target.source.get("document_code", "")
    alike = [
        row
        for row in record.governs(code)
        if row.metric == target.metric and row.source.get("document_code", "") == document
    ]
    return [row.sentence for row in contradictions(alike) if target.code in (row.first.code, row.second.code)]
