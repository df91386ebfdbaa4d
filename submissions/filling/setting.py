"""Whose returns are being filled, in which year, and towards what: what every part is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from submissions.filling.aims import Aims
from submissions.filling.profiles import Dice, Year

# People who live in a system, roughly; another system is taken to be of a million.
_PEOPLE = {"QU9": 1_800_000, "QT6": 580_000}


@dataclass(frozen=True)
class Setting:
    """One organisation. `scale` is 1 for an acute trust of 13,500 WTE; `boards` are the ICBs that it has rows
    for, its host's first, and `trusts` an ICB's members or a trust's neighbours."""

    seed: int
    ods: str
    kind: str
    scale: float
    year: Year
    aims: Aims
    rates: Mapping[str, Decimal]  # the round's parameters
    boards: tuple[str, ...] = ()
    trusts: tuple[str, ...] = ()

    def dice(self, part: str) -> Dice:
        """Chance for one part of the return, so that a change of one part leaves the others as they were."""
        return Dice(self.seed, self.ods, part)

    def rate(self, code: str) -> float:
        """A parameter of the round. Raises KeyError where it has none."""
        return float(self.rates[code])

    @property
    def people(self) -> int:
        """How many an ICB plans for."""
        return _PEOPLE.get(self.ods, 1_000_000)
