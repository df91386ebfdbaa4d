"""Third-party workbooks, real and odd: each is refused with a code, quickly, and the reader never falls over.

They are data of others and not part of the project: name their folder in THIRD_PARTY_WORKBOOKS.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from submissions.preflight import gate
from submissions.reader import read
from submissions.refusals import CODES, Refused

FOLDER = os.environ.get("THIRD_PARTY_WORKBOOKS", "")
ENDINGS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
pytestmark = pytest.mark.skipif(not FOLDER, reason="THIRD_PARTY_WORKBOOKS names no folder")


def test_each_is_refused_with_a_code_within_ten_seconds() -> None:
    files = sorted(path for path in Path(FOLDER).rglob("*") if path.suffix in ENDINGS)
    assert files
    times = []
    for path in files:
        start = time.monotonic()
        with pytest.raises(Refused) as refusal:
            gate(path)
            read(path)
        times.append(time.monotonic() - start)
        assert refusal.value.code in CODES, path.name
    times.sort()
    print(f"{len(files)} files; p99 {times[int(len(times) * 0.99)]:.2f} s, slowest {times[-1]:.2f} s")  # noqa: T201
    assert times[-1] < 10
