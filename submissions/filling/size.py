"""How big an organisation is: settled by its code, moved a little by the seed."""

from __future__ import annotations

from dataclasses import dataclass

from planning.registry.organisations import ACUTE, AMBULANCE, MENTAL_HEALTH
from submissions.filling.profiles import Dice

# WTE of a middling trust of the type, and how far from it one may be
_STAFF = {ACUTE: (9_500.0, 0.45), MENTAL_HEALTH: (5_000.0, 0.3), AMBULANCE: (5_500.0, 0.25)}


@dataclass(frozen=True)
class Size:
    """A trust's scale. `scale` is 1 for an acute trust of 13,500 WTE and some £1.2 billion of income."""

    wte: float
    scale: float


def size_of(seed: int, ods: str, kind: str) -> Size:
    middle, spread = _STAFF[kind]
    wte = Dice("people-44", ods).about(middle, spread) * Dice("size", seed, ods).between(0.98, 1.02)
    return Size(wte, wte / 13_500)
