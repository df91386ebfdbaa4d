"""Workbooks given out: an organisation's blank return, kept by what it is made from; or one with the figures of its
last version, made anew for whoever may see that version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.cache import cache

from planning.people.access import Scope
from planning.registry.actuals import Published, published_of
from planning.registry.lines import Line, Lines
from planning.registry.organisations import Organisation
from planning.registry.reference import digest_of
from submissions.identity import Identity
from submissions.layout import Figures, default_file_name, write_return
from submissions.layout.cover import CARRIED
from submissions.layout.totals import NOT_APPLICABLE, Figure, in_unit
from submissions.returns import expected_lines, return_identity
from submissions.uploads import READ, Upload, Value
from submissions.visible import visible_uploads, visible_values

KEPT_FOR = 3600  # seconds: a blank return is made again at the latest then


class NothingToIssue(LookupError):
    """That organisation has no such return, or no version to take figures from."""


@dataclass(frozen=True)
class Issued:
    """A workbook and the name that it is saved under."""

    file_name: str
    content: bytes


@dataclass(frozen=True)
class Parts:
    """What one organisation's blank return is made from."""

    organisation: Organisation
    identity: Identity
    lines: Sequence[Line]
    published: Mapping[tuple[str, int], Published]
    names: Mapping[str, str]

    @classmethod
    def of(cls, organisation: Organisation, round_code: str, return_kind: str) -> Parts:
        """From the store. Raises NothingToIssue where the organisation has no such return."""
        lines = expected_lines(Lines.load(round_code), organisation, return_kind)
        if not lines:
            raise NothingToIssue(f"{organisation.ods} has no {return_kind} return in {round_code}.")
        identity = return_identity(
            lines, round_code=round_code, organisation_ods=organisation.ods, return_kind=return_kind
        )
        published = published_of(organisation, round_code, lines)
        return cls(organisation, identity, lines, published, _partner_names(lines))

    @property
    def key(self) -> str:
        """The same for the same workbook: whose it is stands first, then all that is written in it."""
        made_from = digest_of(
            [
                settings.VERSION,
                self.identity.rows(),
                [self.organisation.name, self.organisation.kind],
                [(line.code, line.version, line.label) for line in self.lines],
                sorted((*at, known.figure, known.source) for at, known in self.published.items()),
                sorted(self.names.items()),
            ]
        )
        return f"blank-return:{self.organisation.ods}:{made_from}"

    def write(self, **filled: Any) -> bytes:
        """The workbook, filled with whatever else `write_return` takes."""
        out = BytesIO()
        given = {"published": self.published, "names": self.names, **filled}
        write_return(out, lines=self.lines, identity=self.identity, organisation=self.organisation, **given)
        return out.getvalue()


def issue(
    scope: Scope, organisation: Organisation, round_code: str, return_kind: str, *, with_last_figures: bool
) -> Issued:
    """The return to fill in, of an organisation that the asker may know of. Raises NothingToIssue."""
    if with_last_figures:
        return return_with_last_figures(scope, organisation, round_code, return_kind)
    return blank_return(organisation, round_code, return_kind)


def blank_return(organisation: Organisation, round_code: str, return_kind: str) -> Issued:
    """The blank return, the same bytes until something in it changes. Raises NothingToIssue."""
    parts = Parts.of(organisation, round_code, return_kind)
    content = cache.get(parts.key)
    if content is None:
        content = parts.write()
        cache.set(parts.key, content, KEPT_FOR)
    return Issued(default_file_name(parts.identity), content)


def return_with_last_figures(
    scope: Scope, organisation: Organisation, round_code: str, return_kind: str
) -> Issued:
    """The return filled with what the asker's own organisation last sent that could be read: figures, comments
    and contact, all open but for what is published. Never kept. Raises NothingToIssue."""
    parts = Parts.of(organisation, round_code, return_kind)
    upload = last_version(scope, organisation, round_code, return_kind)
    codes = {line.code for line in parts.lines}
    rows = [row for row in visible_values(scope).filter(upload=upload) if row.line in codes]
    content = parts.write(
        figures=figures_of(rows),
        comments={row.line: row.comment for row in rows if row.comment},
        cover={label: upload.cover[label] for label in CARRIED if upload.cover.get(label)},
    )
    return Issued(default_file_name(parts.identity), content)


def last_version(scope: Scope, organisation: Organisation, round_code: str, return_kind: str) -> Upload:
    """The latest version whose figures were kept, of a return of the asker's own. Raises NothingToIssue."""
    rows = visible_uploads(scope).filter(
        organisation__in=scope.own & {organisation.ods},
        round_id=round_code,
        return_kind=return_kind,
        state__in=READ,
        blocked=False,
    )
    upload = rows.order_by("-number").first()
    if upload is None:
        raise NothingToIssue(f"{organisation.ods} has no version of its {return_kind} return to start from.")
    return upload


def figures_of(rows: Sequence[Value]) -> Figures:
    """Stored lines as a workbook takes them."""
    return {row.line: [_cell(*pair) for pair in zip(row.figures, row.states, strict=True)] for row in rows}


def _cell(figure: int | None, state: str) -> Figure:
    if state == "n":
        return NOT_APPLICABLE
    return None if figure is None else in_unit(figure)


def _partner_names(lines: Sequence[Line]) -> dict[str, str]:
    """The name of each organisation that has a row, by code. One query."""
    codes = {line.code.partition("@")[2] for line in lines} - {""}
    return dict(Organisation.objects.filter(ods__in=codes).values_list("ods", "short_name"))
