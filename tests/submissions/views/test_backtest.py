"""The pages of a rule's trial: asked for on a form, read beside the rule in force, made the rule, promoted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from planning.foundation.jobs import Job
from planning.people.person import Person
from planning.plan.backtests import TRY
from planning.plan.findings import Finding
from planning.plan.rejudgements import Rejudgement
from planning.plan.rule_trials import RuleTrial
from planning.plan.rulebook import RuleVersion
from planning.plan.runs import CurrentRun, Run
from submissions.backtesting import try_rule
from submissions.proposing import form_of
from tests import flow
from tests.planned import ROUND, count_queries, make_run, make_upload, text_of
from tests.submissions.test_backtesting import MARCH, send_apart

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
TRY_T01 = f"/rounds/{ROUND}/rules/T01/try/"
FORM = {"plans": ROUND, "system": "QU9"}


@pytest.fixture
def ada() -> Person:
    return Person.objects.create_superuser("admin@example.nhs.uk", "long-enough-7", name="Ada")


def in_hand(ods: str = "RTH", system: str = "QU9") -> None:
    make_run(Run.SYSTEM, system, [make_upload(ods, "finance")])


def current(code: str, round_code: str = ROUND) -> RuleVersion:
    return RuleVersion.objects.get(round_id=round_code, code=code, is_current=True)


def done(trial: RuleTrial, **result: Any) -> None:
    """A trial as the worker leaves it."""
    body = {
        "organisation": "RTH",
        "name": "OUH",
        "system": "QU9",
        "level": "organisation",
        "state": "hit",
        "waits": [],
    }
    found = {
        "as_at": "2023-02-20T17:00:00+00:00", "versions": [], "in_force": 1, "own_tolerance": False, "bodies": [body],
        "hits": [], "released": [],
    }  # fmt: skip
    trial.result = {**trial.result, **found, **result}
    trial.state = RuleTrial.DONE
    trial.save()


def hit(name: str, *, already: bool) -> dict[str, Any]:
    return {
        "organisation": name, "name": name, "system": "QU9", "line": "W.TOT", "period": "2024-03", "gap": 12.0,
        "message": f"{name} is apart.", "unit": "WTE", "actual": 1.0, "expected": 2.0, "already": already,
    }  # fmt: skip


# --- asking --------------------------------------------------------------------------------------------
def test_asked_waited_for_and_read(cara: Person, signed_in: SignIn) -> None:
    send_apart()
    findings, pointers = Finding.objects.count(), set(CurrentRun.objects.values_list("pk", "run_id"))
    before = signed_in(cara).get(f"/api/v1/rounds/{ROUND}/findings/").content
    browser = signed_in(cara)
    answer = browser.post(TRY_T01, {**FORM, "tolerance-absolute": "400"})
    trial = RuleTrial.objects.get()
    address = reverse("backtest_result", args=[ROUND, "T01", trial.pk])
    assert (answer.status_code, answer["Location"]) == (302, address)
    waiting = browser.get(address)
    assert "The plans in hand are being judged." in text_of(waiting)
    assert 'hx-trigger="every 2s"' in waiting.content.decode()
    try_rule(str(trial.pk))
    said = text_of(browser.get(address))
    assert "Would hit 1 of 1 organisation" in said
    assert "A try-out: it counts nowhere." in said
    assert "Hit by the rule in force too" in said and "Newly hit: nobody." in said
    assert "400" in said and "500.0 WTE" in said and "Could not be judged: 4" in said
    assert "RTH: finance version 1 and workforce version 1" in said
    assert "hx-trigger" not in browser.get(address).content.decode()
    assert Finding.objects.count() == findings
    assert set(CurrentRun.objects.values_list("pk", "run_id")) == pointers
    assert signed_in(cara).get(f"/api/v1/rounds/{ROUND}/findings/").content == before
    assert "1 of 1 organisation" in text_of(browser.get(TRY_T01))  # among those tried before


def test_a_person_has_ten_trials_waiting_at_most(cara: Person, colin: Person, signed_in: SignIn) -> None:
    in_hand()
    browser = signed_in(cara)
    asked = [{**FORM, "tolerance-absolute": str(figure)} for figure in range(100, 111)]
    assert {browser.post(TRY_T01, form).status_code for form in asked[:10]} == {302}
    refused = browser.post(TRY_T01, asked[10])
    assert (refused.status_code, RuleTrial.objects.count()) == (422, 10)
    assert "10 trials of yours are waiting" in text_of(refused)
    assert browser.post(TRY_T01, asked[0]).status_code == 302  # that one there is already
    assert signed_in(colin).post(TRY_T01, asked[10]).status_code == 302
    done(RuleTrial.objects.filter(by=cara)[0])
    assert browser.post(TRY_T01, {**FORM, "tolerance-absolute": "200"}).status_code == 302


def test_as_it_stands_nothing_differs(cara: Person, signed_in: SignIn) -> None:
    in_hand()
    browser = signed_in(cara)
    browser.post(TRY_T01, {**FORM, **_typed()})  # every field as the form gives it
    trial = RuleTrial.objects.get()
    assert (trial.differs, trial.entry) == (False, current("T01").entry)
    browser.post(TRY_T01, FORM)
    assert RuleTrial.objects.count() == Job.objects.filter(task=TRY).count() == 1


def _typed() -> dict[str, str]:
    form = form_of(current("T01").entry, {})
    found = {field["name"]: field["value"] for field in [*form["words"], *form["figures"]]}
    return {**found, "comparisons": form["comparisons"].replace("\n", "\r\n")}


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"tolerance-absolute": "1,000"}, "tolerance-absolute", "Enter a number, without commas"),
        ({"tolerance-absolute": "NaN"}, "tolerance-absolute", "Enter a number, without commas"),
        ({"tolerance-absolute": "٣"}, "tolerance-absolute", "Enter a number, without commas"),
        ({"tolerance-absolute": "9" * 16}, "tolerance-absolute", "Enter a number, without commas"),
        ({"tolerance-absolute": "-1"}, "tolerance", "-1"),
        ({"title": " "}, "title", "Enter what must hold"),
        ({"comparisons": "- {left: [}"}, "comparisons", "cannot be read"),
        ({"comparisons": "[" * 50_000}, "comparisons", "at most 12 deep"),
        ({"comparisons": "just words"}, "comparisons", "Write a row a comparison"),
        ({"comparisons": "- &a {left: W.TOT}\n- *a"}, "comparisons", "aliases are not read"),
        (
            {"comparisons": "- {left: W.NONE, operator: '=', right: F.WTE.TOT, grain: march}"},
            "comparisons",
            "W.NONE",
        ),
        (
            {"comparisons": "- {left: W.TOT, operator: '=', right: F.PAY.TOTAL, grain: march}"},
            "comparisons",
            "£000",
        ),
        ({"plans": "1999-00"}, "plans", "Choose a round from the list"),
        ({"plans": "2022-23"}, "plans", "No plans of 2022/23 are in hand there"),
        ({"system": "QT6"}, "system", "Choose one of your own systems"),
        ({"system": ""}, "system", "Choose one of your own systems"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    cara: Person, signed_in: SignIn, typed: dict[str, str], field: str, said: str
) -> None:
    in_hand()
    answer = signed_in(cara).post(TRY_T01, {**FORM, **typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert f'href="#{field}"' in page and f'id="{field}"' in page
    assert "<title>\n      Error:" in page or "Error: " in page
    assert not RuleTrial.objects.exists()


def test_a_rule_that_code_judges_keeps_what_it_compares(cara: Person, signed_in: SignIn) -> None:
    in_hand()
    browser = signed_in(cara)
    assert "Code of its own judges this rule" in text_of(browser.get(f"/rounds/{ROUND}/rules/T11/try/"))
    answer = browser.post(
        f"/rounds/{ROUND}/rules/T11/try/", {**FORM, "tolerance-low": "-0.05", "comparisons": "- {}"}
    )
    assert answer.status_code == 302
    entry = RuleTrial.objects.get().entry
    assert (entry["tolerance"]["low"], entry["tolerance"]["high"]) == (-0.05, 0.03)
    assert entry["tolerance"]["text"] == "low -0.05, high 0.03 (was: from -1% to +3%)"
    assert "comparisons" not in entry
    crossed = browser.post(f"/rounds/{ROUND}/rules/T11/try/", {**FORM, "tolerance-low": "0.5"})
    assert crossed.status_code == 422 and "above the high end" in text_of(crossed)


def test_a_rule_is_tried_on_a_round_that_never_had_it(cara: Person, signed_in: SignIn) -> None:
    upload = make_upload("RTH", "finance")
    upload.round_id = "2022-23"
    upload.save(update_fields=["round"])
    asked = {"plans": "2022-23", "system": "QU9"}
    refused = signed_in(cara).post(f"/rounds/{ROUND}/rules/T08/try/", asked)
    assert refused.status_code == 422
    assert "2022/23 has no planning assumption agency_ceiling, which the rule reads" in text_of(refused)
    answer = signed_in(cara).post(f"/rounds/{ROUND}/rules/T23/try/", asked)
    assert answer.status_code == 302
    trial = RuleTrial.objects.get()
    assert (trial.round_id, trial.result, trial.differs) == ("2022-23", {"of": ROUND}, True)
    try_rule(str(trial.pk))
    trial.refresh_from_db()
    assert (trial.state, trial.result["in_force"]) == (RuleTrial.DONE, None)
    said = text_of(signed_in(cara).get(answer["Location"]))
    assert "2022/23 has no such rule in force: every hit would be new." in said


# --- reading -------------------------------------------------------------------------------------------
def tried(browser: Client, **form: str) -> RuleTrial:
    answer = browser.post(TRY_T01, {**FORM, **form})
    assert answer.status_code == 302
    return RuleTrial.objects.get(pk=answer["Location"].rstrip("/").rpartition("/")[2])


def test_both_ways_beside_the_rule_in_force(cara: Person, signed_in: SignIn) -> None:
    in_hand()
    browser = signed_in(cara)
    trial = tried(browser, **{"tolerance-absolute": "7"})
    done(
        trial,
        hits=[hit("New", already=False), hit("Old", already=True)],
        released=[hit("Gone", already=False)],
    )
    said = text_of(browser.get(reverse("backtest_result", args=[ROUND, "T01", trial.pk])))
    assert "Newly hit: 1 organisation or system. No longer found: 1." in said
    order = [
        "Newly hit Who",
        "New is apart.",
        "Hit by the rule in force too",
        "Old is apart.",
        "Gone is apart.",
    ]
    assert [said.index(words) for words in order] == sorted(said.index(words) for words in order)


def test_the_same_rule_on_several_rounds_stands_side_by_side(cara: Person, signed_in: SignIn) -> None:
    in_hand()
    browser = signed_in(cara)
    trial = tried(browser)
    done(trial)
    other = RuleTrial.objects.create(
        round_id="2022-23", system_id="QU9", rule="T01", entry={**trial.entry, "trial": True}, digest="x",
        result={"of": ROUND}, by=cara,
    )  # fmt: skip
    address = reverse("backtest_result", args=[ROUND, "T01", trial.pk])
    assert "other rounds" not in text_of(browser.get(address))
    done(other, bodies=[])
    said = text_of(browser.get(address))
    assert "The same rule on the plans of other rounds" in said
    assert "2023/24 (this page)" in said and "100%" in said


def test_what_could_not_be_run_says_why(cara: Person, signed_in: SignIn) -> None:
    in_hand()
    browser = signed_in(cara)
    trial = tried(browser)
    RuleTrial.objects.update(state=RuleTrial.FAILED, error="T01 broke down on the plan of OUH.")
    address = reverse("backtest_result", args=[ROUND, "T01", trial.pk])
    assert "T01 broke down on the plan of OUH." in text_of(browser.get(address))


def test_queries_do_not_grow(cara: Person, signed_in: SignIn) -> None:
    in_hand()
    browser = signed_in(cara)
    trial = tried(browser)
    done(trial, hits=[hit(f"{number}", already=False) for number in range(50)])
    for address in (TRY_T01, reverse("backtest_result", args=[ROUND, "T01", trial.pk])):
        assert count_queries(browser, address) <= 8


# --- walls ---------------------------------------------------------------------------------------------
def test_a_trial_is_its_systems_alone(
    cara: Person, colin: Person, tamsin: Person, asha: Person, nadia: Person, ada: Person, signed_in: SignIn
) -> None:
    in_hand()
    trial = tried(signed_in(cara))
    done(trial)
    address = reverse("backtest_result", args=[ROUND, "T01", trial.pk])
    seen = {
        who.name: signed_in(who).get(address).status_code for who in (cara, colin, ada, tamsin, asha, nadia)
    }
    assert list(seen.values()) == [200, 200, 200, 404, 404, 404]
    assert "Tried before" not in text_of(signed_in(tamsin).get(TRY_T01))
    for who in (asha, nadia):
        assert (
            signed_in(who).get(TRY_T01).status_code == signed_in(who).post(TRY_T01, FORM).status_code == 404
        )
    assert signed_in(cara).get(address.replace(ROUND, "2024-25")).status_code == 404
    everywhere = tried(signed_in(ada), system="")
    far = reverse("backtest_result", args=[ROUND, "T01", everywhere.pk])
    assert [signed_in(who).get(far).status_code for who in (ada, cara)] == [200, 404]
    assert signed_in(cara).get(f"/rounds/{ROUND}/rules/V05/try/").status_code == 404


# --- making it the rule --------------------------------------------------------------------------------
def test_an_administrator_makes_it_the_rule_on_trial_and_promotes_it(ada: Person, signed_in: SignIn) -> None:
    in_hand()
    browser = signed_in(ada)
    trial = tried(browser, **{"tolerance-absolute": "7"})
    done(trial)
    result = browser.get(reverse("backtest_result", args=[ROUND, "T01", trial.pk])).content.decode()
    make, promote = (
        reverse("make_rule", args=[ROUND, "T01", trial.pk]),
        reverse("promote_rule", args=[ROUND, "T01"]),
    )
    assert make in result and promote not in result
    before = current("T01").version
    asked = {"opened": str(before), "reason": " "}
    refused = browser.post(make, asked)
    assert (refused.status_code, current("T01").version) == (422, before)
    assert "Say why the rule changes." in text_of(refused)
    assert browser.post(make, {**asked, "reason": "Less noise."}).status_code == 302
    kept = current("T01")
    assert (kept.version, kept.by, kept.reason) == (before + 1, ada, "Less noise.")
    assert (kept.entry["trial"], kept.entry["tolerance"]["absolute"]) == (True, 7)
    overtaken = browser.post(make, {**asked, "reason": "Once more."})
    assert overtaken.status_code == 422 and "meanwhile" in text_of(overtaken)

    assert promote in browser.get(reverse("rule", args=[ROUND, "T01"])).content.decode()
    assert "From now on it counts" in text_of(browser.get(promote))
    page = browser.get(promote)
    assert f'name="opened" value="{kept.version}"' in page.content.decode()
    read = {"opened": str(kept.version)}
    assert browser.post(promote, {**read, "reason": ""}).status_code == 422
    unread = browser.post(promote, {"opened": str(before), "reason": "It held."})
    assert unread.status_code == 422 and "meanwhile" in text_of(unread)
    assert browser.post(promote, {**read, "reason": "It held."}).status_code == 302
    assert "trial" not in current("T01").entry
    assert [row.reason for row in Rejudgement.objects.order_by("asked_at")] == ["Less noise.", "It held."]
    assert "It is not on trial, so there is nothing to promote." in text_of(browser.get(promote))
    assert browser.post(promote, {**read, "reason": "Again."}).status_code == 422


def test_nobody_else_makes_or_promotes(cara: Person, asha: Person, signed_in: SignIn) -> None:
    in_hand()
    trial = tried(signed_in(cara), **{"tolerance-absolute": "7"})
    done(trial)
    make, promote = (
        reverse("make_rule", args=[ROUND, "T01", trial.pk]),
        reverse("promote_rule", args=[ROUND, "T01"]),
    )
    page = signed_in(cara).get(reverse("backtest_result", args=[ROUND, "T01", trial.pk])).content.decode()
    assert make not in page
    for who in (cara, asha):
        for address in (make, promote):
            assert signed_in(who).get(address).status_code == 404
            assert signed_in(who).post(address, {"reason": "Mine.", "opened": "1"}).status_code == 404
    assert current("T01").version == 1


def test_a_rule_made_of_a_trial_is_judged_marked_and_uncounted(ada: Person, signed_in: SignIn) -> None:
    """From the trial through the pipeline: what it finds is shown and never counts."""
    send_apart()
    browser = signed_in(ada)
    trial = tried(browser, **{"tolerance-absolute": "400"})
    try_rule(str(trial.pk))
    make = reverse("make_rule", args=[ROUND, "T01", trial.pk])
    assert browser.post(make, {"opened": str(current("T01").version), "reason": "To see."}).status_code == 302
    assert Finding.objects.filter(rule="T01", trial=True).count() == 0
    figures = flow.figures_of("RTH", "finance")
    figures["F.WTE.SUB"][MARCH] += 600
    upload = flow.send("RTH", "finance", figures)
    pointers = CurrentRun.objects.filter(scope=Run.ORGANISATION, subject="RTH", basis="latest")
    found = Finding.objects.get(rule="T01", run__in=pointers.values("run"))
    assert (found.trial, found.is_counted, upload.blocked) == (True, False, False)
