"""Each rule says truly which planning assumptions it draws on: held against what its function asks for while it
judges a filled system."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from planning.plan.assumptions_read import reads, stated_for
from planning.plan.rulebook import load_rules
from planning.plan.rules import ORGANISATION, SYSTEM, is_judged, run_rules
from planning.registry.assumptions import Assumptions, load_parameters
from planning.registry.organisations import Organisation
from submissions import judging  # noqa: F401 - with it every rule's function is registered
from tests.filled import filled, plan_of

pytestmark = pytest.mark.django_db


class Noticed(dict[str, Decimal]):
    """Assumptions that remember which were asked for."""

    def __init__(self, values: dict[str, Decimal]) -> None:
        super().__init__(values)
        self.asked: set[str] = set()

    def __getitem__(self, code: str) -> Decimal:
        self.asked.add(code)
        return super().__getitem__(code)

    def get(self, code: str, default: Decimal | None = None) -> Decimal | None:  # type: ignore[override]
        self.asked.add(code)
        return super().get(code, default)

    def items(self) -> Iterator[tuple[str, Decimal]]:  # type: ignore[override]
        """A function that looks through all of them takes those of one family: it asks for what it keeps."""
        for code, value in super().items():
            if code.startswith("weight."):
                self.asked.add(code)
            yield code, value


@pytest.mark.parametrize("round_code", ["2022-23", "2023-24", "2024-25"])
def test_a_rule_reads_what_it_says_it_reads(round_code: str) -> None:
    values = load_parameters(round_code)
    bodies, figures = filled("QU9", 3, round_code)
    plan = plan_of("QU9", bodies, figures, round_code)
    whole = plan.system("QU9", Organisation.objects.get(pk="QU9").short_name)
    said, asked = {}, {}
    for rule in load_rules(round_code, values):
        if not is_judged(rule):
            continue
        noticed = Noticed(values)
        for one in filter(None, (rule, rule.widened)):
            judged = replace(one, parameters=noticed)
            run_rules(plan, [judged], ORGANISATION)
            run_rules(whole, [judged], SYSTEM)
        said[rule.code] = set(reads(rule, values))
        asked[rule.code] = {code for code in noticed.asked if code in values}
    undeclared = {code: asked[code] - said[code] for code in said if asked[code] - said[code]}
    assert undeclared == {}
    if round_code == "2023-24":  # the others lack reference values without which some ask for nothing
        assert [code for code in said if said[code] and not asked[code]] == []


def test_what_a_body_plans_with_instead_is_kept_with_what_its_rule_found() -> None:
    values = load_parameters("2023-24")
    held = Assumptions(values, {"RTH": {"pay_award": Decimal("0.035"), "arrs_rate": Decimal(40)}})
    rules = {rule.code: rule for rule in load_rules("2023-24", values)}
    own = {code: replace(rule, parameters=held.for_body("RTH")) for code, rule in rules.items()}
    assert stated_for(own["T03"]) == [
        {"code": "pay_award", "value": "0.035", "of_round": "0.021", "own": True}
    ]
    assert stated_for(own["T01"]) == []
    assert stated_for(rules["T03"]) == []
