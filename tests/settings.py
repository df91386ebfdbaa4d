"""The settings of the tests: the real ones, away from anybody's files, and quick where that is safe."""

import os
import uuid
from pathlib import Path

_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ.setdefault("VAR_DIR", str(Path(__file__).resolve().parents[1] / "var" / "test" / _worker))
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0" * 50)
os.environ.setdefault("LOG_LEVEL", "ERROR")

from planning.config.settings import *  # noqa: E402, F403
from planning.config.settings import CACHES, MIDDLEWARE, STORAGES  # noqa: E402

# Two runs, or two workers of one run, on the same Redis must not see each other's rate limits.
CACHES["default"]["KEY_PREFIX"] = f"test-{uuid.uuid4().hex}"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATICFILES_DIRS: list[str] = [folder for folder in STATICFILES_DIRS if Path(folder).is_dir()]  # noqa: F405
MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")  # nothing is collected for tests
