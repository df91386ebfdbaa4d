"""The queue of record: a row a job. Celery only rings the bell, so a lost or doubled ring does no harm."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, ClassVar

from celery import current_app
from django.db import DatabaseError, connection, models, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
HEARTBEAT = 15.0  # seconds between two renewals of a lease
LONGEST = 15 * 60.0  # seconds after which no lease is renewed: such work hangs
ATTEMPTS = 3


class Job(models.Model):
    """One piece of work to do once. `lease_until` passes when its worker died; the third attempt is the last."""

    QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.CharField(max_length=100)
    subject = models.CharField(max_length=100)
    state = models.CharField(max_length=10, default=QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    enqueued_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "lease_until"], name="job_due")]

    def __str__(self) -> str:
        return f"{self.task}({self.subject}) {self.state}"


def enqueue(task: str, subject: str) -> Job:
    """Write the job down and ring the bell once the transaction commits."""
    job = Job.objects.create(task=task, subject=subject)
    transaction.on_commit(lambda: ring(job))
    return job


def ring(job: Job) -> None:
    """Tell a worker. A broker that is away is logged, not raised: the sweeper rings again."""
    try:
        current_app.send_task(job.task, args=[str(job.id)])
    except Exception:
        logger.exception("The queue could not be reached; job %s waits for the sweeper", job.id)


def work(job_id: str, act: Callable[[str], Any], give_up: Callable[[str, str], Any]) -> None:
    """Do a job if it is due: claim it, run `act(subject)`, mark it. Twice at once does it once.

    An exception leaves it to be tried again; after the last attempt `give_up(subject, error)` is called
    and the job is failed. The attempt is counted before the work starts, so a killed worker counts too.
    """
    job = _claim(job_id)
    if job is None:
        return
    try:
        with _lease_renewed(job):
            act(job.subject)
    except Exception as error:
        logger.exception("Job %s failed, attempt %s", job.id, job.attempts)
        if job.attempts >= ATTEMPTS:
            give_up(job.subject, str(error))
            _finish(job, Job.FAILED, repr(error))
        else:
            _still_mine(job).update(state=Job.QUEUED, lease_until=None, error=repr(error))
        return
    _finish(job, Job.DONE)


def sweep(give_up: dict[str, Callable[[str, str], Any]]) -> int:
    """Ring again for what is late: never started, or its worker died. Returns how many it rang for.

    A job whose worker died on its last attempt is given up with the task's function in `give_up`.
    """
    now = timezone.now()
    due = Q(state=Job.RUNNING, lease_until__lt=now) | Q(
        state=Job.QUEUED, enqueued_at__lt=now - timedelta(seconds=10)
    )
    rung = 0
    for job in Job.objects.filter(due).order_by("enqueued_at")[:200]:
        if job.attempts >= ATTEMPTS and job.state == Job.RUNNING:
            give_up[job.task](job.subject, "The worker stopped each time this was tried.")
            _finish(job, Job.FAILED, "worker died")
            continue
        ring(job)
        rung += 1
    return rung


def _claim(job_id: str) -> Job | None:
    now = timezone.now()
    free = Q(state=Job.QUEUED) | Q(state=Job.RUNNING, lease_until__lt=now)
    taken = Job.objects.filter(free, pk=job_id, attempts__lt=ATTEMPTS).update(
        state=Job.RUNNING, attempts=F("attempts") + 1, lease_until=now + LEASE
    )
    return Job.objects.get(pk=job_id) if taken else None


def _still_mine(job: Job) -> QuerySet[Job]:
    """The job's row, unless another worker has taken it over since."""
    return Job.objects.filter(pk=job.pk, state=Job.RUNNING, attempts=job.attempts)


@contextmanager
def _lease_renewed(job: Job) -> Iterator[None]:
    """Long work keeps its lease while its worker lives, so that nobody begins it a second time."""
    ended = threading.Event()
    heart = threading.Thread(target=_beat, args=(job, ended), daemon=True)
    heart.start()
    try:
        yield
    finally:
        ended.set()
        heart.join()


def _beat(job: Job, ended: threading.Event) -> None:
    until = time.monotonic() + LONGEST
    while not ended.wait(HEARTBEAT) and time.monotonic() < until:
        try:
            _still_mine(job).update(lease_until=timezone.now() + LEASE)
        except DatabaseError:
            logger.exception("The lease of job %s could not be renewed; tried again at the next beat", job.id)
        finally:
            connection.close()  # this thread's own


def _finish(job: Job, state: str, error: str = "") -> None:
    _still_mine(job).update(state=state, finished_at=timezone.now(), error=error)
