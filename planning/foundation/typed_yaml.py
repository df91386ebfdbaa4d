"""What somebody types into a form as YAML, read within bounds: a page waits for it, and PyYAML's time grows with the
square of the depth."""

from __future__ import annotations

from typing import Any

import yaml

LONGEST, DEEPEST = 60_000, 12  # characters; lists and mappings within each other
_LARGEST = 10**15
_OPENS, _CLOSES = (
    (yaml.SequenceStartEvent, yaml.MappingStartEvent),
    (yaml.SequenceEndEvent, yaml.MappingEndEvent),
)


def yaml_typed(text: str, longest: int = LONGEST) -> Any:
    """What the text says. Raises ValueError with what to put right, in one line of bounded length."""
    if len(text) > longest:
        raise ValueError(f"use {longest:,} characters or fewer")
    try:
        _check_bounds(text)
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:  # ValueError: no such day
        raise ValueError(" ".join(str(error).split())[:300]) from error
    _check_plain(found)
    return found


def _check_bounds(text: str) -> None:
    """Event by event, and no further than the first fault."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise ValueError("write everything out: aliases are not read")
        depth += isinstance(event, _OPENS) - isinstance(event, _CLOSES)
        if depth > DEEPEST:
            raise ValueError(f"lists and mappings stand at most {DEEPEST} deep within each other")


def _check_plain(found: Any) -> None:
    """Names and values as a stored declaration has them."""
    if isinstance(found, dict):
        for name, value in found.items():
            if not isinstance(name, str):
                raise ValueError(f"put the name {str(name)[:40]} in quotes")
            _check_plain(value)
    elif isinstance(found, list):
        for value in found:
            _check_plain(value)
    else:
        _check_value(found)


def _check_value(found: Any) -> None:
    if isinstance(found, int | float) and not abs(found) < _LARGEST:  # nor NaN
        raise ValueError("enter a smaller number; .inf and .nan are none")
    if not isinstance(found, str | int | float | None):
        raise ValueError(f"put {str(found)[:40]} in quotes: only words, numbers, yes and no are read")
