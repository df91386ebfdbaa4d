"""The service as it runs: a web process and a worker of its own, over a real queue, from upload to finding.

On the embedded queue in files with SQLite, or on Redis with PostgreSQL where the tests run on those.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings

ROOT = Path(__file__).resolve().parents[1]
ROUND = "2023-24"
PATIENCE = 90


@contextmanager
def a_database(folder: Path) -> Iterator[str]:
    """The address of an empty database of the kind that the tests run on."""
    known = settings.DATABASES["default"]
    if not known["ENGINE"].endswith("postgresql"):
        yield f"sqlite:///{folder / 'db.sqlite3'}"
        return
    import psycopg2

    name = f"processes_{uuid.uuid4().hex[:12]}"
    login = {
        "host": known["HOST"],
        "port": known["PORT"] or 5432,
        "user": known["USER"],
        "password": known["PASSWORD"],
    }
    server = psycopg2.connect(dbname="postgres", **login)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    password = f":{login['password']}" if login["password"] else ""
    try:
        yield f"postgres://{login['user']}{password}@{login['host']}:{login['port']}/{name}"
    finally:
        with server.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        server.close()


@contextmanager
def running(command: list[str], env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process group that is ended with the test."""
    child = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True, stdout=subprocess.DEVNULL)
    try:
        yield child
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait(10)


class Service:
    """A site and its worker, each a process, on a database of their own."""

    def __init__(self, folder: Path, database: str, queue: int) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.env = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("DJANGO_", "PYTEST"))
            },
            "DATABASE_URL": database,
            "VAR_DIR": str(folder / "var"),
            "MEDIA_ROOT": str(folder / "media"),
            "LOG_LEVEL": "ERROR",
            "SECRET_KEY": "only-for-tests-" + "1" * 50,
        }
        if settings.REDIS_URL and database.startswith("postgres"):
            self.env["REDIS_URL"] = f"{settings.REDIS_URL.rpartition('/')[0]}/{queue}"
        else:
            self.env.pop("REDIS_URL", None)

    def manage(self, *words: str) -> str:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def web(self) -> list[str]:
        bind = [
            "--bind",
            f"127.0.0.1:{self.port}",
            "--threads",
            "4",
            "--log-level",
            "error",
            "--no-control-socket",
        ]
        return [sys.executable, "-m", "gunicorn", "planning.config.wsgi", *bind]

    def worker(self) -> list[str]:
        options = ["-B", "--concurrency", "1", "--loglevel", "ERROR", "--without-gossip", "--without-mingle"]
        return [sys.executable, "-m", "celery", "-A", "planning.config.celery", "-q", "worker", *options]

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"

    def wait(self) -> None:
        for _ in range(PATIENCE * 5):
            with suppress(requests.ConnectionError, requests.Timeout):
                if requests.get(self.address("healthz"), timeout=5).status_code == 200:
                    return
            time.sleep(0.2)
        pytest.fail("The site did not answer.")

    def sign_in(self, ods: str) -> dict[str, str]:
        client = json.loads(
            self.manage("create_api_client", "tests", "--organisation", ods).strip().splitlines()[-1]
        )
        answer = requests.post(
            self.address("oauth/token/"),
            data={"grant_type": "client_credentials"},
            auth=(client["client_id"], client["client_secret"]),
            timeout=30,
        )
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def upload(self, file: Path, kind: str, headers: dict[str, str]) -> str:
        with file.open("rb") as stream:
            answer = requests.post(
                self.address(f"api/v1/rounds/{ROUND}/returns/RHW/{kind}/uploads/"),
                data={"stage": "draft"},
                files={"file": (file.name, stream)},
                headers=headers,
                timeout=30,
            )
        assert answer.status_code == 202, answer.text
        return answer.json()["id"]

    def outcome(self, upload: str, headers: dict[str, str]) -> dict[str, Any]:
        """The upload once the worker is done with it."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = requests.get(
                self.address(f"api/v1/uploads/{upload}/"), headers=headers, timeout=30
            ).json()
            if found["state"] not in ("received", "processing"):
                return found
            time.sleep(0.3)
        pytest.fail(f"The upload was still {found['state']} after {PATIENCE} seconds.")


@pytest.fixture
def service(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Service]:
    queue = 14 if "killed" in request.node.name else 13  # tests that run side by side share no queue
    with a_database(tmp_path) as database:
        made = Service(tmp_path, database, queue)
        made.manage("migrate", "-v0")
        made.manage("load_reference")
        with running(made.web(), made.env):
            made.wait()
            yield made


def test_from_upload_to_finding_over_a_real_queue(service: Service, tmp_path: Path) -> None:
    """A worker that starts late finds what waits; a finding of one return needs no other; a refusal says why."""
    trust, board = service.sign_in("RHW"), service.sign_in("QU9")
    file = tmp_path / "return.xlsx"
    service.manage("make_return", ROUND, "activity", "RHW", str(file), "--fill", "4")
    _leave_waiting(file, 40)
    torn = tmp_path / "torn.xlsx"
    torn.write_bytes(file.read_bytes()[:2000])
    upload, refused = service.upload(file, "activity", trust), service.upload(torn, "workforce", trust)

    with running(service.worker(), service.env):
        checked = service.outcome(upload, trust)
        assert service.outcome(refused, trust)["error"]["code"] == "damaged"

    assert (checked["state"], checked["version"], checked["current"]) == ("checked", 1, True)
    for headers in (trust, board):
        answer = requests.get(
            service.address(f"api/v1/rounds/{ROUND}/findings/?organisation=RHW&rule=23-10"),
            headers=headers,
            timeout=30,
        )
        [finding] = answer.json()["results"]
        assert (finding["actual"], finding["expected"], finding["gap"]) == (40, 0, 40)
        assert finding["inputs"][0]["upload"] == upload


def test_a_file_is_checked_without_being_sent(service: Service, tmp_path: Path) -> None:
    """No worker runs: the site asks a process of its own, and keeps nothing."""
    file = tmp_path / "return.xlsx"
    service.manage("make_return", ROUND, "activity", "RHW", str(file), "--fill", "4")
    service.manage("shell", "-v0", "-c", _A_PLANNER)
    browser = requests.Session()
    for path, form, files in (
        ("accounts/login/", {"login": "bill@example.nhs.uk", "password": "correct-horse-battery-7"}, {}),
        (f"rounds/{ROUND}/returns/check/", {"organisation": "RHW"}, {"file": file.read_bytes()}),
    ):
        browser.get(service.address(path), timeout=30)
        form["csrfmiddlewaretoken"] = browser.cookies["csrftoken"]
        answer = browser.post(service.address(path), data=form, files=files, timeout=PATIENCE)
    assert answer.status_code == 200, answer.text
    assert "Nothing would stop this return. Nothing was sent or kept." in answer.text
    assert service.manage("shell", "-v0", "-c", _HOW_MANY).strip() == "0"


_A_PLANNER = (
    "from planning.people.person import Appointment, Person; "
    "bill = Person.objects.create_user('bill@example.nhs.uk', 'correct-horse-battery-7', name='Bill Reeve'); "
    "Appointment.objects.create(person=bill, organisation_id='RHW', role='planner')"
)
_HOW_MANY = "from submissions.uploads import Upload; print(Upload.objects.count())"


def test_a_worker_killed_at_its_work_costs_nothing(service: Service, tmp_path: Path) -> None:
    """kill -9 in the middle: the next worker's sweep finds the job by its lease, and the upload is checked once."""
    trust = service.sign_in("RHW")
    file = tmp_path / "return.xlsx"
    service.manage("make_return", ROUND, "activity", "RHW", str(file), "--fill", "4")
    upload = service.upload(file, "activity", trust)
    state = "received"
    with running(service.worker(), service.env) as worker, ExitStack():
        until = time.monotonic() + PATIENCE
        while state == "received" and time.monotonic() < until:
            found = requests.get(service.address(f"api/v1/uploads/{upload}/"), headers=trust, timeout=30)
            state = found.json()["state"]
        os.killpg(worker.pid, signal.SIGKILL)
    _let_the_lease_run_out(service)

    with running(service.worker(), service.env):
        checked = service.outcome(upload, trust)

    assert (checked["state"], checked["version"]) == ("checked", 1)


def _let_the_lease_run_out(service: Service) -> None:
    """What a minute does: the dead worker's lease passes."""
    service.manage(
        "shell",
        "-v0",
        "-c",
        "from datetime import timedelta; from django.utils import timezone; from planning.foundation.jobs import Job; "
        "Job.objects.filter(state='running').update(lease_until=timezone.now() - timedelta(seconds=1))",
    )


def _leave_waiting(file: Path, number: int) -> None:
    """So many over 65 weeks in March beyond those that are exempt."""
    from openpyxl import load_workbook

    book = load_workbook(file)
    for sheet in book.worksheets:
        rows = {cell.value: cell.row for cell in sheet["A"]}
        if "E.B.20" in rows:
            march = next(cell.column for cell in sheet[rows["Line code"]] if cell.value == "Mar-24")
            cell = sheet.cell(rows["E.B.20"], march)
            cell.value += number
    book.save(file)
