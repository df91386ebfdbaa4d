"""The demo: two systems' synthetic plans and people for each role, sent through the real path of the service.

One trust is clean, others show one kind of shortfall each, one return is broken cell by cell, and one trust
has not returned. Every figure is made up from a seed; none is any organisation's plan.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from planning.foundation.jobs import Job
from planning.people.access import Scope, scope_of_person
from planning.people.person import Appointment, Person
from planning.people.telling import SEND
from planning.plan.explaining import explain
from planning.registry.assumptions import load_parameters
from planning.registry.lines import Lines
from planning.registry.organisations import Membership, Organisation
from planning.registry.rounds import RETURNS, Round
from submissions import demo_answers, demo_changes, pipeline, tasks
from submissions.filling import distort, fill_system
from submissions.layout import write_return
from submissions.lifecycle import accept, submit, waiting_findings
from submissions.queued import CHECK, JUDGE, SEVERAL, TELL
from submissions.receive import receive
from submissions.returns import bodies_of_system, expected_lines, return_identity
from submissions.uploads import Upload

ROUND, SEED = "2023-24", 7
PASSWORD = "Plan-the-year-2023"  # noqa: S105 of people of the demo, which runs on this machine alone


@dataclass(frozen=True)
class Player:
    """One person of the demo."""

    email: str
    name: str
    organisation: str
    role: str
    shows: str


PLAYERS = (
    Player("planner.rth@demo.example", "Asha Patel", "RTH", "planner", "a clean plan, accepted"),
    Player(
        "planner.rhw@demo.example",
        "Bill Reeve",
        "RHW",
        "planner",
        "targets missed, and a workbook refused",
    ),
    Player("planner.rxq@demo.example", "Chen Wu", "RXQ", "planner", "returns that disagree with each other"),
    Player("planner.rnu@demo.example", "Dina Osei", "RNU", "planner", "agency, efficiency and deficit"),
    Player("planner.rwx@demo.example", "Ewan Price", "RWX", "planner", "nothing returned yet"),
    Player(
        "planner.rye@demo.example",
        "Farah Aziz",
        "RYE",
        "planner",
        "an ambulance trust of several systems",
    ),
    Player("lead.qu9@demo.example", "Cara Jones", "QU9", "icb_planner", "the ICB's planning lead"),
    Player(
        "finance.qu9@demo.example", "Colin Day", "QU9", "icb_finance", "the ICB's finance team: the dashboard"
    ),
    Player(
        "planner.ref@demo.example",
        "Rhys Nance",
        "REF",
        "planner",
        "another system: waiting list and productivity",
    ),
    Player("lead.qt6@demo.example", "Tamsin Kelly", "QT6", "icb_planner", "another system's ICB"),
    Player("reader.x24@demo.example", "Nadia Khan", "X24", "nhse_reader", "NHS England: what was accepted"),
)
ADMIN = ("admin@demo.example", "Demo administrator")

SHORTFALLS: dict[str, tuple[str, ...]] = {
    "RHW": ("ae_four_hour_short", "beds_over_occupied", "waits_over_65_weeks"),
    "RXQ": ("pay_out_of_step", "wte_disagrees", "contract_disagrees"),
    "RNU": ("agency_over_ceiling", "efficiency_short", "deficit"),
    "RYE": ("cat2_slow",),
    "REF": ("rtt_does_not_roll", "followups_not_reduced", "diagnostics_worsen", "productivity_implausible"),
}
NOT_RETURNED = {"RWX"}
ACCEPTED_AT = {
    "RTH": "regional-draft",
    "RJ8": "regional-draft",
}  # through review, so that NHS England sees them
BROKEN = ("RHW", "finance")  # a second version with faults that block


def sign_ins() -> list[str]:
    """Who can sign in to the demo, a line each."""
    width = max(len(player.email) for player in PLAYERS)
    people = [
        f"{player.email:<{width}}  {player.name}, {player.organisation}: {player.shows}" for player in PLAYERS
    ]
    return [*people, f"{ADMIN[0]:<{width}}  {ADMIN[1]}", f"All with the password {PASSWORD}"]


def is_empty() -> bool:
    """Whether the database holds no returns yet."""
    return not Upload.objects.exists()


def is_loaded() -> bool:
    """Whether the demo's people are in this database."""
    return Person.objects.filter(email=ADMIN[0]).exists()


def load(say: Callable[[str], None]) -> None:
    """Make the people, then each organisation's returns, received and checked as in the browser."""
    with transaction.atomic():
        people = _make_people()
        demo_answers.answer(ROUND, lambda ods: _scope_for(people, ods))
        administrator = Person.objects.get(email=ADMIN[0])
        demo_changes.set_before(ROUND, administrator, lambda ods: _scope_for(people, ods))
    lines, parameters = Lines.load(ROUND), load_parameters(ROUND)
    for system in Round.objects.get(pk=ROUND).systems.order_by("-system_id"):
        bodies = bodies_of_system(system.system_id)
        filled = fill_system(SEED, ROUND, bodies, lines, parameters)
        for body in bodies:
            if body.ods in NOT_RETURNED:
                continue
            say(f"{body.ods}: three returns")
            mine = {kind: filled[body.ods, kind] for kind in RETURNS}
            for what in SHORTFALLS.get(body.ods, ()):
                mine = distort(mine, what)
            for kind in RETURNS:
                _send(people, lines, body.ods, kind, workbook_bytes(lines, body.ods, kind, mine[kind]))
            if body.ods == BROKEN[0]:
                content = workbook_bytes(lines, body.ods, BROKEN[1], mine[BROKEN[1]])
                _send(people, lines, body.ods, BROKEN[1], spoiled(content))
    say("Handing over and review")
    _review(people)
    _judge_what_moved()
    _explain_some(people, "RNU", ("Agency cover for two wards until the new rota starts in October.",))
    say("What people have assumed, tried and answered")
    demo_changes.do_after(ROUND, lambda ods: _scope_for(people, ods))
    _send_no_letters()


def _make_people() -> dict[str, Scope]:
    """The scope of somebody who can act for each organisation."""
    scopes: dict[str, Scope] = {}
    for player in PLAYERS:
        person = Person.objects.create_user(player.email, PASSWORD, name=player.name)
        Appointment.objects.create(person=person, organisation_id=player.organisation, role=player.role)
        scopes.setdefault(player.organisation, scope_of_person(person))
    Person.objects.create_superuser(ADMIN[0], PASSWORD, name=ADMIN[1])
    return scopes


def _scope_for(people: dict[str, Scope], ods: str) -> Scope:
    """A planner of that organisation; one is made without a password where the demo names none."""
    if ods not in people:
        body = Organisation.objects.get(pk=ods)
        role = "icb_planner" if body.kind == "icb" else "planner"
        person = Person.objects.create_user(
            f"planner.{ods.lower()}@demo.example", None, name=f"Planner of {ods}"
        )
        Appointment.objects.create(person=person, organisation_id=ods, role=role)
        people[ods] = scope_of_person(person)
    return people[ods]


def _send(people: dict[str, Scope], lines: Lines, ods: str, kind: str, content: bytes) -> None:
    upload, _ = receive(
        by=_scope_for(people, ods),
        round=lines.round,
        organisation=ods,
        return_kind=kind,
        stage=ACCEPTED_AT.get(ods, "draft"),
        file=ContentFile(content, name=f"{ods} {kind} {lines.round}.xlsx"),
    )
    pipeline.check(str(upload.pk))
    Job.objects.filter(task=CHECK, subject=str(upload.pk)).update(state=Job.DONE)


def workbook_bytes(lines: Lines, ods: str, kind: str, figures: Mapping[str, Sequence[Any]] | None) -> bytes:
    """One organisation's return as a workbook, filled with those figures."""
    body = Organisation.objects.get(pk=ods)
    expected = expected_lines(lines, body, kind)
    identity = return_identity(expected, round_code=lines.round, organisation_ods=ods, return_kind=kind)
    out = io.BytesIO()
    write_return(
        out,
        lines=expected,
        identity=identity,
        organisation=body,
        figures=figures,
    )
    return out.getvalue()


def spoiled(content: bytes) -> bytes:
    """The same workbook with faults that stop it: words, an Excel error and a blank where figures belong."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    sheet = next(sheet for sheet in book.worksheets if _header_row(sheet))
    header = _header_row(sheet)
    may = next(cell.column for cell in sheet[header] if str(cell.value).startswith("May-"))
    rows = [
        cell.row
        for cell in sheet["A"]
        if cell.row > header and cell.value and not _is_formula(sheet, cell.row, may)
    ]
    for row, value in zip(rows, ("to follow", "#REF!", None), strict=False):
        sheet.cell(row, may).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _header_row(sheet: Any) -> int:
    return next((cell.row for cell in sheet["A"] if cell.value == "Line code"), 0)


def _is_formula(sheet: Any, row: int, column: int) -> bool:
    return str(sheet.cell(row, column).value).startswith("=")


def _review(people: dict[str, Scope]) -> None:
    """The clean trusts' versions are handed over and accepted; nobody else has submitted yet."""
    for ods in ACCEPTED_AT:
        mine = list(Upload.objects.filter(organisation_id=ods, blocked=False).order_by("return_kind"))
        submit(by=_scope_for(people, ods), uploads=mine)
        host = Membership.objects.get(organisation_id=ods, role=Membership.HOST).system_id
        for upload in mine:
            accept(by=_scope_for(people, host), upload=upload)


def _judge_what_moved() -> None:
    """What was handed over and accepted is judged at once, not when a worker first starts."""
    for job in Job.objects.filter(task=JUDGE, state=Job.QUEUED):
        tasks.judge.run(str(job.pk))
    for job in Job.objects.filter(task=SEVERAL, state=Job.QUEUED):
        tasks.judge_several.run(str(job.pk))


def _send_no_letters() -> None:
    """The people of the demo have no post boxes: what they were told stands in the service alone."""
    letters = Job.objects.filter(task__in=(TELL, SEND), state=Job.QUEUED)
    letters.update(state=Job.DONE, finished_at=timezone.now())


def _explain_some(people: dict[str, Scope], ods: str, texts: Iterable[str]) -> None:
    uploads = list(Upload.objects.filter(organisation_id=ods, blocked=False))
    for finding, text in zip(waiting_findings(uploads), texts, strict=False):
        explain(by=_scope_for(people, ods), findings=[finding], text=text)
