"""How plans stand against targets: plan in, outcomes out.

Verdicts are made from exact figures, unrounded. A system's result is made from the summed numerators and
denominators of the members that count, never from its trusts' percentages. What is missing makes a target
not assessable, never met; the figure of those who have returned is then given as "so far".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from planning.plan.array import BLANK, NO_RETURN, NOT_APPLICABLE, Member, Plan
from planning.plan.exact import fraction, holds
from planning.registry import periods
from targets import sentences
from targets.evaluations import MET, NOT_ASSESSABLE, NOT_MET
from targets.evaluations import NOT_APPLICABLE as DOES_NOT_APPLY
from targets.guidance import Target
from targets.measuring import WHOLE_YEAR, YEAR_MEAN, Measure, Parts, Wanting, input_places
from targets.rag import rag, rag_of_pace
from targets.trajectory import needed_by_march, pace

TRUST, SYSTEM = "trust", "system"
RISING = frozenset({">=", ">", "increase", "increase_by", "increase_toward"})
FALLING = frozenset({"<=", "<", "decrease", "decrease_toward"})
DIRECTIONS = frozenset({"increase", "decrease", "increase_toward", "decrease_toward"})
CHANGES = frozenset({"reduce_by", "increase_by"})
_BASELINES = {"2019/20": periods.BASELINE, "outturn": periods.OUTTURN}
_YEARS = {"year_total": WHOLE_YEAR, "year_mean": YEAR_MEAN, "change_vs_baseline": WHOLE_YEAR}


@dataclass(frozen=True)
class Outcome:
    """One target for one organisation, or for a system (`organisation` None). Figures are floats in the
    target's unit, for reading; percentages in points."""

    target: Target
    organisation: str | None
    outcome: str
    for_information: bool = False
    planned: float | None = None
    threshold: float | None = None
    unit: str = ""
    gap: float | None = None
    gap_units: float | None = None
    gap_unit: str = ""
    first_failing_period: str = ""
    rag: str = ""
    why: str = ""
    missing: tuple[str, ...] = ()
    so_far: str = ""
    months: tuple[float | None, ...] = ()
    pace: Mapping[str, object] = field(default_factory=dict)
    inputs: tuple[tuple[str, str, int], ...] = ()
    message: str = ""
    size: float = 0.0
    closes_with: str = ""


@dataclass(frozen=True)
class Reading:
    """What a target needs of a plan: the rows that are added up, and the windows it is judged over."""

    plan: Plan
    target: Target
    measure: Measure
    rows: tuple[int, ...]
    counted: frozenset[str] | None  # a system's: the ODS codes that it adds up

    def parts(self, window: int) -> Parts | None:
        """Top and bottom summed over the rows; None where a row has no figure."""
        total: Parts | None = None
        for o in self.rows:
            found = self.measure.read(self.plan, o, window, self.counted)
            if isinstance(found, Wanting):
                return None
            total = found if total is None else total + found
        return total

    def value(self, window: int) -> Fraction | None:
        parts = self.parts(window)
        return None if parts is None else self.measure.value(parts)


def evaluate(plan: Plan, targets: Sequence[Target]) -> list[Outcome]:
    """One outcome per target and organisation of the plan, in the order of the targets."""
    return [_organisation(plan, target, o) for target in targets for o in range(len(plan.members))]


def evaluate_system(plan: Plan, targets: Sequence[Target], system: str) -> list[Outcome]:
    """One outcome per target for a system. `plan` holds its members, those it is only served by among them;
    of those nothing is added up, and an ambulance target is shown from the trust's whole figure."""
    return [_system(plan, target, system) for target in targets]


# --- who is judged, and from whose figures -------------------------------------------------------------
def _organisation(plan: Plan, target: Target, o: int) -> Outcome:
    member, measure = plan.members[o], Measure.of(target.measure, target.unit)
    if not _applies(plan, target, measure, member):
        return Outcome(target, member.ods, DOES_NOT_APPLY, why=_not_asked(target, member))
    reading = Reading(plan, target, measure, (o,), counted=None)
    blank = Outcome(
        target, member.ods, NOT_ASSESSABLE, unit=target.unit, for_information=_is_information(target, TRUST)
    )
    if _falls_later(plan, target):
        return replace(blank, outcome=DOES_NOT_APPLY, why=_later(target))
    wanting = _wanting(reading, o)
    if wanting is not None:
        why = _why(plan, member, wanting)
        return replace(blank, why=why, missing=(member.ods,), months=_months(reading, None))
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
    measure = Measure.of(target.measure, target.unit)
    blank = Outcome(
        target, None, NOT_ASSESSABLE, unit=target.unit, for_information=_is_information(target, SYSTEM)
    )
    if SYSTEM not in target.levels | target.indicator_levels:
        return replace(blank, outcome=DOES_NOT_APPLY, why="Not asked of systems.")
    if _falls_later(plan, target):
        return replace(blank, outcome=DOES_NOT_APPLY, why=_later(target))
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
    wanted = {o: _wanting(Reading(plan, target, measure, (o,), everybody), o) for o in rows}
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
    whys = [_why(plan, plan.members[o], wanting) for o, wanting in lacking]
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
    wanting = _wanting(reading, o)
    if wanting is not None:
        why = f"{_why(plan, member, wanting)} {says}"
        return replace(blank, why=why, missing=(member.ods,), so_far="0 of 1")
    outcome = _judged(reading, blank)
    return replace(outcome, why=f"{outcome.why} {says}".strip())


# --- which months and years ----------------------------------------------------------------------------
def _windows(plan: Plan, target: Target) -> list[int]:
    """The windows that the target is judged over: month places, or a year. Raises ValueError for an effect
    that is none."""
    effect = target.effect
    kind = effect["kind"]
    if target.comparator in DIRECTIONS:
        return [periods.MARCH if target.due or kind == "by_month" else WHOLE_YEAR]
    if kind in _YEARS:
        return [_YEARS[kind]]
    first = _month(plan, effect.get("from"), periods.APRIL)
    last = _month(plan, effect.get("to"), periods.MARCH)
    if kind == "by_month":
        return [last if effect.get("to") else first]
    if kind in ("from_month", "each_month"):
        return list(range(first, last + 1))
    raise ValueError(f"{target.code}: '{kind}' is not a period of effect.")


def _month(plan: Plan, period: str | None, otherwise: int) -> int:
    return plan.periods.index(period) if period in plan.periods[periods.MONTHS] else otherwise


def _falls_later(plan: Plan, target: Target) -> bool:
    """Whether a target takes effect wholly after the plan's March and asks for no progress before."""
    starts = target.effect.get("to") if target.effect["kind"] == "by_month" else target.effect.get("from")
    date = target.due or starts or ""
    return target.comparator not in DIRECTIONS and "-" in date and date > plan.periods[periods.MARCH]


def _later(target: Target) -> str:
    return (
        f"Takes effect after this round, in {periods.month_label(target.due or target.effect.get('to', ''))}."
    )


def _baseline(target: Target) -> int | None:
    """The place of the baseline that the verdict needs, None where it needs none."""
    if target.comparator in DIRECTIONS:
        return _BASELINES.get(target.baseline, periods.OUTTURN)
    needs = target.comparator in CHANGES or target.effect["kind"] == "change_vs_baseline"
    return _BASELINES.get(target.baseline, periods.BASELINE) if needs else None


def _wanting(reading: Reading, o: int) -> Wanting | None:
    """The first thing that keeps a row from being judged over the target's windows and baseline."""
    baseline = _baseline(reading.target)
    for window in [*_windows(reading.plan, reading.target), *([] if baseline is None else [baseline])]:
        found = reading.measure.read(reading.plan, o, window, reading.counted)
        if isinstance(found, Wanting):
            return found
    return None


def _why(plan: Plan, member: Member, wanting: Wanting) -> str:
    line, who = plan.lines[wanting.line], member.name or member.ods
    if wanting.state == NO_RETURN:
        return f"{who} has no current {line.return_kind} return."
    if wanting.state == BLANK:
        return f"{who} left “{line.label}” ({line.code}) blank."
    return f"{who} marks “{line.label}” ({line.code}) as not applicable."


# --- the verdict ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Verdict:
    """One window judged: the value in the target's unit, what it is held against, whether it holds."""

    window: int
    value: Fraction
    goal: Fraction
    is_met: bool

    @property
    def shortfall(self) -> Fraction:
        return Fraction(0) if self.is_met else abs(self.value - self.goal)


def _judged(reading: Reading, blank: Outcome) -> Outcome:
    """The outcome of a reading whose figures are all there; a zero denominator is still not assessable."""
    plan, target = reading.plan, reading.target
    baseline = _baseline(target)
    base = None if baseline is None else reading.value(baseline)
    if baseline is not None and (base is None or (base == 0 and target.comparator not in DIRECTIONS)):
        return replace(
            blank, why=f"The {plan.periods[baseline]} figure is zero or missing: there is no baseline."
        )
    verdicts = [_verdict(reading, window, base) for window in _windows(plan, target)]
    known = [verdict for verdict in verdicts if verdict is not None]
    if len(known) < len(verdicts):
        return replace(blank, why=_nothing_to_divide_by(reading), months=_months(reading, base))
    failing = [verdict for verdict in known if not verdict.is_met]
    shown = _telling(failing or known, target)
    outcome = replace(
        blank,
        outcome=NOT_MET if failing else MET,
        planned=float(shown.value),
        threshold=float(_threshold(target, shown)),
        gap=float(shown.shortfall),
        gap_units=0.0,
        gap_unit=target.gap_unit,
        rag=_colour(plan, target, shown, base),
        months=_months(reading, base),
        pace=_pace(plan, target, shown, base),
        why=_behind_the_pace(plan, target, shown, base),
        inputs=_inputs(reading, shown.window, baseline),
    )
    return _missed(reading, outcome, failing, shown, base) if failing else outcome


def _verdict(reading: Reading, window: int, base: Fraction | None) -> Verdict | None:
    """One window's verdict, None for a zero denominator."""
    target, now = reading.target, reading.value(window)
    if now is None:
        return None
    goal = fraction(target.threshold) if target.threshold is not None else Fraction(0)
    if target.comparator in DIRECTIONS and base is not None:
        return Verdict(window, now, base, _moves_rightly(target, now, base))
    value = now if base is None else _against_baseline(target, now, base)
    operator = ">=" if target.comparator in CHANGES else target.comparator
    return Verdict(window, value, goal, holds(value, operator, goal))


def _moves_rightly(target: Target, now: Fraction, base: Fraction) -> bool:
    """Toward its goal from the baseline, or already there."""
    if target.comparator.startswith("increase"):
        return now > base or (target.threshold is not None and now >= fraction(target.threshold))
    bound = fraction(target.threshold) if target.threshold is not None else Fraction(0)
    return now < base or now <= bound


def _against_baseline(target: Target, now: Fraction, base: Fraction) -> Fraction:
    """A reduction, a growth, or a share of the baseline, in per cent."""
    if target.comparator == "reduce_by":
        return 100 * (1 - now / base)
    if target.comparator == "increase_by":
        return 100 * (now / base - 1)
    return 100 * now / base


def _telling(verdicts: list[Verdict], target: Target) -> Verdict:
    """The window that tells most: the furthest from its goal on the wrong side, the first of equals."""
    if target.comparator in FALLING:
        return max(verdicts, key=lambda verdict: verdict.value)
    if target.comparator in RISING | CHANGES:
        return min(verdicts, key=lambda verdict: verdict.value)
    return max(verdicts, key=lambda verdict: abs(verdict.value - verdict.goal))


def _threshold(target: Target, shown: Verdict) -> Fraction:
    return fraction(target.threshold) if target.threshold is not None else shown.goal


def _colour(plan: Plan, target: Target, shown: Verdict, base: Fraction | None) -> str:
    if target.comparator in DIRECTIONS and target.due and target.threshold is not None and base is not None:
        needed = needed_by_march(plan.lines.round, target.due, base, fraction(target.threshold))
        return rag_of_pace(shown.value, needed, shown.is_met, target.comparator in RISING)
    return rag(shown.value, shown.goal, shown.is_met, target.unit == "%")


def _pace(plan: Plan, target: Target, shown: Verdict, base: Fraction | None) -> dict[str, object]:
    if not target.due or target.threshold is None or base is None:
        return {}
    return pace(plan.lines.round, target.due, base, shown.value, fraction(target.threshold))


def _behind_the_pace(plan: Plan, target: Target, shown: Verdict, base: Fraction | None) -> str:
    """What to know of a target that is met by its direction alone."""
    if not target.due or target.threshold is None or base is None or not shown.is_met:
        return ""
    goal = fraction(target.threshold)
    needed = needed_by_march(plan.lines.round, target.due, base, goal)
    is_behind = shown.value < needed if target.comparator in RISING else shown.value > needed
    said = f"{sentences.amount(goal, target.unit)} is due by {periods.month_label(target.due)}"
    if not is_behind:
        return f"On pace: {said}."
    by_march = sentences.amount(needed, target.unit, shown.value)
    return f"Moves the right way, but behind the pace: {said}, which needs {by_march} by March."


def _nothing_to_divide_by(reading: Reading) -> str:
    labels = " + ".join(f"“{reading.plan.lines[code].label}”" for _, code in reading.measure.bottom)
    return f"{labels} is zero, so there is nothing to divide by."


# --- what a miss says ----------------------------------------------------------------------------------
def _missed(
    reading: Reading, outcome: Outcome, failing: list[Verdict], shown: Verdict, base: Fraction | None
) -> Outcome:
    plan, target = reading.plan, reading.target
    first = _period(plan, failing[0].window)
    size, is_less = _units(reading, shown, base)
    closes = sentences.closing(size, target.gap_unit, is_less, _label(reading, target))
    return replace(
        outcome,
        gap_units=float(size),
        first_failing_period=first,
        closes_with=closes,
        size=_size(shown),
        message=f"{_sentence(plan, target, failing, shown, base)} It closes with {closes}.",
    )


def _sentence(
    plan: Plan, target: Target, failing: list[Verdict], shown: Verdict, base: Fraction | None
) -> str:
    value = sentences.amount(shown.value, target.unit, shown.goal)
    period = sentences.when(_period(plan, shown.window))
    if target.comparator in DIRECTIONS:
        was = sentences.amount(shown.goal, target.unit, shown.value)
        way = "an increase" if target.comparator in RISING else "a decrease"
        return f"{target.title}: the plan has {value} {period} against {was} in the outturn; {way} is asked."
    asked = sentences.asked(target.comparator, shown.goal, target.unit)
    what = "a reduction of " if target.comparator == "reduce_by" else ""
    sentence = f"{target.title}: the plan has {what}{value} {period}; {asked}."
    if len(failing) > 1:
        first = periods.month_label(_period(plan, failing[0].window))
        sentence += f" It is missed in {len(failing)} months, first in {first}; this is the furthest out."
    return sentence


def _label(reading: Reading, target: Target) -> str:
    """What the gap is counted in: the line that moves, or a target's own name where several do."""
    top = reading.measure.top
    return reading.plan.lines[top[0][1]].label if len(top) == 1 else target.title


def _size(shown: Verdict) -> float:
    """The gap against its goal; the value itself ranks a goal of zero, at most 10."""
    against = abs(shown.goal) or max(abs(shown.value), Fraction(1))
    return min(10.0, float(shown.shortfall / against))


def _units(reading: Reading, shown: Verdict, base: Fraction | None) -> tuple[Fraction, bool]:
    """How many people, beds or £ would have to change for the target to be met, and whether it is fewer of
    them. Rounded up to what the line counts in; one more where the comparator is strict."""
    parts = reading.parts(shown.window)
    if parts is None or reading.measure.mean:
        return shown.shortfall, True
    wanted = _wanted_top(reading, parts, shown, base)
    top = abs(parts.top) if reading.measure.absolute else parts.top
    decimals = reading.plan.lines[reading.measure.top[0][1]].decimals
    return _rounded_up(abs(top - wanted), decimals, reading.target.comparator in ("<", ">")), top > wanted


def _wanted_top(reading: Reading, parts: Parts, shown: Verdict, base: Fraction | None) -> Fraction:
    """The top of the measure at which the target would just be met, the bottom as planned."""
    measure, target = reading.measure, reading.target
    goal = shown.goal
    if target.comparator not in DIRECTIONS and base is not None:
        goal = _goal_from_baseline(target, shown.goal, base)
    if not measure.is_ratio or parts.bottom is None:
        return goal / measure.factor
    bottom = abs(parts.bottom) if measure.absolute else parts.bottom
    share = (measure.factor - goal if measure.inverted else goal) / measure.factor
    return share * bottom


def _goal_from_baseline(target: Target, goal: Fraction, base: Fraction) -> Fraction:
    if target.comparator == "reduce_by":
        return base * (1 - goal / 100)
    if target.comparator == "increase_by":
        return base * (1 + goal / 100)
    return base * goal / 100


def _rounded_up(size: Fraction, decimals: int, is_strict: bool) -> Fraction:
    steps = size * 10**decimals
    whole = -(-steps.numerator // steps.denominator)
    return Fraction(whole + (1 if is_strict and whole == steps else 0), 10**decimals)


# --- what a reader sees beside it ----------------------------------------------------------------------
def _period(plan: Plan, window: int) -> str:
    return plan.periods[window if window >= 0 else periods.YEAR]


def _months(reading: Reading, base: Fraction | None) -> tuple[float | None, ...]:
    """The twelve months in the target's unit; against a year's baseline each month is held to a twelfth."""
    lines = [reading.plan.lines[code] for _, code in reading.measure.top]
    share = 12 if any(line.over_time == "sum" for line in lines) and not reading.measure.is_ratio else 1
    found: list[float | None] = []
    for place in range(periods.APRIL, periods.YEAR):
        value = reading.value(place)
        if value is not None and base and reading.target.comparator not in DIRECTIONS:
            value = _against_baseline(reading.target, value * share, base)
        found.append(None if value is None else float(value))
    return tuple(found)


def _inputs(reading: Reading, window: int, baseline: int | None) -> tuple[tuple[str, str, int], ...]:
    """The (organisation, line, period place) that the shown figure rests on."""
    found: list[tuple[str, str, int]] = []
    for o in reading.rows:
        member = reading.plan.members[o]
        for code in reading.measure.codes(reading.plan, member.kind, reading.counted):
            places = [*input_places(reading.plan, code, window), *([] if baseline is None else [baseline])]
            found.extend((member.ods, code, place) for place in places)
    return tuple(found)
