"""Brings groups of organisations and places in the store to what their file says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from planning.registry.files import DATA, BadReference, FollowsFile, check_shape, read_reference, stand_once
from planning.registry.groups import Group, GroupMember
from planning.registry.organisations import Membership, Organisation
from planning.registry.reference import Changes, register_loader

FOLDER = "groups"


def register() -> None:
    """Called when Django starts: after organisations, before rounds."""
    register_loader(15, "groups", load_groups)


def load_groups(overwrite: frozenset[str]) -> Changes:
    """Every group with its members. One gone from the file is retired; one edited in the service is kept with
    its members."""
    file = DATA / FOLDER / f"{FOLDER}.yaml"
    content = read_reference(file)
    check_groups(file, content, bodies_of_systems())
    follow = FollowsFile(Group, "code", overwrite)
    for position, entry in enumerate(content["groups"]):
        fields = {name: entry[name] for name in ("code", "name", "kind", "source")}
        fields |= {"system_id": entry["system"], "lead_id": entry["lead"]}
        fields |= {"position": position, "retired": False}
        if follow.brings(entry["code"], {**entry, "position": position}, fields):
            follow.after.append(partial(_bring_members, entry["code"], entry["members"]))
    follow.finish()
    Group.objects.filter(pk__in=follow.gone()).update(retired=True)
    return follow.changes


def _bring_members(code: str, members: Sequence[Mapping[str, Any]]) -> None:
    GroupMember.objects.filter(group_id=code).delete()
    GroupMember.objects.bulk_create(
        GroupMember(
            group_id=code,
            organisation_id=row["organisation"],
            since=row["since"],
            until=row.get("until"),
            source=row.get("source", ""),
        )
        for row in members
    )


def bodies_of_systems() -> dict[str, set[str]]:
    """Who belongs to a system or serves it, its ICB too: ODS codes by system; two queries."""
    found = {ods: {ods} for ods in Organisation.objects.filter(kind="icb").values_list("ods", flat=True)}
    for system, ods in Membership.objects.values_list("system_id", "organisation_id"):
        found[system].add(ods)
    return found


# --- what must hold ------------------------------------------------------------------------------------
def check_groups(file: Path, content: Mapping[str, Any], bodies: Mapping[str, set[str]]) -> None:
    """Shape, codes that stand once, members of the group's own system, days that follow one another. `bodies`
    as `bodies_of_systems` gives them. Raises BadReference with the first fault."""
    check_shape(file, content, DATA / FOLDER / f"{FOLDER}.schema.json")
    stand_once(file, [entry["code"] for entry in content["groups"]])
    for entry in content["groups"]:
        if entry["system"] not in bodies or not entry["code"].startswith(f"{entry['system']}-"):
            raise BadReference(
                file, entry["code"], "system: it is an ICB's code, with which the code begins."
            )
        for name, ods in [
            ("lead", entry["lead"]),
            *(("members", row["organisation"]) for row in entry["members"]),
        ]:
            if ods not in bodies[entry["system"]]:
                raise BadReference(file, entry["code"], f"{name}: {ods} is no body of {entry['system']}.")
        _check_days(file, entry)


def _check_days(file: Path, entry: Mapping[str, Any]) -> None:
    periods: dict[str, list[tuple[date, date]]] = {}
    for row in entry["members"]:
        until = row.get("until", date.max)
        if not isinstance(row["since"], date) or not isinstance(until, date):
            what = f"members: {row['organisation']} has days such as 2022-04-01."
            raise BadReference(file, entry["code"], what)
        if until <= row["since"]:
            what = f"members: {row['organisation']} leaves before it joins."
            raise BadReference(file, entry["code"], what)
        periods.setdefault(row["organisation"], []).append((row["since"], until))
    for ods, spans in periods.items():
        if any(later[0] < earlier[1] for earlier, later in pairwise(sorted(spans))):
            raise BadReference(file, entry["code"], f"members: {ods} is a member twice on one day.")
