"""What a person decides on a scored call, beside what the machine said of it.

A machine's verdict is never overwritten. A review holds a decision for each criterion that somebody settled,
and what counts for a call is its scorecard with the decisions of its newest submitted review laid over it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from qa.domain.people import Person
from qa.domain.scorecard import Evidence, Outcome, RubricRef, Scorecard, Verdict


class Purpose(StrEnum):
    """Why somebody scores a call."""

    REVIEW = "review"
    DISPUTE = "dispute"


class ReviewState(StrEnum):
    """How far a review is. A submitted one never changes; another one may follow it."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reviewer says of one criterion.

    Attributes:
        machine: The machine's outcome that they looked at, with ``machine_points``.
        points: What they give, 0 unless the outcome counts.
        reason: Why it differs from the machine's; empty where it agrees.
        note: Anything else to the agent or to colleagues, possibly empty.
        evidence: Clips that they added to the machine's own.
        by: Who decided it, where this review took it over from an earlier one; ``None`` where it decides
            it itself.
    """

    criterion: str
    machine: Outcome
    machine_points: float
    outcome: Outcome
    points: float
    max_points: float
    reason: str
    note: str
    evidence: tuple[Evidence, ...]
    decided_at: datetime
    by: Person | None = None

    @property
    def changed(self) -> bool:
        """Whether it differs from the machine's verdict, in its outcome or its points."""
        return self.outcome is not self.machine or self.points != self.machine_points


@dataclass(frozen=True, slots=True)
class Pending:
    """What a draft holds for a criterion that it does not decide yet."""

    criterion: str
    reason: str
    note: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """What somebody looked at when they decided: a change of either is news to them.

    Attributes:
        scorecard: Version of the scorecard (``CallDetail.version``).
        review: Public id of the review that counted; ``None`` where none did.
    """

    scorecard: str
    review: str | None


@dataclass(frozen=True, slots=True)
class Review:
    """One person's decisions on one scorecard.

    Attributes:
        call: Public id of the call.
        scorecard: Version of the scorecard that was looked at, made with ``rubric`` at ``scored_at``.
        base: Public id of the review that counted when this one was opened.
        revision: How often it was saved; a save that names another one is refused.
        score: 0-100 as submitted, ``None`` for a draft and where nothing counted.
        critical_failed: Ids of critical criteria that failed, as submitted.
        is_current: Whether it is what counts for the call.
        pending: What a draft holds beside its decisions; nothing in a submitted review.
    """

    public_id: str
    call: str
    scorecard: str
    rubric: RubricRef
    scored_at: datetime
    reviewer: Person
    purpose: Purpose
    state: ReviewState
    base: str | None
    revision: int
    opened_at: datetime
    saved_at: datetime
    submitted_at: datetime | None
    score: float | None
    critical_failed: tuple[str, ...]
    note: str
    decisions: tuple[Decision, ...]
    is_current: bool = False
    pending: tuple[Pending, ...] = ()

    @property
    def basis(self) -> Basis:
        """What it was decided on."""
        return Basis(self.scorecard, self.base)

    def decision(self, criterion: str) -> Decision | None:
        """What was decided on one criterion, if anything."""
        return next((each for each in self.decisions if each.criterion == criterion), None)


@dataclass(frozen=True, slots=True)
class FinalVerdict:
    """What counts for one criterion: a person's decision, or the machine's verdict where nobody decided."""

    verdict: Verdict
    decision: Decision | None

    @property
    def criterion(self) -> str:
        """The criterion's id."""
        return self.verdict.criterion

    @property
    def outcome(self) -> Outcome:
        """The outcome that counts."""
        return self.decision.outcome if self.decision else self.verdict.outcome

    @property
    def points(self) -> float:
        """The points that count."""
        return self.decision.points if self.decision else self.verdict.points

    @property
    def max_points(self) -> float:
        """The criterion's points, whether or not it counts."""
        return self.verdict.max_points

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The machine's clips and then the reviewer's."""
        return (*self.verdict.evidence, *(self.decision.evidence if self.decision else ()))


@dataclass(frozen=True, slots=True)
class FinalScore:
    """What counts for a call.

    Attributes:
        score: 0-100 with one decimal; ``None`` when nothing counts.
        critical_failed: Ids of failed critical criteria.
    """

    score: float | None
    critical_failed: tuple[str, ...]
    verdicts: tuple[FinalVerdict, ...]

    @property
    def open(self) -> tuple[FinalVerdict, ...]:
        """What nobody and nothing has settled."""
        unsettled = (Outcome.CANNOT_JUDGE, Outcome.NOT_MEASURABLE)
        return tuple(each for each in self.verdicts if each.outcome in unsettled)


def in_force(
    card: Scorecard, decisions: Sequence[Decision], critical: Mapping[str, bool]
) -> FinalScore:
    """What counts for a call once decisions are laid over its scorecard.

    Args:
        card: The machine's scorecard.
        decisions: Of the review that counts; none where nobody has reviewed the call.
        critical: Criterion id to whether its fail fails the whole call; what is not named is not critical
            unless the scorecard says that it failed as such.
    """
    by_criterion = {each.criterion: each for each in decisions}
    verdicts = tuple(FinalVerdict(each, by_criterion.get(each.criterion)) for each in card.verdicts)
    counted = [each for each in verdicts if each.outcome.counts]
    applicable = sum(each.max_points for each in counted)
    earned = sum(each.points for each in counted)
    failed = tuple(
        each.criterion
        for each in verdicts
        if each.outcome is Outcome.FAIL
        and critical.get(each.criterion, each.criterion in card.critical_failed)
    )
    score = round(100 * earned / applicable, 1) if applicable else None
    return FinalScore(score, failed, verdicts)
