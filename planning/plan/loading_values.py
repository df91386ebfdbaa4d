"""Brings the reference values in the store to what their files say, each held against the line catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from planning.plan.exact import scaled
from planning.registry.catalogue import lines_from_files
from planning.registry.files import (
    DATA,
    BadReference,
    FollowsFile,
    check_shape,
    read_reference,
    rounds_with,
    stand_once,
)
from planning.registry.lines import REFERENCE, Lines
from planning.registry.organisations import Organisation
from planning.registry.reference import Changes, register_loader
from planning.registry.reference_values import ReferenceValue, Values

FOLDER = "reference_values"


def register() -> None:
    """Called when Django starts: organisations, rounds and lines load before."""
    register_loader(35, "reference values", load_values)


def load_values(overwrite: frozenset[str]) -> Changes:
    """Every round's values. `--overwrite LOC.POP` takes the file's value of that line for everybody."""
    changes = Changes()
    kinds = dict(Organisation.objects.filter(retired=False).values_list("ods", "kind"))
    for round_code in rounds_with(DATA / FOLDER, "*.yaml"):
        file = DATA / FOLDER / f"{round_code}.yaml"
        content = read_reference(file)
        check_values(file, content, Lines.load(round_code), kinds)
        changes.add(_load_round(content, overwrite))
    return changes


def _load_round(content: Mapping[str, Any], overwrite: frozenset[str]) -> Changes:
    entries = {f"{entry['organisation']} {entry['line']}": entry for entry in content["values"]}
    taken = frozenset(code for code, entry in entries.items() if entry["line"] in overwrite)
    follow = FollowsFile(ReferenceValue, "code", taken, round_id=content["round"])
    for code, entry in entries.items():
        fields = {
            "round_id": content["round"],
            "line": entry["line"],
            "organisation_id": entry["organisation"],
            "value": _exact(entry),
            "source": entry["source"],
            "retired": False,
        }
        follow.brings(code, entry, fields)
    gone = [follow.rows[code].pk for code in follow.gone()]
    ReferenceValue.objects.filter(pk__in=gone).update(retired=True)
    return follow.changes


def check_values(file: Path, content: Mapping[str, Any], lines: Lines, kinds: Mapping[str, str]) -> None:
    """Shape, each value once, lines that are reference lines of the body's type. `kinds` by ODS code. Raises
    BadReference with the first fault."""
    check_shape(file, content, DATA / FOLDER / f"{FOLDER}.schema.json")
    if content["round"] != file.stem:
        raise BadReference(file, content["round"], "round is the file's name.")
    stand_once(file, [f"{entry['organisation']} {entry['line']}" for entry in content["values"]])
    for entry in content["values"]:
        name = f"{entry['organisation']} {entry['line']}"
        if entry["line"] not in lines or lines[entry["line"]].required != REFERENCE:
            raise BadReference(file, name, "line: it is not a reference line of the round.")
        if kinds.get(entry["organisation"]) not in lines[entry["line"]].types:
            raise BadReference(file, name, "organisation: no body with that line has this code.")
        if entry["value"] < 0:
            raise BadReference(file, name, "value: it is zero or more.")


def values_from_files(round_code: str) -> Values:
    """A round's values straight from the file, without the store; empty where there is none."""
    file = DATA / FOLDER / f"{round_code}.yaml"
    if not file.exists():
        return {}
    content = read_reference(file)
    kinds = {entry["organisation"]: "icb" for entry in content["values"]}
    check_values(file, content, lines_from_files(round_code), kinds)
    return {(entry["organisation"], entry["line"]): _exact(entry) for entry in content["values"]}


def _exact(entry: Mapping[str, Any]) -> int:
    return scaled(Decimal(str(entry["value"])))
