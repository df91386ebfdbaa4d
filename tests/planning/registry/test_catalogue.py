"""The line catalogue of 2023/24: complete for its arithmetic, its formulas computed by the plan itself."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from planning.plan.array import BLANK, NO_RETURN, VALUE, Member, Plan
from planning.registry import catalogue, periods
from planning.registry.catalogue import check_lines, codes_of, line_entries, lines_from_files
from planning.registry.files import BadReference
from planning.registry.lines import Line, Lines, terms
from planning.registry.rounds import RETURNS

PARTNERS = {"icb": ["QU9"], "trust": ["RTH", "RNU"], "ac": ["RTH"], "mh": ["RNU"]}
MEMBERS = (("RTH", "ac"), ("RNU", "mh"), ("RYE", "am"), ("QU9", "icb"))
GROUPS = ("MD.CON", "MD.OTH", "RN", "MID", "AHP", "STT", "AMB", "SUP", "INF", "OTH")


@pytest.fixture(scope="module")
def lines() -> Lines:
    return lines_from_files("2023-24")


def held_by(lines: Lines, kind: str) -> list[Line]:
    """The lines of the three returns of an organisation of that kind."""
    return [line for name in RETURNS for line in lines.of_return(name, kind, PARTNERS)]


@pytest.fixture(scope="module")
def plan(lines: Lines) -> Plan:
    """Four organisations that enter 1 everywhere."""
    returns: dict[str, dict[str, object]] = {name: {} for name in ("activity", "workforce", "finance")}
    members = [Member(ods, kind, "QU9", ods, uploads=returns) for ods, kind in MEMBERS]
    held = {member.ods: held_by(lines, member.kind) for member in members}
    plan = Plan(lines, members, dict.fromkeys(line.code for some in held.values() for line in some))
    for ods, some in held.items():
        for line in some:
            if not line.is_computed or line.formula_scope == "plan":
                plan.enter(ods, line.code, [10_000] * periods.COUNT, "v" * periods.COUNT, None)
    plan.compute()
    return plan


def test_size_of_each_return(lines: Lines) -> None:
    sizes = {
        (name, kind): len(lines.of_return(name, kind, PARTNERS))
        for name in ("activity", "workforce", "finance")
        for _, kind in MEMBERS
    }
    assert sizes == {
        ("activity", "ac"): 147,
        ("activity", "mh"): 51,
        ("activity", "am"): 12,
        ("activity", "icb"): 66,
        ("workforce", "ac"): 80,
        ("workforce", "mh"): 80,
        ("workforce", "am"): 79,
        ("workforce", "icb"): 4,
        ("finance", "ac"): 105,
        ("finance", "mh"): 105,
        ("finance", "am"): 104,
        ("finance", "icb"): 43,
    }


def test_every_figure_of_a_full_return_is_known(lines: Lines, plan: Plan) -> None:
    """No formula rests on a line that an organisation of that type does not hold."""
    for ods, kind in MEMBERS:
        for line in held_by(lines, kind):
            assert all(plan.state(ods, line.code, place) == VALUE for place in range(periods.COUNT)), (
                line.code
            )


@pytest.mark.parametrize(
    ("ods", "code", "month", "year"),
    [
        ("RTH", "E.M.10", 2, 24),
        ("RTH", "E.M.13D", 2, 24),
        ("RTH", "E.B.26", 9, 108),
        ("RTH", "E.B.3a", 1, 1),  # a list: March
        ("RTH", "E.M.30a", 1, 1),  # an average
        ("RYE", "E.B.23c", 1, 1),  # a weighted mean
        ("RTH", "W.TOT.RN", 3, 3),
        ("RTH", "W.TOT", 30, 30),
        ("RTH", "W.AVG", 30, 30),
        ("RTH", "F.INC.TOTAL", 7, 84),  # the partner line is in no total
        ("RTH", "F.PAY.SUB", 10, 120),
        ("RTH", "F.PAY.TOTAL", 13, 156),  # nor is bank and agency pay by group
        ("RTH", "F.WTE.TOT", 3, 3),
        ("RTH", "F.EXP.TOTAL", 20, 240),
        ("RTH", "F.SURPLUS", 28, 336),
        ("RTH", "F.AFP", 29, 348),
        ("RTH", "F.EFF.TOTAL", 6, 72),
        ("RTH", "F.CAP.CDEL", 2, 24),  # disposals are taken off
        ("QU9", "F.ICB.EXP", 10, 120),  # both partner trusts and those outside the system
        ("QU9", "F.AFP", 11, 132),
    ],
)
def test_sums(plan: Plan, ods: str, code: str, month: int, year: int) -> None:
    found = [plan.figure(ods, code, place) for place in (periods.APRIL, periods.YEAR)]
    assert found == [month * 10_000, year * 10_000]


def test_system_adds_handovers_of_hospitals_only(plan: Plan) -> None:
    assert plan.system("QU9").figure("QU9", "LOC.HOT", periods.APRIL) == 10_000
    assert plan.system("QU9").figure("QU9", "F.AFP", periods.APRIL) == (3 * 29 + 11) * 10_000


@pytest.mark.parametrize(
    "family", ["W.SUB.", "W.BNK.", "W.AGY.", "W.TOT.", "W.AVG.", "F.PAY.SUB.", "F.PAY.AGY."]
)
def test_ten_groups_of_each_family(lines: Lines, family: str) -> None:
    assert [code.removeprefix(family) for code in lines if code.startswith(family)] == list(GROUPS)


def test_averages_of_earlier_years_are_entered(lines: Lines) -> None:
    line = lines["W.AVG.RN"]
    assert (line.formula_scope, line.outturn, line.baseline) == ("plan", "required", "required")


def test_money_is_in_thousands_and_spend_is_negative(lines: Lines) -> None:
    money = [line for line in lines.values() if line.measure_type == "Amount"]
    assert {line.unit for line in money} == {"£000"}
    assert {line.sign for line in money if line.code.startswith(("F.PAY.", "F.NP.", "F.EXP."))} == {"-"}
    assert {code for code, line in lines.items() if line.sign == "any"} == {
        *(
            "F.INC.ERF",
            "F.SURPLUS",
            "F.ADJ",
            "F.AFP",
            "F.UND",
            "F.NROTH",
            "F.ICB.CONV",
            "F.RISK.NET",
            "F.CASH",
        ),
        *(code for code in lines if code.startswith("F.BR.")),
        "W.BR.TRF",
    }


def test_numerators_have_their_denominators(lines: Lines) -> None:
    without = {
        line.code for line in lines.values() if line.measure_type == "Numerator" and not line.denominator
    }
    assert without == {"E.M.30a", "E.M.30b"}  # beds: core and escalation together


def test_verified_codes_say_so(lines: Lines) -> None:
    """All E. codes but those of category 1, whose letter is an assumption, and parts that this project made."""
    for line in lines.values():
        own = line.code.startswith("E.B.23a") or line.is_per_partner or line.sheet == "Breakdowns"
        assert bool(line.nhse_ref) == (line.code.startswith("E.") and not own), line.code
        assert line.definition.endswith("."), line.code


@pytest.mark.parametrize("round_code", ["2022-23", "2023-24", "2024-25"])
def test_order_is_that_of_sheets(round_code: str) -> None:
    """A sheet's lines, and a section's, stand together."""
    for names in ("sheet", "section"):
        runs = [getattr(line, names) for line in lines_from_files(round_code).values()]
        starts = [name for before, name in zip([None, *runs], runs, strict=False) if name != before]
        assert max(Counter(starts).values()) == 1


def _altered(which: str, **changes: object) -> list[dict[str, object]]:
    entries = line_entries("2023-24")
    next(entry for entry in entries if entry["code"] == which).update(changes)
    return entries


@pytest.mark.parametrize(
    ("entries", "fault"),
    [
        (lambda: _altered("E.M.10", formula="E.M.10a + E.M.10z"), "E.M.10z is not a line of the round"),
        (lambda: _altered("E.M.10", formula="E.M.10a plus E.M.10b"), "is not a sum of lines"),
        (lambda: _altered("E.M.10", formula="E.M.10a + E.M.10"), "contains itself"),
        (
            lambda: _altered("E.M.10", formula="E.M.10a + LOC.IAPT"),
            "LOC.IAPT in its formula is not in every return",
        ),
        (lambda: _altered("E.B.23c", weight="E.B.23x"), "its weight E.B.23x is not a line"),
        (lambda: _altered("E.B.23c", weight=""), "needs a weight"),
        (lambda: _altered("E.B.27N", denominator="LOC.IAPT6D"), "its denominator LOC.IAPT6D is not a line"),
        (lambda: _altered("E.M.10c", of_which="E.M.99"), "its of_which E.M.99"),
        (lambda: _altered("E.M.8", code="E.M.9"), "stands twice"),
        (lambda: _altered("E.M.8@", code="E.M.8.P"), "a partner line, and only that, ends in @"),
        (
            lambda: _altered("E.M.8@", types=["ac", "mh", "icb"]),
            "its of_which E.M.8 is not a line of the same",
        ),
        (lambda: _altered("F.INC.PRT@", partners={"ac": ["trust"]}), "says for each of its types who"),
        (lambda: _altered("E.T.8", optional_for=["am"]), "optional for a type that does not have it"),
    ],
)
def test_a_wrong_file_is_told_with_entry_and_fault(
    entries: Callable[[], list[dict[str, object]]], fault: str
) -> None:
    with pytest.raises(BadReference, match=fault) as told:
        check_lines(Path("data/lines/2023-24"), entries())
    assert "lines/2023-24" in str(told.value)


def test_a_family_that_has_no_file_is_told(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "FAMILIES", ("staff_groups", "diagnostic_tests"))
    with pytest.raises(BadReference, match="ethnic_groups is not one of staff_groups, diagnostic_tests"):
        line_entries("2023-24")


def test_months_of_a_centile_make_no_year(lines: Lines, plan: Plan) -> None:
    line = lines["E.B.23cP"]
    assert (line.has_year_of_months, line.over_organisations) == (False, "none")
    assert plan.system("QU9").state("QU9", "E.B.23cP", periods.APRIL) == NO_RETURN


def test_a_system_knows_a_line_that_those_who_must_give_it_gave(lines: Lines) -> None:
    """An acute trust may leave out what a community trust must give; a blank of the latter is a blank of both."""
    members = [Member(ods, kind, "QU9", uploads={"activity": {}}) for ods, kind in MEMBERS[:2]]
    for blank, expected in (("RTH", VALUE), ("RNU", BLANK)):
        plan = Plan(lines, members, ["E.T.8"])
        for member in members:
            state = "b" if member.ods == blank else "v"
            figures = [None if state == "b" else 10_000] * periods.COUNT
            plan.enter(member.ods, "E.T.8", figures, state * periods.COUNT, None)
        assert plan.system("QU9").state("QU9", "E.T.8", periods.APRIL) == expected


def test_codes_of_a_signed_sum(lines: Lines) -> None:
    assert codes_of(Path("x"), "y", "F.EXP.TOTAL - F.ICB.PROV@*", lines) == ["F.EXP.TOTAL", "F.ICB.PROV@"]
    assert codes_of(Path("x"), "y", "F.INC.ICB@QU9", lines) == ["F.INC.ICB@"]
    assert terms("-F.ICB.PROV@*") == ((-1, "F.ICB.PROV@*"),)
