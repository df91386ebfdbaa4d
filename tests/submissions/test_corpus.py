"""Third-party workbooks, real and odd, through the real upload: each is refused with a code, and nothing falls over.

They are data of others and not part of the project: name their folder in THIRD_PARTY_WORKBOOKS.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from pathlib import Path

import pytest

from planning.plan.runs import Run
from submissions.receive import TooLarge
from submissions.refusals import CODES
from submissions.uploads import Value
from tests.flow import send

FOLDER = os.environ.get("THIRD_PARTY_WORKBOOKS", "")
ENDINGS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FOLDER, reason="THIRD_PARTY_WORKBOOKS names no folder"),
]


def code_of(path: Path) -> str:
    try:
        upload = send("RTH", "finance", content=path.read_bytes())
    except TooLarge as refusal:
        return refusal.code
    assert upload.state == "rejected", path.name
    return upload.error_code


def test_each_is_refused_with_a_code() -> None:
    """How long it takes is printed (`-s`)."""
    files = sorted(path for path in Path(FOLDER).rglob("*") if path.suffix in ENDINGS)
    assert files
    times, codes = [], Counter[str]()
    for path in files:
        start = time.monotonic()
        codes[code_of(path)] += 1
        times.append(time.monotonic() - start)
    times.sort()
    p99 = times[int(len(times) * 0.99)]
    print(f"{len(files)} files; p99 {p99:.2f} s, slowest {times[-1]:.2f} s; {codes}")  # noqa: T201
    assert set(codes) <= set(CODES)
    assert not Run.objects.exists()
    assert not Value.objects.exists()
