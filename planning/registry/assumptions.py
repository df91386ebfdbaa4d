"""The register of planning assumptions: pay and prices, growth, unit prices, weights, working days. A round's own
value of each as versions with source and owner; what an organisation says of it beside that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from planning.registry.reference import VersionedEntry, once

Parameters = Mapping[str, Decimal]  # what rules read: an assumption's code and its value


class AssumptionVersion(VersionedEntry):
    """A round's assumption as stored: `entry` is {code, label, value, unit, source, is_assumption, group, owner, and
    where it has them low, high, choices, stated}."""

    class Meta(VersionedEntry.Meta):
        abstract = False
        constraints: ClassVar = once("assumption")


class StatedAssumption(models.Model):
    """What an organisation says of a round's assumption: that it plans with it too (no value), or with a value of
    its own and why. What it said before is kept; the latest that is not ended holds."""

    round = models.ForeignKey("planning.Round", models.CASCADE, related_name="+")
    code = models.CharField(max_length=60)
    organisation = models.ForeignKey("planning.Organisation", models.PROTECT, related_name="+")
    value = models.DecimalField(max_digits=18, decimal_places=6, null=True, help_text="none: as the round's")
    of_version = models.PositiveSmallIntegerField(help_text="the version of the round's that it was said of")
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "code", "organisation"],
                condition=Q(is_current=True),
                name="stated_assumption_one_current",
            )
        ]

    def __str__(self) -> str:
        return (
            f"{self.code} of {self.organisation_id}: {'as the round' if self.value is None else self.value}"
        )


class OwnParameters(dict[str, Decimal]):
    """What an organisation plans with that has stated values of its own: the round's, and its own instead."""

    def __init__(self, of_round: Parameters, own: Parameters) -> None:
        super().__init__({**of_round, **own})
        self.of_round, self.own = of_round, own


@dataclass(frozen=True)
class Assumptions:
    """A round's assumptions as rules read them: the round's own, and by organisation what it plans with instead."""

    of_round: Parameters
    stated: Mapping[str, Parameters]  # organisation -> code -> its own value

    def for_body(self, ods: str) -> Parameters:
        """The values that hold for an organisation: the round's own object where it has stated none."""
        own = self.stated.get(ods)
        return OwnParameters(self.of_round, own) if own else self.of_round


def load_parameters(round_code: str) -> dict[str, Decimal]:
    """The round's own values by code, one query."""
    rows = AssumptionVersion.objects.filter(round_id=round_code, is_current=True, retired=False)
    return {code: Decimal(str(entry["value"])) for code, entry in rows.values_list("code", "entry")}


def units_of(round_code: str) -> dict[str, str]:
    """The unit of each of a round's assumptions by code, one query."""
    rows = AssumptionVersion.objects.filter(round_id=round_code, is_current=True, retired=False)
    return {code: entry.get("unit", "") for code, entry in rows.values_list("code", "entry")}


def load_assumptions(round_code: str) -> Assumptions:
    """The round's values and those stated by organisations; two queries."""
    rows = StatedAssumption.objects.filter(round_id=round_code, is_current=True, value__isnull=False)
    stated = rows.values_list("organisation_id", "code", "value")
    return Assumptions(load_parameters(round_code), _by_body(stated))


def _by_body(stated: Iterable[tuple[str, str, Decimal | None]]) -> dict[str, dict[str, Decimal]]:
    found: dict[str, dict[str, Decimal]] = {}
    for ods, code, value in stated:
        if value is not None:
            found.setdefault(ods, {})[code] = value.normalize()
    return found
