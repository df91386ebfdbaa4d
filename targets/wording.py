"""How a target and its outcome are said: a word, a shape and a style, the colour last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from planning.foundation import wording
from planning.foundation.wording import figure
from planning.registry.periods import month_label
from targets.evaluations import MET, NOT_APPLICABLE, NOT_ASSESSABLE, NOT_MET, Evaluation
from targets.guidance.documents import DRAFT, EXPECTED
from targets.guidance.target import Target
from targets.units import named


@dataclass(frozen=True)
class Said:
    """An outcome on a page: `✕ Not met`, in the style `not-met`; `short` where a cell is small."""

    word: str
    shape: str
    style: str
    tag: str  # the colour class of the NHS.UK tag
    short: str


OUTCOMES = {
    MET: Said("Met", "✓", "met", "nhsuk-tag--green", "Met"),
    NOT_MET: Said("Not met", "✕", "not-met", "nhsuk-tag--red", "Not met"),
    NOT_ASSESSABLE: Said("Not assessable", "?", "not-assessable", "nhsuk-tag--grey", "Open"),
    NOT_APPLICABLE: Said("Not applicable", "–", "not-applicable", "nhsuk-tag--white", ""),
}
KINDS = {
    "quantified": "A number",
    "directional": "A direction",
    "milestone": "A milestone",
    "national": "A share of a national amount",
}
LEVELS = {
    "trust": "Trusts",
    "system": "Systems",
    "cancer_alliance": "Cancer Alliances",
    "maternity_system": "Local maternity and neonatal systems",
    "primary_care_network": "Primary care networks",
    "national": "England",
}
COMPARED = {
    ">": "more than",
    ">=": "at least",
    "=": "exactly",
    "<=": "at most",
    "<": "less than",
}
DIRECTIONS = {
    "increase": "up on",
    "decrease": "down on",
    "increase_toward": "rising towards",
    "decrease_toward": "falling towards",
    "reduce_by": "down by at least",
    "increase_by": "up by at least",
}
BASELINES = {"2019/20": "2019/20", "outturn": "the year before"}
EFFECTS = {
    "by_month": "by {to}",
    "from_month": "from {from}",
    "each_month": "in every month from {from} to {to}",
    "year_total": "over the year",
    "year_mean": "on average over the year",
    "change_vs_baseline": "over the year",
}
FORMS = ("comparator", "threshold", "threshold_high", "threshold_from", "unit", "baseline", "steps")


def said(evaluation: Evaluation) -> Said:
    """The word and shape of an outcome; a near miss keeps its word."""
    return OUTCOMES[evaluation.outcome]


def is_local(target: Target) -> bool:
    """Set by a body for its own system, beside what is asked of everybody."""
    return bool(target.systems)


def marks(target: Target) -> list[dict[str, str]]:
    """What sets a target apart, as tags: local, expected, a query, a draft, set in an earlier round."""
    found = [("Local", "blue", is_local(target))]
    found += [("Expected", "grey", target.status == EXPECTED), ("Draft", "grey", target.status == DRAFT)]
    found += [("Query", "orange", target.status == "query")]
    found += [(f"Set in {year(target.carried_from)}", "white", bool(target.carried_from))]
    return [{"text": text, "colour": colour} for text, colour, holds in found if holds]


def year(round_code: str) -> str:
    """`2023/24` of `2023-24`."""
    return round_code.replace("-", "/")


def issuer(ods: str) -> str:
    return "NHS England" if ods == "X24" else ods


def asks(target: Target) -> str:
    """All that is asked, in one phrase: `at least 76.0% by March 2024`; of several tests the time comes first, or
    each says its own."""
    if not target.parts:
        return f"{wanted(target)} {when(target)}".strip()
    return wanted(target) if _has_own_times(target) else f"{when(target)}, {wanted(target)}"


def wanted(target: Target) -> str:
    """What a target asks for: `at least 76.0%`, `rising towards 95.0%`, `down on the year before`."""
    if not target.parts:
        return _wanted({name: getattr(target, name) for name in FORMS}) or "in place"
    tests = [f"{part['title']}: {_wanted(part)}{_own_time(target, part)}" for part in target.parts]
    return f"{'both' if len(tests) == 2 else f'all {len(tests)}'} of: {'; '.join(tests)}"


def _has_own_times(target: Target) -> bool:
    return any("effect" in part for part in target.parts)


def _own_time(target: Target, part: Mapping[str, Any]) -> str:
    if not _has_own_times(target):
        return ""
    return f" {_period(part.get('effect', target.effect), _before_words(part))}"


def wanted_of(target: Target, ods: str) -> str:
    """The same of one body, for which a figure of its own may be set."""
    own = target.local.get(ods)
    if own is None or target.parts:
        return asks(target)
    limited = replace(target, threshold=own, threshold_high=None, threshold_from="", steps=())
    return f"{asks(limited)}, as set for {ods}"


def _wanted(form: Mapping[str, Any]) -> str:
    """One test's threshold in words; nothing where a milestone has none."""
    comparator, unit = form.get("comparator", ""), form.get("unit", "")
    before = BASELINES.get(form.get("baseline", ""), "the year before")
    if not comparator:
        return ""
    if form.get("steps"):
        steps = [f"{_amount(step['threshold'], unit)} by {month_label(step['by'])}" for step in form["steps"]]
        return f"{_compared(comparator)} {', then '.join(steps)}"
    if comparator in ("increase", "decrease"):
        return f"{_compared(comparator)} {before}"
    limit = _limit(form)
    if comparator == ">=" and form.get("threshold_high") is not None:
        return limit
    change = f" on {before}" if comparator in ("increase_by", "reduce_by") else ""
    return f"{_compared(comparator)} {limit}{change}"


def _compared(comparator: str) -> str:
    return DIRECTIONS.get(comparator) or COMPARED.get(comparator, comparator)


def _limit(form: Mapping[str, Any]) -> str:
    """`76.0%`, `40 to 50 per 100,000`, or where the figure is to be had."""
    unit, source = form.get("unit", ""), form.get("threshold_from")
    if isinstance(source, Mapping):
        return f"the growth of {source['line']} on {BASELINES[source['share_of']]}"
    if source == "baseline":
        return f"its own level in {BASELINES.get(form.get('baseline', ''), 'the year before')}"
    if form.get("threshold") is None:
        return "the share set for each body" if source == "local" else ""
    limit = _amount(form["threshold"], unit)
    if form.get("threshold_high") is None:
        return limit
    return f"{wording.bare(form['threshold'], unit)} to {_amount(form['threshold_high'], unit)}"


def _amount(value: float, unit: str) -> str:
    """A threshold with its unit, of one in the singular: `76.0%`, `1 project`, `£0`."""
    if unit == "£000" and not value:
        return "£0"
    return figure(value, unit if value != 1 else named(Fraction(1), unit))


def when(target: Target) -> str:
    """`by March 2024`, `in every month from April 2023 to March 2024`; steps say it themselves."""
    if target.steps:
        return ""
    if target.due:
        return f"by {month_label(target.due)}"
    return _period(target.effect, "" if target.parts else _before_words(vars(target)))


def _before_words(form: Mapping[str, Any]) -> str:
    """What a share is taken of; a change, a direction, a level of the past have said it already."""
    if form.get("comparator") in DIRECTIONS:
        return ""
    return BASELINES.get(form.get("baseline") or "2019/20", "")


def _period(effect: Mapping[str, Any], before: str) -> str:
    kind = effect.get("kind", "")
    words = {name: month_label(effect[name]) for name in ("from", "to") if effect.get(name)}
    said = EFFECTS.get(kind, "").format(**{"from": "April", "to": "March", **words})
    return f"{said}, against {before}" if kind == "change_vs_baseline" and before else said
