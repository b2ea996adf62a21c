"""A context that several threads are in together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock


class Together:
    """Enters a context with the first thread that comes and leaves it with the last that goes.

    For what belongs to the whole process, such as warnings, standard output or torch's thread count: each
    thread on its own would put back what another had changed.

    Args:
        enter: Makes the context.
    """

    def __init__(self, enter: Callable[[], AbstractContextManager[None]]) -> None:
        self._enter = enter
        self._lock = Lock()
        self._inside = 0
        self._entered: AbstractContextManager[None] | None = None

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Be inside."""
        with self._lock:
            if self._inside == 0:
                self._entered = self._enter()
                self._entered.__enter__()
            self._inside += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside -= 1
                if self._inside == 0 and self._entered is not None:
                    self._entered.__exit__(None, None, None)
