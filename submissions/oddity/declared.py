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
class Declared:
    """`agree_within` is a share of the outturn; `weights` by type of organisation and line; `rules` and `presence`
    by rule: what each sets side by side."""

    agree_within: Fraction
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
        fraction(document["agree_within"]),
        weights,
        frozenset(document["by_working_day"]),
        document["rules"],
        document["presence"],
    )
