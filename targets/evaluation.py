"""How plans stand against targets: plan in, outcomes out.

Verdicts are made from exact figures, unrounded. A system's result is made from the summed numerators and
denominators of the members that count, never from its trusts' percentages. What is missing makes a target
not assessable, never met; the figure of those who have returned is then given as "so far".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from planning.plan.array import NOT_APPLICABLE, Member, Plan
from targets.comparators import DIRECTIONS
from targets.evaluations import MET, NOT_ASSESSABLE, NOT_MET
from targets.evaluations import NOT_APPLICABLE as DOES_NOT_APPLY
from targets.guidance import Target
from targets.measuring import Measure, Wanting
from targets.outcome import Outcome
from targets.reading import Reading, inputs_of, months_of, wanting_of, why_of
from targets.shortfall import missed
from targets.verdict import (
    colour_of,
    nothing_to_divide_by,
    pace_of,
    pace_words,
    telling,
    threshold_of,
    verdict_of,
)
from targets.windows import baseline_of, falls_later, later_words, windows_of

__all__ = ["Outcome", "evaluate", "evaluate_system"]
TRUST, SYSTEM = "trust", "system"


def evaluate(plan: Plan, targets: Sequence[Target]) -> list[Outcome]:
    """One outcome per target and organisation of the plan, in the order of the targets."""
    return [_organisation(plan, target, o) for target in targets for o in range(len(plan.members))]


def evaluate_system(plan: Plan, targets: Sequence[Target], system: str) -> list[Outcome]:
    """One outcome per target for a system. `plan` holds its members, those it is only served by among them;
    of those nothing is added up, and an ambulance target is shown from the trust's whole figure."""
    return [_system(plan, target, system) for target in targets]


# --- who is judged, and from whose figures -------------------------------------------------------------
def _organisation(plan: Plan, target: Target, o: int) -> Outcome:
    if target.is_attested or target.parts:
        return Outcome(target, plan.members[o].ods, NOT_ASSESSABLE, why="Nobody has attested this yet.")
    member, measure = plan.members[o], Measure.of(target.measure, target.unit)
    if not _applies(plan, target, measure, member):
        return Outcome(target, member.ods, DOES_NOT_APPLY, why=_not_asked(target, member))
    reading = Reading(plan, target, measure, (o,), counted=None)
    blank = Outcome(
        target, member.ods, NOT_ASSESSABLE, unit=target.unit, for_information=_is_information(target, TRUST)
    )
    if falls_later(plan, target):
        return replace(blank, outcome=DOES_NOT_APPLY, why=later_words(target))
    wanting = wanting_of(reading, o)
    if wanting is not None:
        why = why_of(plan, member, wanting)
        return replace(blank, why=why, missing=(member.ods,), months=months_of(reading, None))
    return _judged(reading, blank)


def _applies(plan: Plan, target: Target, measure: Measure, member: Member) -> bool:
    if TRUST not in target.levels | target.indicator_levels:
        return False
    if target.types and member.kind not in target.types:
        return False
    return measure.held_by(plan, member.kind, counted=None)


def _not_asked(target: Target, member: Member) -> str:
    if TRUST not in target.levels | target.indicator_levels:
        return "Asked of systems, not of single organisations."
    return f"Not asked of this type of organisation ({member.kind})."


def _is_information(target: Target, level: str) -> bool:
    is_indicator = level in target.indicator_levels or level not in target.levels
    return is_indicator or target.status in ("expected", "query")


def _system(plan: Plan, target: Target, system: str) -> Outcome:
    if target.is_attested or target.parts:
        return Outcome(target, None, NOT_ASSESSABLE, why="Nobody has attested this yet.")
    measure = Measure.of(target.measure, target.unit)
    blank = Outcome(
        target, None, NOT_ASSESSABLE, unit=target.unit, for_information=_is_information(target, SYSTEM)
    )
    if SYSTEM not in target.levels | target.indicator_levels:
        return replace(blank, outcome=DOES_NOT_APPLY, why="Not asked of systems.")
    if falls_later(plan, target):
        return replace(blank, outcome=DOES_NOT_APPLY, why=later_words(target))
    counted = frozenset(member.ods for member in plan.members if not member.served_by)
    holding = [o for o, member in enumerate(plan.members) if measure.held_by(plan, member.kind, counted)]
    rows = [o for o in holding if not plan.members[o].served_by]
    if rows:
        return _from_members(plan, target, measure, rows, blank)
    if holding:
        return _from_serving(plan, target, measure, holding[0], blank)
    return replace(blank, outcome=DOES_NOT_APPLY, why=f"No organisation of {system} is asked for this.")


def _from_members(plan: Plan, target: Target, measure: Measure, rows: list[int], blank: Outcome) -> Outcome:
    """From the sums of those who have given every line; n/a counts as nothing."""
    everybody = frozenset(plan.members[o].ods for o in rows)
    wanted = {o: wanting_of(Reading(plan, target, measure, (o,), everybody), o) for o in rows}
    asked = [o for o in rows if (found := wanted[o]) is None or found.state != NOT_APPLICABLE]
    given = tuple(o for o in asked if wanted[o] is None)
    reading = Reading(plan, target, measure, given, frozenset(plan.members[o].ods for o in given))
    if not asked:
        return replace(blank, why="Every organisation marks its lines as not applicable.")
    outcome = _judged(reading, blank) if given else blank
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
        size=0.0,
    )


def _from_serving(plan: Plan, target: Target, measure: Measure, o: int, blank: Outcome) -> Outcome:
    """An ambulance trust's whole figure, shown where it serves and added up nowhere but in its host system."""
    member = plan.members[o]
    says = f"Served by {member.ods}: the trust's whole figure, which counts in its host system."
    reading = Reading(plan, target, measure, (o,), counted=None)
    wanting = wanting_of(reading, o)
    if wanting is not None:
        why = f"{why_of(plan, member, wanting)} {says}"
        return replace(blank, why=why, missing=(member.ods,), so_far="0 of 1")
    outcome = _judged(reading, blank)
    return replace(outcome, why=f"{outcome.why} {says}".strip())


def _judged(reading: Reading, blank: Outcome) -> Outcome:
    """The outcome of a reading whose figures are all there; a zero denominator is still not assessable."""
    plan, target = reading.plan, reading.target
    baseline = baseline_of(target)
    base = None if baseline is None else reading.value(baseline)
    if baseline is not None and (base is None or (base == 0 and target.comparator not in DIRECTIONS)):
        return replace(
            blank, why=f"The {plan.periods[baseline]} figure is zero or missing: there is no baseline."
        )
    verdicts = [verdict_of(reading, window, base) for window in windows_of(plan, target)]
    known = [verdict for verdict in verdicts if verdict is not None]
    if len(known) < len(verdicts):
        return replace(blank, why=nothing_to_divide_by(reading), months=months_of(reading, base))
    failing = [verdict for verdict in known if not verdict.is_met]
    shown = telling(failing or known, target)
    outcome = replace(
        blank,
        outcome=NOT_MET if failing else MET,
        planned=float(shown.value),
        threshold=float(threshold_of(target, shown)),
        gap=float(shown.shortfall),
        gap_units=0.0,
        gap_unit=target.gap_unit,
        rag=colour_of(plan, target, shown, base),
        months=months_of(reading, base),
        pace=pace_of(plan, target, shown, base),
        why=pace_words(plan, target, shown, base),
        inputs=inputs_of(reading, shown.window, baseline),
    )
    return missed(reading, outcome, failing, shown, base) if failing else outcome
