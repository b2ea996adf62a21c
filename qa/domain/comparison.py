"""What several people said of the same call, side by side: where they differ, and what they agreed on.

No majority becomes a master by itself: what is suggested is entered by a person, and a tie suggests nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from qa.domain.calibration import (
    Calibration,
    Master,
    Rater,
    Rating,
    RatingDecision,
)
from qa.domain.scorecard import Outcome, Scorecard, Verdict

Said = tuple[Outcome, float]
"""An outcome with the points that it gives; what two people say is the same where both are."""


def said(outcome: Outcome, points: float) -> Said:
    """What is compared: data that cannot be measured are, to people, a verdict that cannot be given."""
    if outcome is Outcome.NOT_MEASURABLE:
        return (Outcome.CANNOT_JUDGE, 0.0)
    return (outcome, points if outcome.counts else 0.0)


@dataclass(frozen=True, slots=True)
class Opinion:
    """One rater's decision on one criterion of one call; ``None`` where they did not rate it."""

    rater: Rater
    decision: RatingDecision | None
    seen_before: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """One criterion of one call, side by side.

    Attributes:
        opinions: One for each rater who submitted anything in the session, in their order.
        machine: The verdict of the scorecard that was pinned; ``None`` where that is gone.
    """

    position: int
    criterion: str
    opinions: tuple[Opinion, ...]
    machine: Verdict | None
    master: Master | None = None

    @property
    def decisions(self) -> tuple[RatingDecision, ...]:
        """What people decided, in the order of the raters."""
        return tuple(each.decision for each in self.opinions if each.decision)

    @property
    def missing(self) -> tuple[Rater, ...]:
        """Raters who did not rate it."""
        return tuple(each.rater for each in self.opinions if each.decision is None)

    @property
    def differing(self) -> float | None:
        """0-1, the share of pairs of people who do not say the same; ``None`` below two."""
        pairs = list(combinations([said(each.outcome, each.points) for each in self.decisions], 2))
        return sum(one != other for one, other in pairs) / len(pairs) if pairs else None

    @property
    def at_stake(self) -> float:
        """0-1, how far apart people's points are, as a share of the criterion's; 0 where nothing counts."""
        shares = [
            each.points / each.max_points
            for each in self.decisions
            if each.outcome.counts and each.max_points
        ]
        return max(shares) - min(shares) if shares else 0.0

    @property
    def against_machine(self) -> bool:
        """Whether somebody says something else than the machine."""
        if self.machine is None:
            return False
        machine = said(self.machine.outcome, self.machine.points)
        return any(said(each.outcome, each.points) != machine for each in self.decisions)

    @property
    def agreed(self) -> bool:
        """Whether at least two people rated it and all say the same."""
        return self.differing == 0.0

    @property
    def suggestion(self) -> RatingDecision | None:
        """A decision that says what more than half of at least two people say; a tie suggests nothing.

        It fills a form and is nothing more: what counts is what a person enters with a reason.
        """
        return majority(self.decisions)


def majority(decisions: Sequence[RatingDecision]) -> RatingDecision | None:
    """The first of the decisions that more than half of at least two say; ``None`` where there is none."""
    if len(decisions) < 2:  # noqa: PLR2004 - one person is no majority
        return None
    spoken = [said(each.outcome, each.points) for each in decisions]
    return next(
        (
            each
            for each, what in zip(decisions, spoken, strict=True)
            if 2 * spoken.count(what) > len(spoken)
        ),
        None,
    )


def divergence_first(comparisons: Iterable[Comparison]) -> tuple[Comparison, ...]:
    """What people disagree on most first.

    By the share of pairs who differ, then by the points at stake, then whether the machine says otherwise;
    what is left stays in the order of calls and rubric.
    """
    return tuple(
        sorted(
            comparisons,
            key=lambda each: (-(each.differing or 0.0), -each.at_stake, not each.against_machine),
        )
    )


def compared(
    calibration: Calibration,
    ratings: Iterable[Rating],
    machines: Mapping[int, Scorecard],
    masters: Iterable[Master],
) -> tuple[Comparison, ...]:
    """Every criterion of every call side by side, in the order of calls and of their scorecards.

    Args:
        calibration: A session that was revealed.
        ratings: Of it; drafts are left out.
        machines: By position, the scorecard that was pinned, where it is still there.
        masters: That stand.
    """
    submitted = {
        (each.position, each.rater.id): each for each in ratings if each.submitted_at is not None
    }
    raters = [
        each
        for each in calibration.raters
        if each.active or any(user_id == each.person.id for _position, user_id in submitted)
    ]
    agreed = {(each.position, each.criterion): each for each in masters}
    found = []
    for call in calibration.calls:
        card = machines.get(call.position)
        of_call = {
            rater.person.id: submitted[call.position, rater.person.id]
            for rater in raters
            if (call.position, rater.person.id) in submitted
        }
        verdicts = {each.criterion: each for each in card.verdicts} if card else {}
        names = dict.fromkeys(
            [
                *verdicts,
                *(each.criterion for rating in of_call.values() for each in rating.decisions),
            ]
        )
        found += [
            Comparison(
                position=call.position,
                criterion=name,
                opinions=tuple(
                    _opinion(rater, of_call.get(rater.person.id), name)
                    for rater in raters
                    if not rater.took(call)
                ),
                machine=verdicts.get(name),
                master=agreed.get((call.position, name)),
            )
            for name in names
        ]
    return tuple(found)


def _opinion(rater: Rater, rating: Rating | None, criterion: str) -> Opinion:
    if rating is None:
        return Opinion(rater, None)
    return Opinion(rater, rating.decision(criterion), rating.seen_before)


def total(decisions: Iterable[RatingDecision | Master]) -> float | None:
    """Earned over applicable points, 0-100 with one decimal; ``None`` where nothing counts."""
    counted = [each for each in decisions if each.outcome.counts]
    applicable = sum(each.max_points for each in counted)
    return round(100 * sum(each.points for each in counted) / applicable, 1) if applicable else None
