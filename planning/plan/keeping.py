"""Keeping a run and what it found, and moving the pointers: the one way in which results are replaced."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from planning.foundation.bulk import insert_many
from planning.plan.findings import Finding
from planning.plan.runs import LATEST, CurrentRun, Run
from planning.plan.snapshots import keep_snapshots

MOST_ROWS = 1000  # findings kept of one rule in one run; counts stay exact


@dataclass
class Result:
    """One run with its rows (findings, evaluations, positions), not yet stored."""

    run: Run
    rows: list[models.Model] = field(default_factory=list)
    bases: tuple[str, ...] = (LATEST,)  # the pointers that it moves
    contents: Mapping[str, Any] = field(
        default_factory=dict
    )  # behind the digests of the run's versions, by kind


def new_run(
    *,
    round_code: str,
    scope: str,
    subject: str,
    basis: str,
    inputs: Sequence[Mapping[str, Any]],
    versions: Mapping[str, Any],
    return_kind: str = "",
) -> Run:
    """A run with the digest of everything that it depends on: the same inputs give the same digest."""
    about = [round_code, scope, subject, return_kind, basis, list(inputs), dict(versions)]
    digest = hashlib.sha256(json.dumps(about, sort_keys=True, default=str).encode()).hexdigest()
    return Run(
        round_id=round_code,
        scope=scope,
        subject=subject,
        return_kind=return_kind,
        basis=basis,
        digest=digest,
        inputs=list(inputs),
        versions=dict(versions),
    )


def counts_of(findings: Iterable[Finding]) -> dict[str, int]:
    """{block, explain, note}, trials left out; and how many are `waived`, where any are: these stand in none."""
    listed = [finding for finding in findings if not finding.trial]
    counted = Counter(finding.severity for finding in listed if finding.is_counted)
    waived = sum(1 for finding in listed if not finding.is_counted)
    counts = {name: counted.get(name, 0) for name in ("block", "explain", "note")}
    return {**counts, "waived": waived} if waived else counts


def keep(results: Sequence[Result], pointers: Sequence[CurrentRun] = ()) -> None:
    """Store runs that are not stored yet, with their rows, and point at them, and move further pointers to
    runs that are. In the caller's transaction; a fixed number of queries whatever the number of rows."""
    known = dict(
        Run.objects.filter(digest__in=[result.run.digest for result in results]).values_list("digest", "id")
    )
    fresh = [result for result in results if result.run.digest not in known]
    insert_many(Run, [result.run for result in fresh])
    keep_snapshots(
        {
            result.run.versions[kind]: (kind, content)
            for result in fresh
            for kind, content in result.contents.items()
        }
    )
    by_model: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for result in fresh:
        for row in _capped(result.rows):
            row.run_id = result.run.pk  # type: ignore[attr-defined]
            by_model[type(row)].append(row)
    for model, rows in by_model.items():
        insert_many(model, rows)
    for result in results:
        result.run.pk = known.get(result.run.digest, result.run.pk)
    _point([*_pointers(results), *pointers])


def _pointers(results: Sequence[Result]) -> list[CurrentRun]:
    return [
        CurrentRun(
            round_id=result.run.round_id,
            scope=result.run.scope,
            subject=result.run.subject,
            return_kind=result.run.return_kind,
            basis=basis,
            run_id=result.run.pk,
        )
        for result in results
        for basis in result.bases
    ]


def _point(pointers: Sequence[CurrentRun]) -> None:
    """Move pointers, making those that are new; one query."""
    CurrentRun.objects.bulk_create(
        pointers,
        update_conflicts=True,
        unique_fields=["round", "scope", "subject", "return_kind", "basis"],
        update_fields=["run"],
    )


def _capped(rows: Sequence[models.Model]) -> list[models.Model]:
    seen: Counter[str] = Counter()
    kept = []
    for row in rows:
        if isinstance(row, Finding):
            seen[row.rule] += 1
            if seen[row.rule] > MOST_ROWS:
                continue
        kept.append(row)
    return kept
