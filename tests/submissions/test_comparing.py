"""What changed between two versions: through real workbooks, exactly; and stored rows side by side."""

from __future__ import annotations

import pytest

from planning.people.access import Scope, scope_of_person
from planning.people.person import Person
from planning.plan.exact import SCALE
from planning.registry import periods
from planning.registry.lines import Lines
from submissions.comparing import CellChange, Change, Comparison, Figure, answers_digest, compare, in_order
from submissions.queries.compare import comparison_of
from submissions.uploads import Upload, Value
from tests.api.conftest import add_value
from tests.flow import ROUND, figures_of, planner_of, send
from tests.planned import make_upload

pytestmark = pytest.mark.django_db
APRIL, MAY, YEAR = periods.APRIL, periods.APRIL + 1, periods.YEAR


def money(value: float | None) -> Figure:
    return Figure("b") if value is None else Figure("v", round(value * SCALE))


def changed(found: Comparison, code: str, place: int) -> CellChange:
    [cell] = [row for row in found.cells if (row.code, row.place) == (code, place)]
    return cell


def between(one: Upload, other: Upload) -> Comparison:
    return comparison_of(planner_of("RTH"), one, other)


@pytest.fixture
def two() -> tuple[Upload, Upload]:
    """A finance return, and a second one in which spending on drugs in May and June moved."""
    first = send("RTH", "finance")
    figures = figures_of("RTH", "finance")
    figures["F.NP.DRG"][MAY] -= 10.5
    figures["F.NP.DRG"][MAY + 1] += 0.25
    return first, send("RTH", "finance", figures)


def test_cells_lines_totals_and_money_of_two_real_returns(two: tuple[Upload, Upload]) -> None:
    first, second = two
    found = between(first, second)

    assert {(row.code, row.place) for row in found.cells} == {("F.NP.DRG", MAY), ("F.NP.DRG", MAY + 1)}
    may = found.cells[0]  # it moved further
    assert may.difference == -10.5 * SCALE
    assert may.before_at == may.after_at == changed(found, "F.NP.DRG", MAY).after_at
    assert may.after_at[0] == "Income and expenditure" and may.after_at[1].startswith("H")
    [line] = found.lines
    assert (line.code, line.difference, line.cells) == ("F.NP.DRG", -10.25 * SCALE, 2)
    moved = {row.code: row.difference for row in found.totals}
    assert moved["F.EXP.TOTAL"] == moved["F.AFP"] == -10.25 * SCALE
    assert "F.INC.TOTAL" not in moved
    assert {row.code: row.difference for row in found.money} == {
        "F.INC.TOTAL": 0,
        "F.EXP.TOTAL": -10.25 * SCALE,
        "F.SURPLUS": -10.25 * SCALE,
        "F.AFP": -10.25 * SCALE,
    }
    assert (found.added, found.gone, found.comments, found.is_same) == ([], [], [], False)


def test_the_earlier_received_comes_first_whichever_is_named(two: tuple[Upload, Upload]) -> None:
    first, second = two
    assert in_order(first, second) == in_order(second, first) == (first, second)
    assert between(first, second) == between(second, first)


def test_the_same_workbook_saved_again_changes_nothing(two: tuple[Upload, Upload]) -> None:
    first, _ = two
    again = send("RTH", "finance")
    found = between(first, again)
    assert found.is_same
    assert found.cells == found.lines == found.totals == []
    assert {row.difference for row in found.money} == {0}


def pair() -> tuple[Upload, Upload]:
    columns = {"Finance": [chr(ord("E") + place) for place in range(15)]}
    return (
        make_upload("RTH", "finance", number=1, columns=columns),
        make_upload("RTH", "finance", number=2, columns=columns),
    )


def with_states(upload: Upload, code: str, states: str, value: int = 5) -> None:
    add_value(upload, code, [float(value) if letter == "v" else None for letter in states])
    Value.objects.filter(upload=upload, line=code).update(states=states)


def test_blank_zero_and_not_applicable_are_three_things() -> None:
    first, second = pair()
    with_states(first, "F.CAP.IT", "bbbnvbnvbnvvvvv", 0)
    with_states(second, "F.CAP.IT", "bbnbbvvnbnvvvvv", 0)

    moved = {row.place: (row.before, row.after, row.difference) for row in between(first, second).cells}

    assert moved == {
        2: (Figure("b"), Figure("n"), None),
        3: (Figure("n"), Figure("b"), None),
        4: (Figure("v", 0), Figure("b"), None),
        5: (Figure("b"), Figure("v", 0), None),
        6: (Figure("n"), Figure("v", 0), None),
        7: (Figure("v", 0), Figure("n"), None),
    }


def test_lines_of_an_older_workbook_and_comments() -> None:
    first, second = pair()
    for upload in (first, second):
        add_value(upload, "F.PAY.AGY", [1.0] * 15)
    add_value(first, "F.OLD.LINE", [1.0] * 15)
    add_value(second, "F.CAP.IT", [2.0] * 15)
    Value.objects.filter(upload=first, line="F.PAY.AGY").update(comment="As last year")
    Value.objects.filter(upload=second, line="F.PAY.AGY").update(comment="New rota")

    found = between(first, second)

    assert (found.added, found.gone) == (["F.CAP.IT"], ["F.OLD.LINE"])
    assert [(row.code, row.before, row.after) for row in found.comments] == [
        ("F.PAY.AGY", "As last year", "New rota")
    ]
    gone = changed(found, "F.OLD.LINE", APRIL)
    assert (gone.line, gone.before, gone.after) == (None, money(1.0), Figure("-"))
    assert not found.is_same


def test_a_version_that_blocks_has_nothing_to_compare(two: tuple[Upload, Upload]) -> None:
    broken = figures_of("RTH", "finance")
    broken["F.PAY.AGY"][MAY] = "many"
    third = send("RTH", "finance", broken)
    assert third.blocked
    found = between(two[0], third)
    assert (found.cells, found.lines, found.totals, found.money) == ([], [], [], [])


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [(200.0, 250.0, 0.25), (-200.0, -250.0, -0.25), (0.0, 5.0, None), (None, 5.0, None), (5.0, None, None),
     (-200.0, 50.0, None)],
)  # fmt: skip
def test_a_percentage_is_said_where_it_means_something(
    before: float | None, after: float | None, share: float | None
) -> None:
    lines = Lines.load(ROUND)
    found = Change("F.PAY.AGY", lines["F.PAY.AGY"], YEAR, money(before), money(after)).share
    assert (None if found is None else float(found)) == share
    any_sign = Change("F.AFP", lines["F.AFP"], YEAR, money(before), money(after))
    assert any_sign.share is None


def test_a_digest_of_answers_knows_figures_states_and_comments_alone() -> None:
    first, second = pair()
    for upload in (first, second):
        add_value(upload, "F.PAY.AGY", [1.0] * 15)

    def digests() -> list[str]:
        return [answers_digest(Value.objects.filter(upload=upload)) for upload in (first, second)]

    of_second = Value.objects.filter(upload=second)
    of_second.update(sheet="Moved", row=99)
    one, other = digests()
    assert one == other
    for other_answer in ({"comment": "New"}, {"p04": 1}, {"states": "n" * 15}):
        kept = of_second.values(*other_answer).get()
        of_second.update(**other_answer)
        one, other = digests()
        assert one != other
        of_second.update(**kept)


def test_what_is_not_the_askers_is_not_read(two: tuple[Upload, Upload], bill: Person) -> None:
    stranger: Scope = scope_of_person(bill)
    assert comparison_of(stranger, *two).cells == []


def test_the_comparison_needs_both() -> None:
    first, second = pair()
    add_value(first, "F.PAY.AGY", [1.0] * 15)
    assert compare(first, second, Value.objects.all(), Lines.load(ROUND), "ac") == Comparison()
