"""A small world of returns and results, and machines that ask about it.

Royal Oxford (RTH) has a finance return that counts, a newer one that blocks, and a finding to explain; Royal
Berkshire (RHW) one that its board accepted; the ambulance trust (RYE), which another system hosts, its
activity and its workforce; Royal Cornwall (REF) one that nobody of the first system should see.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client

from planning.management.commands.create_api_client import create_client
from planning.plan.explaining import subject_digest
from planning.plan.findings import Finding
from planning.plan.runs import CurrentRun, Run
from planning.registry.organisations import Organisation
from submissions.uploads import PERIOD_FIELDS, Upload, Value
from targets.evaluations import Evaluation

ROUND = "2023-24"
BASE = f"/api/v1/rounds/{ROUND}/"
COLUMNS = [chr(ord("E") + place) for place in range(15)]  # E … S, as on our sheets
ACTORS = {"own": "RTH", "sibling": "RHW", "other board": "QT6", "board": "QU9", "national": "X24"}


@dataclass
class Machine:
    """An API client with its token; without one it asks as nobody."""

    token: str = ""
    http: Client = field(default_factory=Client)

    def get(self, address: str, **query: str) -> Any:
        return self.http.get(address, query, headers=self._headers())

    def post(self, address: str, data: Any = None, **headers: str) -> Any:
        kind = {"content_type": "application/json"} if data is None or "text" in data else {}
        return self.http.post(
            address, data if data is not None else {}, headers=self._headers() | headers, **kind
        )

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    """The counts of earlier tests must not limit this one."""
    cache.clear()
    yield


def token_for(ods: str, **asked: str) -> str:
    """A token by client credentials, as a machine gets it."""
    client, secret = create_client(f"{ods} planning system", Organisation.objects.get(ods=ods))
    basic = base64.b64encode(f"{client.application.client_id}:{secret}".encode()).decode()
    answer = Client().post(
        "/oauth/token/",
        {"grant_type": "client_credentials", **asked},
        headers={"Authorization": f"Basic {basic}"},
    )
    assert answer.status_code == 200, answer.content
    return str(answer.json()["access_token"])


@pytest.fixture
def machine(db: None) -> Callable[..., Machine]:
    """`machine("RTH")` gives a client of that organisation; `machine()` one without a token."""
    made: dict[str, Machine] = {}

    def of(ods: str = "") -> Machine:
        if ods not in made:
            made[ods] = Machine(token_for(ods) if ods else "")
        return made[ods]

    return of


@dataclass
class World:
    """What the tests ask about, by a short name."""

    uploads: dict[str, Upload] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)
    evaluations: dict[str, Evaluation] = field(default_factory=dict)


def make_upload(ods: str, return_kind: str, number: int, **changes: Any) -> Upload:
    """A version that has been checked, its file kept."""
    content = f"{ods} {return_kind} {number}".encode()
    upload = Upload(
        round_id=ROUND,
        organisation_id=ods,
        return_kind=return_kind,
        number=number,
        stage=changes.pop("stage", "draft"),
        state=changes.pop("state", "checked"),
        file_name=f"{ods}_{return_kind}.xlsx",
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        uploaded_by_client=f"{ods} planning system",
        checked_at=datetime(2023, 2, 20, 9, 30, tzinfo=UTC),
        counts=changes.pop("counts", {"block": 0, "explain": 1, "note": 0}),
        columns={"Finance": COLUMNS, "Activity": COLUMNS, "Workforce": COLUMNS},
        **changes,
    )
    upload.file.save(f"{upload.id}.xlsx", ContentFile(content), save=False)
    upload.save(force_insert=True)
    return upload


def add_value(upload: Upload, line: str, figures: list[float | None], row: int | None = 7) -> None:
    """One line of fifteen figures; None is blank."""
    states = "".join("b" if figure is None else "v" for figure in figures)
    stored = {
        name: None if figure is None else round(figure * 10_000)
        for name, figure in zip(PERIOD_FIELDS, figures, strict=True)
    }
    sheet = upload.return_kind.capitalize() if row else ""
    Value.objects.create(upload=upload, line=line, sheet=sheet, row=row, states=states, **stored)


def point_at(run: Run) -> None:
    CurrentRun.objects.create(
        round=run.round,
        scope=run.scope,
        subject=run.subject,
        return_kind=run.return_kind,
        basis=run.basis,
        run=run,
    )


def make_run(scope: str, subject: str, basis: str = "latest", return_kind: str = "") -> Run:
    """A run that counts."""
    digest = hashlib.sha256(f"{scope}{subject}{basis}{return_kind}".encode()).hexdigest()
    run = Run.objects.create(
        round_id=ROUND, scope=scope, subject=subject, basis=basis, return_kind=return_kind, digest=digest
    )
    point_at(run)
    return run


def make_finding(run: Run, organisation: str | None, system: str, **changes: Any) -> Finding:
    """A finding about agency pay, or what `changes` make of it."""
    finding = Finding(
        run=run,
        round_id=ROUND,
        organisation_id=organisation,
        system_id=system,
        rule=changes.pop("rule", "T08"),
        kind=changes.pop("kind", "rule"),
        title="Agency pay is within the ceiling",
        severity=changes.pop("severity", "explain"),
        line=changes.pop("line", "F.PAY.AGY"),
        period=changes.pop("period", "2023/24"),
        actual=4.1,
        expected=3.7,
        gap=0.4,
        unit="%",
        message=changes.pop("message", "Agency pay is 4.1% of all pay, 0.4 points over the ceiling of 3.7%."),
        instruction="Bring agency pay down.",
        closes_with="Lower agency pay by £1,200k.",
        inputs=changes.pop("inputs", []),
        **changes,
    )
    finding.subject_digest = subject_digest(finding)
    finding.save(force_insert=True)
    return finding


def make_evaluation(run: Run, organisation: str | None, system: str, **changes: Any) -> Evaluation:
    """An evaluation of the agency target that falls short, or what `changes` make of it."""
    fields: dict[str, Any] = {
        "target": "23-43",
        "title": "Agency spend",
        "outcome": "not_met",
        "planned": 4.1,
        "threshold": 3.7,
        "unit": "%",
        "gap": 0.4,
        "gap_units": 1200.0,
        "gap_unit": "£000",
        "first_failing_period": "2023/24",
        "rag": "red",
    }
    return Evaluation.objects.create(
        run=run, round_id=ROUND, organisation_id=organisation, system_id=system, **(fields | changes)
    )


def _text_in_a_cell(upload: str) -> dict[str, Any]:
    """A check's input may be what was seen instead of a number."""
    return {"organisation": "RTH", "return": "finance", "line": "F.PAY.AGY", "period": "2023-05", "value": "to follow",
            "unit": "£000", "sheet": "Finance", "cell": "H21", "upload": upload, "version": 2}  # fmt: skip


@pytest.fixture
def world(db: None) -> World:
    made = World()
    _returns(made)
    _results(made)
    return made


def _returns(made: World) -> None:
    blocks = {"block": 2, "explain": 0, "note": 0}
    made.uploads = {
        "counts": make_upload("RTH", "finance", 1),
        "blocks": make_upload("RTH", "finance", 2, blocked=True, counts=blocks),
        "accepted": make_upload("RHW", "finance", 1, stage="regional-draft", state="accepted"),
        "served": make_upload("RYE", "activity", 1),
        "served elsewhere": make_upload("RYE", "workforce", 1),
        "other system": make_upload("REF", "finance", 1),
    }
    months = [-100.0, -101.5, *[-8.25] * 12, -99.0]
    add_value(made.uploads["counts"], "F.PAY.AGY", [None, *months[1:]], row=21)
    add_value(made.uploads["counts"], "F.PAY.TOTAL", [None, -2000.0, *[-170.0] * 11, None, None], row=None)
    add_value(made.uploads["accepted"], "F.PAY.AGY", months)
    add_value(made.uploads["served"], "E.B.23C", months)
    add_value(made.uploads["served elsewhere"], "F.WTE.AGY", months)
    add_value(made.uploads["other system"], "F.PAY.AGY", months)


def _results(made: World) -> None:
    upload = str(made.uploads["counts"].pk)
    resting_on = [
        {
            "organisation": "RTH",
            "return": "finance",
            "line": "F.PAY.AGY",
            "period": "2023-04",
            "value": -8.25,
            "unit": "£000",
            "sheet": "Finance",
            "cell": "G21",
            "upload": upload,
            "version": 1,
        }
    ]
    own, system = make_run("organisation", "RTH"), make_run("system", "QU9")
    checked = make_run("return", "RTH", return_kind="finance")
    sibling = make_run("organisation", "RHW", "accepted")
    elsewhere, served = make_run("organisation", "REF"), make_run("organisation", "RYE")
    made.findings = {
        "own": make_finding(own, "RTH", "QU9", inputs=resting_on),
        "check": make_finding(
            checked, "RTH", "QU9", rule="V03", kind="check", severity="block", period="2023-05",
            return_kind="finance", inputs=[_text_in_a_cell(upload)],
            message="=cmd|'/c calc'!A1 is text where a number is needed.",
        ),
        "system": make_finding(system, None, "QU9", message="Agency pay of the system is 3.9% of all pay."),
        "accepted": make_finding(sibling, "RHW", "QU9"),
        "other system": make_finding(elsewhere, "REF", "QT6"),
    }  # fmt: skip
    made.evaluations = {
        "own": make_evaluation(own, "RTH", "QU9", inputs=resting_on),
        "system": make_evaluation(
            system, None, "QU9", outcome="not_assessable", missing=["RXQ"], planned=None, gap=None
        ),
        "accepted": make_evaluation(sibling, "RHW", "QU9", outcome="met", gap=0.0),
        "other system": make_evaluation(elsewhere, "REF", "QT6"),
        "served": make_evaluation(served, "RYE", "QRL", target="23-02", unit="minutes"),
        "served other": make_evaluation(served, "RYE", "QRL"),
    }
