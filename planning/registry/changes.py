"""A round that follows another says what changed, and nothing else: entries removed, changed, added.

from: 2023-24
remove: [E.M.5]
change: {E.B.20: {required: optional, definition: null}}    # null takes a key away
add: [{after: E.M.9, code: E.M.40, ...}]                     # without `after` it stands last
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from planning.registry.files import BadReference

CHANGES = "changes.yaml"
_KEYS = frozenset({"from", "remove", "change", "add"})


def with_changes(
    file: Path, before: Iterable[Mapping[str, Any]], document: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The entries of the round before with this round's changes, in order. Raises BadReference for a code that
    the round before does not have, or has already."""
    unknown = sorted(set(document) - _KEYS)
    if unknown:
        raise BadReference(file, unknown[0], f"is not one of {', '.join(sorted(_KEYS))}.")
    entries = {entry["code"]: dict(entry) for entry in before}
    for code in document.get("remove", ()):
        if entries.pop(code, None) is None:
            raise BadReference(file, code, "is not there to remove.")
    for code, change in document.get("change", {}).items():
        if code not in entries:
            raise BadReference(file, code, "is not there to change.")
        merged = {**entries[code], **change}
        entries[code] = {key: value for key, value in merged.items() if value is not None}
    found = list(entries.values())
    for added in document.get("add", ()):
        _put(file, found, dict(added))
    return found


def _put(file: Path, found: list[dict[str, Any]], entry: dict[str, Any]) -> None:
    after, codes = entry.pop("after", ""), [row["code"] for row in found]
    if entry["code"] in codes:
        raise BadReference(file, entry["code"], "is there already: change it instead.")
    if after and after not in codes:
        raise BadReference(file, entry["code"], f"{after}, which it is to follow, is not there.")
    found.insert(codes.index(after) + 1 if after else len(found), entry)
