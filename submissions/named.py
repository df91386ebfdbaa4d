"""Who answers for a return: those who prepare it, its one planning lead, the one board member who signs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

PREPARER, LEAD, SIGNATORY = "preparer", "lead", "signatory"
PARTS = [(PREPARER, "Prepares the return"), (LEAD, "Planning lead"), (SIGNATORY, "Board signatory")]


class Named(models.Model):
    """One person named for one return of one round."""

    round = models.ForeignKey("planning.Round", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("planning.Organisation", models.PROTECT, related_name="+")
    return_kind = models.CharField(max_length=10)
    part = models.CharField(max_length=10, choices=PARTS)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="named_for")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["return_kind", "part", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "organisation", "return_kind", "part", "person"], name="named_once"
            ),
            models.UniqueConstraint(
                fields=["round", "organisation", "return_kind", "part"],
                condition=Q(part__in=(LEAD, SIGNATORY)),
                name="named_one_lead_one_signatory",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.part} of {self.return_kind}"


def named_for(round_code: str, ods: str, kinds: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    """Return -> part -> names, of an organisation's returns; one query."""
    found: dict[str, dict[str, list[str]]] = {kind: {} for kind in kinds}
    rows = Named.objects.filter(round=round_code, organisation=ods, return_kind__in=kinds)
    for kind, part, name in rows.values_list("return_kind", "part", "person__name"):
        found[kind].setdefault(part, []).append(name)
    return found
