"""A review, from its first save to what counts: save a draft, submit it, give it up.

Every write is one transaction that holds the writer's lock, so that of two reviewers one comes first and
the other is told. Nothing that a person typed is overwritten by what another one did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qa.domain.access import Action, Actor, require
from qa.domain.errors import InputInvalid
from qa.domain.review import Purpose, Review
from qa.domain.reviewing import Entry
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.services.browse import RubricTexts
from qa.services.review_saving import ReviewForm, announce, done_before, file, news, save
from qa.services.review_state import Change, NotReviewable, ReviewChanged, changed, read_state
from qa.services.review_view import ReviewView, open_review

__all__ = [
    "Change",
    "NotReviewable",
    "ReviewChanged",
    "ReviewForm",
    "ReviewView",
    "Saved",
    "Submitted",
    "amend",
    "discard",
    "open_review",
    "save_draft",
    "submit",
]


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved draft.

    Attributes:
        news: What the reviewer has to know before they submit; the draft is kept whatever it is.
    """

    draft: Review
    news: ReviewChanged | None


@dataclass(frozen=True, slots=True)
class Submitted:
    """A submitted review; ``repeated`` where it had been submitted before and nothing was done."""

    review: Review
    repeated: bool


def save_draft(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    public_id: str,
    *,
    form: ReviewForm,
    purpose: Purpose = Purpose.REVIEW,
) -> Saved:
    """Save a reviewer's draft of a call, which the first save begins.

    A draft of a scorecard that is history by now is saved on that scorecard, and fills the form of the
    call's new one when it is opened.

    Raises:
        InputInvalid: Something is over its limit, is not offered, or a clip is not in the call.
        ReviewChanged: The draft was saved or ended in another window (``SAVED``, ``ENDED``).
        NotAllowed: The actor's role never reviews.
        NotReviewable: This call cannot be reviewed, or not by them.
        CallNotFound: There is no such call, or it is gone.
    """
    require(actor, Action.REVIEW)
    with open_store(writes=True) as unit:
        state = read_state(unit, actor, unit.calls.detail(public_id), purpose)
        draft = save(unit, rubrics, state, form, clock.now())
        unit.commit()
    return Saved(draft, news(state, form, draft))


def submit(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    public_id: str,
    *,
    form: ReviewForm,
    purpose: Purpose = Purpose.REVIEW,
    leave_open: bool = False,
    licensing: bool = False,
) -> Submitted:
    """Save a draft and make it what counts for the call.

    The draft is kept where it cannot be submitted. A second submit of the same form does nothing and says so.

    Args:
        open_store: Opens the store.
        rubrics: The texts of the rubrics.
        clock: Dates it.
        actor: The reviewer.
        public_id: Of the call.
        form: What they sent.
        purpose: What the review is for.
        leave_open: Leave open on purpose whatever the machine left open and the form does not decide.
        licensing: Whether a criterion that the machine has no licence for wants a decision.

    Raises:
        InputInvalid: As for a save; or something is not decided, or is changed without a reason.
        ReviewChanged: The page is stale.
        NotAllowed: The actor's role never reviews.
        NotReviewable: This call cannot be reviewed, or not by them.
        CallNotFound: There is no such call, or it is gone.
    """
    require(actor, Action.REVIEW)
    with open_store(writes=True) as unit:
        detail = unit.calls.detail(public_id)
        state = read_state(unit, actor, detail, purpose)
        done = done_before(unit, rubrics, state, form)
        if done is not None:
            return Submitted(done, repeated=True)
        at = clock.now()
        draft = save(unit, rubrics, state, form, at)
        refusal: ReviewChanged | InputInvalid | None = news(state, form, draft)
        if refusal is None:
            try:
                review = file(
                    unit,
                    rubrics,
                    state,
                    draft,
                    at=at,
                    leave_open=leave_open,
                    licensing=licensing,
                )
            except InputInvalid as error:
                refusal = error
        if refusal is not None:
            unit.commit()
            raise refusal
        unit.tasks.finish(public_id, at=at, by=actor.user_id)
        announce(unit, detail, review, at)
        unit.commit()
    return Submitted(review, repeated=False)


def discard(
    open_store: UnitOfWorkFactory,
    clock: Clock,
    actor: Actor,
    public_id: str,
    *,
    revision: int,
    purpose: Purpose = Purpose.REVIEW,
) -> None:
    """Give the own drafts of a call up, that of its scorecard and those of earlier ones; none is no fault.

    Raises:
        NotAllowed: The actor's role never reviews.
        ReviewChanged: The draft was saved in another window since (``SAVED``).
        CallNotFound: There is no such call.
    """
    require(actor, Action.REVIEW)
    with open_store(writes=True) as unit:
        state = read_state(unit, actor, unit.calls.detail(public_id), purpose)
        draft = state.own_draft(state.basis.scorecard)
        if draft is not None and draft.revision != revision:
            raise changed(Change.SAVED, state, draft)
        for each in state.own_drafts:
            unit.reviews.discard(each.public_id, at=clock.now())
        unit.commit()


def amend(
    unit: UnitOfWork,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    public_id: str,
    *,
    entries: Mapping[str, Entry],
    purpose: Purpose,
) -> Review:
    """Submit a review that decides some criteria and takes over whatever else counts.

    It is part of a caller's transaction, who commits it and finishes the call's task.

    Raises:
        InputInvalid: Something is over its limit, is not offered or has no reason.
        NotAllowed: The actor's role never reviews.
        NotReviewable: This call cannot be reviewed, or not by them.
        CallNotFound: There is no such call.
    """
    require(actor, Action.REVIEW)
    detail = unit.calls.detail(public_id)
    state = read_state(unit, actor, detail, purpose)
    at = clock.now()
    draft = state.own_draft(state.basis.scorecard)
    form = ReviewForm(state.basis, draft.revision if draft else 0, entries)
    written = save(unit, rubrics, state, form, at)
    review = file(unit, rubrics, state, written, at=at, leave_open=False)
    announce(unit, detail, review, at)
    return review
