"""What the model libraries read from the environment, set in one place before any of them is imported."""

from __future__ import annotations

import os

_SETTINGS = {
    # Torch and CTranslate2 each bring an OpenMP pool. Waiting threads that spin take the cores from those
    # that work: diarization after recognition in one process took sixty times as long on two cores.
    "OMP_WAIT_POLICY": "PASSIVE",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_OFFLINE": "1",
    # pyannote.audio 4 reports each file's length and speaker count unless this says otherwise.
    "PYANNOTE_METRICS_ENABLED": "0",
    "OTEL_SDK_DISABLED": "true",
}


def prepare() -> None:
    """Keep the model libraries offline and out of each other's way; call it before importing one.

    It overrides what the environment said: nothing that a call holds may leave the machine.
    """
    os.environ.update(_SETTINGS)


def steady_sums() -> None:
    """Have numpy's matrix products run on one thread in this process, as each of our workers does.

    On some processors the last digits of a product depend on the number of threads, and what was heard with them;
    a cluster gives its workers other numbers than one machine has cores. Call it after numpy is imported.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1, user_api="blas")


MOST_WORKERS = 4
"""Batches or recordings at work at once, each with memory of its own."""


def workers_to_use(threads: int) -> int:
    """How much is worked on at once on a processor, a core to each, for a ``threads`` as below."""
    return min(threads_to_use(threads), MOST_WORKERS)


def threads_to_use(threads: int) -> int:
    """A thread count for the models: ``threads``, or where that is 0 every core this process may use."""
    if threads > 0:
        return threads
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
