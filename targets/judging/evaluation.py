"""How plans stand against targets: plan in, outcomes out.

Verdicts are made from exact figures, unrounded. A system's result is made from the summed numerators and
denominators of the members that count, never from its trusts' percentages. What is missing makes a target
not assessable, never met; the figure of those who have returned is then given as "so far". What no return
carries is judged from what its lead has attested.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from planning.plan.array import NOT_APPLICABLE, Member, Plan
from targets.evaluations import MET, NOT_ASSESSABLE, NOT_MET
from targets.evaluations import NOT_APPLICABLE as DOES_NOT_APPLY
from targets.guidance.target import Target
from targets.judging.asked import SYSTEM, TRUST, is_information, not_asked_of_level, not_asked_of_member
from targets.judging.attested import attested as of_answer
from targets.judging.comparators import divides_by_baseline
from targets.judging.goals import aim_of
from targets.judging.ledger import Ledger, Wanting
from targets.judging.measuring import Measure, measure_of
from targets.judging.outcome import Answer, Answers, Outcome
from targets.judging.parts import parts_of, together
from targets.judging.reading import Reading, inputs_of, months_of, wanting_of, why_of
from targets.judging.shortfall import missed
from targets.judging.trajectory import target_months
from targets.judging.verdict import (
    colour_of,
    no_baseline,
    nothing_to_divide_by,
    pace_of,
    pace_words,
    telling,
    threshold_of,
    verdict_of,
)
from targets.judging.windows import falls_later, later_words

__all__ = ["Answer", "Outcome", "evaluate", "evaluate_system"]

LEFT_OUT = "leaves its lines blank, as an organisation without such a service may."
Measured = Callable[[Target, Outcome], Outcome]  # judges a target of one test


def evaluate(plan: Plan, targets: Sequence[Target], attested: Answers | None = None) -> list[Outcome]:
    """One outcome per target and organisation of the plan, in the order of the targets."""
    ledger, answers = Ledger(plan), attested or {}
    return [_organisation(ledger, target, o, answers) for target in targets for o in range(len(plan.members))]


def evaluate_system(
    plan: Plan,
    targets: Sequence[Target],
    system: str,
    attested: Answers | None = None,
    level: str = SYSTEM,
) -> list[Outcome]:
    """One outcome per target for a system, or with another level for a group of organisations: `system` is the
    code under which its local figures and answers stand. `plan` holds its members, those it is only served by
    among them; of those nothing is added up, and an ambulance target is shown from the trust's whole figure."""
    ledger, answers = Ledger(plan), attested or {}
    return [_system(ledger, target, system, answers, level) for target in targets]


# --- who is judged, and from whose figures -------------------------------------------------------------
def _organisation(ledger: Ledger, target: Target, o: int, answers: Answers) -> Outcome:
    member = ledger.plan.members[o]
    blank = Outcome(
        target, member.ods, NOT_ASSESSABLE, unit=target.unit, for_information=is_information(target, TRUST)
    )
    why = not_asked_of_level(target, TRUST) or not_asked_of_member(target, member)
    if why:
        return replace(blank, outcome=DOES_NOT_APPLY, why=why)

    def measured(one: Target, blank: Outcome) -> Outcome:
        return _member(ledger, one, o, blank)

    return _judged_by(
        ledger.plan, target, blank, measured, answers.get((target.code, member.ods)), member.ods
    )


def _system(ledger: Ledger, target: Target, system: str, answers: Answers, level: str) -> Outcome:
    blank = Outcome(
        target, None, NOT_ASSESSABLE, unit=target.unit, for_information=is_information(target, level)
    )
    why = not_asked_of_level(target, level)
    if why:
        return replace(blank, outcome=DOES_NOT_APPLY, why=why)

    def measured(one: Target, blank: Outcome) -> Outcome:
        return _members(ledger, one, system, blank)

    return _judged_by(ledger.plan, target, blank, measured, answers.get((target.code, system)), system)


def _judged_by(
    plan: Plan, target: Target, blank: Outcome, measured: Measured, answer: Answer | None, body: str
) -> Outcome:
    """The outcome by what a target is judged from: an answer, one test, or several."""
    if falls_later(plan, target):
        return replace(blank, outcome=DOES_NOT_APPLY, why=later_words(target))
    if target.status == "query":
        said = f" {target.slip}" if target.slip else ""
        return replace(blank, why=f"Held as a query with those who wrote it, so it is not judged.{said}")
    if target.is_attested:
        return of_answer(plan, target, blank, answer, body)
    if not target.parts:
        return measured(target, blank)
    found = [measured(part, replace(blank, target=part, unit=part.unit)) for part in parts_of(target)]
    return together(target, blank, found)


def _member(ledger: Ledger, target: Target, o: int, blank: Outcome) -> Outcome:
    """One organisation on its own."""
    plan, measure = ledger.plan, measure_of(target.measure, target.unit)
    member = plan.members[o]
    if not measure.held_by(ledger, member.kind, counted=None):
        return replace(blank, outcome=DOES_NOT_APPLY, why=_no_lines(ledger, measure, member))
    if measure.is_left_out(ledger, o, counted=None):
        return replace(blank, outcome=DOES_NOT_APPLY, why=f"{member.name or member.ods} {LEFT_OUT}")
    reading = Reading(ledger, target, measure, (o,), None, member.ods)
    wanting = wanting_of(reading, o)
    if wanting is not None:
        why = why_of(plan, member, wanting)
        return replace(blank, why=why, missing=(member.ods,), months=months_of(reading, None))
    return _judged(reading, blank)


def _no_lines(ledger: Ledger, measure: Measure, member: Member) -> str:
    if not measure.is_known(ledger):
        return "The returns of this round do not hold its lines."
    return f"Not asked of this type of organisation ({member.kind})."


def _members(ledger: Ledger, target: Target, system: str, blank: Outcome) -> Outcome:
    """Those whose lines it is made of, each of its sides held by somebody."""
    plan, measure = ledger.plan, measure_of(target.measure, target.unit)
    counted = frozenset(member.ods for member in plan.members if not member.served_by)
    rows = [o for o, m in enumerate(plan.members) if measure.held_in_part(ledger, m.kind, counted)]
    rows = [o for o in rows if not measure.is_left_out(ledger, o, counted)]
    own = [o for o in rows if not plan.members[o].served_by]
    if _are_whole(ledger, measure, own, counted):
        return _from_members(ledger, target, measure, own, system, blank)
    serving = [o for o in rows if measure.held_by(ledger, plan.members[o].kind, counted)]
    if serving:
        return _from_serving(ledger, target, measure, serving[0], system, blank)
    if not measure.is_known(ledger):
        return replace(blank, outcome=DOES_NOT_APPLY, why="The returns of this round do not hold its lines.")
    return replace(blank, outcome=DOES_NOT_APPLY, why=f"No organisation of {system} is asked for this.")


def _are_whole(ledger: Ledger, measure: Measure, rows: Sequence[int], counted: frozenset[str]) -> bool:
    kinds = {ledger.plan.members[o].kind for o in rows}
    return all(any(ledger.held(side, kind, counted) for kind in kinds) for side in measure.sides(counted))


def _from_members(
    ledger: Ledger, target: Target, measure: Measure, rows: list[int], body: str, blank: Outcome
) -> Outcome:
    """From the sums of those who have given every line; n/a counts as nothing."""
    plan = ledger.plan
    everybody = frozenset(plan.members[o].ods for o in rows)
    wanted = {o: wanting_of(Reading(ledger, target, measure, (o,), everybody, body), o) for o in rows}
    asked = [o for o in rows if (found := wanted[o]) is None or found.state != NOT_APPLICABLE]
    given = tuple(o for o in asked if wanted[o] is None)
    if not asked:
        return replace(blank, why="Every organisation marks its lines as not applicable.")
    counted = frozenset(plan.members[o].ods for o in given)
    outcome = _judged(Reading(ledger, target, measure, given, counted, body), blank) if given else blank
    lacking = [(o, found) for o in asked if (found := wanted[o]) is not None]
    if not lacking:
        return outcome
    return _so_far(plan, outcome, lacking, f"{len(given)} of {len(asked)}")


def _so_far(plan: Plan, outcome: Outcome, lacking: list[tuple[int, Wanting]], so_far: str) -> Outcome:
    """Not assessable, naming who is missing; the figure of the others stays, marked."""
    whys = [why_of(plan, plan.members[o], wanting) for o, wanting in lacking]
    return replace(
        outcome,
        outcome=NOT_ASSESSABLE,
        why=" ".join(whys),
        missing=tuple(plan.members[o].ods for o, _ in lacking),
        so_far=so_far,
        gap=None,
        gap_units=None,
        first_failing_period="",
        rag="",
        message="",
        closes_with="",
        numbers="",
        size=0.0,
    )


def _from_serving(
    ledger: Ledger, target: Target, measure: Measure, o: int, body: str, blank: Outcome
) -> Outcome:
    """An ambulance trust's whole figure, shown where it serves and added up nowhere but in its host system."""
    member = ledger.plan.members[o]
    says = f"Served by {member.ods}: the trust's whole figure, which counts in its host system."
    reading = Reading(ledger, target, measure, (o,), None, body)
    wanting = wanting_of(reading, o)
    if wanting is not None:
        why = f"{why_of(ledger.plan, member, wanting)} {says}"
        return replace(blank, why=why, missing=(member.ods,), so_far="0 of 1")
    outcome = _judged(reading, blank)
    return replace(outcome, why=f"{outcome.why} {says}".strip())


# --- what the figures come to ---------------------------------------------------------------------------
def _judged(reading: Reading, blank: Outcome) -> Outcome:
    """The outcome of a reading whose figures are all there; a zero denominator is still not assessable, and so is
    a target that nothing says the threshold of."""
    plan, target = reading.plan, reading.target
    base = None if reading.baseline is None else reading.value(reading.baseline)
    if reading.baseline is not None and (base is None or (base == 0 and divides_by_baseline(target))):
        return replace(blank, why=no_baseline(reading, base))
    aim = aim_of(reading)
    if aim.why:
        return replace(blank, why=aim.why, months=months_of(reading, base))
    verdicts = [(window, verdict_of(reading, window, base, aim)) for window in reading.windows]
    nothing = next((window for window, verdict in verdicts if verdict is None), None)
    if nothing is not None:
        return replace(blank, why=nothing_to_divide_by(reading, nothing), months=months_of(reading, base))
    known = [verdict for _, verdict in verdicts if verdict is not None]
    failing = [verdict for verdict in known if not verdict.is_met]
    shown = telling(failing or known, target)
    threshold = float(threshold_of(aim, shown))
    outcome = replace(
        blank,
        outcome=NOT_MET if failing else MET,
        planned=float(shown.value),
        threshold=threshold,
        expected=tuple(target_months(target, plan.lines.round, threshold)),
        gap=float(shown.shortfall),
        gap_units=0.0,
        gap_unit=target.gap_unit,
        rag=colour_of(plan, target, shown, base, aim),
        months=months_of(reading, base),
        pace=pace_of(plan, target, shown, base, aim),
        why=pace_words(plan, target, shown, base, aim),
        inputs=inputs_of(reading, shown.window),
    )
    return missed(reading, outcome, failing, shown, base) if failing else outcome
