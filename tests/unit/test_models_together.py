from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest

from models.together import Together


@pytest.fixture
def changes() -> list[str]:
    return []


@pytest.fixture
def together(changes: list[str]) -> Together:
    @contextmanager
    def change() -> Iterator[None]:
        changes.append("in")
        try:
            yield
        finally:
            changes.append("out")

    return Together(change)


def test_the_first_enters_and_the_last_leaves(together: Together, changes: list[str]) -> None:
    inside = Barrier(3, timeout=60)

    def work() -> None:
        with together():
            inside.wait()
            assert changes == ["in"]
            inside.wait()

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(work) for _ in range(3)]:
            done.result()

    assert changes == ["in", "out"]


def test_it_can_be_entered_again(together: Together, changes: list[str]) -> None:
    for _ in range(2):
        with together():
            pass

    assert changes == ["in", "out", "in", "out"]


def test_an_error_inside_leaves_it_and_goes_on(together: Together, changes: list[str]) -> None:
    with pytest.raises(ZeroDivisionError), together():
        raise ZeroDivisionError

    assert changes == ["in", "out"]
