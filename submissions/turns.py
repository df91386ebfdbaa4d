"""Turns at opening strangers' workbooks while somebody's browser waits: each holds a thread of the web process and
a processor until its child is done, so few at once may, and the pages of everybody else go on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from submissions.reader import ReaderFailed

AT_ONCE, WAITING = 2, 1  # of one web process, which has four threads or more
QUEUE = 20.0  # seconds that the one in waiting waits
_running = threading.BoundedSemaphore(AT_ONCE)
_places = threading.BoundedSemaphore(AT_ONCE + WAITING)


class Busy(ReaderFailed):
    """Too many people have files opened just now, or this one takes too long."""


@contextmanager
def a_turn() -> Iterator[None]:
    """Wait for a turn, hold it for the block. Raises Busy, at once where somebody waits already. Not to be taken
    by who holds one."""
    if not _places.acquire(blocking=False):
        raise Busy("Too many files are being opened.")
    try:
        if not _running.acquire(timeout=QUEUE):
            raise Busy(f"No turn came in {QUEUE:.0f} seconds.")
        try:
            yield
        finally:
            _running.release()
    finally:
        _places.release()
