"""Which return is out of step, what would close a finding, when it was found before: pages of what runs keep."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from finance.positions import Position
from planning.foundation import charts
from planning.people.person import Person
from planning.plan.runs import Run
from tests.planned import ROUND, count_queries, make_finding, make_run, make_standing, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
DASHBOARD = f"/systems/QU9/rounds/{ROUND}/"
SENTENCE = "The finance return is out of step by 3.0 points (£3.0m): pay is 4.0% above its outturn."


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "PATIENCE", 0)
    monkeypatch.setattr(charts, "_ask", lambda chart: None)


def indices(odd: str = "finance", **more: Any) -> dict[str, Any]:
    """What a run keeps of a body whose pay is out of step."""
    figures = {"activity": 101.0, "workforce": 101.0, "finance": 104.0}
    return {
        "allowed": "Staff and pay agree within 1.5 points",
        "bodies": ["RTH"],
        "left_out": [],
        "returns": {
            key: {"index": value, "why": "", "months": [value] * 12, "what": key, "unit": ""}
            for key, value in figures.items()
        },
        "odd": {
            "return": odd,
            "by": 3.0 if odd else None,
            "unit": "points",
            "sentence": SENTENCE if odd else "No one",
        },
        "ratios": {"W.AVG": 10_000_000, "CWA": 1_000_000_000, "F.PAY.AGY": 16_000_000, "F.WTE.AGY": 200_000},
        "read_by": {
            "lines": {"F.PAY.AGY": ["23-43", "T"]},
            "targets": {"23-43": ["Agency spend", "not_met"], "T": ["x", "met"]},
        },
        **more,
    }


def keep(run: Run, **more: Any) -> None:
    run.indices = indices(**more)
    run.save(update_fields=["indices"])


CLOSING = {
    "what": "Less agency pay: £160,000 less on “Agency pay” (F.PAY.AGY)",
    "return": "finance",
    "line": "F.PAY.AGY",
    "amount": 160.0,
    "unit": "£000",
    "also": [{"line": "F.WTE.AGY", "amount": -2.0}],
    "moves": "",
    "knock_on": [],
    "why": "The figures that its ratios are made from are not in the returns yet.",
}


def test_the_return_that_is_out_of_step_is_named_with_how_we_know(asha: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9", asha)
    keep(standing.runs["organisation"])
    finding = standing.finding
    finding.working["odd"] = {"sentence": "Finance stands apart.", "allowed": "Within 1.5 points"}
    finding.save()
    browser = signed_in(asha)
    said = text_of(browser.get(reverse("finding", args=[finding.pk])))
    assert "Finance stands apart." in said
    assert "each return is held against its own outturn. Within 1.5 points." in said
    assert "Pay is out of step: 104.0 against activity 101.0 and staff 101.0" in said
    assert "Apr-23 101.0 101.0 104.0" in said
    assert count_queries(browser, reverse("finding", args=[finding.pk])) <= 8


def test_what_rests_on_one_return_is_set_beside_all_three(asha: Person, signed_in: SignIn) -> None:
    """Pay against staff is judged in the finance return alone; the other two have something to say of it."""
    standing = make_standing("RTH", "QU9", asha)
    keep(standing.runs["organisation"])
    alone = make_finding(
        standing.finance.run,
        "RTH",
        "QU9",
        standing.finance,
        return_kind="finance",
        working={"closing": [CLOSING], "tolerance": "1.5 points"},
    )
    browser = signed_in(asha)
    page = browser.get(reverse("finding", args=[alone.pk]))
    said = text_of(page)
    assert SENTENCE in said
    assert "2.0 WTE fewer agency staff, at the plan’s own £80,000 a WTE" in said
    assert "200 less weighted activity, if each still does 100.0 units a year" in said
    assert "23-43 Agency spend (now not met)" in said
    assert (
        f"/rounds/{ROUND}/what-if/?body=RTH&amp;change=F.PAY.AGY%3Aadd%3A160&amp;change=F.WTE.AGY%3Aadd%3A-2"
        in page.content.decode()
    )
    assert count_queries(browser, reverse("finding", args=[alone.pk])) <= 8


def test_a_system_keeps_its_own_and_a_trust_that_it_names_is_not_told_it(
    asha: Person, signed_in: SignIn
) -> None:
    standing = make_standing("RTH", "QU9", asha)
    keep(standing.runs["system"])
    pair = make_finding(
        standing.runs["system"], "RTH", "QU9", standing.finance, rule="T03", line="F.INC.ICB@QU9"
    )
    said = text_of(signed_in(asha).get(reverse("finding", args=[pair.pk])))
    assert SENTENCE not in said and "104.0" not in said


def test_the_icbs_side_of_a_contract_is_tried_on_the_icbs_plan_by_the_icb_alone(
    asha: Person, cara: Person, signed_in: SignIn
) -> None:
    standing = make_standing("RTH", "QU9", asha)
    other = {**CLOSING, "line": "F.ICB.PROV@RTH", "also": []}
    pair = make_finding(
        standing.runs["system"], "RTH", "QU9", standing.finance, rule="T17", working={"closing": [other]}
    )
    address = reverse("finding", args=[pair.pk])
    assert "what-if/?body=" not in signed_in(asha).get(address).content.decode()
    assert "what-if/?body=QU9&amp;change=F.ICB.PROV%40RTH" in signed_in(cara).get(address).content.decode()


def test_an_old_finding_leads_to_what_is_found_today(asha: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9", asha)
    old = standing.finding
    again = make_run(Run.ORGANISATION, "RTH", [standing.finance])
    new = make_finding(again, "RTH", "QU9", standing.finance, gap=1.9)
    browser = signed_in(asha)
    page = browser.get(reverse("finding", args=[old.pk]))
    assert (page.status_code, page.headers["Location"]) == (302, reverse("finding", args=[new.pk]))
    said = text_of(browser.get(reverse("finding", args=[new.pk]) + "?history=1"))
    assert said.index("1.9 points Version 1") < said.index("2.8 points Version 1")
    assert "Finance 1" in said
    assert count_queries(browser, reverse("finding", args=[new.pk]) + "?history=1") <= 8


def test_one_that_is_found_no_more_says_so_and_wants_nothing(asha: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9", asha)
    make_run(Run.ORGANISATION, "RTH", [standing.finance])
    browser = signed_in(asha)
    page = browser.get(reverse("finding", args=[standing.finding.pk]))
    said = text_of(page)
    assert page.status_code == 200
    assert "Not found any more." in said and "when it was last found" in said
    assert "Save reason" not in said
    posted = browser.post(reverse("reason", args=[standing.finding.pk]), {"reason": "Because."})
    assert posted.status_code == 404


def test_an_old_finding_has_the_same_wall(bill: Person, rhys: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9")
    make_run(Run.ORGANISATION, "RTH", [standing.finance])
    for person in (bill, rhys):
        assert signed_in(person).get(reverse("finding", args=[standing.finding.pk])).status_code == 404


def test_the_dashboard_names_the_odd_one_of_the_system_and_of_each_trust(
    cara: Person, signed_in: SignIn
) -> None:
    standing = make_standing("RTH", "QU9")
    left_out = [{"organisation": "RHW", "why": "finance not returned"}]
    keep(standing.runs["system"], left_out=left_out)
    run = standing.runs["organisation"]
    keep(run)
    Position.objects.create(run=run, round_id=ROUND, organisation_id="RTH", system_id="QU9", adjusted=0.0)
    browser = signed_in(cara)
    said = text_of(browser.get(DASHBOARD))
    assert "Pay is out of step: 104.0 against activity 101.0 and staff 101.0" in said
    assert "Out of step with the other two returns: Oxford University Hospitals: Pay, by 3.0 points." in said
    assert "Oxford University Hospitals Pay, by 3.0 points 101.0 101.0 104.0" in said
    assert "The system is without Royal Berkshire (finance not returned)." in said
    assert count_queries(browser, DASHBOARD) <= 8


def test_a_dashboard_of_runs_from_before_has_no_such_part(cara: Person, signed_in: SignIn) -> None:
    make_standing("RTH", "QU9")
    assert "Activity, staff and pay" not in text_of(signed_in(cara).get(DASHBOARD))
