"""Presence: T07, money for bank or agency staff and the staff themselves stand in the same months."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from planning.plan.array import NOT_APPLICABLE, Plan
from planning.plan.exact import SCALE
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, in_order, judges, months_of, number, pounds, subject
from planning.registry import periods

KINDS = {"BNK": "bank", "AGY": "agency"}


@dataclass(frozen=True)
class Presence:
    """Whether one thing is there each month: bool [organisation, month], known where it can be told."""

    codes: tuple[str, ...]
    words: str
    there: np.ndarray
    known: np.ndarray
    total: np.ndarray


@judges("T07")
def money_and_staff_stand_in_the_same_months(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """Each month `F.PAY.k > 0` iff `F.WTE.k > 0` iff `sum W.k.g > 0`, for bank and agency; by staff group
    where the pay of the group is given. A month with a blank among the three is passed over."""
    yield from in_order(
        breach for kind in KINDS for presences in _sets(plan, kind) for breach in _breaches(plan, presences)
    )


def _sets(plan: Plan, kind: str) -> Iterator[list[Presence]]:
    words, groups = KINDS[kind], plan.groups(f"W.{kind}.")
    yield [
        _presence(plan, [f"F.PAY.{kind}"], f"{words} pay"),
        _presence(plan, [f"F.WTE.{kind}"], f"{words} staff in the finance return"),
        _presence(plan, groups, f"{words} staff in the workforce return"),
    ]
    for group in (code.removeprefix(f"W.{kind}.") for code in groups):
        if f"F.PAY.{kind}.{group}" in plan.place:
            yield [
                _presence(plan, [f"F.PAY.{kind}.{group}"], f"{words} pay of {group}"),
                _presence(plan, [f"W.{kind}.{group}"], f"{words} staff of {group} in the workforce return"),
            ]


def _presence(plan: Plan, codes: list[str], words: str) -> Presence:
    """The sum of lines each month; n/a lines count as nothing beside one that is known."""
    shape = (len(plan.members), 12)
    total, some, every = np.zeros(shape, np.int64), np.zeros(shape, bool), np.ones(shape, bool)
    for code in codes:
        known = plan.known(code)[:, periods.MONTHS]
        total += np.where(known, np.abs(plan.exact(code)[:, periods.MONTHS]), 0)
        some |= known
        every &= known | _not_applicable(plan, code)
    return Presence(tuple(codes), words, total > 0, some & every, total)


def _not_applicable(plan: Plan, code: str) -> np.ndarray:
    at = plan.place.get(code)
    if at is None:
        return np.zeros((len(plan.members), 12), bool)
    return plan.states[:, at, periods.MONTHS] == NOT_APPLICABLE


def _breaches(plan: Plan, presences: list[Presence]) -> Iterator[Breach]:
    known = np.logical_and.reduce([presence.known for presence in presences])
    there = np.stack([presence.there for presence in presences])
    broken = known & there.any(axis=0) & ~there.all(axis=0)
    for o in range(len(plan.members)):
        months = np.flatnonzero(broken[o])
        if months.size:
            yield _breach(plan, o, presences, [int(month) for month in months])


def _breach(plan: Plan, o: int, presences: list[Presence], months: list[int]) -> Breach:
    month = months[0]
    place = periods.APRIL + month
    money, staff = presences[0], presences[-1]
    unit = "£000" if money.there[o, month] else "WTE"
    shown = [f"{presence.words} {_amount(presence, o, month)}" for presence in presences]
    most = max(int(presence.total[o, month]) for presence in presences) / SCALE
    more = f" So do {len(months) - 1} more of its months." if len(months) > 1 else ""
    return Breach(
        organisation=subject(plan.members[o]),
        line=money.codes[0],
        period=plan.periods[place],
        actual=int(money.total[o, month]) / SCALE,
        expected=None,
        gap=most,
        unit=unit,
        message=(
            f"{periods.month_label(plan.periods[place])} has {_listed(shown)}; where there is one there should be "
            f"the other{'s' if len(presences) > 2 else ''}.{more}"
        ),
        inputs=tuple(
            (code, periods.APRIL + each)
            for each in months
            for presence in presences
            for code in presence.codes
        ),
        size=1.0,
        closes_with=_closes_with(presences, o, month),
        numbers="; ".join(shown),
        months=months_of(plan, o, money.codes[0]),
        expected_months=tuple(int(figure) / SCALE for figure in staff.total[o])
        if staff.known[o].all()
        else (),
    )


def _amount(presence: Presence, o: int, month: int) -> str:
    figure = int(presence.total[o, month])
    return pounds(figure) if presence.codes[0].startswith("F.PAY") else f"{number(figure / SCALE, 1)} WTE"


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _closes_with(presences: list[Presence], o: int, month: int) -> str:
    absent = [presence.words for presence in presences if not presence.there[o, month]]
    present = [presence.words for presence in presences if presence.there[o, month]]
    return f"A figure for {' and '.join(absent)}, or none for {' and '.join(present)}"
