"""The page of one call: what is read for it, and what its template gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import render_template, request, url_for

from qa.domain.access import Action, may
from qa.domain.correction import CorrectedTurn, Correction, CorrectionKind
from qa.domain.errors import InputInvalid
from qa.domain.records import CallDetail, CallQuery
from qa.domain.review import FinalScore, Review
from qa.domain.reviewing import Entry
from qa.domain.rubric import Rubric
from qa.services.browse import CallView, SectionView, neighbours, open_call
from qa.services.corrections import transcript_version
from qa.services.dispute_view import open_on
from qa.services.review import NotReviewable, ReviewChanged, ReviewView, open_review
from webapp.calls import listing
from webapp.calls.card import Card, card
from webapp.calls.quality import quality
from webapp.calls.readings import readings
from webapp.calls.talk import talk
from webapp.calls.transcript import latest, lines
from webapp.calls.waveform import marks
from webapp.deps import deps
from webapp.guard import actor
from webapp.i18n import language
from webapp.review.told import differences


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was sent and not taken; it is shown again as it was.

    Attributes:
        fault: What cannot be taken, if that is why.
        told: What changed meanwhile, if that is why.
    """

    entries: Mapping[str, Entry]
    note: str
    fault: InputInvalid | None = None
    told: ReviewChanged | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A call as whoever asks may see it.

    Attributes:
        desk: What they need to review it; ``None`` for who cannot.
        awaiting: Criteria of a provisional score that await a person (``qa.services.licences.provisional``).
        counts: What counts; ``None`` where the call has no score.
        review: The review that counts, if any.
    """

    detail: CallDetail
    rubric: Rubric | None
    sections: tuple[SectionView, ...]
    counts: FinalScore | None
    review: Review | None
    turns: tuple[CorrectedTurn, ...]
    previous: str | None
    next: str | None
    desk: ReviewView | None
    awaiting: tuple[str, ...] = ()


def opened(public_id: str, query: CallQuery) -> Opened:
    """Read a call. Raises ``CallNotFound``."""
    if may(actor(), Action.REVIEW):
        try:
            return _for_review(desk_of(public_id), query)
        except NotReviewable:
            pass  # their own call, or one without a score: it can be read
    return _for_reading(
        open_call(
            deps().open_store,
            deps().rubrics,
            actor(),
            public_id,
            query,
            licensing=deps().settings.licenses,
        )
    )


def desk_of(public_id: str) -> ReviewView:
    """A call as its reviewer sees it. Raises as ``open_review``."""
    return open_review(
        deps().open_store,
        deps().rubrics,
        deps().clock,
        actor(),
        public_id,
        licensing=deps().settings.licenses,
    )


def _for_review(desk: ReviewView, query: CallQuery) -> Opened:
    public_id = desk.detail.public_id
    previous, following = neighbours(deps().open_store, actor(), public_id, query)
    return Opened(
        detail=desk.detail,
        rubric=desk.rubric,
        sections=_views(desk),
        counts=desk.counts,
        review=desk.current,
        turns=desk.turns,
        previous=previous,
        next=following,
        desk=desk,
    )


def _views(desk: ReviewView) -> tuple[SectionView, ...]:
    return tuple(
        SectionView(section.title, tuple(each.view for each in section.criteria))
        for section in desk.sections
    )


def _for_reading(view: CallView) -> Opened:
    return Opened(
        detail=view.detail,
        rubric=view.rubric,
        sections=view.sections,
        counts=view.counts,
        review=view.current,
        turns=view.turns,
        previous=view.previous,
        next=view.next,
        desk=None,
        awaiting=view.awaiting,
    )


def card_of(call: Opened) -> Card | None:
    """The scorecard to read, ``None`` where there is none."""
    if call.detail.scorecard is None or call.counts is None:
        return None
    return card(
        call.detail.scorecard,
        call.counts,
        call.sections,
        review=call.review,
        awaiting=len(call.awaiting),
    )


def shown_card(call: Opened) -> Card | None:
    """The scorecard that the call's page shows first."""
    return review_card(call.desk) if call.desk and _is_due(call.desk) else card_of(call)


def review_card(desk: ReviewView, sent: Sent | None = None) -> Card:
    """The scorecard to review: what would count if the own draft were submitted as it is."""
    asked = desk.criteria
    if sent is not None:
        asked = tuple(replace(each, entry=sent.entries.get(each.id, Entry(None))) for each in asked)
    return card(
        desk.card,
        desk.with_draft,
        _views(desk),
        review=desk.current,
        asked=asked,
        draft=desk.draft is not None,
    )


def _is_due(desk: ReviewView | None) -> bool:
    """Whether a call is to be reviewed by whoever opens it: nobody has, or they had begun to."""
    return desk is not None and bool(desk.draft or desk.carried or not desk.current)


def swaps(turns: Sequence[CorrectedTurn]) -> tuple[Correction, ...]:
    """The swaps of all speakers that stand."""
    made = turns[0].corrections if turns else ()
    return tuple(each for each in made if each.kind is CorrectionKind.SWAP)


def call_page(public_id: str, *, again: bool = False, sent: Sent | None = None) -> str:
    """The page of a call: to review it where that is due, else to read it.

    Args:
        public_id: Of the call.
        again: Whether to review a call that was reviewed before.
        sent: A form that was not taken, to be shown again.

    Raises:
        CallNotFound: There is no such call, or it is out of reach.
    """
    query = listing.read(request.args)
    call = opened(public_id, query)
    desk = call.desk
    reviewing = desk if again or sent or _is_due(desk) else None
    shown = review_card(reviewing, sent) if reviewing else card_of(call)
    hearing = call.detail.hearing
    criteria = shown.lines if shown else ()
    return render_template(
        "calls/call.html",
        call=call.detail,
        rubric=call.rubric,
        card=shown,
        review=call.review,
        desk=reviewing,
        note=sent.note if sent else (reviewing.note if reviewing else ""),
        decided=sum(each.asked is not None and each.asked.chosen is not None for each in criteria),
        fault=sent.fault if sent else None,
        told=sent.told if sent else None,
        differs=differences(sent.told, criteria) if sent and sent.told else (),
        others=desk.others if desk else (),
        history=desk.history if desk else (),
        titles={line.id: line.view.title.in_language(language()) for line in criteria},
        can_review=desk is not None,
        disputed=open_on(deps().open_store, actor(), public_id),
        can_correct=may(actor(), Action.CORRECT_TRANSCRIPT),
        lines=lines(hearing, call.turns, criteria),
        swaps=swaps(call.turns),
        corrected=any(turn.corrections for turn in call.turns),
        seen=latest(call.turns),
        transcript=transcript_version(call.detail),
        marked={mark["kind"] for mark in marks(hearing, (), criteria)},
        readings=readings(call.detail.scorecard.rubric if call.detail.scorecard else None),
        quality=quality(call.detail),
        talk=talk(hearing) if hearing else None,
        login_address=url_for("entry.log_in", next=request.full_path.removesuffix("?")),
        back=listing.same_page(query),
        previous=call.previous,
        next=call.next,
    )
