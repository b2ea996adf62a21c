"""Stages that another process can build: what each does is in the name of the recording."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from pathlib import Path
from typing import Any

from qa.domain.errors import ModelCorrupt, NotScorable
from qa.domain.wording import Reason


class Acts:
    """Does what the recording's name says, and notes in its file which process did."""

    def run(self, job: Any) -> Any:
        path: Path = job.path
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()}\n")
        _act(path.stem)
        return job


def _act(name: str) -> None:
    match name.partition("-")[0]:
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "hangup":
            os.kill(os.getpid(), signal.SIGHUP)
        case "segfault":
            ctypes.string_at(0)
        case "exits":
            os._exit(3)
        case "raises":
            raise ZeroDivisionError
        case "silent":
            raise NotScorable(Reason("recording.no_speech"))
        case "corrupt":
            raise ModelCorrupt("whisper-base is not the file it should be")
        case "slow":
            time.sleep(60)


class Interrupted:
    """Builds ``Acts``, in a process that is told to end before it is up."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _interrupted, ()


def _interrupted() -> type[Acts]:
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGTERM)
    return Acts


class NeverUp:
    """Ends the process that it is sent to."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (7,)
