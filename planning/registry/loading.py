"""Reads planning's reference files, checks them, and brings the store to what they say.

Every fault stops the load with `BadReference`, which names the file, the entry and what is wrong.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.db.models import Model

from planning.registry.lines import Line, Lines, LineVersion, terms
from planning.registry.organisations import ICB, TRUST_TYPES, Membership, Organisation
from planning.registry.reference import Changes, digest_of, load_versions, read_file, register_loader
from planning.registry.rounds import RETURNS, Parameter, Round, Stage, SystemRound

LONDON = ZoneInfo("Europe/London")
DATA = Path(__file__).resolve().parent.parent / "data"
_ODS_PARTNER = re.compile(r"@[A-Z0-9]+$")


class BadReference(Exception):
    """A reference file that is wrong. The message is one sentence for the person who edits the file."""

    def __init__(self, file: Path | str, entry: str, what: str) -> None:
        self.file, self.entry, self.what = Path(file).name, entry, what
        place = f"{_short(file)}, {entry}" if entry else _short(file)
        super().__init__(f"{place}: {what}")


def _short(file: Path | str) -> str:
    """`lines/2023-24/activity.yaml`: enough of the path to find the file."""
    parts = Path(file).parts
    return "/".join(parts[parts.index("data") + 1 :] if "data" in parts else parts[-1:])


def rounds_with(folder: Path, pattern: str) -> list[str]:
    """The round codes that have a file or folder there, oldest first."""
    return sorted(path.stem for path in folder.glob(pattern) if re.fullmatch(r"\d{4}-\d{2}", path.stem))


def read_reference(file: Path) -> Any:
    """One YAML file. Raises BadReference, with line and column, for one that is not YAML."""
    try:
        return read_file(file)
    except yaml.YAMLError as error:
        raise BadReference(file, "", f"this is not YAML: {' '.join(str(error).split())}") from error


@lru_cache
def _schema(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def check_shape(file: Path, entry: Mapping[str, Any], schema: Path) -> None:
    """Holds an entry against its JSON schema. Raises BadReference with the first fault."""
    from jsonschema import Draft202012Validator  # only loading needs it

    faults = sorted(
        Draft202012Validator(_schema(schema)).iter_errors(entry),
        key=lambda fault: list(fault.path),
    )
    if faults:
        where = ".".join(str(part) for part in faults[0].path)
        raise BadReference(
            file,
            str(entry.get("code", "?")),
            f"{where + ': ' if where else ''}{faults[0].message}",
        )


# --- lines -----------------------------------------------------------------------------------------


def line_entries(round_code: str) -> list[dict[str, Any]]:
    """The round's lines as `Line.from_entry` reads them, in the order of the workbooks: activity, workforce,
    finance. Sections' defaults are filled in and staff groups written out. Raises BadReference."""
    folder = DATA / "lines" / round_code
    groups = read_reference(folder / "staff_groups.yaml")
    found: list[dict[str, Any]] = []
    for return_kind in RETURNS:
        file = folder / f"{return_kind}.yaml"
        found.extend(_entries_of(file, read_reference(file), groups))
    _check_lines(folder, found)
    return found


def lines_from_files(round_code: str) -> Lines:
    """The catalogue straight from its files, without the store."""
    return Lines(
        round_code,
        [Line.from_entry(entry, at) for at, entry in enumerate(line_entries(round_code))],
    )


def _entries_of(
    file: Path, content: Mapping[str, Any], groups: Sequence[Mapping[str, str]]
) -> Iterator[dict[str, Any]]:
    for sheet in content["sheets"]:
        for section in sheet["sections"]:
            defaults = {key: value for key, value in section.items() if key != "lines"}
            for declared in section["lines"]:
                whole = {
                    "return": content["return"],
                    "sheet": sheet["sheet"],
                    **defaults,
                    **declared,
                }
                for entry in _written_out(whole, groups):
                    entry.setdefault("source", _source(entry))
                    check_shape(file, entry, DATA / "lines" / "line.schema.json")
                    yield entry


def _written_out(entry: dict[str, Any], groups: Sequence[Mapping[str, str]]) -> Iterator[dict[str, Any]]:
    """The entry itself, or one for each staff group."""
    if entry.pop("for", "") != "staff_groups":
        yield entry
        return
    for group in groups:
        yield {key: _filled(value, group) for key, value in entry.items()}


def _filled(value: Any, group: Mapping[str, str]) -> Any:
    if not isinstance(value, str):
        return value
    return value.replace("{group}", group["name"]).replace("{g}", group["code"])


def _source(entry: Mapping[str, Any]) -> str:
    if entry.get("nhse_ref"):
        return f"NHS England measure code {entry['nhse_ref']}, as read in 2024/25; an alias for this round"
    return "The project's own code: no public code was found"


def _check_lines(folder: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    lines: dict[str, Line] = {}
    for entry in entries:
        if entry["code"] in lines:
            raise BadReference(folder, entry["code"], "this code stands twice.")
        lines[entry["code"]] = Line.from_entry(entry)
    for line in lines.values():
        file = folder / f"{line.return_kind}.yaml"
        _check_links(file, line, lines)
        for formula, types in (
            (line.formula, line.types),
            (line.formula_icb, line.types & {"icb"}),
        ):
            if formula:
                held_by = types - {"icb"} if line.formula_icb and formula is line.formula else types
                _check_formula(file, line, formula, held_by, lines)


def _check_links(file: Path, line: Line, lines: Mapping[str, Line]) -> None:
    for name in ("weight", "denominator", "of_which"):
        code = getattr(line, name)
        if code and (code not in lines or not line.types <= lines[code].types):
            raise BadReference(
                file,
                line.code,
                f"its {name} {code} is not a line of the same organisations.",
            )
    if (line.over_time == "wmean") != bool(line.weight):
        raise BadReference(file, line.code, "a weighted mean, and only that, needs a weight.")
    if bool(line.partner) != line.code.endswith("@"):
        raise BadReference(file, line.code, "a partner line, and only that, ends in @.")


def _check_formula(
    file: Path,
    line: Line,
    formula: str,
    held_by: frozenset[str],
    lines: Mapping[str, Line],
) -> None:
    """Every part is a line of the same return, held by every type of organisation that has the sum."""
    parts = codes_of(file, line.code, formula, lines)
    for code in parts:
        part = lines[code]
        if code == line.code:
            raise BadReference(file, line.code, "its formula contains itself.")
        if part.return_kind != line.return_kind or not held_by <= part.types:
            raise BadReference(
                file,
                line.code,
                f"{code} in its formula is not in every return that has the sum.",
            )


def codes_of(file: Path, entry: str, formula: str, lines: Iterable[str]) -> list[str]:
    """The codes that a signed sum rests on, families written out and `F.INC.ICB@QU9` as its declaration.
    Raises BadReference for one that no line has."""
    known = list(lines)
    try:
        parts = [code for _, code in terms(formula)]
    except ValueError as error:
        raise BadReference(file, entry, str(error)) from error
    found: list[str] = []
    for part in parts:
        declared = _ODS_PARTNER.sub("@", part)
        family = [code for code in known if code.startswith(part[:-1])] if part.endswith("*") else [declared]
        if not family or any(code not in known for code in family):
            raise BadReference(file, entry, f"{part} is not a line of the round.")
        found.extend(family)
    return found


# --- the store -------------------------------------------------------------------------------------


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
    return follow.changes


def _bring_memberships(ods: str, memberships: Sequence[Mapping[str, Any]]) -> None:
    """Removed first: a trust may change its host, and has one at a time."""
    kept = {row["system"]: row["role"] for row in memberships}
    for row in Membership.objects.filter(organisation_id=ods):
        if kept.get(row.system_id) != row.role:
            row.delete()
    for row in memberships:
        fields = {"role": row["role"], "counts_for": row["counts_for"], "source": row["source"]}
        Membership.objects.update_or_create(organisation_id=ods, system_id=row["system"], defaults=fields)


def check_organisations(file: Path, content: Mapping[str, Any]) -> None:
    """Shape, codes that stand once, one host a trust and none left out. Raises BadReference."""
    schema = DATA / "organisations" / "organisations.schema.json"
    check_shape(file, content, schema)
    kinds = {entry["ods"]: entry["kind"] for entry in content["organisations"]}
    _stand_once(file, [entry["ods"] for entry in content["organisations"]])
    _stand_once(file, [f"{row['organisation']} in {row['system']}" for row in content["memberships"]])
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


def _stand_once(file: Path, names: Iterable[str]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise BadReference(file, name, "stands twice.")


def load_rounds(overwrite: frozenset[str]) -> Changes:
    """Rounds with their stages, systems and parameters. Closing a stage is a person's act and is never undone."""
    changes = Changes()
    for round_code in rounds_with(DATA / "rounds", "*.yaml"):
        file = DATA / "rounds" / f"{round_code}.yaml"
        content = read_reference(file)
        check_round(file, round_code, content)
        changes.add(_load_round(content, overwrite))
        changes.add(_load_parameters(content, overwrite))
    return changes


def check_round(file: Path, round_code: str, content: Mapping[str, Any]) -> None:
    """Shape, the file's own name, dates that are dates, systems that are ICBs. Raises BadReference."""
    check_shape(file, content, DATA / "rounds" / "round.schema.json")
    if content["code"] != round_code or not isinstance(content["opens"], date):
        raise BadReference(
            file, content["code"], "code is the file's name, and opens is a date such as 2022-12-23."
        )
    _stand_once(file, [stage["code"] for stage in content["stages"]])
    _stand_once(file, [parameter["code"] for parameter in content["parameters"]])
    for stage in content["stages"]:
        _due(file, stage)
    known = set(Organisation.objects.filter(kind=ICB, retired=False).values_list("ods", flat=True))
    for ods in content["systems"]:
        if ods not in known:
            raise BadReference(file, ods, "is not the code of an ICB.")


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


def _load_parameters(content: Mapping[str, Any], overwrite: frozenset[str]) -> Changes:
    """Figures that rules read; one gone from the file is removed, unless the service edited it."""
    follow = FollowsFile(Parameter, "code", overwrite, round_id=content["code"])
    for entry in content["parameters"]:
        value = Decimal(str(entry["value"]))
        fields = {"is_assumption": False, **entry, "value": value, "round_id": content["code"]}
        follow.brings(entry["code"], entry, fields)
    follow.finish()
    Parameter.objects.filter(round_id=content["code"], code__in=follow.gone()).delete()
    return follow.changes


class FollowsFile:
    """Rows without versions that follow a file: as loaded, they change with it; edited in the service (no
    digest left), they are kept and listed unless their code is to be overwritten."""

    def __init__(self, model: type[Model], key: str, overwrite: frozenset[str], **among: Any) -> None:
        self.model, self.key, self.overwrite, self.among = model, key, overwrite, among
        self.rows = {getattr(row, key): row for row in model._default_manager.filter(**among)}
        self.seen: set[str] = set()
        self.changes = Changes()
        self.after: list[Callable[[], None]] = []  # what needs every row to be there first

    def brings(self, code: str, entry: Any, fields: Mapping[str, Any]) -> bool:
        """Writes one row where the file changed it. True where it was written."""
        self.seen.add(code)
        row, digest = self.rows.get(code), digest_of(entry)
        if row is not None and row.loaded_digest == digest and not getattr(row, "retired", False):
            return False
        if row is not None and not row.loaded_digest and code not in self.overwrite:
            self.changes.kept.append(f"{code} (edited in the service)")
            return False
        self._write(row, {**fields, "loaded_digest": digest})
        (self.changes.added if row is None else self.changes.changed).append(code)
        return True

    def _write(self, row: Any, fields: Mapping[str, Any]) -> None:
        row = row if row is not None else self.model()
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()

    def finish(self) -> None:
        for act in self.after:
            act()

    def gone(self) -> list[str]:
        """Codes that were loaded once and stand in the file no more; listed as retired."""
        codes = [
            code
            for code, row in self.rows.items()
            if code not in self.seen and row.loaded_digest and not getattr(row, "retired", False)
        ]
        self.changes.retired.extend(codes)
        return codes
