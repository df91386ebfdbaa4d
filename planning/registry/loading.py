"""Brings organisations, rounds and lines in the store to what planning's reference files say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from planning.registry.assumption_values import value_fault
from planning.registry.assumptions import AssumptionVersion
from planning.registry.catalogue import line_entries
from planning.registry.files import (
    DATA,
    BadReference,
    FollowsFile,
    check_shape,
    read_reference,
    rounds_with,
    stand_once,
)
from planning.registry.lines import LineVersion
from planning.registry.organisations import ICB, TRUST_TYPES, Membership, Organisation, Succession
from planning.registry.reference import Changes, load_versions, register_loader
from planning.registry.rounds import Round, Stage, SystemRound

LONDON = ZoneInfo("Europe/London")


def register() -> None:
    """Called when Django starts: planning's own reference data loads first."""
    register_loader(10, "organisations", load_organisations)
    register_loader(20, "rounds", load_rounds)
    register_loader(30, "lines", load_lines)


def load_lines(overwrite: frozenset[str]) -> Changes:
    """Every round's line catalogue."""
    changes = Changes()
    for round_code in rounds_with(DATA / "lines", "*-*"):
        changes.add(load_versions(LineVersion, round_code, line_entries(round_code), overwrite))
    return changes


def load_organisations(overwrite: frozenset[str]) -> Changes:
    """Organisations, and the memberships that the file gives each of them. One that is gone from the file is
    retired; one edited in the service is kept with its memberships."""
    file = DATA / "organisations" / "organisations.yaml"
    content = read_reference(file)
    check_organisations(file, content)
    follow = FollowsFile(Organisation, "ods", overwrite)
    for entry in content["organisations"]:
        memberships = [row for row in content["memberships"] if row["organisation"] == entry["ods"]]
        fields = {**entry, "region_id": entry.get("region")}
        fields.pop("region", None)
        if follow.brings(entry["ods"], {**entry, "memberships": memberships}, {**fields, "retired": False}):
            follow.after.append(partial(_bring_memberships, entry["ods"], memberships))
    follow.finish()
    for ods in follow.gone():
        Organisation.objects.filter(pk=ods, retired=False).update(retired=True)
    follow.changes.add(_load_successions(content["successions"]))
    return follow.changes


def _load_successions(entries: Sequence[Mapping[str, Any]]) -> Changes:
    """Who took over whom, as the file says: nobody edits them in the service and nothing points at them."""
    changes = Changes()
    rows = {(row.predecessor, row.successor): row for row in Succession.objects.all()}
    for entry in entries:
        row = rows.pop((entry["predecessor"], entry["successor"]), None)
        wanted = Succession(**{"kept_code": False, **entry})
        if row is None:
            changes.added.append(str(wanted))
        elif any(getattr(row, name) != getattr(wanted, name) for name in ("since", "kept_code", "source")):
            changes.changed.append(str(wanted))
        else:
            continue
        wanted.pk = row.pk if row is not None else None
        wanted.save()
    for row in rows.values():
        changes.retired.append(str(row))
        row.delete()
    return changes


def _bring_memberships(ods: str, memberships: Sequence[Mapping[str, Any]]) -> None:
    """Removed first: a trust may change its host, and has one at a time."""
    kept = {row["system"]: row["role"] for row in memberships}
    for membership in Membership.objects.filter(organisation_id=ods):
        if kept.get(membership.system_id) != membership.role:
            membership.delete()
    for row in memberships:
        fields = {"role": row["role"], "counts_for": row["counts_for"], "source": row["source"]}
        Membership.objects.update_or_create(organisation_id=ods, system_id=row["system"], defaults=fields)


def check_organisations(file: Path, content: Mapping[str, Any]) -> None:
    """Shape, codes that stand once, one host a trust and none left out. Raises BadReference."""
    schema = DATA / "organisations" / "organisations.schema.json"
    check_shape(file, content, schema)
    kinds = {entry["ods"]: entry["kind"] for entry in content["organisations"]}
    stand_once(file, [entry["ods"] for entry in content["organisations"]])
    stand_once(file, [f"{row['organisation']} in {row['system']}" for row in content["memberships"]])
    _check_successions(file, content["successions"])
    for entry in content["organisations"]:
        if (
            kinds.get(entry.get("region", ""), "region") != "region"
            or entry.get("region", "Y58") not in kinds
        ):
            raise BadReference(file, entry["ods"], f"{entry['region']} is not a region.")
    for row in content["memberships"]:
        if kinds.get(row["organisation"]) not in TRUST_TYPES or kinds.get(row["system"]) != ICB:
            raise BadReference(
                file, f"{row['organisation']} in {row['system']}", "a trust belongs to an ICB's system."
            )
    hosts = Counter(row["organisation"] for row in content["memberships"] if row["role"] == Membership.HOST)
    for ods, kind in kinds.items():
        if kind in TRUST_TYPES and hosts[ods] != 1:
            raise BadReference(file, ods, f"a trust has one host system, this one has {hosts[ods]}.")


def _check_successions(file: Path, successions: Sequence[Mapping[str, Any]]) -> None:
    stand_once(file, [row["predecessor"] for row in successions])
    for row in successions:
        if row["predecessor"] == row["successor"] or not isinstance(row["since"], date):
            raise BadReference(
                file,
                row["predecessor"],
                "it has a successor of another code, since a date such as 2022-04-01.",
            )


def load_rounds(overwrite: frozenset[str]) -> Changes:
    """Rounds with their stages, systems and assumptions. Closing a stage is a person's act and is never undone."""
    changes = Changes()
    for round_code in rounds_with(DATA / "rounds", "*.yaml"):
        file = DATA / "rounds" / f"{round_code}.yaml"
        content = read_reference(file)
        check_round(file, round_code, content)
        changes.add(_load_round(content, overwrite))
        changes.add(load_versions(AssumptionVersion, round_code, content["parameters"], overwrite))
    return changes


def check_round(file: Path, round_code: str, content: Mapping[str, Any]) -> None:
    """Shape, the file's own name, dates that are dates, systems that are ICBs. Raises BadReference."""
    check_shape(file, content, DATA / "rounds" / "round.schema.json")
    if content["code"] != round_code or not isinstance(content["opens"], date):
        raise BadReference(
            file, content["code"], "code is the file's name, and opens is a date such as 2022-12-23."
        )
    stand_once(file, [stage["code"] for stage in content["stages"]])
    stand_once(file, [parameter["code"] for parameter in content["parameters"]])
    for parameter in content["parameters"]:
        check_value(file, parameter)
    for stage in content["stages"]:
        _due(file, stage)
    known = set(Organisation.objects.filter(kind=ICB, retired=False).values_list("ods", flat=True))
    for ods in content["systems"]:
        if ods not in known:
            raise BadReference(file, ods, "is not the code of an ICB.")


def check_value(file: Path, entry: Mapping[str, Any]) -> None:
    """An assumption's value lies in what is plausible of it, or is one of its choices. Raises BadReference."""
    if wrong := value_fault(entry, Decimal(str(entry["value"]))):
        raise BadReference(file, entry["code"], f"value: {wrong}")


def _due(file: Path | str, stage: Mapping[str, Any]) -> datetime:
    try:
        return datetime.fromisoformat(str(stage["due"])).replace(tzinfo=LONDON)
    except ValueError as error:
        raise BadReference(
            file, stage["code"], f"due is a day and time such as 2023-02-20 17:00, not {stage['due']}."
        ) from error


def _load_round(content: Mapping[str, Any], overwrite: frozenset[str]) -> Changes:
    entry = {key: value for key, value in content.items() if key != "parameters"}
    fields = {name: content[name] for name in ("code", "title", "opens", "source")}
    follow = FollowsFile(Round, "code", overwrite)
    if follow.brings(content["code"], entry, fields):
        follow.after.append(partial(_bring_stages, content))
    follow.finish()
    return follow.changes


def _bring_stages(content: Mapping[str, Any]) -> None:
    for position, stage in enumerate(content["stages"]):
        fields = {name: stage[name] for name in ("name", "returns", "needs_reasons", "source")}
        fields |= {"position": position, "due_at": _due("", stage)}
        Stage.objects.update_or_create(round_id=content["code"], code=stage["code"], defaults=fields)
    for ods in content["systems"]:
        SystemRound.objects.get_or_create(round_id=content["code"], system_id=ods)
