"""Several at once, on a database that lets them: one version, one winner, and nobody's work undone.

SQLite has one writer, so these say nothing there; they need PostgreSQL.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from planning.foundation import jobs
from planning.foundation.jobs import Job
from planning.plan.runs import CurrentRun, Run
from planning.registry.lines import Lines
from planning.registry.rounds import Stage
from submissions import lifecycle, pipeline, regions
from submissions.demo import workbook_bytes
from submissions.extending import AlreadyDecided, ask_for_time, grant, refuse
from submissions.extensions import Extension
from submissions.lifecycle import WrongState
from submissions.receive import receive
from submissions.uploads import Receipt, Upload
from targets.evaluations import Evaluation
from tests.flow import ROUND, figures_of, planner_of, send
from tests.planned import make_upload

pytestmark = [
    pytest.mark.usefixtures("transactional_db"),
    pytest.mark.skipif(
        not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"),
        reason="SQLite has one writer: only PostgreSQL lets two act at once",
    ),
]


@pytest.fixture(autouse=True)
def _no_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests do the jobs themselves."""
    monkeypatch.setattr(jobs, "ring", lambda job: None)


def at_once(number: int, act: Callable[[int], Any]) -> list[Any]:
    """What each of so many threads got, all starting at the same moment: a result or the exception."""
    gate = threading.Barrier(number)

    def one(place: int) -> Any:
        try:
            connection.ensure_connection()
            gate.wait(30)
            return act(place)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def sent_by(scope: Any, content: bytes) -> tuple[Upload, bool]:
    return receive(
        by=scope,
        round=ROUND,
        organisation="RTH",
        return_kind="finance",
        stage="draft",
        file=ContentFile(content, name="RTH finance.xlsx"),
    )


def test_one_press_fifty_times_is_one_version(settings: Any) -> None:
    scope = planner_of("RTH")

    given = at_once(50, lambda _: sent_by(scope, b"the same bytes"))

    assert {type(one) for one in given} == {tuple}, given
    assert len({upload.pk for upload, _ in given}) == 1
    assert sum(fresh for _, fresh in given) == 1
    assert (Upload.objects.count(), Job.objects.count()) == (1, 1)
    assert sum(path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*")) == 1


def test_two_who_hand_over_and_two_who_decide_have_one_winner() -> None:
    scope, board = planner_of("RTH"), planner_of("QU9")
    for _ in range(5):
        upload = make_upload("RTH", "finance", number=Upload.objects.count() + 1)

        def hand_over(_: int, upload: Upload = upload) -> Receipt:
            return lifecycle.submit(by=scope, uploads=[upload])

        given = at_once(4, hand_over)
        assert sorted(type(one).__name__ for one in given) == ["Receipt", *["WrongState"] * 3], given

        def decide(place: int, upload: Upload = upload) -> str:
            if place % 2:
                lifecycle.accept(by=board, upload=upload)
                return "accepted"
            lifecycle.send_back(by=board, upload=upload, note="Look at agency pay again.")
            return "sent_back"

        decided = at_once(4, decide)
        won = [one for one in decided if isinstance(one, str)]
        upload.refresh_from_db()
        assert won == [upload.state]
        assert sum(isinstance(one, WrongState) for one in decided) == 3, decided
    assert Receipt.objects.count() == 5


def test_two_who_decide_on_more_time_have_one_winner() -> None:
    stage = Stage.objects.get(round_id=ROUND, code="draft")
    trust, board, friday = planner_of("RTH"), planner_of("QU9"), stage.due_at + timedelta(days=4)
    for number in range(5):
        upload = make_upload("RTH", "activity", number=number + 1, late=True)
        Upload.objects.filter(pk=upload.pk).update(received_at=stage.due_at + timedelta(days=1))
        extension = ask_for_time(
            by=trust, organisation="RTH", stage=stage, return_kind="", reason="Flu.", until=friday
        )

        def decide(place: int, extension: Extension = extension) -> str:
            if place % 2:
                grant(by=board, extension=extension, until=friday)
                return "granted"
            refuse(by=board, extension=extension, note="The region waits.")
            return "refused"

        decided = at_once(4, decide)
        extension.refresh_from_db()
        upload.refresh_from_db()
        assert [one for one in decided if isinstance(one, str)] == [extension.state], decided
        assert sum(isinstance(one, AlreadyDecided) for one in decided) == 3, decided
        assert upload.late is (extension.state == "refused")
        Extension.objects.all().delete()


def test_a_job_delivered_ten_times_at_once_is_done_once() -> None:
    job = Job.objects.create(task="a.task", subject="RTH")
    done: list[str] = []

    at_once(10, lambda _: jobs.work(str(job.id), done.append, lambda subject, error: None))

    job.refresh_from_db()
    assert (done, job.state, job.attempts) == (["RTH"], Job.DONE, 1)


def test_long_work_keeps_its_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LEASE", timedelta(seconds=0.6))
    monkeypatch.setattr(jobs, "HEARTBEAT", 0.1)
    job = Job.objects.create(task="a.task", subject="RTH")
    begun: list[int] = []

    def long(subject: str) -> None:
        begun.append(1)
        time.sleep(2)

    def late(place: int) -> None:
        time.sleep(place * 1.2)
        jobs.work(str(job.id), long, lambda subject, error: None)

    at_once(2, late)

    job.refresh_from_db()
    assert (len(begun), job.state, job.attempts) == (1, Job.DONE, 1)


def test_one_who_lost_the_lease_does_not_speak_for_the_other() -> None:
    job = Job.objects.create(task="a.task", subject="RTH")

    def overtaken(subject: str) -> None:
        Job.objects.filter(pk=job.pk).update(attempts=2, lease_until=timezone.now() + timedelta(minutes=1))
        raise RuntimeError("the first worker's own fault")

    jobs.work(str(job.id), overtaken, lambda subject, error: None)

    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (Job.RUNNING, 2, "")


def test_two_workers_on_one_upload_leave_what_one_would() -> None:
    content = workbook_bytes(Lines.load(ROUND), "RTH", "finance", figures_of("RTH", "finance"))
    upload, _ = sent_by(planner_of("RTH"), content)

    given = at_once(2, lambda _: pipeline.check(str(upload.pk)))

    upload.refresh_from_db()
    assert given == [None, None]
    assert (upload.state, upload.number, Run.objects.filter(scope="return").count()) == ("checked", 1, 1)
    assert CurrentRun.objects.get(scope="return", basis="latest").run_id == upload.run_id


def test_a_whole_system_checked_at_once_ends_with_all_of_it() -> None:
    bodies, lines = ("RTH", "RHW", "RXQ", "RNU"), Lines.load(ROUND)
    send("RWX", "finance")
    uploads = []
    for ods in bodies:
        content = workbook_bytes(lines, ods, "finance", figures_of(ods, "finance"))
        upload, _ = receive(
            by=planner_of(ods), round=ROUND, organisation=ods, return_kind="finance", stage="draft",
            file=ContentFile(content, name=f"{ods}.xlsx"),
        )  # fmt: skip
        uploads.append(str(upload.pk))

    given = at_once(len(uploads), lambda place: pipeline.check(uploads[place]))

    assert given == [None] * len(uploads)
    run = CurrentRun.objects.get(scope="system", subject="QU9", basis="latest").run
    assert sorted(row["organisation"] for row in run.inputs) == sorted([*bodies, "RWX"])


def test_a_region_judged_twice_at_once_has_one_run() -> None:
    make_upload("RTH", "activity", state="accepted", stage="final")
    assert at_once(4, lambda place: regions.judge(f"{ROUND}|Y59|accepted")) == [None] * 4
    run = Run.objects.get(scope=Run.REGION)
    assert CurrentRun.objects.get(scope=Run.REGION).run_id == run.pk
    assert Evaluation.objects.filter(run=run, target="23-01").count() == 1
