"""What a reviewer is not shown before they have decided: the machine's verdict on criteria it may not settle.

Who sees a verdict first tends to agree with it, and what they then say measures nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from qa.domain.scorecard import Outcome, Scorecard, Verdict
from qa.domain.wording import Reason

WITHHELD = Reason("review.withheld")
"""Stands where the machine's reason would."""


def withheld(card: Scorecard, criteria: Collection[str]) -> Scorecard:
    """A scorecard as if the machine had left some criteria to a person.

    Nothing of their verdicts is in it, nor in its score: while anything is withheld it has none.
    """
    kept = [each.criterion for each in card.verdicts if each.criterion not in criteria]
    if len(kept) == len(card.verdicts):
        return card
    return Scorecard(
        rubric=card.rubric,
        score=None,
        critical_failed=tuple(each for each in card.critical_failed if each in kept),
        verdicts=tuple(
            _blank(each) if each.criterion in criteria else each for each in card.verdicts
        ),
    )


def judged(verdicts: Iterable[Verdict]) -> frozenset[str]:
    """The criteria that the machine says something about; what lacks the data is no secret."""
    return frozenset(
        each.criterion for each in verdicts if each.outcome is not Outcome.NOT_MEASURABLE
    )


def _blank(verdict: Verdict) -> Verdict:
    return replace(
        verdict,
        outcome=Outcome.CANNOT_JUDGE,
        points=0.0,
        confidence=0.0,
        reason=WITHHELD,
        evidence=(),
        searched=None,
    )
