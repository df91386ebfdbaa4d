"""The Celery application: a doorbell beside the queue of record, which is in the database."""

import os
import warnings
from typing import Any

from celery import Celery, signals
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planning.config.settings")

if not settings.REDIS_URL:
    # on a desk or in a small container root is usual; a real service is told about it
    warnings.filterwarnings("ignore", message="You're running the worker with superuser")

app = Celery("planning")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@signals.setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Celery sets up no logging of its own where somebody listens here; the settings have done it."""


@signals.worker_ready.connect
def look_for_what_waits(**_: Any) -> None:
    """A worker that starts asks for a sweep at once: what came while none was there waits no longer."""
    app.send_task("submissions.tasks.sweep")
