"""The start of the web process: what it must not load, and what a wrong setting does."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ["pandas", "numpy", "openpyxl", "altair", "vl_convert"]
START_AND_LIST = f"""
import json, sys
import planning.config.wsgi
from django.urls import get_resolver
get_resolver().url_patterns
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""


def start(tmp_path: Path, code: list[str], **env: str) -> subprocess.CompletedProcess[str]:
    kept = {
        k: v
        for k, v in os.environ.items()
        if k not in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    }
    return subprocess.run(
        [sys.executable, *code],
        cwd=ROOT,
        env=kept | {"VAR_DIR": str(tmp_path)} | env,
        capture_output=True,
        text=True,
    )


def test_the_web_process_loads_nothing_heavy(tmp_path: Path) -> None:
    started = start(tmp_path, ["-c", START_AND_LIST])
    assert started.returncode == 0, started.stderr
    assert json.loads(started.stdout.splitlines()[-1]) == []


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_URL", "mysql://x/y", "DATABASE_URL must begin with one of"),
        ("DATABASE_URL", "postgres://a@127.0.0.1:1/x", "the database that DATABASE_URL names cannot be used"),
        ("REDIS_URL", "localhost", "REDIS_URL must begin with one of"),
        ("EMAIL_URL", "mail.example", "EMAIL_URL must begin with one of"),
        ("HTTPS_ONLY", "maybe", "HTTPS_ONLY must be true or false"),
        ("MEDIA_ROOT", "/proc/nothing/here", "MEDIA_ROOT names /proc/nothing/here, which cannot be used"),
    ],
)
def test_a_wrong_setting_stops_with_one_sentence(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    stopped = start(tmp_path, ["manage.py", "migrate", "--check"], **{name: value})
    assert stopped.returncode == 1
    assert stopped.stderr.startswith(f"Cannot start: {sentence}")
    assert len(stopped.stderr.strip().splitlines()) == 1


def test_a_password_in_a_wrong_address_is_not_printed(tmp_path: Path) -> None:
    stopped = start(tmp_path, ["manage.py", "check"], DATABASE_URL="mysql://user:hunter2@host/x")
    assert "hunter2" not in stopped.stdout + stopped.stderr


def test_the_kept_secret_key_stays_and_is_private(tmp_path: Path) -> None:
    show = [
        "manage.py",
        "shell",
        "-v",
        "0",
        "-c",
        "from django.conf import settings; print(settings.SECRET_KEY)",
    ]
    first, second = (start(tmp_path, show, SECRET_KEY="").stdout for _ in range(2))
    assert first == second != ""
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
