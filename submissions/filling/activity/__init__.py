"""Synthetic activity: flows that follow the days, a waiting list that rolls forward, targets met with room.

One file a part of the return; here is who has which parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from submissions.filling.activity import (
    beds,
    cancer,
    community,
    diagnostics,
    elective,
    emergency,
    mental_health,
    outpatients,
    partners,
    primary_care,
)
from submissions.filling.profiles import Rows, known
from submissions.filling.setting import Setting

_BEDS_AT_HOME = 43.5  # virtual ward beds for each 100,000 people of a system


def acute(setting: Setting) -> Rows:
    """The whole activity return of an acute trust."""
    rows = elective.spells(setting) | outpatients.attendances(setting)
    rows |= elective.worth(rows) | elective.waiting_list(setting) | emergency.hospital(setting)
    rows |= beds.hospital(setting, rows) | beds.virtual_wards(setting)
    rows |= cancer.hospital(setting) | cancer.births(setting) | diagnostics.tests(setting)
    rows |= community.urgent_response(setting, setting.scale * 0.1)
    return rows | partners.of_trust(setting, rows)


def mental_health_and_community(setting: Setting) -> Rows:
    """The activity return of a mental health and community trust."""
    rows = (
        outpatients.community_attendances(setting) | mental_health.trust(setting) | community.trust(setting)
    )
    return rows | beds.virtual_wards(setting) | emergency.falls_and_injuries(setting, 1.6)


def ambulance(setting: Setting) -> Rows:
    """The activity return of an ambulance trust."""
    return emergency.ambulance(setting)


def board(setting: Setting, trusts: Sequence[str], made: Mapping[str, Rows]) -> Rows:
    """An ICB's own rows: its population, providers that make no return here, and what it has from each trust."""
    small = setting.people / 18_000_000
    rows = mental_health.therapies(setting, 3_300 * small * 20) | mental_health.access(setting, small)
    rows |= cancer.referrals(setting, small) | emergency.calls(setting, 0.28 * setting.people)
    rows |= beds.virtual_wards(setting, _beds_at_home(setting, trusts, made))
    rows |= primary_care.board(setting) | community.discharges(setting)
    return rows | partners.of_board(setting, trusts, made)


def _beds_at_home(setting: Setting, trusts: Sequence[str], made: Mapping[str, Rows]) -> float:
    """What is left for voluntary and other providers to run, so that the system has what is asked of it."""
    given = sum(max(known(made[ods]["E.T.5D"])[1:]) for ods in trusts if "E.T.5D" in made[ods])
    return max(12.0, _BEDS_AT_HOME * setting.people / 100_000 * 1.04 - given)
