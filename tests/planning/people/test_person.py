"""Who administers: a person who is there and may use the admin pages."""

from __future__ import annotations

import pytest

from planning.people.person import Person


@pytest.mark.parametrize(
    ("is_active", "is_staff", "administers"),
    [(True, True, True), (True, False, False), (False, True, False)],
)
def test_only_one_who_is_still_there_administers(is_active: bool, is_staff: bool, administers: bool) -> None:
    assert Person(is_active=is_active, is_staff=is_staff).administers is administers
