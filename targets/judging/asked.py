"""Whom a target is asked of: its levels and types, and where it stands for information alone."""

from __future__ import annotations

from planning.plan.array import Member
from planning.registry.organisations import ICB
from targets.guidance.documents import EXPECTED
from targets.guidance.target import Target

TRUST, SYSTEM, NATIONAL = "trust", "system", "national"
OF = {
    TRUST: "single organisations",
    SYSTEM: "systems",
    NATIONAL: "the NHS as a whole",
    "cancer_alliance": "Cancer Alliances",
    "maternity_system": "local maternity and neonatal systems",
    "primary_care_network": "primary care networks",
}


def not_asked_of_level(target: Target, level: str) -> str:
    """Why it is not asked at a level; empty where it is."""
    if level in target.levels | target.indicator_levels:
        return ""
    asked = [words for name, words in OF.items() if name in target.levels]
    of = f"{', '.join(asked[:-1])} and {asked[-1]}" if len(asked) > 1 else "".join(asked)
    return f"Asked of {of}, not of {OF.get(level, level)}."


def not_asked_of_member(target: Target, member: Member) -> str:
    """Why an organisation of that type is not asked; empty where it is. What nothing says the types of is asked of
    those that have its lines, and to be attested of trusts."""
    if target.types and member.kind not in target.types:
        return f"Not asked of this type of organisation ({member.kind})."
    if not target.types and target.is_attested and member.kind == ICB:
        return "Asked of trusts; an ICB answers for its system."
    return ""


def is_information(target: Target, level: str) -> bool:
    """Whether its outcome is shown for information and asks nobody for a reason."""
    return level in target.indicator_levels or target.status in (EXPECTED, "query")
