"""Groups and places of the asker's systems: who leads each, and who belongs to it since when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from planning.people.access import Scope, scope_of
from planning.registry.groups import Group, GroupMember, groups_of
from planning.registry.organisations import Membership


@require_safe
@login_required
def groups(request: HttpRequest) -> HttpResponse:
    """Every group of the systems that the asker belongs to, all of them for NHS England. Four queries."""
    scope = scope_of(request)
    found = groups_of(systems_of(scope))
    context = {
        "breadcrumbs": [{"text": "Home", "href": "/"}],
        "systems": _systems(found, timezone.localdate()),
    }
    return render(request, "groups.jinja", context)


def systems_of(scope: Scope) -> frozenset[str]:
    """A board's and NHS England's systems, and those that a trust belongs to or serves; at most one query."""
    bodies = scope.own - scope.systems
    if not bodies:
        return scope.systems
    theirs = Membership.objects.filter(organisation_id__in=bodies)
    return scope.systems | set(theirs.values_list("system_id", flat=True))


def _systems(found: Sequence[Group], today: date) -> list[dict[str, Any]]:
    by_system = groupby(found, key=lambda group: group.system)
    return [
        {"name": system.system_name or system.name, "groups": [_group(group, today) for group in listed]}
        for system, listed in by_system
    ]


def _group(group: Group, today: date) -> dict[str, Any]:
    return {
        "code": group.code,
        "name": group.name,
        "kind": group.get_kind_display(),
        "lead": group.lead.short_name,
        "members": _members(list(group.members.all()), today),
        "source": group.source,
    }


def _members(members: Sequence[GroupMember], today: date) -> list[dict[str, Any]]:
    """By the days of their membership, as the members come: by the first of them."""
    found: dict[str, list[str]] = {}
    for member in members:
        name = member.organisation.short_name
        told = f"{name} ({member.source})" if member.source else name
        found.setdefault(_when(member, today), []).append(told)
    return [{"when": when, "names": names} for when, names in found.items()]


def _when(member: GroupMember, today: date) -> str:
    """`Since 1 April 2022`, `From 1 April 2030`, `1 April 2022 until 1 May 2023`."""
    if member.until is not None:
        return f"{_day(member.since)} until {_day(member.until)}"
    return f"{'Since' if member.since <= today else 'From'} {_day(member.since)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
