"""One run at a time in a data folder, held by the operating system so that a killed run frees it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from qa.domain.errors import RunInProgress, SettingsInvalid


@contextmanager
def run_lock(home: Path) -> Iterator[None]:
    """Hold the data folder's run lock.

    Raises ``RunInProgress`` with the other run's process id when it is held, and ``SettingsInvalid``
    for a data folder that cannot be written.
    """
    with _opened(home) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise RunInProgress(
                f"another run (process {holder}) is scoring into {home}",
                hint="wait for it to end, or give this one another QA_HOME",
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _opened(home: Path) -> TextIO:
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        return (home / "run.lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise SettingsInvalid(
            f"the data folder {home} cannot be written: {error.strerror}",
            hint="set QA_HOME to a folder of yours",
        ) from error
