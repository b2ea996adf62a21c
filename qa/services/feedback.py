"""A scored call as feedback to its agent: what went well, at most two points to improve, and how to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from qa.domain import dispute as rules
from qa.domain.access import Action, Actor, may, require
from qa.domain.dispute import Dispute, Obstacle
from qa.domain.response import Response, read_at
from qa.domain.review import FinalVerdict
from qa.domain.scorecard import Evidence, Outcome
from qa.domain.wording import Text
from qa.ports import Clock, UnitOfWorkFactory
from qa.services.browse import CriterionView, RubricTexts, title_of
from qa.services.dispute_view import require_sighted
from qa.services.standing import Standing, standing_of

PRAISED = 3
"""How many criteria are named as having gone well; the rest are counted."""
IMPROVED = 2
"""How many points to improve are shown at most: nobody works on five things at once."""


@dataclass(frozen=True, slots=True)
class Point:
    """One criterion of a call, as it counts.

    Attributes:
        view: The machine's verdict and what the rubric asks.
        final: What counts.
        dispute: The latest objection to it.
        obstacle: Why the reader cannot object to it now; ``None`` where they can.
    """

    view: CriterionView
    final: FinalVerdict
    dispute: Dispute | None
    obstacle: Obstacle | None

    @property
    def id(self) -> str:
        """The criterion's id."""
        return self.final.criterion

    @property
    def lost(self) -> float:
        """Points that it cost."""
        return self.final.max_points - self.final.points if self.final.outcome.counts else 0.0

    @property
    def clips(self) -> tuple[Evidence, ...]:
        """Where it can be heard; nothing where the call record proves it."""
        machine = () if self.view.from_record else self.final.verdict.evidence
        added = self.final.decision.evidence if self.final.decision else ()
        return (*machine, *added)

    @property
    def by_person(self) -> bool:
        """Whether a person decided it."""
        return self.final.decision is not None


@dataclass(frozen=True, slots=True)
class NamedDispute:
    """An objection with the criterion that it is about worded."""

    dispute: Dispute
    title: Text


@dataclass(frozen=True, slots=True)
class Feedback:
    """One scored call, as its agent reads it.

    Attributes:
        stands: The call as it stands.
        points: Every criterion in the order it is shown.
        went_well: Passed criteria that can be heard, those worth most first.
        to_improve: What cost most: failed critical criteria, then by points lost.
        disputes: Every objection to it, oldest first.
        thread: What was said about it.
        read_at: When the agent read it as it stands.
        until: The deadline for a dispute.
        disputable: Whether the reader is the agent, who may object at all.
        late: Whether the deadline has passed.
    """

    stands: Standing
    points: tuple[Point, ...]
    went_well: tuple[Point, ...]
    to_improve: tuple[Point, ...]
    disputes: tuple[NamedDispute, ...]
    thread: tuple[Response, ...]
    read_at: datetime | None
    until: datetime
    disputable: bool
    late: bool

    @property
    def passed(self) -> int:
        """How many criteria were passed."""
        return sum(1 for each in self.points if each.final.outcome is Outcome.PASS)

    @property
    def costly(self) -> tuple[Point, ...]:
        """Every criterion that cost points."""
        return tuple(each for each in self.points if each.lost > 0)

    def point(self, criterion: str) -> Point | None:
        """One criterion by its id."""
        return next((each for each in self.points if each.id == criterion), None)


def feedback(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    call: str,
    *,
    window: timedelta,
) -> Feedback:
    """A scored call as feedback.

    Raises:
        NotAllowed: The actor's role sees no feedback.
        NotFound: There is no such scored call, or it is somebody else's.
        DecideFirst: One of its disputes waits for this very reader.
    """
    require(actor, Action.SEE_AGENT)
    with open_store() as unit:
        stands = standing_of(unit, rubrics, actor, Action.SEE_AGENT, call)
        require_sighted(unit, actor, call)
        disputes = unit.answers.disputes_of(call)
        thread = unit.answers.thread(call)
    now = clock.now()
    until = rules.deadline(stands.scored_at, stands.reviewed_at, window)
    points = _points(stands, disputes, until, now)
    return Feedback(
        stands=stands,
        points=points,
        went_well=_went_well(points),
        to_improve=_to_improve(points),
        disputes=tuple(
            NamedDispute(each, title_of(stands.rubric, each.criterion)) for each in disputes
        ),
        thread=thread,
        read_at=read_at(thread, stands.changed_at),
        until=until,
        disputable=may(actor, Action.DISPUTE),
        late=now > until,
    )


def _points(
    stands: Standing, disputes: Sequence[Dispute], until: datetime, now: datetime
) -> tuple[Point, ...]:
    finals = {each.criterion: each for each in stands.final.verdicts}
    latest = {each.criterion: each for each in disputes}
    return tuple(
        Point(
            view=view,
            final=finals[view.verdict.criterion],
            dispute=latest.get(view.verdict.criterion),
            obstacle=rules.obstacle(
                finals[view.verdict.criterion],
                disputes,
                scorecard=stands.version,
                until=until,
                now=now,
            ),
        )
        for view in stands.views
    )


def _went_well(points: Sequence[Point]) -> tuple[Point, ...]:
    heard = [
        each
        for each in points
        if each.final.outcome is Outcome.PASS and each.lost == 0 and each.clips
    ]
    return tuple(sorted(heard, key=lambda each: -each.final.max_points)[:PRAISED])


def _to_improve(points: Sequence[Point]) -> tuple[Point, ...]:
    costly = [each for each in points if each.lost > 0]
    return tuple(sorted(costly, key=_urgency)[:IMPROVED])


def _urgency(point: Point) -> tuple[bool, float]:
    fails_call = point.view.critical and point.final.outcome is Outcome.FAIL
    return not fails_call, -point.lost
