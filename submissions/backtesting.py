"""The worker's part of a rule's trial: it is run over the plans in hand of one system after another, beside the rule
in force. Only the trial keeps what is found."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

from django.db import DatabaseError
from django.utils import timezone

from planning.plan.array import Member
from planning.plan.backtests import digest
from planning.plan.findings import Finding
from planning.plan.keeping import Result
from planning.plan.rule_trials import RuleTrial
from planning.plan.rulebook import Rule, load_rules
from planning.plan.rules import ORGANISATION, SYSTEM, is_judged
from planning.plan.runs import LATEST
from planning.registry.organisations import Organisation
from submissions import judging
from submissions.book import Book
from submissions.in_hand import InHand, plans_in_hand
from submissions.store import build, load_rows
from submissions.uploads import Value
from submissions.versions import Version
from targets.doubts import RULES as DOUBTS

logger = logging.getLogger(__name__)
MOST_HITS = 1000  # kept of one trial; the numbers of bodies stay exact
HIT, ASSESSED, WAITING = "hit", "assessed", "waiting"
OURS = "It could not be run. The fault is ours and has been logged."
NOT_JUDGED = (
    "This is a check of the workbook itself. It looks at the file, not at stored figures, so it cannot be run over "
    "plans in hand."
)


class CannotBeJudged(Exception):
    """The rule broke down on a plan: its sentence is for the person who tries it."""


@dataclass(frozen=True)
class Body:
    """One organisation or system as a rule found it. `waits`: the returns without which it cannot be judged."""

    organisation: str  # the ODS code, of a system that of its ICB
    name: str
    system: str
    level: str
    state: str
    waits: tuple[str, ...] = ()


@dataclass
class Seen:
    """What one rule finds in the plans of some systems."""

    bodies: dict[tuple[str, str], Body] = field(default_factory=dict)  # (level, code)
    findings: list[Finding] = field(default_factory=list)

    @property
    def places(self) -> set[tuple[str, ...]]:
        return {place_of(finding) for finding in self.findings}


def try_rule(trial_id: str) -> None:
    """Run the rule of one trial over its plans as they are now and keep what came of it. One that is done is left
    alone. A rule that breaks down ends its trial with a plain sentence; other exceptions are our own faults."""
    trial = RuleTrial.objects.get(pk=trial_id)
    if trial.state != RuleTrial.WAITING:
        return
    hand = plans_in_hand(trial.round_id, trial.rule, [trial.system_id] if trial.system_id else None)
    try:
        result = result_of(
            Book.load(trial.round_id), hand, trial.entry, partial(_say, trial, len(hand.systems))
        )
    except CannotBeJudged as fault:
        _finish(trial, state=RuleTrial.FAILED, error=str(fault)[:300])
        return
    kept = {**trial.result, **result}
    _finish(trial, state=RuleTrial.DONE, result=kept, digest=digest(trial.entry, hand.digest))


def give_up(trial_id: str, error: str) -> None:
    """Our own fault, three times: the page says so plainly."""
    logger.error("Trial of a rule %s could not be run: %s", trial_id, error)
    waiting = RuleTrial.objects.filter(pk=trial_id, state=RuleTrial.WAITING)
    waiting.update(state=RuleTrial.FAILED, error=OURS, finished_at=timezone.now())


def result_of(
    book: Book, hand: InHand, entry: dict[str, Any], say: Callable[[int], None] = lambda done: None
) -> dict[str, Any]:
    """What the rule and the one in force find, as the trial keeps it; `say` is told how many systems are done.
    Raises CannotBeJudged."""
    in_force = _in_force(book, entry["code"])
    tried = Rule.from_entry(entry, in_force.version if in_force else 0, book.assumptions.of_round)
    if not (is_judged(tried) or tried.code in DOUBTS):
        raise CannotBeJudged(NOT_JUDGED)
    held = _as_held(book, tried, in_force)
    now, before = Seen(), Seen()
    for done, system in enumerate(hand.systems):
        say(done)
        versions = hand.of_system(system.ods)
        rows = load_rows(versions)
        see(held, tried, system, versions, rows, now)
        if in_force is not None:
            see(book, in_force, system, versions, rows, before)
    return {
        "as_at": timezone.now().isoformat(),
        "versions": [_named(version) for version in hand.versions],
        "in_force": in_force.version if in_force is not None else None,
        "own_tolerance": held is not book,
        "bodies": [asdict(body) for body in now.bodies.values()],
        "waiting": dict(Counter(missing for body in now.bodies.values() for missing in body.waits)),
        "hits": _kept(now, before.places, in_force is not None),
        "released": _kept(before, now.places, True, only_new=True),
    }


def see(
    book: Book,
    rule: Rule,
    system: Organisation,
    versions: Sequence[Version],
    rows: Sequence[Value],
    seen: Seen,
) -> None:
    """Judge a system's members and the system by one rule alone, as an upload would have them judged."""
    alone = replace(book, rules=[rule], targets=book.targets if rule.code in DOUBTS else [], waivers=[])
    for member in book.members_in(system):
        if ORGANISATION in rule.levels and member.kind in rule.types and not member.served_by:
            _see_member(alone, rule, member, versions, rows, seen)
    if SYSTEM in rule.levels:
        _see_system(alone, rule, system, versions, rows, seen)


def _see_member(
    book: Book, rule: Rule, member: Member, versions: Sequence[Version], rows: Sequence[Value], seen: Seen
) -> None:
    mine = [version for version in versions if version.organisation == member.ods]
    found: list[Finding] = []
    with _Guarded(rule, member.name):
        for version in mine:
            if rule.needs_only(version.return_kind):
                plan = build(book.lines, [member], [version], rows, book.known)
                found += judging.rule_findings_of_return(book, plan, version.return_kind, member.system)
        if rule.is_across or rule.wider or rule.code in DOUBTS:
            found += _findings(judging.judge_organisation(book, member, mine, rows, LATEST), rule)
    given = {version.return_kind for version in mine}
    state, waits = _stand(rule, given)
    if found:
        state = HIT
    seen.findings += found
    seen.bodies[ORGANISATION, member.ods] = Body(
        member.ods, member.name, member.system, ORGANISATION, state, waits
    )


def _findings(result: Result, rule: Rule) -> list[Finding]:
    """What the rule found; the targets that a doubt reads find things of their own."""
    return [row for row in result.rows if isinstance(row, Finding) and row.rule == rule.code]


def _stand(rule: Rule, given: set[str]) -> tuple[str, tuple[str, ...]]:
    """Whether a body that has given some returns can be judged, and what it waits for where it cannot."""
    if rule.each_return:
        return (ASSESSED, ()) if rule.returns & given else (WAITING, tuple(sorted(rule.returns)))
    missing = tuple(sorted(rule.returns - given))
    return (WAITING, missing) if missing else (ASSESSED, ())


def _see_system(
    book: Book,
    rule: Rule,
    system: Organisation,
    versions: Sequence[Version],
    rows: Sequence[Value],
    seen: Seen,
) -> None:
    name = system.system_name or f"{system.short_name} system"
    with _Guarded(rule, name):
        result = judging.judge_system(book, system, versions, rows, LATEST)
    found = _findings(result, rule)
    waits = tuple(missing for missing, codes in result.run.waiting.items() if rule.code in codes)
    seen.findings += found
    if rule.each_pair:
        _see_pairs(book, rule, system, waits, {finding.organisation_id for finding in found}, seen)
    else:
        state = HIT if found else WAITING if waits else ASSESSED
        seen.bodies[SYSTEM, system.ods] = Body(system.ods, name, system.ods, SYSTEM, state, waits)


def _see_pairs(
    book: Book, rule: Rule, system: Organisation, waits: Sequence[str], hit: set[str | None], seen: Seen
) -> None:
    """What is judged for each trust with its ICB is the trust's own; it waits for those two alone."""
    for member in book.members_in(system):
        if member.served_by or member.ods == system.ods or member.kind not in rule.types:
            continue
        own = tuple(one for one in waits if one.split()[0] in (member.ods, system.ods))
        state = HIT if member.ods in hit else WAITING if own else ASSESSED
        seen.bodies[ORGANISATION, member.ods] = Body(
            member.ods, member.name, system.ods, ORGANISATION, state, own
        )


class _Guarded:
    """Turns what a rule raises into one sentence; the database's own faults pass, for the job is tried again."""

    def __init__(self, rule: Rule, name: str) -> None:
        self.rule, self.name = rule, name

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if error is None or not isinstance(error, Exception) or isinstance(error, DatabaseError):
            return
        logger.error("%s broke down on the plan of %s", self.rule.code, self.name, exc_info=error)
        raise CannotBeJudged(
            f"{self.rule.code} broke down on the plan of {self.name}, so nothing is shown. The fault has been "
            "logged. Check the lines and limits that it names."
        ) from error


def _in_force(book: Book, code: str) -> Rule | None:
    """The rule as its round declares it, before any tolerance is held; None where the round has no such rule."""
    return next(
        (rule for rule in load_rules(book.round, book.assumptions.of_round) if rule.code == code), None
    )


def _as_held(book: Book, tried: Rule, in_force: Rule | None) -> Book:
    """With the round's and the systems' tolerances where the declaration keeps its own; one whose tolerance is
    tried is held to that, wherever it is run."""
    if in_force is None or (in_force.tolerance, in_force.limits) == (tried.tolerance, tried.limits):
        return book
    kept = {key: row for key, row in book.tolerances.items() if key[0] != tried.code}
    return replace(book, tolerances=kept)


def place_of(finding: Finding) -> tuple[str, ...]:
    """What makes a hit the same hit under another declaration: whose it is and in which line."""
    return (finding.organisation_id or "", finding.system_id or "", finding.line)


def _kept(
    seen: Seen, others: set[tuple[str, ...]], is_known: bool, only_new: bool = False
) -> list[dict[str, Any]]:
    found = []
    for finding in sorted(seen.findings, key=lambda one: (place_of(one), one.period, one.message)):
        already = is_known and place_of(finding) in others
        if not (only_new and already):
            found.append(_hit(finding, seen, already))
    return found[:MOST_HITS]


def _hit(finding: Finding, seen: Seen, already: bool) -> dict[str, Any]:
    level = ORGANISATION if finding.organisation_id else SYSTEM
    code = finding.organisation_id or finding.system_id or ""
    body = seen.bodies.get((level, code))
    return {
        "organisation": finding.organisation_id or "",
        "name": body.name if body is not None else code,
        "system": finding.system_id or "",
        "line": finding.line,
        "period": finding.period,
        "message": finding.message,
        "gap": finding.gap,
        "unit": finding.unit,
        "actual": finding.actual,
        "expected": finding.expected,
        "already": already,
    }


def _named(version: Version) -> dict[str, Any]:
    return {
        "organisation": version.organisation,
        "return": version.return_kind,
        "version": version.number,
        "upload": version.upload,
    }


def _say(trial: RuleTrial, systems: int, done: int) -> None:
    """Tell the page how far it is, where there are several systems."""
    if systems > 1:
        result = {**trial.result, "done": done, "systems": systems}
        RuleTrial.objects.filter(pk=trial.pk, state=RuleTrial.WAITING).update(result=result)


def _finish(trial: RuleTrial, **fields: Any) -> None:
    """Once: a task that comes twice keeps what the first has kept."""
    waiting = RuleTrial.objects.filter(pk=trial.pk, state=RuleTrial.WAITING)
    waiting.update(finished_at=timezone.now(), **fields)
