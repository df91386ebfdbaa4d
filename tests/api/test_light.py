"""The web process stays small: what only workers need is not loaded with the addresses."""

from __future__ import annotations

import os
import subprocess
import sys

CODE = """
import sys, django
django.setup()
import planning.config.urls
print(*sorted({"numpy", "pandas", "openpyxl", "altair"} & sys.modules.keys()))
"""


def test_the_web_process_loads_nothing_heavy() -> None:
    environ = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
