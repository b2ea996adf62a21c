"""Weeks of calls that the random draw took and a person reviewed, written straight into the tables."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, insert
from sqlalchemy.orm import DeclarativeBase

from qa import bootstrap
from qa.config import Settings
from qa.domain.access import CONSOLE, Actor, actor_of
from qa.domain.licence import Level, Terms
from qa.domain.people import Account, UserRole
from qa.domain.scorecard import Outcome
from qa.domain.signals import Signals
from qa.domain.transcript import Span
from qa.services.browse import RubricTexts
from qa.services.licences import steps as licences
from qa.services.licences.steps import Looked
from qa.store import serial, tables
from qa.store.unit_of_work import SqlUnitOfWorkFactory

PASS, FAIL = Outcome.PASS, Outcome.FAIL
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
Said = tuple[Outcome, Outcome]
"""What the machine and the person say."""
FIRST_ID = 1_000
"""Of what the lab writes; a store that it is put over holds less."""
_Rows = list[dict[str, Any]]
WORDS = [[0.5, 0.9, "good", 0.9], [1.0, 1.4, "morning", 0.7]]


def said(hit: int = 0, missed: int = 0, false: int = 0, clear: int = 0) -> list[Said]:
    """So many calls of each kind."""
    return [
        *[(FAIL, FAIL)] * hit,
        *[(PASS, FAIL)] * missed,
        *[(FAIL, PASS)] * false,
        *[(PASS, PASS)] * clear,
    ]


@dataclass
class Clock:
    """The time, as a test sets it."""

    time: datetime = MONDAY

    def now(self) -> datetime:
        return self.time


@dataclass
class LicenceLab:
    """A store whose weeks a test fills."""

    engine: Engine
    begins: datetime = MONDAY
    terms: Terms = field(default_factory=Terms)
    clock: Clock = field(default_factory=Clock)
    rubrics: RubricTexts = field(default_factory=lambda: RubricTexts(bootstrap.parse_rubric))
    actors: dict[str, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Write the people, the rubric and what every call is heard and scored with."""
        self.open_store = SqlUnitOfWorkFactory(self.engine)
        self.number = itertools.count(FIRST_ID)
        source = bootstrap.rubric_source(Settings())
        self.rubric = source.rubric
        with self.open_store(writes=True) as unit:
            there = {user.login: user for user in unit.people.everybody()}
            for login, role in (("ada", UserRole.ADMIN), ("sun", UserRole.SUPERVISOR)):
                user = there.get(login) or unit.people.add_user(
                    Account(login, login.title(), role), at=self.begins
                )
                self.actors[login] = actor_of(user)
            unit.rubrics.keep(self.rubric.ref, source.text)
            self.run = unit.runs.begin(self.begins)
            unit.commit()
        with self.engine.begin() as connection:
            self.recording = _id(connection, tables.RecordingRow, **_RECORDING)
            self.hearing = _id(
                connection, tables.HearingRow, recording_id=self.recording, **_HEARING
            )

    def week(
        self,
        number: int,
        by_criterion: Mapping[str, Sequence[Said]],
        *,
        chance: float | None = 0.05,
        undecided: Sequence[str] = (),
        sha256: str | None = None,
    ) -> None:
        """Draw and review calls in a week, each criterion's list one call after the other.

        Args:
            number: Weeks since ``begins``.
            by_criterion: Lists of one length.
            chance: Of the draw; ``None`` for calls that it did not take.
            undecided: Criteria that the reviewer leaves as the machine said them.
            sha256: Of another version of the rubric.
        """
        at = self.begins + timedelta(weeks=number, hours=30)
        ref = self.rubric.ref
        calls: _Rows = []
        cards: _Rows = []
        verdicts: _Rows = []
        tasks: _Rows = []
        reviews: _Rows = []
        decisions: _Rows = []
        for place in range(max(map(len, by_criterion.values()))):
            own = next(self.number)
            name = f"drawn-{own}"
            calls.append(
                {**_CALL, "id": own, "public_id": name, "call_id": name}
                | {"scored_at": at, "rubric_id": ref.id}
            )
            cards.append(
                {**_CARD, "id": own, "call_id": own, "run_id": self.run, "scored_at": at}
                | {"recording_id": self.recording, "hearing_id": self.hearing, "fingerprint": name}
                | {"rubric_id": ref.id, "rubric_version": ref.version}
                | {"rubric_sha256": sha256 or ref.sha256}
            )
            tasks.append(
                {**_TASK, "id": own, "public_id": name, "call_id": own, "chance": chance}
                | {"created_at": at, "due_at": at, "changed_at": at}
            )
            reviews.append(
                {**_REVIEW, "id": own, "public_id": name, "call_id": own, "scorecard_id": own}
                | {"reviewer_id": self.actors["sun"].user_id}
                | {"opened_at": at, "saved_at": at, "submitted_at": at}
            )
            for position, (criterion, each) in enumerate(by_criterion.items()):
                machine, person = each[place]
                about = {"position": position, "criterion": criterion}
                verdicts.append(
                    {**_VERDICT, **about, "scorecard_id": own}
                    | {"outcome": machine.value, "points": _points(machine)}
                )
                if criterion not in undecided:
                    decisions.append(
                        {**_DECISION, **about, "review_id": own, "decided_at": at}
                        | {"machine_outcome": machine.value, "machine_points": _points(machine)}
                        | {"outcome": person.value, "points": _points(person)}
                    )
        with self.engine.begin() as connection:
            for table, rows in (
                (tables.CallRow, calls),
                (tables.ScorecardRow, cards),
                (tables.VerdictRow, verdicts),
                (tables.TaskRow, tasks),
                (tables.ReviewRow, reviews),
                (tables.DecisionRow, decisions),
            ):
                if rows:
                    connection.execute(insert(table), rows)

    def look(self, number: int) -> Looked:
        """The weekly decision in the night to the Monday that ends so many weeks."""
        self.clock.time = self.begins + timedelta(weeks=number, hours=2)
        return licences.review_licences(
            self.open_store, self.rubrics, self.clock, CONSOLE, self.terms
        )

    def level(self, criterion: str) -> Level:
        with self.open_store() as unit:
            return unit.licences.levels(self.rubric.ref.id)[criterion]

    def set(self, who: str, criterion: str, level: Level | None, note: str = "we looked") -> None:
        licences.set_licence(
            self.open_store,
            self.rubrics,
            self.clock,
            self.actors[who],
            (self.rubric.ref.id, criterion),
            level=level,
            note=note,
        )


def _points(outcome: Outcome) -> float:
    return 10.0 if outcome is PASS else 0.0


def _id(connection: Connection, table: type[DeclarativeBase], **values: Any) -> int:
    key = connection.execute(insert(table).values(values)).inserted_primary_key
    assert key
    return int(key[0])


_RECORDING: dict[str, Any] = {
    "sha256": "0" * 64,
    "name": "a.wav",
    "duration_s": 12.0,
    "sample_rate": 8_000,
    "channels": 1,
    "layout": "mono",
    "audio": "a.flac",
    "peaks_per_second": 20,
    "peaks": [[0.1]],
}
_HEARING: dict[str, Any] = {
    "fingerprint": "h",
    "language": "en",
    "role_confidence": 0.9,
    "speaker_confidence": 0.9,
    "turns": [
        {"speaker": "agent", "start_s": 0.5, "end_s": 1.4, "text": "good morning", "words": WORDS}
    ],
    "dropped": [],
    "signals": serial.signals_to_json(
        Signals(
            duration_s=12.0,
            activity={},
            silences=(Span(2.0, 5.0),),
            overlaps=(),
            response_gaps=(),
            talk_share={},
            speech_rate={},
            overlap_confidence=1.0,
        )
    ),
    "models": {},
}
_CALL: dict[str, Any] = {
    "direction": "inbound",
    "ended_by": "unknown",
    "attributes": {},
    "status": "scored",
    "recording_name": "a.wav",
}
_VERDICT: dict[str, Any] = {
    "max_points": 10.0,
    "confidence": 0.9,
    "reason_code": "found.phrase",
    "reason_params": {"speaker": "agent", "at_s": 0.5},
    "searched_start_s": 0.0,
    "searched_end_s": 12.0,
}
_CARD: dict[str, Any] = {"is_current": True, "score": 80.0, "critical_failed": []}
_TASK: dict[str, Any] = {"reason": "random", "priority": 3, "state": "done", "revision": 1}
_REVIEW: dict[str, Any] = {
    "purpose": "review",
    "state": "submitted",
    "is_current": True,
    "revision": 1,
    "critical_failed": [],
    "note": "",
    "pending": [],
}
_DECISION: dict[str, Any] = {"max_points": 10.0, "reason": "", "note": "", "evidence": []}
