"""The worker's part of a what-if: the plan as it stands and the plan with the changes, judged by the same book, and
how they differ. Only the scenario keeps anything of it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from planning.plan.array import LETTERS, Member, Plan
from planning.plan.keeping import Result
from planning.plan.runs import LATEST
from planning.registry.actuals import published_of
from planning.registry.organisations import Organisation
from submissions.book import Book
from submissions.judging import judge_organisation, judge_system, rule_findings_of_return
from submissions.scenarios.asking import changes_of
from submissions.scenarios.changing import CannotChange, Change
from submissions.scenarios.differing import Names, difference, moved_lines
from submissions.scenarios.models import Scenario
from submissions.scenarios.today import Today, make, today_of
from submissions.store import build, load_rows
from submissions.uploads import PERIOD_FIELDS, Value
from submissions.versions import Version, current_versions
from submissions.waivers import held_for, set_aside

logger = logging.getLogger(__name__)
OURS = "It could not be worked out. The fault is ours and has been logged."
NOTHING = "{} has no current version of any return, so there is no plan to change."
_STATE = {number: letter for letter, number in LETTERS.items()}


@dataclass(frozen=True)
class Base:
    """The versions that a scenario is laid over, whose they are, and their stored rows."""

    bodies: Mapping[str, Organisation]
    versions: Sequence[Version]
    rows: Sequence[Value]

    def of(self, ods: str) -> list[Version]:
        return [version for version in self.versions if version.organisation == ods]


def work_out(scenario_id: str) -> None:
    """Judge one scenario and keep how it differs from the plan. One that is done or gone is left alone; one whose
    changes can no longer be made says which."""
    scenario = Scenario.objects.select_related("body").filter(pk=scenario_id, state=Scenario.WAITING).first()
    if scenario is None:
        return
    book = Book.load(scenario.round_id)
    base = _base(book, scenario)
    inputs = [version.as_input() for version in base.versions]
    if not base.rows:
        _finish(scenario, state=Scenario.FAILED, base=inputs, error=NOTHING.format(scenario.body.short_name))
        return
    try:
        rows = with_changes(book, base, changes_of(scenario))
    except CannotChange as error:
        _finish(scenario, state=Scenario.FAILED, base=inputs, error=f"{error}."[:300])
        return
    _finish(scenario, state=Scenario.DONE, base=inputs, result=_result(book, scenario, base, rows))


def give_up(scenario_id: str, error: str) -> None:
    """Our own fault, three times: the page says so plainly."""
    logger.error("Scenario %s could not be worked out: %s", scenario_id, error)
    waiting = Scenario.objects.filter(pk=scenario_id, state=Scenario.WAITING)
    waiting.update(state=Scenario.FAILED, error=OURS, finished_at=timezone.now())


def with_changes(book: Book, base: Base, changes: Sequence[Change]) -> list[Value]:
    """The stored rows with the changes made one after another and every total worked out again; rows of returns that
    nothing changes are the same objects. Raises CannotChange."""
    found = list(base.rows)
    for ods in dict.fromkeys(change.organisation for change in changes):
        if ods not in base.bodies:
            raise CannotChange("line", f"{ods} is not part of this plan any more")
        today = today_of(base.bodies[ods], book.lines, base.of(ods))
        mine = [change for change in changes if change.organisation == ods]
        for kind in dict.fromkeys(today.line(change.line).return_kind for change in mine):
            wanted = [change for change in mine if today.lines[change.line].return_kind == kind]
            found = _return_changed(book, today, found, today.versions[kind], wanted)
    return found


def _return_changed(
    book: Book, today: Today, rows: Sequence[Value], version: Version, changes: Sequence[Change]
) -> list[Value]:
    own = [row for row in rows if str(row.upload_id) == version.upload]
    held = make(today, {row.line: row for row in own}, changes)
    member = Member(today.organisation.ods, today.organisation.kind)
    plan = build(book.lines, [member], [version], own)
    for code, (figures, states) in held.items():
        plan.enter(member.ods, code, figures, states, None)
    plan.compute()
    after = {row.line: _row_of(plan, row) for row in own}
    return [after[row.line] if str(row.upload_id) == version.upload else row for row in rows]


def _row_of(plan: Plan, row: Value) -> Value:
    """A row as the plan has it now, never saved: it keeps where the line stands."""
    at = plan.place.get(row.line)
    if at is None:
        return row
    states = "".join(_STATE.get(int(state), "b") for state in plan.states[0, at])
    figures = {
        name: int(plan.scaled[0, at, place]) if states[place] == "v" else None
        for place, name in enumerate(PERIOD_FIELDS)
    }
    return Value(
        upload_id=row.upload_id, line=row.line, sheet=row.sheet, row=row.row, states=states, **figures
    )


def _base(book: Book, scenario: Scenario) -> Base:
    bodies = {scenario.body_id: scenario.body}
    if scenario.is_system:
        bodies |= {
            row.organisation_id: row.organisation
            for row in book.memberships
            if row.system_id == scenario.body_id
        }
    versions = current_versions(book.round, bodies)
    return Base(bodies, versions, load_rows(versions))


def _result(book: Book, scenario: Scenario, base: Base, rows: Sequence[Value]) -> dict[str, Any]:
    touched = list(dict.fromkeys(change.organisation for change in changes_of(scenario)))
    names = Names({ods: body.short_name for ods, body in base.bodies.items()}, scenario.body.short_name)
    before = judged(book, scenario, base, base.rows, touched)
    after = judged(book, scenario, base, rows, touched)
    entered = {(change.organisation, change.line) for change in changes_of(scenario)}
    whose = {version.upload: version.organisation for version in base.versions}
    found = difference(before, after, names, None if scenario.is_system else scenario.body_id)
    found["lines"] = moved_lines(book.lines, whose, base.rows, rows, entered, names)
    found["summary"]["changed"] = [row["label"] for row in found["lines"]["changed"]]
    return found


def judged(
    book: Book, scenario: Scenario, base: Base, rows: Sequence[Value], touched: Iterable[str]
) -> list[Result | list[Any]]:
    """What is found of the body, and of a system's members that are changed: nothing is stored."""
    found: list[Result | list[Any]] = []
    if scenario.is_system:
        found.append(judge_system(book, scenario.body, base.versions, rows, LATEST))
    for ods in touched if scenario.is_system else [scenario.body_id]:
        member = _member(book, base.bodies[ods])
        found.append(judge_organisation(book, member, base.of(ods), rows, LATEST))
        found += [_of_return(book, base, member, version, rows) for version in base.of(ods)]
    return found


def _of_return(book: Book, base: Base, member: Member, version: Version, rows: Sequence[Value]) -> list[Any]:
    """What the rules find that need one return alone."""
    plan = build(
        book.lines, [member], [version], [row for row in rows if str(row.upload_id) == version.upload]
    )
    body = base.bodies[member.ods]
    lines = [book.lines[code] for code in plan.codes if book.lines[code].return_kind == version.return_kind]
    plan.publish(member.ods, published_of(body, book.round, lines))
    found = rule_findings_of_return(book, plan, version.return_kind, member.system or None)
    set_aside(found, held_for(book.waivers, member.ods, version.return_kind))
    return found


def _member(book: Book, body: Organisation) -> Member:
    return Member(body.ods, body.kind, book.host_of(body) or "", body.short_name)


def _finish(scenario: Scenario, **fields: Any) -> None:
    """Once, and only for the changes that were judged: those made meanwhile have a job of their own."""
    waiting = Scenario.objects.filter(pk=scenario.pk, state=Scenario.WAITING, digest=scenario.digest)
    waiting.update(finished_at=timezone.now(), **fields)
