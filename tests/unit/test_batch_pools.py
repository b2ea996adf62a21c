"""Recordings held back until a step that costs less for many has enough of them."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from qa.batch import travel
from qa.batch.local import LocalExecutor
from qa.batch.step import Step
from qa.domain.call import CallRecord
from qa.domain.errors import ModelMissing, NotScorable
from qa.domain.wording import Reason
from qa.services.ingest import Event, Finished, Job, Refused, StageBegan

SAID = "客户说：我的密码是 1234"


@dataclass
class Item:
    """What travels: a job's name and so many seconds of audio."""

    name: str
    seconds: float = 1.0


class Reads:
    """The step before the pool. A name may say its seconds: ``a:30``."""

    def run(self, job: Job) -> Item:
        if job.path.name == "broken":
            raise ZeroDivisionError(SAID)
        name, _, seconds = job.path.name.partition(":")
        return Item(name, float(seconds or 1))


@dataclass
class Pools:
    """The pooled step: notes who came together, breaks on poison, ends the silent ones."""

    together: list[list[str]] = field(default_factory=list)
    fatal: str = ""

    def run(self, items: Sequence[Item]) -> Sequence[Item | NotScorable]:
        names = [item.name for item in items]
        self.together.append(names)
        if self.fatal in names:
            raise ModelMissing("whisper-base is not there")
        if any(name.startswith("poison") for name in names):
            raise ZeroDivisionError(SAID)
        return [
            NotScorable(Reason("recording.no_words")) if item.name == "silent" else item
            for item in items
        ]


class Passes:
    """The step after the pool."""

    def run(self, item: Any) -> Any:
        if isinstance(item, Item) and item.name == "late":
            raise ZeroDivisionError(SAID)
        return item


def job(name: str, *, heard: Any = None) -> Job:
    return Job(Path(name), name, CallRecord(call_id=name), f"print-{name}", "hearing", heard)


def seconds_of(item: Item) -> float:
    return item.seconds


def executor(pools: Any, *, pool_s: float, after: Callable[[], Any] = Passes) -> LocalExecutor:
    steps = [
        Step("decode", Reads),
        Step("recognise", lambda: pools, size=seconds_of),
        Step("score", after, audio=False),
    ]
    return LocalExecutor(steps, pool_s=pool_s)


def ran(names: Iterable[str], *, pool_s: float, pools: Pools | None = None) -> list[Event]:
    return list(executor(pools or Pools(), pool_s=pool_s).run([job(name) for name in names]))


def finished(events: Iterable[Event]) -> list[str]:
    return [event.job.path.name for event in events if isinstance(event, Finished)]


def test_a_pool_is_emptied_at_its_size_and_at_the_end() -> None:
    pools = Pools()

    events = ran("abcde", pool_s=2, pools=pools)

    assert pools.together == [["a", "b"], ["c", "d"], ["e"]]
    assert finished(events) == list("abcde")


def test_the_size_of_a_pool_is_seconds_of_audio_and_not_recordings() -> None:
    pools = Pools()

    ran(["a:200", "b:500", "c:10", "d:10"], pool_s=600, pools=pools)

    assert pools.together == [["a", "b"], ["c", "d"]]


def test_a_recording_longer_than_a_pool_goes_at_once() -> None:
    pools = Pools()

    ran(["a:900", "b:10"], pool_s=600, pools=pools)

    assert pools.together == [["a"], ["b"]]


def test_no_job_is_read_before_there_is_room_for_it() -> None:
    events = executor(Pools(), pool_s=2).run([job(name) for name in "abc"])

    before = []
    for event in events:
        before.append(event)
        if isinstance(event, Finished):
            break

    read = [e.job.path.name for e in before if isinstance(e, StageBegan) and e.stage == "decode"]
    assert read == ["a", "b"]


def test_a_pool_says_how_many_enter_it_together() -> None:
    events = ran("abc", pool_s=2)

    entered = [e for e in events if isinstance(e, StageBegan) and e.stage == "recognise"]
    assert [(event.job.path.name, event.together) for event in entered] == [("a", 2), ("c", 1)]


def test_one_recording_that_breaks_a_pool_is_found_and_the_others_finish() -> None:
    pools = Pools()

    events = ran(["a", "b", "c", "poison", "e", "f", "g", "h"], pool_s=8, pools=pools)

    assert finished(events) == ["a", "b", "c", "e", "f", "g", "h"]
    (fault,) = [event for event in events if isinstance(event, Refused)]
    assert fault.job.path.name == "poison"
    assert not fault.final
    assert fault.reason.params == {"stage": "recognise", "kind": "ZeroDivisionError"}
    # Halved, and not taken one by one.
    assert ["e", "f", "g", "h"] in pools.together
    assert len(pools.together) == 7


def test_every_recording_of_a_pool_may_break_it() -> None:
    events = ran(["poison1", "poison2", "poison3"], pool_s=3)

    faults = [event for event in events if isinstance(event, Refused)]
    assert [fault.job.path.name for fault in faults] == ["poison1", "poison2", "poison3"]
    assert finished(events) == []


def test_what_broke_a_pool_is_logged_without_what_was_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ran(["a", "poison"], pool_s=2)

    assert "recording poison: ZeroDivisionError in stage recognise" in caplog.text
    assert "1234" not in caplog.text


def test_a_missing_model_ends_the_run() -> None:
    with pytest.raises(ModelMissing):
        ran("abc", pool_s=3, pools=Pools(fatal="b"))


def test_a_recording_whose_way_ends_in_the_pool_goes_no_further() -> None:
    events = ran(["a", "silent", "c"], pool_s=3)

    (end,) = [event for event in events if isinstance(event, Refused)]
    assert (end.job.path.name, end.final, end.reason.code) == (
        "silent",
        True,
        "recording.no_words",
    )
    assert finished(events) == ["a", "c"]
    scored = [e.job.path.name for e in events if isinstance(e, StageBegan) and e.stage == "score"]
    assert scored == ["a", "c"]


def test_a_recording_that_breaks_before_the_pool_takes_no_place_in_it() -> None:
    pools = Pools()

    events = ran(["a", "broken", "b"], pool_s=2, pools=pools)

    assert pools.together == [["a", "b"]]
    assert finished(events) == ["a", "b"]


def test_a_recording_that_breaks_after_the_pool_stops_no_other() -> None:
    events = ran(["a", "late", "c"], pool_s=3)

    assert finished(events) == ["a", "c"]


def test_a_recording_heard_before_never_waits_for_a_pool() -> None:
    pools = Pools()
    known = job("known", heard=("facts", "hearing"))

    events = list(executor(pools, pool_s=100).run([job("a"), known, job("b")]))

    assert finished(events) == ["known", "a", "b"]
    assert pools.together == [["a", "b"]]
    assert [e.stage for e in events if isinstance(e, StageBegan) and e.job is known] == ["score"]


def test_the_seconds_of_a_pool_are_shared_out_by_length(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(travel, "time", clock)

    class Slow(Pools):
        def run(self, items: Sequence[Item]) -> Sequence[Item | NotScorable]:
            clock.now_s += 12.0
            return super().run(items)

    events = list(executor(Slow(), pool_s=40).run([job("a:10"), job("silent:20"), job("c:30")]))

    ends = [event for event in events if isinstance(event, Finished | Refused)]
    assert {end.job.path.name: end.stage_s["recognise"] for end in ends} == {
        "a:10": pytest.approx(2),
        "silent:20": pytest.approx(4),
        "c:30": pytest.approx(6),
    }
    assert [set(end.stage_s) for end in ends if isinstance(end, Finished)] == [
        {"decode", "recognise", "score"}
    ] * 2


def test_the_seconds_of_recordings_without_length_are_nobodys() -> None:
    events = ran(["a:0", "b:0"], pool_s=1)

    ends = [event for event in events if isinstance(event, Finished)]
    assert [end.stage_s["recognise"] for end in ends] == [0.0, 0.0]


@dataclass
class Clock:
    now_s: float = 0.0

    def perf_counter(self) -> float:
        return self.now_s


def test_the_sound_of_a_finished_recording_is_let_go_before_the_next_is_scored() -> None:
    alive: list[weakref.ref[Item]] = []
    held: list[int] = []

    class Hears(Pools):
        def run(self, items: Sequence[Item]) -> Sequence[Item | NotScorable]:
            results = [replace(item) for item in items]
            alive.extend(weakref.ref(one) for one in (*items, *results))
            return results

    class Scores:
        def run(self, item: Item) -> str:
            gc.collect()
            held.append(sum(one() is not None for one in alive))
            return item.name

    events = list(executor(Hears(), pool_s=4, after=Scores).run([job(name) for name in "abcd"]))

    assert finished(events) == list("abcd")
    # Of eight, the four that were given to the pool are gone, and each scored call is one less.
    assert held == [4, 3, 2, 1]


def test_a_pipeline_without_a_pooled_step_takes_recordings_one_by_one() -> None:
    steps = [Step("decode", Reads), Step("score", Passes, audio=False)]

    events = list(LocalExecutor(steps).run([job("a"), job("b")]))

    assert [e.stage for e in events if isinstance(e, StageBegan)] == ["decode", "score"] * 2
    assert finished(events) == ["a", "b"]


def test_a_pooled_step_is_built_once() -> None:
    built: list[Pools] = []

    def build() -> Pools:
        built.append(Pools())
        return built[-1]

    steps = [Step("decode", Reads), Step("recognise", partial(build), size=seconds_of)]

    list(LocalExecutor(steps, pool_s=1).run([job("a"), job("b"), job("c")]))

    assert len(built) == 1


def test_a_step_that_foresees_is_told_of_each_recording_before_the_pool_is_emptied() -> None:
    noted: list[str] = []

    class Foresees(Pools):
        def foresee(self, item: Item) -> None:
            noted.append(f"foreseen {item.name}")

        def run(self, items: Sequence[Item]) -> Sequence[Item | NotScorable]:
            noted.append(f"ran {len(items)}")
            return items

    steps = [
        Step("decode", Reads),
        Step("diarize", Foresees, size=seconds_of, foresees=True),
    ]
    list(LocalExecutor(steps, pool_s=2).run([job(name) for name in "abc"]))

    assert noted == ["foreseen a", "foreseen b", "ran 2", "foreseen c", "ran 1"]
