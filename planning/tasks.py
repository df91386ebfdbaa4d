"""What workers do for this app. Tasks take ids, call one function, and may run twice."""

from celery import shared_task

from planning.foundation import jobs
from planning.foundation.charts import draw
from planning.people import telling


@shared_task(name="planning.tasks.draw_chart")
def draw_chart(digest: str) -> None:
    """Draw one chart that a page asked for."""
    draw(digest)


@shared_task(name=telling.SEND)
def send_notice(job_id: str) -> None:
    """E-mail one notice."""
    jobs.work(job_id, telling.send, nothing_to_undo)


def nothing_to_undo(subject: str, error: str) -> None:
    """The job row keeps the error; what stood before still stands."""
