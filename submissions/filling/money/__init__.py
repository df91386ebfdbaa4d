"""Synthetic money: income that covers what the staff and the rest cost, with a small surplus in every month;
and an ICB that pays its partners what they say they receive.

One file a part of the return; here is in what order they follow from each other."""

from __future__ import annotations

from collections.abc import Mapping

from submissions.filling.money import bridge, capital, efficiency, income, partners, spending
from submissions.filling.money.allocation import allocation, board_spend, memoranda
from submissions.filling.money.amounts import afp_of
from submissions.filling.profiles import Row, Rows
from submissions.filling.setting import Setting
from submissions.filling.staff import Staff


def trust(setting: Setting, staff: Staff, others: Rows, families: Mapping[str, tuple[str, ...]]) -> Rows:
    """A trust's finance return, but for its totals, and W.EFF, the staff that its savings take out. `others`
    are its activity and workforce rows."""
    rows = spending.trust(setting, staff)
    rows |= income.trust(setting, rows, others)
    rows |= partners.of_trust(setting, rows) | capital.trust(setting, rows)
    rows |= spending.on_virtual_wards(others)
    rows |= efficiency.of(setting, spending.total(rows))
    rows |= efficiency.staff_taken_out(rows)
    afp = afp_of(rows)
    rows |= efficiency.underlying(rows, afp) | bridge.of(setting, rows, afp)
    return rows | capital.envelope(setting, rows, families)


def board(setting: Setting, paid: Mapping[str, Row], roles: Row) -> Rows:
    """An ICB's finance return, but for its totals: `paid` is what each partner trust says it receives, `roles`
    the additional roles of primary care."""
    rows = board_spend(setting, paid, roles)
    rows |= allocation(setting, rows)
    rows |= memoranda(setting, rows) | efficiency.of(setting, spending.total(rows))
    afp = afp_of(rows)
    return rows | efficiency.underlying(rows, afp) | bridge.of(setting, rows, afp)
