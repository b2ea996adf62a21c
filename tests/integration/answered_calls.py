"""A store with people, scored calls and reviews, written through the real ports, for answers and figures."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from qa.domain.call import CallRecord, Role
from qa.domain.people import Account, User, UserRole
from qa.domain.records import Hearing, Peaks, RecordingFacts, ScoredCall
from qa.domain.review import Basis, Decision, Purpose, Review, in_force
from qa.domain.scorecard import Evidence, Outcome, RubricRef, Scorecard, Verdict, total
from qa.domain.signals import Signals
from qa.domain.transcript import Transcript
from qa.domain.wording import Reason
from qa.ports import UnitOfWork, UnitOfWorkFactory
from qa.ports.reviews import DraftContent

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
RUBRIC = RubricRef("service-standard", "1", hashlib.sha256(b"rubric").hexdigest())
POINTS = 10.0

_SILENT = Signals(
    duration_s=60.0,
    activity={},
    silences=(),
    overlaps=(),
    response_gaps=(),
    talk_share={},
    speech_rate={},
    overlap_confidence=1.0,
)


def verdict(criterion: str, outcome: Outcome) -> Verdict:
    """A verdict on a criterion of ten points."""
    return Verdict(
        criterion,
        outcome,
        POINTS if outcome is Outcome.PASS else 0.0,
        POINTS,
        0.9,
        Reason("found.phrase", {"speaker": "agent", "at_s": 1.0}),
        (Evidence(1.0, 2.0, Role.AGENT, "您好"),) if outcome.counts else (),
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """What a review is to decide."""

    outcomes: Mapping[str, Outcome]
    at: datetime
    purpose: Purpose
    critical: Mapping[str, bool]


@dataclass(slots=True)
class AnsweredCalls:
    """Writes into a store what a test needs.

    Attributes:
        ids: Public ids of calls by call id.
        users: By login.
    """

    open_store: UnitOfWorkFactory
    ids: dict[str, str] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)

    def person(
        self, login: str, role: UserRole, agent_id: str | None = None, team: str | None = None
    ) -> int:
        """Add somebody; their user id."""
        with self.open_store(writes=True) as unit:
            if team is not None and team not in self.teams:
                self.teams[team] = unit.people.add_team(team, at=AT).public_id
            account = Account(
                login,
                login.title(),
                role,
                agent_id=agent_id,
                team=self.teams[team] if team else None,
            )
            self.users[login] = unit.people.add_user(account, at=AT)
            unit.commit()
        return self.users[login].id

    def call(
        self,
        call_id: str,
        agent_id: str | None,
        outcomes: Mapping[str, Outcome],
        *,
        started_at: datetime | None = AT,
        scored_at: datetime = AT,
        critical: tuple[str, ...] = (),
        fingerprint: str = "f1",
    ) -> str:
        """Add a scored call, or score it anew under another fingerprint; its public id."""
        verdicts = tuple(verdict(criterion, outcome) for criterion, outcome in outcomes.items())
        scored = ScoredCall(
            record=CallRecord(call_id, agent_id=agent_id, started_at=started_at),
            recording=RecordingFacts(
                hashlib.sha256(call_id.encode()).hexdigest(),
                f"{call_id}.wav",
                60.0,
                8_000,
                1,
                "mono",
                Peaks(20, ((0.1,),)),
                f"audio/{call_id}.flac",
            ),
            hearing=Hearing("h1", Transcript("zh", (), (), role_confidence=1.0), _SILENT, {}),
            scorecard=Scorecard(
                RUBRIC,
                total(verdicts),
                tuple(c for c in critical if outcomes[c] is Outcome.FAIL),
                verdicts,
            ),
            fingerprint=fingerprint,
        )
        with self.open_store(writes=True) as unit:
            run = unit.runs.begin(scored_at)
            assert unit.calls.add_scored(scored, run_id=run, at=scored_at)
            unit.commit()
            self.ids |= {
                row.record.call_id: row.public_id
                for row in unit.calls.summaries([scored.recording.sha256]).values()
            }
        return self.ids[call_id]

    def review(
        self,
        call_id: str,
        login: str,
        outcomes: Mapping[str, Outcome],
        *,
        at: datetime = AT,
        purpose: Purpose = Purpose.REVIEW,
        critical: Mapping[str, bool] | None = None,
    ) -> Review:
        """Submit somebody's review, which decides these criteria."""
        with self.open_store(writes=True) as unit:
            review = self._submitted(
                unit,
                self.ids[call_id],
                self.users[login].id,
                Wish(outcomes, at, purpose, critical or {}),
            )
            unit.commit()
        return review

    def _submitted(self, unit: UnitOfWork, call: str, reviewer: int, wish: Wish) -> Review:
        detail = unit.calls.detail(call)
        assert detail.scorecard
        assert detail.version
        machine = {each.criterion: each for each in detail.scorecard.verdicts}
        decisions = [
            Decision(
                criterion,
                machine[criterion].outcome,
                machine[criterion].points,
                outcome,
                POINTS if outcome is Outcome.PASS else 0.0,
                POINTS,
                "heard it",
                "",
                (),
                wish.at,
            )
            for criterion, outcome in wish.outcomes.items()
        ]
        before = unit.reviews.current(call)
        draft = unit.reviews.put_draft(
            call,
            reviewer_id=reviewer,
            purpose=wish.purpose,
            basis=Basis(detail.version, before.public_id if before else None),
            content=DraftContent(decisions, (), ""),
            at=wish.at,
        )
        final = in_force(detail.scorecard, decisions, wish.critical)
        return unit.reviews.submit(
            draft.public_id,
            decisions=decisions,
            score=final.score,
            critical_failed=final.critical_failed,
            at=wish.at,
        )
