"""The returns of some organisations, filled: each trust from the seed and its code, each ICB from its trusts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from planning.registry import periods
from planning.registry.lines import Line, Lines
from planning.registry.organisations import ACUTE, ICB, MENTAL_HEALTH
from planning.registry.rounds import RETURNS
from submissions.filling import activity, money, staff
from submissions.filling.profiles import Dice, Row, Rows, Year
from submissions.filling.size import size_of
from submissions.filling.unmodelled import plausible
from submissions.layout.places import INPUT, kind_of_cell

ReturnKey = tuple[str, str]  # ODS code, return


class Named(Protocol):
    """Whose returns are filled: `submissions.returns.Body`, or anything with a code and a type."""

    @property
    def ods(self) -> str: ...
    @property
    def kind(self) -> str: ...


def fill_system(
    seed: int, round_code: str, members: Sequence[Named], lines: Lines, parameters: Mapping[str, Decimal]
) -> dict[ReturnKey, dict[str, Row]]:
    """Entered figures, fifteen a line, by (organisation, return). Members with `partners` (see `Body`) have rows
    for these; others are taken to be one system. Reads the parameters pay_award and working_days.*. Raises
    ValueError where an ICB's partner trust is not among the members, KeyError for a parameter that is missing."""
    year = Year.of(round_code, parameters)
    award = float(parameters["pay_award"])
    partners = {member.ods: _partners(member, members) for member in members}
    made: dict[str, Rows] = {
        member.ods: _trust(seed, member, partners[member.ods], year, award)
        for member in members
        if member.kind != ICB
    }
    for member in members:
        if member.kind == ICB:
            made[member.ods] = _board(seed, member.ods, partners[member.ods], year, made)
    return {
        (member.ods, name): _entered(
            seed, member, _lines_of(lines, name, member, partners[member.ods]), made[member.ods]
        )
        for member in members
        for name in RETURNS
    }


def _partners(member: Named, members: Iterable[Named]) -> tuple[str, ...]:
    given = getattr(member, "partners", None)
    if given is not None:
        return tuple(given)
    return tuple(other.ods for other in members if (other.kind == ICB) != (member.kind == ICB))


def _lines_of(lines: Lines, name: str, member: Named, partners: Sequence[str]) -> list[Line]:
    return lines.of_return(name, member.kind, {"trust" if member.kind == ICB else "icb": partners})


def _trust(seed: int, member: Named, boards: Sequence[str], year: Year, award: float) -> Rows:
    size = size_of(seed, member.ods, member.kind)
    people = staff.staff_of(Dice(seed, member.ods, "staff"), member.kind, size, award)
    of_type = {ACUTE: activity.acute, MENTAL_HEALTH: activity.mental_health}.get(
        member.kind, activity.ambulance
    )
    rows = of_type(Dice(seed, member.ods, "activity"), year, size.scale)
    rows |= staff.workforce(people)
    return rows | money.trust(Dice(seed, member.ods, "money"), member.kind, people, boards)


def _board(seed: int, ods: str, trusts: Sequence[str], year: Year, made: Mapping[str, Rows]) -> Rows:
    missing = [trust for trust in trusts if trust not in made]
    if missing:
        raise ValueError(f"{ods} pays {', '.join(missing)}, so its return cannot be filled without theirs.")
    paid = {trust: made[trust][f"F.INC.ICB@{ods}"] for trust in trusts}
    rows = activity.board(Dice(seed, ods, "activity"), year) | staff.board_workforce(Dice(seed, ods, "staff"))
    return rows | money.board(Dice(seed, ods, "money"), trusts, paid)


def _entered(seed: int, member: Named, lines: Sequence[Line], rows: Rows) -> dict[str, Row]:
    """The cells that people fill; a line that nothing here knows gets a plausible answer of its own."""
    catalogue = {line.code: line for line in lines}
    entered: dict[str, Row] = {}
    for line in lines:
        kinds = [kind_of_cell(line, member.kind, place, catalogue) for place in range(periods.COUNT)]
        if INPUT not in kinds:
            continue
        known = (
            rows[line.code] if line.code in rows else plausible(Dice(seed, member.ods, line.code), line, rows)
        )
        rows[line.code] = known
        entered[line.code] = [
            figure if kind == INPUT else None for figure, kind in zip(known, kinds, strict=True)
        ]
    return entered
