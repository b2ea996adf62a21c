"""What programs read: calls, what counts for them, what was said in them, and their reviews.

The rules are those of the pages: an agent's program sees that agent's calls, and while a dispute is open, whoever
may settle it is not told what the first reviewer decided, not even through a program of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from qa.domain.access import Action, Actor, only_agent, require_agent
from qa.domain.correction import CorrectedTurn, corrected
from qa.domain.dispute import DecideFirst, DisputeState
from qa.domain.errors import CallNotFound, InputInvalid, NotFound, TokenRefused
from qa.domain.feed import CallFilter, Page, ReviewEntry, ReviewFilter
from qa.domain.people import User
from qa.domain.records import CallDetail, CallSummary, Hearing
from qa.domain.wording import Reason
from qa.ports import UnitOfWork, UnitOfWorkFactory
from qa.services.browse import RubricTexts
from qa.services.dispute_view import require_sighted
from qa.services.standing import Standing, standing_of


def whoami(open_store: UnitOfWorkFactory, actor: Actor) -> User:
    """The account that a program acts for. Raises ``TokenRefused`` where it acts for none."""
    if actor.user_id is None:
        raise TokenRefused(Reason("token.missing"))
    with open_store() as unit:
        return unit.people.user_by_id(actor.user_id)


def list_calls(
    open_store: UnitOfWorkFactory,
    actor: Actor,
    wanted: CallFilter,
    *,
    after: str | None,
    limit: int,
) -> Page[CallSummary]:
    """Calls that somebody may see, in the order in which they first came in.

    Args:
        open_store: Opens the store.
        actor: Who asks.
        wanted: Which of them.
        after: Where the page before ended.
        limit: How many at most.

    Raises:
        InputInvalid: There is no call that they could follow.
        NotAllowed: The actor may not see calls.
    """
    agent_id = only_agent(actor, Action.SEE_CALLS)
    if not _within(agent_id, wanted.agent_id):
        return Page((), None)
    wanted = replace(wanted, agent_id=agent_id or wanted.agent_id)
    with open_store() as unit:
        try:
            return unit.feed.calls(wanted, after=after, limit=limit)
        except NotFound as error:
            raise _lost() from error


def read_call(open_store: UnitOfWorkFactory, actor: Actor, public_id: str) -> CallSummary:
    """One call. Raises ``NotAllowed`` and ``CallNotFound``."""
    with open_store() as unit:
        summary = unit.feed.call(public_id)
    require_agent(actor, Action.SEE_CALLS, summary.record.agent_id)
    return summary


def read_scorecard(
    open_store: UnitOfWorkFactory, rubrics: RubricTexts, actor: Actor, public_id: str
) -> Standing:
    """What the machine found in a call, and what counts after its review.

    Raises:
        DecideFirst: The actor may still settle a dispute on the call.
        NotAllowed: The actor may not see calls.
        CallNotFound: There is no such call, or it has no score.
    """
    with open_store() as unit:
        stands = standing_of(unit, rubrics, actor, Action.SEE_CALLS, public_id)
        require_sighted(unit, _themselves(actor), public_id)
    return stands


@dataclass(frozen=True, slots=True)
class HeardCall:
    """What was said in a call; ``turns`` with the corrections that people made."""

    detail: CallDetail
    hearing: Hearing
    turns: tuple[CorrectedTurn, ...]


def read_transcript(open_store: UnitOfWorkFactory, actor: Actor, public_id: str) -> HeardCall:
    """What was said in a call.

    Raises:
        NotAllowed: The actor may not see calls.
        CallNotFound: There is no such call, or nothing was heard in it.
    """
    with open_store() as unit:
        detail = unit.calls.detail(public_id)
        require_agent(actor, Action.SEE_CALLS, detail.record.agent_id)
        if detail.hearing is None:
            raise CallNotFound(f"nothing was heard in call {public_id}")
        corrections = unit.reviews.corrections(public_id)
    turns = corrected(detail.hearing.transcript, corrections)
    return HeardCall(detail, detail.hearing, turns)


# --- reviews -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReviewsRead:
    """A page of reviews.

    Attributes:
        withheld: Public ids of those whose decisions the reader is not told before a dispute is settled.
    """

    page: Page[ReviewEntry]
    withheld: frozenset[str]


def list_reviews(
    open_store: UnitOfWorkFactory,
    actor: Actor,
    wanted: ReviewFilter,
    *,
    after: str | None,
    limit: int,
) -> ReviewsRead:
    """Submitted reviews of calls that somebody may see, in the order of their submission.

    Raises:
        InputInvalid: There is no review that they could follow.
        NotAllowed: The actor may not see reviews.
    """
    agent_id = only_agent(actor, Action.SEE_AGENT)
    if not _within(agent_id, wanted.agent_id):
        return ReviewsRead(Page((), None), frozenset())
    wanted = replace(wanted, agent_id=agent_id or wanted.agent_id)
    with open_store() as unit:
        try:
            page = unit.feed.reviews(wanted, after=after, limit=limit)
        except NotFound as error:
            raise _lost() from error
        return ReviewsRead(page, _withheld(unit, actor, page.entries))


def reviews_of(open_store: UnitOfWorkFactory, actor: Actor, public_id: str) -> ReviewsRead:
    """The submitted reviews of one call, the first one first. Raises ``NotAllowed`` and ``CallNotFound``."""
    with open_store() as unit:
        record = unit.feed.call(public_id).record
        require_agent(actor, Action.SEE_AGENT, record.agent_id)
        submitted = [
            (each.submitted_at, each)
            for each in unit.reviews.of_call(public_id)
            if each.submitted_at is not None
        ]
        entries = tuple(
            ReviewEntry(each, record.call_id, record.agent_id)
            for _, each in sorted(submitted, key=lambda pair: pair[0])
        )
        return ReviewsRead(Page(entries, None), _withheld(unit, actor, entries))


def _withheld(unit: UnitOfWork, actor: Actor, entries: tuple[ReviewEntry, ...]) -> frozenset[str]:
    answered = unit.answers.answered(list({each.review.call for each in entries}))
    blind = {
        call
        for call, found in answered.items()
        if DisputeState.OPEN in found.disputes and not _sighted(unit, actor, call)
    }
    return frozenset(each.review.public_id for each in entries if each.review.call in blind)


def _sighted(unit: UnitOfWork, actor: Actor, call: str) -> bool:
    try:
        require_sighted(unit, _themselves(actor), call)
    except DecideFirst:
        return False
    return True


def _themselves(actor: Actor) -> Actor:
    """Whoever a program acts for: what keeps a person from knowing keeps their programs from it too."""
    return replace(actor, scopes=None)


def _within(own: str | None, asked: str | None) -> bool:
    return own is None or asked is None or asked == own


def _lost() -> InputInvalid:
    return InputInvalid(
        "the cursor names nothing that is there", field="cursor", reason=Reason("api.cursor_gone")
    )
