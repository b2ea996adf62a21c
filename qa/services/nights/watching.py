"""A watched folder: which of its files are new since they were last looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from qa.domain.attempts import TRIES
from qa.domain.records import RunReport
from qa.ports.runs import FileStamp
from qa.services.ingest import Source
from qa.services.ingest.identity import stamp_of


@dataclass(slots=True)
class Folder:
    """What was seen of a folder's files, and how often those to be tried again were.

    Attributes:
        settle_s: Age under which a file may still be growing, seconds.
    """

    settle_s: float
    _seen: dict[Path, FileStamp] = field(default_factory=dict)
    _done: dict[Path, FileStamp] = field(default_factory=dict)
    _again: frozenset[str] = frozenset()
    _tried: Counter[str] = field(default_factory=Counter)

    def news(
        self, sources: Sequence[Source], now: datetime, again: Collection[str]
    ) -> tuple[Source, ...]:
        """The files that are new or changed and old enough, and those that are to be tried again.

        One that is to be tried again and never comes to it (its content lies here under another name, say)
        would be news for ever: it is no more after as many rounds as a recording gets tries.
        """
        self._again = frozenset(again)
        self._tried = Counter({name: self._tried[name] for name in self._again})
        found = []
        for source in sources:
            stamp = look(source)
            if stamp is None:
                continue
            self._seen[source.path] = stamp
            name = source.path.name
            age_s = now.timestamp() - stamp.mtime_ns / 1e9
            due = name in self._again and self._tried[name] < TRIES
            new = self._done.get(source.path) != stamp or due
            # A file from the future, by a clock that was wrong, is as old as it will get.
            if new and not 0 <= age_s < self.settle_s:
                found.append(source)
        return tuple(found)

    def looked_at(self, sources: Sequence[Source], report: RunReport) -> None:
        """These files have been run over; those that wait or were not begun are looked at again."""
        if report.left:
            return
        names = {source.path.name for source in sources}
        self._tried.update(names & self._again - set(report.waiting))
        for source in sources:
            # As it looked before the run: one that was written to meanwhile is new again.
            stamp = self._seen.get(source.path)
            if stamp is not None and source.path.name not in report.waiting:
                self._done[source.path] = stamp


def look(source: Source) -> FileStamp | None:
    """How a file looks; ``None`` where it is not there or cannot be looked at."""
    try:
        return source.elsewhere.stamp if source.elsewhere else stamp_of(source.path)
    except OSError:
        return None
