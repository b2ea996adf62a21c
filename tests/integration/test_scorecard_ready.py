"""Programs are told of a scorecard in the transaction that makes it, and once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from qa.batch.local import LocalExecutor
from qa.domain.access import actor_of
from qa.domain.call import CallRecord
from qa.domain.people import Account, UserRole
from qa.domain.records import Hearing, Peaks, RecordingFacts, ScoredCall
from qa.domain.scorecard import Outcome, RubricRef, Scorecard, Searched, Verdict
from qa.domain.transcript import Transcript
from qa.domain.wording import Reason
from qa.services.ingest import Event, Finished, Identified, Job, Source, Stop, ingest, never
from qa.store.engine import writing
from qa.store.tables import DeliveryRow, WebhookRow
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.review_lab import AT, SILENT, Clock
from tests.integration.run_lab import Night, scored, steps, with_another_rubric

RUBRIC = RubricRef("r", "1", hashlib.sha256(b"r").hexdigest())


@dataclass
class Everything:
    """Plans every recording that is found."""

    def plan(self, found: Sequence[Identified]) -> tuple[Job, ...]:
        return tuple(Job(one.path, one.sha256, one.record, "f", "h", None) for one in found)

    def bring(self, jobs: Sequence[Job]) -> tuple[Job, ...]:
        raise AssertionError(f"{len(jobs)} jobs were not heard before")


@dataclass
class Scores:
    """Scores each with one failed critical criterion."""

    def run(self, jobs: Iterable[Job], stop: Stop = never) -> Iterator[Event]:
        for job in jobs:
            assert not stop()
            facts = RecordingFacts(
                job.sha256, job.path.name, 12.0, 8_000, 1, "mono", Peaks(20, ((0.1,),)), "a.flac"
            )
            failed = Verdict(
                "privacy", Outcome.FAIL, 0, 5, 0.9, Reason("x"), (), Searched(0, 12, None)
            )
            yield Finished(
                job,
                ScoredCall(
                    job.record,
                    facts,
                    Hearing("h", Transcript("en", ()), SILENT, {}),
                    Scorecard(RUBRIC, 0.0, ("privacy",), (failed,)),
                    job.fingerprint,
                ),
                {},
            )


class ScoresBy:
    """Scores each by the rubric of a night."""

    def __init__(self, night: Night) -> None:
        self._night = night

    def run(self, job: Job) -> ScoredCall:
        one = scored(job)
        return replace(one, scorecard=replace(one.scorecard, rubric=self._night.rubric))


class Nobody:
    """Watches nothing."""

    def planned(self, found: int, jobs: int) -> None: ...

    def happened(self, event: Event) -> None: ...


@pytest.fixture
def subscribed(engine: Engine, open_store: SqlUnitOfWorkFactory) -> Engine:
    """A store with an address that wants to be told of scorecards."""
    with open_store(writes=True) as unit:
        admin = actor_of(unit.people.add_user(Account("ada", "Ada", UserRole.ADMIN), at=AT))
        unit.commit()
    with Session(writing(engine)) as session:
        session.add(
            WebhookRow(
                public_id="w",
                url="https://example.test/hook",
                secret="s",  # noqa: S106 - of an address that does not exist
                events=["scorecard.ready"],
                active=True,
                created_by=admin.user_id,
                created_at=AT,
            )
        )
        session.commit()
    return engine


def test_a_new_scorecard_is_told_once_with_ids_and_figures(
    subscribed: Engine, open_store: SqlUnitOfWorkFactory, tmp_path: Path
) -> None:
    (tmp_path / "a.wav").write_bytes(b"a")
    for _night in range(2):
        ingest(
            [Source(tmp_path / "a.wav", CallRecord("c1", agent_id="A201"))],
            rubric=RUBRIC,
            rubric_text="text",
            planner=Everything(),
            executor=Scores(),
            open_store=open_store,
            clock=Clock(),
            watcher=Nobody(),
        )
    with Session(subscribed) as session:
        (told,) = session.scalars(select(DeliveryRow)).all()
    with open_store() as unit:
        (call,) = unit.calls.every()
    assert told.event == "scorecard.ready"
    assert told.payload == {
        "call": call.public_id,
        "call_id": "c1",
        "agent_id": "A201",
        "rubric": {"id": RUBRIC.id, "version": RUBRIC.version, "sha256": RUBRIC.sha256},
        "score": 0.0,
        "failed": ["privacy"],
        "critical_failed": ["privacy"],
        "open": [],
        "scored_at": AT.isoformat(),
    }


def test_two_recordings_of_one_call_that_are_scored_anew_are_told_one_by_one(
    subscribed: Engine, open_store: SqlUnitOfWorkFactory, tmp_path: Path
) -> None:
    night = Night(tmp_path, open_store)
    sources = [
        Source(night.record(name), CallRecord("c1")) for name in ("take-1.wav", "take-2.wav")
    ]
    night.run(sources=sources)
    with_another_rubric(night)
    executor = LocalExecutor(steps(score=partial(ScoresBy, night)))  # type: ignore[arg-type]
    assert night.run(sources=sources, executor=executor).rescored == 2
    with Session(subscribed) as session:
        told = [row.payload for row in session.scalars(select(DeliveryRow)).all()]
    assert [one["call_id"] for one in told] == ["c1"] * 4
    assert [one["rubric"]["version"] for one in told] == ["1", "1", "2", "2"]
