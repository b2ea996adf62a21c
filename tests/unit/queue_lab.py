"""A store with reviewers and calls to queue: what each call is like is said by the test."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from qa.domain.access import Actor
from qa.domain.call import CallRecord, Role
from qa.domain.people import UserRole
from qa.domain.queue import Task, TaskState
from qa.domain.records import Hearing, Peaks, RecordingFacts, ScoredCall
from qa.domain.sampling import SamplingPlan
from qa.domain.scorecard import Evidence, Outcome, RubricRef, Scorecard, Verdict, total
from qa.domain.signals import Signals
from qa.domain.transcript import Transcript
from qa.domain.wording import Reason
from qa.ports.queue import TaskQuery
from qa.services import queue_lead, sampling
from qa.services.sampling import Rules
from tests.unit.people_lab import Place

DURATION_S = 180.0
RUBRIC = RubricRef("service-standard", "1", "0" * 64)
EVERYTHING = Rules(SamplingPlan(floor=1, agent_minimum=0))


@dataclass(slots=True)
class QueueLab:
    """Supervisors ``sun``, ``sam`` (who is agent A900 too), admin ``ada`` and agent ``amy`` (A201)."""

    place: Place
    people: dict[str, Actor] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    calls: dict[str, str] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def staff(self) -> QueueLab:
        """Give everybody an account."""
        for login, role, agent_id in (
            ("ada", UserRole.ADMIN, None),
            ("sun", UserRole.SUPERVISOR, None),
            ("sam", UserRole.SUPERVISOR, "A900"),
            ("amy", UserRole.AGENT, "A201"),
        ):
            user = self.place.add(login, role, password=None, agent_id=agent_id)
            self.people[login] = self.place.actor(login)
            self.ids[login] = user.public_id
        return self

    @property
    def now(self) -> datetime:
        """The time on the lab's clock."""
        return self.place.clock.now()

    def call(
        self,
        *outcomes: Outcome,
        agent_id: str | None = "A201",
        critical: bool = False,
        confidence: float = 0.9,
        language: str = "en",
        scored_at: datetime | None = None,
    ) -> str:
        """Store a call with these outcomes, a first fail being critical if so said; its public id."""
        name = f"C-{next(self._numbers)}"
        verdicts = tuple(
            Verdict(
                criterion=f"criterion-{number}",
                outcome=outcome,
                points=10.0 if outcome is Outcome.PASS else 0.0,
                max_points=10.0,
                confidence=confidence,
                reason=Reason("absent.nothing"),
                evidence=(Evidence(0.5, 3.0, Role.AGENT, "Good morning."),)
                if outcome.counts
                else (),
            )
            for number, outcome in enumerate(outcomes or (Outcome.PASS,))
        )
        failed = tuple(each.criterion for each in verdicts if each.outcome is Outcome.FAIL)
        sha256 = hashlib.sha256(name.encode()).hexdigest()
        scored = ScoredCall(
            record=CallRecord(name, agent_id=agent_id),
            recording=RecordingFacts(
                sha256=sha256,
                name=f"{name}.wav",
                duration_s=DURATION_S,
                sample_rate=8_000,
                channels=2,
                layout="stereo",
                peaks=Peaks(20, ((0.1,), (0.1,))),
                audio=f"audio/{name}.flac",
            ),
            hearing=Hearing(
                "heard",
                Transcript(language, ()),
                Signals(DURATION_S, {}, (), (), (), {}, {}, 1.0),
                {},
            ),
            scorecard=Scorecard(RUBRIC, total(verdicts), failed[:1] if critical else (), verdicts),
            fingerprint=f"fingerprint-{name}",
        )
        at = scored_at or self.now - timedelta(days=1)
        with self.place.open_store(writes=True) as unit:
            run_id = unit.runs.begin(at)
            assert unit.calls.add_scored(scored, run_id=run_id, at=at)
            unit.commit()
        with self.place.open_store() as unit:
            public_id = unit.calls.summaries([sha256])[sha256].public_id
        self.calls[public_id] = name
        return public_id

    def queued(self, *calls: str) -> list[Task]:
        """Put calls into the queue by hand, one after the other; their tasks."""
        for call in calls:
            queue_lead.add_by_hand(
                self.place.open_store, self.place.clock, self.people["ada"], [call], due_days=7
            )
        return [self.task(call) for call in calls]

    def fill(self, rules: Rules = EVERYTHING) -> sampling.Prospect:
        """Draw calls into the queue."""
        return sampling.fill(self.place.open_store, self.place.clock, self.people["ada"], rules)

    def task(self, call: str) -> Task:
        """A call's open task."""
        with self.place.open_store() as unit:
            found = unit.tasks.of_call(call)
        assert found, call
        return found

    def tasks(self, **narrowed: object) -> list[Task]:
        """All tasks, in the order they came into the queue."""
        query = TaskQuery(states=tuple(TaskState), sort="waiting", page_size=1_000, **narrowed)  # type: ignore[arg-type]  # as a test names them
        with self.place.open_store() as unit:
            return [row.task for row in unit.tasks.search(query, viewer_id=None)]
