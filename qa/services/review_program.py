"""A review that a program submits: whole or not at all, and once however often it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from qa.domain.access import Action, Actor, require
from qa.domain.errors import Conflict, InputInvalid
from qa.domain.feed import ReviewEntry
from qa.domain.review import Basis, Purpose, Review
from qa.domain.reviewing import Entry, read_choice
from qa.domain.scorecard import Evidence
from qa.domain.wording import Reason, render
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.services.browse import RubricTexts
from qa.services.review_saving import ReviewForm, announce, done_before, file, save
from qa.services.review_state import Change, ReviewingState, changed, read_state

KEPT = timedelta(days=7)
"""How long a key tells a repeat from a new request."""


class KeyReused(Conflict):
    """An idempotency key came with another request before."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        self.reason = Reason("api.key_reused")
        super().__init__(render(self.reason, "en"))


@dataclass(frozen=True, slots=True)
class Filed:
    """A review that a program submitted; ``repeated`` where it had been submitted before."""

    entry: ReviewEntry
    repeated: bool


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What tells a repeat of a request from a new one.

    Attributes:
        key: As the program sent it.
        digest: Of the call and all that was sent.
    """

    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class SentDecision:
    """What was sent for one criterion; ``choice`` is a code (``qa.domain.reviewing.Choice.code``)."""

    choice: str
    reason: str = ""
    note: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class SentReview:
    """A review as a program sends it.

    Attributes:
        basis: What was looked at.
        revision: Of the reviewer's own draft that it replaces, 0 where there is none.
        decisions: By criterion.
        leave_open: Leave open on purpose whatever the machine left open and it does not decide.
    """

    basis: Basis
    decisions: Mapping[str, SentDecision]
    revision: int = 0
    note: str = ""
    leave_open: bool = False


def submit_by_program(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    public_id: str,
    *,
    sent: SentReview,
    key: RequestKey | None = None,
    licensing: bool = False,
) -> Filed:
    """Make a review count for a call.

    Unlike the page's, nothing of it is kept where it cannot be submitted. The same review sent again does
    nothing and says so; with a key it is known again even where the reviewer has done more since. With
    ``licensing`` it decides whatever the machine has no licence for.

    Raises:
        InputInvalid: Something is over its limit, not offered, not decided, or changed without a reason.
        KeyReused: The key came with another request before.
        ReviewChanged: The call was scored or reviewed since it was read, or the reviewer has a draft of it.
        NotAllowed: The actor may not review.
        NotReviewable: This call cannot be reviewed, or not by them.
        CallNotFound: There is no such call.
    """
    require(actor, Action.REVIEW)
    with open_store(writes=True) as unit:
        now = clock.now()
        detail = unit.calls.detail(public_id)
        state = read_state(unit, actor, detail, Purpose.REVIEW)
        record = detail.record
        done = _known(unit, state, key)
        if done is not None:
            return Filed(ReviewEntry(done, record.call_id, record.agent_id), repeated=True)
        form = _form(unit, rubrics, state, sent)
        done = done_before(unit, rubrics, state, form)
        if done is not None:
            return Filed(ReviewEntry(done, record.call_id, record.agent_id), repeated=True)
        _require_fresh(state, sent.basis)
        draft = save(unit, rubrics, state, form, now)
        review = file(
            unit,
            rubrics,
            state,
            draft,
            at=now,
            leave_open=sent.leave_open,
            licensing=licensing,
        )
        unit.tasks.finish(public_id, at=now, by=actor.user_id)
        announce(unit, detail, review, now)
        if key is not None:
            unit.tokens.forget_requests_before(now - KEPT)
            unit.tokens.remember(
                state.reviewer_id, key.key, digest=key.digest, result=review.public_id, at=now
            )
        unit.commit()
    return Filed(ReviewEntry(review, record.call_id, record.agent_id), repeated=False)


def _require_fresh(state: ReviewingState, basis: Basis) -> None:
    """Check that a review is of the call as it stands."""
    if basis == state.basis:
        return
    change = Change.RESCORED if basis.scorecard != state.basis.scorecard else Change.REVIEWED
    raise changed(change, state, state.own_draft(state.basis.scorecard))


def _known(unit: UnitOfWork, state: ReviewingState, key: RequestKey | None) -> Review | None:
    """The review that a request with this key became."""
    found = unit.tokens.remembered(state.reviewer_id, key.key) if key else None
    if key is None or found is None:
        return None
    digest, result = found
    if digest != key.digest:
        raise KeyReused
    return next((each for each in state.submitted if each.public_id == result), None)


def _form(
    unit: UnitOfWork, rubrics: RubricTexts, state: ReviewingState, sent: SentReview
) -> ReviewForm:
    """What was sent, its choices read as the scorecard offers them that was looked at."""
    looked_at = unit.reviews.scored_version(state.call, sent.basis.scorecard)
    if looked_at is None:
        raise InputInvalid(
            f"call {state.call} has no such scorecard",
            field="scorecard",
            reason=Reason("api.no_such_scorecard"),
        )
    card = looked_at.scorecard
    rubric = rubrics.of(unit, card.rubric)
    verdicts = {each.criterion: each for each in card.verdicts}
    entries = {}
    for name, each in sent.decisions.items():
        if name not in verdicts:
            raise InputInvalid(
                f"the scorecard has no criterion {name}",
                field=f"{name}.choice",
                reason=Reason("review.no_such_criterion"),
            )
        criterion = rubric.criterion(name) if rubric else None
        choice = read_choice(each.choice, verdicts[name], criterion)
        entries[name] = Entry(choice, each.reason, each.note, each.evidence)
    return ReviewForm(sent.basis, sent.revision, entries, sent.note)
