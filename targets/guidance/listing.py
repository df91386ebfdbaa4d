"""Every target of a round, those that govern and those that do not: drafts, and what was superseded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils import timezone

from targets.guidance.documents import DRAFT, SUPERSEDED
from targets.guidance.governing import Entry, governing, load_entries
from targets.guidance.target import Target


def listed(round_code: str) -> list[Target]:
    """Each code of the round once, and those carried over into it; one query."""
    entries = load_entries(round_code)
    own = [entry for entry in entries if entry.round == round_code]
    return all_of(own, governing(entries, round_code, timezone.localdate()))


def all_of(own: Sequence[Entry], stands: Sequence[Target]) -> list[Target]:
    """What governs, and the round's codes that do not: drafts, and what another target took the place of."""
    known = {target.code for target in stands}
    others = once(entry for entry in marked(own, stands) if entry.target.code not in known)
    return [*stands, *others]


def marked(own: Iterable[Entry], stands: Sequence[Target]) -> list[Entry]:
    """The entries with how they stand: one that does not govern, and is no draft, is superseded."""
    governs = {(target.code, target.source["document_code"], target.version) for target in stands}
    return [
        entry
        if entry.document.standing == DRAFT
        or (entry.target.code, entry.document.code, entry.target.version) in governs
        else replace(entry, target=replace(entry.target, status=SUPERSEDED))
        for entry in own
    ]


def once(entries: Iterable[Entry]) -> list[Target]:
    """Of each code the last, in the order of the documents."""
    return list({entry.target.code: entry.target for entry in entries}.values())
