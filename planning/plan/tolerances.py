"""Tolerances as configuration: what a rule allows in a round, everywhere or in one system, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from planning.plan.rulebook import Rule

FIGURES = ("absolute", "relative", "low", "high")


class RuleTolerance(models.Model):
    """One row: a rule's tolerance and limits in a round, in one system or (none) in all. It overrides what the rule's
    declaration says; a system's overrides the round's. Replaced ones are kept."""

    round = models.ForeignKey("planning.Round", models.CASCADE, related_name="+")
    rule = models.CharField(max_length=60)
    system = models.ForeignKey("planning.Organisation", models.PROTECT, null=True, related_name="+")
    # {absolute, relative, low, high, limits: {name: number}}: what is named here overrides, the rest stands
    entry = models.JSONField()
    text = models.CharField(max_length=200, help_text="as it is said: 2% or 5 WTE")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "rule"],
                condition=Q(ended_at=None, system=None),
                name="rule_tolerance_one_a_round",
            ),
            models.UniqueConstraint(
                fields=["round", "rule", "system"],
                condition=Q(ended_at=None),
                name="rule_tolerance_one_a_system",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} in {self.system_id or 'every system'}: {self.text}"


# (rule, system or "") -> what its row overrides, with its text and reason
Tolerances = Mapping[tuple[str, str], Mapping[str, Any]]


def tolerances_of(round_code: str) -> Tolerances:
    """The rows that hold in a round; one query."""
    return by_rule(RuleTolerance.objects.filter(round_id=round_code, ended_at=None))


def by_rule(rows: Iterable[RuleTolerance]) -> Tolerances:
    """Rows that hold, as `held_to` reads them."""
    return {
        (row.rule, row.system_id or ""): {**row.entry, "text": row.text, "reason": row.reason} for row in rows
    }


def held_to(rule: Rule, tolerances: Tolerances, system: str) -> Rule:
    """The rule as it is judged in a system (or "" where there is none): the declaration's own object where no row
    overrides it."""
    row = tolerances.get((rule.code, system)) or tolerances.get((rule.code, ""))
    return rule if row is None else rule.with_tolerance(row)
