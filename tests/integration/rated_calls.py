"""A store in which people have rated the same calls: in blind sessions, and in reviews one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from qa.domain.scorecard import Outcome
from qa.store.engine import writing
from qa.store.tables import (
    CalibrationCallRow,
    CalibrationRow,
    CallRow,
    MasterRow,
    RatingDecisionRow,
    RatingRow,
    ScorecardRow,
)
from tests.integration.answered_calls import AT, POINTS, RUBRIC, AnsweredCalls

Verdicts = Mapping[str, Outcome]
"""By criterion."""


@dataclass(frozen=True, slots=True)
class Rated:
    """What one rater says of one call.

    Attributes:
        shares: Of its points, that a pass on a criterion earns; all of them unless said otherwise.
        seen_before: Whether they had reviewed the call before.
        submitted: Whether it is more than a draft.
    """

    login: str
    verdicts: Verdicts
    shares: Mapping[str, float] = field(default_factory=dict)
    seen_before: bool = False
    submitted: bool = True

    def points(self, criterion: str) -> float:
        """What they give on a criterion."""
        passed = self.verdicts[criterion] is Outcome.PASS
        return self.shares.get(criterion, 1.0) * POINTS if passed else 0.0


@dataclass(slots=True)
class RatedCalls(AnsweredCalls):
    """Writes sessions beside calls and reviews.

    Attributes:
        engine: The store's.
    """

    engine: Engine | None = None
    _sessions: int = 0

    def session(
        self,
        ratings: Mapping[str, tuple[Rated, ...]],
        *,
        masters: Mapping[str, Verdicts] | None = None,
        revealed_at: datetime | None = AT,
    ) -> str:
        """Add a session with what was rated, by call id; its public id."""
        assert self.engine
        self._sessions += 1
        name = f"session-{self._sessions}"
        with Session(writing(self.engine)) as session:
            row = CalibrationRow(
                public_id=name,
                title=name,
                note="",
                owner_id=next(iter(self.users.values())).id,
                state="revealed" if revealed_at else "open",
                due_at=AT + timedelta(days=7),
                created_at=AT,
                revealed_at=revealed_at,
                revision=1,
            )
            session.add(row)
            session.flush()
            for position, (call_id, rated) in enumerate(ratings.items()):
                self._rated(session, row.id, position, call_id, rated)
                self._agreed(session, row.id, position, (masters or {}).get(call_id, {}))
            session.commit()
        return name

    def _rated(
        self,
        session: Session,
        calibration: int,
        position: int,
        call_id: str,
        ratings: tuple[Rated, ...],
    ) -> None:
        call = session.scalars(select(CallRow).where(CallRow.call_id == call_id)).one()
        card = session.scalars(
            select(ScorecardRow).where(ScorecardRow.call_id == call.id, ScorecardRow.is_current)
        ).one()
        place = CalibrationCallRow(
            calibration_id=calibration,
            position=position,
            call_id=call.id,
            call_name=call_id,
            scorecard_id=card.id,
            rubric_id=RUBRIC.id,
            rubric_version=RUBRIC.version,
            rubric_sha256=RUBRIC.sha256,
        )
        session.add(place)
        session.flush()
        for rated in ratings:
            points = [
                rated.points(criterion)
                for criterion, outcome in rated.verdicts.items()
                if outcome.counts
            ]
            rating = RatingRow(
                public_id=f"{calibration}-{position}-{rated.login}",
                calibration_call_id=place.id,
                rater_id=self.users[rated.login].id,
                state="submitted" if rated.submitted else "draft",
                revision=1,
                opened_at=AT,
                saved_at=AT,
                submitted_at=AT if rated.submitted else None,
                score=round(10 * sum(points) / len(points), 1) if points else None,
                seen_before=rated.seen_before,
                note="",
                pending=[],
            )
            session.add(rating)
            session.flush()
            for place_, (criterion, outcome) in enumerate(rated.verdicts.items()):
                session.add(
                    RatingDecisionRow(
                        rating_id=rating.id,
                        position=place_,
                        criterion=criterion,
                        outcome=outcome.value,
                        points=rated.points(criterion),
                        max_points=POINTS,
                        reason="",
                        note="",
                        evidence=[],
                        decided_at=AT,
                    )
                )

    def _agreed(
        self, session: Session, calibration: int, position: int, verdicts: Verdicts
    ) -> None:
        place = session.scalars(
            select(CalibrationCallRow).where(
                CalibrationCallRow.calibration_id == calibration,
                CalibrationCallRow.position == position,
            )
        ).one()
        for criterion, outcome in verdicts.items():
            session.add(
                MasterRow(
                    calibration_call_id=place.id,
                    criterion=criterion,
                    outcome=outcome.value,
                    points=POINTS if outcome is Outcome.PASS else 0.0,
                    max_points=POINTS,
                    reason="heard together",
                    decided_by=next(iter(self.users.values())).id,
                    decided_at=AT,
                    revision=1,
                )
            )
