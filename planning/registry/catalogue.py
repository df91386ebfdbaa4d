"""The line catalogue from its files: sections' defaults filled in, families written out, formulas checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from planning.registry.changes import CHANGES, with_changes
from planning.registry.files import DATA, BadReference, check_shape, read_reference
from planning.registry.lines import Line, Lines, terms
from planning.registry.rounds import RETURNS

FAMILIES = ("staff_groups", "diagnostic_tests", "ethnic_groups")  # each a file of codes and names
Family = Sequence[Mapping[str, str]]
_ODS_PARTNER = re.compile(r"@[A-Z0-9]+$")


def line_entries(round_code: str) -> list[dict[str, Any]]:
    """The round's lines as `Line.from_entry` reads them, in the order of the workbooks: activity, workforce,
    finance. Sections' defaults are filled in and staff groups written out; a round whose folder holds
    `changes.yaml` takes the lines of the round that it follows. Raises BadReference."""
    folder = DATA / "lines" / round_code
    file = folder / CHANGES
    found = _changed(file, read_reference(file)) if file.exists() else _declared(folder)
    check_lines(folder, found)
    return found


def _declared(folder: Path) -> list[dict[str, Any]]:
    families = {name: read_reference(folder / f"{name}.yaml") for name in FAMILIES}
    found: list[dict[str, Any]] = []
    for return_kind in RETURNS:
        file = folder / f"{return_kind}.yaml"
        found.extend(_entries_of(file, read_reference(file), families))
    return found


def _changed(file: Path, document: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = with_changes(file, line_entries(document["from"]), document)
    for entry in found:
        entry.setdefault("source", _source(entry))
        check_shape(file, entry, DATA / "lines" / "line.schema.json")
    order = {return_kind: at for at, return_kind in enumerate(RETURNS)}
    return sorted(found, key=lambda entry: order[entry["return"]])


def lines_from_files(round_code: str) -> Lines:
    """The catalogue straight from its files, without the store."""
    return Lines(
        round_code,
        [Line.from_entry(entry, at) for at, entry in enumerate(line_entries(round_code))],
    )


def _entries_of(
    file: Path, content: Mapping[str, Any], families: Mapping[str, Family]
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
                for entry in _written_out(file, whole, families):
                    entry.setdefault("source", _source(entry))
                    check_shape(file, entry, DATA / "lines" / "line.schema.json")
                    yield entry


def _written_out(
    file: Path, entry: dict[str, Any], families: Mapping[str, Family]
) -> Iterator[dict[str, Any]]:
    """The entry itself, or one for each member of the family that it is declared for."""
    family = entry.pop("for", "")
    if family and family not in families:
        raise BadReference(file, entry["code"], f"{family} is not one of {', '.join(families)}.")
    for member in families[family] if family else ():
        yield {key: _filled(value, member) for key, value in entry.items()}
    if not family:
        yield entry


def _filled(value: Any, member: Mapping[str, str]) -> Any:
    if not isinstance(value, str):
        return value
    return value.replace("{group}", member["name"]).replace("{g}", member["code"])


def _source(entry: Mapping[str, Any]) -> str:
    if entry.get("nhse_ref"):
        return f"NHS England measure code {entry['nhse_ref']}, as read in 2024/25; an alias for this round"
    return "The project's own code: no public code was found"


def check_lines(folder: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    """Codes that stand once, links and formulas that resolve. Raises BadReference with the first fault."""
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
        if code and not (code in lines and _goes_with(line, name, lines[code])):
            raise BadReference(
                file,
                line.code,
                f"its {name} {code} is not a line of the same organisations.",
            )
    if (line.over_time == "wmean") != bool(line.weight):
        raise BadReference(file, line.code, "a weighted mean, and only that, needs a weight.")
    if line.is_per_partner != line.code.endswith("@"):
        raise BadReference(file, line.code, "a partner line, and only that, ends in @.")
    if line.is_per_partner and {kind for kind, _ in line.partners} != line.types:
        raise BadReference(file, line.code, "a partner line says for each of its types who the partners are.")
    if not line.optional_for <= line.types:
        raise BadReference(file, line.code, "it is optional for a type that does not have it.")


def _goes_with(line: Line, name: str, other: Line) -> bool:
    """Every type has the other line too; but what an ICB buys of a partner is part of no line of its own."""
    types = line.types - {"icb"} if line.is_per_partner and name == "of_which" else line.types
    return types <= other.types


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
