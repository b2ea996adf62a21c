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

    def __init__(self, engine: Engine, *, writes: bool, public_id: Callable[[], str]) -> None:
        self._engine = engine
        self._writes = writes
        self._public_id = public_id
        self._session: Session | None = None

    def __enter__(self) -> Self:
        from sqlalchemy.orm import Session

        from qa.store.calls import SqlCalls
        from qa.store.engine import reading, reported, writing
        from qa.store.repositories import SqlRubrics, SqlRuns

        with ExitStack() as undo:
            mode = writing if self._writes else reading
            session = Session(mode(self._engine), expire_on_commit=False)
            undo.callback(session.close)
            with reported():
                # Begins the transaction, which takes the writer's lock.
                session.connection()
            undo.pop_all()
        self._session = session
        self.calls = SqlCalls(session, self._public_id)
        self.rubrics = SqlRubrics(session)
        self.runs = SqlRuns(session)
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

    @property
    def _entered(self) -> Session:
        if self._session is None:
            raise RuntimeError("a unit of work is used inside its with block")
        return self._session


class SqlUnitOfWorkFactory:
    """Opens transactions on one engine (``qa.ports.UnitOfWorkFactory``).

    Args:
        engine: From ``qa.store.engine.make_engine``, its schema ensured.
        public_id: Makes the public id of each new call.
    """

    def __init__(self, engine: Engine, *, public_id: Callable[[], str] = new_public_id) -> None:
        self._engine = engine
        self._public_id = public_id

    def __call__(self, *, writes: bool = False) -> SqlUnitOfWork:
        """A new unit of work, not yet entered."""
        return SqlUnitOfWork(self._engine, writes=writes, public_id=self._public_id)
