"""Processes that a run starts for part of its work: each comes up whole, and goes when the run does."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import wait

OF_THE_RUN = (signal.SIGTERM, signal.SIGINT)
"""Who sends these, by keyboard to every process at once, means the run: what is begun comes to its end."""


@contextmanager
def held_back() -> Iterator[None]:
    """Let signals to the run wait; a process that is started meanwhile keeps them waiting until it is up."""
    # It is started with the first process and lets these signals through again: it has to be there before.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, OF_THE_RUN)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def settle_in(deaf_to: Iterable[signal.Signals] = OF_THE_RUN) -> None:
    """Said by the other process when it is up: from now on signals reach it, and it ends with the run.

    Args:
        deaf_to: Signals that are not for it: what is begun comes to its end.
    """
    for number in deaf_to:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, OF_THE_RUN)
    _end_with_parent()


def _end_with_parent() -> None:
    """Let a run that is killed take this process with it, whatever that is doing."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()
