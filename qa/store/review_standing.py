"""Which review counts for a call as its scorecards come and go, repeated on the call for its list.

A review is of one scorecard. When the call shows another one the review is history; when the call shows that
scorecard again the review counts again.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from qa.domain.review import ReviewState
from qa.domain.reviewing import OPEN
from qa.domain.scorecard import Outcome
from qa.store.tables import CallRow, DecisionRow, ReviewRow, VerdictRow


def retire_reviews(session: Session, calls: Sequence[int]) -> None:
    """No review counts for some calls any more; none is lost."""
    session.execute(
        update(ReviewRow)
        .where(ReviewRow.call_id.in_(calls), ReviewRow.is_current)
        .values(is_current=False)
    )


def show_review_of(session: Session, call: CallRow, scorecard_id: int) -> None:
    """Let the newest submitted review of a call's scorecard count, or none where there is none."""
    retire_reviews(session, [call.id])
    latest = session.scalar(
        select(ReviewRow)
        .where(
            ReviewRow.call_id == call.id,
            ReviewRow.scorecard_id == scorecard_id,
            ReviewRow.state == ReviewState.SUBMITTED.value,
        )
        .order_by(ReviewRow.submitted_at.desc(), ReviewRow.id.desc())
        .limit(1)
    )
    if latest is not None:
        latest.is_current = True
        show_review(session, call, latest)
    else:
        call.reviewed_at = call.reviewed_score = call.reviewed_critical_count = None
    session.flush()


def show_review(session: Session, call: CallRow, review: ReviewRow) -> None:
    """Repeat on a call what the list shows of the review that counts.

    The machine's score stays beside the reviewed one; what failed and what is open is as it counts.
    """
    call.reviewed_at = review.submitted_at
    call.reviewed_score = review.score
    call.reviewed_critical_count = len(review.critical_failed)
    outcomes = _outcomes(session, review)
    call.failed = [each for each, outcome in outcomes.items() if outcome is Outcome.FAIL]
    call.open = [each for each, outcome in outcomes.items() if outcome in OPEN]
    call.critical_failed = list(review.critical_failed)
    call.failed_count, call.open_count = len(call.failed), len(call.open)
    call.critical_count = len(call.critical_failed)


def _outcomes(session: Session, review: ReviewRow) -> dict[str, Outcome]:
    """What counts by criterion, in the scorecard's order."""
    said = session.execute(
        select(VerdictRow.criterion, VerdictRow.outcome)
        .where(VerdictRow.scorecard_id == review.scorecard_id)
        .order_by(VerdictRow.position)
    )
    decided = session.execute(
        select(DecisionRow.criterion, DecisionRow.outcome).where(DecisionRow.review_id == review.id)
    )
    return {criterion: Outcome(outcome) for criterion, outcome in (*said, *decided)}
