"""Many organisations judged from rows loaded together come to what each comes to alone."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.england import ROUND, keep_england
from benchmarks.england_judged import England, must_agree
from benchmarks.reference import england_arrays, england_pandas
from planning.plan.keeping import Result
from planning.plan.runs import LATEST
from submissions.judging import judge_organisation, judge_organisations, judge_system, judge_systems
from submissions.store import load_by_upload, load_rows
from submissions.versions import current_versions

pytestmark = pytest.mark.django_db
OWN = {"id", "run_id"}  # of a row: made anew each time


def said(result: Result) -> tuple[str, Any, Any, list[dict[str, Any]]]:
    """A result but for the keys of its rows."""
    rows = [
        {
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if field.attname not in OWN
        }
        for row in result.rows
    ]
    return result.run.digest, result.run.counts, result.run.waiting, rows


def test_everybody_at_once_is_judged_as_each_alone() -> None:
    england = England.of(keep_england(2))
    book, everybody = england.book, [*england.trusts, *(system.ods for system in england.systems)]
    versions = current_versions(ROUND, everybody, LATEST)
    rows, together = load_rows(versions), load_by_upload(versions)

    many = judge_organisations(book, england.members, versions, together, LATEST)
    alone = [
        judge_organisation(book, member, [v for v in versions if v.organisation == member.ods], rows, LATEST)
        for member in england.members
    ]
    assert any(sum(result.run.counts.values()) for result in alone), "something is found"
    assert [said(result) for result in many] == [said(result) for result in alone]

    systems = judge_systems(book, england.systems, versions, together, LATEST)
    for system, result in zip(england.systems, systems, strict=True):
        bodies = {member.ods for member in book.members_in(system)}
        mine = [version for version in versions if version.organisation in bodies]
        assert said(result) == said(judge_system(book, system, mine, rows, LATEST))


@pytest.mark.parametrize("reference", [england_arrays.run, england_pandas.run])
def test_the_references_come_to_the_same_results(reference: Any) -> None:
    must_agree(England.of(keep_england(3)), reference)
