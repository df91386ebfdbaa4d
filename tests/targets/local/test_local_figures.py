"""A target's figure for one system or trust: who sets it, what it needs, and how a former one is set again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planning.foundation import jobs
from planning.foundation.jobs import Job
from planning.people.access import NotAllowed, Scope, scope_of_person
from planning.people.person import Person
from planning.plan.exact import LARGEST
from targets.assurance.answering import Body, bodies_of, body_named
from targets.assurance.attesting import JUDGE_AGAIN
from targets.guidance.governing import load_targets
from targets.guidance.target import Target
from targets.local.figures import LocalFigure
from targets.local.setting import NotSet, SetMeanwhile, is_set_for, set_figure, takes_figure
from targets.local.typed import figure_plain, figure_said, figure_typed
from tests.planned import ROUND

pytestmark = pytest.mark.django_db
ACTIVITY = "23-11"  # elective activity as agreed with each system
AMBITION = "23-07"  # a share of a national amount


@pytest.fixture(autouse=True)
def _no_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "ring", lambda job: None)


@pytest.fixture
def board(cara: Person) -> Scope:
    return scope_of_person(cara)


def target_of(code: str) -> Target:
    return next(target for target in load_targets(ROUND) if target.code == code)


def body_of(scope: Scope, code: str) -> Body:
    found = body_named(bodies_of(scope, ROUND), code)
    assert found is not None
    return found


def put(
    by: Scope, value: str, ods: str = "QU9", code: str = ACTIVITY, seen: str = "", source: str = "A letter"
) -> LocalFigure:
    return set_figure(
        by=by, round_code=ROUND, target=target_of(code), body=body_of(by, ods), source=source, seen=seen,
        value=figure_typed(value, target_of(code).unit),
    )  # fmt: skip


def test_a_figure_takes_the_place_of_the_one_before_and_is_judged(board: Scope) -> None:
    first = put(board, "107.25")
    second = put(board, "109", seen=str(first.pk), source="Letter of 3 March")

    first.refresh_from_db()
    assert (first.is_current, first.value, second.is_current) == (False, 1_072_500, True)
    assert (second.by, second.source) == (board.person, "Letter of 3 March")
    assert target_of(ACTIVITY).local == {"QU9": 109.0}
    assert [(job.task, job.subject) for job in Job.objects.all()] == [(JUDGE_AGAIN, f"{ROUND}:QU9")] * 2


def test_undone_by_setting_the_former_again(board: Scope) -> None:
    first = put(board, "107")
    second = put(board, "170", seen=str(first.pk))
    third = put(board, "107", seen=str(second.pk))
    assert third.pk != first.pk and LocalFigure.objects.count() == 3
    assert target_of(ACTIVITY).local == {"QU9": 107.0}


def test_a_double_press_keeps_one(board: Scope) -> None:
    assert put(board, "107") == put(board, "107")
    assert (LocalFigure.objects.count(), Job.objects.count()) == (1, 1)


def test_of_two_who_looked_at_the_same_the_second_is_told(board: Scope, colin: Person) -> None:
    finance = scope_of_person(colin)
    first = put(board, "107")
    with pytest.raises(SetMeanwhile, match="Cara Jones set 107% meanwhile"):
        put(finance, "109")
    assert LocalFigure.objects.get() == first
    assert put(finance, "109", seen=str(first.pk)).by == colin


@pytest.mark.parametrize(
    ("value", "source", "field", "text"),
    [
        ("-1", "A letter", "value", "Enter a figure of 0 or more"),
        ("107", "  ", "source", "Say where the figure comes from"),
        ("107", "x" * 301, "source", "The source must be 300 characters or fewer"),
    ],
)
def test_what_is_wanting_is_said(board: Scope, value: str, source: str, field: str, text: str) -> None:
    with pytest.raises(NotSet) as wrong:
        put(board, value, source=source)
    assert (wrong.value.field, str(wrong.value)) == (field, text)
    assert not LocalFigure.objects.exists()


def test_the_icb_sets_it_and_nobody_else(board: Scope, asha: Person, tamsin: Person) -> None:
    with pytest.raises(NotAllowed):
        set_figure(
            by=scope_of_person(asha), round_code=ROUND, target=target_of(ACTIVITY),
            body=body_of(board, "RTH"), value=1, source="Mine",
        )  # fmt: skip
    with pytest.raises(NotAllowed):
        set_figure(
            by=scope_of_person(tamsin), round_code=ROUND, target=target_of(ACTIVITY),
            body=body_of(board, "QU9"), value=1, source="Mine",
        )  # fmt: skip
    with pytest.raises(NotAllowed):
        put(replace(board, person=None), "107")
    assert not LocalFigure.objects.exists()


def test_which_targets_take_one(board: Scope) -> None:
    takes = {target.code for target in load_targets(ROUND) if takes_figure(target)}
    assert {ACTIVITY, AMBITION, "23-08"} <= takes
    assert not takes & {"23-01", "23-10", "22-49"}  # one number for all; of England alone
    with pytest.raises(NotSet, match="23-01 takes no figure of BOB ICB"):
        put(board, "80", code="23-01")


def test_a_trust_has_one_where_it_is_judged() -> None:
    acute = Body("RTH", "Oxford", "trust", "RTH", "QU9", "ac")
    target = replace(target_of(ACTIVITY), levels=frozenset({"system", "trust"}), types=frozenset({"ac"}))
    assert is_set_for(target, acute)
    assert not is_set_for(target, replace(acute, kind="mh"))
    assert not is_set_for(replace(target, levels=frozenset({"system"})), acute)
    assert not is_set_for(replace(target, systems=frozenset({"QT6"})), acute)
    assert not is_set_for(target, replace(acute, level="place", group="QU9-place"))


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("45", "beds", 450_000),
        ("1,250.5", "WTE", 12_505_000),
        (" 45.25 % ", "%", 452_500),
        ("£300", "£000", 3_000_000),
        ("−3.0001", "£000", -30_001),
    ],
)
def test_a_figure_is_read_exactly(text: str, unit: str, value: int) -> None:
    assert figure_typed(text, unit) == value
    assert figure_typed(figure_plain(value), unit) == value


@pytest.mark.parametrize(
    "text", ["", "about 40", "1e3", "NaN", "1,25", "1.23456", "٣", "--3", str(LARGEST + 1), "9" * 400]
)
def test_what_is_no_figure_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^Enter "):
        figure_typed(text, "%")


@pytest.mark.parametrize(
    ("text", "unit", "said"),
    [
        ("45%", "beds", "Enter a number of beds, without %"),
        ("£3", "%", "Enter a number of %, without £"),
        ("£3", "", "Enter a number, without £"),
        ("3%", "£000", "Enter a number of £000, without %"),
    ],
)
def test_a_sign_of_another_unit_is_refused(text: str, unit: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}$"):
        figure_typed(text, unit)


def test_a_figure_says_its_unit() -> None:
    said = [figure_said(figure_typed(text, unit), unit) for text, unit in (("103.25", "%"), ("1250", "WTE"))]
    assert said == ["103.25%", "1,250 WTE"]
    assert figure_said(-3_000_000, "£000") == "−300 (£000)"
