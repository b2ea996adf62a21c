"""What a run leaves in the store, whatever happens on its way; on SQLite and on PostgreSQL."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import StatementError

from qa.batch.local import LocalExecutor
from qa.domain.attempts import TRIES
from qa.domain.call import CallRecord
from qa.domain.errors import (
    DiskFull,
    ModelCorrupt,
    NotScorable,
    RunTakenOver,
    StoreFull,
    StoreUnavailable,
)
from qa.domain.records import RunReport, ScoredCall
from qa.domain.scorecard import Outcome, Searched, Verdict
from qa.domain.wording import Reason
from qa.ports import UnitOfWork
from qa.services import patience
from qa.services.ingest import Event, Finished, Job, Refused, Source, Stop, never
from qa.services.ingest.keeping import Keeping
from qa.services.retry import retry, unscored
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.run_lab import Night, Watching, scored, steps, with_another_rubric


@pytest.fixture
def night(tmp_path: Path, open_store: SqlUnitOfWorkFactory) -> Night:
    folder = tmp_path / "night"
    folder.mkdir()
    return Night(folder, open_store)


def breaks(*names: str) -> Callable[[Job], None]:
    """A stage that breaks at some recordings."""

    def act(job: Job) -> None:
        if job.path.name in names:
            raise ZeroDivisionError

    return act


def adds_up(report: RunReport) -> bool:
    """Whether a report says what became of everything that was found."""
    counted = (report.scored, report.done_before, report.duplicates, report.put_off, report.left)
    named = (report.refusals, report.quarantined, report.waiting)
    return report.found == sum(counted) + sum(map(len, named))


def attempts(night: Night) -> int:
    """Rows of recordings begun or broken."""
    with night.open_store() as store:
        return len(store.attempts.every())


# --- faults, retries, quarantine ---------------------------------------------------------------------


def test_a_recording_that_breaks_a_stage_is_tried_again_then_given_up_with_its_reason(
    night: Night,
) -> None:
    for name in ("a.wav", "poison.wav"):
        night.record(name)
    broken = breaks("poison.wav")
    first = night.run(broken)
    assert (first.scored, len(first.refusals), first.retried) == (1, 1, 0)

    second = night.run(broken)
    assert (second.done_before, len(second.refusals), second.retried) == (1, 1, 1)

    third = night.run(broken)
    assert (third.put_off, len(third.refusals), third.retried) == (1, 0, 0)

    for _ in range(TRIES - 2):
        night.clock.wait(hours=7)
        last = night.run(broken)
    assert [one.name for one in last.quarantined] == ["poison.wav"]
    assert last.quarantined[0].reason == Reason(
        "recording.fault", {"stage": "decode", "kind": "ZeroDivisionError"}
    )

    night.clock.wait(days=30)
    much_later = night.run(broken)
    assert night.watching.jobs == 0
    assert [one.name for one in much_later.quarantined] == ["poison.wav"]
    for report in (first, second, third, last, much_later):
        assert adds_up(report)
        assert not report.complete


def test_what_was_given_up_is_tried_again_when_somebody_asks_and_forgotten_when_it_goes_well(
    night: Night,
) -> None:
    night.record("poison.wav")
    for _ in range(TRIES):
        night.clock.wait(hours=7)
        night.run(breaks("poison.wav"))
    (given_up,) = unscored(night.open_store, night.clock)
    assert (given_up.state, given_up.tries) == ("quarantined", TRIES)

    (asked,) = retry(night.open_store, night.clock, ["poison.wav"])
    assert asked.sha256 == given_up.sha256
    report = night.run()
    assert (report.scored, report.retried, report.complete) == (1, 1, True)
    assert unscored(night.open_store, night.clock) == ()


def test_a_changed_rubric_or_model_tries_what_was_given_up_again(night: Night) -> None:
    night.record("poison.wav")
    for _ in range(TRIES):
        night.clock.wait(hours=7)
        night.run(breaks("poison.wav"))
    with_another_rubric(night)
    report = night.run(breaks("poison.wav"))
    assert (len(report.refusals), len(report.quarantined)) == (1, 0)


def test_a_recording_that_cannot_be_scored_is_left_alone_until_somebody_asks(night: Night) -> None:
    night.record("note.wav")

    def refuse(_job: Job) -> None:
        raise NotScorable(Reason("recording.not_audio"))

    night.run(refuse)
    again = night.run(refuse)
    assert (night.watching.jobs, len(again.refusals)) == (0, 1)

    (one,) = unscored(night.open_store, night.clock)
    assert (one.state, one.reason) == ("not_scorable", Reason("recording.not_audio"))
    assert retry(night.open_store, night.clock, everything=True) == ()
    assert retry(night.open_store, night.clock, codes=["recording.not_audio"]) == (one,)
    refused_again = night.run(refuse)
    assert (night.watching.jobs, len(refused_again.refusals)) == (1, 1)
    retry(night.open_store, night.clock, [one.call_id])
    assert night.run().scored == 1


def test_a_recording_that_cannot_be_read_just_now_is_tried_again(night: Night) -> None:
    night.record("a.wav")

    def unreadable(_job: Job) -> None:
        raise NotScorable(Reason("recording.unreadable", {"detail": "Input/output error"}))

    night.run(unreadable)
    assert night.run().scored == 1


# --- runs that die -----------------------------------------------------------------------------------


class Dies(BaseException):
    """Stands for a process that is gone: nothing in the product catches it."""


class Killed:
    """An executor whose process is killed at a recording."""

    def __init__(self, at: str) -> None:
        self._at = at

    def run(self, jobs: Iterable[Job], stop: Stop = never) -> Iterator[Event]:
        for job in jobs:
            assert not stop()
            if job.path.name == self._at:
                raise Dies
            yield Finished(job, scored(job), {})


class OneByOne:
    """Takes jobs alone; some take its process down."""

    def __init__(self, *deadly: str) -> None:
        self._deadly = deadly
        self.taken: list[str] = []

    def run(self, jobs: Iterable[Job], stop: Stop = never) -> Iterator[Event]:
        for job in jobs:
            assert not stop()
            self.taken.append(job.path.name)
            if job.path.name in self._deadly:
                reason = Reason("recording.died", {"signal": "SIGSEGV"})
                yield Refused(job, reason, final=False, stage_s={}, died=True)
            else:
                yield Finished(job, scored(job), {})


@pytest.fixture
def killed(night: Night, engine: Engine) -> Night:
    """A night whose run was killed as it worked on ``b.wav``, without a word."""
    for name in ("a.wav", "b.wav", "c.wav"):
        night.record(name)

    def gone(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("DELETE FROM attempts") and "begun_run_id" in statement:
            raise Dies

    event.listen(engine, "before_cursor_execute", gone)
    with pytest.raises(Dies):
        night.run(executor=Killed("b.wav"))
    event.remove(engine, "before_cursor_execute", gone)
    return night


def test_what_a_dead_run_was_working_on_is_tried_alone_and_last(killed: Night) -> None:
    killed.record("0-new.wav")
    alone = OneByOne()
    report = killed.run(alone=alone)
    assert alone.taken == ["b.wav", "c.wav"]
    ended = [event.job.path.name for event in killed.watching.events if isinstance(event, Finished)]
    assert ended == ["0-new.wav", "b.wav", "c.wav"]
    assert (report.scored, report.done_before, report.retried) == (3, 1, 2)
    assert attempts(killed) == 0


def test_a_recording_that_takes_its_process_down_twice_is_given_up(killed: Night) -> None:
    deadly = OneByOne("b.wav")
    first = killed.run(alone=deadly)
    assert ([one.name for one in first.refusals], first.scored) == (["b.wav"], 1)
    second = killed.run(alone=deadly)
    assert [one.name for one in second.quarantined] == ["b.wav"]
    third = killed.run(alone=deadly)
    assert deadly.taken == ["b.wav", "c.wav", "b.wav"]
    assert third.quarantined[0].reason == Reason("recording.died", {"signal": "SIGSEGV"})


def test_runs_that_are_killed_again_and_again_put_no_blame_on_any_recording(killed: Night) -> None:
    for _ in range(10):
        with killed.open_store(writes=True) as store:
            # As a run leaves it that is killed while it works on a suspect, in whatever process.
            store.attempts.begin(store.attempts.every(), run_id=1)
            store.commit()
        with killed.open_store() as store:
            assert all(attempt.tries == 0 for attempt in store.attempts.every())
    assert killed.run(alone=OneByOne()).complete


# --- every run has a report --------------------------------------------------------------------------


def test_a_run_that_an_error_ends_has_a_report_with_what_was_done_and_the_error(
    night: Night,
) -> None:
    for name in ("a.wav", "b.wav"):
        night.record(name)

    def corrupt(job: Job) -> None:
        if job.path.name == "b.wav":
            raise ModelCorrupt("whisper-base is not the file it should be")

    with pytest.raises(ModelCorrupt):
        night.run(corrupt)
    report = night.latest()
    assert report is not None
    assert (report.scored, report.left) == (1, 1)
    assert report.error == "whisper-base is not the file it should be"
    assert not report.complete
    # It ended in good order: nobody is under suspicion.
    assert attempts(night) == 0


def test_the_message_of_a_strange_error_stays_out_of_the_report(night: Night) -> None:
    night.record("a.wav")

    class Breaks:
        def run(self, jobs: Iterable[Job], stop: Stop = never) -> Iterator[Event]:
            assert not stop()
            raise ValueError(f"客户说：我的密码是 1234 {next(iter(jobs)).sha256}")
            yield

    with pytest.raises(ValueError, match="1234"):
        night.run(executor=Breaks())
    report = night.latest()
    assert report is not None
    assert report.error == "the run was ended by ValueError"


def test_a_run_that_is_told_to_stop_begins_nothing_more_and_says_what_is_left(night: Night) -> None:
    for name in ("a.wav", "b.wav", "c.wav"):
        night.record(name)
    report = night.run(stop=lambda: "signal" if night.scores() else "")
    assert (report.scored, report.left, report.stopped) == (1, 2, "signal")
    assert adds_up(report)
    assert attempts(night) == 0
    rest = night.run()
    assert (rest.scored, rest.done_before, rest.stopped, rest.complete) == (2, 1, "", True)


def test_a_reason_to_stop_that_comes_when_all_is_done_is_none(night: Night) -> None:
    night.record("a.wav")
    report = night.run(stop=lambda: "hour" if night.scores() else "")
    assert (report.stopped, report.left, report.complete) == ("", 0, True)


def test_a_clock_that_is_set_back_while_a_run_goes_on_gives_a_sound_report(night: Night) -> None:
    night.record("a.wav")

    def set_back(_job: Job) -> None:
        night.clock.wait(hours=-5)

    report = night.run(set_back)
    assert (report.scored, report.wall_s) == (1, 0.0)
    assert night.latest() is not None


# --- what is the same and what is another ------------------------------------------------------------


def test_a_renamed_a_copied_and_a_replaced_recording(night: Night) -> None:
    path = night.record("001.wav", "monday")
    night.run()
    path.rename(night.folder / "archived.wav")
    assert (night.run().done_before, night.watching.jobs) == (1, 0)

    night.record("a-copy.wav", "monday")
    copied = night.run()
    assert (copied.done_before, copied.duplicates, copied.scored) == (1, 1, 0)

    night.record("001.wav", "tuesday")
    replaced = night.run()
    assert replaced.scored == 1
    with night.open_store() as store:
        assert len({call.record.call_id for call in store.calls.every()}) == 2


def test_a_call_whose_recording_is_replaced_shows_the_new_one_and_keeps_the_old_as_history(
    night: Night, engine: Engine
) -> None:
    path = night.record("C1.wav", "monday")
    record = CallRecord("C1", agent_id="A7")
    night.run(sources=[Source(path, record)])
    night.record("C1.wav", "tuesday")
    report = night.run(sources=[Source(path, record)])
    assert report.scored == 1
    with night.open_store() as store:
        (call,) = store.calls.every()
    assert call.recording is not None
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT is_current FROM scorecards ORDER BY id")).all()
    assert [bool(one.is_current) for one in kept] == [False, True]


def test_a_file_that_is_replaced_between_two_stages_waits_for_the_next_run(night: Night) -> None:
    night.record("a.wav")

    class Changes:
        def run(self, jobs: Iterable[Job], stop: Stop = never) -> Iterator[Event]:
            assert not stop()
            for job in jobs:
                yield Refused(job, Reason("recording.changed"), final=False, stage_s={})

    report = night.run(executor=Changes())
    assert (report.waiting, report.refusals) == (("a.wav",), ())
    assert adds_up(report)
    assert attempts(night) == 0
    assert night.run().scored == 1


@pytest.mark.parametrize(("age_s", "waits"), [(0.0, True), (3600.0, False)])
def test_a_recording_that_seems_cut_short_waits_while_it_is_young(
    night: Night, age_s: float, waits: bool
) -> None:
    night.record("a.wav", age_s=age_s)

    def cut(_job: Job) -> None:
        raise NotScorable(Reason("recording.truncated", {"stated_s": 9.0, "actual_s": 3.0}))

    report = night.run(cut)
    assert report.waiting == (("a.wav",) if waits else ())
    assert [one.reason.code for one in report.refusals] == [] if waits else ["recording.truncated"]
    assert adds_up(report)


def test_a_finished_night_is_not_read_again(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        night.record(f"{number}.wav")
    night.run(keep_digests=True)
    opened: list[Path] = []
    real = Path.open

    def watched(path: Path, *arguments: object, **options: object) -> object:
        opened.append(path)
        return real(path, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", watched)
    report = night.run(keep_digests=True)
    assert (report.done_before, night.watching.jobs) == (20, 0)
    assert [path for path in opened if path.suffix == ".wav"] == []


def test_transcripts_are_fetched_when_their_turn_comes(night: Night) -> None:
    for number in range(5):
        night.record(f"{number}.wav")
    night.run()
    with_another_rubric(night)
    held: list[int] = []

    class OneAtATime:
        def run(self, jobs: Iterable[Job], stop: Stop = never) -> Iterator[Event]:
            for job in jobs:
                assert not stop()
                held.append(sum(job.heard is not None for _ in [job]))
                yield Finished(job, scored(job), {})

    report = night.run(executor=OneAtATime())
    assert (report.scored, report.rescored, held) == (5, 5, [1] * 5)


# --- a store that is gone, and one that is another's ---------------------------------------------------


class Gone:
    """A store that is out of reach for some transactions."""

    def __init__(self, open_store: SqlUnitOfWorkFactory, after: int, times: int) -> None:
        self._open_store = open_store
        self._opened = 0
        self._gone = range(after, after + times)
        self.met = 0

    def __call__(self, *, writes: bool = False) -> UnitOfWork:
        self._opened += 1
        if self._opened in self._gone:
            self.met += 1
            raise StoreUnavailable("the database cannot be used: the server is gone")
        return self._open_store(writes=writes)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little time passes between two tries."""
    monkeypatch.setattr(patience, "FIRST_WAIT_S", 0.001)


@pytest.mark.parametrize("after", range(1, 12))
def test_a_store_that_is_gone_for_a_while_costs_a_run_nothing(
    night: Night, impatient: None, after: int
) -> None:
    for name in ("a.wav", "b.wav"):
        night.record(name)
    whole = night.open_store
    gone = Gone(whole, after, 2)
    night.open_store = gone  # type: ignore[assignment]
    report = night.run(breaks("b.wav"), patience_s=30)
    night.open_store = whole
    assert gone.met == 2
    assert (report.scored, len(report.refusals)) == (1, 1)
    assert night.scores() == {"a.wav": 80.0}
    assert night.run().complete


@pytest.mark.parametrize("after", range(1, 12))
def test_a_store_that_stays_away_ends_the_run_and_the_next_one_goes_on(
    night: Night, impatient: None, after: int
) -> None:
    for name in ("a.wav", "b.wav"):
        night.record(name)
    whole, night.open_store = night.open_store, Gone(night.open_store, after, 1000)  # type: ignore[assignment]
    with pytest.raises(StoreUnavailable):
        night.run(patience_s=0.01)
    night.open_store = whole
    assert night.run().complete
    assert night.scores() == {"a.wav": 80.0, "b.wav": 80.0}


def test_a_store_without_room_ends_the_run_at_once(night: Night) -> None:
    night.record("a.wav")

    def full(_store: UnitOfWork) -> None:
        raise StoreFull("the database cannot be used: database or disk is full")

    def never_again(_seconds: float) -> None:
        raise AssertionError("a full disk is not waited for")

    with pytest.raises(StoreFull):
        Keeping(night.open_store, full, 120.0, sleep=never_again).write(lambda _: None)


def _scored_by(night: Night) -> dict[str, str]:
    """Which rubric's version each recording shows a score of."""
    with night.open_store() as store:
        return {
            call.recording_name: call.rubric.version
            for call in store.calls.summaries([_sha(name) for name in "abcde"]).values()
            if call.rubric
        }


def _sha(name: str) -> str:
    return hashlib.sha256(f"{name}.wav".encode()).hexdigest()


class _ScoresAllBut:
    """Scores by the rubric that is current, but for one recording."""

    def __init__(self, night: Night, odd: Callable[[Job], ScoredCall]) -> None:
        self._night = night
        self._odd = odd

    def run(self, job: Job) -> ScoredCall:
        one = self._odd(job) if job.path.name == "d.wav" else scored(job)
        return replace(one, scorecard=replace(one.scorecard, rubric=self._night.rubric))


def _not_to_be_written(job: Job) -> ScoredCall:
    verdict = Verdict(
        "privacy", Outcome.FAIL, 0, 5, 0.9, Reason("x", {"n": object()}), (), Searched(0, 12, None)
    )
    one = scored(job)
    return replace(one, scorecard=replace(one.scorecard, verdicts=(verdict,)))


def _no_room(_job: Job) -> ScoredCall:
    raise DiskFull("no room")


@pytest.mark.parametrize("odd", [_not_to_be_written, _no_room])
def test_a_rescored_call_that_ends_the_run_takes_none_of_those_before_it_along(
    night: Night, odd: Callable[[Job], ScoredCall]
) -> None:
    for name in "abcde":
        night.record(f"{name}.wav")
    night.run()
    with_another_rubric(night)
    executor = LocalExecutor(steps(score=partial(_ScoresAllBut, night, odd)))  # type: ignore[arg-type]
    with pytest.raises((DiskFull, StatementError, TypeError)):
        night.run(executor=executor)
    newer = {name for name, version in _scored_by(night).items() if version == "2"}
    assert newer == {"a.wav", "b.wav", "c.wav"}
    report = night.latest()
    assert report is not None
    assert (report.scored, bool(report.error)) == (3, True)
    ended = [event for event in night.watching.events if isinstance(event, Finished)]
    assert len(ended) == 3


def test_a_run_that_lost_its_place_writes_nothing_more(night: Night) -> None:
    for name in ("a.wav", "b.wav"):
        night.record(name)

    def fence(_store: UnitOfWork) -> None:
        if night.scores():
            raise RunTakenOver("another one took its place")

    with pytest.raises(RunTakenOver):
        night.run(fence=fence)
    assert set(night.scores()) == {"a.wav"}
    assert night.latest() is None


# --- what is met again and again -----------------------------------------------------------------------


def test_files_that_are_met_again_are_not_read_again_however_long_ago_they_were(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    digest = hashlib.file_digest

    def watched(file: Any, name: str) -> Any:
        read.append(Path(file.name).name)
        return digest(file, name)

    monkeypatch.setattr(hashlib, "file_digest", watched)
    night.record("old.wav")
    night.run(keep_digests=True)
    for number in range(5):
        night.clock.wait(days=40)
        night.run(keep_digests=True)
        night.record(f"new-{number}.wav")
        night.run(keep_digests=True)
    assert read == ["old.wav", *(f"new-{number}.wav" for number in range(5))]


def test_a_file_that_is_met_daily_is_noted_now_and_then(night: Night, engine: Engine) -> None:
    night.record("old.wav")
    night.run(keep_digests=True)
    noted: set[str] = set()
    for _ in range(70):
        night.clock.wait(days=1)
        night.run(keep_digests=True)
        with engine.connect() as connection:
            noted |= {str(at) for (at,) in connection.execute(text("SELECT noted_at FROM digests"))}
    assert len(noted) == 3


def test_a_watcher_whose_database_is_away_is_told_again(
    night: Night, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = Watching.planned
    away = [StoreUnavailable("the server is gone")] * 2

    def told(self: Watching, found: int, jobs: int) -> None:
        if away:
            raise away.pop()
        planned(self, found, jobs)

    monkeypatch.setattr(Watching, "planned", told)
    night.record("a.wav")
    assert night.run(patience_s=30).complete
    assert night.watching.found == 1
