"""The version before: what moved far since, what changed, and a file that says the same again."""

from __future__ import annotations

from decimal import Decimal

import pytest

from planning.foundation.wording import signed
from planning.plan.exact import SCALE
from planning.plan.findings import Finding
from planning.plan.rulebook import Tolerance, load_rules
from planning.registry import periods
from submissions.checks.moved import moved_far
from submissions.lifecycle import withdraw
from submissions.uploads import Upload
from tests.flow import ROUND, figures_of, planner_of, send

pytestmark = pytest.mark.django_db
APRIL = periods.APRIL


def dearer(by: float) -> dict[str, list[object]]:
    """A finance return whose drugs cost that much more in April, £000."""
    figures = figures_of("RTH", "finance")
    figures["F.NP.DRG"][APRIL] -= by
    return figures


def year_of(figures: dict[str, list[object]], code: str) -> float:
    return sum(float(value) for value in figures[code][periods.MONTHS])  # type: ignore[arg-type]


def notes(upload: Upload) -> list[Finding]:
    return list(Finding.objects.filter(run=upload.run, rule="V14"))


# --- what moved far ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("before", "now", "unit", "far"),
    [
        (1000, 1200, "patients", False),  # exactly a fifth
        (1000, 1200.0001, "patients", True),
        (1000, 799, "patients", True),
        (100, 150, "patients", False),  # exactly the floor
        (100, 150.5, "patients", True),
        (0, 51, "patients", True),
        (0, 50, "patients", False),
        (20, 25, "WTE", False),
        (20, 25.1, "WTE", True),
        (-2000, -2500, "£000", False),
        (-2000, -2501, "£000", True),
        (-2000, 2000, "£000", True),
        (10, 15, "beds", False),
        (10, 16, "beds", True),
        (30, 36, "minutes", False),
        (20, 26, "minutes", True),
    ],
)
def test_what_is_far(before: float, now: float, unit: str, far: bool) -> None:
    [rule] = [rule for rule in load_rules(ROUND, {}) if rule.code == "V14"]
    assert moved_far(round(before * SCALE), round(now * SCALE), unit, rule.tolerance) is far


def test_a_tolerance_may_depend_on_the_unit() -> None:
    entry = {"relative": 0.2, "absolute": 50, "by_unit": {"WTE": 5, "£000": 500}}
    assert Tolerance.from_entry(entry).by_unit == {"WTE": Decimal(5), "£000": Decimal(500)}


def test_one_note_a_line_at_its_plan_cell_with_before_and_after() -> None:
    first = send("RTH", "finance", dearer(0))
    before = year_of(dearer(0), "F.NP.DRG")
    far = abs(before)
    second = send("RTH", "finance", dearer(far))

    assert notes(first) == []
    [note] = notes(second)
    assert (note.line, note.period, note.severity, note.sheet) == (
        "F.NP.DRG",
        "2023/24",
        "note",
        "Income and expenditure",
    )
    assert note.cell.startswith("S")
    figures = signed(before * 2, 1), signed(before, 1)
    assert "is {} £000 for 2023/24; version 1 had {}: 100.0% more.".format(*figures) in note.message
    assert not second.blocked


def test_it_is_held_against_the_version_that_counted() -> None:
    far = abs(year_of(dearer(0), "F.NP.DRG"))
    send("RTH", "finance", dearer(0))
    mistaken = send("RTH", "finance", dearer(far))
    withdraw(by=planner_of("RTH"), upload=mistaken, reason="Pasted in the wrong row.")
    broken = dearer(far)
    broken["F.NP.CSS"][APRIL] = "many"
    send("RTH", "finance", broken)

    again = send("RTH", "finance", dearer(1))

    assert notes(again) == []
    assert (again.changes["version"], again.changes["cells"]) == (1, 1)


# --- what changed, and what is the same -----------------------------------------------------------------
def test_a_version_knows_how_much_changed() -> None:
    first, second = send("RTH", "finance", dearer(0)), send("RTH", "finance", dearer(2))
    assert first.changes == {}
    assert second.changes == {"upload": str(first.pk), "version": 1, "cells": 1, "comments": 0}
    assert (first.same_as, second.same_as) == (None, None)


def test_the_same_figures_again_are_known_even_after_others() -> None:
    send("RTH", "finance", dearer(0))
    second = send("RTH", "finance", dearer(2))
    send("RTH", "finance", dearer(3))
    again = send("RTH", "finance", dearer(2), stage="final")

    assert again.pk != second.pk
    assert again.same_as == second
    assert again.changes["version"] == 3


def test_a_version_that_blocks_keeps_no_digest() -> None:
    broken = dearer(0)
    broken["F.NP.CSS"][APRIL] = "many"
    first, second = send("RTH", "finance", broken), send("RTH", "finance", broken, stage="final")
    assert first.blocked and second.blocked
    assert (second.answers_digest, second.same_as, second.changes) == ("", None, {})
