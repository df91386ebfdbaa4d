"""Brings the store to what the guidance files say: documents, then their targets and assurances."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from planning.registry.files import FollowsFile
from planning.registry.lines import Lines
from planning.registry.reference import Changes, load_versions, register_loader
from targets.guidance.documents import AssuranceVersion, DocumentEntry, GuidanceDocument, TargetVersion
from targets.guidance.files import GuidanceFile, check_files, guidance_files, stored


def register() -> None:
    """Called when Django starts: documents before the targets that cite them, lines before both."""
    register_loader(40, "guidance documents", load_documents)
    register_loader(41, "targets", load_targets)
    register_loader(42, "assurances", load_assurances)


def checked_files() -> list[GuidanceFile]:
    """Every guidance file, all of them held against the catalogue and one another. Raises BadReference."""
    files = guidance_files()
    check_files(files, {code: Lines.load(code) for code in {file.round for file in files}})
    return files


def load_documents(overwrite: frozenset[str]) -> Changes:
    """Every version of a guidance document; one whose file is gone is retired."""
    follow = FollowsFile(GuidanceDocument, "code", overwrite)
    for position, file in enumerate(checked_files()):
        entry = file.document
        fields = {
            "in_part": False,
            "adopts": {},
            "notes": [],
            "valid_to": None,
            **entry,
            "round_id": file.round,
            "issued_by_id": entry["issued_by"],
            "position": position,
            "retired": False,
        }
        del fields["issued_by"]
        follow.brings(entry["code"], {**entry, "position": position}, fields)
    GuidanceDocument.objects.filter(pk__in=follow.gone()).update(retired=True)
    return follow.changes


def load_targets(overwrite: frozenset[str]) -> Changes:
    """Every document's targets."""
    files = guidance_files()
    return _load(TargetVersion, ((file, stored(file)) for file in files), overwrite)


def load_assurances(overwrite: frozenset[str]) -> Changes:
    """Every document's key actions and supporting plans."""
    files = guidance_files()
    return _load(AssuranceVersion, ((file, file.assurances) for file in files), overwrite)


def _load(
    model: type[DocumentEntry],
    files: Iterable[tuple[GuidanceFile, list[dict[str, Any]]]],
    overwrite: frozenset[str],
) -> Changes:
    changes = Changes()
    for file, entries in files:
        found = load_versions(model, file.round, entries, overwrite, document_id=file.document["code"])
        changes.add(found)
    return changes
