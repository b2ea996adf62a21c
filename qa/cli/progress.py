"""The progress of a run: calls, the stage at work, speed as times real time, time left.

Drawn on the error stream, so that ``--json`` output stays clean; silent when that is no terminal.
"""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

from qa.services.ingest import Event, Finished, StageBegan


class RunProgress:
    """A ``Watcher`` that draws a bar."""

    def __init__(self) -> None:
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[speed]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[stage]}"),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("looking at the recordings", total=None, speed="", stage="")
        self._audio_s = 0.0
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def planned(self, found: int, jobs: int) -> None:
        """So many recordings are there, so many are to be done."""
        known = f", {found - jobs} known" if found > jobs else ""
        self._bar.update(self._task, total=jobs, description=f"scoring calls{known}")
        self._began = time.monotonic()

    def happened(self, event: Event) -> None:
        """Draw one event."""
        if isinstance(event, StageBegan):
            more = f" and {event.together - 1} more" if event.together > 1 else ""
            self._bar.update(self._task, stage=f"{event.job.path.name}{more}: {event.stage}")
            return
        if isinstance(event, Finished) and event.job.heard is None:
            self._audio_s += event.scored.recording.duration_s
            speed = self._audio_s / max(time.monotonic() - self._began, 0.001)
            self._bar.update(self._task, speed=f"{speed:.1f}x real time")
        self._bar.advance(self._task)
