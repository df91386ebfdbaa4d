"""What judging keeps of targets: tests within one, answers, and which misses are findings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from planning.foundation import jobs
from planning.people.access import scope_of_person
from planning.people.person import Person
from planning.plan.array import Member
from planning.plan.findings import Finding
from planning.plan.keeping import Result
from planning.plan.runs import ACCEPTED, LATEST, CurrentRun, Run, accepted_at
from planning.registry.organisations import Organisation
from planning.registry.periods import COUNT
from submissions import catalogues, pipeline
from submissions.book import Book
from submissions.judging import judge_organisation, judge_system
from submissions.queued import JUDGE_BODY
from submissions.tasks import judge_body
from submissions.uploads import ACCEPTED as HAS_ACCEPTED
from submissions.uploads import PERIOD_FIELDS, SENT_BACK, Upload, Value
from submissions.versions import Version
from targets.assurance.attestations import Attestation
from targets.evaluations import Evaluation
from targets.guidance.target import Target
from targets.judging.evaluation import Answer
from targets.local.figures import LocalFigure
from targets.visible import evaluations_of
from tests.conftest import make_person
from tests.planned import make_upload
from tests.plans import ROUND, line, lines, target

UPLOAD = "00000000-0000-0000-0000-000000000001"
SYSTEM = Organisation(ods="QU9", name="QU9", short_name="QU9", kind="icb")
SOURCE = {"document_code": "23-24-guidance-v1.1", "document": "Guidance", "version": "1.1"}
WAITS = target("23-10", {"line": "S"}, "=", 0, unit="pathways", gap_unit="pathways", source=SOURCE)
MILESTONE = target(
    "23-58", {}, "", None, type="milestone", answered_by="attestation", unit="", types=[], source=SOURCE
)
TEST: dict[str, Any] = {
    "measure": {"line": "S"}, "comparator": "<=", "unit": "pathways", "gap_unit": "pathways"
}  # fmt: skip
BOTH = target(
    "23-22", {}, "", None, unit="", source=SOURCE, parts=[{**TEST, "title": "Ten", "threshold": 10},
    {**TEST, "title": "Three", "threshold": 3}]
)  # fmt: skip


def judged(
    asked: Target, answers: dict[tuple[str, str], Answer] | None = None, system: bool = False
) -> Result:
    """RTH's five people waiting in March, judged against one target; or its system's."""
    book = Book(ROUND, lines(line("S", "last")), [], [asked], [], answers=answers or {}, groups={})
    version = Version(UPLOAD, "RTH", "activity", 1, "0", {"Figures": [*"EFGHIJKLMNOPQRS"]})
    figures = dict.fromkeys(PERIOD_FIELDS, 50000)
    row = Value(upload_id=UPLOAD, line="S", sheet="Figures", row=6, states="v" * COUNT, **figures)
    if system:
        return judge_system(book, SYSTEM, [], [], LATEST)
    return judge_organisation(book, Member("RTH", "ac", "QU9", "RTH"), [version], [row], LATEST)


def rows_of(result: Result) -> tuple[list[Finding], list[Evaluation]]:
    findings = [row for row in result.rows if isinstance(row, Finding)]
    return findings, [row for row in result.rows if isinstance(row, Evaluation)]


def test_a_miss_is_a_finding_at_its_cell() -> None:
    [finding], [evaluation] = rows_of(judged(WAITS))
    assert (finding.rule, finding.severity, finding.sheet, finding.cell) == (
        "23-10",
        "explain",
        "Figures",
        "R6",
    )
    assert (evaluation.outcome, evaluation.parts, evaluation.attested) == ("not_met", [], None)


@pytest.mark.parametrize("status", ["expected", "query"])
def test_what_does_not_govern_finds_nothing(status: str) -> None:
    findings, [evaluation] = rows_of(judged(replace(WAITS, status=status)))
    assert (findings, evaluation.for_information) == ([], True)


def test_what_is_local_finds_as_the_nations_does_and_what_is_for_information_only_notes() -> None:
    [finding], _ = rows_of(judged(replace(WAITS, status="local", systems=frozenset({"QU9"}))))
    assert finding.severity == "explain"
    assert rows_of(judged(replace(WAITS, status="local", systems=frozenset({"QT6"})))) == ([], [])
    [noted], _ = rows_of(judged(replace(WAITS, indicator_levels=frozenset({"trust"}))))
    assert noted.severity == "note"


def test_the_tests_of_a_target_are_kept_one_by_one() -> None:
    [finding], [evaluation] = rows_of(judged(BOTH))
    assert [part["outcome"] for part in evaluation.parts] == ["met", "not_met"]
    assert (finding.gap, finding.line, finding.working["parts"]) == (2, "S", evaluation.parts)
    assert finding.working["formula"] == "Ten: S ≤ 10 pathways; Three: S ≤ 3 pathways"


@pytest.mark.parametrize("system", [False, True])
def test_what_is_attested_as_not_in_place_wants_a_reason_and_has_no_cells(system: bool) -> None:
    body = "QU9" if system else "RTH"
    said = Answer("not_in_place", lead="Bea", by="Ann", at="2023-02-20T17:00:00+00:00")
    [finding], [evaluation] = rows_of(judged(MILESTONE, {("23-58", body): said}, system))
    assert (finding.severity, finding.inputs, finding.line, finding.cell) == ("explain", [], "", "")
    assert finding.instruction == "Put it in place and attest it again, or say why it cannot be."
    kept = evaluation.attested
    assert (kept["state"], kept["lead"], kept["by"], kept["at"]) == (said.state, said.lead, said.by, said.at)
    assert rows_of(judged(MILESTONE, {("23-58", body): replace(said, state="in_place")}, system))[0] == []


def test_another_answer_makes_another_run_of_that_body_alone() -> None:
    digests = {
        name: judged(MILESTONE, answers).run.digest
        for name, answers in {
            "none": {},
            "another's": {("23-58", "RHW"): Answer("in_place")},
            "mine": {("23-58", "RTH"): Answer("in_place")},
            "mine anew": {("23-58", "RTH"): Answer("at_risk")},
        }.items()
    }
    assert digests["none"] == digests["another's"]
    assert len(set(digests.values())) == 3


# --- judged again --------------------------------------------------------------------------------------------
@pytest.fixture
def ann(db: None) -> Person:
    return make_person("asha")


def attest(by: Person, state: str) -> None:
    Attestation.objects.filter(subject="23-58").update(is_current=False)
    Attestation.objects.create(round_id=ROUND, subject="23-58", organisation_id="RTH", state=state, by=by)


def again() -> None:
    judge_body(str(jobs.enqueue(JUDGE_BODY, f"{ROUND}:RTH").pk))


def standing(basis: str = LATEST) -> str:
    run = CurrentRun.objects.get(round_id=ROUND, scope=Run.ORGANISATION, subject="RTH", basis=basis).run
    return run.evaluations.get(target="23-58").outcome


def test_a_body_is_judged_again_on_every_basis_that_it_has_been_judged_on(ann: Person) -> None:
    attest(ann, "not_in_place")
    make_upload("RTH", "activity", state=HAS_ACCEPTED, stage="final")
    again()
    assert standing() == "not_met"
    pipeline.judge(ROUND, "RTH", [accepted_at("final")])
    attest(ann, "in_place")
    again()
    assert (standing(), standing(accepted_at("final"))) == ("met", "met")
    assert CurrentRun.objects.filter(scope=Run.SYSTEM, subject="QU9").count() == 2
    runs = Run.objects.count()
    again()  # a second ring of the same bell
    assert Run.objects.count() == runs


def test_what_a_trust_answers_is_not_nhs_englands_before_something_of_it_is_accepted(
    ann: Person, nadia: Person
) -> None:
    def seen() -> set[tuple[str, str]]:
        rows = evaluations_of(scope_of_person(nadia), ROUND, basis=ACCEPTED).exclude(organisation=None)
        return set(rows.filter(target="23-58").values_list("organisation_id", "outcome"))

    make_upload("RHW", "activity", state=HAS_ACCEPTED, stage="final")
    pipeline.judge(ROUND, "RHW", [ACCEPTED])
    attest(ann, "not_in_place")
    again()
    assert seen() == {("RHW", "not_assessable")}
    assert not Finding.objects.filter(organisation_id="RTH", run__basis=ACCEPTED).exists()
    upload = make_upload("RTH", "activity", state=HAS_ACCEPTED, stage="final")
    again()
    assert seen() == {("RHW", "not_assessable"), ("RTH", "not_met")}
    Upload.objects.filter(pk=upload.pk).update(state=SENT_BACK)
    again()
    assert seen() == {("RHW", "not_assessable")}


@pytest.mark.parametrize("what", ["answer", "figure"])
def test_what_is_said_while_judging_is_not_lost(
    ann: Person, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Judged from what was known before, found to have moved under the lock, and judged once more."""
    attest(ann, "not_in_place")
    judge, told = pipeline._results, []

    def overtaken(*args: Any) -> Any:
        found = judge(*args)
        if not told:
            told.append(True)
            if what == "answer":
                attest(ann, "in_place")
            else:
                LocalFigure.objects.create(round_id=ROUND, target="23-01", organisation_id="RTH", value=1)
        return found

    monkeypatch.setattr(pipeline, "_results", overtaken)
    again()
    assert standing() == ("met" if what == "answer" else "not_met")
    run = CurrentRun.objects.get(round_id=ROUND, scope=Run.ORGANISATION, subject="RTH").run
    assert run.versions["targets"] == Book.load(ROUND).versions["targets"]


@pytest.mark.django_db
def test_a_trust_is_judged_again_in_at_most_eight_queries_and_the_catalogues_in_sixteen() -> None:
    """However many targets there are: what they need is read at once. A process that knows them asks once more."""
    catalogues._read.clear()
    with CaptureQueriesContext(connection) as loaded:
        book = Book.load(ROUND)
    body = Organisation.objects.get(pk="RTH")
    with CaptureQueriesContext(connection) as judged_again:
        versions = pipeline._versions(book, body, LATEST, None)[0]
        [own, *systems] = pipeline._results(book, body, versions, LATEST)
    assert len(rows_of(own)[1]) >= 60
    assert [result.run.subject for result in systems] == ["QU9"]
    assert len(judged_again) <= 8
    assert len(loaded) <= 16, [query["sql"][:90] for query in loaded]
    with CaptureQueriesContext(connection) as known:
        Book.load(ROUND)
    assert len(known) == 1
