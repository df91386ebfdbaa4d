"""Few files are opened at once for those who wait in a browser; the rest are told to come back."""

from __future__ import annotations

import threading
from contextlib import ExitStack

import pytest
from django.core.files.base import ContentFile

from submissions import turns
from submissions.receive import held, recognise
from submissions.turns import AT_ONCE, Busy, a_turn


def test_one_waits_and_who_comes_after_is_told_at_once() -> None:
    begun, done = threading.Event(), []

    def wait() -> None:
        begun.set()
        with a_turn():
            done.append("had its turn")

    with ExitStack() as running:
        for _ in range(AT_ONCE):
            running.enter_context(held(ContentFile(b"bytes")))
        waiting = threading.Thread(target=wait)
        waiting.start()
        begun.wait()
        while turns._places._value:  # until it stands in the queue
            pass
        with pytest.raises(Busy):
            recognise(ContentFile(b"bytes"))
        assert not done
    waiting.join()
    assert done == ["had its turn"]


def test_a_turn_is_given_back_whatever_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "QUEUE", 0.01)
    for _ in range(5):
        with pytest.raises(ZeroDivisionError), a_turn():
            raise ZeroDivisionError
    with ExitStack() as running:
        for _ in range(AT_ONCE):
            running.enter_context(a_turn())
        for _ in range(3):
            with pytest.raises(Busy):
                running.enter_context(a_turn())
    with a_turn():
        pass
