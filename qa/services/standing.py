"""What counts for a call: its scorecard, the review that counts, and both laid over one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from qa.domain import dispute
from qa.domain.access import Action, Actor, require_agent
from qa.domain.errors import CallNotFound
from qa.domain.records import CallDetail
from qa.domain.review import FinalScore, FinalVerdict, Purpose, Review, in_force
from qa.domain.reviewing import critical_of
from qa.domain.rubric import Rubric
from qa.ports import UnitOfWork
from qa.services.browse import CriterionView, RubricTexts, sections_of


@dataclass(frozen=True, slots=True)
class Standing:
    """A scored call as it stands.

    Attributes:
        version: Of its scorecard, scored ``scored_at``.
        rubric: ``None`` when its text is not at hand.
        review: The one that counts; ``None`` while no person has looked at the call.
        scoring: The latest in which somebody looked at the whole call, not only at what was disputed.
        views: The machine's verdicts with what the rubric asks, in the order they are shown.
    """

    detail: CallDetail
    version: str
    scored_at: datetime
    rubric: Rubric | None
    review: Review | None
    scoring: Review | None
    final: FinalScore
    views: tuple[CriterionView, ...]

    @property
    def token(self) -> str:
        """What a form that was made from this carries (see ``qa.domain.dispute.standing``)."""
        return dispute.standing(self.version, self.review.public_id if self.review else None)

    @property
    def reviewed_at(self) -> datetime | None:
        """When a person last decided on it."""
        return self.review.submitted_at if self.review else None

    @property
    def changed_at(self) -> datetime:
        """Since when it stands as it does."""
        return max(self.scored_at, self.reviewed_at or self.scored_at)

    def verdict(self, criterion: str) -> FinalVerdict | None:
        """What counts for one criterion, ``None`` for one that the scorecard has not."""
        return next((each for each in self.final.verdicts if each.criterion == criterion), None)

    def view(self, criterion: str) -> CriterionView | None:
        """The machine's verdict on one criterion, ``None`` for one that the scorecard has not."""
        return next((each for each in self.views if each.verdict.criterion == criterion), None)


def standing_of(
    unit: UnitOfWork, rubrics: RubricTexts, actor: Actor, action: Action, call: str
) -> Standing:
    """A scored call as it stands, for somebody who wants to do something with it.

    Raises:
        NotAllowed: The actor's role never does this.
        NotFound: There is no such call, it has no score, or it is somebody else's.
    """
    detail = unit.calls.detail(call)
    require_agent(actor, action, detail.record.agent_id)
    card, version, scored_at = detail.scorecard, detail.version, detail.scored_at
    if card is None or version is None or scored_at is None:
        raise CallNotFound(f"call {call} has no score", hint="open it from the list of calls")
    rubric = rubrics.of(unit, card.rubric)
    reviews = unit.reviews.of_call(call)
    review = next((each for each in reviews if each.is_current), None)
    return Standing(
        detail=detail,
        version=version,
        scored_at=scored_at,
        rubric=rubric,
        review=review,
        scoring=_scoring(reviews, version),
        final=in_force(card, review.decisions if review else (), critical_of(rubric)),
        views=tuple(view for section in sections_of(detail, rubric) for view in section.criteria),
    )


def _scoring(reviews: Sequence[Review], version: str) -> Review | None:
    scorings = [
        (each.submitted_at, each)
        for each in reviews
        if each.submitted_at and each.scorecard == version and each.purpose is Purpose.REVIEW
    ]
    return max(scorings, key=lambda scoring: scoring[0])[1] if scorings else None
