"""The options of a rule's breach: found by the rule's code, written in one small function a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from weakref import WeakKeyDictionary

from planning.plan.array import Plan
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach
from submissions.closing.case import Case
from submissions.closing.knock_on import with_knock_on
from submissions.closing.options import Option, ranked
from submissions.oddity.figures import Figures
from submissions.oddity.indices import ratios_of

OptionsOf = Callable[[Case], Iterable[Option]]
_FUNCTIONS: dict[str, OptionsOf] = {}


def closes(*codes: str) -> Callable[[OptionsOf], OptionsOf]:
    """Registers the function that says what would close some rules' breaches. Raises ValueError for a second one."""

    def register(function: OptionsOf) -> OptionsOf:
        for code in codes:
            if _FUNCTIONS.setdefault(code, function) is not function:
                raise ValueError(f"Two functions close {code}.")
        return function

    return register


def closed_rules() -> frozenset[str]:
    """The rules for which a function says what would close them."""
    return frozenset(_FUNCTIONS)


def closing_of(plan: Plan, rule: Rule, breach: Breach, system: str) -> list[dict[str, Any]]:
    """What would close a breach, ranked, each with what it would move: as findings keep it. Empty for a rule that no
    function closes: its figures are to be put right, not the plan."""
    function = _FUNCTIONS.get(rule.code)
    return [] if function is None else told(Case.of(plan, rule, breach, system), function)


def told(case: Case, function: OptionsOf) -> list[dict[str, Any]]:
    options = ranked(list(function(case)))
    if not options:
        return []
    return with_knock_on([option.as_kept() for option in options], _ratios(case))


# A plan's ratios are made once for all its findings: a plan that has changed is another plan, as for a ledger.
_known: WeakKeyDictionary[Plan, dict[tuple[tuple[str, ...], int], tuple[Any, dict[str, int]]]] = (
    WeakKeyDictionary()
)


def _ratios(case: Case) -> dict[str, int]:
    held = _known.setdefault(case.plan, {})
    key = (case.bodies, id(case.parameters))
    if key not in held:  # the parameters are held too, so that nothing else takes their place
        held[key] = (case.parameters, ratios_of(Figures(case.plan, case.bodies, lambda ods: case.parameters)))
    return held[key][1]
