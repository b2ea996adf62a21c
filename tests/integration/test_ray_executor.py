"""The Ray executor on a cluster of its own: what happens to each job, whatever breaks."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from qa.batch.local import LocalExecutor
from qa.batch.ray import RayExecutor
from qa.batch.ray_cluster import connected
from qa.batch.step import Step
from qa.domain.call import CallRecord
from qa.domain.errors import ModelCorrupt, NotScorable
from qa.domain.wording import Reason
from qa.services.ingest import Event, Finished, Job, Refused, StageBegan

SAID = "客户说：我的密码是 mellon"
PROMPT_S = 120.0


class Read:
    """Gives a job's name on, and breaks, waits or dies where the name says so."""

    def __init__(self, marks: Path) -> None:
        self._marks = marks

    def run(self, job: Job) -> str:
        return _act(job.path.name, "read", self._marks)


class Hear:
    """A pooled stage; remembers which recordings it got together."""

    def __init__(self, marks: Path) -> None:
        self._marks = marks

    def run(self, items: Sequence[str]) -> list[Any]:
        with (self._marks / "pools").open("a", encoding="utf-8") as file:
            file.write(f"{' '.join(items)}\n")
        return [
            NotScorable(Reason("recording.no_words"))
            if item.startswith("wordless")
            else _act(item, "hear", self._marks)
            for item in items
        ]


class Judge:
    """The last stage: a "scorecard" that names its recording."""

    def __init__(self, marks: Path) -> None:
        self._marks = marks

    def run(self, item: Any) -> str:
        name = item.path.name if isinstance(item, Job) else item
        return f"scored {_act(name, 'judge', self._marks)}"


def _act(name: str, stage: str, marks: Path) -> str:
    print(SAID)  # noqa: T201 - what a library might print
    print(SAID, file=sys.stderr)  # noqa: T201
    logging.getLogger("library").error(SAID)
    if name.startswith(f"broken-{stage}"):
        raise ZeroDivisionError(SAID)
    if name.startswith("silent") and stage == "read":
        raise NotScorable(Reason("recording.no_speech"))
    if name.startswith(f"kills-{stage}"):
        os.kill(os.getpid(), signal.SIGKILL)
    if name.startswith(f"dies-once-{stage}") and not (marks / name).exists():
        (marks / name).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if name.startswith(f"waits-{stage}"):
        (marks / f"{name}.pid").write_text(str(os.getpid()), encoding="utf-8")
        until = time.monotonic() + PROMPT_S
        while not (marks / "go").exists() and time.monotonic() < until:
            time.sleep(0.02)
    return name


def _no_model() -> Any:
    raise ModelCorrupt("whisper-base is not the file it should be", hint="run: qa models fetch")


def _nothing() -> None:
    pass


def _one(_: Any) -> float:
    return 1.0


def _steps(marks: Path) -> list[Step]:
    return [
        Step("decode", partial(Read, marks)),
        Step("recognise", partial(Hear, marks), size=_one),
        Step("score", partial(Judge, marks), audio=False),
    ]


def _job(name: str, heard: Any = None) -> Job:
    return Job(Path(name), name, CallRecord(call_id=name), f"print-{name}", "hearing", heard)


def _ray(steps: Sequence[Step], pool_s: float = 4.0) -> RayExecutor:
    return RayExecutor(steps, pool_s=pool_s, prepare=_nothing)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with connected("", cpus=2) as ray:
        ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
        yield ray


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    return tmp_path


def _ends(events: Iterator[Event]) -> dict[str, Any]:
    """How each job ended; a job that ended twice is told as such."""
    ends = [event for event in events if not isinstance(event, StageBegan)]
    assert all(count == 1 for count in Counter(end.job.sha256 for end in ends).values())
    return {
        end.job.sha256: end.scored if isinstance(end, Finished) else (end.reason, end.final)
        for end in ends
    }


def _run(jobs: Sequence[Job], steps: Sequence[Step], pool_s: float = 4.0) -> dict[str, Any]:
    with _ray(steps, pool_s) as executor:
        return _ends(executor.run(jobs))


def test_every_job_ends_as_it_does_locally_and_in_the_same_pools(cluster: Any, marks: Path) -> None:
    names = ["a", "broken-read", "silent", "b", "wordless", "c", "broken-judge", "d", "e", "f"]
    jobs = [*[_job(name) for name in names], _job("known", heard=("facts", "hearing"))]
    here, there = marks / "here", marks / "there"
    here.mkdir()
    there.mkdir()
    local = _ends(LocalExecutor(_steps(here), pool_s=4.0).run(jobs))
    assert _run(jobs, _steps(there)) == local
    assert local["known"] == "scored known"
    assert (there / "pools").read_text(encoding="utf-8") == (here / "pools").read_text("utf-8")


def test_a_recording_that_breaks_a_pooled_stage_is_found_and_the_others_go_on(
    cluster: Any, marks: Path
) -> None:
    ends = _run([_job(name) for name in ("a", "b", "broken-hear", "c")], _steps(marks))
    reason, final = ends.pop("broken-hear")
    assert (reason.params, final) == ({"stage": "recognise", "kind": "ZeroDivisionError"}, False)
    assert ends == {name: f"scored {name}" for name in ("a", "b", "c")}


def test_a_worker_that_dies_is_started_anew_and_its_jobs_are_done_again(
    cluster: Any, marks: Path
) -> None:
    names = ("a", "dies-once-read", "dies-once-hear", "b", "dies-once-judge")
    ends = _run([_job(name) for name in names], _steps(marks))
    assert ends == {name: f"scored {name}" for name in names}


def test_a_recording_that_kills_its_worker_twice_is_refused_and_the_others_are_scored(
    cluster: Any, marks: Path
) -> None:
    names = ("a", "b", "kills-hear", "c", "d", "kills-read", "e", "kills-judge")
    with _ray(_steps(marks)) as executor:
        events = list(executor.run([_job(name) for name in names]))
    refused = {event.job.sha256: event for event in events if isinstance(event, Refused)}
    assert {name: event.reason.params["stage"] for name, event in refused.items()} == {
        "kills-hear": "recognise",
        "kills-read": "decode",
        "kills-judge": "score",
    }
    assert all(event.died and not event.final for event in refused.values())
    assert {event.job.sha256 for event in events if isinstance(event, Finished)} == set("abcde")


def test_a_worker_killed_from_outside_loses_nothing_and_doubles_nothing(
    cluster: Any, marks: Path
) -> None:
    names = [*"abcdefgh", "waits-hear", *"ijkl"]
    ends: list[Any] = []
    killed: list[int] = []
    with _ray(_steps(marks)) as executor:
        for event in executor.run([_job(name) for name in names]):
            if not isinstance(event, StageBegan):
                ends.append(event)
            if "h" in {end.job.sha256 for end in ends} and not killed:
                killed.append(_pid(marks / "waits-hear.pid"))
                os.kill(killed[0], signal.SIGKILL)
                (marks / "go").touch()
    assert killed
    assert sorted(end.job.sha256 for end in ends) == sorted(names)
    assert all(isinstance(end, Finished) for end in ends)


def _pid(file: Path) -> int:
    until = time.monotonic() + PROMPT_S
    while not file.exists() or not file.read_text(encoding="utf-8"):
        assert time.monotonic() < until
        time.sleep(0.02)
    return int(file.read_text(encoding="utf-8"))


def test_corrupt_weights_end_the_run_with_the_sentence_they_have_locally(
    cluster: Any, marks: Path
) -> None:
    steps = [*_steps(marks)[:1], Step("recognise", _no_model, size=_one), *_steps(marks)[2:]]
    with pytest.raises(ModelCorrupt, match="not the file it should be") as caught:
        _run([_job("a"), _job("b")], steps)
    assert caught.value.hint == "run: qa models fetch"


def test_told_to_stop_it_finishes_what_it_began_and_begins_nothing_more(
    cluster: Any, marks: Path
) -> None:
    begun: list[str] = []
    told: list[bool] = []

    def jobs() -> Iterator[Job]:
        for number in range(100):
            begun.append(str(number))
            yield _job(str(number))

    ended: list[str] = []
    with _ray(_steps(marks), pool_s=2.0) as executor:
        for event in executor.run(jobs(), lambda: "signal" if told else ""):
            if isinstance(event, Finished):
                ended.append(event.job.sha256)
                told.append(True)
    assert sorted(ended) == sorted(begun)
    assert len(ended) < 50


def test_what_is_read_ahead_of_the_models_is_bounded(cluster: Any, marks: Path) -> None:
    begun: list[str] = []

    def jobs() -> Iterator[Job]:
        for name in ("waits-hear", *"abcdefghijklmnopqrst"):
            begun.append(name)
            yield _job(name)

    with _ray(_steps(marks), pool_s=1.0) as executor, closing(executor.run(jobs())) as events:
        for event in events:
            if isinstance(event, StageBegan) and event.stage == "recognise":
                break
        _pid(marks / "waits-hear.pid")
        beginning = time.monotonic()
        while time.monotonic() - beginning < 1.0:
            executor_events = len(begun)
            time.sleep(0.05)
    assert executor_events <= 5


def test_a_result_is_handed_over_before_later_pools_are_done(cluster: Any, marks: Path) -> None:
    with _ray(_steps(marks), pool_s=1.0) as executor:
        ended: list[str] = []
        for event in executor.run([_job("a"), _job("waits-hear")]):
            if isinstance(event, Finished):
                ended.append(event.job.sha256)
                (marks / "go").touch()
    assert ended == ["a", "waits-hear"]


def test_nothing_that_was_said_reaches_a_log_and_ray_prints_nothing(
    cluster: Any,
    marks: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with caplog.at_level(logging.WARNING):
        _run([_job("broken-read"), _job("a"), _job("kills-judge")], _steps(marks))
    assert "ZeroDivisionError in stage decode" in caplog.text
    assert "in run" in caplog.text
    assert capfd.readouterr() == ("", "")
    session = Path(cluster._private.worker._global_node.get_session_dir_path())
    kept = [file.read_bytes() for file in session.rglob("*") if file.is_file()]
    assert len(kept) > 10
    assert not [text for text in [*kept, caplog.text.encode()] if b"mellon" in text]


def test_its_own_cluster_lies_in_a_folder_that_nobody_else_can_enter(cluster: Any) -> None:
    session = Path(cluster._private.worker._global_node.get_session_dir_path())
    private = next(folder for folder in session.parents if folder.name.startswith("qa-ray-"))
    assert private.stat().st_mode & 0o077 == 0
    assert {node["NodeManagerAddress"] for node in cluster.nodes()} == {"127.0.0.1"}
