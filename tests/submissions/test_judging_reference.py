"""The round's own lines, rules and targets over a filled system: nothing is found, everything is judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from finance.position import position, system_position
from planning.plan.array import Member, Plan
from planning.plan.exact import scaled
from planning.plan.rulebook import Rule
from planning.plan.rules import is_judged, run_rules
from planning.registry.catalogue import line_entries, lines_from_files
from planning.registry.lines import Line, Lines
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from submissions.filling import distort, fill_system
from submissions.loading import rule_entries
from targets.guidance.governing import targets_from_files
from targets.guidance.target import Target
from targets.judging.evaluation import evaluate, evaluate_system

ROUND = "2023-24"
HERE = Path(__file__).resolve().parents[2]
BODIES = [
    ("RTH", "ac"),
    ("RHW", "ac"),
    ("RXQ", "ac"),
    ("RNU", "mh"),
    ("RWX", "mh"),
    ("RYE", "am"),
    ("QU9", "icb"),
]
Filled = Mapping[tuple[str, str], Mapping[str, Sequence[Any]]]


def read(path: str) -> Any:
    return yaml.safe_load((HERE / path).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def lines() -> Lines:
    return Lines(ROUND, [Line.from_entry(entry, at) for at, entry in enumerate(line_entries(ROUND))])


@pytest.fixture(scope="module")
def parameters() -> dict[str, Decimal]:
    found = read(f"planning/data/rounds/{ROUND}.yaml")["parameters"]
    return {each["code"]: Decimal(str(each["value"])) for each in found}


@pytest.fixture(scope="module")
def rules(parameters: dict[str, Decimal]) -> list[Rule]:
    entries = rule_entries(ROUND, lines_from_files(ROUND))
    return [Rule.from_entry(entry, 1, parameters) for entry in entries if entry.get("kind") != "check"]


KNOWN = {"23-01", "23-02", "23-03", "23-10", "23-13", "23-15", "23-19", "23-34", "23-42", "23-43"}


@pytest.fixture(scope="module")
def targets() -> list[Target]:
    """Those that this second judge knows; `tests/targets/oracle.py` judges all of them."""
    return [target for target in targets_from_files(ROUND) if target.code in KNOWN]


@pytest.fixture
def filled(lines: Lines, parameters: dict[str, Decimal]) -> Filled:
    return fill_system(7, ROUND, [Member(ods, kind) for ods, kind in BODIES], lines, parameters)


def plan_of(lines: Lines, filled: Filled, *missing: tuple[str, str]) -> Plan:
    """The filled returns as the service would hold them: RYE serves the system, it is not of it."""
    members = [
        Member(
            ods,
            kind,
            "QU9",
            ods,
            served_by=ods == "RYE",
            uploads={name: {} for other, name in filled if other == ods and (ods, name) not in missing},
        )
        for ods, kind in BODIES
    ]
    given = {key: figures for key, figures in filled.items() if key not in missing}
    partners = sorted({code for figures in given.values() for code in figures if "@" in code})
    plan = Plan(lines, members, [code for code in lines if not code.endswith("@")] + partners)
    for (ods, _), figures in given.items():
        for code, fifteen in figures.items():
            plan.enter(ods, code, *_exact(fifteen), None)
    plan.compute()
    return plan


def _exact(fifteen: Sequence[Any]) -> tuple[list[int | None], str]:
    letters = ["b" if figure is None else "n" if figure == "n/a" else "v" for figure in fifteen]
    figures = [
        scaled(Decimal(str(figure))) if letter == "v" else None
        for figure, letter in zip(fifteen, letters, strict=True)
    ]
    return figures, "".join(letters)


def found(plan: Plan, rules: list[Rule], level: str) -> Iterator[str]:
    if level == "system":
        plan = plan.system("QU9")
    for rule, breach in run_rules(plan, [rule for rule in rules if is_judged(rule)], level).breaches:
        yield f"{rule.code} {breach.organisation}: {breach.message}"


def test_every_rule_is_judged(rules: list[Rule]) -> None:
    assert [rule.code for rule in rules if not is_judged(rule)] == []


def test_a_filled_system_breaks_no_rule(lines: Lines, rules: list[Rule], filled: Filled) -> None:
    plan = plan_of(lines, filled)
    assert list(found(plan, rules, "organisation")) == []
    assert list(found(plan, rules, "system")) == []


def test_a_filled_system_meets_every_target(lines: Lines, targets: list[Target], filled: Filled) -> None:
    plan = plan_of(lines, filled)
    outcomes = evaluate_system(plan, targets, "QU9")
    assert {each.target.code: (each.outcome, each.why) for each in outcomes if each.outcome != "met"} == {}
    trusts = {each.outcome for each in evaluate(plan, targets)}
    assert trusts == {"met", "not_applicable"}


def test_what_each_type_of_organisation_is_asked(lines: Lines, targets: list[Target], filled: Filled) -> None:
    asked: dict[str, set[str]] = {}
    for each in evaluate(plan_of(lines, filled), targets):
        if each.outcome != "not_applicable":
            asked.setdefault(each.organisation or "", set()).add(each.target.code)
    acute = {"23-01", "23-03", "23-10", "23-13", "23-15", "23-34", "23-42", "23-43"}
    assert asked["RTH"] == acute
    assert asked["RNU"] == {"23-42", "23-43"}
    assert asked["RYE"] == {"23-02", "23-42", "23-43"}
    assert "QU9" not in asked


def test_a_served_ambulance_trust_is_shown_and_not_added_up(
    lines: Lines, targets: list[Target], filled: Filled
) -> None:
    outcomes = {each.target.code: each for each in evaluate_system(plan_of(lines, filled), targets, "QU9")}
    assert "Served by RYE" in outcomes["23-02"].why
    assert "RYE" not in {ods for ods, _, _ in outcomes["23-42"].inputs}
    assert ("QU9", "F.ICB.PROV@RTH", 14) in outcomes["23-42"].inputs
    assert ("QU9", "F.ICB.PROV@RYE", 14) not in outcomes["23-42"].inputs


def test_a_missing_return_leaves_the_system_not_assessable_and_rules_waiting(
    lines: Lines, rules: list[Rule], targets: list[Target], filled: Filled
) -> None:
    plan = plan_of(lines, filled, ("RXQ", "finance"))
    outcomes = {each.target.code: each for each in evaluate_system(plan, targets, "QU9")}
    for code, of in (("23-19", 6), ("23-42", 6), ("23-43", 5)):
        assert (outcomes[code].outcome, outcomes[code].missing) == ("not_assessable", ("RXQ",))
        assert outcomes[code].so_far == f"{of - 1} of {of}"
    assert outcomes["23-01"].outcome == "met"
    codes = "F-04 F-19 F-20 T01 T02 T03 T04 T05 T06 T07 T08 T09 T10 T14 T15 T19 T20 T21 T22 T23 T27 T41 T42"
    assert run_rules(plan, rules, "organisation").waiting == {"finance": codes.split()}
    assert run_rules(plan.system("QU9"), rules, "system").waiting == {
        "RXQ finance": ["F-02", "F-03", "F-04", "F-05", "F-19", "F-20", "T08", "T17", "T41", "T42"]
    }


SPOILED = {
    ("RTH", "agency_over_ceiling"): {"T08", "23-43"},
    ("RTH", "waits_over_65_weeks"): {"23-10"},
    ("RTH", "pay_out_of_step"): {"T03"},
    ("RTH", "efficiency_short"): {"23-42"},
    ("RTH", "ae_four_hour_short"): {"23-01"},
    ("RTH", "beds_over_occupied"): {"23-03"},
    ("RTH", "rtt_does_not_roll"): {"T28"},
    ("RTH", "productivity_implausible"): {"T11"},
    ("RTH", "deficit"): set(),  # asked of the system alone
    ("RYE", "cat2_slow"): {"23-02"},
    ("RTH", "followups_not_reduced"): {"23-34"},
    ("RTH", "diagnostics_worsen"): {"23-15"},
    ("RTH", "wte_disagrees"): {"T01", "T02"},
}


def spoiled(filled: Filled, ods: str, what: str) -> Filled:
    own = {name: figures for (other, name), figures in filled.items() if other == ods}
    return {**filled, **{(ods, name): figures for name, figures in distort(own, what).items()}}


@pytest.mark.parametrize(("who", "expected"), list(SPOILED.items()))
def test_what_is_spoiled_is_found_and_nothing_else(
    who: tuple[str, str],
    expected: set[str],
    lines: Lines,
    rules: list[Rule],
    targets: list[Target],
    filled: Filled,
) -> None:
    plan = plan_of(lines, spoiled(filled, *who)).only([who[0]])
    codes = {text.split()[0] for text in found(plan, rules, "organisation")}
    codes |= {each.target.code for each in evaluate(plan, targets) if each.outcome == "not_met"}
    assert codes == expected


def test_positions_of_a_filled_system(lines: Lines, filled: Filled) -> None:
    plan = plan_of(lines, filled)
    figures = system_position(plan, "QU9")
    assert figures.missing == ()
    assert figures.income is not None
    assert figures.expenditure is not None
    assert figures.adjusted == pytest.approx(figures.income + figures.expenditure, abs=1)
    own = position(plan.only(["RTH"]))
    assert own.adjusted == pytest.approx((own.income or 0) + (own.expenditure or 0))
