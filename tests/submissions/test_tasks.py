"""The tasks of the workers: a job that dies three times is given up, whichever task it is of."""

from __future__ import annotations

import inspect

from celery import current_app
from django.conf import settings

from submissions import tasks

DRAWN_ANEW = {"planning.tasks.draw_chart"}  # no job: a page asks for its chart again


def told_a_job() -> set[str]:
    found = {name: task for name, task in current_app.tasks.items() if not name.startswith("celery.")}
    return {name for name, task in found.items() if inspect.signature(task.run).parameters} - DRAWN_ANEW


def test_every_task_that_is_told_a_job_has_an_end() -> None:
    """The sweeper would stop at a job of any other, and ring for nobody behind it."""
    assert set(tasks.ends()) == told_a_job()


def test_what_is_done_by_the_clock_is_there() -> None:
    wanted = {str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert wanted <= set(current_app.tasks)
    assert not wanted & told_a_job()
