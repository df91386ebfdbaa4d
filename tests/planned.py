"""Small plans as they stand in the store, written row by row, for tests of pages: no workbook, no worker."""

from __future__ import annotations

import html
import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from finance.positions import Position
from planning.people.person import Person
from planning.plan.findings import EXPLAIN, Finding
from planning.plan.runs import LATEST, CurrentRun, Run
from submissions.uploads import CHECKED, Upload
from targets.evaluations import NOT_MET, Evaluation

ROUND = "2023-24"
WHO_IS_ASKING = (  # the session, the person, their appointments, and their systems' members
    re.compile('FROM "django_session"'),
    re.compile('FROM "planning_person"'),
    re.compile('WHERE "planning_appointment"."person_id" = '),
    re.compile('WHERE "planning_membership"."system_id" IN '),
)


def make_upload(ods: str, kind: str, by: Person | None = None, **fields: Any) -> Upload:
    """A version as the worker leaves it: checked, nothing stops it, received in time."""
    given = {
        "number": 1,
        "state": CHECKED,
        "stage": "draft",
        "checked_at": timezone.now(),
        "counts": {"block": 0, "explain": 0, "note": 0},
        "figures": {"value": 412, "blank": 3, "not_applicable": 3},
        "file_name": f"{ods} {kind}.xlsx",
        "sha256": uuid.uuid4().hex * 2,
        "size": 7,
    }
    upload = Upload(
        round_id=ROUND, organisation_id=ods, return_kind=kind, uploaded_by=by, **{**given, **fields}
    )
    upload.file.save(f"{upload.pk}.xlsx", ContentFile(b"as sent"), save=False)
    upload.save()
    return upload


def make_run(scope: str, subject: str, uploads: list[Upload], basis: str = LATEST, kind: str = "") -> Run:
    """A run made from some versions, and the pointer that makes it count."""
    inputs = [
        {
            "upload": str(row.pk),
            "organisation": row.organisation_id,
            "return": row.return_kind,
            "version": row.number,
            "sha256": row.sha256,
        }
        for row in uploads
    ]
    run = Run.objects.create(
        round_id=ROUND,
        scope=scope,
        subject=subject,
        return_kind=kind,
        basis=basis,
        digest=uuid.uuid4().hex * 2,
        inputs=inputs,
    )
    key = {"round_id": ROUND, "scope": scope, "subject": subject, "return_kind": kind, "basis": basis}
    CurrentRun.objects.update_or_create(**key, defaults={"run": run})
    return run


def make_return_run(upload: Upload) -> Run:
    """The run of one version's own checks."""
    run = make_run(Run.RETURN, upload.organisation_id, [upload], kind=upload.return_kind)
    upload.run = run
    upload.save(update_fields=["run"])
    return run


def make_finding(
    run: Run, ods: str | None, system: str, upload: Upload | None = None, **fields: Any
) -> Finding:
    """Pay out of step with staff, unless told otherwise."""
    given: dict[str, Any] = {
        "rule": "T03",
        "kind": "rule",
        "title": "Pay grows as staff and the pay award do.",
        "severity": EXPLAIN,
        "message": "Pay grows 6.1% while staff grow 1.2%, with a pay award of 2.1%: 2.8 points more than expected.",
        "instruction": "Check pay and staff.",
        "gap": 2.8,
        "unit": "%",
        "size": 0.8,
        "actual": 6.1,
        "expected": 3.3,
        "working": {"formula": "g(F.PAY.TOTAL)", "numbers": "6.1% against 3.3%", "tolerance": "1.5 points"},
        "subject_digest": uuid.uuid4().hex * 2,
    }
    if upload is not None:
        given["inputs"] = [an_input(upload)]
    return Finding.objects.create(
        run=run, round_id=ROUND, organisation_id=ods, system_id=system, **{**given, **fields}
    )


def an_input(upload: Upload, **fields: Any) -> dict[str, Any]:
    """A figure that a finding rests on, with its cell."""
    return {
        "organisation": upload.organisation_id,
        "return": upload.return_kind,
        "line": "F.PAY.AGY",
        "label": "Agency pay",
        "period": "2023-04",
        "value": -878.4,
        "unit": "£000",
        "sheet": "Income and expenditure",
        "cell": "G29",
        "upload": str(upload.pk),
        "version": upload.number,
        **fields,
    }


def make_evaluation(run: Run, ods: str | None, system: str, **fields: Any) -> Evaluation:
    """A&E short of 76% by five points, unless told otherwise."""
    given: dict[str, Any] = {
        "target": "23-01",
        "title": "A&E patients seen within 4 hours",
        "outcome": NOT_MET,
        "planned": 71.0,
        "threshold": 76.0,
        "unit": "%",
        "gap": 5.0,
        "gap_units": 445.0,
        "gap_unit": "attendances",
        "first_failing_period": "2024-03",
        "months": [70.0] * 11 + [71.0],
    }
    return Evaluation.objects.create(
        run=run, round_id=ROUND, organisation_id=ods, system_id=system, **{**given, **fields}
    )


@dataclass
class Standing:
    """A trust's three checked returns, what was found in them, and its system's results."""

    activity: Upload
    workforce: Upload
    finance: Upload
    finding: Finding
    of_system: Finding
    runs: dict[str, Run] = field(default_factory=dict)


def make_standing(ods: str, system: str, by: Person | None = None) -> Standing:
    """One trust that has returned all three, with one finding of its own and one of its system."""
    activity, workforce, finance = (
        make_upload(ods, kind, by) for kind in ("activity", "workforce", "finance")
    )
    for upload in (activity, workforce, finance):
        make_return_run(upload)
    across = make_run(Run.ORGANISATION, ods, [activity, workforce, finance])
    whole = make_run(Run.SYSTEM, system, [activity, workforce, finance])
    own = make_finding(across, ods, system, finance)
    missed = make_finding(whole, None, system, activity, rule="23-01", kind="target", message="A&E is short.")
    make_evaluation(across, ods, system)
    make_evaluation(whole, None, system, planned=74.0)
    Position.objects.create(
        run=whole, round_id=ROUND, system_id=system, adjusted=-4223.0, income=100.0, expenditure=-4323.0
    )
    return Standing(activity, workforce, finance, own, missed, {"organisation": across, "system": whole})


def count_queries(browser: Client, address: str) -> int:
    """How many queries a page takes besides finding out who is asking."""
    with CaptureQueriesContext(connection) as asked:
        response = browser.get(address)
    assert response.status_code == 200
    return sum(1 for query in asked if not any(asker.search(query["sql"]) for asker in WHO_IS_ASKING))


def text_of(response: HttpResponse) -> str:
    """The page's words, white space and marks taken out, to compare with a sentence."""
    page = response.content.decode().partition("<main")[2]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))
