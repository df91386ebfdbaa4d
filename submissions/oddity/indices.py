"""Activity, workforce and pay of a body or a system, each on its own outturn, for the year and by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from planning.foundation import wording
from planning.plan.array import Member, Plan
from planning.plan.exact import SCALE
from planning.registry import periods
from planning.registry.organisations import TRUST_TYPES
from planning.registry.rounds import RETURNS
from submissions.oddity.apart import told
from submissions.oddity.declared import declared
from submissions.oddity.figures import Figures, ParametersOf
from submissions.oddity.voices import Voice

STAFF, PAY, AWARD = "W.AVG", "F.PAY.TOTAL", "pay_award"
NAMES = {"activity": "weighted activity", "workforce": "average staff", "finance": "pay"}
MONTHS = range(periods.APRIL, periods.YEAR)

# What ratios are made from: each line's figure of the year, of the bodies that are indexed.
RATIO_LINES = (
    "W.AVG",
    *("W.AVG.*", "W.SUB.*", "W.BNK.*", "W.AGY.*"),
    *("F.PAY.TOTAL", "F.PAY.SUB", "F.PAY.SUB.*", "F.PAY.BNK", "F.PAY.AGY", "F.PAY.BNK.*", "F.PAY.AGY.*"),
    *("F.WTE.SUB", "F.WTE.BNK", "F.WTE.AGY", "F.WTE.TOT"),
    *("E.M.8", "E.M.10a", "E.M.10b", "E.M.11b", "E.M.18", "E.M.19", "E.B.26"),
    *("E.M.30g", "E.M.30h", "E.M.30i", "E.M.30j", "LOC.VWA", "F.INC.ELEC"),
)
MEANS = ("LOC.LOSEL", "LOC.LOSNEL")  # of one body: means are not added up


@dataclass(frozen=True)
class Indexed:
    """The bodies that the three are made of, those left out with why, and the three voices."""

    figures: Figures
    voices: tuple[Voice, ...]
    left_out: tuple[tuple[str, str], ...]

    def voice(self, key: str) -> Voice:
        return next(voice for voice in self.voices if voice.key == key)


def indexed(plan: Plan, parameters_of: ParametersOf) -> Indexed:
    """The trusts of a plan that count, as many as have given all three returns; all of them where none has."""
    trusts = [member for member in plan.members if member.kind in TRUST_TYPES and not member.served_by]
    left_out = [(member.ods, _wanting(member)) for member in trusts if _wanting(member)]
    whole = [member.ods for member in trusts if not _wanting(member)]
    figures = Figures(plan, whole or [member.ods for member in trusts], parameters_of)
    voices = tuple(voice_of(figures, key) for key in RETURNS)
    return Indexed(figures, voices, tuple(left_out) if whole else ())


def _wanting(member: Member) -> str:
    missing = [name for name in RETURNS if name not in member.uploads]
    return f"{wording.names(missing)} not returned" if missing else ""


def voice_of(figures: Figures, key: str) -> Voice:
    """One of the usual three: weighted activity, average staff, pay less the pay award."""
    why = _not_there(figures, key)
    now, before = (None, None) if why else (_now(figures, key, periods.YEAR), _before(figures, key))
    if not why and (now is None or not before):
        why = _incomplete(figures, key)
    unit = {"activity": "weighted units", "workforce": "WTE", "finance": "£000"}[key]
    return Voice(key, key, _what(figures, key), now, before, unit, why)


def _not_there(figures: Figures, key: str) -> str:
    """Why a return cannot be read at all; empty where it can."""
    plan = figures.plan
    if not figures.bodies:
        return "an ICB has no activity, staff or pay of its own in these lines"
    lacking = [ods for ods in figures.bodies if not plan.has_return(ods, key)]
    if lacking:
        return f"{key} has not been returned" + (
            f" by {wording.names(lacking)}" if len(figures.bodies) > 1 else ""
        )
    if key == "activity" and figures.unweighted():
        return f"activity of {wording.names(figures.unweighted())} has no weights"
    return ""


def _incomplete(figures: Figures, key: str) -> str:
    if key == "activity":
        wanted = dict.fromkeys(code for ods in figures.bodies for code in figures.weights(ods))
        lines = " + ".join(wanted) or "none"
    else:
        lines = STAFF if key == "workforce" else PAY
    missing = [code for place in (periods.YEAR, periods.OUTTURN) for _, code in figures.missing(lines, place)]
    if missing:
        return f"{key} lacks {wording.names(list(dict.fromkeys(missing))[:3])}"
    return f"{key} has no outturn to grow from"


def _now(figures: Figures, key: str, place: int) -> Fraction | None:
    if key == "activity":
        return figures.weighted(place)
    return figures.of(STAFF, place) if key == "workforce" else figures.deflated(PAY, place, AWARD)


def _before(figures: Figures, key: str) -> Fraction | None:
    if key == "activity":
        return figures.weighted(periods.OUTTURN)
    return figures.of(STAFF if key == "workforce" else PAY, periods.OUTTURN)


def _what(figures: Figures, key: str) -> str:
    """The name; pay says which award has been taken off, where all have the same."""
    if key != "finance":
        return NAMES[key]
    awards = {figures.parameters_of(ods).get(AWARD) for ods in figures.bodies}
    award = awards.pop() if len(awards) == 1 else None
    return "pay, less the pay award" + (f" of {float(award * 100):g}%" if award is not None else "s")


def kept(plan: Plan, parameters_of: ParametersOf) -> dict[str, Any]:
    """What a run keeps: {allowed, bodies, left_out, returns: {key: {index, now, before, unit, what, why, months}},
    odd, ratios}. Indices have 100 for the outturn; `months` twelve, none where a month cannot be said; `odd` as
    `apart.told` says it; `ratios` the year's figures by line, ten-thousandths. Empty where no trust is there."""
    found = indexed(plan, parameters_of)
    if not found.figures.bodies:
        return {}
    allowed = declared().allowed
    return {
        "allowed": allowed.text,
        "bodies": list(found.figures.bodies),
        "left_out": [{"organisation": ods, "why": why} for ods, why in found.left_out],
        "returns": {voice.key: _row(found.figures, voice) for voice in found.voices},
        "odd": told(found.voices, allowed),
        "ratios": ratios_of(found.figures),
    }


def _row(figures: Figures, voice: Voice) -> dict[str, Any]:
    return {
        "index": voice.points,
        "now": None if voice.now is None else float(voice.now),
        "before": None if voice.before is None else float(voice.before),
        "unit": voice.unit,
        "what": voice.what,
        "why": voice.why,
        "months": _months(figures, voice),
    }


def _months(figures: Figures, voice: Voice) -> list[float | None]:
    """Each month against the outturn's mean month (of staff, against the outturn's average)."""
    if voice.index is None or voice.before is None:
        return [None] * 12
    month = voice.before if voice.key == "workforce" else voice.before / 12
    found = [_now(figures, voice.key, place) for place in MONTHS]
    return [None if value is None else float(round(value / month * 100, 4)) for value in found]


def ratios_of(figures: Figures) -> dict[str, int]:
    """The year's figures that ratios are made from, by line, in ten-thousandths; `CWA` is weighted activity, and
    `weight.<line>` what one of a line weighs, where all bodies weigh it alike."""
    found: dict[str, int] = {}
    lines = (*RATIO_LINES, *(MEANS if len(figures.bodies) == 1 else ()))
    for code in _written_out(figures.plan, lines):
        figure = figures.of(code, periods.YEAR) if code in figures.plan.lines else None
        if figure is not None:
            found[code] = round(figure * SCALE)
    activity = None if figures.unweighted() else figures.weighted(periods.YEAR)
    if activity is not None:
        found["CWA"] = round(activity * SCALE)
    weights = {code: weight for ods in figures.bodies for code, weight in figures.weights(ods).items()}
    return found | {f"weight.{code}": round(weight * SCALE) for code, weight in weights.items()}


def _written_out(plan: Plan, lines: Sequence[str]) -> list[str]:
    return [code for term in lines for code in (plan.groups(term[:-1]) if term.endswith("*") else [term])]
