"""The scorecard as a page shows it: what counts for each criterion, with the machine's verdict beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qa.domain.review import Decision, FinalScore, FinalVerdict, Review
from qa.domain.rubric import Level
from qa.domain.scorecard import Outcome, Scorecard
from qa.domain.wording import Text
from qa.services.browse import CriterionView, SectionView
from qa.services.review_view import CriterionReview


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion.

    Attributes:
        view: What the rubric asks and what the machine says.
        counts: What counts, the reader's own draft included.
        asked: What the reader can choose, where they are reviewing.
    """

    view: CriterionView
    counts: FinalVerdict
    asked: CriterionReview | None

    @property
    def id(self) -> str:
        """The criterion's id."""
        return self.counts.criterion

    @property
    def decision(self) -> Decision | None:
        """What a person decided."""
        return self.counts.decision

    @property
    def level(self) -> Level | None:
        """The level of a scale that the points that count are of."""
        if self.view.criterion is None or not self.counts.outcome.counts:
            return None
        worth = self.view.criterion.worth
        levels = self.view.criterion.levels
        return next((each for each in levels if worth(each.share) == self.counts.points), None)


@dataclass(frozen=True, slots=True)
class Card:
    """A scorecard.

    Attributes:
        score: What counts, 0-100; ``None`` where nothing does.
        machine: The machine's own score.
        review: The review that counts, if any.
        draft: Whether the reader's own draft is counted in.
        awaiting: How many criteria count by the machine's word alone, which has no licence for that.
    """

    score: float | None
    machine: float | None
    sections: tuple[tuple[Text | None, tuple[Line, ...]], ...]
    critical_failed: tuple[Line, ...]
    review: Review | None
    draft: bool
    awaiting: int = 0

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every criterion in the order it is shown."""
        return tuple(line for _title, lines in self.sections for line in lines)

    @property
    def open(self) -> tuple[Line, ...]:
        """What a person or missing data must settle."""
        return self._with(Outcome.CANNOT_JUDGE, Outcome.NOT_MEASURABLE)

    @property
    def provisional(self) -> bool:
        """Whether the score rests on fewer criteria than are still open."""
        return 2 * len(self.open) > len(self.lines)

    @property
    def withheld(self) -> int:
        """How many criteria the reader decides before they are shown what the machine says."""
        return sum(line.asked is not None and line.asked.withheld for line in self.lines)

    @property
    def tally(self) -> Mapping[Outcome, int]:
        """How many criteria ended in each outcome; what is withheld ended in none."""
        found = {outcome: len(self._with(outcome)) for outcome in Outcome}
        found[Outcome.CANNOT_JUDGE] -= self.withheld
        return found

    @property
    def touched(self) -> bool:
        """Whether a person has had a say in it."""
        return any(line.decision is not None for line in self.lines)

    def _with(self, *outcomes: Outcome) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.counts.outcome in outcomes)


def card(
    machine: Scorecard,
    counts: FinalScore,
    sections: Iterable[SectionView],
    *,
    review: Review | None,
    asked: Iterable[CriterionReview] = (),
    draft: bool = False,
    awaiting: int = 0,
) -> Card:
    """A scorecard with what counts laid over it.

    Args:
        machine: The machine's.
        counts: What counts, or would once the reader's draft is submitted.
        sections: The rubric's order and texts.
        review: The review that counts.
        asked: What the reader can choose.
        draft: Whether ``counts`` has the reader's draft in it.
        awaiting: See ``Card``.
    """
    verdicts = {each.criterion: each for each in counts.verdicts}
    choices = {each.id: each for each in asked}
    shown = tuple(
        (
            section.title,
            tuple(
                Line(view, verdicts[view.verdict.criterion], choices.get(view.verdict.criterion))
                for view in section.criteria
            ),
        )
        for section in sections
    )
    lines = [line for _title, each in shown for line in each]
    return Card(
        score=counts.score,
        machine=machine.score,
        sections=shown,
        critical_failed=tuple(line for line in lines if line.id in counts.critical_failed),
        review=review,
        draft=draft,
        awaiting=awaiting,
    )
