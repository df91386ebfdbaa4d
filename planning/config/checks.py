"""What `manage.py check --deploy` says of the embedded defaults: fine on a desk, not in service."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def no_embedded_default_in_service(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """One error for each embedded default still in use."""
    found: list[CheckMessage] = []
    if settings.SECRET_KEY_IS_KEPT:
        found.append(Error("SECRET_KEY is not set; the key kept in var/ is in use.", id="planning.E001"))
    if not settings.REDIS_URL:
        found.append(Error("REDIS_URL is not set; the queue in files is in use.", id="planning.E002"))
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        found.append(Error("DATABASE_URL is not set to PostgreSQL; SQLite is in use.", id="planning.E003"))
    return found
