"""Objectives of one set that cannot both mean something: they leave nothing, or one swallows the other."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from targets.guidance.strictness import DIRECTION, UP, Bar, bars_of, brief, deadline, measures_of, rank
from targets.guidance.target import Target


@dataclass(frozen=True)
class Contradiction:
    """Two objectives of one set that cannot both mean something."""

    first: Target
    second: Target
    sentence: str


def contradictions(targets: Sequence[Target]) -> list[Contradiction]:
    """Of one document's targets each pair on the same metric that leaves nothing, or of which one swallows the
    other, with both codes."""
    pairs = itertools.combinations([target for target in targets if bars_of(target)], 2)
    found = ((one, other, _contradiction(one, other)) for one, other in pairs if one.metric == other.metric)
    return [Contradiction(one, other, sentence) for one, other, sentence in found if sentence]


def _contradiction(one: Target, other: Target) -> str:
    mine, theirs = bars_of(one), bars_of(other)
    if len(mine) != 1 or len(theirs) != 1 or not _measure_alike(one, other):
        return ""
    first, second = mine[0], theirs[0]
    if not (_is_number(first) and _is_number(second)) or (first.unit, first.of) != (second.unit, second.of):
        return ""
    if first.way != second.way:
        return _leaves_nothing(one, other, first, second)
    return _swallows(one, other)


def _measure_alike(one: Target, other: Target) -> bool:
    return measures_of(one) == measures_of(other) and one.types == other.types


def _is_number(bar: Bar) -> bool:
    return bar.firmness != DIRECTION and bar.value is not None and not isinstance(bar.value, str)


def _swallows(one: Target, other: Target) -> str:
    """The stricter of two, due no later, leaves the laxer nothing to ask."""
    order = rank(one, other)
    if order is None:
        return ""
    if order == 0:
        return f"{one.code} and {other.code} ask the same twice." if _windows(one) == _windows(other) else ""
    strict, lax = (one, other) if order > 0 else (other, one)
    if deadline(strict) > deadline(lax):
        return ""
    return f"{strict.code} asks {brief(strict)}, so that {brief(lax)} of {lax.code} asks nothing more."


def _leaves_nothing(one: Target, other: Target, first: Bar, second: Bar) -> str:
    low, high = (first, second) if first.way == UP else (second, first)
    if low.value is None or high.value is None or isinstance(low.value, str) or isinstance(high.value, str):
        return ""
    open_ended = low.is_strict or high.is_strict
    if (
        _windows(one) != _windows(other)
        or low.value < high.value
        or (low.value == high.value and not open_ended)
    ):
        return ""
    return f"{one.code} and {other.code} cannot both be met: {brief(one)} and {brief(other)} leave nothing."


def _windows(target: Target) -> tuple[str, str, str]:
    return target.effect["kind"], target.effect["from"], deadline(target)
