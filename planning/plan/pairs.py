"""Comparisons that follow from the catalogue: what a rule's `pairs` stand for, written out line by line.

pairs:
  - {whole: denominator, grain: all, except: [E.T.5N]}    # each numerator is at most its denominator
  - {whole: of_which, grain: all, except: ["LOC.RTT*"]}   # each part is at most the line it is part of
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from planning.registry.lines import Line, Lines


def with_pairs(entry: Mapping[str, Any], lines: Lines) -> dict[str, Any]:
    """The entry with its pairs as comparisons behind its own: what is stored, and what the rule book shows."""
    found = {key: value for key, value in entry.items() if key != "pairs"}
    pairs = [each for pair in entry.get("pairs", ()) for each in _comparisons(entry, pair, lines)]
    return {**found, "comparisons": [*entry.get("comparisons", ()), *pairs]} if pairs else found


def _comparisons(entry: Mapping[str, Any], pair: Mapping[str, Any], lines: Lines) -> Iterator[dict[str, Any]]:
    """Of entered lines in the rule's returns, each with its whole: those that both take one sign, compared in
    size. A sum is left to its parts; a line that may take either sign is a part of nothing; what no return
    holds (the population) is no whole but what a rate is made with."""
    for line in lines.values():
        whole = lines.get(getattr(line, pair["whole"]))
        if whole is None or whole.required == "reference":
            continue
        if line.is_computed or line.return_kind not in entry["returns"]:
            continue
        if any(fnmatchcase(line.code, pattern) for pattern in pair.get("except", ())):
            continue
        types = sorted(line.types & whole.types & set(entry.get("types", line.types)))
        if types and line.sign == whole.sign != "any":
            yield _at_most(line, whole, pair["grain"], types)


def _at_most(line: Line, whole: Line, grain: str, types: list[str]) -> dict[str, Any]:
    """The rows of all partners together are a part of the whole; those left blank count as nothing."""
    minus = "-" if line.sign == "-" else ""
    found: dict[str, Any] = {
        "left": f"{minus}{line.code}{'*' if line.is_per_partner else ''}",
        "operator": "<=",
        "right": f"{minus}{whole.code}",
        "grain": grain,
        "types": types,
    }
    return found | ({"missing": "zero"} if line.is_per_partner else {})
