"""The guidance files: one a document version, each with the document, its targets and its assurances.

They are checked whole before anything of them is stored: every fault is a `BadReference` that names the file,
the entry and what is wrong.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from planning.registry import periods
from planning.registry.catalogue import codes_of
from planning.registry.files import BadReference, check_shape, read_reference, rounds_with, stand_once
from planning.registry.lines import Lines
from targets.guidance.documents import STANDINGS

DATA = Path(__file__).resolve().parent.parent / "data"
LONGEST_QUOTE = 20  # words: the operative ones, not the passage
PARTS = frozenset({"document", "targets", "assurances"})


@dataclass(frozen=True)
class GuidanceFile:
    """One file as read, with the document's defaults filled in."""

    path: Path
    round: str
    document: dict[str, Any]
    targets: list[dict[str, Any]]
    assurances: list[dict[str, Any]]


def guidance_files(data: Path = DATA) -> list[GuidanceFile]:
    """Every file of every round, each checked for its shape: oldest round first, and of a round what is
    published before drafts, expectations and local papers. Raises BadReference."""
    found = [
        _read(path, round_code, path.stat().st_mtime_ns)
        for round_code in rounds_with(data, "*-*")
        for path in sorted((data / round_code).glob("*.yaml"))
    ]
    return sorted(found, key=lambda file: (file.round, *_place(file.document)))


def _place(document: Mapping[str, Any]) -> tuple[int, str]:
    standings = [code for code, _ in STANDINGS]
    return standings.index(document["standing"]), str(document["valid_from"])


@lru_cache(maxsize=64)
def _read(path: Path, round_code: str, changed_at: int) -> GuidanceFile:
    """One file, read again when it has changed: documents, targets and assurances each load from it."""
    content = read_reference(path)
    if not isinstance(content, Mapping) or "document" not in content:
        raise BadReference(path, "", "needs a document, and its targets or assurances.")
    for name in content:
        if name not in PARTS:
            raise BadReference(path, name, f"is not one of {', '.join(sorted(PARTS))}.")
    document = {"valid_from": content["document"].get("published_on"), **content["document"]}
    check_shape(path, document, DATA / "document.schema.json")
    targets = [_filled(entry, document, round_code) for entry in content.get("targets") or ()]
    assurances = [_sourced(entry, document) for entry in content.get("assurances") or ()]
    return GuidanceFile(path, round_code, document, targets, assurances)


def _filled(entry: Mapping[str, Any], document: Mapping[str, Any], round_code: str) -> dict[str, Any]:
    """What every target of a document shares need not stand in each of them."""
    issuer = document["issued_by"]
    found = {"status": document["standing"], "issued_by": issuer, **entry}
    if document["standing"] in ("local", "expected") and issuer != "X24":
        found.setdefault("systems", [issuer])
    if found.get("answered_by") == "attestation" and "effect" not in found:
        months = periods.codes(round_code)
        found["effect"] = {"kind": "year_total", "from": months[periods.APRIL], "to": months[periods.MARCH]}
    return found


def _sourced(entry: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    source = {
        "document": document["title"],
        "version": document["version"],
        "document_code": document["code"],
    }
    return {**entry, "source": {**entry.get("source", {}), **source}}


def stored(file: GuidanceFile) -> list[dict[str, Any]]:
    """The file's targets as `Target.from_entry` reads them: the document's title and version filled in."""
    return [_sourced(entry, file.document) for entry in file.targets]


# --- what must hold ------------------------------------------------------------------------------------
def check_files(files: Sequence[GuidanceFile], lines: Mapping[str, Lines]) -> None:
    """Everything that must hold of all files together. `lines` by round. Raises BadReference, the first fault."""
    for file in files:
        check_file(file, lines[file.round])
    _stand_once_of_all(files)
    check_validity(files)
    check_supersession(files)


def check_file(file: GuidanceFile, lines: Lines) -> None:
    """One file on its own: shapes, lines, quotes, codes that stand once. Raises BadReference."""
    stand_once(file.path, [entry.get("code", "?") for entry in [*file.targets, *file.assurances]])
    for entry in file.targets:
        check_target(file.path, entry, lines)
    for entry in file.assurances:
        source = {name: entry["source"][name] for name in ("section", "quote") if name in entry["source"]}
        check_shape(file.path, {**entry, "source": source}, DATA / "assurance.schema.json")
        _check_quote(file.path, entry)


def check_target(path: Path, entry: Mapping[str, Any], lines: Lines) -> None:
    """One entry as the file has it. Raises BadReference with the first fault."""
    check_shape(path, entry, DATA / "target.schema.json")
    code = entry["code"]
    _check_quote(path, entry)
    _check_answer(path, entry)
    for measured in (entry, *entry.get("parts", ())):
        for name, term in _terms(measured):
            try:
                codes_of(path, code, term, lines)
            except BadReference as error:
                raise BadReference(path, code, f"{name}: {error.what}") from error
    if not set(entry.get("indicator_levels", [])) <= set(entry["levels"]):
        raise BadReference(path, code, "indicator_levels: they are among its levels.")
    _check_effect(path, entry)
    _check_threshold(path, entry)


def _check_quote(path: Path, entry: Mapping[str, Any]) -> None:
    if len(entry["source"]["quote"].split()) > LONGEST_QUOTE:
        raise BadReference(path, entry["code"], f"source.quote: it has more than {LONGEST_QUOTE} words.")


def _check_answer(path: Path, entry: Mapping[str, Any]) -> None:
    """One that its returns answer is measured, by itself or in parts; one that is attested is not."""
    attested = entry.get("answered_by") == "attestation"
    for name in ("measure", "parts"):
        if attested and name in entry:
            raise BadReference(path, entry["code"], f"{name}: what is attested is not measured.")
    if attested or ("parts" in entry and "measure" not in entry):
        return
    if "parts" in entry:
        raise BadReference(path, entry["code"], "parts: it has a measure of its own beside them.")
    for name in ("measure", "comparator", "unit", "gap_unit"):
        if name not in entry:
            raise BadReference(path, entry["code"], f"{name}: what a return answers needs one.")


def _check_effect(path: Path, entry: Mapping[str, Any]) -> None:
    effect = entry["effect"]
    if effect["from"] > effect["to"]:
        raise BadReference(path, entry["code"], "effect: it ends before it begins.")
    effective = entry.get("effective", {})
    if effective.get("to") and effective.get("from", "") >= effective["to"]:
        raise BadReference(path, entry["code"], "effective: it ends before it begins.")


def _check_threshold(path: Path, entry: Mapping[str, Any]) -> None:
    """A comparison needs something to compare with; a direction needs nothing."""
    for at, judged in enumerate(entry.get("parts") or (entry,)):
        comparator = judged.get("comparator", "")
        where = f"parts.{at}.threshold" if "parts" in entry else "threshold"
        if not comparator or comparator in ("increase", "decrease"):
            continue
        if not any(judged.get(name) is not None for name in ("threshold", "threshold_from", "steps")):
            raise BadReference(path, entry["code"], f"{where}: {comparator} needs one, or a threshold_from.")


def _terms(measured: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    measure = measured.get("measure", {})
    for name in ("numerator", "denominator", "system_denominator", "line", "less", "mean", "weight"):
        value = measure.get(name, [])
        for term in [value] if isinstance(value, str) else value:
            yield f"measure.{name}", term
    source = measured.get("threshold_from")
    if isinstance(source, Mapping):
        yield "threshold_from.line", source["line"]


def _stand_once_of_all(files: Sequence[GuidanceFile]) -> None:
    """A document's code stands once; a target's code stands in one round alone, an assurance's is no target's."""
    rounds: dict[str, tuple[str, str]] = {}
    documents: dict[str, Path] = {}
    for file in files:
        code = file.document["code"]
        if code in documents:
            raise BadReference(file.path, code, f"code: {documents[code].name} has a document of that code.")
        documents[code] = file.path
        for kind, entries in (("target", file.targets), ("assurance", file.assurances)):
            for entry in entries:
                known = rounds.setdefault(entry["code"], (file.round, kind))
                if known != (file.round, kind):
                    raise BadReference(
                        file.path,
                        entry["code"],
                        f"code: it is that of a{'n' if known[1][0] == 'a' else ''} {known[1]} of {known[0]}.",
                    )


def check_validity(files: Sequence[GuidanceFile]) -> None:
    """Versions of one document follow one another: none begins before the one before it has ended. One that
    says nothing of its end holds until the next begins. Raises BadReference."""
    series: dict[str, list[GuidanceFile]] = {}
    for file in files:
        series.setdefault(file.document["series"], []).append(file)
    for versions in series.values():
        ordered = sorted(versions, key=lambda file: str(file.document["valid_from"]))
        for earlier, later in itertools.pairwise(ordered):
            _must_follow(earlier, later)
    for file in files:
        ends = file.document.get("valid_to")
        if ends and date.fromisoformat(ends) <= date.fromisoformat(file.document["valid_from"]):
            raise BadReference(file.path, file.document["code"], "valid_to: it ends before it begins.")


def _must_follow(earlier: GuidanceFile, later: GuidanceFile) -> None:
    begins = later.document["valid_from"]
    ends = earlier.document.get("valid_to") or begins
    if begins == earlier.document["valid_from"] or ends > begins:
        raise BadReference(
            later.path,
            later.document["code"],
            f"valid_from: it overlaps {earlier.document['code']}, which holds until {ends}.",
        )


def check_supersession(files: Sequence[GuidanceFile]) -> None:
    """Every code superseded is a target's, and nothing takes the place of itself, however far round. Raises
    BadReference."""
    after: dict[str, list[str]] = {}
    where: dict[str, Path] = {}
    known = {entry["code"] for file in files for entry in file.targets}
    for file in files:
        for entry in file.targets:
            given = entry.get("supersedes", ())
            for code in [given] if isinstance(given, str) else given:
                if code not in known:
                    raise BadReference(file.path, entry["code"], f"supersedes: {code} is no target.")
                after.setdefault(entry["code"], []).append(code)
                where[entry["code"]] = file.path
    for code in after:
        circle = _circle(code, after)
        if circle:
            raise BadReference(where[code], code, f"supersedes: {' supersedes '.join(circle)}, a circle.")


def _circle(code: str, after: Mapping[str, Iterable[str]]) -> list[str]:
    """The way from a code back to itself, empty where there is none."""
    ways: list[list[str]] = [[code]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for following in after.get(way[-1], ()):
            if following == code:
                return [*way, code]
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return []
