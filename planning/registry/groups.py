"""Groups of organisations and places: provider collaboratives, Cancer Alliances, local maternity systems,
primary care networks, and the places of a system, with dated members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Prefetch, Q, QuerySet

COLLABORATIVE, CANCER_ALLIANCE, MATERNITY_SYSTEM = "collaborative", "cancer_alliance", "maternity_system"
PRIMARY_CARE_NETWORK, PLACE = "primary_care_network", "place"
GROUP_KINDS = [
    (COLLABORATIVE, "Provider collaborative"),
    (CANCER_ALLIANCE, "Cancer Alliance"),
    (MATERNITY_SYSTEM, "Local maternity and neonatal system"),
    (PRIMARY_CARE_NETWORK, "Primary care networks"),
    (PLACE, "Place"),
]


class Group(models.Model):
    """Some organisations of a system that answer for something together. Codes are the project's own."""

    code = models.CharField(max_length=40, primary_key=True)  # QU9-cancer-alliance
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=24, choices=GROUP_KINDS)
    system = models.ForeignKey("planning.Organisation", models.PROTECT, related_name="groups")
    lead = models.ForeignKey("planning.Organisation", models.PROTECT, related_name="+")  # who answers for it
    source = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["system_id", "position", "code"]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """An organisation in a group from one day until another; without a last day it still is."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="members")
    organisation = models.ForeignKey("planning.Organisation", models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="the first day on which it is no member")
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["group_id", "organisation_id", "since"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "organisation", "since"], name="group_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} in {self.group_id} since {self.since}"


@dataclass(frozen=True)
class Grouping:
    """A group as it stands on a day: nothing of the store."""

    code: str
    kind: str
    members: tuple[str, ...]  # ODS codes, sorted


Groupings = Mapping[str, tuple[Grouping, ...]]  # by the code of their system's ICB


def groupings_on(day: date) -> Groupings:
    """The groups of every system with those who belong to them on a day, in their order; one query. A group of
    which nobody is a member that day is not there."""
    rows = members_on(day).order_by("group__system_id", "group__position", "group_id", "organisation_id")
    members: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for system, code, kind, ods in rows.values_list(
        "group__system_id", "group_id", "group__kind", "organisation_id"
    ):
        members[system, code, kind].append(ods)
    found: dict[str, tuple[Grouping, ...]] = {}
    for (system, code, kind), odses in members.items():
        found[system] = (*found.get(system, ()), Grouping(code, kind, tuple(odses)))
    return found


def members_on(day: date) -> QuerySet[GroupMember]:
    """Who belongs to a group on a day."""
    return GroupMember.objects.filter(
        Q(until__isnull=True) | Q(until__gt=day), since__lte=day, group__retired=False
    )


def groups_of(systems: Iterable[str]) -> list[Group]:
    """The groups of some systems with their leads, systems and all their members; two queries."""
    members = GroupMember.objects.select_related("organisation").order_by("since", "organisation__name")
    rows = Group.objects.filter(system_id__in=systems, retired=False).select_related("system", "lead")
    return list(rows.prefetch_related(Prefetch("members", queryset=members)))
