"""What the ICB makes of a reason: accepted, asked again, by whom; what still wants one, and whose move it is."""

from __future__ import annotations

import pytest

from planning.people.access import NotAllowed, scope_of_person
from planning.people.notices import Notice
from planning.people.person import Person
from planning.plan.explaining import (
    ACCEPTED,
    ASKED_AGAIN,
    GIVEN,
    LAPSED,
    NEEDED,
    explain,
    explanations,
    subject_digest,
    unaccepted,
    unexplained,
    whose_move,
)
from planning.plan.findings import Finding
from planning.plan.lapsing import lapsed_because
from planning.plan.reasons import Reason
from planning.plan.reviewing import NoNote, NotToReview, review
from planning.plan.runs import Run
from tests.planned import an_input, make_finding, make_run, make_standing, make_upload

pytestmark = pytest.mark.django_db


def bound(finding: Finding) -> Finding:
    """The finding with the digest of its own figures."""
    finding.subject_digest = subject_digest(finding)
    finding.save()
    return finding


def given_by(person: Person, finding: Finding, text: str = "A new ward opens.") -> dict[str, int]:
    """A reason given, and what the ICB then has read."""
    explain(by=scope_of_person(person), findings=[finding], text=text)
    return {str(finding.pk): explanations([finding])[finding.pk].reason or 0}


def status(finding: Finding) -> str:
    return explanations([finding])[finding.pk].status


def test_a_reason_is_accepted_and_asked_again_and_given_anew(asha: Person, cara: Person) -> None:
    finding = bound(make_standing("RTH", "QU9", asha).finding)
    assert status(finding) == NEEDED and unexplained([finding]) == [finding]

    seen = given_by(asha, finding)
    assert (status(finding), unexplained([finding])) == (GIVEN, [])

    review(by=scope_of_person(cara), findings=[finding], seen=seen, accept=True)
    held = explanations([finding])[finding.pk]
    assert (held.status, held.reviewer, held.note) == (ACCEPTED, "Cara Jones", "")
    assert unexplained([finding]) == []

    review(
        by=scope_of_person(cara), findings=[finding], seen=seen, accept=False, note="Which ward, from when?"
    )
    held = explanations([finding])[finding.pk]
    assert (held.status, held.note) == (ASKED_AGAIN, "Which ward, from when?")
    assert unexplained([finding]) == [finding]  # it keeps the return from being submitted

    given_by(asha, finding, "Ward 5, from May.")
    assert (status(finding), unexplained([finding])) == (GIVEN, [])


def test_those_who_give_reasons_are_told_once_for_all(asha: Person, cara: Person) -> None:
    standing = make_standing("RTH", "QU9", asha)
    run, finance = standing.runs["organisation"], standing.finance
    both = [bound(standing.finding), bound(make_finding(run, "RTH", "QU9", finance, rule="T08"))]
    seen = given_by(asha, both[0]) | given_by(asha, both[1])

    review(by=scope_of_person(cara), findings=both, seen=seen, accept=False, note="Say more.")
    [told] = Notice.objects.filter(person=asha)
    assert told.subject == "Asked again about 2 reasons: RTH 2023/24"
    assert told.text.startswith("Say more.\n\nIt is about:\n- Pay grows 6.1%")
    assert told.address == "/rounds/2023-24/findings/?reason=wanted"
    assert not Notice.objects.filter(person=cara).exists()

    review(by=scope_of_person(cara), findings=both[:1], seen=seen, accept=True)
    review(by=scope_of_person(cara), findings=both[:1], seen=seen, accept=True)
    [accepted] = Notice.objects.filter(person=asha, subject__startswith="1 reason accepted")
    assert accepted.address == f"/findings/{both[0].pk}/"


def test_only_the_icb_that_reviews_the_trust_answers(
    asha: Person, bill: Person, tamsin: Person, nadia: Person
) -> None:
    finding = bound(make_standing("RTH", "QU9", asha).finding)
    seen = given_by(asha, finding)
    for person in (asha, bill, tamsin, nadia):
        with pytest.raises(NotAllowed):
            review(by=scope_of_person(person), findings=[finding], seen=seen, accept=True)
    assert status(finding) == GIVEN


def test_a_person_of_the_icb_does_not_accept_a_reason_of_their_own(cara: Person, colin: Person) -> None:
    finding = bound(make_standing("RTH", "QU9").of_system)
    seen = given_by(cara, finding)
    with pytest.raises(NotAllowed, match="Another person of the ICB"):
        review(by=scope_of_person(cara), findings=[finding], seen=seen, accept=True)
    review(by=scope_of_person(colin), findings=[finding], seen=seen, accept=True)
    assert status(finding) == ACCEPTED


def test_a_reason_that_came_meanwhile_is_not_accepted_unread(asha: Person, cara: Person) -> None:
    finding = bound(make_standing("RTH", "QU9", asha).finding)
    seen = given_by(asha, finding)
    given_by(asha, finding, "Another one.")
    with pytest.raises(NotToReview, match="Asha Patel gave another reason meanwhile"):
        review(by=scope_of_person(cara), findings=[finding], seen=seen, accept=True)
    assert status(finding) == GIVEN


def test_what_cannot_be_answered(asha: Person, cara: Person) -> None:
    finding = bound(make_standing("RTH", "QU9", asha).finding)
    board = scope_of_person(cara)
    with pytest.raises(NotToReview, match="No reason stands"):
        review(by=board, findings=[finding], seen={}, accept=True)
    seen = given_by(asha, finding)
    for note in ("", "  ", "x" * 2001):
        with pytest.raises(NoNote):
            review(by=board, findings=[finding], seen=seen, accept=False, note=note)
    with pytest.raises(NotToReview, match="Tick"):
        review(by=board, findings=[], seen=seen, accept=True)
    assert Reason.objects.get().review == ""


def test_what_a_gateway_waits_for_is_what_must_be_accepted(asha: Person, cara: Person) -> None:
    standing = make_standing("RTH", "QU9", asha)
    run = standing.runs["organisation"]
    must = bound(make_finding(run, "RTH", "QU9", standing.finance, rule="T01", needs_acceptance=True))
    read = bound(make_finding(run, "RTH", "QU9", standing.finance))
    note = make_finding(run, "RTH", "QU9", rule="T02", severity="note", needs_acceptance=True)
    trial = make_finding(run, "RTH", "QU9", rule="T07", trial=True, needs_acceptance=True)
    every = [must, read, note, trial]
    assert unaccepted(every) == [must]
    seen = given_by(asha, must)
    assert unaccepted(every) == [must]
    review(by=scope_of_person(cara), findings=[must], seen=seen, accept=True)
    assert unaccepted(every) == []


def test_whose_move_it_is(asha: Person, cara: Person) -> None:
    standing = make_standing("RTH", "QU9", asha)
    finding = bound(standing.finding)

    def move() -> tuple[str, str]:
        found = whose_move(finding, explanations([finding])[finding.pk])
        return found.body, found.words

    trust = "Oxford University Hospitals"
    assert move() == ("RTH", f"{trust}, to change the plan or give a reason")
    seen = given_by(asha, finding)
    assert move() == ("QU9", f"{finding.system.short_name}, to accept the reason or ask again")  # type: ignore[union-attr]
    review(by=scope_of_person(cara), findings=[finding], seen=seen, accept=False, note="Why?")
    assert move() == ("RTH", f"{trust}, to answer the ICB: change the plan or give another reason")
    review(by=scope_of_person(cara), findings=[finding], seen=seen, accept=True)
    assert move() == ("", "Nobody: the ICB has accepted the reason")
    finding.inputs[0]["value"] = -900.0
    bound(finding)
    assert move() == ("RTH", f"{trust}, to say whether the reason still holds")
    finding.severity = "block"
    assert move() == ("RTH", f"{trust}, to put the workbook right")
    finding.trial = True
    assert move() == ("", "Nobody: nothing waits for it")


def test_a_lapsed_reason_says_which_figures_changed(asha: Person) -> None:
    finding = bound(make_standing("RTH", "QU9", asha).finding)
    given_by(asha, finding)
    finding.inputs = [{**finding.inputs[0], "value": -1260.5}]
    bound(finding)
    held = explanations([finding])[finding.pk]
    assert (held.status, held.text) == (LAPSED, "A new ward opens.")
    assert lapsed_because(held.figures, finding) == (
        "Agency pay (F.PAY.AGY) in April 2023 changed from −878.4 to −1,260.5."
    )


def test_figures_that_came_went_or_are_many_and_a_rule_that_changed(asha: Person) -> None:
    upload = make_upload("RTH", "finance", asha)
    finding = make_finding(make_run(Run.ORGANISATION, "RTH", [upload]), "RTH", "QU9", upload)
    then = [{"organisation": "RTH", "line": "F.PAY.AGY", "period": "2023-04", "value": -878.4}]
    assert lapsed_because(then, finding) == "The rule has changed since: it is now version 1."
    assert lapsed_because([], finding) == "The figures have changed since."

    finding.inputs = [an_input(upload, line="F.PAY.BNK", period="2023/24", value=1000)]
    assert lapsed_because(then, finding) == (
        "F.PAY.AGY in April 2023 was −878.4 and is no longer there; "
        "Agency pay (F.PAY.BNK) in 2023/24 was blank and is now 1,000."
    )
    finding.inputs = [an_input(upload, line=f"F.{number}") for number in range(5)]
    said = lapsed_because(then, finding)
    assert said.startswith(
        "Agency pay (F.0) in April 2023 was blank and is now −878.4; Agency pay (F.1) in April"
    )
    assert said.endswith("; 3 more figures changed.")


def test_nhs_england_learns_the_reason_and_whether_it_is_accepted(
    asha: Person, cara: Person, nadia: Person
) -> None:
    finding = bound(make_standing("RTH", "QU9", asha).finding)
    seen = given_by(asha, finding)
    review(by=scope_of_person(cara), findings=[finding], seen=seen, accept=False, note="Between us.")
    told = explanations([finding], scope_of_person(nadia))[finding.pk]
    assert (told.status, told.text, told.note, told.reviewer) == (GIVEN, "A new ward opens.", "", "")
    review(by=scope_of_person(cara), findings=[finding], seen=seen, accept=True)
    assert explanations([finding], scope_of_person(nadia))[finding.pk].status == ACCEPTED


def test_a_machine_s_reason_is_answered_too(asha: Person, colin: Person) -> None:
    finding = bound(make_standing("RTH", "QU9", asha).finding)
    row = Reason.objects.create(
        round_id="2023-24", rule="T03", subject="RTH", subject_digest=finding.subject_digest, text="x",
        by_client="Oxford system",
    )  # fmt: skip
    review(by=scope_of_person(colin), findings=[finding], seen={str(finding.pk): row.pk}, accept=True)
    assert status(finding) == ACCEPTED
