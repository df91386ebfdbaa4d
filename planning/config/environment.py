"""Reads settings from the environment; a wrong value stops the start with one sentence."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    """The variable's text without surrounding space; unset and empty both give the default."""
    return os.environ.get(name, "").strip() or default


def yes_or_no(name: str, default: bool = False) -> bool:
    """A switch. Raises ImproperlyConfigured for anything that is neither yes nor no."""
    given = text(name, "yes" if default else "no").lower()
    if given not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be true or false, not “{given}”.")
    return given in TRUE


def whole_number(name: str, default: int) -> int:
    """A count of zero or more."""
    given = text(name, str(default))
    if not given.isascii() or not given.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not “{given}”.")
    return int(given)


def names(name: str, default: list[str]) -> list[str]:
    """A list separated by commas."""
    return [part.strip() for part in text(name).split(",") if part.strip()] or default


def folder(name: str, default: Path) -> Path:
    """A folder, made when it is missing."""
    path = Path(text(name, str(default)))
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name} names {path}, which cannot be used: {error.strerror}.") from error
    return path


def address(name: str, schemes: tuple[str, ...], default: str = "") -> str:
    """A URL of one of the schemes. A wrong one is refused without printing it: it may hold a password."""
    given = text(name, default)
    if given and urlsplit(given).scheme not in schemes:
        allowed = ", ".join(f"{scheme}://" for scheme in schemes)
        raise ImproperlyConfigured(f"{name} must begin with one of {allowed}.")
    return given


def database(url: str) -> dict[str, Any]:
    """Django's settings for the database; SQLite is set for one writer and many readers."""
    try:
        chosen: dict[str, Any] = environ.Env.db_url_config(url)
    except (ValueError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured("DATABASE_URL cannot be read as a database address.") from error
    if chosen["ENGINE"].endswith("sqlite3"):
        chosen["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
        return chosen
    return chosen | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def kept_secret(path: Path) -> str:
    """The secret key kept in a file that only this user can read, made at the first start."""
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()
