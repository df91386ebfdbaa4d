"""One way to close a gap: a line, by how much, and in which words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from planning.foundation import wording
from planning.registry.periods import month_label

# What a change moves: all that its kind of line does; everything but pay, which is planned already; pay alone, of one
# month or of the year; beds alone, since the staff are there; nothing, since the other return has it already; or others
# take the places of those who go.
ALL, PAID, PAY, PAY_OF_A_MONTH, BEDS, NOTHING, REPLACED = (
    "",
    "paid",
    "pay",
    "pay_of_a_month",
    "beds",
    "nothing",
    "replaced",
)


@dataclass(frozen=True)
class Option:
    """A change of one entered line of the plan. `amount` is in the line's unit with the line's own sign: less of a
    cost is more than nothing, since expenditure is negative. `planned` is what the line has, to rank by."""

    head: str  # Fewer agency staff
    line: str
    label: str
    amount: Fraction
    unit: str
    planned: Fraction | None = None
    return_kind: str = ""
    also: tuple[tuple[str, Fraction], ...] = ()  # the lines that have to move with it, or it closes nothing
    moves: str = ""  # what of the usual effects it has, see below
    months: tuple[str, str] = ("", "")  # the first and the last period that change; "" is the whole year

    @property
    def what(self) -> str:
        """`Fewer agency staff: 12.3 WTE less of “Agency: nurses” (W.AGY.RN)`."""
        size = f"{size_of(self.amount, self.unit)} {self.way}"
        return f"{self.head}: {size} on “{self.label}” ({self.line}){self._when}"

    @property
    def _when(self) -> str:
        first, last = (month_label(period) if period else "" for period in self.months)
        if not first:
            return ""
        return f" in {first}" if first == last else f" from {first} to {last}"

    @property
    def way(self) -> str:
        is_cost = self.unit == "£000" and self.planned is not None and self.planned < 0
        if (self.amount < 0) == is_cost:
            return "more"
        return "less" if self.unit == "£000" else "fewer"

    @property
    def share(self) -> Fraction | None:
        """How large the change is against what is planned; None where nothing is."""
        return abs(self.amount / self.planned) if self.planned else None

    def is_possible(self) -> bool:
        """Whether the line has as much as would be taken off it."""
        if self.planned is None or not self.amount:
            return bool(self.amount)
        return (self.planned + self.amount) * self.planned >= 0 or self.amount * self.planned > 0

    def as_kept(self) -> dict[str, Any]:
        """{what, return, line, amount, unit, also, moves, knock_on, why}, the last two still empty; `from` and `to`
        too where only some months change."""
        first, last = self.months
        return {
            "what": self.what,
            "return": self.return_kind,
            "line": self.line,
            "amount": float(_out(self.amount, self.unit)),
            "unit": self.unit,
            "also": [{"line": line, "amount": float(_out(amount, "£000"))} for line, amount in self.also],
            "moves": self.moves,
            "knock_on": [],
            "why": "",
            **({"from": first, "to": last} if first else {}),
        }


def ranked(options: Sequence[Option]) -> list[Option]:
    """The smallest change against what its line has first; those that a line cannot bear are left out."""
    able = [option for option in options if option.is_possible()]
    return sorted(able, key=lambda option: (option.share is None, option.share or Fraction(0), option.line))


def size_of(amount: Fraction, unit: str) -> str:
    """`12.3 WTE`, `£840,000`, `1,204 attendances`; never a sign. Rounded away from zero, so that it closes."""
    size = abs(amount)
    if unit == "£000":
        return wording.pounds(size)
    places = 1 if unit == "WTE" else 0
    return f"{wording.signed(_up(size, places), places)} {unit}".strip()


def _out(amount: Fraction, unit: str) -> Fraction:
    """Away from zero to what such a line counts in, so that it closes: people whole, WTE and £000 to a tenth."""
    size = _up(abs(amount), 1 if unit in ("WTE", "£000") else 0)
    return size if amount > 0 else -size


def _up(size: Fraction, places: int) -> Fraction:
    steps = size * 10**places
    return Fraction(-(-steps.numerator // steps.denominator), 10**places)
