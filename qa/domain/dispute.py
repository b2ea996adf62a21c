"""An agent's objection to one criterion of one of their calls, and who settles it.

It is open until somebody who has not scored the call decides, or the agent takes it back::

    open -> upheld     the verdict stands
         -> changed    another outcome or other points count from now on
         -> withdrawn  the agent took it back

None of the three ever changes again. Whoever decides does not learn what the first reviewer decided, or who
that was, before it is done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from qa.domain.access import Actor
from qa.domain.errors import Conflict
from qa.domain.people import Person
from qa.domain.review import FinalVerdict
from qa.domain.scorecard import Outcome, RubricRef

REASON_LIMIT = 2_000
"""Characters of the reason for an objection, and of the reason for a decision."""
RAISES_LIMIT = 3
"""How often one criterion of one scorecard can be objected to; only objections taken back can repeat."""


class DisputeState(StrEnum):
    """How far an objection is."""

    OPEN = "open"
    UPHELD = "upheld"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"

    @property
    def decided(self) -> bool:
        """Whether somebody decided it."""
        return self in (DisputeState.UPHELD, DisputeState.CHANGED)


@dataclass(frozen=True, slots=True)
class Dispute:
    """One objection.

    Attributes:
        call: Public id of the call; ``call_id`` is the site's own.
        scorecard: Version of the scorecard that it objects to (``CallDetail.version``), made with ``rubric``.
        current: Whether that scorecard still is the call's.
        contested: The outcome that it objects to; ``None`` where it is kept from the reader.
        contested_points: The points that counted then, ``None`` likewise.
        review: Public id of the review that counted then; ``None`` where no person had looked.
        reviewers: Ids of the users who have scored the call, who therefore do not decide.
        outcome: What was decided; ``None`` unless it was, or where the verdict was gone by then.
        decision_review: Public id of the review that the decision became.
    """

    public_id: str
    call: str
    call_id: str
    agent_id: str | None
    scorecard: str
    rubric: RubricRef
    current: bool
    criterion: str
    contested: Outcome | None
    contested_points: float | None
    review: str | None
    reviewers: frozenset[int]
    raised_by: Person
    raised_at: datetime
    reason: str
    state: DisputeState = DisputeState.OPEN
    decided_by: Person | None = None
    decided_at: datetime | None = None
    outcome: Outcome | None = None
    decision_reason: str = ""
    decision_review: str | None = None


# --- raising -----------------------------------------------------------------------------------


class Obstacle(StrEnum):
    """Why an agent cannot object to a criterion now."""

    NOTHING_LOST = "nothing_lost"
    LATE = "late"
    OPEN = "open"
    DECIDED = "decided"
    TOO_OFTEN = "too_often"


class ScoreChanged(Conflict):
    """The score that somebody looked at is no longer the one that counts; nothing was written."""

    code = "score_changed"

    def __init__(self, call: str) -> None:
        super().__init__(
            f"the score of call {call} has changed since it was opened",
            hint="look at the call again before you answer",
        )


class NotDisputable(Conflict):
    """An objection cannot be raised now; nothing was written."""

    code = "not_disputable"

    def __init__(self, obstacle: Obstacle, criterion: str) -> None:
        super().__init__(f"{criterion} cannot be disputed: {obstacle.value.replace('_', ' ')}")
        self.obstacle = obstacle


def standing(scorecard: str, review: str | None) -> str:
    """What a form was made from: the scorecard and the review that counted, as one short word.

    A form that comes back with another one is about a score that has changed since.
    """
    return hashlib.sha256(f"{scorecard} {review or ''}".encode()).hexdigest()[:16]


def deadline(scored_at: datetime, reviewed_at: datetime | None, window: timedelta) -> datetime:
    """Until when a score can be objected to: counted from the score or the latest review, the later one."""
    return max(scored_at, reviewed_at or scored_at) + window


def obstacle(
    verdict: FinalVerdict,
    earlier: Iterable[Dispute],
    *,
    scorecard: str,
    until: datetime,
    now: datetime,
) -> Obstacle | None:
    """Why an agent cannot object to a criterion now, or ``None`` where they can.

    Args:
        verdict: As it counts now.
        earlier: All objections to the call so far.
        scorecard: Version of the call's scorecard.
        until: The deadline.
        now: The present.
    """
    about = [each for each in earlier if each.criterion == verdict.criterion]
    same_card = [each for each in about if each.scorecard == scorecard]
    if any(each.state is DisputeState.OPEN for each in about):
        return Obstacle.OPEN
    if any(_settles(each, verdict) for each in same_card):
        return Obstacle.DECIDED
    if not verdict.outcome.counts or verdict.points >= verdict.max_points:
        return Obstacle.NOTHING_LOST
    if len(same_card) >= RAISES_LIMIT:
        return Obstacle.TOO_OFTEN
    return Obstacle.LATE if now > until else None


def _settles(dispute: Dispute, verdict: FinalVerdict) -> bool:
    """Whether a decided objection has the last word: nobody has decided the criterion since."""
    if not dispute.state.decided or dispute.decided_at is None:
        return False
    return verdict.decision is None or verdict.decision.decided_at <= dispute.decided_at


# --- settling ----------------------------------------------------------------------------------


class Bar(StrEnum):
    """Why somebody who may settle objections does not settle this one."""

    OWN_CALL = "own_call"
    OWN_REVIEW = "own_review"
    NO_ACCOUNT = "no_account"


class NotImpartial(Conflict):
    """Somebody wanted to settle an objection to their own call or their own scoring."""

    code = "not_impartial"

    def __init__(self, why: Bar, dispute: str) -> None:
        super().__init__(f"dispute {dispute} is for somebody else to decide: {why.value}")
        self.why = why


def bar(actor: Actor, dispute: Dispute) -> Bar | None:
    """Why an actor does not settle an objection, or ``None``; the policy is asked apart from this."""
    if actor.user_id is None:
        return Bar.NO_ACCOUNT
    if actor.user_id == dispute.raised_by.id or (
        actor.agent_id is not None and actor.agent_id == dispute.agent_id
    ):
        return Bar.OWN_CALL
    return Bar.OWN_REVIEW if actor.user_id in dispute.reviewers else None


class DecideFirst(Conflict):
    """Somebody who may settle an open objection wants to see what the first reviewer decided."""

    code = "decide_first"

    def __init__(self, dispute: str) -> None:
        super().__init__(
            f"dispute {dispute} is to be decided without knowing the first reviewer's verdict",
            hint="decide the dispute, then everything is shown",
        )
        self.dispute = dispute


class DisputeClosed(Conflict):
    """An objection was decided or taken back meanwhile."""

    code = "dispute_closed"

    def __init__(self, dispute: Dispute) -> None:
        super().__init__(f"dispute {dispute.public_id} is {dispute.state.value} already")
        self.call = dispute.call
        self.state = dispute.state
        self.decided_by = dispute.decided_by.id if dispute.decided_by else None


def require_decidable(dispute: Dispute, actor: Actor) -> int:
    """Check that an actor may settle an objection now; their user id.

    Raises:
        NotImpartial: It is the actor's own call, or they have scored it.
        DisputeClosed: It is no longer open.
    """
    if dispute.state is not DisputeState.OPEN:
        raise DisputeClosed(dispute)
    why = bar(actor, dispute)
    if why is not None or actor.user_id is None:
        raise NotImpartial(why or Bar.NO_ACCOUNT, dispute.public_id)
    return actor.user_id


def decided(
    dispute: Dispute,
    actor: Actor,
    *,
    outcome: Outcome | None,
    points: float,
    reason: str,
    at: datetime,
    by: Person,
) -> Dispute:
    """An objection with the decision on it.

    Args:
        dispute: As it stands.
        actor: Who decides.
        outcome: What counts from now on; ``None`` where the contested verdict is gone with its scorecard.
        points: With how many points.
        reason: Why, for the agent and the first reviewer.
        at: The present.
        by: The actor as others see them.

    Raises:
        NotImpartial: It is the actor's own call, or they have scored it.
        DisputeClosed: It is no longer open.
    """
    require_decidable(dispute, actor)
    same = outcome is dispute.contested and points == dispute.contested_points
    return replace(
        dispute,
        state=DisputeState.UPHELD if same else DisputeState.CHANGED,
        decided_by=by,
        decided_at=at,
        outcome=outcome,
        decision_reason=reason,
    )


def blinded(dispute: Dispute) -> Dispute:
    """An objection without anything that tells what the first reviewer decided, or who that was."""
    return replace(
        dispute, contested=None, contested_points=None, review=None, reviewers=frozenset()
    )


def withdrawn(dispute: Dispute, at: datetime) -> Dispute:
    """An objection that its agent took back. Raises ``DisputeClosed`` where it is no longer open."""
    if dispute.state is not DisputeState.OPEN:
        raise DisputeClosed(dispute)
    return replace(dispute, state=DisputeState.WITHDRAWN, decided_at=at)
