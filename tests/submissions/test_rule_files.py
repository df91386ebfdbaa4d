"""The rule file of 2023/24: ten rules, each a sentence, each in lines that exist."""

from pathlib import Path

import pytest

from planning.plan.rulebook import Rule
from planning.registry.catalogue import lines_from_files
from planning.registry.files import BadReference
from submissions.loading import check_rule, rule_entries

LINES = lines_from_files("2023-24")


@pytest.fixture(scope="module")
def rules() -> dict[str, Rule]:
    entries = rule_entries("2023-24", LINES)
    return {
        entry["code"]: Rule.from_entry(entry, 1, {}) for entry in entries if entry["code"].startswith("T")
    }


def test_the_ten(rules: dict[str, Rule]) -> None:
    shape = {
        code: (rule.severity, rule.needs_acceptance, sorted(rule.returns), rule.function)
        for code, rule in rules.items()
    }
    assert shape == {
        "T01": ("explain", True, ["finance", "workforce"], "declared"),
        "T03": ("explain", False, ["finance"], "T03"),
        "T07": ("explain", True, ["finance", "workforce"], "T07"),
        "T08": ("explain", True, ["finance"], "T08"),
        "T11": ("explain", False, ["activity", "workforce"], "T11"),
        "T28": ("explain", True, ["activity"], "T28"),
        "T29": ("block", False, ["activity"], "declared"),
        "T30": ("block", False, ["activity"], "declared"),
        "T31": ("block", False, ["activity"], "declared"),
        "T41": ("block", False, ["finance"], "T41"),
    }


def test_every_rule_says_what_must_hold_and_what_to_do(rules: dict[str, Rule]) -> None:
    for rule in rules.values():
        assert rule.title.endswith(".") and rule.instruction.endswith(".") and rule.why.endswith("."), (
            rule.code
        )
        assert rule.tolerance.text and rule.source, rule.code


def test_every_pair_of_a_standard_is_compared(rules: dict[str, Rule]) -> None:
    """Handovers nest in T29, beds are left to a rule of their own."""
    pairs = {
        (line.code, line.denominator) for line in LINES.values() if line.denominator and not line.formula
    }
    compared = {(row["left"], row["right"]) for row in rules["T30"].comparisons}
    left_out = {pair for pair in pairs - compared if not pair[0].startswith("LOC.HO")}
    assert left_out == {("LOC.ED12N", "E.M.13D")}  # held closer: against those not within 4 hours
    assert ("LOC.ED12N", "E.M.13D - E.M.13N") in compared


def test_every_part_of_an_activity_line_is_compared(rules: dict[str, Rule]) -> None:
    parts = {
        (line.code, line.of_which)
        for line in LINES.values()
        if line.of_which and line.return_kind == "activity" and not line.code.startswith("LOC.RTT")
    }
    assert parts <= {(row["left"], row["right"]) for row in rules["T31"].comparisons}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"severity": "severe"}, "'severe' is not one of"),
        ({"title": "No full stop"}, "does not match"),
        ({"tolerance": {"absolut": 1}}, "'absolut' was unexpected"),
        ({"severity": "block", "needs_acceptance": True}, "only what needs a reason"),
        (
            {"comparisons": [{"left": "E.B.99", "operator": "<=", "right": "E.B.18", "grain": "month"}]},
            "E.B.99",
        ),
        (
            {"comparisons": [{"left": "F.AFP", "operator": "<=", "right": "E.B.18", "grain": "month"}]},
            "finance return",
        ),
        ({"types": ["ac", "mh"]}, "not a line of every type"),
        ({"function": "T98"}, "nothing judges it"),
    ],
)
def test_a_wrong_entry_is_told(change: dict[str, object], fault: str) -> None:
    entry = {
        "code": "T99",
        "title": "It holds.",
        "formula": "E.B.20 <= E.B.18",
        "severity": "explain",
        "returns": ["activity"],
        "types": ["ac"],
        "instruction": "Mend it.",
        "source": "Here",
        "comparisons": [{"left": "E.B.20", "operator": "<=", "right": "E.B.18", "grain": "month"}],
    }
    with pytest.raises(BadReference, match=fault):
        check_rule(Path("data/rules/2023-24.yaml"), {**entry, **change}, LINES)
