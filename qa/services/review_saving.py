"""What a review's form holds, checked and written as a draft, and a draft made to count.

All of it is part of a caller's transaction, who commits it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from qa.domain.clip import checked_clip
from qa.domain.correction import CorrectedTurn, corrected
from qa.domain.errors import InputInvalid, NotFound
from qa.domain.records import CallDetail
from qa.domain.review import Basis, Decision, Pending, Review, in_force
from qa.domain.reviewing import (
    NOTHING,
    OPEN,
    Entry,
    checked_text,
    critical_of,
    decided,
    in_order,
    left_open,
    require_complete,
    same,
    taken_over,
)
from qa.domain.rubric import Rubric
from qa.domain.scorecard import Scorecard, Verdict
from qa.domain.webhook import Event
from qa.domain.wording import Reason
from qa.ports import UnitOfWork
from qa.ports.reviews import DraftContent
from qa.services.browse import RubricTexts
from qa.services.licences.provisional import for_people
from qa.services.review_state import Change, ReviewChanged, ReviewingState, changed


@dataclass(frozen=True, slots=True)
class ReviewForm:
    """A review's form as it was sent: all of it, as the page stood.

    Attributes:
        basis: What the page showed (``ReviewView.basis``).
        revision: Of the draft that it showed (``ReviewView.revision``).
        entries: By criterion; one that is missing or blank decides nothing.
        note: To the whole review.
    """

    basis: Basis
    revision: int
    entries: Mapping[str, Entry]
    note: str = ""


@dataclass(frozen=True, slots=True)
class _LookedAt:
    """The scorecard that a form was made from, with all that its entries are checked against."""

    card: Scorecard
    rubric: Rubric | None
    duration_s: float
    turns: tuple[CorrectedTurn, ...]


def _looked_at(
    unit: UnitOfWork, rubrics: RubricTexts, state: ReviewingState, version: str
) -> _LookedAt:
    found = unit.reviews.scored_version(state.call, version)
    if found is None:
        raise NotFound(
            f"call {state.call} has no such scorecard",
            hint="load its page again and review it there",
        )
    return _LookedAt(
        card=found.scorecard,
        rubric=rubrics.of(unit, found.scorecard.rubric),
        duration_s=found.duration_s,
        turns=corrected(found.transcript, found.corrections),
    )


def save(
    unit: UnitOfWork, rubrics: RubricTexts, state: ReviewingState, form: ReviewForm, at: datetime
) -> Review:
    """Write what a form holds as the own draft of the scorecard that it was made from."""
    draft = state.own_draft(form.basis.scorecard)
    stale = form.revision != (draft.revision if draft else 0)
    if stale and draft is None:
        raise changed(Change.ENDED, state, draft)
    content = _content(_looked_at(unit, rubrics, state, form.basis.scorecard), form, draft, at)
    if stale and draft is not None:
        # Sent again because its answer was lost on the way: there is nothing to overwrite.
        if _holds(draft, content):
            return draft
        raise changed(Change.SAVED, state, draft)
    if draft is None:
        unit.tasks.begin(state.call, state.reviewer_id, at=at)
    return unit.reviews.put_draft(
        state.call,
        reviewer_id=state.reviewer_id,
        purpose=state.purpose,
        basis=form.basis,
        content=content,
        at=at,
    )


def _content(
    looked_at: _LookedAt, form: ReviewForm, draft: Review | None, at: datetime
) -> DraftContent:
    """What a form holds, checked, in the order of the scorecard."""
    known = {verdict.criterion for verdict in looked_at.card.verdicts}
    for name in form.entries:
        if name not in known:
            raise InputInvalid(
                f"the scorecard has no criterion {name}",
                field=f"{name}.choice",
                reason=Reason("review.no_such_criterion"),
            )
    read = [
        _read(looked_at, verdict, form.entries[verdict.criterion], at)
        for verdict in looked_at.card.verdicts
        if not form.entries.get(verdict.criterion, NOTHING).blank
    ]
    return DraftContent(
        decisions=[_as_before(each, draft) for each in read if isinstance(each, Decision)],
        pending=[each for each in read if isinstance(each, Pending)],
        note=checked_text(form.note, field="note"),
    )


def _read(looked_at: _LookedAt, verdict: Verdict, entry: Entry, at: datetime) -> Decision | Pending:
    criterion = looked_at.rubric.criterion(verdict.criterion) if looked_at.rubric else None
    read = decided(verdict, criterion, entry, at=at)
    clips = (
        checked_clip(
            clip,
            duration_s=looked_at.duration_s,
            turns=looked_at.turns,
            field=f"{verdict.criterion}.evidence",
        )
        for clip in entry.evidence
    )
    # A clip that was added twice proves no more than once.
    return replace(read, evidence=tuple(dict.fromkeys(clips)))


def _holds(draft: Review, content: DraftContent) -> bool:
    """Whether a draft is what a form says, word for word."""
    return (
        draft.note == content.note
        and tuple(draft.pending) == tuple(content.pending)
        and len(draft.decisions) == len(content.decisions)
        and all(map(same, draft.decisions, content.decisions))
    )


def _as_before(decision: Decision, draft: Review | None) -> Decision:
    """A decision that a save does not change keeps the time at which it was made."""
    before = draft.decision(decision.criterion) if draft else None
    return before if before is not None and same(before, decision) else decision


# --- submitting --------------------------------------------------------------------------------


def done_before(
    unit: UnitOfWork, rubrics: RubricTexts, state: ReviewingState, form: ReviewForm
) -> Review | None:
    """The review that a form became when it was sent before, if it was."""
    for review in state.submitted:
        if (
            review.reviewer.id == state.reviewer_id
            and review.purpose is state.purpose
            and review.basis == form.basis
        ):
            looked_at = _looked_at(unit, rubrics, state, form.basis.scorecard)
            content = _content(looked_at, form, None, review.saved_at)
            if _is_of(review, content):
                return review
    return None


def _is_of(review: Review, content: DraftContent) -> bool:
    """Whether a submitted review says what a form says, and beside it only what was left open on purpose."""
    sent = {each.criterion: each for each in content.decisions}
    own = {each.criterion: each for each in review.decisions if each.by is None}
    return (
        review.note == content.note
        and not content.pending
        and all(name in own and same(own[name], each) for name, each in sent.items())
        and all(name in sent or each.outcome in OPEN for name, each in own.items())
    )


def file(
    unit: UnitOfWork,
    rubrics: RubricTexts,
    state: ReviewingState,
    draft: Review,
    *,
    at: datetime,
    leave_open: bool,
    licensing: bool = False,
) -> Review:
    """Make a draft count. Raises ``InputInvalid``, and has written nothing then."""
    critical = critical_of(rubrics.of(unit, state.card.rubric))
    own, pending = draft.decisions, draft.pending
    if leave_open:
        own, pending = left_open(state.card, state.current, own, pending, at=at)
    require_complete(
        state.card,
        own,
        pending,
        base=state.current,
        counted=in_force(state.card, state.current.decisions if state.current else (), critical),
        purpose=state.purpose,
        for_people=for_people(unit, state, licensing=licensing),
    )
    decisions = in_order(state.card, taken_over(state.current, own))
    final = in_force(state.card, decisions, critical)
    return unit.reviews.submit(
        draft.public_id,
        decisions=decisions,
        score=final.score,
        critical_failed=final.critical_failed,
        at=at,
    )


def announce(unit: UnitOfWork, detail: CallDetail, review: Review, at: datetime) -> None:
    """Tell programs that a review counts: ids and figures, never what was said or written."""
    unit.webhooks.announce(
        Event.REVIEW_SUBMITTED,
        {
            "review": review.public_id,
            "call": review.call,
            "call_id": detail.record.call_id,
            "agent_id": detail.record.agent_id,
            "purpose": str(review.purpose),
            "reviewer": review.reviewer.public_id,
            "rubric": asdict(review.rubric),
            "score": review.score,
            "critical_failed": list(review.critical_failed),
            "changed": [each.criterion for each in review.decisions if each.changed],
            "submitted_at": at.isoformat(),
        },
        at=at,
    )


def news(state: ReviewingState, form: ReviewForm, draft: Review) -> ReviewChanged | None:
    """What happened to the call since a form was made."""
    if form.basis.scorecard != state.basis.scorecard:
        return changed(Change.RESCORED, state, draft)
    if form.basis.review != state.basis.review:
        return changed(Change.REVIEWED, state, draft)
    return None
