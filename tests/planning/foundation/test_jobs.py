"""The queue of record: once, however often the bell rings; tried again, and given up in the end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from planning.foundation import jobs
from planning.foundation.jobs import Job


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def job(db: None) -> Job:
    return Job.objects.create(task="a.task", subject="RTH")


def _fails(subject: str) -> None:
    raise RuntimeError("the disk is full")


def test_a_job_rung_twice_is_done_once(job: Job, done: list[str]) -> None:
    for _ in range(2):
        jobs.work(str(job.id), done.append, lambda subject, error: None)

    job.refresh_from_db()
    assert done == ["RTH"]
    assert (job.state, job.attempts) == (Job.DONE, 1)


def test_a_job_that_is_running_elsewhere_is_left_alone(job: Job, done: list[str]) -> None:
    Job.objects.filter(pk=job.pk).update(
        state=Job.RUNNING, lease_until=timezone.now() + timedelta(seconds=30)
    )

    jobs.work(str(job.id), done.append, lambda subject, error: None)

    assert done == []


def test_a_job_whose_worker_died_is_taken_over(job: Job, done: list[str]) -> None:
    Job.objects.filter(pk=job.pk).update(
        state=Job.RUNNING, attempts=1, lease_until=timezone.now() - timedelta(seconds=1)
    )

    jobs.work(str(job.id), done.append, lambda subject, error: None)

    job.refresh_from_db()
    assert done == ["RTH"]
    assert (job.state, job.attempts) == (Job.DONE, 2)


def test_the_third_failure_is_the_last_and_says_so(job: Job) -> None:
    given_up: list[tuple[str, str]] = []
    for _ in range(4):
        jobs.work(str(job.id), _fails, lambda subject, error: given_up.append((subject, error)))

    job.refresh_from_db()
    assert given_up == [("RTH", "the disk is full")]
    assert (job.state, job.attempts) == (Job.FAILED, 3)


def test_the_sweeper_rings_for_what_is_late_only(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[str] = []
    monkeypatch.setattr(jobs, "ring", lambda late: rung.append(late.subject))
    Job.objects.create(task="a.task", subject="RHW", state=Job.DONE)
    Job.objects.create(
        task="a.task",
        subject="RXQ",
        state=Job.RUNNING,
        attempts=1,
        lease_until=timezone.now() - timedelta(minutes=1),
    )

    assert jobs.sweep({}) == 1
    assert rung == ["RXQ"]

    Job.objects.filter(pk=job.pk).update(enqueued_at=timezone.now() - timedelta(minutes=1))
    assert jobs.sweep({}) == 2


def test_the_sweeper_gives_up_a_job_that_killed_its_worker_three_times(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(
        state=Job.RUNNING, attempts=3, lease_until=timezone.now() - timedelta(minutes=1)
    )
    given_up: list[str] = []

    assert jobs.sweep({"a.task": lambda subject, error: given_up.append(subject)}) == 0

    job.refresh_from_db()
    assert given_up == ["RTH"]
    assert job.state == Job.FAILED


def test_a_broker_that_is_away_is_no_error_to_the_person(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: object, **kwargs: object) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(jobs.current_app, "send_task", away)

    jobs.ring(Job.objects.create(task="a.task", subject="RTH"))

    assert Job.objects.get().state == Job.QUEUED
