"""The store of figures: wide rows in and out, the same on both databases."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from planning.foundation.bulk import insert_many
from planning.plan.array import NOT_APPLICABLE, VALUE, Member, Origin, Plan
from planning.plan.known import enter_known
from planning.registry import periods
from planning.registry.lines import Lines
from planning.registry.organisations import ICB, Membership, Organisation
from planning.registry.reference_values import Values
from submissions.uploads import PERIOD_FIELDS, Upload, Value
from submissions.versions import Version

LETTER = {VALUE: "v", NOT_APPLICABLE: "n"}


class Row(NamedTuple):
    """A stored line as plans are built from it."""

    upload_id: uuid.UUID
    line: str
    sheet: str
    row: int | None
    states: str
    figures: list[int | None]


RowsOf = Mapping[str, Sequence[Row]]  # by the id of their version
_LIGHT = ("upload_id", "line", "sheet", "row", "states", *PERIOD_FIELDS)


def keep_values(upload: Upload, plan: Plan, comments: Mapping[str, str], is_new: bool = False) -> list[Value]:
    """Store what one workbook said, computed lines too, in place of what was stored of it before; of one that
    `is_new` nothing was. Gives the rows.

    `plan` holds that one organisation's return, computed.
    """
    if not is_new:
        Value.objects.filter(upload=upload).delete()
    rows = rows_of(upload, plan, comments)
    insert_many(Value, rows)
    return rows


def rows_of(upload: Upload, plan: Plan, comments: Mapping[str, str]) -> list[Value]:
    """The lines of one workbook as they are stored."""
    return [_row(upload, plan, code, comments.get(code, "")) for code in plan.codes]


def _row(upload: Upload, plan: Plan, code: str, comment: str) -> Value:
    place = plan.place[code]
    states = "".join(LETTER.get(int(state), "b") for state in plan.states[0, place])
    origin = plan.origins.get((plan.members[0].ods, code))
    figures = {
        name: int(plan.scaled[0, place, at]) if states[at] == "v" else None
        for at, name in enumerate(PERIOD_FIELDS)
    }
    return Value(
        upload=upload,
        line=code,
        sheet=origin.sheet if origin else "",
        row=origin.row if origin else None,
        states=states,
        comment=comment,
        **figures,
    )


def members_of(round_code: str) -> list[Membership]:
    """Every membership of the systems that take part in a round, with the organisations; one query."""
    rows = Membership.objects.filter(system__rounds__round_id=round_code)
    return list(rows.select_related("organisation", "system"))


def load_rows(versions: Iterable[Version]) -> list[Value]:
    """The stored lines of some versions, one query (none where there are none)."""
    uploads = [version.upload for version in versions]
    return list(Value.objects.filter(upload_id__in=uploads).order_by("id")) if uploads else []


def load_by_upload(versions: Iterable[Version]) -> RowsOf:
    """The same of many by their version, as light rows; one query."""
    uploads = [version.upload for version in versions]
    asked = Value.objects.filter(upload_id__in=uploads).order_by("id") if uploads else Value.objects.none()
    found: dict[str, list[Row]] = {upload: [] for upload in uploads}
    by_key = {uuid.UUID(upload): rows for upload, rows in found.items()}
    for upload, line, sheet, row, states, *figures in asked.values_list(*_LIGHT).iterator(5000):
        by_key[upload].append(Row(upload, line, sheet, row, states, figures))
    return found


def rows_of_versions(versions: Iterable[Version], rows: RowsOf) -> list[Row]:
    """Those of some versions among many."""
    return [row for version in versions for row in rows.get(version.upload, ())]


def build(
    lines: Lines,
    members: Sequence[Member],
    versions: Iterable[Version],
    rows: Sequence[Value | Row],
    known: Values | None = None,
) -> Plan:
    """The plan of some organisations from loaded rows; a served member brings its activity return alone.
    `known`: the round's reference values, which stand in no return."""
    by_upload = {version.upload: version for version in versions}
    given: dict[str, dict[str, Mapping[str, object]]] = {}
    for version in by_upload.values():
        given.setdefault(version.organisation, {})[version.return_kind] = version.as_input()
    wanted = [_with_uploads(member, given.get(member.ods, {})) for member in members]
    kinds = {(member.ods, kind) for member in wanted for kind in member.uploads}
    named = {key: by_upload[str(key)] for key in {row.upload_id for row in rows} if str(key) in by_upload}
    mine = [(row, named[row.upload_id]) for row in rows if row.upload_id in named]
    mine = [(row, version) for row, version in mine if (version.organisation, version.return_kind) in kinds]
    plan = Plan(lines, wanted, _codes(lines, [row for row, _ in mine]))
    for row, version in mine:
        if row.line in plan.place:
            columns = version.columns.get(row.sheet)
            origin = Origin(row.sheet, row.row, columns) if columns and row.row else None
            plan.enter(version.organisation, row.line, row.figures, row.states, origin)
    enter_known(plan, known or {})
    return plan


def _codes(lines: Lines, rows: Sequence[Value | Row]) -> list[str]:
    """Every line of the catalogue in its order, partner rows in place of their declaration."""
    partners: dict[str, list[str]] = {}
    for code in dict.fromkeys(row.line for row in rows):
        base, at, _ = code.partition("@")
        if at:
            partners.setdefault(f"{base}@", []).append(code)
    return [
        found
        for code in lines
        for found in (sorted(partners.get(code, [])) if code.endswith("@") else [code])
    ]


def _with_uploads(member: Member, uploads: Mapping[str, Mapping[str, object]]) -> Member:
    kept = {name: upload for name, upload in uploads.items() if not member.served_by or name == "activity"}
    return Member(member.ods, member.kind, member.system, member.name, member.served_by, kept)


def as_members(system: Organisation, memberships: Iterable[Membership]) -> list[Member]:
    """A system's members on the plan's axis: its ICB, those it counts, and those that only serve it."""
    found = [Member(system.ods, ICB, system.ods, system.short_name)]
    for row in memberships:
        if row.system_id != system.ods:
            continue
        body, served = row.organisation, row.role == Membership.SERVED
        found.append(Member(body.ods, body.kind, system.ods, body.short_name, served))
    return found


def months_of(row: Value) -> list[int | None]:
    """April to March of a stored line."""
    return row.figures[periods.MONTHS]
