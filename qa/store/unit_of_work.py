"""One transaction as a context manager, and the factory that opens it.

The database library is imported on entering, so that a command that only prints its help stays quick.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from qa.ports import Calls, Rubrics, Runs
    from qa.ports.agreement import Agreement
    from qa.ports.answers import Answers
    from qa.ports.calibration import Calibrations
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


def new_public_id() -> str:
    """An id that tells nothing and cannot be guessed: 128 random bits, 22 URL-safe characters."""
    return secrets.token_urlsafe(16)


class SqlUnitOfWork:
    """One transaction of the store (``qa.ports.UnitOfWork``).

    A database that cannot be used leaves as ``StoreUnavailable``, wherever in the block it shows.
    """

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

    def __init__(
        self,
        engine: Engine,
        *,
        writes: bool,
        public_id: Callable[[], str],
        sight: Sight | None = None,
    ) -> None:
        self._engine = engine
        self._writes = writes
        self._public_id = public_id
        self._sight = sight
        self._session: Session | None = None

    def __enter__(self) -> Self:
        from sqlalchemy.orm import Session

        from qa.store.engine import reading, reported, writing

        with ExitStack() as undo:
            mode = writing if self._writes else reading
            session = Session(mode(self._engine), expire_on_commit=False)
            undo.callback(session.close)
            with reported():
                # Begins the transaction, which takes the writer's lock.
                session.connection()
                if self._sight is not None:
                    self._sight.narrow(session)
            undo.pop_all()
        self._session = session
        self._open_scores(session)
        self._open_people(session)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        from qa.store.engine import unavailable

        self._entered.close()
        self._session = None
        fault = unavailable(error)
        if fault is not None:
            raise fault from error

    def commit(self) -> None:
        """Make the changes last."""
        from qa.store.engine import reported

        with reported():
            self._entered.commit()

    def _open_scores(self, session: Session) -> None:
        """Calls, the runs that scored them, and what they add up to."""
        from qa.store.agreement import SqlAgreement
        from qa.store.attempts import SqlAttempts
        from qa.store.calls import SqlCalls
        from qa.store.corrected import SqlCorrectedFigures
        from qa.store.digests import SqlDigests
        from qa.store.drift import SqlWeeks
        from qa.store.figures import SqlFigures
        from qa.store.learning import SqlLessons
        from qa.store.licences import SqlLicences
        from qa.store.nights import SqlNights
        from qa.store.repositories import SqlRubrics, SqlRuns
        from qa.store.run_locks import SqlRunLocks
        from qa.store.sampling import SqlSampling

        self.calls = SqlCalls(session, self._public_id)
        self.rubrics = SqlRubrics(session)
        self.runs = SqlRuns(session)
        self.run_locks = SqlRunLocks(session)
        self.attempts = SqlAttempts(session)
        self.digests = SqlDigests(session)
        self.figures = SqlFigures(session)
        self.corrected = SqlCorrectedFigures(session)
        self.sampling = SqlSampling(session, self._public_id)
        self.licences = SqlLicences(session)
        self.weeks = SqlWeeks(session)
        self.nights = SqlNights(session)
        self.agreement = SqlAgreement(session)
        self.lessons = SqlLessons(session, self._public_id)

    def _open_people(self, session: Session) -> None:
        """People, and what they do with the calls."""
        from qa.store.answers import SqlAnswers
        from qa.store.calibration import SqlCalibrations
        from qa.store.coaching import SqlCoaching
        from qa.store.feed import SqlFeed
        from qa.store.logins import SqlLogins
        from qa.store.outbox import SqlWebhooks
        from qa.store.people import SqlPeople
        from qa.store.programs import SqlTokens
        from qa.store.queue import SqlTasks
        from qa.store.reviews import SqlReviews

        self.people = SqlPeople(session, self._public_id)
        self.logins = SqlLogins(session, self._public_id)
        self.tasks = SqlTasks(session, self._public_id)
        self.reviews = SqlReviews(session, self._public_id)
        self.answers = SqlAnswers(session, self._public_id)
        self.coaching = SqlCoaching(session, self._public_id)
        self.calibrations = SqlCalibrations(session, self._public_id)
        self.tokens = SqlTokens(session, self._public_id)
        self.webhooks = SqlWebhooks(session, self._public_id)
        self.feed = SqlFeed(session)

    @property
    def _entered(self) -> Session:
        if self._session is None:
            raise RuntimeError("a unit of work is used inside its with block")
        return self._session


class Sight:
    """What one reader must not come across, looked up in the first transaction that needs it.

    Args:
        user_id: The reader.
    """

    def __init__(self, user_id: int) -> None:
        self._user_id = user_id
        self._hidden: frozenset[int] | None = None

    def narrow(self, session: Session) -> None:
        """Let a transaction leave it out."""
        from qa.store.sight import blind_calls, hide

        if self._hidden is None:
            self._hidden = blind_calls(session, self._user_id)
        hide(session, self._hidden)


class SqlUnitOfWorkFactory:
    """Opens transactions on one engine (``qa.ports.Store``).

    Args:
        engine: From ``qa.store.engine.make_engine``, its schema ensured.
        public_id: Makes the public id of whatever is new.
        sight: Of the reader that the transactions are for; ``None`` where they see everything.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        public_id: Callable[[], str] = new_public_id,
        sight: Sight | None = None,
    ) -> None:
        self._engine = engine
        self._public_id = public_id
        self._sight = sight

    def __call__(self, *, writes: bool = False) -> SqlUnitOfWork:
        """A new unit of work, not yet entered."""
        return SqlUnitOfWork(
            self._engine, writes=writes, public_id=self._public_id, sight=self._sight
        )

    def for_reader(self, user_id: int) -> SqlUnitOfWorkFactory:
        """The same store as somebody sees it while they answer one request."""
        return SqlUnitOfWorkFactory(self._engine, public_id=self._public_id, sight=Sight(user_id))

    def for_everybody(self) -> SqlUnitOfWorkFactory:
        """The same store whole."""
        return SqlUnitOfWorkFactory(self._engine, public_id=self._public_id)
