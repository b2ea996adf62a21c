"""Calls heard before, scored by other processes: the same results in the same order, whatever becomes of those."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from qa.batch.local import LocalExecutor
from qa.batch.scorers import AHEAD, Scorers
from qa.batch.step import Step
from qa.bootstrap import running
from qa.config import Settings
from qa.domain.call import CallRecord
from qa.domain.errors import ModelCorrupt
from qa.services.ingest import Event, Finished, Job, Refused, StageBegan
from tests.unit.alone_stages import Acts, ActsTogether, NeverUp

STEPS = (
    Step("decode", Acts),
    Step("recognise", ActsTogether, size=lambda _: 1.0),
    Step("score", Acts, audio=False),
)
HEARD: Any = ("facts", "hearing")
MANY = 3
UP_S = 60.0


@pytest.fixture
def scorers() -> Iterator[Scorers]:
    with Scorers(STEPS, processes=2, many=MANY) as made:
        yield made


def job(folder: Path, name: str, *, heard: bool = True) -> Job:
    path = folder / f"{name}.wav"
    path.touch()
    record = CallRecord(call_id=name)
    return Job(path, name, record, f"print-{name}", "hearing", HEARD if heard else None)


def when_up(scorers: Scorers, jobs: list[Job]) -> Iterator[Job]:
    """The jobs, and behind the first few a wait until the other processes are there."""
    for number, each in enumerate(jobs):
        if number == MANY:
            _wait_for(lambda: scorers._pool is not None)
        yield each


def _wait_for(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + UP_S
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def ends(events: Iterator[Event]) -> list[Finished | Refused]:
    return [event for event in events if isinstance(event, Finished | Refused)]


def process_of(each: Job) -> int:
    (line,) = each.path.read_text("utf-8").split()
    return int(line)


def test_many_calls_heard_before_are_scored_by_others_and_come_back_in_their_order(
    scorers: Scorers, tmp_path: Path
) -> None:
    names = [f"fine-{number}" for number in range(MANY + 40)]
    jobs = [job(tmp_path, name) for name in (*names, "naps-1", "naps-2", "naps-3")]
    events = list(LocalExecutor(STEPS, scorers=scorers).run(when_up(scorers, jobs)))
    assert [event.job for event in events if isinstance(event, StageBegan)] == jobs
    assert [end.job for end in ends(iter(events))] == jobs
    assert all(isinstance(end, Finished) for end in ends(iter(events)))
    here, others = os.getpid(), {process_of(each) for each in jobs[MANY:]}
    assert {process_of(each) for each in jobs[: MANY - 1]} == {here}
    assert here not in others
    assert len(others) == 2


def test_few_calls_start_no_other_process(tmp_path: Path) -> None:
    jobs = [job(tmp_path, f"fine-{number}") for number in range(MANY)]
    with Scorers(STEPS, processes=2, many=MANY + 1) as scorers:
        list(LocalExecutor(STEPS, scorers=scorers).run(jobs))
        assert scorers._coming is None
    assert {process_of(each) for each in jobs} == {os.getpid()}


def test_one_process_more_would_gain_nothing_on_one_core(tmp_path: Path) -> None:
    jobs = [job(tmp_path, f"fine-{number}") for number in range(MANY)]
    with Scorers(STEPS, processes=1, many=1) as scorers:
        list(LocalExecutor(STEPS, scorers=scorers).run(jobs))
        assert scorers._coming is None


def test_a_recording_that_has_to_be_heard_stays_here(scorers: Scorers, tmp_path: Path) -> None:
    known = [job(tmp_path, f"fine-{number}") for number in range(MANY + 5)]
    new = job(tmp_path, "new", heard=False)
    jobs = [*known[: MANY + 2], new, *known[MANY + 2 :]]
    done = ends(LocalExecutor(STEPS, scorers=scorers).run(when_up(scorers, jobs)))
    assert {end.job.sha256 for end in done} == {each.sha256 for each in jobs}
    assert set(new.path.read_text("utf-8").split()) == {str(os.getpid())}
    assert process_of(known[-1]) != os.getpid()


def test_a_call_that_cannot_be_scored_is_that_calls_alone(scorers: Scorers, tmp_path: Path) -> None:
    names = [*(f"fine-{number}" for number in range(MANY)), "raises", "silent", "fine-z"]
    jobs = [job(tmp_path, name) for name in names]
    done = ends(LocalExecutor(STEPS, scorers=scorers).run(when_up(scorers, jobs)))
    raised, silent, fine = done[MANY:]
    assert isinstance(raised, Refused)
    assert (raised.reason.code, raised.died) == ("recording.fault", False)
    assert isinstance(silent, Refused)
    assert silent.reason.code == "recording.no_speech"
    assert isinstance(fine, Finished)


def test_where_a_process_ends_the_calls_it_had_are_scored_here(
    scorers: Scorers, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    jobs = [job(tmp_path, f"fine-{number}") for number in range(MANY + 4 * AHEAD)]

    def killing() -> Iterator[Job]:
        for number, each in enumerate(when_up(scorers, jobs)):
            if number == MANY + 2 * AHEAD:
                _wait_for(lambda: bool(jobs[MANY].path.read_text("utf-8").strip()))
                os.kill(process_of(jobs[MANY]), signal.SIGKILL)
                _wait_for(lambda: scorers._pool is None or bool(scorers._pool._broken))
            yield each

    done = ends(LocalExecutor(STEPS, scorers=scorers).run(killing()))
    assert [end.job for end in done] == jobs
    assert all(isinstance(end, Finished) for end in done)
    assert str(os.getpid()) in jobs[-1].path.read_text("utf-8").split()
    (line,) = [record.message for record in caplog.records]
    assert "ended" in line


def test_a_process_that_never_comes_up_costs_no_call(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    steps: list[Any] = [Step("score", NeverUp(), audio=False)]
    jobs = [job(tmp_path, f"fine-{number}") for number in range(MANY + 5)]
    with Scorers(steps, processes=2, many=MANY) as scorers:
        waiting = iter(jobs)

        def failed() -> Iterator[Job]:
            for number, each in enumerate(waiting):
                if number == MANY:
                    _wait_for(lambda: scorers._coming is not None and scorers._coming.done())
                yield each

        done = ends(LocalExecutor(STEPS, scorers=scorers).run(failed()))
    assert [end.job for end in done] == jobs
    assert {process_of(each) for each in jobs} == {os.getpid()}
    assert "no other process could be started" in caplog.text


def test_what_ends_the_run_for_all_comes_back_as_it_is(scorers: Scorers, tmp_path: Path) -> None:
    jobs = [*(job(tmp_path, f"fine-{number}") for number in range(MANY)), job(tmp_path, "corrupt")]
    with pytest.raises(ModelCorrupt, match="not the file it should be"):
        list(LocalExecutor(STEPS, scorers=scorers).run(when_up(scorers, jobs)))


def test_once_there_is_a_reason_to_stop_what_was_handed_on_is_brought_to_its_end(
    scorers: Scorers, tmp_path: Path
) -> None:
    jobs = [job(tmp_path, f"fine-{number}") for number in range(MANY + 20)]
    taken: list[Job] = []

    def counted() -> Iterator[Job]:
        for each in when_up(scorers, jobs):
            taken.append(each)
            yield each

    local = LocalExecutor(STEPS, scorers=scorers)
    done = ends(local.run(counted(), lambda: "signal" if len(taken) >= MANY + 5 else ""))
    assert [end.job for end in done] == taken == jobs[: MANY + 5]


def test_resting_ends_the_processes_and_they_come_again(scorers: Scorers, tmp_path: Path) -> None:
    local = LocalExecutor(STEPS, scorers=scorers)
    jobs = [job(tmp_path, f"fine-{number}") for number in range(MANY + 5)]
    list(local.run(when_up(scorers, jobs)))
    first = process_of(jobs[-1])
    local.rest()
    _wait_for(lambda: not Path(f"/proc/{first}").exists())
    again = [job(tmp_path, f"again-{number}") for number in range(MANY + 5)]
    list(local.run(when_up(scorers, again)))
    assert process_of(again[-1]) not in (first, os.getpid())


@pytest.mark.parametrize(("judge", "processes"), [("off", 2), ("http", 1)])
def test_a_run_here_is_wired_so(tmp_path: Path, judge: str, processes: int) -> None:
    settings = Settings(home=tmp_path, threads=2, judge=judge, _env_file=None)  # type: ignore[call-arg]
    with running._executors("local", STEPS, settings) as (together, _):
        assert isinstance(together, LocalExecutor)
        assert together._scorers._processes == processes


def test_a_run_that_is_killed_takes_its_processes_with_it(tmp_path: Path) -> None:
    program = f"""
from pathlib import Path
from qa.batch.local import LocalExecutor
from qa.batch.scorers import Scorers
from tests.unit.test_scorers import MANY, STEPS, job, when_up

if __name__ == "__main__":
    folder = Path({str(tmp_path)!r})
    names = [f"fine-{{number}}" for number in range(MANY)] + ["slow"]
    with Scorers(STEPS, processes=2, many=MANY) as scorers:
        local = LocalExecutor(STEPS, scorers=scorers)
        list(local.run(when_up(scorers, [job(folder, name) for name in names])))
"""
    root = Path(__file__).resolve().parents[2]
    slow = tmp_path / "slow.wav"
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=root, stderr=subprocess.DEVNULL
    ) as run:
        _wait_for(lambda: slow.exists() and bool(slow.read_text("utf-8").strip()))
        other = int(slow.read_text("utf-8"))
        assert other != run.pid
        run.send_signal(signal.SIGKILL)
    _wait_for(lambda: not Path(f"/proc/{other}").exists())
