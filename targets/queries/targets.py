"""What the list of targets shows: each by area with how the plans stand, searched and filtered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Q
from django.urls import reverse

from planning.foundation import wording
from planning.people.access import TRUST, Scope
from planning.plan.visible import basis_for
from planning.registry.place import Place
from targets.evaluations import MET, NOT_APPLICABLE, NOT_ASSESSABLE, NOT_MET
from targets.guidance.governing import load_targets
from targets.guidance.target import Target
from targets.queries.bodies import systems_of
from targets.visible import evaluations_of
from targets.wording import KINDS, LEVELS, OUTCOMES, Said, asks, is_local, marks, wanted_of

LONGEST_SEARCH = 100
CHOICES: dict[str, tuple[str, dict[str, str]]] = {
    "outcome": ("Outcome", {code: said.word for code, said in OUTCOMES.items()}),
    "kind": ("What is asked", KINDS),
    "issuer": ("Issued by", {"national": "NHS England", "local": "Local"}),
    "level": ("Asked of", LEVELS),
    "answered": ("Answered by", {"return": "The returns", "attestation": "An answer of its lead"}),
}
MISSED = "missed"


class NoSuchChoice(LookupError):
    """A filter in the address has a value that is none of its choices."""


@dataclass(frozen=True)
class Asked:
    """What the address asks for. Raises NoSuchChoice for what cannot be chosen."""

    search: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    missed: bool = False

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Asked:
        chosen = {name: given.get(name, "").strip() for name in CHOICES}
        for name, value in chosen.items():
            if value and value not in CHOICES[name][1]:
                raise NoSuchChoice(f"{value} is no choice of {CHOICES[name][0].lower()}.")
        return cls(given.get("search", "").strip()[:LONGEST_SEARCH], chosen, bool(given.get(MISSED)))

    @property
    def is_filtered(self) -> bool:
        return bool(self.search or self.missed or any(self.chosen.values()))


@dataclass(frozen=True)
class Standing:
    """How the plans that the asker may see stand against one target: outcomes counted."""

    own: Counter[str] = field(default_factory=Counter)  # a trust's own bodies
    whole: Counter[str] = field(default_factory=Counter)  # systems
    single: Counter[str] = field(default_factory=Counter)  # organisations

    @property
    def is_judged(self) -> bool:
        return bool(self.own or self.whole or self.single)

    @property
    def is_missed(self) -> bool:
        return any(counts[NOT_MET] for counts in (self.own, self.whole, self.single))

    @property
    def applies(self) -> bool:
        """Asked of somebody, as far as it has been judged."""
        counts = self.own + self.whole + self.single
        return not counts or any(code != NOT_APPLICABLE for code in counts)


def targets_page(scope: Scope, place: Place, asked: Asked) -> dict[str, Any]:
    """Every target that governs, by area, with its outcomes in words. Three queries; a fourth of a trust."""
    mine = systems_of(scope)
    targets = [row for row in load_targets(place.round.code) if not row.systems or row.systems & mine]
    standings = _standings(scope, place.round.code)
    known = [(target, standings.get(target.code, Standing())) for target in targets]
    shown = [(target, standing) for target, standing in known if _is_wanted(scope, target, standing, asked)]
    return {
        "areas": _areas(scope, shown, place.round.code),
        "lead": _lead(targets, standings),
        "number": len(shown),
        "whole": len(targets),
        "tally": _tally(scope, known),
        "asked": asked,
        "choices": _choices(asked, targets),
        "is_trust": scope.kind == TRUST,
        "many_systems": len(scope.systems) > 1,
    }


def _standings(scope: Scope, code: str) -> dict[str, Standing]:
    """By target; one query, whose rows do not grow with the number of organisations. A trust's are its own."""
    rows = evaluations_of(scope, code, basis=basis_for(scope)).filter(group__isnull=True)
    if scope.kind == TRUST:
        rows = rows.filter(organisation_id__in=scope.own)
    else:  # of several systems together there is a result too
        rows = rows.filter(Q(organisation__isnull=False) | Q(system_id__in=scope.systems))
    is_whole = ExpressionWrapper(Q(organisation__isnull=True), output_field=BooleanField())
    counted = rows.order_by().annotate(is_whole=is_whole).values_list("target", "is_whole", "outcome")
    found: dict[str, Standing] = {}
    for target, whole, outcome, number in counted.annotate(number=Count("id")):
        standing = found.setdefault(target, Standing())
        counts = standing.own if scope.kind == TRUST else standing.whole if whole else standing.single
        counts[outcome] += number
    return found


def chief(scope: Scope, standing: Standing) -> str:
    """The outcome that is the asker's: a trust's own, a system's; the worst where there are several."""
    counts = standing.own if scope.kind == TRUST else standing.whole
    order = (NOT_MET, NOT_ASSESSABLE, MET, NOT_APPLICABLE)
    return next((code for code in order if counts[code]), NOT_ASSESSABLE)


def _is_wanted(scope: Scope, target: Target, standing: Standing, asked: Asked) -> bool:
    chosen = asked.chosen
    return (
        _speaks_of(target, asked.search)
        and chosen.get("outcome", "") in ("", chief(scope, standing))
        and chosen.get("kind", "") in ("", target.kind)
        and chosen.get("issuer", "") in ("", "local" if is_local(target) else "national")
        and chosen.get("answered", "") in ("", target.answered_by)
        and (not chosen.get("level") or chosen["level"] in target.levels)
        and (not asked.missed or standing.is_missed)
    )


def _speaks_of(target: Target, search: str) -> bool:
    """Every word stands in its title, code, area, words or measure."""
    source = target.source
    text = " ".join(
        (
            *(target.code, target.title, target.area, target.metric.replace("-", " ")),
            *(target.metric, source.get("quote", ""), source.get("document", ""), *target.exceptions),
        )
    ).casefold()
    return all(word in text for word in search.casefold().split())


def _areas(scope: Scope, shown: Sequence[tuple[Target, Standing]], code: str) -> list[dict[str, Any]]:
    areas: dict[str, dict[str, Any]] = {}
    for target, standing in shown:
        area = areas.setdefault(
            target.area, {"name": target.area, "rows": [], "later": [], "number": 0, "missed": 0}
        )
        area["rows" if standing.applies else "later"].append(_listed(scope, target, standing, code))
        area["number"] += 1
        area["missed"] += standing.is_missed
    return list(areas.values())


def _listed(scope: Scope, target: Target, standing: Standing, code: str) -> dict[str, Any]:
    """A target with what it asks; a trust sees its own outcome, others the system's and a count of the rest."""
    bodies = scope.own if scope.kind == TRUST else scope.systems
    own = next((ods for ods in sorted(bodies) if ods in target.local), "")
    several = len(standing.own) > 1 or sum(standing.whole.values()) > 1
    return {
        "code": target.code,
        "title": target.title,
        "marks": marks(target),
        "wanted": wanted_of(target, own) if own and len(bodies) == 1 else asks(target),
        "address": reverse("target", args=[code, target.code]),
        "outcome": _outcome(scope, standing),
        "counted": counted(standing.own or standing.whole) if several else "",
        "others": counted(standing.single) if scope.kind != TRUST else "",
        "despite": despite(standing.whole, standing.single) if scope.kind != TRUST else "",
    }


def _outcome(scope: Scope, standing: Standing) -> Said:
    return OUTCOMES[chief(scope, standing)]


def counted(outcomes: Mapping[str, int]) -> str:
    """`3 met, 1 not met`, naught left out."""
    words = [(MET, "met"), (NOT_MET, "not met"), (NOT_ASSESSABLE, "not assessable")]
    return ", ".join(f"{outcomes[code]} {word}" for code, word in words if outcomes.get(code))


def despite(whole: Mapping[str, int], single: Mapping[str, int]) -> str:
    """In words where a system and its members part: it meets what one misses, or the reverse."""
    if sum(whole.values()) != 1:
        return ""
    missing = single.get(NOT_MET, 0)
    if whole.get(MET) and missing:
        return (
            f"Met by the system though {wording.count(missing, 'organisation misses', 'organisations miss')}"
        )
    if whole.get(NOT_MET) and single.get(MET) and not missing:
        return "Missed by the system though no organisation on its own misses"
    return ""


def _lead(targets: Sequence[Target], standings: Mapping[str, Standing]) -> str:
    """`59 targets govern: 42 of national guidance, 17 local. Nothing has been judged against them yet.`"""
    local = sum(1 for target in targets if is_local(target))
    of_them = f": {len(targets) - local} of national guidance, {local} local" if local else ""
    governs = "target governs" if len(targets) == 1 else "targets govern"
    said_so = f"{len(targets)} {governs} this round{of_them}."
    return said_so if standings else f"{said_so} Nothing has been judged against them yet."


def _tally(scope: Scope, known: Iterable[tuple[Target, Standing]]) -> list[dict[str, Any]]:
    """How many targets have which outcome, each a way to the list of them."""
    counts = Counter(chief(scope, standing) for _, standing in known if standing.is_judged)
    return [
        {"said": OUTCOMES[code], "number": counts[code], "address": f"?outcome={code}"}
        for code in (NOT_MET, MET, NOT_ASSESSABLE, NOT_APPLICABLE)
        if counts[code]
    ]


def _choices(asked: Asked, targets: Sequence[Target]) -> list[dict[str, Any]]:
    """The filters with the choices that some target has."""
    has = {
        "kind": {target.kind for target in targets},
        "issuer": {"local" if is_local(target) else "national" for target in targets},
        "level": {level for target in targets for level in target.levels},
        "answered": {target.answered_by for target in targets},
    }
    return [
        {
            "name": name,
            "label": label,
            "options": [
                {"value": value, "text": text, "selected": asked.chosen.get(name) == value}
                for value, text in words.items()
                if value in has.get(name, words) or asked.chosen.get(name) == value
            ],
        }
        for name, (label, words) in CHOICES.items()
    ]
