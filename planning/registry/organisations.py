"""Who plans: trusts, integrated care boards, NHS England and its regions, and who belongs to which system."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

ACUTE, MENTAL_HEALTH, AMBULANCE, ICB, REGION, NHS_ENGLAND = "ac", "mh", "am", "icb", "region", "nhse"
TRUST_TYPES = frozenset({ACUTE, MENTAL_HEALTH, AMBULANCE})
KINDS = [
    (ACUTE, "Acute trust"),
    (MENTAL_HEALTH, "Mental health and community trust"),
    (AMBULANCE, "Ambulance trust"),
    (ICB, "Integrated care board"),
    (REGION, "NHS England region"),
    (NHS_ENGLAND, "NHS England"),
]


class Organisation(models.Model):
    """One body, known by its ODS code. A system goes by the code of its ICB."""

    ods = models.CharField("ODS code", max_length=10, primary_key=True)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=KINDS)
    system_name = models.CharField(max_length=200, blank=True, help_text="an ICB's integrated care system")
    region = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="bodies")
    source = models.CharField(max_length=300, blank=True)
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["ods"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_trust(self) -> bool:
        return self.kind in TRUST_TYPES


class Succession(models.Model):
    """One body's work taken over by another from a date on: earlier figures of the predecessor are its own. Both
    are known by their codes, since either may be no organisation of a system here."""

    predecessor = models.CharField("predecessor's ODS code", max_length=10)
    successor = models.CharField("successor's ODS code", max_length=10)
    since = models.DateField(help_text="the first day on which the successor answers")
    kept_code = models.BooleanField(
        default=False,
        help_text="the successor is an older body that kept its code: what was published under it before is its "
        "own part alone",
    )
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["successor", "predecessor"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once")
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} became {self.successor}"


class Membership(models.Model):
    """A trust's place in a system. Its host counts everything of it; a system that it only serves
    sees its activity return, shows its ambulance targets, and adds nothing of it up."""

    HOST, SERVED = "host", "served"
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    system = models.ForeignKey(Organisation, models.PROTECT, related_name="members")
    role = models.CharField(max_length=10, choices=[(HOST, "Host"), (SERVED, "Served")])
    counts_for = models.JSONField(default=list, help_text="'everything', or the target codes it is shown for")
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["system_id", "organisation_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "system"], name="membership_once"),
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(role="host"), name="membership_one_host"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} in {self.system_id} ({self.role})"
