"""Published actuals: what an organisation really did in a year or month, by line. They pre-fill the outturn and
2019/20 columns of a blank return, and T37 holds the outturn against them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from django.db import models

from planning.registry import periods
from planning.registry.lines import Line
from planning.registry.organisations import Organisation, Succession


class Actual(models.Model):
    """One published figure. `organisation` is the code it was published under, perhaps of a predecessor that
    is no organisation here; a line's code means what it means in `round`."""

    round = models.ForeignKey("planning.Round", models.CASCADE, related_name="+")
    organisation = models.CharField("ODS code", max_length=10)
    line = models.CharField(max_length=60)
    period = models.CharField(max_length=10)  # 2019/20, 2022/23, 2023-04
    value = models.BigIntegerField()  # ten-thousandths of the line's unit
    source = models.CharField(max_length=300)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "organisation", "line", "period"], name="actual_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.line} {self.period}"


@dataclass(frozen=True)
class Published:
    """A published figure, exact, and where it was published."""

    figure: int  # ten-thousandths of the line's unit
    source: str


Key = tuple[str, int]  # line, place of the period


def published_of(
    organisation: Organisation,
    round_code: str,
    lines: Iterable[Line],
    successions: Iterable[Succession] | None = None,
) -> dict[Key, Published]:
    """The published figures of an organisation in some lines of a round, by line and place of the period.

    For a period that was over before the organisation took others over, theirs count too: added to its own where
    it kept its code, else in place of what it does not have. A predecessor that published nothing is not 0: the
    figure is then left out. So is what cannot be added up, such as a centile, or a mean whose weights are not
    known. Two queries, one where every succession is given.
    """
    rows = Succession.objects.filter(successor=organisation.ods) if successions is None else successions
    before = [row for row in rows if row.successor == organisation.ods]
    book = _Book.of([organisation.ods, *(row.predecessor for row in before)], round_code)
    found: dict[Key, Published] = {}
    for line in lines:
        for place, code in enumerate(periods.codes(round_code)):
            earlier = [row for row in before if periods.last_day(code) < row.since]
            figure = _of_all(book, line, place, organisation.ods, earlier)
            if figure is not None:
                found[line.code, place] = figure
    return found


@dataclass(frozen=True)
class _Book:
    """What some bodies published: (body, line, place of the period) -> figure."""

    figures: Mapping[tuple[str, str, int], Published]

    @classmethod
    def of(cls, bodies: Sequence[str], round_code: str) -> _Book:
        places = {code: place for place, code in enumerate(periods.codes(round_code))}
        rows = Actual.objects.filter(round_id=round_code, organisation__in=bodies, period__in=places)
        return cls(
            {
                (row.organisation, row.line, places[row.period]): Published(row.value, row.source)
                for row in rows
            }
        )

    def get(self, ods: str, code: str, place: int) -> Published | None:
        return self.figures.get((ods, code, place))


def _of_all(book: _Book, line: Line, place: int, ods: str, earlier: Sequence[Succession]) -> Published | None:
    """One figure of an organisation and of those who were apart from it then."""
    own = book.get(ods, line.code, place)
    if not earlier or (own is not None and not any(row.kept_code for row in earlier)):
        return own
    bodies = [*([ods] if own is not None else []), *(row.predecessor for row in earlier)]
    parts = [book.get(body, line.code, place) for body in bodies]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    figure = _together(book, line, place, bodies, known)
    return (
        None if figure is None else Published(figure, "; ".join(dict.fromkeys(part.source for part in known)))
    )


def _together(
    book: _Book, line: Line, place: int, bodies: Sequence[str], parts: Sequence[Published]
) -> int | None:
    """Added up over bodies as the line adds up over organisations; None where it does not."""
    if line.over_organisations == "sum":
        return sum(part.figure for part in parts)
    weights = [book.get(body, line.weight, place) for body in bodies]
    known = [weight.figure for weight in weights if weight is not None]
    if line.over_organisations != "wmean" or len(known) < len(weights) or sum(known) <= 0:
        return None
    products = sum(part.figure * weight for part, weight in zip(parts, known, strict=True))
    return round(Fraction(products, sum(known)))
