"""What is kept of nights, on either database: their figures, their state, their list, and what settles them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from qa.bootstrap import nights
from qa.domain.call import CallRecord
from qa.domain.errors import NotFound
from qa.domain.night import NightKind, NightState, Past
from qa.domain.wording import Reason
from qa.ports import UnitOfWork
from qa.ports.nights import NightQuery
from qa.services.ingest import Identified
from tests.integration.night_desk import Desk, scored
from tests.integration.nights_lab import DAY, FIRST, figures, keep_night, refusal, report

TOKEN = "of the lock"  # noqa: S105 - a lock's, and no key to anything

# --- a night -----------------------------------------------------------------------------------


def test_figures_are_of_the_calls_that_the_night_scored(desk: Desk) -> None:
    desk.drop("good-old.wav")
    desk.night()
    desk.at += DAY
    desk.drop("good-1.wav", "bad-2.wav", "murky-3.wav")
    told = desk.night()["figures"]
    assert told["calls"] == 3
    assert told["score"] == pytest.approx((90 + 40 + 90) / 3, abs=0.05)
    assert told["unsure_share"] == pytest.approx(1 / 3, abs=1e-4)
    assert told["silence_share"] == 0.25
    assert told["languages"] == {"zh": 1.0}
    [greeting] = told["criteria"]
    assert (greeting["counted"], greeting["failed"]) == (3, 1)


def test_figures_stay_as_they_were_when_the_calls_are_scored_again(desk: Desk) -> None:
    desk.drop("good-1.wav")
    told = desk.night()
    with desk.store(writes=True) as unit:
        source = Identified(
            desk.folder / "good-1.wav",
            hashlib.sha256(b"good-1.wav").hexdigest(),
            CallRecord("good-1"),
        )
        run_id = unit.runs.begin(desk.at)
        unit.calls.add_scored(scored(source, "g", score=10.0, sure=0.9), run_id=run_id, at=desk.at)
        unit.commit()
    assert nights.report(desk.settings, told["night"])["figures"] == told["figures"]


def test_a_night_goes_on_while_its_lock_shows_life_and_has_died_when_it_does_not(
    desk: Desk,
) -> None:
    night_id = keep_night(desk.store, None, at=desk.at)

    def state() -> NightState:
        with desk.store() as unit:
            return unit.nights.night(night_id, now=datetime.now(UTC)).night.state

    assert state() is NightState.DIED
    with desk.store(writes=True) as unit:
        assert unit.run_locks.take("run", holder="here", token=TOKEN, seen=None)
        run_id = unit.nights.night(night_id, now=desk.at).night.run_id
        unit.run_locks.assign("run", TOKEN, run_id)
        unit.commit()
    assert state() is NightState.RUNNING


def test_a_running_night_counts_what_it_has_written(desk: Desk) -> None:
    refused = [refusal("x.wav"), refusal("y.wav")]
    night_id = keep_night(desk.store, None, at=desk.at, refused=refused)
    with desk.store() as unit:
        night = unit.nights.night(night_id, now=desk.at).night
    assert (night.planned, night.scored, night.not_scorable) == (100, 0, 2)


# --- the list ----------------------------------------------------------------------------------


def page(desk: Desk, **query: Any) -> list[int]:
    with desk.store() as unit:
        return [row.id for row in unit.nights.page(NightQuery(**query), now=desk.at).rows]


def test_the_list_is_paged_sorted_and_parted_by_kind(desk: Desk) -> None:
    made = [
        keep_night(
            desk.store,
            report(
                FIRST + place * DAY, scored=100 - 10 * place, audio_s=0.0 if place == 1 else 1e4
            ),
            at=FIRST + place * DAY,
        )
        for place in range(5)
    ]
    watched = keep_night(desk.store, report(FIRST), at=FIRST, kind=NightKind.WATCH)
    assert page(desk) == made[::-1]
    assert page(desk, page=2, page_size=2) == [made[2], made[1]]
    assert page(desk, sort="scored", descending=False) == made[::-1]
    assert page(desk, sort="speed")[-1] == made[1], "what has no value comes last"
    assert page(desk, kind=NightKind.WATCH) == [watched]
    with desk.store() as unit:
        found = unit.nights.page(NightQuery(page_size=2), now=desk.at)
    assert (found.total, found.kinds) == (5, {NightKind.NIGHT: 5, NightKind.WATCH: 1})


def test_only_nights_before_one_and_of_its_rubric_say_what_is_usual_for_it(desk: Desk) -> None:
    keep_night(desk.store, report(FIRST), at=FIRST, counted=figures(), source="/another queue")
    counted = [figures(), replace(figures(), rubric_id="telecom"), figures(), figures()]
    ids = [
        keep_night(desk.store, report(FIRST + place * DAY), at=FIRST + place * DAY, counted=each)
        for place, each in enumerate(counted)
    ]
    with desk.store() as unit:
        found = unit.nights.before(ids[2], limit=14)
        assert [at for at, _ in found] == [FIRST]
        assert found[0][1] == figures()
        assert len(unit.nights.before(ids[3], limit=1)) == 1


def test_a_small_night_whose_calls_nobody_hides_says_what_is_usual(desk: Desk) -> None:
    ids = [
        keep_night(
            desk.store, report(FIRST + place * DAY), at=FIRST + place * DAY, counted=figures(4)
        )
        for place in range(2)
    ]
    with desk.store() as unit:
        assert unit.nights.before(ids[1], limit=14, few=10) == ((FIRST, figures(4)),)


def test_what_left_anything_does_not_settle_the_night(desk: Desk) -> None:
    def settled(**changes: Any) -> datetime | None:
        keep_night(desk.store, report(FIRST, **changes), at=FIRST, source=str(changes))
        with desk.store() as unit:
            return unit.nights.past(str(changes)).settled_at

    assert settled() == FIRST
    assert settled(refusals=(refusal("a.wav"),)) == FIRST
    assert settled(stopped="hour", left=1) is None
    assert settled(waiting=("a.wav",)) is None
    assert settled(error="the database is gone") is None
    unread = replace(
        refusal("a.wav"), sha256=None, reason=Reason("recording.unreadable", {"detail": "EIO"})
    )
    assert settled(refusals=(unread,)) is None, "a disk did not answer"


def test_a_night_that_looks_past_what_another_left_settles_nothing(desk: Desk) -> None:
    def ended(day: int, since: datetime | None, **changes: Any) -> Past:
        at = FIRST + timedelta(days=day)
        keep_night(desk.store, report(at, **changes), at=at, source="x", since=since)
        with desk.store() as unit:
            return unit.nights.past("x")

    cut = ended(0, FIRST - timedelta(days=1), stopped="hour", left=5)
    assert cut == Past(None, FIRST - timedelta(days=1), 1)
    assert ended(1, FIRST).settled_at is None, "the five calls of the first night are still to come"
    made_good = ended(2, FIRST - timedelta(days=1))
    assert made_good.settled_at == FIRST + timedelta(days=2)
    assert ended(3, FIRST + timedelta(days=3)).settled_at == FIRST + timedelta(days=2)
    assert ended(4, FIRST + timedelta(days=1)).settled_at == FIRST + timedelta(days=4)


def test_there_is_no_night_that_was_not(desk: Desk) -> None:
    with pytest.raises(NotFound):
        nights.report(desk.settings, 99)


def test_a_night_asks_the_same_number_of_questions_whatever_it_scored(
    desk: Desk, count_statements: Callable[[Callable[[], object]], int]
) -> None:
    def asked() -> int:
        with desk.store() as unit:
            newest: UnitOfWork = unit
            run_id = newest.nights.page(NightQuery(), now=desk.at).rows[0].run_id
            return count_statements(lambda: newest.nights.figures_of(run_id))

    desk.drop("good-0.wav")
    desk.night()
    few = asked()
    desk.at += DAY
    desk.drop(*(f"good-a{place}.wav" for place in range(30)))
    desk.night()
    assert asked() == few == 2


@pytest.fixture
def count_statements(engine: Any) -> Callable[[Callable[[], object]], int]:
    from sqlalchemy import event

    def count(act: Callable[[], object]) -> int:
        seen: list[str] = []

        def note(_c: Any, _u: Any, statement: str, _p: Any, _x: Any, _m: Any) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            act()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return sum(each.startswith("SELECT") for each in seen)

    return count
