"""Today's figures of a body's lines, as stored: what a change is laid over. Loads no array."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from planning.people.access import Scope
from planning.registry.lines import REFERENCE, Line, Lines, terms
from planning.registry.organisations import Organisation
from planning.registry.rounds import RETURNS
from submissions.returns import expected_lines, partners_of
from submissions.scenarios.changing import CannotChange, Change, changed, may_change
from submissions.uploads import Value
from submissions.versions import Version, current_versions
from submissions.visible import visible_values
from submissions.wording import RETURN_NAMES

KIND_NAMES = {
    "ac": "acute trusts",
    "mh": "mental health and community trusts",
    "am": "ambulance trusts",
    "icb": "ICBs",
}


@dataclass(frozen=True)
class Today:
    """One organisation's lines in a round and the versions that hold their figures."""

    organisation: Organisation
    catalogue: Lines
    lines: dict[str, Line]
    versions: dict[str, Version]  # by return

    def line(self, code: str) -> Line:
        """A line that somebody may change: entered, of this organisation's returns, and returned. Raises
        CannotChange, saying what to do instead."""
        line = self.lines.get(code)
        if line is None:
            raise CannotChange("line", self._why_not(code))
        may_change(line, self.organisation.kind, self._parts(line))
        if line.return_kind not in self.versions:
            name = RETURN_NAMES[line.return_kind]
            raise CannotChange(
                "line", f"{name} not returned: {self.organisation.short_name} has no current version of it"
            )
        return line

    def _why_not(self, code: str) -> str:
        if not code:
            return "Choose a line"
        if code not in self.catalogue:
            year = self.catalogue.round.replace("-", "/")
            return f"There is no line {code} in {year}. Search for it by its code or its name"
        line = self.catalogue[code]
        if line.required == REFERENCE:
            return f"{code} is known to the service and stands in no return, so no plan can change it"
        held = ", ".join(KIND_NAMES[kind] for kind in KIND_NAMES if kind in line.types)
        return f"{code} is a line of {held}: it is not in the returns of {self.organisation.short_name}"

    def _parts(self, line: Line) -> list[str]:
        """The lines in a formula, families written out."""
        found: list[str] = []
        for _, term in terms(line.formula_for(self.organisation.kind)):
            family = term.endswith("*")
            found += [code for code in self.lines if code.startswith(term[:-1])] if family else [term]
        return [code for code in found if code in self.lines]


def today_of(organisation: Organisation, lines: Lines, versions: Iterable[Version] | None = None) -> Today:
    """Its lines and current versions. Two queries, one where the versions are given."""
    partners = partners_of(organisation)
    expected = [line for kind in RETURNS for line in expected_lines(lines, organisation, kind, partners)]
    current = current_versions(lines.round, [organisation.ods]) if versions is None else versions
    mine = {version.return_kind: version for version in current if version.organisation == organisation.ods}
    return Today(organisation, lines, {line.code: line for line in expected}, mine)


def figures_of(scope: Scope, today: Today, codes: Iterable[str]) -> dict[str, Value]:
    """The stored rows of some lines by code, of the versions that count and that the asker may see. One query."""
    uploads = [version.upload for version in today.versions.values()]
    rows = visible_values(scope).filter(upload_id__in=uploads, line__in=list(codes))
    return {row.line: row for row in rows}


def try_changes(scope: Scope, today: Today, changes: Sequence[Change]) -> None:
    """Make changes of one organisation one after another, and keep nothing. Raises CannotChange. One query."""
    for change in changes:
        today.line(change.line)
    make(today, figures_of(scope, today, [change.line for change in changes]), changes)


def make(
    today: Today, rows: Mapping[str, Value], changes: Sequence[Change]
) -> dict[str, tuple[list[int | None], str]]:
    """The figures and letters of each changed line, changes made one after another. Raises CannotChange."""
    held: dict[str, tuple[list[int | None], str]] = {}
    for change in changes:
        line, row = today.line(change.line), rows.get(change.line)
        if row is None:
            version = today.versions[line.return_kind].number
            raise CannotChange(
                "line", f"{line.code} is not in {line.return_kind} version {version}, the one that counts"
            )
        figures, states = held.get(line.code, (row.figures, row.states))
        held[line.code] = changed(line, figures, states, change, today.catalogue.round)
    return held
