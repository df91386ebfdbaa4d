"""Synthetic returns: coherent, the same for the same seed, and without a single finding; and each way to spoil
one, which hits what it says and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import pytest

from planning.plan.rulebook import Rule, load_rules
from planning.plan.rules import ORGANISATION, SYSTEM, run_rules
from planning.registry import periods
from planning.registry.assumptions import load_parameters
from planning.registry.files import DATA
from planning.registry.lines import Line, Lines
from planning.registry.rounds import RETURNS
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from submissions.filling import DISTORTIONS, distort, fill_system
from submissions.filling.profiles import Dice
from submissions.filling.unmodelled import plausible
from submissions.layout import INPUT, kind_of_cell
from submissions.returns import Body
from targets.evaluations import MET, NOT_APPLICABLE, NOT_ASSESSABLE, NOT_MET
from targets.guidance.governing import for_system, load_targets
from targets.guidance.target import Target
from targets.judging.evaluation import Outcome, evaluate, evaluate_system
from targets.judging.ledger import Ledger
from targets.judging.paths import judged_of, paths_of
from targets.judging.plausibility import implausible
from tests.filled import Figures, filled, lines_of, plan_of
from tests.workbooks import ROUND, catalogue

pytestmark = pytest.mark.django_db

SYSTEMS = ("QU9", "QT6")
OTHER_ROUNDS = sorted({file.stem for file in (DATA / "rounds").glob("*.yaml")} - {ROUND})


@lru_cache
def rules(round_code: str) -> list[Rule]:
    return load_rules(round_code, load_parameters(round_code))


@lru_cache
def targets(round_code: str, system: str) -> list[Target]:
    """What governs the system's plans and can be worked out: national, local, and carried over."""
    governing = for_system(load_targets(round_code), system)
    return [target for target in governing if not target.is_attested and target.status != "query"]


def found_in(
    system: str, bodies: Sequence[Body], figures: Figures, round_code: str = ROUND
) -> set[tuple[str, str]]:
    """(rule or target, organisation or "system") of everything that is not as it should be."""
    plan, judged = plan_of(system, bodies, figures, round_code), targets(round_code, system)
    triangulated = [rule for rule in rules(round_code) if rule.kind == "rule"]
    own = run_rules(plan, triangulated, ORGANISATION).breaches
    whole = run_rules(plan.system(system), triangulated, SYSTEM).breaches
    outcomes = evaluate(plan, judged) + evaluate_system(plan, judged, system)
    missed = [
        each for each in outcomes if each.outcome in (NOT_MET, NOT_ASSESSABLE) and not lacks_share(each)
    ]
    codes = {each.target.code for each in missed if each.outcome == NOT_MET}
    doubts = implausible(Ledger(plan), judged, rules(round_code), codes).breaches
    found = {(rule.code, breach.organisation or "system") for rule, breach in [*own, *whole, *doubts]}
    return found | {(each.target.code, each.organisation or "system") for each in missed}


def lacks_share(outcome: Outcome) -> bool:
    """A filled system has been set no share of what is asked of England."""
    return outcome.target.threshold_from == "local" and outcome.why == "No local share has been set."


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_a_filled_system_raises_nothing_at_all(system: str, seed: int) -> None:
    bodies, figures = filled(system, seed)
    assert found_in(system, bodies, figures) == set()


@pytest.mark.parametrize("round_code", OTHER_ROUNDS)
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_other_rounds_raise_nothing_either(system: str, round_code: str, seed: int) -> None:
    bodies, figures = filled(system, seed, round_code)
    assert found_in(system, bodies, figures, round_code) == set()


@pytest.mark.parametrize("round_code", [ROUND, *OTHER_ROUNDS])
@pytest.mark.parametrize("system", SYSTEMS)
def test_every_target_that_is_asked_of_a_filled_system_is_met(system: str, round_code: str) -> None:
    """All but a handful: those whose share nobody has set, and those of a later year or of single bodies."""
    bodies, figures = filled(system, 1, round_code)
    plan = plan_of(system, bodies, figures, round_code)
    outcomes = evaluate_system(plan, targets(round_code, system), system)
    asked = [each for each in outcomes if each.outcome != NOT_APPLICABLE and not lacks_share(each)]
    assert {each.outcome for each in asked} == {MET}
    assert len(asked) >= {"2022-23": 30, "2023-24": 35, "2024-25": 13}[round_code]


def test_what_is_carried_over_is_asked_of_a_filled_system() -> None:
    """22-38 of the year before: 40 virtual ward beds for every 100,000 by December 2023."""
    bodies, figures = filled("QU9", 1)
    carried = [target for target in targets(ROUND, "QU9") if target.carried_from == "2022-23"]
    outcomes = evaluate_system(plan_of("QU9", bodies, figures, ROUND), carried, "QU9")
    assert {each.target.code: each.outcome for each in outcomes}["22-38"] == MET


@pytest.mark.parametrize("round_code", [ROUND, *OTHER_ROUNDS])
def test_a_filled_trust_has_paths_to_doubt(round_code: str) -> None:
    """That nothing is said of V22 to V24 means something: an acute trust has a good many paths."""
    bodies, figures = filled("QU9", 1, round_code)
    ledger = Ledger(plan_of("QU9", bodies, figures, round_code))
    o = ledger.plan.row["RTH"]
    tests = [test for target in targets(round_code, "QU9") for test in judged_of(ledger, target, o)]
    found = paths_of(ledger, tests, o)
    assert len(found) >= {"2022-23": 15, "2023-24": 15, "2024-25": 5}[round_code]


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_input_that_is_asked_for_has_a_figure(system: str) -> None:
    bodies, figures = filled(system, 1)
    for body in bodies:
        for name in RETURNS:
            lines = {line.code: line for line in lines_of(body, name)}
            for line in lines.values():
                for place in range(periods.COUNT):
                    is_input = kind_of_cell(line, body.kind, place, lines) == INPUT
                    figure = figures[body.ods, name].get(line.code, [None] * periods.COUNT)[place]
                    assert is_input or figure is None, (body.ods, line.code, place)
                    assert not is_input or line.required == "optional" or figure is not None, (
                        line.code,
                        place,
                    )


def test_whole_lines_hold_whole_numbers_and_others_their_decimals() -> None:
    _, figures = filled("QU9", 3)
    for (_, _), rows in figures.items():
        for code, row in rows.items():
            decimals = catalogue()[code].decimals
            assert all(cell is None or cell == "n/a" or round(cell, decimals) == cell for cell in row), code
            assert not any(str(cell) == "-0.0" for cell in row), code


def test_the_same_seed_gives_the_same_figures_and_another_seed_others() -> None:
    assert filled("QT6", 4)[1] == filled("QT6", 4)[1]
    assert filled("QT6", 4)[1]["REF", "finance"] != filled("QT6", 5)[1]["REF", "finance"]


def test_a_trust_alone_is_filled_as_in_its_system() -> None:
    bodies, whole = filled("QU9", 9)
    served = next(body for body in bodies if body.ods == "RYE")
    alone = fill_system(9, ROUND, [served], catalogue(), load_parameters(ROUND))
    assert alone == {("RYE", name): whole["RYE", name] for name in RETURNS}


def test_partners_say_the_same_of_each_other() -> None:
    bodies, figures = filled("QU9", 2)
    board = figures["QU9", "finance"]
    for body in bodies[:-1]:
        received, paid = figures[body.ods, "finance"]["F.INC.ICB@QU9"], board[f"F.ICB.PROV@{body.ods}"]
        assert [cell and -cell for cell in received] == list(paid)
        assert all(cell > 0 for cell in received[1:14])


def test_trusts_differ_in_size_and_are_of_a_plausible_one() -> None:
    bodies, figures = filled("QU9", 1)
    plan = plan_of("QU9", bodies, figures, ROUND)
    income = {
        ods: plan.figure(ods, "F.INC.TOTAL", periods.YEAR)
        for ods in ("RTH", "RHW", "RXQ", "RNU", "RWX", "RYE")
    }
    millions = {ods: round((figure or 0) / 10_000 / 1000) for ods, figure in income.items()}
    assert 1_000 < millions["RTH"] < 1_500
    assert all(200 < value < 900 for ods, value in millions.items() if ods != "RTH")
    assert len(set(millions.values())) == len(millions)


def test_flows_follow_the_days_and_are_never_a_twelfth() -> None:
    """Within 25% of the year's mean a working day, and not the same in every month."""
    _, figures = filled("QU9", 1)
    days = [float(load_parameters(ROUND)[f"working_days.{code}"]) for code in periods.codes(ROUND)[2:14]]
    for code in ("E.M.8", "E.M.9", "E.M.10a", "E.M.10b", "E.M.18", "E.M.19", "E.M.20", "E.B.26a"):
        months = figures["RTH", "activity"][code][2:14]
        mean = sum(months) / sum(days)
        assert all(0.75 < month / day / mean < 1.25 for month, day in zip(months, days, strict=True)), code
        assert len(set(months)) > 6


def test_an_icb_without_its_trusts_cannot_be_filled() -> None:
    board = Body("QU9", "icb", (), ("RTH",))
    with pytest.raises(ValueError, match=r"QU9 pays RTH, so its return cannot be filled without theirs\."):
        fill_system(1, ROUND, [board], catalogue(), load_parameters(ROUND))


def test_a_line_that_nothing_models_gets_an_answer() -> None:
    common = {
        "label": "New",
        "return": "activity",
        "sheet": "One",
        "section": "",
        "types": ["ac"],
        "unit": "patients",
        "over_time": "sum",
    }
    new = Line.from_entry({**common, "code": "N.1", "measure_type": "Count"})
    part = Line.from_entry({**common, "code": "N.2", "measure_type": "Count", "of_which": "A"})
    optional = Line.from_entry({**common, "code": "N.3", "measure_type": "Count", "required": "optional"})
    assert plausible(Dice(1), optional, {}) == [None] * 15
    assert plausible(Dice(1), part, {"A": [None, 100, *[10] * 12, None]}) == [None, 90, *[9] * 12, None]
    months = plausible(Dice(1), new, {})[2:14]
    assert all(isinstance(month, int) and month > 0 for month in months)
    assert len(set(months)) > 1
    lines = Lines(ROUND, [*catalogue().values(), new])
    figures = fill_system(1, ROUND, [Body("RTH", "ac", ("QU9",))], lines, load_parameters(ROUND))
    assert figures["RTH", "activity"]["N.1"][2] is not None


# --- distortions ----------------------------------------------------------------------------------------

HITS = {
    "agency_over_ceiling": ("RTH", {("23-43", "RTH"), ("T08", "RTH")}),
    "waits_over_65_weeks": ("RHW", {("23-10", "RHW"), ("23-10", "system")}),
    "pay_out_of_step": ("RNU", {("T03", "RNU")}),
    "efficiency_short": ("RXQ", {("23-42", "RXQ"), ("F-04", "RXQ")}),
    "ae_four_hour_short": ("RHW", {("23-01", "RHW")}),
    "beds_over_occupied": ("RHW", {("23-03", "RHW")}),
    "rtt_does_not_roll": ("RXQ", {("T28", "RXQ")}),
    "productivity_implausible": ("RTH", {("T11", "RTH")}),
    "deficit": ("RNU", {("23-19", "system"), ("F-02", "system"), ("F-03", "system")}),
    "cat2_slow": ("RYE", {("23-02", "RYE"), ("23-02", "system")}),
    "followups_not_reduced": ("RXQ", {("23-34", "RXQ")}),
    "diagnostics_worsen": ("RXQ", {("23-15", "RXQ")}),
    "wte_disagrees": ("RYE", {("T01", "RYE"), ("T02", "RYE")}),
    "contract_disagrees": ("RXQ", {("T16", "RXQ"), ("T17", "RXQ")}),
}


def test_every_distortion_is_tried() -> None:
    assert set(HITS) == set(DISTORTIONS)


@pytest.mark.parametrize("what", HITS)
def test_a_distortion_hits_what_it_says_and_nothing_else(what: str) -> None:
    ods, expected = HITS[what]
    bodies, figures = filled("QU9", 7)
    spoilt = distort({name: figures[ods, name] for name in RETURNS}, what)
    found = found_in("QU9", bodies, {**figures, **{(ods, name): rows for name, rows in spoilt.items()}})
    assert {hit for hit in found if hit[1] != "system" or hit in expected} == expected
    assert {code for code, _ in found} == {code for code, _ in expected}


@pytest.mark.parametrize("ods", ["RTH", "RNU", "RYE"])
def test_agency_over_the_ceiling_fits_every_type_of_trust(ods: str) -> None:
    bodies, figures = filled("QU9", 1)
    spoilt = distort({name: figures[ods, name] for name in RETURNS}, "agency_over_ceiling")
    found = found_in("QU9", bodies, {**figures, **{(ods, name): rows for name, rows in spoilt.items()}})
    worse = {("V23", "RYE")} if ods == "RYE" else set()  # an ambulance trust has few to begin with
    assert found == {("23-43", ods), ("T08", ods), *worse}


def test_distort_leaves_what_it_was_given() -> None:
    _, figures = filled("QT6", 1)
    mine = {name: figures["REF", name] for name in RETURNS}
    before = list(mine["finance"]["F.NP.OTH"])
    spoilt = distort(mine, "deficit")
    assert mine["finance"]["F.NP.OTH"] == before
    assert spoilt["finance"]["F.NP.OTH"] != before


def test_a_distortion_that_does_not_fit_is_refused() -> None:
    _, figures = filled("QT6", 1)
    mine = {name: figures["RJ8", name] for name in RETURNS}
    with pytest.raises(KeyError):
        distort(mine, "cat2_slow")
    with pytest.raises(KeyError):
        distort(mine, "no such thing")
