"""Makes the database in use ready for a start, in one process: tables, reference data, demo.

Run as `python -m planning.config.prepare [--no-demo]`. Every step may be repeated; the demo is left
out where returns have been received, because then the database is somebody's work. Its sign-ins are
printed where it is loaded.
"""

import os
import sys

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planning.config.settings")
    try:
        django.setup()
        stop_unless_reachable()
        prepare(demo="--no-demo" not in sys.argv[1:])
    except (ImproperlyConfigured, CommandError) as error:
        sys.exit(f"Cannot start: {error}")


def stop_unless_reachable() -> None:
    """Raises ImproperlyConfigured where the database or Redis that is configured does not answer."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise ImproperlyConfigured(
            f"the database that DATABASE_URL names cannot be used ({reason})."
        ) from error
    if settings.REDIS_URL:
        redis_answers()


def redis_answers() -> None:
    import redis

    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=3).ping()
    except (redis.RedisError, ValueError) as error:
        raise ImproperlyConfigured(f"the Redis that REDIS_URL names cannot be used ({error}).") from error


def prepare(*, demo: bool) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_reference")
    if demo:
        call_command("load_demo", if_empty=True)
        call_command("load_demo", signins=True)


if __name__ == "__main__":
    main()
