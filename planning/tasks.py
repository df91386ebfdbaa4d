"""What workers do for this app. Tasks take ids, call one function, and may run twice."""

from celery import shared_task

from planning.foundation.charts import draw


@shared_task(name="planning.tasks.draw_chart")
def draw_chart(digest: str) -> None:
    """Draw one chart that a page asked for."""
    draw(digest)
