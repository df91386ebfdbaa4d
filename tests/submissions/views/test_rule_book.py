"""The rule book and the page of one rule: what is declared, how it is held, and how often it fired for whom."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client

from planning.people.access import scope_of_person
from planning.people.person import Person
from planning.plan.rejudgements import RULE, ask_for
from planning.plan.rule_editing import promote, save_rule
from planning.plan.rulebook import Rule, RuleVersion
from planning.plan.runs import ACCEPTED, Run
from planning.plan.tolerances import RuleTolerance
from planning.registry.assumptions import StatedAssumption
from submissions.documents.rule_book import COLUMNS, book_bytes
from submissions.queries.firing import Fired
from submissions.queries.rule_book import Asked, NoSuchChoice, RuleBook, load_book
from tests.planned import (
    ROUND,
    count_queries,
    make_evaluation,
    make_finding,
    make_return_run,
    make_run,
    make_upload,
    text_of,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
BOOK = f"/rounds/{ROUND}/rules/"
TRUSTS = ("RTH", "RHW", "RXQ")


def entry(person: Person, code: str) -> Any:
    book = load_book(scope_of_person(person), ROUND)
    assert book is not None
    return next(one for one in book.entries if one.code == code)


def returned(ods: str, waits: dict[str, list[str]] | None = None) -> Run:
    """A trust that has given all three returns, its own run made from them."""
    uploads = [make_upload(ods, kind) for kind in ("activity", "workforce", "finance")]
    for upload in uploads:
        make_return_run(upload)
    run = make_run(Run.ORGANISATION, ods, uploads)
    run.waiting = waits or {}
    run.save(update_fields=["waiting"])
    return run


def tolerate(rule: str, system: str | None, text: str, reason: str) -> None:
    RuleTolerance.objects.create(
        round_id=ROUND, rule=rule, system_id=system, entry={"absolute": 9}, text=text, reason=reason
    )


# --- how often it fired --------------------------------------------------------------------------------
def test_organisations_hit_of_organisations_judged(cara: Person) -> None:
    runs = [returned("RTH"), returned("RHW"), returned("RXQ", {"finance": ["T01"]})]
    make_finding(runs[0], "RTH", "QU9", rule="T01")
    make_finding(runs[0], "RTH", "QU9", rule="T01", line="W.SUB.NUR")
    found = entry(cara, "T01").fired
    assert (found.number, found.organisations, found.judged) == (2, 1, 2)
    hosts = scope_of_person(cara).hosts
    assert found.waiting == len(hosts) - 2  # RXQ and those that have returned nothing; T01 is asked of trusts
    assert found.words == "1 of 2 organisations"


def test_a_rule_of_one_return_is_judged_wherever_that_return_is(cara: Person) -> None:
    make_return_run(make_upload("RTH", "finance"))
    make_return_run(make_upload("RHW", "activity"))
    assert (entry(cara, "T08").fired.judged, entry(cara, "V05").fired.judged) == (1, 2)


def test_a_systems_own_findings_are_counted_apart(cara: Person) -> None:
    run = make_run(Run.SYSTEM, "QU9", [])
    make_finding(run, None, "QU9", rule="F-02")
    found = entry(cara, "F-02").fired
    assert (found.systems, found.systems_judged, found.organisations) == (1, 1, 0)
    assert found.words.endswith("1 of 1 system")


def test_dead_and_noisy_from_three_bodies_on(cara: Person) -> None:
    runs = [returned(ods) for ods in TRUSTS]
    assert (entry(cara, "T01").is_dead, entry(cara, "T03").fired.is_noisy) == (True, False)
    for run in runs[:2]:
        make_finding(run, run.subject, "QU9")
    found = entry(cara, "T03")
    assert (found.is_dead, found.fired.is_noisy) == (False, True)
    assert not entry(cara, "V05").is_dead  # nobody's workbook is at fault: as it should be
    assert not Fired(judged=2).is_dead
    assert not Fired(organisations=2, judged=2).is_noisy
    assert not Fired(organisations=2, judged=4).is_noisy
    assert Fired(organisations=3, judged=4).is_noisy


def test_everybody_counts_what_they_may_see(
    asha: Person, bill: Person, tamsin: Person, nadia: Person, cara: Person
) -> None:
    run = returned("RTH")
    returned("RHW")
    make_finding(run, "RTH", "QU9", rule="T01")
    seen = {who.name: entry(who, "T01").fired.words for who in (asha, bill, cara, tamsin, nadia)}
    assert seen == {
        "Asha Patel": "1 of 1 organisation",
        "Bill Reeve": "0 of 1 organisation",
        "Cara Jones": "1 of 2 organisations",
        "Tamsin Kelly": "Not judged yet",
        "Nadia Khan": "Not judged yet",
    }
    then = make_run(Run.ORGANISATION, "RTH", [], basis=ACCEPTED)
    make_finding(then, "RTH", "QU9", rule="T01")
    assert entry(nadia, "T01").fired.words == "1 of 1 organisation"
    assert entry(asha, "T01").fired.words == "1 of 1 organisation"


def test_a_target_fired_where_it_is_missed(cara: Person) -> None:
    run = make_run(Run.ORGANISATION, "RTH", [])
    make_evaluation(run, "RTH", "QU9")
    make_evaluation(make_run(Run.ORGANISATION, "RHW", []), "RHW", "QU9", outcome="met")
    make_evaluation(make_run(Run.ORGANISATION, "RXQ", []), "RXQ", "QU9", outcome="not_assessable")
    make_evaluation(make_run(Run.SYSTEM, "QU9", []), None, "QU9")
    found = entry(cara, "23-01").fired
    assert (found.words, found.waiting) == ("1 of 2 organisations, 1 of 1 system", 1)


# --- how it is held ------------------------------------------------------------------------------------
def test_a_systems_tolerance_is_shown_where_it_holds(
    asha: Person, tamsin: Person, nadia: Person, signed_in: SignIn
) -> None:
    tolerate("T01", None, "1% or 9 WTE", "Agreed for the round.")
    tolerate("T01", "QU9", "12 WTE", "A merger in October.")
    own = text_of(signed_in(asha).get(f"{BOOK}T01/"))
    assert "1% or 9 WTE in every system, because: Agreed for the round." in own
    assert "12 WTE in Buckinghamshire, Oxfordshire and Berkshire West, because: A merger in October." in own
    assert "merger" in text_of(signed_in(nadia).get(BOOK))
    other = text_of(signed_in(tamsin).get(BOOK))
    assert "Agreed for the round." in other and "merger" not in other
    assert "1 of" in text_of(signed_in(asha).get(f"{BOOK}?state=own&group=across"))


# --- reading, searching, printing ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "kept", "gone"),
    [
        ("?search=pay+award", "T03", "T01"),
        ("?group=checks", "V05", "T01"),
        ("?group=targets", "23-01", "V05"),
        ("?severity=note", "T11", "V05"),
        ("?state=fired", "T03", "T01"),
        ("?state=never", "T01", "T03"),
        ("?state=trial", "T08", "T03"),
    ],
)
def test_filters_stand_in_the_address(
    cara: Person, signed_in: SignIn, query: str, kept: str, gone: str
) -> None:
    RuleVersion.objects.filter(round_id=ROUND, code="T11", is_current=True).update(
        entry=_changed("T11", severity="note", needs_acceptance=False)
    )
    RuleVersion.objects.filter(round_id=ROUND, code="T08", is_current=True).update(
        entry=_changed("T08", trial=True)
    )
    runs = [returned(ods) for ods in TRUSTS]
    make_finding(runs[0], "RTH", "QU9")
    page = signed_in(cara).get(BOOK + query).content.decode()
    assert f'id="{kept}"' in page
    assert f'id="{gone}"' not in page


def _changed(code: str, **changes: Any) -> dict[str, Any]:
    return {**RuleVersion.objects.get(round_id=ROUND, code=code, is_current=True).entry, **changes}


def test_a_choice_that_is_none_is_not_found(cara: Person, signed_in: SignIn) -> None:
    for query in ("?group=x", "?severity=x", "?state=x"):
        assert signed_in(cara).get(BOOK + query).status_code == 404
    with pytest.raises(NoSuchChoice):
        Asked.of({"state": "dead"})
    for address in ("/rounds/1999-00/rules/", f"{BOOK}T99/", f"{BOOK}23-01/"):
        assert signed_in(cara).get(address).status_code == 404
    assert "Nothing fits these choices" in text_of(signed_in(cara).get(f"{BOOK}?search=nosuchword"))


def test_every_rule_and_target_is_in_the_book_once(cara: Person) -> None:
    book = load_book(scope_of_person(cara), ROUND)
    assert book is not None
    codes = [one.code for one in book.entries]
    stored = RuleVersion.objects.filter(round_id=ROUND, is_current=True, retired=False)
    assert len(codes) == len(set(codes))
    assert set(stored.values_list("code", flat=True)) < set(codes)
    assert {"23-01", "23-43"} < set(codes)


def test_queries_do_not_grow(cara: Person, asha: Person, nadia: Person, signed_in: SignIn) -> None:
    for person in (cara, asha, nadia):
        before = [count_queries(signed_in(person), address) for address in (BOOK, f"{BOOK}T03/")]
        assert max(before) <= 8
    RuleVersion.objects.filter(round_id=ROUND, code="T03").update(loaded_digest="")
    ask_for(round_code=ROUND, why=RULE, by=None, about="T03")
    for ods in TRUSTS:
        run = returned(ods)
        for number in range(5):
            make_finding(run, ods, "QU9", line=f"L{number}")
    after = [count_queries(signed_in(cara), address) for address in (BOOK, f"{BOOK}T03/")]
    assert max(after) <= 8


# --- one rule ------------------------------------------------------------------------------------------
def test_a_rule_in_full(cara: Person, signed_in: SignIn) -> None:
    runs = [returned("RTH"), returned("RHW")]
    make_finding(runs[0], "RTH", "QU9")
    StatedAssumption.objects.create(
        round_id=ROUND, code="pay_award", organisation_id="RTH", value="0.03", of_version=1, reason="Ours."
    )
    answer = signed_in(cara).get(f"{BOOK}T03/")
    said, page = text_of(answer), answer.content.decode()
    assert "Pay grows as staff and the pay award do." in said
    assert "g(F.PAY.TOTAL) = (1 + g(F.WTE.TOT)) x (1 + pay_award) - 1" in said
    assert f'href="/rounds/{ROUND}/lines/#F.PAY.TOTAL"' in page
    assert "The round's value 2.1% Stated instead Oxford University Hospitals plans with 3%" in said
    assert "Oxford University Hospitals This round 1 finding of Oxford University Hospitals" in said
    assert "Royal Berkshire This round Holds" in said
    assert "Buckinghamshire Healthcare This round Waits for finance" in said
    assert f"/rounds/{ROUND}/findings/?rule=T03&amp;organisation=RTH" in page
    assert f"{BOOK}T03/try/" in page


def test_a_trust_sees_itself_alone_and_tries_nothing(asha: Person, bill: Person, signed_in: SignIn) -> None:
    make_finding(returned("RTH"), "RTH", "QU9")
    StatedAssumption.objects.create(
        round_id=ROUND, code="pay_award", organisation_id="RTH", value="0.03", of_version=1, reason="Ours."
    )
    own, sibling = (signed_in(who).get(f"{BOOK}T03/") for who in (asha, bill))
    assert "1 finding" in text_of(own) and "Oxford University Hospitals" not in text_of(sibling)
    assert "plans with 3%" in text_of(own) and "plans with" not in text_of(sibling)
    assert "Try it out" not in text_of(own)


def test_a_rule_that_waits_for_several_returns(cara: Person, signed_in: SignIn) -> None:
    returned("RTH", {"finance": ["T01"], "workforce": ["T01"]})
    said = text_of(signed_in(cara).get(f"{BOOK}T01/"))
    assert "Oxford University Hospitals This round Waits for finance and workforce" in said


def test_a_check_of_the_workbook_is_not_tried(cara: Person, signed_in: SignIn) -> None:
    assert "Try it out" not in text_of(signed_in(cara).get(f"{BOOK}V05/"))
    assert "Try it out" in text_of(signed_in(cara).get(f"{BOOK}V22/"))


def test_the_history_says_who_when_why_and_leads_to_who_newly_fails(
    cara: Person, asha: Person, signed_in: SignIn
) -> None:
    ada = Person.objects.create_superuser("admin@example.nhs.uk", "long-enough-7", name="Ada")
    entry = _changed("T01", trial=True, tolerance={"absolute": 20, "relative": 0.005, "text": "20 WTE"})
    save_rule(by=ada, round_code=ROUND, entry=entry, reason="Too many found.", opened=_version("T01"))
    promote(by=ada, round_code=ROUND, code="T01", reason="It held for a month.", opened=_version("T01"))
    answer = signed_in(cara).get(f"{BOOK}T01/")
    said, page = text_of(answer), answer.content.decode()
    assert "Changed the tolerance and whether it is on trial" in said
    assert "Too many found." in said and "It held for a month." in said and "Ada" in said
    assert "Added or edited here" in said
    assert page.count("Who newly fails and who no longer does") == 2
    again = ask_for(round_code=ROUND, why=RULE, by=ada, about="T02")
    assert str(again.pk) not in signed_in(cara).get(f"{BOOK}T01/").content.decode()


def _version(code: str) -> int:
    return RuleVersion.objects.get(round_id=ROUND, code=code, is_current=True).version


def test_a_retired_rule_is_kept_for_what_cites_it(cara: Person, signed_in: SignIn) -> None:
    RuleVersion.objects.filter(round_id=ROUND, code="T01", is_current=True).update(retired=True)
    assert "Retired: it is judged no more" in text_of(signed_in(cara).get(f"{BOOK}T01/"))
    assert 'id="T01"' not in signed_in(cara).get(BOOK).content.decode()


# --- the document --------------------------------------------------------------------------------------
def test_the_document_holds_what_the_page_does(cara: Person, signed_in: SignIn) -> None:
    make_finding(returned("RTH"), "RTH", "QU9", rule="T01")
    answer = signed_in(cara).get(f"{BOOK}book.xlsx")
    assert answer["Content-Disposition"] == f'attachment; filename="rule-book-{ROUND}.xlsx"'
    workbook = openpyxl.load_workbook(BytesIO(answer.content))
    assert workbook.sheetnames == ["About", "Checks and rules", "Targets"]
    rows = list(workbook["Checks and rules"].iter_rows(values_only=True))
    assert rows[0] == tuple(head for head, _ in COLUMNS)
    found = dict(zip(rows[0], next(row for row in rows if row[0] == "T01"), strict=True))
    assert found["What must hold"] == Rule.from_entry(_changed("T01"), 1, {}).title
    assert (found["Organisations hit"], found["Organisations judged"], found["Severity"]) == (1, 1, "Explain")
    book = load_book(scope_of_person(cara), ROUND)
    assert book is not None
    targets = list(workbook["Targets"].iter_rows(values_only=True))
    assert len(rows) + len(targets) - 2 == len(book.entries)


@pytest.mark.parametrize("said", ["=1+1", "+1", "-1", "@x", " =1", "\t=1", "＝1+1"])
def test_nothing_in_the_document_runs(said: str, cara: Person) -> None:
    RuleVersion.objects.filter(round_id=ROUND, code="T01", is_current=True).update(
        entry=_changed("T01", title=said, formula=said, source=said)
    )
    book = load_book(scope_of_person(cara), ROUND)
    assert isinstance(book, RuleBook)
    sheet = openpyxl.load_workbook(BytesIO(book_bytes(book)))["Checks and rules"]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value == said]
    assert len(cells) == 3
    assert {(cell.data_type, cell.quotePrefix) for cell in cells} == {("s", True)}
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
