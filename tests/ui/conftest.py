"""What every journey in a browser needs: Chromium as installed, a clean console, an accessibility check."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

# Playwright keeps an event loop in this thread, and Django would refuse its ORM beside one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

QUIET = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/ui/" in str(item.path):
            item.add_marker(pytest.mark.ui)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    return {**browser_type_launch_args, "executable_path": found, "args": QUIET}


@pytest.fixture
def page(page: Any) -> Iterator[Any]:
    """A page whose console must stay free of refusals by our own content security policy."""
    refusals: list[str] = []
    page.on(
        "console", lambda said: refusals.append(said.text) if "Content Security Policy" in said.text else None
    )
    yield page
    assert refusals == []


@pytest.fixture
def is_accessible() -> Callable[[Any], None]:
    """Checks the page as it stands against WCAG 2.2 AA; names each violation and where it is."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page: Any) -> None:
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}}).response["violations"]
        assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found] == []

    return check


@pytest.fixture(autouse=True)
def _quiet_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens to the bell here: `the_worker_works` looks at the jobs themselves."""
    monkeypatch.setattr("planning.foundation.jobs.ring", lambda job: None)
    monkeypatch.setattr("planning.foundation.charts._ask", lambda chart: None)
    monkeypatch.setattr("planning.foundation.charts.PATIENCE", 0)
