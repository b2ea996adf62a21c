"""Where the review of a call stands for one reviewer: what opening, saving and submitting all read first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from qa.domain.access import Actor
from qa.domain.errors import Conflict, NotAllowed
from qa.domain.records import CallDetail
from qa.domain.review import Basis, Purpose, Review, ReviewState
from qa.domain.scorecard import Scorecard
from qa.domain.wording import Reason, render
from qa.ports import UnitOfWork


class NotReviewable(NotAllowed):
    """Who asks cannot review this call, whatever their role; ``reason`` words why."""

    code = "not_reviewable"

    def __init__(self, reason: Reason) -> None:
        super().__init__(render(reason, "en"))
        self.reason = reason


class Change(StrEnum):
    """What happened to a review or its call since the page was made."""

    SAVED = "saved"
    ENDED = "ended"
    REVIEWED = "reviewed"
    RESCORED = "rescored"


class ReviewChanged(Conflict):
    """The page is stale; nothing was overwritten.

    Attributes:
        change: ``SAVED`` and ``ENDED``: the own draft was saved, submitted or given up in another window,
            and what was sent is not kept. ``REVIEWED`` and ``RESCORED``: somebody else submitted, or the
            call was scored anew; what was sent is kept as the own draft, and not submitted.
        reason: The sentence for the page.
        draft: The own draft as it is now, if there is one.
        current: The review that counts now, if any.
        basis: What to look at now; a form that sends it back (with the draft's revision) goes on.
    """

    code = "review_changed"

    def __init__(
        self,
        change: Change,
        reason: Reason,
        *,
        draft: Review | None,
        current: Review | None,
        basis: Basis,
    ) -> None:
        super().__init__(render(reason, "en"))
        self.change = change
        self.reason = reason
        self.draft = draft
        self.current = current
        self.basis = basis


@dataclass(frozen=True, slots=True)
class ReviewingState:
    """Where the review of a call stands, for one reviewer and purpose."""

    call: str
    card: Scorecard
    basis: Basis
    current: Review | None
    reviews: tuple[Review, ...]
    reviewer_id: int
    purpose: Purpose

    @property
    def submitted(self) -> tuple[Review, ...]:
        """Every submitted review, the latest first."""
        done = [each for each in self.reviews if each.submitted_at is not None]
        return tuple(sorted(done, key=_submitted_at, reverse=True))

    @property
    def own_drafts(self) -> tuple[Review, ...]:
        """The reviewer's drafts for this purpose, on any scorecard of the call, the latest saved first."""
        return tuple(
            each
            for each in self.reviews
            if each.state is ReviewState.DRAFT
            and each.reviewer.id == self.reviewer_id
            and each.purpose is self.purpose
        )

    def own_draft(self, scorecard: str) -> Review | None:
        """The reviewer's draft on one scorecard."""
        return next((each for each in self.own_drafts if each.scorecard == scorecard), None)

    def earlier_draft(self) -> Review | None:
        """The reviewer's latest draft on a scorecard that is history."""
        return next(
            (each for each in self.own_drafts if each.scorecard != self.basis.scorecard), None
        )


def read_state(
    unit: UnitOfWork, actor: Actor, detail: CallDetail, purpose: Purpose
) -> ReviewingState:
    """Where the review of a call stands. Raises ``NotReviewable``."""
    if actor.user_id is None:
        raise NotReviewable(Reason("review.no_account"))
    if actor.agent_id is not None and actor.agent_id == detail.record.agent_id:
        raise NotReviewable(Reason("review.own_call"))
    if detail.scorecard is None or detail.version is None:
        raise NotReviewable(Reason("review.not_scored"))
    reviews = unit.reviews.of_call(detail.public_id)
    current = next((each for each in reviews if each.is_current), None)
    if purpose is Purpose.DISPUTE and any(map(_scored_by(actor.user_id), reviews)):
        raise NotReviewable(Reason("review.own_decision"))
    return ReviewingState(
        call=detail.public_id,
        card=detail.scorecard,
        basis=Basis(detail.version, current.public_id if current else None),
        current=current,
        reviews=reviews,
        reviewer_id=actor.user_id,
        purpose=purpose,
    )


def _scored_by(user_id: int) -> Callable[[Review], bool]:
    """Whether a review is somebody's own scoring of the call; deciding a dispute is none."""
    return lambda review: (
        review.reviewer.id == user_id
        and review.purpose is Purpose.REVIEW
        and review.submitted_at is not None
    )


def _submitted_at(review: Review) -> datetime:
    if review.submitted_at is None:
        raise ValueError(f"review {review.public_id} was not submitted")
    return review.submitted_at


_REASON = {
    Change.SAVED: "review.saved_elsewhere",
    Change.ENDED: "review.ended_elsewhere",
    Change.REVIEWED: "review.reviewed_meanwhile",
    Change.RESCORED: "review.rescored_meanwhile",
}


def changed(change: Change, state: ReviewingState, draft: Review | None) -> ReviewChanged:
    """The error that says what happened to a review or its call."""
    if change is Change.REVIEWED and state.current is None:
        # What was looked at counts no more, and nothing has come in its place.
        change = Change.RESCORED
    by = {"name": state.current.reviewer.name} if state.current else {}
    return ReviewChanged(
        change,
        Reason(_REASON[change], by if change is Change.REVIEWED else {}),
        draft=draft,
        current=state.current,
        basis=state.basis,
    )
