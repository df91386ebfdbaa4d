"""The three that a rule sets side by side, and which of them is out of step: kept with the finding."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from planning.foundation import wording
from planning.plan.array import Plan
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach
from planning.registry import periods
from planning.registry.organisations import TRUST_TYPES
from planning.registry.rounds import RETURNS
from submissions.oddity.apart import is_plural, told
from submissions.oddity.declared import declared
from submissions.oddity.figures import Figures, Parameters
from submissions.oddity.indices import voice_of
from submissions.oddity.voices import Voice

_KIND = re.compile(r"\.(SUB|BNK|AGY)(?=\.|$)")
_STAFF = {"SUB": "staff in post", "BNK": "bank staff", "AGY": "agency staff"}
_GROUP = re.compile(r"^(?:W|F\.PAY)\.(?:SUB|BNK|AGY|AVG|EST|TOT)\.(.+)$")


@dataclass(frozen=True)
class Scene:
    """One breach as it is looked at: whose plan, and whose figures speak."""

    plan: Plan
    rule: Rule
    breach: Breach
    system: str

    @property
    def bodies(self) -> list[str]:
        """The organisation, or of a system's own finding the trusts that count."""
        if self.breach.organisation:
            return [self.breach.organisation]
        return [
            member.ods for member in self.plan.members if member.kind in TRUST_TYPES and not member.served_by
        ]

    def parameters_of(self, ods: str) -> Parameters:
        return self.rule.parameters

    def figures(self, body: str = "") -> Figures:
        """Of `trust` or `icb`, of all trusts of a type, or of the bodies that it is about."""
        wanted = {"": self.bodies, "trust": self.bodies, "icb": [self.system]}.get(body)
        if wanted is None:
            wanted = [m.ods for m in self.plan.members if m.kind == body and not m.served_by]
        return Figures(self.plan, [ods for ods in wanted if ods in self.plan.row], self.parameters_of)

    def lines(self, text: str) -> str:
        """Lines as declared, what stands in braces filled in from the finding's own line."""
        line = self.breach.line
        kind, group = _KIND.search(line), _GROUP.match(line)
        return text.format(
            k=kind[1] if kind else "",
            staff=_STAFF.get(kind[1], "staff") if kind else "staff",
            g=group[1] if group else "",
            line=line.partition("@")[0],
            trust=self.breach.organisation or "",
            icb=self.system,
        )

    def place(self, at: str) -> int:
        if at == "period" and self.breach.period in self.plan.periods:
            return self.plan.periods.index(self.breach.period)
        return periods.MARCH if at == "march" else periods.YEAR


def odd_of(plan: Plan, rule: Rule, breach: Breach, system: str) -> dict[str, Any] | None:
    """What `apart.told` says of the three that the rule sets side by side; None for a rule that rests on one return
    alone, or that stops a return: there is nothing to triangulate. `system` is the ICB's code, "" where none."""
    scene = Scene(plan, rule, breach, system)
    if rule.code in declared().presence:
        return _present(scene, declared().presence[rule.code])
    spec = declared().rules.get(rule.code)
    if spec is None and (not rule.is_across or rule.severity == "block"):
        return None
    named = spec or {}
    keys = list(named) if any("of" in given for given in named.values()) else list(RETURNS)
    voices = [
        _voice(scene, key, named[key]) if key in named else voice_of(scene.figures(), key) for key in keys
    ]
    return told(voices, declared().allowed)


def _voice(scene: Scene, key: str, spec: Mapping[str, Any]) -> Voice:
    figures, lines = scene.figures(spec.get("body", "")), scene.lines(spec["lines"])
    of, what, less = spec.get("of", key), scene.lines(spec["what"]), spec.get("less", "")
    place = scene.place(spec.get("at", "year"))
    now, before = _figures_of(scene, figures, spec, lines, place)
    if less and now is not None:
        what = f"{what}, less the {less.replace('_', ' ')} of {_rate(scene, less)}"
    why = (
        ""
        if now is not None and before
        else f"the {of} return has no {scene.lines(spec['what'])} in plan and outturn"
    )
    if lines == "none":
        why = f"the {of} return does not speak of it"
    body = figures.bodies[0] if "of" in spec and figures.bodies else ""
    known = (now, before) if not why else (None, None)
    return Voice(key, of, what, *known, _unit(scene, lines), why, body)


def _figures_of(
    scene: Scene, figures: Figures, spec: Mapping[str, Any], lines: str, place: int
) -> tuple[Fraction | None, Fraction | None]:
    if lines == "none" or not figures.bodies:
        return None, None
    if lines == "weighted":
        return figures.weighted(place), figures.weighted(periods.OUTTURN)
    less = spec.get("less", "")
    now = figures.deflated(lines, place, less) if less else figures.of(lines, place)
    if "before" in spec:
        return now, figures.of(scene.lines(spec["before"]), periods.YEAR)
    before = figures.of(lines, periods.OUTTURN)
    if before is not None and place != periods.YEAR and _adds_up(scene.plan, lines):
        before /= 12
    return now, before


def _adds_up(plan: Plan, lines: str) -> bool:
    """Whether the outturn is the sum of a year, so that a month is held against a twelfth of it."""
    code = lines.partition(" ")[0]
    return code in plan.lines and plan.lines[code].over_time in ("sum", "ratio")


def _rate(scene: Scene, less: str) -> str:
    rate = scene.rule.parameters.get(less)
    return "" if rate is None else f"{float(rate * 100):g}%"


def _unit(scene: Scene, lines: str) -> str:
    first = lines.partition(" ")[0]
    codes = scene.plan.groups(first[:-1]) if first.endswith("*") else [first]
    return scene.plan.lines[codes[0]].unit if codes and codes[0] in scene.plan.lines else ""


# --- whether something is there at all -----------------------------------------------------------------
def _present(scene: Scene, spec: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Two of three plan it and the third does not, or one alone does: the one that differs is out of step. A staff
    group's own lines are two words against each other: which is wrong cannot be told."""
    figures = scene.figures()
    found = [(given, _is_there(scene, figures, given)) for given in spec]
    said: dict[str, Any] = {"return": "", "by": None, "unit": "", "indices": {}}
    known = [(given, there) for given, there in found if there is not None]
    grouped = _GROUP.match(scene.breach.line) is not None
    if grouped or len(known) < 3 or len({there for _, there in known}) == 1:
        return {
            **said,
            "sentence": "Two statements stand against each other: which is out of step cannot be told.",
        }
    yes = [given for given, there in known if there]
    no = [given for given, there in known if not there]
    odd = yes[0] if len(yes) == 1 else no[0]
    return {
        **said,
        "return": odd["of"],
        "sentence": (
            f"The {odd['of']} return is out of step: {_listed(scene, yes)} {_are(yes)} planned, "
            f"{_listed(scene, no)} {_are(no)} not."
        ),
    }


def _is_there(scene: Scene, figures: Figures, given: Mapping[str, Any]) -> bool | None:
    """More than last March's where it asks for growth, else more than nothing."""
    lines = scene.lines(given["lines"])
    if given.get("growth"):
        now, before = figures.of(lines, periods.MARCH), figures.of(lines, periods.OUTTURN)
        return None if now is None or before is None else now > before
    now = figures.of(lines, scene.place("period"))
    return None if now is None else now > 0


def _listed(scene: Scene, given: Sequence[Mapping[str, Any]]) -> str:
    return wording.names([f"{scene.lines(one['what'])} ({one['of']})" for one in given])


def _are(given: Sequence[Mapping[str, Any]]) -> str:
    return "are" if len(given) > 1 or is_plural(given[0]["what"].replace("{staff}", "staff")) else "is"
