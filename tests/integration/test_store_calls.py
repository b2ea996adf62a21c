"""Calls written and read back through real SQLite files, one transaction and connection at a time."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from qa.domain.call import CallRecord, Direction, EndedBy, Role
from qa.domain.errors import CallNotFound, RubricInvalid
from qa.domain.records import (
    CallQuery,
    Hearing,
    Peaks,
    RecordingFacts,
    Refusal,
    RunReport,
    ScoredCall,
)
from qa.domain.scorecard import Evidence, Outcome, RubricRef, Scorecard, Searched, Verdict
from qa.domain.signals import DeadAir, Hold, Overlap, ResponseGap, Signals
from qa.domain.sound import ChannelQuality, RecordingQuality
from qa.domain.transcript import DroppedText, Span, Transcript, Turn, Word
from qa.domain.wording import Reason
from qa.store.tables import CallRow, RecordingRow, RefusalRow, ScorecardRow
from qa.store.unit_of_work import SqlUnitOfWorkFactory, new_public_id

NIGHT = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
SHANGHAI = timezone(timedelta(hours=8))


@pytest.fixture
def store(engine: Engine) -> SqlUnitOfWorkFactory:
    return SqlUnitOfWorkFactory(engine)


def sha(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def verdict(criterion: str, outcome: Outcome, **changes: Any) -> Verdict:
    whole: dict[str, Any] = {
        "criterion": criterion,
        "outcome": outcome,
        "points": 10.0 if outcome is Outcome.PASS else 0.0,
        "max_points": 10.0,
        "confidence": 0.875,
        "reason": Reason("greeting.said", {"seconds": 1.5, "times": 2, "who": "agent"}),
        "evidence": (Evidence(0.5, 2.25, Role.AGENT, "您好，云帆科技"),) if outcome.counts else (),
    }
    return Verdict(**(whole | changes))


def scored(name: str = "C-1", *, said: str = "您好，我要退款", **changes: Any) -> ScoredCall:
    """A scored call; ``record``, ``outcomes``, ``score``, ``fingerprint`` and more can be changed."""
    outcomes = changes.pop("outcomes", {"greeting": Outcome.PASS})
    critical = changes.pop("critical_failed", ())
    turn = Turn(Role.CUSTOMER, 2.5, 4.0, said, (Word(2.5, 4.0, said, 0.75, "您好，我要退錢"),))
    whole: dict[str, Any] = {
        "record": CallRecord(name),
        "recording": RecordingFacts(
            sha256=sha(changes.pop("content", name)),
            name=f"{name}.wav",
            duration_s=78.5,
            sample_rate=8000,
            channels=2,
            layout="stereo",
            peaks=Peaks(20, ((0.0, 0.1, 1.0), (0.25, 0.333, 0.5))),
            audio=f"audio/{name}.flac",
        ),
        "hearing": Hearing(
            fingerprint="speech-1",
            transcript=Transcript(
                "zh",
                (turn,),
                (DroppedText(70.0, 72.0, "请订阅", "outro"),),
                role_confidence=0.9,
                speaker_confidence=0.8,
            ),
            signals=Signals(
                duration_s=78.5,
                activity={Role.AGENT: (Span(0.5, 2.25),), Role.CUSTOMER: (Span(2.5, 4.0),)},
                silences=(Span(4.0, 9.0),),
                overlaps=(Overlap(10.0, 10.5, Role.AGENT, backchannel=True),),
                response_gaps=(ResponseGap(2.25, 2.5, Role.CUSTOMER),),
                talk_share={Role.AGENT: 0.6, Role.CUSTOMER: 0.4},
                speech_rate={Role.AGENT: 240.0},
                overlap_confidence=1.0,
                ringback=(Span(0.0, 0.4),),
                holds=(Hold(30.0, 52.0, "music"),),
                dead_air=(DeadAir(60.0, 66.0, Role.AGENT),),
                level_dbfs={Role.AGENT: -21.5},
            ),
            models={"recogniser": "whisper-base@1"},
            quality=RecordingQuality(
                (ChannelQuality(-21.5, -58.0, 0.0, 0.02), ChannelQuality(None, -100.0, 0.0, 0.0)),
                ("silent_channel",),
            ),
        ),
        "scorecard": Scorecard(
            rubric=changes.pop("rubric", RubricRef("service-standard", "1.0.0", sha("rubric"))),
            score=changes.pop("score", 87.5),
            critical_failed=critical,
            verdicts=tuple(verdict(criterion, outcome) for criterion, outcome in outcomes.items()),
        ),
        "fingerprint": "score-1",
    }
    return ScoredCall(**(whole | changes))


def refusal(name: str = "C-1", **changes: Any) -> Refusal:
    whole: dict[str, Any] = {
        "record": CallRecord(name),
        "name": f"{name}.wav",
        "sha256": sha(name),
        "fingerprint": "score-1",
        "reason": Reason("recording.no_speech"),
    }
    return Refusal(**(whole | changes))


def write(store: SqlUnitOfWorkFactory, *events: ScoredCall | Refusal) -> list[bool | None]:
    """Write results in one transaction each, a minute apart, as one run."""
    with store(writes=True) as unit:
        run_id = unit.runs.begin(NIGHT)
        unit.commit()
    done: list[bool | None] = []
    for minute, result in enumerate(events):
        at = NIGHT + timedelta(minutes=minute)
        with store(writes=True) as unit:
            if isinstance(result, ScoredCall):
                done.append(bool(unit.calls.add_together([result], run_id=run_id, at=at)))
            else:
                done.append(unit.calls.add_refusal(result, run_id=run_id, at=at))
            unit.commit()
    return done


def done(store: SqlUnitOfWorkFactory, content: str = "C-1") -> frozenset[str]:
    with store() as unit:
        return unit.calls.scored_fingerprints([sha(content)])[sha(content)]


def found(store: SqlUnitOfWorkFactory, **query: Any) -> list[str]:
    with store() as unit:
        return [row.record.call_id for row in unit.calls.search(CallQuery(**query)).rows]


def rows(engine: Engine, table: type[Any]) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def only(store: SqlUnitOfWorkFactory) -> Any:
    with store() as unit:
        (detail,) = unit.calls.every()
        return detail


# --- written and read back -----------------------------------------------------------------------


def test_everything_of_a_scored_call_comes_back_as_it_was_written(
    store: SqlUnitOfWorkFactory,
) -> None:
    written = scored(
        record=CallRecord(
            call_id="C-1",
            agent_id="A-7",
            customer_number="+8613800000000",
            direction=Direction.INBOUND,
            started_at=datetime(2026, 3, 1, 9, 30, tzinfo=SHANGHAI),
            ring_seconds=4.5,
            rings=2,
            ended_by=EndedBy.CUSTOMER,
            agent_channel=0,
            queue="售后",
            language="zh",
            attributes={"campaign": "春季", "empty": ""},
        ),
        scorecard=Scorecard(
            rubric=RubricRef("service-standard", "1.0.0", sha("rubric")),
            score=66.7,
            critical_failed=("privacy",),
            verdicts=(
                verdict("greeting", Outcome.PASS),
                verdict(
                    "privacy",
                    Outcome.FAIL,
                    evidence=(
                        Evidence(1.0, 2.0, Role.AGENT, "一"),
                        Evidence(0.0, 1.0, Role.CUSTOMER, ""),
                    ),
                ),
                verdict(
                    "thanks", Outcome.FAIL, evidence=(), searched=Searched(0.0, 9.0, Role.AGENT)
                ),
                verdict("farewell", Outcome.FAIL, evidence=(), searched=Searched(0.0, 0.0, None)),
                verdict("listening", Outcome.CANNOT_JUDGE),
                verdict("transfer", Outcome.NOT_APPLICABLE),
                verdict("answered_in_three_rings", Outcome.NOT_MEASURABLE),
            ),
        ),
    )
    assert write(store, written) == [True]
    detail = only(store)
    assert detail.record == written.record
    assert detail.record.started_at.utcoffset() == timedelta(0)
    assert detail.recording == written.recording
    assert detail.hearing == written.hearing
    assert detail.scorecard == written.scorecard
    assert detail.scored_at == NIGHT
    assert detail.scored_at.tzinfo is UTC
    assert (detail.recording_name, detail.sha256, detail.refusal) == ("C-1.wav", sha("C-1"), None)
    with store() as unit:
        assert unit.calls.detail(detail.public_id) == detail
        (kept,) = unit.calls.hearings({sha("C-1"): "speech-1"}).values()
        assert kept == (replace(written.recording, peaks=Peaks(1, ())), written.hearing)
        (row,) = unit.calls.search(CallQuery()).rows
        assert unit.calls.summaries([sha("C-1"), sha("other")]) == {sha("C-1"): row}
    assert row.record == written.record
    assert (row.public_id, row.recording_name) == (detail.public_id, "C-1.wav")
    assert (row.duration_s, row.language, row.score) == (78.5, "zh", 66.7)
    assert row.failed == ("privacy", "thanks", "farewell")
    assert row.critical_failed == ("privacy",)
    assert row.open == ("listening", "answered_in_three_rings")
    assert row.rubric == written.scorecard.rubric
    assert (row.scored_at, row.refusal) == (NIGHT, None)


def test_a_refused_call_shows_its_reason_and_no_figures(store: SqlUnitOfWorkFactory) -> None:
    reason = Reason("recording.truncated", {"stated_s": 60.0, "actual_s": 12.5})
    write(store, refusal(record=CallRecord("C-1", language="en"), reason=reason))
    detail = only(store)
    assert detail.refusal == reason
    assert (detail.recording, detail.hearing, detail.scorecard) == (None, None, None)
    assert (detail.recording_name, detail.sha256) == ("C-1.wav", sha("C-1"))
    with store() as unit:
        (row,) = unit.calls.search(CallQuery()).rows
    assert (row.refusal, row.score, row.scored_at, row.rubric) == (reason, None, None, None)
    assert (row.language, row.duration_s, row.failed, row.open) == ("en", None, (), ())


def test_a_refused_call_shows_how_its_recording_sounds_until_it_is_scored(
    store: SqlUnitOfWorkFactory,
) -> None:
    music = RecordingQuality((ChannelQuality(None, -24.0, 0.0, 0.0),), ("noisy",))
    write(store, refusal(quality=music))
    assert only(store).quality == music
    write(store, refusal(fingerprint="score-2"))
    assert only(store).quality is None
    heard = scored(fingerprint="score-3")
    write(store, heard)
    assert only(store).quality == heard.hearing.quality


def test_a_file_name_that_is_not_utf_8_is_stored_and_found(store: SqlUnitOfWorkFactory) -> None:
    gbk = "录音.wav".encode("gbk").decode("utf-8", "surrogateescape")
    call = scored(record=CallRecord("C-1", attributes={"original": gbk}))
    write(store, replace(call, recording=replace(call.recording, name=gbk)))
    detail = only(store)
    assert detail.recording_name == "¼\\udcd2\\udcf4.wav"
    assert detail.record.attributes == {"original": gbk}
    assert found(store, search=gbk) == ["C-1"]


def test_a_hearing_is_found_by_recording_and_speech_fingerprint_alone(
    store: SqlUnitOfWorkFactory,
) -> None:
    older = scored()
    newer = scored(hearing=replace(older.hearing, fingerprint="speech-2"), fingerprint="score-2")
    write(store, older, newer, scored("C-2"))
    wanted = {sha("C-1"): "speech-1", sha("C-2"): "speech-2", sha("other"): "speech-1"}
    with store() as unit:
        found = unit.calls.hearings(wanted)
    assert [(sha256, hearing) for sha256, (_, hearing) in found.items()] == [
        (sha("C-1"), older.hearing)
    ]


def test_fingerprints_are_listed_for_every_recording_that_was_asked_for(
    store: SqlUnitOfWorkFactory,
) -> None:
    write(store, scored("A"), scored("A", fingerprint="score-2"), refusal("B", fingerprint="r-1"))
    write(store, refusal("A", fingerprint="r-2"), refusal("missing", sha256=None))
    many = [sha(str(number)) for number in range(1200)]
    with store() as unit:
        stored = unit.calls.scored_fingerprints([*many, sha("A"), sha("B"), sha("A")])
    assert stored[sha("A")] == {"score-2", "r-2"}
    assert stored[sha("B")] == {"r-1"}
    assert len(stored) == 1202
    assert not any(stored[asked] for asked in many)


# --- written once, replaced, refused ---------------------------------------------------------------


def test_a_second_write_of_a_fingerprint_changes_nothing(
    store: SqlUnitOfWorkFactory, engine: Engine
) -> None:
    assert write(store, scored(), scored(score=1.0, record=CallRecord("C-9"))) == [True, False]
    detail = only(store)
    assert (detail.record.call_id, detail.scorecard.score) == ("C-1", 87.5)
    assert rows(engine, ScorecardRow) == rows(engine, CallRow) == rows(engine, RecordingRow) == 1


def test_a_new_rubric_replaces_the_scorecard_and_keeps_the_old_one_as_history(
    store: SqlUnitOfWorkFactory, engine: Engine
) -> None:
    newer = RubricRef("service-standard", "2.0.0", sha("rubric 2"))
    again = scored(
        fingerprint="score-2", rubric=newer, score=50.0, outcomes={"greeting": Outcome.FAIL}
    )
    write(store, scored())
    before = only(store)
    write(store, again)
    after = only(store)
    assert after.public_id == before.public_id
    assert after.scorecard == again.scorecard
    assert found(store, outcome="failed") == ["C-1"]
    assert found(store, outcome="clean") == []
    with engine.connect() as connection:
        history = connection.execute(
            select(ScorecardRow.rubric_version, ScorecardRow.is_current).order_by(ScorecardRow.id)
        ).all()
    assert [tuple(row) for row in history] == [("1.0.0", False), ("2.0.0", True)]


def test_going_back_to_an_earlier_rubric_makes_its_scorecard_current_again(
    store: SqlUnitOfWorkFactory, engine: Engine
) -> None:
    other = RubricRef("telecom", "1.0.0", sha("rubric B"))
    with_a = scored(
        outcomes={"greeting": Outcome.FAIL, "privacy": Outcome.FAIL, "thanks": Outcome.PASS},
        critical_failed=("privacy",),
        score=20.0,
        fingerprint="A",
    )
    with_b = scored(fingerprint="B", rubric=other, score=None, outcomes={"x": Outcome.CANNOT_JUDGE})
    write(store, with_a)
    before = only(store)
    assert write(store, with_b) == [True]
    assert done(store) == {"B"}
    assert write(store, with_b, with_a, with_a) == [False, True, False]
    after = only(store)
    # Written in the third run's second minute; all else is as it was the first time.
    assert after == replace(before, scored_at=NIGHT + timedelta(minutes=1))
    assert done(store) == {"A"}
    assert found(store, outcome="critical") == ["C-1"]
    assert found(store, outcome="open") == []
    with store() as unit:
        (row,) = unit.calls.search(CallQuery()).rows
    assert (row.score, row.failed, row.rubric) == (
        20.0,
        ("greeting", "privacy"),
        with_a.scorecard.rubric,
    )
    with engine.connect() as connection:
        history = connection.execute(
            select(ScorecardRow.fingerprint, ScorecardRow.is_current, ScorecardRow.run_id).order_by(
                ScorecardRow.id
            )
        ).all()
    assert [tuple(card) for card in history] == [("A", True, 3), ("B", False, 2)]
    assert write(store, with_b, with_a) == [True, True]
    assert (only(store).scorecard, rows(engine, ScorecardRow)) == (with_a.scorecard, 2)


def test_a_scorecard_that_is_current_again_is_the_one_that_was_stored(
    store: SqlUnitOfWorkFactory,
) -> None:
    first = scored(said="第一次", score=40.0)
    again = scored(said="另一句", score=60.0, outcomes={"greeting": Outcome.FAIL})
    write(store, first, scored(fingerprint="score-2"), again)
    detail = only(store)
    assert (detail.scorecard, detail.hearing) == (first.scorecard, first.hearing)
    assert found(store, outcome="clean", search="第一次") == ["C-1"]
    assert found(store, search="另一句") == []


def test_a_call_record_that_is_changed_and_changed_back_is_shown_as_it_was(
    store: SqlUnitOfWorkFactory, engine: Engine
) -> None:
    plain = scored("take", record=CallRecord("rec-1"), fingerprint="plain")
    named = scored("take", record=CallRecord("C-77", agent_id="A-1"), fingerprint="named")
    assert write(store, plain, named, plain) == [True, True, True]
    assert only(store).record == CallRecord("rec-1")
    assert found(store, search="C-77") == []
    assert (rows(engine, CallRow), rows(engine, ScorecardRow)) == (1, 2)


def test_a_recording_whose_call_another_one_took_is_done_again(
    store: SqlUnitOfWorkFactory, engine: Engine
) -> None:
    first, second = scored(said="第一次"), scored(content="second take", said="第二次")
    write(store, first, second)
    assert (done(store), done(store, "second take")) == (frozenset(), {"score-1"})
    assert write(store, first) == [True]
    assert (only(store).sha256, only(store).hearing) == (sha("C-1"), first.hearing)
    assert (found(store, search="第一次"), found(store, search="第二次")) == (["C-1"], [])
    assert (done(store), done(store, "second take")) == ({"score-1"}, frozenset())
    assert (rows(engine, CallRow), rows(engine, ScorecardRow)) == (1, 2)


def test_a_recording_that_lost_its_call_gets_its_scorecard_back_on_a_call_of_its_own(
    store: SqlUnitOfWorkFactory, engine: Engine
) -> None:
    lost = scored("B")
    write(store, lost, scored("A"))
    # A's recording is said to be of call B, and then of A again: B is shown by no call.
    write(store, scored("A", record=CallRecord("B"), fingerprint="score-2"), scored("A"))
    assert (found(store), done(store, "B")) == (["A"], frozenset())
    assert write(store, lost) == [True]
    with store() as unit:
        details = [(one.record.call_id, one.sha256) for one in unit.calls.every()]
    assert details == [("A", sha("A")), ("B", sha("B"))]
    assert (done(store, "A"), done(store, "B")) == ({"score-1"}, {"score-1"})
    assert rows(engine, ScorecardRow) == 3


def test_a_refusal_that_another_one_replaced_is_done_again(
    store: SqlUnitOfWorkFactory, engine: Engine
) -> None:
    silent = refusal(fingerprint="A")
    short = refusal(fingerprint="B", reason=Reason("recording.too_short"))
    write(store, silent, short)
    assert done(store) == {"B"}
    write(store, silent)
    assert (done(store), only(store).refusal) == ({"A"}, silent.reason)
    assert rows(engine, RefusalRow) == 2


def test_a_refusal_is_done_until_the_recording_is_scored_or_its_call_shows_another(
    store: SqlUnitOfWorkFactory,
) -> None:
    write(store, refusal(fingerprint="A"), scored(fingerprint="B"))
    assert done(store) == {"B"}
    # Refused once more, the scorecard stays and nothing is left to do under either.
    write(store, refusal(fingerprint="A"))
    assert done(store) == {"A", "B"}
    write(store, refusal("C-2"), refusal("C-2", sha256=sha("second take")))
    assert (done(store, "C-2"), done(store, "second take")) == (frozenset(), {"score-1"})
    write(store, scored("C-2", content="third take"))
    assert done(store, "second take") == frozenset()
    write(store, refusal("C-2", sha256=sha("second take")))
    assert done(store, "second take") == {"score-1"}


def test_another_recording_of_a_call_takes_its_place(
    store: SqlUnitOfWorkFactory, engine: Engine
) -> None:
    write(store, scored(said="第一次"), scored(content="second take", said="第二次"))
    assert only(store).sha256 == sha("second take")
    assert found(store, search="第一次") == []
    assert found(store, search="第二次") == ["C-1"]
    assert rows(engine, ScorecardRow) == 2
    with store() as unit:
        assert unit.calls.summaries([sha("C-1")]) == {}


def test_a_recording_that_a_manifest_gives_another_call_id_is_listed_once(
    store: SqlUnitOfWorkFactory,
) -> None:
    write(store, scored("rec-1"))
    before = only(store)
    named = scored("rec-1", record=CallRecord("C-77", agent_id="A-1"), fingerprint="score-2")
    write(store, named)
    after = only(store)
    assert (after.record.call_id, after.record.agent_id) == ("C-77", "A-1")
    assert after.public_id == before.public_id
    assert found(store, search="C-77") == ["C-77"]


def test_a_recording_that_moves_to_a_call_that_is_there_leaves_no_call_without_one(
    store: SqlUnitOfWorkFactory, engine: Engine
) -> None:
    write(store, scored("A"), scored("B", said="改判"), refusal("B", fingerprint="r"))
    write(store, scored("B", record=CallRecord("A"), fingerprint="score-2"))
    detail = only(store)
    assert (detail.record.call_id, detail.sha256) == ("A", sha("B"))
    assert found(store, search="改判") == ["A"]
    assert (rows(engine, ScorecardRow), rows(engine, RefusalRow)) == (3, 1)


def test_a_recording_refused_under_two_call_ids_is_one_call_once_it_is_scored(
    store: SqlUnitOfWorkFactory, engine: Engine
) -> None:
    fault = {"sha256": sha("take"), "fingerprint": "", "reason": Reason("recording.fault")}
    write(store, refusal("rec-1", **fault), refusal("C-77", **fault))
    write(store, scored("C-77", content="take"))
    detail = only(store)
    assert (detail.record.call_id, detail.refusal) == ("C-77", None)
    assert rows(engine, RefusalRow) == 1


def test_a_score_clears_an_earlier_refusal_from_view(
    store: SqlUnitOfWorkFactory, engine: Engine
) -> None:
    write(store, refusal(), scored(fingerprint="score-2"))
    detail = only(store)
    assert (detail.refusal, detail.scorecard.score) == (None, 87.5)
    assert found(store, outcome="not_scorable") == []
    assert rows(engine, RefusalRow) == 1


@pytest.mark.parametrize("call_id", ["C-1", "C-2"])
def test_a_refusal_leaves_the_recordings_scorecard_current(
    store: SqlUnitOfWorkFactory, engine: Engine, call_id: str
) -> None:
    write(store, scored())
    before = only(store)
    write(store, refusal(record=CallRecord(call_id), sha256=sha("C-1"), fingerprint="score-2"))
    assert only(store) == before
    assert rows(engine, RefusalRow) == 1
    assert done(store) == {"score-1", "score-2"}


def test_a_missing_file_refused_night_after_night_is_stored_once_with_its_latest_reason(
    store: SqlUnitOfWorkFactory, engine: Engine
) -> None:
    for code in ("recording.missing", "recording.empty"):
        write(store, refusal(sha256=None, fingerprint="", reason=Reason(code)))
    assert rows(engine, RefusalRow) == 1
    detail = only(store)
    assert (detail.refusal, detail.sha256) == (Reason("recording.empty"), None)


def test_two_calls_with_the_same_unscorable_content_are_both_named(
    store: SqlUnitOfWorkFactory,
) -> None:
    header_only = sha("44 bytes")
    write(store, refusal("A", sha256=header_only), refusal("B", sha256=header_only))
    assert found(store, sort="call_id", descending=False) == ["A", "B"]
    with store() as unit:
        assert unit.calls.summaries([header_only])[header_only].record.call_id == "B"


def test_nothing_is_written_without_a_commit(store: SqlUnitOfWorkFactory, engine: Engine) -> None:
    with store(writes=True) as unit:
        unit.calls.add_scored(scored(), run_id=unit.runs.begin(NIGHT), at=NIGHT)
    assert rows(engine, CallRow) == rows(engine, RecordingRow) == 0


def test_writers_in_several_threads_lose_nothing_and_write_nothing_twice(
    store: SqlUnitOfWorkFactory, engine: Engine
) -> None:
    calls = [scored(f"C-{number}") for number in range(12)]
    outcomes: list[list[bool | None]] = []
    start = threading.Barrier(3)

    def work() -> None:
        start.wait()
        outcomes.append(write(store, *calls))

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(map(sum, zip(*outcomes, strict=True))) == [1] * len(calls)
    assert rows(engine, ScorecardRow) == rows(engine, CallRow) == len(calls)


# --- public ids ----------------------------------------------------------------------------------


def test_public_ids_are_random_and_tell_nothing(store: SqlUnitOfWorkFactory) -> None:
    write(store, *(scored(f"C-{number}") for number in range(30)))
    with store() as unit:
        ids = [detail.public_id for detail in unit.calls.every()]
    assert len(set(ids)) == 30
    # 128 bits in base64 without padding.
    assert {len(public_id) for public_id in ids} == {22}
    assert sorted(ids) != ids
    assert new_public_id() not in ids


def test_the_maker_of_public_ids_is_injected(engine: Engine) -> None:
    numbers = count(1)
    store = SqlUnitOfWorkFactory(engine, public_id=lambda: f"id-{next(numbers)}")
    write(store, scored("A"), refusal("B"))
    with store() as unit:
        assert [detail.public_id for detail in unit.calls.every()] == ["id-1", "id-2"]


@pytest.mark.parametrize("guess", ["1", "C-1", "C-1.wav", sha("C-1"), "", "' OR 1=1 --"])
def test_a_call_is_not_found_by_anything_but_its_public_id(
    store: SqlUnitOfWorkFactory, guess: str
) -> None:
    write(store, scored())
    with store() as unit, pytest.raises(CallNotFound):
        unit.calls.detail(guess)


# --- the list --------------------------------------------------------------------------------------


@pytest.fixture
def listed(store: SqlUnitOfWorkFactory) -> SqlUnitOfWorkFactory:
    """Five calls that differ in everything the list sorts and filters by."""
    day = datetime(2026, 3, 1, 9, 0, tzinfo=SHANGHAI)
    write(
        store,
        scored(
            "A-clean",
            record=CallRecord("A-clean", agent_id="amy", started_at=day, queue="VIP_1"),
            score=100.0,
            said="我要退款，谢谢",
        ),
        scored(
            "B-failed",
            record=CallRecord("B-failed", agent_id="bob", started_at=day + timedelta(hours=2)),
            score=40.0,
            outcomes={"greeting": Outcome.FAIL, "thanks": Outcome.FAIL},
            said="100% refund_now\\please",
        ),
        scored(
            "C-critical",
            record=CallRecord("C-critical", agent_id="amy", started_at=day + timedelta(hours=1)),
            score=90.0,
            outcomes={"privacy": Outcome.FAIL, "listening": Outcome.CANNOT_JUDGE},
            critical_failed=("privacy",),
            said="退 款 ，服务",
        ),
        scored(
            "D-open",
            record=CallRecord("D-open"),
            score=None,
            outcomes={"listening": Outcome.CANNOT_JUDGE},
            said="Refund Now",
        ),
        refusal("E-refused", record=CallRecord("E-refused", agent_id="eve", language="en")),
    )
    return store


@pytest.mark.parametrize(
    ("outcome", "call_ids"),
    [
        (None, ["A-clean", "B-failed", "C-critical", "D-open", "E-refused"]),
        ("failed", ["B-failed", "C-critical"]),
        ("critical", ["C-critical"]),
        ("open", ["C-critical", "D-open"]),
        ("not_scorable", ["E-refused"]),
        ("clean", ["A-clean"]),
    ],
)
def test_the_list_is_narrowed_by_outcome(
    listed: SqlUnitOfWorkFactory, outcome: str | None, call_ids: list[str]
) -> None:
    assert found(listed, outcome=outcome, sort="call_id", descending=False) == call_ids


def test_filters_combine(listed: SqlUnitOfWorkFactory) -> None:
    assert found(listed, agent_id="amy", outcome="failed") == ["C-critical"]
    assert found(listed, agent_id="am") == []
    assert found(listed, language="en") == ["E-refused"]
    assert found(listed, language="zh", search="refund", outcome="open") == ["D-open"]


@pytest.mark.parametrize(
    ("search", "call_ids"),
    [
        ("退款", ["A-clean", "C-critical"]),
        ("退款，谢谢", ["A-clean"]),
        ("谢谢 退款", ["A-clean"]),
        ("REFUND", ["B-failed", "D-open"]),
        ("refund now", ["B-failed", "D-open"]),
        ("100%", ["B-failed"]),
        ("%", ["B-failed"]),
        ("refund_", ["B-failed"]),
        ("_", ["A-clean", "B-failed"]),
        ("\\", ["B-failed"]),
        ("/", []),
        ("'", []),
        ("vip_1", ["A-clean"]),
        ("ＡＭＹ", ["A-clean", "C-critical"]),
        ("e-refused.wav", ["E-refused"]),
        ("b-failed 100", ["B-failed"]),
        ("请订阅", []),
        ("   ", ["A-clean", "B-failed", "C-critical", "D-open", "E-refused"]),
    ],
)
def test_a_search_matches_names_and_what_was_said(
    listed: SqlUnitOfWorkFactory, search: str, call_ids: list[str]
) -> None:
    assert found(listed, search=search, sort="call_id", descending=False) == call_ids


@pytest.mark.parametrize(
    ("sort", "rising"),
    [
        ("started_at", ["A-clean", "C-critical", "B-failed", "D-open", "E-refused"]),
        ("scored_at", ["A-clean", "B-failed", "C-critical", "D-open", "E-refused"]),
        ("score", ["B-failed", "C-critical", "A-clean", "D-open", "E-refused"]),
        ("agent_id", ["A-clean", "C-critical", "B-failed", "E-refused", "D-open"]),
        ("call_id", ["A-clean", "B-failed", "C-critical", "D-open", "E-refused"]),
        ("failed", ["A-clean", "D-open", "E-refused", "C-critical", "B-failed"]),
    ],
)
def test_the_list_sorts_upwards_with_absent_values_last(
    listed: SqlUnitOfWorkFactory, sort: str, rising: list[str]
) -> None:
    assert found(listed, sort=sort, descending=False) == rising


@pytest.mark.parametrize(
    ("sort", "falling"),
    [
        ("started_at", ["B-failed", "C-critical", "A-clean", "E-refused", "D-open"]),
        ("score", ["A-clean", "C-critical", "B-failed", "E-refused", "D-open"]),
        ("agent_id", ["E-refused", "B-failed", "C-critical", "A-clean", "D-open"]),
        ("failed", ["B-failed", "C-critical", "E-refused", "D-open", "A-clean"]),
    ],
)
def test_the_list_sorts_downwards_with_absent_values_last(
    listed: SqlUnitOfWorkFactory, sort: str, falling: list[str]
) -> None:
    assert found(listed, sort=sort, descending=True) == falling


@pytest.mark.parametrize("search", ["", "wav"])
@pytest.mark.parametrize("sort", ["started_at", "score", "failed"])
def test_pages_hold_every_call_once_whatever_ties(
    store: SqlUnitOfWorkFactory, sort: str, search: str
) -> None:
    names = [f"C-{number:02d}" for number in range(23)]
    write(store, *(scored(name, score=float(place % 3)) for place, name in enumerate(names)))
    seen: list[str] = []
    for page in (1, 2, 3):
        query = {"sort": sort, "search": search, "page": page, "page_size": 10}
        with store() as unit:
            result = unit.calls.search(CallQuery(**query))  # type: ignore[arg-type]  # literals
        assert result.total == 23
        seen += [row.record.call_id for row in result.rows]
    assert sorted(seen) == names


@pytest.mark.parametrize("search", ["", "wav"])
def test_a_page_that_is_not_there_is_empty_and_still_knows_the_total(
    listed: SqlUnitOfWorkFactory, search: str
) -> None:
    with listed() as unit:
        beyond = unit.calls.search(CallQuery(page=10**30, search=search))
        before = unit.calls.search(CallQuery(page=0, search=search))
    assert (beyond.rows, beyond.total) == ((), 5)
    assert len(before.rows) == 5


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_default_list_reads_an_index_and_sorts_nothing(engine: Engine) -> None:
    statements: list[tuple[str, Any]] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_c: Any, _u: Any, statement: str, parameters: Any, _x: Any, _m: Any) -> None:
        statements.append((statement, parameters))

    store = SqlUnitOfWorkFactory(engine)
    write(store, scored())
    statements.clear()
    found(store)
    found(store, outcome="failed", search="退款")
    selects = [(text, given) for text, given in statements if text.startswith("SELECT")]
    with engine.connect() as connection:
        plans = [
            [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", given)]
            for text, given in selects
        ]
    count_all, first_page, searched, _ = plans
    assert count_all[0].startswith("SCAN calls USING COVERING INDEX")
    assert first_page == ["SCAN calls USING INDEX ix_calls_started_at_id"]
    assert any("call_grams VIRTUAL TABLE INDEX" in step for step in searched)


# --- exports ---------------------------------------------------------------------------------------


def test_an_export_reads_every_call_in_order_of_call_id_across_batches(
    store: SqlUnitOfWorkFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.store.calls._EXPORT_BATCH", 3)
    names = ["b", "a", "退款", "C", "c", "B", "aa"]
    write(store, *(scored(name) for name in names[:5]), *(refusal(name) for name in names[5:]))
    with store() as unit:
        exported = [detail.record.call_id for detail in unit.calls.every()]
    assert exported == sorted(names)


def test_an_export_of_an_empty_store_is_empty(store: SqlUnitOfWorkFactory) -> None:
    with store() as unit:
        assert list(unit.calls.every()) == []


# --- rubrics and runs ----------------------------------------------------------------------------


def test_a_rubric_is_kept_once_under_its_sha256(store: SqlUnitOfWorkFactory) -> None:
    ref = RubricRef("service-standard", "1.0.0", sha("rubric"))
    with store(writes=True) as unit:
        unit.rubrics.keep(ref, "id: service-standard # 服务规范")
        unit.rubrics.keep(ref, "changed")
        unit.commit()
    with store() as unit:
        assert unit.rubrics.source(ref.sha256) == "id: service-standard # 服务规范"
        assert unit.rubrics.source(sha("other")) is None


def test_a_rubric_in_use_cannot_change_under_its_version(store: SqlUnitOfWorkFactory) -> None:
    with store(writes=True) as unit:
        unit.rubrics.keep(RubricRef("service-standard", "1.0.0", sha("first")), "first")
        unit.rubrics.keep(RubricRef("service-standard", "1.0.1", sha("newer")), "newer")
        unit.rubrics.keep(RubricRef("telecom", "1.0.0", sha("other")), "other")
        with pytest.raises(RubricInvalid, match=r"service-standard 1\.0\.0"):
            unit.rubrics.keep(RubricRef("service-standard", "1.0.0", sha("second")), "second")


def report(finished_at: datetime, **changes: Any) -> RunReport:
    whole: dict[str, Any] = {
        "started_at": NIGHT,
        "finished_at": finished_at,
        "found": 3,
        "scored": 1,
        "rescored": 0,
        "done_before": 0,
        "duplicates": 1,
        "refusals": (refusal(),),
        "audio_s": 78.5,
        "wall_s": 12.25,
        "stage_s": {"recognise": 5.5},
        "warnings": ("unknown column: 备注",),
    }
    return RunReport(**(whole | changes))


def test_the_latest_run_is_the_one_that_finished_last(store: SqlUnitOfWorkFactory) -> None:
    with store(writes=True) as unit:
        first, second = unit.runs.begin(NIGHT), unit.runs.begin(NIGHT)
        unit.runs.begin(NIGHT + timedelta(days=1))
        unit.runs.finish(second, report(NIGHT + timedelta(hours=1)))
        unit.runs.finish(first, report(NIGHT + timedelta(hours=2), scored=2))
        unit.commit()
    with store() as unit:
        assert unit.runs.latest() == report(NIGHT + timedelta(hours=2), scored=2)


def test_without_a_finished_run_there_is_no_report(store: SqlUnitOfWorkFactory) -> None:
    with store(writes=True) as unit:
        unit.runs.begin(NIGHT)
        unit.commit()
    with store() as unit:
        assert unit.runs.latest() is None
