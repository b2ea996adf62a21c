"""SIGTERM and Ctrl-C: the first lets a run finish what it has begun, the second ends it at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from qa.domain.records import Stopped
from qa.services.ingest import Stop, never

_SIGNALS = (signal.SIGTERM, signal.SIGINT)

_open: list[Stop] = []
"""Of the outermost block that is open, if any: signals are the process's, not a block's."""


@contextmanager
def draining() -> Iterator[Stop]:
    """A ``Stop`` that gives its reason once this process was told to end.

    From then on the system's own way with these signals holds again: a second one ends the process, even
    inside a library that never looks. A block inside another one is part of it: what either is told, both are,
    until the outer one ends. Only the main thread can catch signals; another gets a ``Stop`` that never gives
    a reason.
    """
    if threading.current_thread() is not threading.main_thread():
        yield never
        return
    if _open:
        yield _open[-1]
        return
    told = threading.Event()

    def stop() -> Stopped:
        return "signal" if told.is_set() else ""

    def begin(_number: int, _frame: FrameType | None) -> None:
        told.set()
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)

    _open.append(stop)
    before = {number: signal.signal(number, begin) for number in _SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _open.clear()
