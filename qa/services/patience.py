"""Waiting for a database that is away: a restart, a network that was gone, a machine that is still starting."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from qa.domain.errors import StoreFull, StoreUnavailable

T = TypeVar("T")

FIRST_WAIT_S = 0.25
LONGEST_WAIT_S = 10.0


def always(_error: StoreUnavailable) -> bool:
    """Whatever it is may pass."""
    return True


def patiently(
    act: Callable[[], T],
    patience_s: float,
    *,
    passes: Callable[[StoreUnavailable], bool] = always,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> T:
    """Do something with a store, again and again while that is away; no room left is no such fault.

    Args:
        act: What to do; it may come to be done twice.
        patience_s: How long to go on, seconds.
        passes: Whether a failure may pass; asked after each, where there is any patience.
        sleep: Waits for some seconds.
        monotonic: A clock that only goes forward, seconds.

    Raises:
        StoreUnavailable: It stayed away, or will.
    """
    until = monotonic() + patience_s
    wait_s = FIRST_WAIT_S
    while True:
        try:
            return act()
        except StoreFull:
            raise
        except StoreUnavailable as error:
            # Asked even where one attempt took all the time there was: who asks may tell that it is waited for.
            if patience_s <= 0 or not passes(error):
                raise
            left_s = until - monotonic()
            if left_s <= 0:
                raise
            sleep(min(wait_s, left_s))
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)
