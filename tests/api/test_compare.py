"""What changed between two versions, as programs read it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from submissions.uploads import Upload, Value
from tests.api.conftest import ACTORS, Machine, World, add_value, make_upload


@pytest.fixture
def two(db: None) -> tuple[Upload, Upload]:
    """Two finance versions of Royal Oxford: agency pay moved in every column, a capital line was cleared."""
    first, second = make_upload("RTH", "finance", 5), make_upload("RTH", "finance", 6)
    add_value(first, "F.PAY.AGY", [-100.0] * 15)
    add_value(second, "F.PAY.AGY", [-110.0] * 14 + [-1320.0])
    add_value(first, "F.EXP.TOTAL", [-100.0] * 15, row=8)
    add_value(second, "F.EXP.TOTAL", [-110.0] * 15, row=8)
    Value.objects.filter(upload=second, line="F.PAY.AGY").update(row=9, comment="New rota")
    return first, second


def address(one: Upload, other: Upload) -> str:
    return f"/api/v1/uploads/{one.pk}/compare/{other.pk}/"


def test_changed_cells_lines_and_totals(two: tuple[Upload, Upload], machine: Callable[..., Machine]) -> None:
    first, second = two
    found = machine("RTH").get(address(second, first)).json()

    assert found == machine("RTH").get(address(first, second)).json()
    assert found["before"] == {"upload": str(first.pk), "version": 5, "figures_kept": True}
    assert found["after"] == {"upload": str(second.pk), "version": 6, "figures_kept": True}
    april = next(row for row in found["cells"] if row["period"] == "2023-04")
    assert april == {
        "line": "F.PAY.AGY",
        "label": "Agency pay",
        "unit": "£000",
        "period": "2023-04",
        "before": -100.0,
        "before_state": "value",
        "after": -110.0,
        "after_state": "value",
        "difference": -10.0,
        "sheet": "Finance",
        "cell": "G9",
        "before_sheet": "Finance",
        "before_cell": "G7",
    }
    assert "2023/24" not in {row["period"] for row in found["cells"]}  # the plan column is computed
    [line], [total] = found["lines"], found["totals"]
    assert (line["before"], line["after"], line["difference"]) == (-100.0, -1320.0, -1220.0)
    assert (line["difference_percent"], line["cells"]) == (-1220.0, len(found["cells"]))
    assert (total["line"], total["difference"], total["cells"]) == ("F.EXP.TOTAL", -10.0, 0)
    assert found["comments"] == [{"line": "F.PAY.AGY", "before": "", "after": "New rota"}]
    assert (found["added"], found["gone"]) == ([], [])


def test_blank_zero_and_not_applicable_keep_apart(
    two: tuple[Upload, Upload], machine: Callable[..., Machine]
) -> None:
    first, second = two
    add_value(first, "F.CAP.IT", [0.0] * 15, row=20)
    add_value(second, "F.CAP.IT", [None] * 15, row=20)
    Value.objects.filter(upload=second, line="F.CAP.IT").update(states="bbbbnbbbbbbbbbb")

    cells = {
        row["period"]: row
        for row in machine("RTH").get(address(first, second)).json()["cells"]
        if row["line"] == "F.CAP.IT"
    }

    april, june = cells["2023-04"], cells["2023-06"]
    assert (april["before"], april["before_state"], april["after"], april["after_state"]) == (
        0.0, "value", None, "blank",
    )  # fmt: skip
    assert (june["after"], june["after_state"], june["difference"]) == (None, "not_applicable", None)


@pytest.mark.parametrize("actor", ACTORS)
def test_it_is_for_those_who_see_both(
    two: tuple[Upload, Upload], machine: Callable[..., Machine], actor: str
) -> None:
    status = 200 if actor in ("own", "board") else 404
    assert machine(ACTORS[actor]).get(address(*two)).status_code == status


def test_versions_of_different_returns_are_not_compared(
    two: tuple[Upload, Upload], world: World, machine: Callable[..., Machine]
) -> None:
    other = make_upload("RTH", "activity", 1)
    answer = machine("RTH").get(address(two[0], other))
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["code"] == "different_returns"
    assert machine("RTH").get(address(two[0], world.uploads["other system"])).status_code == 404


def test_a_version_that_blocks_says_that_it_kept_nothing(
    two: tuple[Upload, Upload], machine: Callable[..., Machine]
) -> None:
    blocked = make_upload("RTH", "finance", 7, blocked=True)
    found = machine("RTH").get(address(two[1], blocked)).json()
    assert found["after"] == {"upload": str(blocked.pk), "version": 7, "figures_kept": False}
    assert (found["cells"], found["lines"], found["totals"]) == ([], [], [])
