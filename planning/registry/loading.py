"""Reads planning's reference files, checks them, and brings the store to what they say.

Every fault stops the load with `BadReference`, which names the file, the entry and what is wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from planning.registry.lines import Line, Lines, terms
from planning.registry.reference import read_file
from planning.registry.rounds import RETURNS

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
