"""The engine and a judge written apart from it agree on every target of the three rounds: on filled systems, on
those spoilt at random, and where a value lies exactly on its threshold, a hair below or above it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from planning.plan.array import Plan
from planning.plan.exact import SCALE
from planning.registry import periods
from planning.registry.lines import REFERENCE
from planning.registry.reference_values import reference_values
from planning.registry.rounds import RETURNS
from submissions.layout.places import is_entered
from submissions.layout.totals import complete
from submissions.returns import Body
from targets.guidance.governing import for_system, targets_from_files
from targets.guidance.target import Target
from targets.judging.evaluation import Outcome, evaluate, evaluate_system
from tests.filled import Figures, filled, hosts_of, lines_in, lines_of, plan_of, serves
from tests.targets import oracle

pytestmark = pytest.mark.django_db

ROUNDS, SYSTEMS = ("2022-23", "2023-24", "2024-25"), ("QU9", "QT6")


def targets_in(round_code: str, system: str) -> list[Target]:
    """What governs, but for what its lead answers for: nothing of that is worked out."""
    governing = for_system(targets_from_files(round_code), system)
    return [target for target in governing if not target.is_attested]


def world_of(system: str, bodies: Sequence[Body], figures: Figures, round_code: str) -> oracle.World:
    """The same figures as the plan's, completed line by line without it."""
    hosts, known = hosts_of(), reference_values(round_code)
    return oracle.World(
        round_code,
        system,
        lines_in(round_code),
        [
            oracle.Body(
                body.ods,
                body.kind,
                serves(body, hosts, system),
                _rows(body, figures, round_code) | _known(body.ods, known),
            )
            for body in bodies
        ],
    )


def _rows(body: Body, figures: Figures, round_code: str) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = {}
    for name in RETURNS:
        lines = lines_of(body, name, round_code)
        for code, row in complete(lines, body.kind, figures[body.ods, name]).items():
            rows[code] = [_exact(cell) for cell in row]
    return rows


def _known(ods: str, known: Mapping[tuple[str, str], int]) -> dict[str, list[Any]]:
    return {
        code: [*[None] * periods.YEAR, Fraction(value, SCALE)]
        for (body, code), value in known.items()
        if body == ods
    }


def _exact(cell: Any) -> Any:
    return cell if cell is None or isinstance(cell, str) else Fraction(str(cell))


def differences(
    system: str, plan: Plan, world: oracle.World, targets: Sequence[Target]
) -> Iterator[tuple[str, str, str, str]]:
    """(target, whose, the engine's, the other's) wherever the two do not say the same."""
    judged = [
        *((outcome, outcome.organisation) for outcome in evaluate(plan, targets)),
        *((outcome, None) for outcome in evaluate_system(plan, targets, system)),
    ]
    bodies = {body.ods: body for body in world.bodies}
    for outcome, ods in judged:
        target = outcome.target
        answer = (
            oracle.of_system(world, target)
            if ods is None
            else oracle.of_organisation(world, target, bodies[ods])
        )
        if said(outcome, answer) != told(answer):
            yield target.code, ods or "system", said(outcome, answer), told(answer)


def told(answer: oracle.Answer) -> str:
    value, goal = (None if each is None else float(each) for each in (answer.value, answer.goal))
    return f"{answer.outcome} {value} {goal}"


def said(outcome: Outcome, answer: oracle.Answer) -> str:
    """The engine's in the same words; figures where the other judge gives one of them."""
    value = None if answer.value is None else outcome.planned
    goal = None if answer.goal is None else outcome.threshold
    return f"{outcome.outcome} {value} {goal}"


@pytest.mark.parametrize("round_code", ROUNDS)
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("seed", [1, 2])
def test_both_judges_agree_on_filled_systems(system: str, round_code: str, seed: int) -> None:
    bodies, figures = filled(system, seed, round_code)
    plan, world = (
        plan_of(system, bodies, figures, round_code),
        world_of(system, bodies, figures, round_code),
    )
    assert list(differences(system, plan, world, targets_in(round_code, system))) == []


@pytest.mark.parametrize("round_code", ROUNDS)
def test_both_judges_let_an_acute_trust_leave_crisis_response_blank(round_code: str) -> None:
    bodies, figures = filled("QU9", 1, round_code)
    for code in ("LOC.UCR2HN", "LOC.UCR2HD", "E.T.8"):
        figures["RTH", "activity"][code] = [None] * periods.COUNT
    plan, world = plan_of("QU9", bodies, figures, round_code), world_of("QU9", bodies, figures, round_code)
    targets = targets_in(round_code, "QU9")
    assert list(differences("QU9", plan, world, targets)) == []
    found = {outcome.target.code: outcome.outcome for outcome in evaluate_system(plan, targets, "QU9")}
    asked = {"2022-23": ["22-65", "B22-08"], "2023-24": ["23-04", "23-54"], "2024-25": []}[round_code]
    assert [found[code] for code in asked] == ["met"] * len(asked)


# --- spoilt at random ------------------------------------------------------------------------------------
def spoilt(
    dice: random.Random, bodies: Sequence[Body], figures: Figures, codes: set[str], round_code: str
) -> Figures:
    """Half of the lines that targets measure, each changed in a way of its own for some organisations."""
    found = {key: {code: list(row) for code, row in rows.items()} for key, rows in figures.items()}
    for body in bodies:
        for name in RETURNS:
            for line in lines_of(body, name, round_code):
                row = found[body.ods, name].get(line.code)
                if row is not None and line.code in codes and dice.random() < 0.5:
                    places = [at for at in range(periods.COUNT) if is_entered(line, body.kind, at)]
                    _spoil(dice, row, places, line.decimals)
    return found


def _spoil(dice: random.Random, row: list[Any], places: Sequence[int], decimals: int) -> None:
    """Mostly another size or another path; now and then nothing, n/a or a hole."""
    way = dice.choices(("size", "path", "one", "none", "hole", "n/a", "n/a once"), (8, 6, 4, 2, 1, 1, 1))[0]
    factor = dice.choice((0.02, 0.5, 0.8, 0.95, 0.99, 1.01, 1.05, 1.2, 2))
    if way in ("hole", "n/a once", "one"):
        places = [dice.choice(places)]
    for at, place in enumerate(places):
        if way in ("none", "n/a", "n/a once", "hole"):
            row[place] = {"none": 0, "hole": None}.get(way, "n/a")
        elif isinstance(row[place], int | float):
            bent = factor if way != "path" else 1 + (factor - 1) * at / len(places)
            row[place] = round(row[place] * bent, decimals)


def measured(targets: Sequence[Target], round_code: str) -> set[str]:
    """The lines that targets measure, and what they are added up from."""
    lines, found = lines_in(round_code), set()
    waiting = [code for target in targets for code in codes_of(target)]
    while waiting:
        code = waiting.pop()
        if code in lines and code not in found:
            found.add(code)
            line = lines[code]
            waiting += [term.strip() for term in (line.formula or "").replace("-", "+").split("+")]
    return {code for code in found if lines[code].required != REFERENCE}


def codes_of(target: Target) -> list[str]:
    return [
        name.lstrip("-")
        for judged in target.parts or ({"measure": target.measure},)
        for term in judged["measure"].values()
        if isinstance(term, str | list)
        for name in ([term] if isinstance(term, str) else term)
    ]


@pytest.mark.parametrize("round_code", ROUNDS)
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("seed", [3, 4, 5])
def test_both_judges_agree_on_spoilt_systems(system: str, round_code: str, seed: int) -> None:
    targets, dice = targets_in(round_code, system), random.Random(f"{seed} {system} {round_code}")
    targets = [_with_local_figures(dice, target, system) for target in targets]
    bodies, clean = filled(system, seed, round_code)
    figures = spoilt(dice, bodies, clean, measured(targets, round_code), round_code)
    plan, world = (
        plan_of(system, bodies, figures, round_code),
        world_of(system, bodies, figures, round_code),
    )
    assert list(differences(system, plan, world, targets)) == []


def _with_local_figures(dice: random.Random, target: Target, system: str) -> Target:
    """Now and then the system, and a trust of it, have a figure of their own."""
    if (target.threshold is None and target.threshold_from != "local") or dice.random() < 0.7:
        return target
    own = float(target.threshold or dice.choice((2, 100, 5000)))
    return replace(target, local={system: own * 1.5, "RTH": own * 0.9})


def test_spoilt_systems_are_spoilt_in_every_way() -> None:
    """Met, missed, not assessable and not asked all come up often, else agreeing would say little."""
    outcomes: Counter[str] = Counter()
    for round_code in ROUNDS:
        targets, dice = targets_in(round_code, "QU9"), random.Random(round_code)
        bodies, clean = filled("QU9", 3, round_code)
        figures = spoilt(dice, bodies, clean, measured(targets, round_code), round_code)
        world = world_of("QU9", bodies, figures, round_code)
        for target in targets:
            outcomes[oracle.of_system(world, target).outcome] += 1
            outcomes.update(oracle.of_organisation(world, target, body).outcome for body in world.bodies)
    assert all(outcomes[each] >= 30 for each in ("met", "not_met", "not_assessable", "not_applicable"))
