"""What is indexed and how near is agreed, as `submissions/data/odd_one_out.yaml` declares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from planning.plan.exact import fraction

FILE = Path(__file__).resolve().parent.parent / "data" / "odd_one_out.yaml"


@dataclass(frozen=True)
class Allowed:
    """How far apart two indices may be and agree, as shares of the outturn."""

    within: Fraction
    ahead: Fraction  # of staff and pay, for activity
    behind: Fraction

    @property
    def text(self) -> str:
        within, ahead, behind = (
            f"{float(share * 100):g}" for share in (self.within, self.ahead, self.behind)
        )
        return (
            f"Staff and pay agree within {within} points; activity may run up to {ahead} points ahead of them or "
            f"{behind} behind"
        )


@dataclass(frozen=True)
class Declared:
    """`weights` by type of organisation and line; `rules` and `presence` by rule: what each sets side by side."""

    allowed: Allowed
    weights: Mapping[str, Mapping[str, Fraction]]
    by_working_day: frozenset[str]
    rules: Mapping[str, Mapping[str, Mapping[str, Any]]]
    presence: Mapping[str, list[Mapping[str, Any]]]


@lru_cache
def declared() -> Declared:
    document = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    weights = {
        kind: {line: fraction(weight) for line, weight in lines.items()}
        for kind, lines in document["weights"].items()
    }
    return Declared(
        Allowed(
            *(fraction(document[name]) for name in ("agree_within", "activity_ahead", "activity_behind"))
        ),
        weights,
        frozenset(document["by_working_day"]),
        document["rules"],
        document["presence"],
    )
