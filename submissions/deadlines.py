"""Deadlines as they hold for one organisation: the stage's own, or a later one that its ICB granted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from planning.registry.rounds import Stage
from submissions.extensions import GRANTED, Extension


@dataclass(frozen=True)
class Deadlines:
    """The deadlines of a round for some organisations, with what was granted them."""

    granted: tuple[Extension, ...] = ()

    def extension(self, stage: Stage, ods: str, return_kind: str) -> Extension | None:
        """The extension that holds for a return at a stage: the latest granted, None without one that lies
        after the stage's deadline."""
        found = [row for row in self.granted if row.is_for(stage.code, ods, return_kind)]
        found = [row for row in found if row.until is not None and row.until > stage.due_at]
        return max(found, key=lambda row: row.until or stage.due_at, default=None)

    def due(self, stage: Stage, ods: str, return_kind: str) -> datetime:
        """By when a return is to be received, UTC."""
        extension = self.extension(stage, ods, return_kind)
        return extension.until if extension is not None and extension.until is not None else stage.due_at

    def is_late(self, stage: Stage, ods: str, return_kind: str, received_at: datetime) -> bool:
        """Whether something received then was late; the time of receipt counts, not that of checking."""
        return received_at > self.due(stage, ods, return_kind)


def deadlines_of(round_code: str, odses: Iterable[str]) -> Deadlines:
    """What holds for some organisations in a round, one query."""
    rows = Extension.objects.filter(round_id=round_code, organisation_id__in=list(odses), state=GRANTED)
    return Deadlines(tuple(rows.select_related("decided_by")))
