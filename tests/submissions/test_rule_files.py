"""The rule files of 2023/24: each rule a sentence, in lines that exist, with its pairs from the catalogue."""

from pathlib import Path

import pytest

from planning.plan.rulebook import Rule
from planning.registry.catalogue import lines_from_files
from planning.registry.files import BadReference
from planning.registry.lines import Line, Lines
from submissions.loading import check_rule, rule_entries

LINES = lines_from_files("2023-24")


@pytest.fixture(scope="module")
def rules() -> dict[str, Rule]:
    entries = rule_entries("2023-24", LINES)
    return {entry["code"]: Rule.from_entry(entry, 1, {}) for entry in entries if entry["code"][0] in "TF"}


ACROSS = {
    "T01": ("explain", True, ["finance", "workforce"], "declared"),
    "T02": ("explain", True, ["finance", "workforce"], "declared"),
    "T04": ("explain", False, ["finance", "workforce"], "T04"),
    "T07": ("explain", True, ["finance", "workforce"], "T07"),
    "T10": ("explain", False, ["activity", "finance"], "T10"),
    "T11": ("explain", False, ["activity", "workforce"], "T11"),
    "T12": ("note", False, ["activity", "workforce"], "T12"),
    "T13": ("explain", False, ["activity", "workforce"], "T13"),
    "T14": ("explain", True, ["activity", "finance"], "T14"),
    "T15": ("explain", False, ["activity", "finance"], "T15"),
    "T18": ("explain", False, ["activity", "workforce"], "T18"),
    "T19": ("explain", False, ["activity", "finance", "workforce"], "T19"),
    "T20": ("explain", False, ["activity", "finance"], "T20"),
    "T21": ("explain", False, ["finance", "workforce"], "T21"),
    "T22": ("explain", False, ["finance", "workforce"], "T22"),
    "T24": ("explain", False, ["finance", "workforce"], "T24"),
    "T25": ("explain", False, ["finance", "workforce"], "T25"),
}
EACH_RETURN = {
    "T30": ("block", False, ["activity", "workforce"], "declared"),
    "T31": ("block", False, ["activity", "finance", "workforce"], "declared"),
    "T37": ("explain", False, ["activity", "finance", "workforce"], "T37"),
}
ONE_RETURN = {
    "F-02": ("note", False, ["finance"], "F-02"),
    "F-03": ("note", False, ["finance"], "F-03"),
    "F-04": ("note", False, ["finance"], "F-04"),
    "F-05": ("explain", True, ["finance"], "F-05"),
    "F-06": ("note", False, ["finance"], "F-06"),
    "F-19": ("explain", False, ["finance"], "F-19"),
    "F-20": ("note", False, ["finance"], "F-20"),
    "T03": ("explain", False, ["finance"], "T03"),
    "T05": ("explain", False, ["finance"], "T05"),
    "T06": ("explain", False, ["finance"], "T06"),
    "T08": ("explain", True, ["finance"], "T08"),
    "T09": ("explain", False, ["finance"], "T09"),
    "T16": ("explain", True, ["activity"], "T16"),
    "T17": ("explain", True, ["finance"], "T17"),
    "T23": ("explain", True, ["finance"], "T23"),
    "T26": ("explain", True, ["workforce"], "T26"),
    "T27": ("explain", True, ["finance"], "T27"),
    "T28": ("explain", True, ["activity"], "T28"),
    "T29": ("block", False, ["activity"], "declared"),
    "T32": ("explain", True, ["activity"], "declared"),
    "T33": ("explain", False, ["activity"], "T33"),
    "T34": ("explain", False, ["activity"], "T34"),
    "T35": ("explain", False, ["activity"], "T35"),
    "T36": ("explain", False, ["activity"], "T36"),
    "T38": ("explain", False, ["activity"], "T38"),
    "T39": ("explain", False, ["workforce"], "T39"),
    "T40": ("explain", True, ["workforce"], "T40"),
    "T41": ("block", False, ["finance"], "T41"),
    "T42": ("explain", True, ["finance"], "T42"),
}


def test_which_rules_there_are_and_what_each_needs(rules: dict[str, Rule]) -> None:
    shape = {
        code: (rule.severity, rule.needs_acceptance, sorted(rule.returns), rule.function)
        for code, rule in rules.items()
    }
    assert shape == {**ACROSS, **EACH_RETURN, **ONE_RETURN}
    assert {code for code, rule in rules.items() if rule.each_return} == set(EACH_RETURN)
    assert {code for code, rule in rules.items() if rule.is_across} == set(ACROSS)


def test_a_rule_of_each_return_needs_any_one_of_them(rules: dict[str, Rule]) -> None:
    assert [kind for kind in ("activity", "workforce", "finance") if rules["T30"].needs_only(kind)] == [
        "activity",
        "workforce",
    ]
    assert not any(rules["T01"].needs_only(kind) for kind in ("activity", "workforce", "finance"))
    assert rules["T41"].needs_only("finance")


def test_every_rule_says_what_must_hold_and_what_to_do(rules: dict[str, Rule]) -> None:
    for rule in rules.values():
        assert rule.title.endswith(".") and rule.instruction.endswith(".") and rule.why.endswith("."), (
            rule.code
        )
        assert rule.tolerance.text and rule.source, rule.code


def test_a_line_that_takes_either_sign_is_a_part_of_nothing() -> None:
    either = Line.from_entry(
        {
            "code": "F.ADJ.NEW",
            "label": "New",
            "return": "finance",
            "sheet": "One",
            "section": "",
            "measure_type": "Amount",
            "unit": "£000",
            "sign": "any",
            "over_time": "sum",
            "types": ["ac"],
            "of_which": "F.ADJ",
        }
    )
    entries = rule_entries("2023-24", Lines("2023-24", [*LINES.values(), either]))
    [entry] = [entry for entry in entries if entry["code"] == "T31"]
    assert not [row for row in entry["comparisons"] if "F.ADJ.NEW" in row["left"]]


def test_what_a_rule_holds_across_more_returns_than_its_own(rules: dict[str, Rule]) -> None:
    wider = {code: rule.widened for code, rule in rules.items() if rule.widened}
    assert {code: (sorted(rule.returns), rule.function) for code, rule in wider.items()} == {
        "T06": (["finance", "workforce"], "T06.groups")
    }
    assert all(rule.is_across and rule.widened is None for rule in wider.values())


def compared(rule: Rule) -> set[tuple[str, str]]:
    return {
        (row["left"].removeprefix("-").rstrip("*"), row["right"].removeprefix("-"))
        for row in rule.comparisons
    }


def test_every_pair_of_a_standard_is_compared_but_for_those_that_the_domain_leaves_out(
    rules: dict[str, Rule],
) -> None:
    pairs = {
        (line.code, line.denominator)
        for line in LINES.values()
        if line.denominator and not line.formula and LINES[line.denominator].required != "reference"
    }
    left_out = {numerator for numerator, whole in pairs - compared(rules["T30"])}
    assert left_out == {
        "LOC.ED12N",  # held closer: against those not within 4 hours
        "LOC.HO15",  # T29: handovers nest
        "LOC.HO30",
        "LOC.HO60",
        "E.M.26bN",  # T32: beds
        "E.T.5N",
        "E.D.24N",  # more may be delivered than was contracted
    }
    assert {("LOC.ED12N", "E.M.13D - E.M.13N"), ("LOC.IAPT6N", "LOC.IAPT18N")} <= compared(rules["T30"])


def test_every_part_of_a_line_is_compared_in_size(rules: dict[str, Rule]) -> None:
    parts = {
        (line.code, line.of_which)
        for line in LINES.values()
        if line.of_which and not line.code.startswith("LOC.RTT")
    }
    assert parts - compared(rules["T31"]) == {("F.ICB.CONV", "F.ICB.ALLOC")}  # it takes either sign
    minus = {row["left"][0] == "-" for row in rules["T31"].comparisons if "F.PAY.AGY.RN" in row["left"]}
    assert minus == {True}


def test_long_waits_that_are_exempt_nest_in_their_cohort(rules: dict[str, Rule]) -> None:
    exempt = {
        line.code: line.of_which
        for line in LINES.values()
        if line.code.startswith("LOC.RTT") and line.of_which
    }
    nested = {
        code: row["right"]
        for row in rules["T29"].comparisons
        for code in row["left"].split(" + ")
        if code in exempt
    }
    assert nested == exempt


def test_pairs_follow_the_catalogue() -> None:
    """A new line with a denominator is compared without a word in the rules; the file's own words come first."""
    new = Line.from_entry(
        {
            "code": "LOC.NEWN",
            "label": "New",
            "return": "activity",
            "sheet": "One",
            "section": "",
            "measure_type": "Numerator",
            "unit": "people",
            "over_time": "ratio",
            "types": ["ac", "am"],
            "denominator": "E.M.13aD",
        }
    )
    lines = Lines("2023-24", [*LINES.values(), new])
    [entry] = [entry for entry in rule_entries("2023-24", lines) if entry["code"] == "T30"]
    assert "pairs" not in entry
    assert entry["comparisons"][0]["left"] == "LOC.ED12N"
    assert {
        "left": "LOC.NEWN",
        "operator": "<=",
        "right": "E.M.13aD",
        "grain": "all",
        "types": ["ac"],
    } in entry["comparisons"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"severity": "severe"}, "'severe' is not one of"),
        ({"title": "No full stop"}, "ends in a full stop"),
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
        ({"wider": {"returns": ["workforce"], "function": "T98"}}, "nothing judges it"),
        ({"pairs": [{"whole": "weight", "grain": "all"}]}, "'weight' is not one of"),
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
