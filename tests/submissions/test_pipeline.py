"""One upload from file to findings: what is stored, what counts, what happens twice or halfway."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from finance.positions import Position
from planning.foundation import jobs
from planning.plan import rules
from planning.plan.findings import Finding
from planning.plan.runs import CurrentRun, Run
from planning.registry.lines import Lines
from submissions import examining, pipeline
from submissions.book import Book
from submissions.demo import workbook_bytes
from submissions.queries.result import place_in
from submissions.receive import receive
from submissions.uploads import Value
from targets.evaluations import Evaluation
from tests.flow import ROUND, figures_of, planner_of, send, send_three

pytestmark = pytest.mark.django_db


def edited(ods: str, kind: str, changes: dict[tuple[str, str], Any]) -> bytes:
    """A clean return with some cells typed over: {(line code, header): value}."""
    book = load_workbook(io.BytesIO(workbook_bytes(Lines.load(ROUND), ods, kind, figures_of(ods, kind))))
    for (code, header), value in changes.items():
        sheet, row = next((s, c.row) for s in book.worksheets for c in s["A"] if c.value == code)
        head = next(c.row for c in sheet["A"] if c.value == "Line code")
        column = next(c.column for c in sheet[head] if c.value == header)
        sheet.cell(row, column).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def current(scope: str, subject: str, kind: str = "", basis: str = "latest") -> Run:
    return CurrentRun.objects.get(scope=scope, subject=subject, return_kind=kind, basis=basis).run


def test_a_clean_return_is_checked_and_counts() -> None:
    upload = send("RTH", "activity")

    assert (upload.state, upload.number, upload.blocked) == ("checked", 1, False)
    assert upload.counts == {"block": 0, "explain": 0, "note": 0}
    stored = Value.objects.get(upload=upload, line="E.M.10a")
    asked = figures_of("RTH", "activity")["E.M.10a"]
    assert stored.figures[:14] == [value * 10_000 for value in asked[:14]]
    assert stored.p14 == sum(asked[2:14]) * 10_000
    assert stored.states == "v" * 15
    assert current("return", "RTH", "activity").inputs[0]["upload"] == str(upload.pk)


def test_a_clean_system_has_no_finding_of_any_kind_and_meets_its_targets() -> None:
    for ods in ("RTH", "RHW", "RXQ", "RNU", "RWX", "RYE", "QU9"):
        send_three(ods)

    run = current("system", "QU9")
    assert not Finding.objects.exists()
    assert run.waiting == {}
    outcomes = dict(Evaluation.objects.filter(run=run).values_list("target", "outcome"))
    firsts = ("23-01", "23-02", "23-03", "23-10", "23-13", "23-15", "23-19", "23-34", "23-42", "23-43")
    assert {code: outcomes[code] for code in firsts} == dict.fromkeys(firsts, "met")
    assert "not_met" not in outcomes.values()
    assert len(run.inputs) == 19, "three returns of six counted bodies, and the activity return that serves"


def test_a_shortfall_is_found_and_traced_to_its_cell() -> None:
    short = figures_of("RHW", "activity")
    short["E.B.20"][13] += 50

    upload = send("RHW", "activity", short)

    finding = Finding.objects.get(rule="23-10", organisation_id="RHW", run__pointers__basis="latest")
    cell = next(row for row in finding.inputs if row["line"] == "E.B.20")
    book = load_workbook(upload.file.path, data_only=True)
    assert book[cell["sheet"]][cell["cell"]].value == short["E.B.20"][13] == cell["value"]
    assert (cell["upload"], cell["period"], finding.actual, finding.gap) == (
        str(upload.pk),
        "2024-03",
        50,
        50,
    )
    assert finding.severity == "explain"
    seen = f"{short['E.B.20'][13]:,}"
    assert (finding.sheet, finding.cell, finding.seen) == (cell["sheet"], cell["cell"], seen)
    assert place_in(finding, upload) == f"{cell['sheet']}, cell {cell['cell']}: {seen}, and 2 more cells"


def test_every_faulty_cell_is_named_at_once_and_nothing_of_it_counts() -> None:
    first = send("RTH", "activity")
    changes = {
        ("E.M.10a", "May-23"): "to follow",
        ("E.M.10b", "May-23"): "#REF!",
        ("E.M.8", "Jun-23"): -5,
        ("E.M.9", "Jul-23"): None,
    }

    second = send("RTH", "activity", content=edited("RTH", "activity", changes))

    assert (second.state, second.number, second.blocked, second.counts["block"]) == ("checked", 2, True, 4)
    run = current("return", "RTH", "activity")
    named = {(f.rule, f.line, f.period, f.seen) for f in Finding.objects.filter(run=run)}
    assert named == {
        ("V03", "E.M.10a", "2023-05", "to follow"),
        ("V04", "E.M.10b", "2023-05", "#REF!"),
        ("V06", "E.M.8", "2023-06", "-5"),
        ("V05", "E.M.9", "2023-07", ""),
    }
    assert all(f.sheet and f.cell and f.message for f in Finding.objects.filter(run=run))
    assert not Value.objects.filter(upload=second).exists()
    assert [row["upload"] for row in current("organisation", "RTH").inputs] == [str(first.pk)], (
        "what stood stands"
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "not_a_workbook"), (b"PK\x03\x04 torn", "damaged"), (b"name,value\n1,2\n", "not_a_workbook")],
)
def test_what_is_no_workbook_is_rejected_with_one_sentence(content: bytes, code: str) -> None:
    upload = send("RTH", "activity", content=content)

    assert (upload.state, upload.error_code, upload.number) == ("rejected", code, None)
    assert upload.error_message.count(".") >= 1
    assert not Run.objects.exists()


def test_another_organisations_return_is_rejected() -> None:
    theirs = workbook_bytes(Lines.load(ROUND), "RHW", "activity", figures_of("RHW", "activity"))

    upload = send("RTH", "activity", content=theirs)

    assert (upload.state, upload.error_code) == ("rejected", "wrong_organisation")


def test_missing_data_is_not_assessable_and_named_once() -> None:
    send("RTH", "activity")

    organisation, system = current("organisation", "RTH"), current("system", "QU9")
    assert set(organisation.waiting) == {"workforce", "finance"}
    outcomes = {e.target: e for e in Evaluation.objects.filter(run=system)}
    assert outcomes["23-01"].outcome == "not_assessable"
    assert outcomes["23-01"].missing == ["RHW", "RXQ"]
    assert outcomes["23-01"].so_far == "1 of 3"
    assert not Finding.objects.filter(rule="23-19").exists()


def test_a_system_is_summed_never_averaged() -> None:
    """One small trust far below, one large trust just above: the mean of shares would pass, the sum fails."""
    for ods in ("RTH", "RHW", "RXQ"):
        figures = figures_of(ods, "activity")
        share = 0.755 if ods == "RTH" else 0.765
        for kind in ("a", "b"):
            figures[f"E.M.13{kind}N"][13] = round(figures[f"E.M.13{kind}D"][13] * share)
            figures["LOC.ED12N"][13] = 0
        send(ods, "activity", figures)

    top = bottom = 0
    for ods in ("RTH", "RHW", "RXQ"):
        rows = Value.objects.filter(upload__organisation_id=ods, line__in=["E.M.13N", "E.M.13D"])
        found = dict(rows.values_list("line", "p13"))
        top, bottom = top + found["E.M.13N"], bottom + found["E.M.13D"]
    evaluation = Evaluation.objects.get(target="23-01", run=current("system", "QU9"))
    assert evaluation.planned == pytest.approx(100 * top / bottom, abs=1e-9)
    assert evaluation.outcome == ("met" if 100 * top >= 76 * bottom else "not_met")


def test_the_same_inputs_find_the_same_run() -> None:
    upload = send("RTH", "activity")
    runs = set(Run.objects.values_list("pk", flat=True))

    pipeline.judge(ROUND, "RTH", ["latest"])
    pipeline.check(str(upload.pk))

    assert set(Run.objects.values_list("pk", flat=True)) == runs


def test_a_later_version_takes_its_place_and_the_old_run_stays_whole() -> None:
    first = send("RHW", "activity")
    old = current("organisation", "RHW")
    count = Evaluation.objects.filter(run=old).count()
    figures = figures_of("RHW", "activity")
    figures["E.B.20"][13] += 1

    second = send("RHW", "activity", figures)

    assert second.number == first.number + 1 == 2
    assert current("organisation", "RHW") != old
    assert Evaluation.objects.filter(run=old).count() == count


def test_served_trusts_are_shown_and_never_added_up() -> None:
    for ods in ("RTH", "RHW", "RXQ", "RNU", "RWX", "QU9"):
        send_three(ods)
    before = Position.objects.get(run=current("system", "QU9"))
    assert Evaluation.objects.get(run=current("system", "QU9"), target="23-02").missing == ["RYE"]

    send_three("RYE")

    system = current("system", "QU9")
    after = Position.objects.get(run=system)
    assert (after.income, after.adjusted) == (before.income, before.adjusted)
    assert Evaluation.objects.get(run=system, target="23-02").why.startswith("Served by RYE")
    assert Finding.objects.filter(organisation_id="RYE").exclude(system_id="QRL").count() == 0


def test_our_own_fault_is_tried_three_times_and_then_said(monkeypatch: pytest.MonkeyPatch) -> None:
    upload, _ = receive(
        by=planner_of("RTH"),
        round=ROUND,
        organisation="RTH",
        return_kind="activity",
        stage="draft",
        file=ContentFile(b"x", name="x.xlsx"),
    )
    monkeypatch.setattr(examining, "gate", lambda path: 1 / 0)
    job = jobs.Job.objects.get(subject=str(upload.pk))

    for _ in range(3):
        jobs.work(str(job.pk), pipeline.check, pipeline.give_up)

    upload.refresh_from_db()
    assert (upload.state, upload.error_code) == ("failed", "failed")
    assert "fault is ours" in upload.error_message


def test_a_rule_that_breaks_down_is_named_and_nothing_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    """The version before still counts; no run, finding or figure of the new one is there."""
    before = send("RTH", "activity")
    figures = figures_of("RTH", "activity")
    figures["E.B.20"][13] += 50
    upload, _ = receive(
        by=planner_of("RTH"),
        round=ROUND,
        organisation="RTH",
        return_kind="activity",
        stage="draft",
        file=ContentFile(workbook_bytes(Lines.load(ROUND), "RTH", "activity", figures), name="a.xlsx"),
    )
    monkeypatch.setitem(rules._FUNCTIONS, "T28", lambda plan, rule: 1 / 0)
    job = jobs.Job.objects.get(subject=str(upload.pk))

    for _ in range(3):
        jobs.work(str(job.pk), pipeline.check, pipeline.give_up)

    upload.refresh_from_db()
    assert (upload.state, upload.number) == ("failed", None)
    assert "Rule T28 broke down while it was judged." in upload.error_message
    assert not Value.objects.filter(upload=upload).exists()
    assert current("return", "RTH", "activity").pk == before.run_id


def test_accepting_an_upload_takes_at_most_twelve_queries() -> None:
    content = workbook_bytes(Lines.load(ROUND), "RTH", "activity", figures_of("RTH", "activity"))
    scope = planner_of("RTH")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        receive(
            by=scope,
            round=ROUND,
            organisation="RTH",
            return_kind="activity",
            stage="draft",
            file=ContentFile(content, name="a.xlsx"),
        )

    assert len(queries) <= 12, [query["sql"][:90] for query in queries]


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("spoilt", [(), ("E.B.20", "E.B.3a")])
@pytest.mark.parametrize("others", [(), ("RHW", "RXQ", "RNU", "RWX", "QU9")])
def test_the_run_of_an_upload_takes_at_most_thirty_queries(
    others: tuple[str, ...], spoilt: tuple[str, ...], again: bool
) -> None:
    """However many trusts have returned, with findings, whether they block or not, and where there was a version
    before; in a worker that has the catalogues in hand."""
    for ods in others:
        send_three(ods)
    send("RTH", "workforce")
    send("RTH", "finance")
    figures = figures_of("RTH", "activity")
    if again:
        send("RTH", "activity", figures)
    figures["E.B.20"][13] += 50
    for line in spoilt:
        figures[line] = [value and value + 5000 for value in figures[line]]
    upload, _ = receive(
        by=planner_of("RTH"),
        round=ROUND,
        organisation="RTH",
        return_kind="activity",
        stage="draft",
        file=ContentFile(workbook_bytes(Lines.load(ROUND), "RTH", "activity", figures), name="a.xlsx"),
    )
    job = jobs.Job.objects.get(subject=str(upload.pk))
    Book.load(ROUND)

    with CaptureQueriesContext(connection) as queries:
        jobs.work(str(job.pk), pipeline.check, pipeline.give_up)

    upload.refresh_from_db()
    assert (upload.state, upload.blocked) == ("checked", bool(spoilt))
    assert Finding.objects.exists()
    statements = [
        query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))
    ]
    assert len(statements) <= 30, "\n".join(sql[:110] for sql in statements)


def test_what_a_person_did_meanwhile_is_not_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second delivery that began before the first ended finds the version handed over."""
    begin = pipeline.read_and_check

    def overtaken(upload: Any, book: Any, say: Any) -> Any:
        found = begin(upload, book, say)
        type(upload).objects.filter(pk=upload.pk).update(state="submitted", number=1)
        return found

    monkeypatch.setattr(pipeline, "read_and_check", overtaken)
    upload = send("RTH", "activity")

    assert (upload.state, upload.number) == ("submitted", 1)
    assert not Run.objects.exists()


def test_what_came_last_counts_though_it_was_read_first() -> None:
    lines, scope = Lines.load(ROUND), planner_of("RTH")
    sent = []
    for more in (0, 7):
        figures = figures_of("RTH", "activity")
        figures["E.M.10a"][5] += more
        content = workbook_bytes(lines, "RTH", "activity", figures)
        file = ContentFile(content, name="activity.xlsx")
        upload, _ = receive(
            by=scope, round=ROUND, organisation="RTH", return_kind="activity", stage="draft", file=file
        )
        sent.append(upload)
    earlier, later = sent

    for upload in (later, earlier):
        pipeline.check(str(upload.pk))

    later.refresh_from_db()
    for scope_of_run, subject in (("organisation", "RTH"), ("system", "QU9")):
        assert [row["upload"] for row in current(scope_of_run, subject).inputs] == [str(later.pk)]
    assert current("return", "RTH", "activity").pk == later.run_id
