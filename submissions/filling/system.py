"""The returns of some organisations, filled: each trust from the seed and its code, each ICB from its trusts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from planning.registry import periods
from planning.registry.lines import Line, Lines
from planning.registry.organisations import ACUTE, ICB, MENTAL_HEALTH
from planning.registry.rounds import RETURNS
from submissions.filling import activity, money, posts, staff
from submissions.filling.aims import aims_of
from submissions.filling.equity import breakdowns
from submissions.filling.profiles import Dice, Row, Rows, Year
from submissions.filling.setting import Setting
from submissions.filling.size import size_of
from submissions.filling.unmodelled import plausible
from submissions.layout.places import is_entered
from submissions.layout.totals import Figure

ReturnKey = tuple[str, str]  # ODS code, return
Families = Mapping[str, tuple[str, ...]]  # family of partners -> their codes


class Named(Protocol):
    """Whose returns are filled: `submissions.returns.Body`, or anything with a code and a type."""

    @property
    def ods(self) -> str: ...
    @property
    def kind(self) -> str: ...


def fill_system(
    seed: int, round_code: str, members: Sequence[Named], lines: Lines, parameters: Mapping[str, Decimal]
) -> dict[ReturnKey, dict[str, Row]]:
    """Entered figures, fifteen a line, by (organisation, return). Members with `families` (see `Body`) have
    rows for these partners; others are taken to be one system. Reads the round's pay_award, price, erf_rate,
    arrs_rate and working_days.*. Raises ValueError where an ICB's partner trust is not among the members, KeyError
    for a parameter or a round that is not known."""
    year = Year.of(round_code, parameters)
    families = {member.ods: _families(member, members) for member in members}
    settings = {
        member.ods: _setting(seed, member, round_code, year, parameters, families[member.ods])
        for member in members
    }
    made: dict[str, Rows] = {
        ods: _trust(setting, families[ods]) for ods, setting in settings.items() if setting.kind != ICB
    }
    made |= {ods: _board(setting, made) for ods, setting in settings.items() if setting.kind == ICB}
    return {
        (member.ods, name): _entered(
            seed, member, lines.of_return(name, member.kind, families[member.ods]), made[member.ods]
        )
        for member in members
        for name in RETURNS
    }


def _families(member: Named, members: Iterable[Named]) -> Families:
    given = getattr(member, "families", None)
    if given is not None:
        return dict(given)
    others = [other for other in members if other.ods != member.ods]
    trusts = tuple(other.ods for other in others if other.kind != ICB)
    by_type = {
        kind: tuple(other.ods for other in others if other.kind == kind)
        for kind in {other.kind for other in others} - {ICB}
    }
    boards = () if member.kind == ICB else tuple(other.ods for other in others if other.kind == ICB)
    return {"icb": boards, "trust": trusts, **by_type}


def _setting(
    seed: int,
    member: Named,
    round_code: str,
    year: Year,
    parameters: Mapping[str, Decimal],
    families: Families,
) -> Setting:
    boards, trusts = families.get("icb", ()), families.get("trust", ())
    aims = aims_of(round_code, boards or (member.ods,))
    scale = 0.0 if member.kind == ICB else size_of(seed, member.ods, member.kind).scale
    return Setting(seed, member.ods, member.kind, scale, year, aims, parameters, boards, trusts)


def _trust(setting: Setting, families: Families) -> Rows:
    size = size_of(setting.seed, setting.ods, setting.kind)
    people = staff.staff_of(setting.dice("staff"), setting.kind, size, setting.rate("pay_award"))
    of_type = {ACUTE: activity.acute, MENTAL_HEALTH: activity.mental_health_and_community}
    rows = of_type.get(setting.kind, activity.ambulance)(setting)
    rows |= staff.workforce(people) | posts.trust(setting, people, rows)
    return rows | money.trust(setting, people, rows, families)


def _board(setting: Setting, made: Mapping[str, Rows]) -> Rows:
    missing = [trust for trust in setting.trusts if trust not in made]
    if missing:
        raise ValueError(
            f"{setting.ods} pays {', '.join(missing)}, so its return cannot be filled without theirs."
        )
    paid = {trust: made[trust][f"F.INC.ICB@{setting.ods}"] for trust in setting.trusts}
    rows = activity.board(setting, setting.trusts, made) | posts.board(setting)
    return rows | money.board(setting, paid, rows["W.ARRS"])


def _entered(seed: int, member: Named, lines: Sequence[Line], rows: Rows) -> dict[str, Row]:
    """The cells that people fill; a line that nothing here knows gets a plausible answer of its own."""
    rows = breakdowns(seed, member.ods, lines, rows) | rows
    entered: dict[str, Row] = {}
    for line in lines:
        taken = [is_entered(line, member.kind, place) for place in range(periods.COUNT)]
        if not any(taken):
            continue
        if line.code not in rows:
            rows[line.code] = plausible(Dice(seed, member.ods, line.code), line, rows)
        entered[line.code] = [
            _fitting(line, figure) if takes else None
            for figure, takes in zip(rows[line.code], taken, strict=True)
        ]
    return entered


def _fitting(line: Line, figure: Figure) -> Figure:
    """With the line's decimals and no more."""
    if not isinstance(figure, int | float):
        return figure
    return (round(figure, line.decimals) or 0.0) if line.decimals else round(figure)
