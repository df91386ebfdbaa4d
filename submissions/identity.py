"""What a return says about itself: round, organisation, return, template version, and a digest over them.

Written on the workbook's very hidden sheet, read back from every upload. No secret is in it: a file that
another program saved, or one made on another machine, is as good as ours. Imports neither Django nor a
workbook library, so that the reader's child can use it too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planning.registry.lines import Line

SHEET = "_identity"
KEYS = ("round", "organisation", "return", "template_version", "digest")
Layout = Sequence[tuple[str, str, str]]  # (sheet, line code, unit), in the order of the workbook


@dataclass(frozen=True)
class Identity:
    """One workbook's identity; `digest` is that of the other four and the layout."""

    round: str
    organisation: str
    return_kind: str
    template_version: str
    digest: str = ""

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Key and value, as the sheet holds them."""
        values = (
            self.round,
            self.organisation,
            self.return_kind,
            self.template_version,
            self.digest,
        )
        return tuple(zip(KEYS, values, strict=True))

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[object, object]]) -> Identity | None:
        """What a sheet's two columns say; None where a key is missing or empty, so not a return of ours."""
        found: Mapping[str, str] = {
            str(key).strip(): str(value).strip() for key, value in rows if value is not None
        }
        if not all(found.get(key) for key in KEYS):
            return None
        return cls(*(found[key] for key in KEYS))


def layout_of(lines: Iterable[Line]) -> Layout:
    """(sheet, line code, unit) of every line, in order: what the digest covers beside the identity."""
    return [(line.sheet, line.code, line.unit) for line in lines]


def template_version(lines: Iterable[Line]) -> str:
    """Twelve hex digits that change when an answer would mean something else: a line more or fewer,
    another unit, sign, formula or requirement. A reworded label or definition leaves it as it was."""
    meaning = [
        (
            line.code,
            line.sheet,
            line.unit,
            line.measure_type,
            line.sign,
            line.over_time,
            line.weight,
            line.required,
            line.baseline,
            line.outturn,
            line.formula,
            line.formula_icb,
            line.formula_scope,
        )
        for line in lines
    ]
    return _digest(meaning)[:12]


def identity_digest(identity: Identity, layout: Layout) -> str:
    """SHA-256 over the identity (its own digest left out) and the layout. The reader makes it again from the
    identity it found and the layout it expects: another result means that the identity was altered."""
    named = [list(row) for row in identity.rows()[:-1]]
    return _digest([named, [list(row) for row in layout]])


def _digest(thing: object) -> str:
    return hashlib.sha256(json.dumps(thing, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
