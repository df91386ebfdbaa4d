"""The dice and the shapes over a year that synthetic figures are made of. A row is fifteen figures: baseline,
outturn, twelve months, and the year, which is left to the workbook unless the line is annual."""

from __future__ import annotations

import calendar
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from planning.registry import periods
from submissions.layout.totals import Figure

Row = list[Figure]
Rows = dict[str, Row]
MONTH_COUNT = 12


class Dice:
    """Seeded chance: the same seed, organisation and topic give the same throws on every machine."""

    def __init__(self, *seeds: object) -> None:
        self._random = random.Random(":".join(str(seed) for seed in seeds))  # noqa: S311 - figures, not secrets

    def between(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)

    def about(self, value: float, share: float) -> float:
        """The value, up to that share more or less."""
        return value * self.between(1 - share, 1 + share)

    def wobbles(self, share: float) -> list[float]:
        """Twelve factors near 1."""
        return [self.between(1 - share, 1 + share) for _ in range(MONTH_COUNT)]


@dataclass(frozen=True)
class Year:
    """A round's twelve months: their working days (a parameter of the round) and calendar days."""

    working_days: tuple[float, ...]
    days: tuple[float, ...]

    @classmethod
    def of(cls, round_code: str, parameters: Mapping[str, Decimal]) -> Year:
        """Raises KeyError where the round gives no working days."""
        months = periods.codes(round_code)[periods.MONTHS]
        dates = [(int(code[:4]), int(code[5:])) for code in months]
        working = tuple(float(parameters[f"working_days.{code}"]) for code in months)
        return cls(working, tuple(float(calendar.monthrange(*date)[1]) for date in dates))


def row(baseline: Figure, outturn: Figure, months: Sequence[Figure]) -> Row:
    return [baseline, outturn, *months, None]


def annual(value: Figure, outturn: Figure = None, baseline: Figure = None) -> Row:
    """A line with one figure a year, which stands in the plan column."""
    return [baseline, outturn, *[None] * MONTH_COUNT, value]


def flow(dice: Dice, total: float, days: Sequence[float], wobble: float = 0.03) -> list[int]:
    """A year's total as whole months that follow the days, a little uneven. Adds up to the rounded total."""
    weights = [day * factor for day, factor in zip(days, dice.wobbles(wobble), strict=True)]
    wanted = [total * weight / sum(weights) for weight in weights]
    months = [int(value) for value in wanted]
    by_remainder = sorted(range(MONTH_COUNT), key=lambda at: months[at] - wanted[at])
    for at in by_remainder[: round(total) - sum(months)]:
        months[at] += 1
    return months


def path(dice: Dice, start: float, end: float, wobble: float = 0.0) -> list[float]:
    """Twelve values on the way from the month before to the last month, which is hit exactly."""
    steps = [start + (end - start) * (at + 1) / MONTH_COUNT for at in range(MONTH_COUNT)]
    uneven = [value * factor for value, factor in zip(steps[:-1], dice.wobbles(wobble), strict=False)]
    return [*uneven, end]


def falling(dice: Dice, start: int, end: int) -> list[int]:
    """Whole numbers from below `start` down to `end`, never rising."""
    months = [round(value) for value in path(dice, start, end, 0.02)]
    for at, (before, _) in enumerate(pairwise([start, *months])):
        months[at] = max(end, min(before if at == 0 else months[at - 1], months[at]))
    return months


def share(of: Sequence[int], shares: Sequence[float]) -> list[int]:
    """Parts of whole numbers, whole themselves, never above them."""
    return [min(whole, round(whole * part)) for whole, part in zip(of, shares, strict=True)]


def part(whole: Row, lately: float, shares: Sequence[float], before: float | None = None) -> Row:
    """A whole-numbered part of another line: its share of the outturn, of each month and of 2019/20."""
    outturn, *months = counts(whole)
    baseline = None if before is None else round(count(whole[periods.BASELINE]) * before)
    return row(baseline, min(outturn, round(outturn * lately)), share(months, shares))


def grown(
    dice: Dice,
    size: float,
    growth: float,
    days: Sequence[float],
    multiple: float | None = None,
    wobble: float = 0.03,
) -> Row:
    """A flow that grows on last year's `size`, and is that multiple of 2019/20 where it is given."""
    outturn = round(size)
    months = flow(dice, outturn * (1 + growth), days, wobble)
    return row(None if multiple is None else round(sum(months) / multiple), outturn, months)


def stock(dice: Dice, size: float, change: float, before: float | None = None) -> Row:
    """A whole number at each month's end that changes by that share over the year."""
    outturn = round(size)
    months = [round(value) for value in path(dice, outturn, outturn * (1 + change), 0.003)]
    return row(None if before is None else round(outturn * before), outturn, months)


def together(*rows: Row) -> Row:
    """Whole-numbered rows added up, 2019/20 and outturn too."""
    return [
        *(sum(count(figure) for figure in column) for column in zip(*(r[:14] for r in rows), strict=True)),
        None,
    ]


def known(figures: Sequence[Figure]) -> list[float]:
    """The outturn and the twelve months of a row that has them: thirteen figures."""
    return [float(figure) if isinstance(figure, int | float) else 0.0 for figure in figures[1:14]]


def counts(figures: Sequence[Figure]) -> list[int]:
    """The same of whole numbers."""
    return [int(figure) for figure in known(figures)]


def count(figure: Figure) -> int:
    """One whole number, 0 for what is none."""
    return int(figure) if isinstance(figure, int | float) else 0


def tenths(values: Sequence[float]) -> list[float]:
    return [round(value, 1) for value in values]


def added(rows: Sequence[Sequence[float]]) -> list[float]:
    """Month by month sums of rows in tenths."""
    return [round(sum(column), 1) for column in zip(*rows, strict=True)]
