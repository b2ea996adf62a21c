"""What an importer must never do while it reads: open what lies elsewhere, reach out, or not come back."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_watched: list[Watch] = []
"""Who is watching now; the hook itself stays for the life of the process."""


class Hang(BaseException):
    """An input took longer than it may."""


class Watch:
    """What was done outside some folders.

    Args:
        folders: Where files may be opened.
    """

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = tuple(os.fsencode(folder.resolve()) + b"/" for folder in folders)
        self.outside: list[str] = []

    def heard(self, event: str, args: tuple[Any, ...]) -> None:
        """An event of the interpreter's."""
        if event in ("open", "os.listdir", "os.scandir", "os.remove", "os.rename", "os.mkdir"):
            if isinstance(args[0], str | bytes | os.PathLike):
                # By its text: resolving it here would be one more look at it.
                path = os.path.normpath(os.fsencode(os.path.abspath(os.fsencode(args[0]))))  # noqa: PTH100 - bytes
                if not (path + b"/").startswith(self._folders):
                    self.outside.append(f"{event} {path!r}")
        elif event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system"):
            self.outside.append(event)


@contextmanager
def watched(watch: Watch, limit_s: float) -> Iterator[None]:
    """Watch what is done, for so long at most. Raises ``Hang``."""
    if not _hooked:
        _hooked.append(True)
        sys.addaudithook(_hook)
    before = signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    _watched.append(watch)
    try:
        yield
    finally:
        _watched.pop()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


_hooked: list[bool] = []


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if _watched:
        _watched[-1].heard(event, args)


def _too_long(_number: int, _frame: Any) -> None:
    raise Hang
