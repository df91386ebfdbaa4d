"""Clean generated systems over fifty seeds: no rule finds anything, of one return, across them or of the system. Each
seed fills one of the two systems; targets are met in `test_filling`."""

from __future__ import annotations

from functools import cache

import pytest

from planning.plan.known import enter_known
from planning.plan.rulebook import Rule, load_rules
from planning.plan.rules import ORGANISATION, SYSTEM, Verdicts, run_rules
from planning.registry.assumptions import load_parameters
from planning.registry.reference_values import reference_values
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.filled import filled, plan_of
from tests.workbooks import ROUND

pytestmark = pytest.mark.django_db
SYSTEMS = ("QU9", "QT6")
# what no source gives: limits that each filled system keeps by far
AMPLE = {(ods, code): 10**10 for ods in SYSTEMS for code in ("F.SYS.AGYLIM", "F.SYS.CDELENV")}


@cache
def rules() -> list[Rule]:
    found = [rule for rule in load_rules(ROUND, load_parameters(ROUND)) if rule.kind == "rule"]
    return [*found, *(rule.widened for rule in found if rule.widened)]


def judged(seed: int) -> tuple[Verdicts, Verdicts]:
    system = SYSTEMS[seed % 2]
    bodies, figures = filled(system, seed)
    plan = plan_of(system, bodies, figures, ROUND)
    enter_known(plan, {**reference_values(ROUND), **AMPLE})
    return run_rules(plan, rules(), ORGANISATION), run_rules(plan.system(system), rules(), SYSTEM)


@pytest.mark.parametrize("tens", range(5))
def test_ten_seeds_raise_nothing(tens: int) -> None:
    for seed in range(tens * 10 + 1, tens * 10 + 11):
        found = [(seed, rule.code, breach.message) for each in judged(seed) for rule, breach in each.breaches]
        assert found == []


def test_every_rule_judges_a_filled_system() -> None:
    """Nothing waits for a return, so that nothing found means something."""
    for verdicts in judged(1):
        assert verdicts.waiting == {}
