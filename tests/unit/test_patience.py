"""Waiting for a store that is away."""

from __future__ import annotations

import pytest

from qa.domain.errors import StoreUnavailable
from qa.services.patience import patiently


class Away:
    """A store whose every try takes some time, and fails."""

    def __init__(self, try_s: float) -> None:
        self.now_s = 0.0
        self.asked = 0
        self._try_s = try_s

    def act(self) -> None:
        self.now_s += self._try_s
        raise StoreUnavailable("away")

    def passes(self, _error: StoreUnavailable) -> bool:
        self.asked += 1
        return True

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds

    def wait(self, patience_s: float) -> None:
        patiently(
            self.act,
            patience_s,
            passes=self.passes,
            sleep=self.sleep,
            monotonic=lambda: self.now_s,
        )


def test_whoever_tells_that_it_is_waited_for_is_asked_though_one_try_took_all_the_time() -> None:
    away = Away(try_s=130.0)
    with pytest.raises(StoreUnavailable):
        away.wait(60.0)
    assert (away.asked, away.now_s) == (1, 130.0)


def test_nobody_is_asked_where_nothing_is_waited_for() -> None:
    away = Away(try_s=0.0)
    with pytest.raises(StoreUnavailable):
        away.wait(0.0)
    assert away.asked == 0
