"""What one document, or all that governs one round, asks on a day: one side of a comparison."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from planning.registry.periods import YEAR, codes
from targets.guidance.comparison import Side
from targets.guidance.documents import GuidanceDocument
from targets.guidance.governing import (
    Entry,
    entries_of_documents,
    for_system,
    governing,
    load_entries,
    local_figures,
    of_document,
)
from targets.guidance.target import Target


@dataclass(frozen=True)
class Stated:
    """The targets of a document or a round, with the figures set for single bodies."""

    code: str  # of the document, or of the round
    round: str
    name: str
    targets: Sequence[Target]
    document: GuidanceDocument | None = None  # None of a round

    @property
    def in_part(self) -> bool:
        return self.document is not None and self.document.in_part

    @property
    def side(self) -> Side:
        return Side(self.targets, self.in_part, self.name)

    def for_system(self, system: str) -> Side:
        """What is asked of one system: local targets of others left out."""
        return replace(self.side, targets=for_system(self.targets, system))


def stated_by(documents: Sequence[GuidanceDocument], day: date) -> dict[str, Stated]:
    """What some documents set, by their codes; two queries."""
    entries = entries_of_documents(document.code for document in documents)
    figures = local_figures(document.round_id for document in documents)
    return {
        document.code: Stated(
            document.code,
            document.round_id,
            named(document),
            _with(figures[document.round_id], of_document(entries, document.code, day)),
            document,
        )
        for document in documents
    }


def stated_in(rounds: Iterable[str], day: date) -> dict[str, Stated]:
    """What governs some rounds, by their codes; one query."""
    wanted = list(rounds)
    entries = load_entries(max(wanted)) if wanted else []
    return {code: Stated(code, code, year(code), _governing(entries, code, day)) for code in wanted}


def _governing(entries: Sequence[Entry], round_code: str, day: date) -> list[Target]:
    return governing([entry for entry in entries if entry.round <= round_code], round_code, day)


def _with(figures: dict[str, dict[str, float]], targets: Sequence[Target]) -> list[Target]:
    return [replace(target, local=figures.get(target.code, {})) for target in targets]


def named(document: GuidanceDocument) -> str:
    """`2023/24 priorities and operational planning guidance, version 1.1`."""
    version = document.version
    return f"{document.title}, {f'version {version}' if version[:1].isdigit() else version}"


def year(round_code: str) -> str:
    return codes(round_code)[YEAR]
