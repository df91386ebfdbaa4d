"""The tasks of this app. Each takes the id of a job, calls one function, and may run twice with the same result."""

from __future__ import annotations

from celery import shared_task

from planning.foundation import jobs
from submissions.receive import CHECK

JUDGE = "submissions.tasks.judge"
TELL = "submissions.tasks.send_receipt"


@shared_task(name=CHECK)
def check_upload(job_id: str) -> None:
    """Check an uploaded workbook and everything that depends on it."""
    from submissions import pipeline

    jobs.work(job_id, pipeline.check, pipeline.give_up)


@shared_task(name=JUDGE)
def judge(job_id: str) -> None:
    """Judge an organisation and its systems again: the subject is `round|ODS|basis,basis`."""
    jobs.work(job_id, _judge, _nothing_to_undo)


@shared_task(name=TELL)
def send_receipt(job_id: str) -> None:
    """Send a receipt by e-mail."""
    from submissions.receipts import send

    jobs.work(job_id, send, _nothing_to_undo)


@shared_task(name="submissions.tasks.sweep")
def sweep() -> int:
    """Ring again for jobs that are late; every few seconds, and when a worker starts."""
    from submissions import pipeline

    return jobs.sweep({CHECK: pipeline.give_up, JUDGE: _nothing_to_undo, TELL: _nothing_to_undo})


@shared_task(name="submissions.tasks.clear_rejected")
def clear_rejected() -> int:
    """Let go of the bytes of files that were rejected a month ago; what they were and why is kept for good."""
    from submissions.receive import clear_rejected as clear

    return clear()


def _judge(subject: str) -> None:
    from submissions import pipeline

    round_code, ods, bases = subject.split("|")
    pipeline.judge(round_code, ods, bases.split(","))


def _nothing_to_undo(subject: str, error: str) -> None:
    """The job row keeps the error; what stood before still stands."""
