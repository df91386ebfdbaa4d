"""V22 to V24 as they come out of judging: notes of an organisation's run, with their figures and cells."""

from __future__ import annotations

import pytest

from planning.plan.findings import Finding
from planning.plan.rulebook import load_rules
from planning.plan.runs import CurrentRun, Run
from tests.flow import ROUND, figures_of, send

pytestmark = pytest.mark.django_db

LATE = [0.69, 0.69, 0.695, 0.695, 0.7, 0.7, 0.7, 0.7, 0.705, 0.725, 0.75, 0.77]  # in time told within 28 days


def current(ods: str) -> Run:
    return CurrentRun.objects.get(scope="organisation", subject=ods, basis="latest").run


def test_a_path_that_leaves_its_improvement_to_the_end_is_a_note_with_its_cells() -> None:
    figures = figures_of("RHW", "activity")
    whole = figures["E.B.27D"]
    figures["E.B.27N"] = [
        figures["E.B.27N"][0],
        round(whole[1] * 0.685),
        *(round(month * share) for month, share in zip(whole[2:14], LATE, strict=True)),
        None,
    ]
    send("RHW", "activity", figures)

    [finding] = Finding.objects.filter(run=current("RHW"), rule="V22", message__startswith="23-13,")
    assert (finding.severity, finding.organisation_id, finding.system_id) == ("note", "RHW", "QU9")
    assert "of the improvement from 68.5% to 77.0% is planned for January to March." in finding.message
    assert (finding.sheet, finding.line, finding.period) == ("Cancer", "E.B.27N", "2024-03")
    assert {given["period"] for given in finding.inputs} == {
        *("2022/23", "2023-12", "2024-01", "2024-02", "2024-03"),
    }
    assert all(given["cell"] for given in finding.inputs)


def test_what_is_doubted_waits_for_the_returns_that_it_is_read_from() -> None:
    send("RHW", "activity")
    waiting = current("RHW").waiting
    assert {name: [code for code in codes if code[0] == "V"] for name, codes in waiting.items()} == {
        "finance": ["V22", "V23", "V24"],
        "workforce": ["V22", "V23", "V24"],
    }
    assert not Finding.objects.filter(rule__in=("V22", "V23", "V24")).exists()


def test_the_rule_book_lists_them_with_their_parameters() -> None:
    rules = {rule.code: rule for rule in load_rules(ROUND, {})}
    assert {code: dict(rules[code].limits) for code in ("V22", "V23", "V24")} == {
        "V22": {"share": rules["V22"].limits["share"]},
        "V23": {},
        "V24": {"times": 3, "earlier": 3},
    }
    assert all(
        rules[code].tolerance.text and rules[code].severity == "note" for code in ("V22", "V23", "V24")
    )
