"""Reads the guidance and target files, checks them against the line catalogue, and brings the store to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from planning.registry.catalogue import codes_of
from planning.registry.files import (
    BadReference,
    FollowsFile,
    check_shape,
    read_reference,
    rounds_with,
)
from planning.registry.lines import Lines
from planning.registry.reference import Changes, load_versions, register_loader
from targets.guidance import GuidanceDocument, TargetVersion

DATA = Path(__file__).resolve().parent / "data"
LONGEST_QUOTE = 20  # words: the operative ones, not the passage


def register() -> None:
    """Called when Django starts: documents before the targets that cite them, lines before both."""
    register_loader(40, "guidance documents", load_documents)
    register_loader(41, "targets", load_targets)


def load_documents(overwrite: frozenset[str]) -> Changes:
    """Every version of a guidance document that a round's file declares."""
    follow = FollowsFile(GuidanceDocument, "code", overwrite)
    for round_code in rounds_with(DATA, "*.yaml"):
        for entry in _file(round_code)["documents"]:
            fields = {**entry, "issued_by_id": entry["issued_by"]}
            del fields["issued_by"]
            follow.brings(entry["code"], entry, fields)
    return follow.changes


def load_targets(overwrite: frozenset[str]) -> Changes:
    """Every round's targets."""
    changes = Changes()
    for round_code in rounds_with(DATA, "*.yaml"):
        entries = target_entries(round_code, Lines.load(round_code))
        changes.add(load_versions(TargetVersion, round_code, entries, overwrite))
    return changes


def target_entries(round_code: str, lines: Lines) -> list[dict[str, Any]]:
    """The round's targets as `Target.from_entry` reads them, the document's title and version filled in.
    Raises BadReference for a line, document or shape that is wrong."""
    path, content = DATA / f"{round_code}.yaml", _file(round_code)
    documents = {document["code"]: document for document in content["documents"]}
    entries = []
    for entry in content["targets"]:
        check_target(path, entry, documents, lines)
        entries.append({**entry, "source": _source(entry["source"], documents)})
    return entries


def check_target(path: Path, entry: Mapping[str, Any], documents: Mapping[str, Any], lines: Lines) -> None:
    """One entry as the file has it. Raises BadReference with the first fault."""
    check_shape(path, entry, DATA / "target.schema.json")
    code, source = entry["code"], entry["source"]
    if source["document"] not in documents:
        raise BadReference(path, code, f"{source['document']} is not a document of this file.")
    if len(source["quote"].split()) > LONGEST_QUOTE:
        raise BadReference(path, code, f"the quote has more than {LONGEST_QUOTE} words.")
    for term in _measured(entry["measure"]):
        codes_of(path, code, term, lines)
    if not set(entry.get("indicator_levels", [])) <= set(entry["levels"]):
        raise BadReference(path, code, "indicator_levels are among its levels.")


def _measured(measure: Mapping[str, Any]) -> Iterator[str]:
    for name in ("numerator", "denominator", "system_denominator", "line", "less", "mean", "weight"):
        value = measure.get(name, [])
        yield from [value] if isinstance(value, str) else value


def _source(source: Mapping[str, str], documents: Mapping[str, Any]) -> dict[str, str]:
    document = documents[source["document"]]
    return {
        "document": document["title"],
        "version": document["version"],
        "section": source["section"],
        "quote": source["quote"],
        "document_code": document["code"],
    }


def _file(round_code: str) -> Mapping[str, Any]:
    path = DATA / f"{round_code}.yaml"
    content: Mapping[str, Any] = read_reference(path)
    if not {"documents", "targets"} <= set(content):
        raise BadReference(path, "", "needs documents and targets.")
    return content
