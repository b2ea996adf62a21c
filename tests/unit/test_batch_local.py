from __future__ import annotations

import logging
import pickle
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from qa.batch.local import LocalExecutor
from qa.batch.lock import run_lock
from qa.batch.step import Step
from qa.domain.call import CallRecord
from qa.domain.errors import ModelCorrupt, NotScorable, RunInProgress, SettingsInvalid
from qa.domain.wording import Reason
from qa.services.ingest import Finished, Job, Refused, StageBegan

SAID = "客户说：我的密码是 1234"


class _Acts:
    """A stage whose behaviour is a function of the item."""

    def __init__(self, act: Callable[[Any], Any]) -> None:
        self._act = act

    def run(self, item: Any) -> Any:
        return self._act(item)


def _job(name: str) -> Job:
    return Job(Path(name), name, CallRecord(call_id=name), f"print-{name}", "hearing", None)


def _break_on_poison(item: Any) -> Any:
    if item.path.name == "poison.wav":
        raise ZeroDivisionError(SAID)
    if item.path.name == "silent.wav":
        raise NotScorable(Reason("recording.no_speech"))
    return item


def _corrupt(item: Any) -> Any:
    raise ModelCorrupt("whisper-base is not the file it should be")


def _steps(act: Callable[[Any], Any] = _break_on_poison) -> list[Step]:
    return [
        Step("decode", partial(_Acts, _break_on_poison)),
        Step("score", partial(_Acts, act), audio=False),
    ]


def test_one_broken_recording_never_stops_the_others() -> None:
    jobs = [_job(name) for name in ("a.wav", "poison.wav", "silent.wav", "b.wav")]
    ends = [e for e in LocalExecutor(_steps()).run(jobs) if not isinstance(e, StageBegan)]
    assert [type(end) for end in ends] == [Finished, Refused, Refused, Finished]
    fault, silent = ends[1], ends[2]
    assert isinstance(fault, Refused)
    assert isinstance(silent, Refused)
    assert (fault.reason.code, fault.final) == ("recording.fault", False)
    assert fault.reason.params == {"stage": "decode", "kind": "ZeroDivisionError"}
    assert (silent.reason.code, silent.final) == ("recording.no_speech", True)


def test_recordings_read_at_once_come_back_in_order_each_to_its_own_end() -> None:
    both_inside = Barrier(2, timeout=10)

    def meet(item: Any) -> Any:
        both_inside.wait()
        return _break_on_poison(item)

    names = ("a.wav", "poison.wav", "silent.wav", "b.wav")
    steps = [
        Step("decode", partial(_Acts, meet)),
        Step("diarize", partial(_Acts, list), size=lambda _: 1.0),
    ]
    ends = [
        event
        for event in LocalExecutor(steps, workers=2).run([_job(name) for name in names])
        if not isinstance(event, StageBegan)
    ]
    refused = [event.job.path.name for event in ends if isinstance(event, Refused)]
    finished = [event.job.path.name for event in ends if isinstance(event, Finished)]
    assert (refused, finished) == (["poison.wav", "silent.wav"], ["a.wav", "b.wav"])


def test_recordings_read_at_once_are_billed_for_the_time_that_passed() -> None:
    def slow(item: Any) -> Any:
        time.sleep(0.05)
        return item

    steps = [
        Step("decode", partial(_Acts, slow)),
        Step("diarize", partial(_Acts, list), size=lambda _: 1.0),
    ]
    began = time.perf_counter()
    ends = list(LocalExecutor(steps, workers=4).run([_job(str(name)) for name in range(4)]))
    took_s = time.perf_counter() - began

    billed_s = sum(end.stage_s["decode"] for end in ends if isinstance(end, Finished))
    assert 0.05 <= billed_s <= took_s


def test_corrupt_weights_end_the_run_where_recordings_are_read_at_once() -> None:
    steps = [Step("decode", partial(_Acts, _corrupt)), *_steps()[1:]]
    with pytest.raises(ModelCorrupt):
        list(LocalExecutor(steps, workers=2).run([_job("a.wav"), _job("b.wav")]))


def test_a_fault_is_logged_without_what_was_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        list(LocalExecutor(_steps()).run([_job("poison.wav")]))
    assert "ZeroDivisionError" in caplog.text
    assert "_break_on_poison" in caplog.text
    assert "1234" not in caplog.text


def test_a_corrupt_model_ends_the_run() -> None:
    with pytest.raises(ModelCorrupt):
        list(LocalExecutor(_steps(_corrupt)).run([_job("a.wav")]))


def test_a_recording_heard_before_goes_straight_to_scoring() -> None:
    heard: Any = ("facts", "hearing")
    job = Job(Path("poison.wav"), "s", CallRecord(call_id="c"), "f", "h", heard)
    events = list(
        LocalExecutor([_steps()[0], Step("score", partial(_Acts, str), audio=False)]).run([job])
    )
    assert [event.stage for event in events if isinstance(event, StageBegan)] == ["score"]
    assert isinstance(events[-1], Finished)


def test_a_stage_is_built_once_for_all_jobs() -> None:
    built: list[int] = []

    def build() -> _Acts:
        built.append(1)
        return _Acts(str)

    list(LocalExecutor([Step("score", build)]).run([_job("a.wav"), _job("b.wav")]))
    assert built == [1]


def test_steps_survive_the_way_to_another_process() -> None:
    steps = pickle.loads(pickle.dumps(_steps()))  # noqa: S301 - our own bytes
    ends = list(LocalExecutor(steps).run([_job("a.wav")]))
    assert isinstance(ends[-1], Finished)


def test_a_refusal_survives_the_way_back_from_another_process() -> None:
    error = NotScorable(Reason("recording.channels", {"channels": 3}))
    back = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert back.reason == error.reason
    assert "3" in back.message


def test_two_runs_in_one_data_folder_are_kept_apart(tmp_path: Path) -> None:
    with (
        run_lock(tmp_path),
        pytest.raises(RunInProgress, match="another run"),
        run_lock(tmp_path),
    ):
        pass
    with run_lock(tmp_path):
        assert (tmp_path / "run.lock").read_text(encoding="utf-8").isdigit()


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SettingsInvalid, match="cannot be written"), run_lock(tmp_path / "file"):
        pass


def test_a_refused_recording_is_billed_no_more_than_the_time_that_passed() -> None:
    def refuse(_: Any) -> Any:
        time.sleep(0.05)
        raise NotScorable(Reason("recording.no_speech"))

    steps = [
        Step("decode", partial(_Acts, refuse)),
        Step("diarize", partial(_Acts, list), size=lambda _: 1.0),
    ]
    began = time.perf_counter()
    ends = list(LocalExecutor(steps, workers=4).run([_job(str(name)) for name in range(4)]))
    took_s = time.perf_counter() - began

    assert sum(end.stage_s["decode"] for end in ends if isinstance(end, Refused)) <= took_s
