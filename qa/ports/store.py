"""One transaction over everything that is stored, and the clock that dates it."""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from qa.ports.agreement import Agreement
from qa.ports.answers import Answers
from qa.ports.calibration import Calibrations
from qa.ports.calls import Calls, Rubrics, Runs
from qa.ports.coaching import Coaching
from qa.ports.corrected import CorrectedFigures
from qa.ports.drift import Weeks
from qa.ports.figures import Figures
from qa.ports.learning import Lessons
from qa.ports.licences import Licences
from qa.ports.nights import Nights
from qa.ports.people import Logins, People
from qa.ports.programs import Feed, Tokens, Webhooks
from qa.ports.queue import Tasks
from qa.ports.reviews import Reviews
from qa.ports.runs import Attempts, Digests, RunLocks
from qa.ports.sampling import Sampling


class Clock(Protocol):
    """The time, injected so that tests and replays decide it."""

    def now(self) -> datetime:
        """The present, with a UTC offset."""


class UnitOfWork(Protocol):
    """One transaction: rolled back on leaving unless ``commit`` was called."""

    calls: Calls
    rubrics: Rubrics
    runs: Runs
    run_locks: RunLocks
    attempts: Attempts
    digests: Digests
    people: People
    logins: Logins
    tasks: Tasks
    reviews: Reviews
    answers: Answers
    figures: Figures
    corrected: CorrectedFigures
    sampling: Sampling
    licences: Licences
    weeks: Weeks
    nights: Nights
    coaching: Coaching
    calibrations: Calibrations
    tokens: Tokens
    webhooks: Webhooks
    feed: Feed
    agreement: Agreement
    lessons: Lessons

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def commit(self) -> None:
        """Make the changes last."""


class UnitOfWorkFactory(Protocol):
    """Opens transactions; ``writes`` takes the writer's lock at once (SQLite: BEGIN IMMEDIATE)."""

    def __call__(self, *, writes: bool = False) -> UnitOfWork:
        """A new unit of work, not yet entered."""


class Store(UnitOfWorkFactory, Protocol):
    """A store that can be seen through somebody's eyes."""

    def for_reader(self, user_id: int) -> Store:
        """The same store without the calls that somebody has still to rate blind.

        For the time of one request: what they are to rate is looked up once.
        """

    def for_everybody(self) -> Store:
        """The store whole: for figures that are counted once and kept for all, and show no single call."""
