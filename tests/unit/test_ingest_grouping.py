"""Results that are written together: those of calls that were heard before, a few at a time, and no others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from qa.domain.call import CallRecord
from qa.domain.errors import DiskFull, QAError, RunTakenOver, StoreUnavailable
from qa.domain.wording import Reason
from qa.services.ingest import Event, Finished, Job, Refused, StageBegan
from qa.services.ingest.grouping import HELD_AT_MOST, HELD_S, Group

SCORED: Any = None
"""What was scored is nothing to a group."""


def job(number: int, *, before: bool = True) -> Job:
    heard: Any = ("facts", "hearing") if before else None
    name = f"{number}.wav"
    return Job(Path(name), name, CallRecord(name), "f", "h", heard, known=before)


def taken(number: int, score_s: float = 0.001, *, before: bool = True) -> list[Event]:
    of = job(number, before=before)
    return [StageBegan(of, "score"), Finished(of, SCORED, {"score": score_s})]


class Kept:
    """What a group handed on, on a clock that a test sets."""

    def __init__(self) -> None:
        self.groups: list[tuple[Event, ...]] = []
        self.now_s = 100.0
        self.group = Group(self._write, monotonic=lambda: self.now_s)

    def _write(self, events: Sequence[Event]) -> None:
        self.groups.append(tuple(events))

    @property
    def counts(self) -> list[int]:
        return finished(self.groups)


def grouped(events: Iterable[Event]) -> list[tuple[Event, ...]]:
    kept = Kept()
    kept.group.take(events)
    return kept.groups


def finished(groups: list[tuple[Event, ...]]) -> list[int]:
    counts = [sum(isinstance(event, Finished) for event in group) for group in groups]
    return [count for count in counts if count]


def test_calls_heard_before_are_written_together_as_many_as_one_transaction_takes() -> None:
    events = [event for number in range(HELD_AT_MOST + 3) for event in taken(number)]
    assert finished(grouped(events)) == [HELD_AT_MOST, 3]


def test_a_group_is_written_when_enough_work_is_in_it() -> None:
    events = [event for number in range(5) for event in taken(number, 0.4 * HELD_S)]
    assert finished(grouped(events)) == [3, 2]
    slow = [event for number in range(3) for event in taken(number, HELD_S)]
    assert finished(grouped(slow)) == [1, 1, 1]


def test_a_call_that_was_heard_now_is_written_by_itself_and_lets_nothing_wait() -> None:
    events = [*taken(1), *taken(2), *taken(3, before=False), *taken(4, before=False), *taken(5)]
    assert finished(grouped(events)) == [2, 1, 1, 1]


def test_a_recording_that_is_known_but_whose_hearing_is_gone_is_written_by_itself() -> None:
    gone = Job(Path("g"), "g", CallRecord("g"), "f", "h", None, known=True)
    events = [*taken(1), StageBegan(gone, "decode"), Finished(gone, SCORED, {}), *taken(2)]
    assert finished(grouped(events)) == [1, 1, 1]


def test_events_come_in_their_order_and_none_is_lost() -> None:
    refused = Refused(job(3), Reason("recording.fault"), final=False, stage_s={})
    events = [*taken(1), *taken(2), refused, *taken(4), *taken(5, before=False), *taken(6)]
    groups = grouped(events)
    assert [event for group in groups for event in group] == events
    assert (refused,) in groups


def test_that_a_stage_begins_is_told_at_once_where_no_result_waits() -> None:
    kept = Kept()

    def events() -> Iterator[Event]:
        yield taken(1)[0]
        assert kept.groups == [(StageBegan(job(1), "score"),)]

    kept.group.take(events())


@pytest.mark.parametrize("same", ["call", "recording"])
def test_a_second_result_of_a_call_or_a_recording_is_written_after_the_first(same: str) -> None:
    first, other = job(1), job(2)
    call_id, sha256 = ("1.wav", "x") if same == "call" else ("x", "1.wav")
    again = Job(other.path, sha256, CallRecord(call_id), "f", "h", first.heard, known=True)
    events = [*taken(1), StageBegan(again, "score"), Finished(again, SCORED, {}), *taken(3)]
    assert finished(grouped(events)) == [1, 2]


@pytest.mark.parametrize(
    ("error", "counts"),
    [
        (DiskFull("no room"), [5]),
        (ValueError("a fault"), [5]),
        (StoreUnavailable("gone"), []),
        (RunTakenOver("another run"), []),
    ],
)
def test_what_is_held_is_written_when_an_error_ends_the_run_unless_it_cannot_be(
    error: QAError | ValueError, counts: list[int]
) -> None:
    kept = Kept()

    def events() -> Iterator[Event]:
        for number in range(5):
            yield from taken(number)
        raise error

    with pytest.raises(type(error)):
        kept.group.take(events())
    assert kept.counts == counts


def test_what_could_not_be_written_is_not_tried_again_by_the_group() -> None:
    tried: list[Sequence[Event]] = []

    def write(events: Sequence[Event]) -> None:
        tried.append(events)
        raise LookupError

    with pytest.raises(LookupError):
        Group(write).take([*taken(1)])
    assert len(tried) == 1


def test_a_result_that_has_waited_long_enough_is_written_with_the_next_event() -> None:
    kept = Kept()

    def events() -> Iterator[Event]:
        yield from taken(1)
        kept.now_s += 0.6 * HELD_S
        yield from taken(2)
        assert kept.counts == []
        kept.now_s += 0.6 * HELD_S
        yield taken(3)[0]
        assert kept.counts == [2]
        yield taken(3)[1]

    kept.group.take(events())
    assert kept.counts == [2, 1]


def test_nothing_is_held_while_another_call_is_in_a_stage() -> None:
    kept = Kept()

    def events() -> Iterator[Event]:
        yield taken(1)[0]
        yield taken(2)[0]
        yield taken(1)[1]
        assert kept.counts == [1]
        yield taken(2)[1]

    kept.group.take(events())


def test_nothing_is_held_once_a_recording_is_begun_that_has_to_be_heard() -> None:
    kept = Kept()
    feed = kept.group.begun([job(1), job(2), job(3, before=False), job(4)])

    def events() -> Iterator[Event]:
        for number in (1, 2):
            assert next(feed) == job(number)
            yield from taken(number)
        assert kept.counts == []
        heard = next(feed)
        assert kept.counts == [2]
        next(feed)
        yield from taken(4)
        assert kept.counts == [2, 1]
        yield Finished(heard, SCORED, {})

    kept.group.take(events())
    assert kept.counts == [2, 1, 1]
