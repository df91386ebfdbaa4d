#!/usr/bin/env python
"""Django's command line, with settings and database faults told in one sentence."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError, connection


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planning.config.settings")
    try:
        settings.INSTALLED_APPS  # noqa: B018 - reading any name loads the settings
    except ImproperlyConfigured as error:
        sys.exit(f"Cannot start: {error}")
    try:
        execute_from_command_line(sys.argv)
    except OperationalError:
        stop_if_unreachable()
        raise


def stop_if_unreachable() -> None:
    """Ends with one sentence where the database cannot be opened at all."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        sys.exit(f"Cannot start: the database that DATABASE_URL names cannot be used ({reason}).")


if __name__ == "__main__":
    main()
