"""A blind rating, from its first save to its end: save a draft, submit it.

Every write is one transaction that holds the writer's lock. Nothing that a rater typed is overwritten by what
they did in another window, and the last rating that is asked for lays its session open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from qa.domain.access import Actor
from qa.domain.calibration import Rating, RatingDecision, RatingState
from qa.domain.clip import checked_clip
from qa.domain.comparison import total
from qa.domain.correction import CorrectedTurn, corrected
from qa.domain.errors import Conflict, InputInvalid
from qa.domain.rating import rated, require_decided, same
from qa.domain.review import Pending
from qa.domain.reviewing import NOTHING, Entry, checked_text
from qa.domain.wording import Reason, render
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.ports.calibration import RatingContent, RatingPlace
from qa.services.browse import RubricTexts
from qa.services.calibration.rating_state import BlindState, read_state, read_submitted
from qa.services.calibration.rating_view import (
    CriterionRating,
    RatingOption,
    RatingView,
    SectionRating,
    open_rating,
    rating_sound,
)
from qa.services.calibration.steps import reveal_if_complete

__all__ = [
    "CriterionRating",
    "RatingChanged",
    "RatingForm",
    "RatingOption",
    "RatingView",
    "SectionRating",
    "Submitted",
    "open_rating",
    "rating_sound",
    "save_rating",
    "submit_rating",
]


class RatingChanged(Conflict):
    """The page is stale; nothing was overwritten.

    Attributes:
        reason: The sentence for the page.
        rating: The own rating as it is now; what was sent is not kept.
    """

    code = "rating_changed"

    def __init__(self, reason: Reason, rating: Rating | None) -> None:
        super().__init__(render(reason, "en"))
        self.reason = reason
        self.rating = rating


@dataclass(frozen=True, slots=True)
class RatingForm:
    """A rating's form as it was sent: all of it, as the page stood.

    Attributes:
        revision: Of the draft that it showed (``RatingView.revision``).
        entries: By criterion; one that is missing or blank decides nothing.
        note: To the whole call.
    """

    revision: int
    entries: Mapping[str, Entry]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A submitted rating.

    Attributes:
        repeated: It had been submitted before with the same content, and nothing was done.
        revealed: It was the last one: the session is laid open now.
        next: Position of the call to rate next; ``None`` when the rater is through.
    """

    rating: Rating
    repeated: bool
    revealed: bool
    next: int | None


def save_rating(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    place: RatingPlace,
    *,
    form: RatingForm,
) -> Rating:
    """Save a rater's draft of a call, which the first save begins.

    Raises:
        InputInvalid: Something is over its limit, is not offered, or a clip is not in the call.
        RatingChanged: It was saved or submitted in another window.
        NotAllowed: The actor does not calibrate.
        CalibrationNotFound: There is no such session, or no such call in it.
        CalibrationConflict: The actor does not rate it (any more).
    """
    with open_store(writes=True) as unit:
        state = read_state(unit, rubrics, actor, place)
        saved = _save(unit, state, form, clock.now())
        unit.commit()
        return saved


def submit_rating(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    place: RatingPlace,
    *,
    form: RatingForm,
) -> Submitted:
    """Save a draft and make it final; every criterion is to be decided.

    The draft is kept where it cannot be submitted. A second submit of the same form does nothing and says
    so. The last rating that is asked for lays the session open in the same transaction.

    Raises:
        InputInvalid: As for a save; or a criterion is not decided (``field`` is ``CRITERION.choice``).
        RatingChanged: The page is stale.
        NotAllowed: The actor does not calibrate.
        CalibrationNotFound: There is no such session, or no such call in it.
        CalibrationConflict: The actor does not rate it (any more).
    """
    with open_store(writes=True) as unit:
        repeated = _sent_before(unit, rubrics, actor, place, form)
        if repeated is not None:
            return repeated
        state = read_state(unit, rubrics, actor, place)
        at = clock.now()
        draft = _save(unit, state, form, at)
        try:
            require_decided(tuple(state.points), draft.decisions)
        except InputInvalid:
            unit.commit()
            raise
        rating = unit.calibrations.submit(draft.public_id, score=total(draft.decisions), at=at)
        after = reveal_if_complete(unit, place.calibration, at=at)
        unit.commit()
        following = _following(unit, state)
        return Submitted(rating, repeated=False, revealed=after.revealed, next=following)


# --- saving ------------------------------------------------------------------------------------


def _save(unit: UnitOfWork, state: BlindState, form: RatingForm, at: datetime) -> Rating:
    """Write what a form holds as the rater's draft."""
    rating = state.rating
    if rating is not None and rating.state is RatingState.SUBMITTED:
        raise RatingChanged(Reason("rating.ended_elsewhere"), rating)
    content = _content(state, form, at)
    if form.revision != (rating.revision if rating else 0):
        # Sent again because its answer was lost on the way: there is nothing to overwrite.
        if rating is not None and _holds(rating, content):
            return rating
        raise RatingChanged(Reason("rating.saved_elsewhere"), rating)
    call = state.pinned.detail.public_id
    return unit.calibrations.put_rating(
        state.calibration.public_id,
        state.drawn.position,
        rater_id=state.rater_id,
        seen_before=(
            rating.seen_before
            if rating
            else unit.calibrations.reviewed_before(state.rater_id, call)
        ),
        content=content,
        at=at,
    )


def _content(state: BlindState, form: RatingForm, at: datetime) -> RatingContent:
    """What a form holds, checked, in the order of the scorecard."""
    for name in form.entries:
        if name not in state.points:
            raise InputInvalid(
                f"the rubric has no criterion {name}",
                field=f"{name}.choice",
                reason=Reason("review.no_such_criterion"),
            )
    read = [
        _read(state, name, form.entries[name], at)
        for name in state.points
        if not form.entries.get(name, NOTHING).blank
    ]
    decisions = [each for each in read if isinstance(each, RatingDecision)]
    return RatingContent(
        decisions=[_as_before(each, state.rating) for each in decisions],
        pending=[each for each in read if isinstance(each, Pending)],
        note=checked_text(form.note, field="note"),
    )


def _read(state: BlindState, name: str, entry: Entry, at: datetime) -> RatingDecision | Pending:
    detail = state.pinned.detail
    read = rated(name, state.points[name], state.criterion(name), entry, at=at)
    turns: Sequence[CorrectedTurn] = ()
    if entry.evidence and detail.hearing:
        turns = corrected(detail.hearing.transcript, state.pinned.corrections)
    clips = (
        checked_clip(
            clip,
            duration_s=detail.hearing.signals.duration_s if detail.hearing else 0.0,
            turns=turns,
            field=f"{name}.evidence",
        )
        for clip in entry.evidence
    )
    # A clip that was added twice proves no more than once.
    return replace(read, evidence=tuple(dict.fromkeys(clips)))


def _as_before(decision: RatingDecision, rating: Rating | None) -> RatingDecision:
    """A decision that a save does not change keeps the time at which it was made."""
    before = rating.decision(decision.criterion) if rating else None
    return before if before is not None and same(before, decision) else decision


def _holds(rating: Rating, content: RatingContent) -> bool:
    """Whether a rating is what a form says, word for word."""
    return (
        rating.note == content.note
        and tuple(rating.pending) == tuple(content.pending)
        and len(rating.decisions) == len(content.decisions)
        and all(map(same, rating.decisions, content.decisions))
    )


# --- submitting --------------------------------------------------------------------------------


def _sent_before(
    unit: UnitOfWork,
    rubrics: RubricTexts,
    actor: Actor,
    place: RatingPlace,
    form: RatingForm,
) -> Submitted | None:
    """What came of a form when it was sent before, if it was; also once that has laid the session open."""
    state = read_submitted(unit, rubrics, actor, place)
    if state is None or state.rating is None:
        return None
    rating = state.rating
    if not _holds(rating, _content(state, form, rating.saved_at)):
        return None
    return Submitted(
        rating, repeated=True, revealed=state.calibration.revealed, next=_following(unit, state)
    )


def _following(unit: UnitOfWork, state: BlindState) -> int | None:
    """The call that a rater goes on with: the next one that is left, or the first."""
    done = {
        each.position
        for each in unit.calibrations.ratings(state.calibration.public_id)
        if each.rater.id == state.rater_id and each.state is RatingState.SUBMITTED
    }
    left = [each.position for each in state.asked if each.position not in done]
    return next((each for each in left if each > state.drawn.position), left[0] if left else None)
