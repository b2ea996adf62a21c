"""How a run writes: fenced, so that one that was taken over writes nothing; patient with a database that is gone."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from qa.ports import UnitOfWork, UnitOfWorkFactory
from qa.services.patience import patiently

T = TypeVar("T")

Fence = Callable[[UnitOfWork], None]
"""Raises ``RunTakenOver`` where another run has taken this one's place."""


def unfenced(store: UnitOfWork) -> None:
    """For a store that nobody else can write to."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Transactions of one run.

    What is done in one may be done twice, where the connection broke as it was made to last: it must come
    to the same.

    Attributes:
        patience_s: How long a store that is gone is waited for, seconds.
    """

    open_store: UnitOfWorkFactory
    fence: Fence = unfenced
    patience_s: float = 0.0
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic

    def write(self, act: Callable[[UnitOfWork], T]) -> T:
        """Do something and make it last. Raises ``RunTakenOver`` and ``StoreUnavailable``."""

        def once() -> T:
            with self.open_store(writes=True) as store:
                self.fence(store)
                done = act(store)
                store.commit()
            return done

        return self.patiently(once)

    def read(self, act: Callable[[UnitOfWork], T]) -> T:
        """Look something up. Raises ``StoreUnavailable``."""

        def once() -> T:
            with self.open_store() as store:
                return act(store)

        return self.patiently(once)

    def patiently(self, act: Callable[[], T]) -> T:
        """Do something with the store, again and again while it is gone; no room left is no such fault."""
        return patiently(act, self.patience_s, sleep=self.sleep, monotonic=self.monotonic)
