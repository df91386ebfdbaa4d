"""Reference files: read, held against their schema, and followed by rows without versions.

Every fault is a `BadReference`, which names the file, the entry and what is wrong.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from django.db.models import Model

from planning.registry.reference import Changes, digest_of, read_file

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

DATA = Path(__file__).resolve().parent.parent / "data"


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
    """One YAML file. Raises BadReference, with line and column where they are known, for one that is not YAML."""
    try:
        return read_file(file)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a day that there is not
        raise BadReference(file, "", f"this is not YAML: {' '.join(str(error).split())}") from error


@lru_cache
def _validator(schema: Path) -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # only loading needs it

    return Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))


def check_shape(file: Path, entry: Mapping[str, Any], schema: Path) -> None:
    """Holds an entry against its JSON schema. Raises BadReference with the first fault."""
    faults = sorted(_validator(schema).iter_errors(entry), key=lambda fault: list(fault.path))
    if faults:
        where = ".".join(str(part) for part in faults[0].path)
        raise BadReference(
            file,
            str(entry.get("code", "?")),
            f"{where + ': ' if where else ''}{faults[0].message}",
        )
    if where := next(_endless(entry), ""):
        raise BadReference(file, str(entry.get("code", "?")), f"{where}: this is no finite number.")


def _endless(value: Any, where: str = "") -> Iterator[str]:
    """Where numbers stand that no database keeps: `.nan`, `.inf`."""
    if isinstance(value, float) and not isfinite(value):
        yield where
    elif isinstance(value, Mapping | list):
        parts = value.items() if isinstance(value, Mapping) else enumerate(value)
        for name, part in parts:
            yield from _endless(part, f"{where}.{name}" if where else str(name))


def stand_once(file: Path, names: Iterable[str]) -> None:
    """Raises BadReference for the first name that does not."""
    for name, times in Counter(names).items():
        if times > 1:
            raise BadReference(file, name, "stands twice.")


class FollowsFile:
    """Rows without versions that follow a file: as loaded, they change with it; edited in the service (no
    digest left), they are kept and listed unless their code is to be overwritten."""

    def __init__(self, model: type[Model], key: str, overwrite: frozenset[str], **among: Any) -> None:
        self.model, self.overwrite = model, overwrite
        rows: list[Any] = list(model._default_manager.filter(**among))
        self.rows = {getattr(row, key): row for row in rows}
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
