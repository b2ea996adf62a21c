"""One run at a time on a store; a dead or silent holder loses its place, and writes nothing more."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from qa.batch.heartbeat import beating, gone, here
from qa.domain.errors import RunInProgress, RunTakenOver, StoreUnavailable
from qa.domain.records import Stopped
from qa.services.run_lock import LOCK, SILENT_S, HeldLock, hold
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.run_lab import Night


@dataclass
class Waiting:
    """Time that passes only when somebody waits; something may happen at each look."""

    then: Callable[[], object] = lambda: None
    passed_s: float = 0.0
    looks: int = field(default=0)

    def monotonic(self) -> float:
        return self.passed_s

    def sleep(self, seconds: float) -> None:
        self.passed_s += seconds
        self.looks += 1
        self.then()


def take(
    open_store: SqlUnitOfWorkFactory,
    waiting: Waiting | None = None,
    *,
    holder: str = "other process 7 [x y]",
    dead: Callable[[str], bool] = lambda _: False,
    stop: Callable[[], Stopped] = lambda: "",
) -> HeldLock:
    time_ = waiting or Waiting()
    return hold(
        open_store,
        holder=holder,
        gone=dead,
        stop=stop,
        monotonic=time_.monotonic,
        sleep=time_.sleep,
    )


def test_a_free_lock_is_taken_at_once_and_again_after_its_release(
    open_store: SqlUnitOfWorkFactory,
) -> None:
    waiting = Waiting()
    for _ in range(2):
        take(open_store, waiting).release()
    assert waiting.looks == 0


def test_a_holder_whose_beats_go_on_keeps_its_place(open_store: SqlUnitOfWorkFactory) -> None:
    held = take(open_store)
    waiting = Waiting(then=held.beat)
    with pytest.raises(RunInProgress, match="other process 7") as caught:
        take(open_store, waiting)
    assert "[x" not in caught.value.message
    assert waiting.passed_s < SILENT_S


def test_a_silent_holder_loses_its_place_and_is_fenced(open_store: SqlUnitOfWorkFactory) -> None:
    held = take(open_store)
    waiting = Waiting()
    other = take(open_store, waiting)
    assert waiting.passed_s == pytest.approx(SILENT_S, abs=1.5)
    assert not held.beat()
    assert other.beat()
    with open_store(writes=True) as store, pytest.raises(RunTakenOver):
        held.fence(store)
    held.release()
    with open_store(writes=True) as store:
        other.fence(store)


def test_no_clock_has_a_say_in_who_is_silent(open_store: SqlUnitOfWorkFactory) -> None:
    """The times that are stored are for people: with any of them the holder keeps and loses its place alike."""
    held = take(open_store)
    with open_store(writes=True) as store:
        assert store.run_locks.beat(LOCK, held.token)
        store.commit()
    beaten = Waiting(then=held.beat)
    with pytest.raises(RunInProgress):
        take(open_store, beaten)
    assert take(open_store, Waiting()).beat()


def test_a_holder_that_is_known_to_be_dead_is_not_waited_for(
    open_store: SqlUnitOfWorkFactory,
) -> None:
    take(open_store, holder="dead")
    waiting = Waiting()
    take(open_store, waiting, dead=lambda holder: holder == "dead")
    assert waiting.looks == 0


def test_who_is_told_to_stop_does_not_wait_for_a_silent_holder(
    open_store: SqlUnitOfWorkFactory,
) -> None:
    take(open_store)
    waiting = Waiting()
    with pytest.raises(RunInProgress):
        take(open_store, waiting, stop=lambda: "signal")
    assert waiting.passed_s < SILENT_S


def test_of_many_who_want_a_silent_holders_place_one_gets_it(
    open_store: SqlUnitOfWorkFactory,
) -> None:
    take(open_store, holder="dead")

    def attempt(_: int) -> bool:
        try:
            hold(
                open_store,
                holder="alive",
                gone=lambda holder: holder == "dead",
                stop=lambda: "signal",
                sleep=lambda _: None,
            )
        except RunInProgress:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(attempt, range(8))) == 1


def test_a_run_that_was_taken_over_in_the_middle_writes_nothing_more(
    open_store: SqlUnitOfWorkFactory, tmp_path: Path
) -> None:
    folder = tmp_path / "night"
    folder.mkdir()
    night = Night(folder, open_store)
    for name in ("a.wav", "b.wav", "c.wav"):
        night.record(name)
    held = take(open_store, holder="slow")
    taken: list[HeldLock] = []

    def overtaken(job: object) -> None:
        if night.scores() and not taken:
            taken.append(take(open_store, dead=lambda holder: holder == "slow"))
        assert job is not None

    with pytest.raises(RunTakenOver):
        night.run(overtaken, fence=held.fence)
    assert set(night.scores()) == {"a.wav"}
    rest = night.run(fence=taken[0].fence)
    assert (rest.scored, rest.done_before, rest.complete) == (2, 1, True)


# --- where a process is --------------------------------------------------------------------------------


def test_this_very_process_is_there() -> None:
    assert not gone(here())
    assert f"process {os.getpid()}" in here()


def test_a_process_of_this_machine_that_ended_is_gone_also_before_it_is_waited_for() -> None:
    program = "from qa.batch.heartbeat import here; print(here(), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        holder = other.stdout.readline().strip()
        assert not gone(holder)
        other.kill()
        deadline = time.monotonic() + 60
        while not gone(holder) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert gone(holder)
    assert gone(holder)


def test_another_process_that_got_the_same_number_is_not_the_holder() -> None:
    mine = here()
    assert gone(mine.rsplit(" ", 1)[0] + " 12345]")


@pytest.mark.parametrize(
    "holder", ["", "elsewhere process 1 [abc 1]", "nonsense", "x process y [z"]
)
def test_a_process_of_another_machine_is_never_taken_for_gone(holder: str) -> None:
    assert not gone(holder)


# --- the thread that beats -------------------------------------------------------------------------------


def test_beats_go_on_through_a_store_that_is_gone_and_end_with_the_place() -> None:
    answers: list[bool | Exception] = [True, StoreUnavailable("gone"), True, False]
    beats: list[int] = []

    def beat() -> bool:
        beats.append(1)
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with beating(beat, every_s=0.005):
        deadline = time.monotonic() + 60
        while answers and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(0.05)
    assert len(beats) == 4


def test_no_beat_comes_after_the_end() -> None:
    beats: list[int] = []

    def beat() -> bool:
        beats.append(1)
        return True

    with beating(beat, every_s=60):
        pass
    assert beats == []
    assert multiprocessing.active_children() == []
