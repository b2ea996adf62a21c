"""Score one call under one rubric: pure, and the same for the same call and rubric every time."""

from __future__ import annotations

from qa.domain.detectors.base import Answer, Case, Certainty, Finding
from qa.domain.rubric import Criterion, Rubric
from qa.domain.scorecard import Outcome, Scorecard, Verdict, total
from qa.domain.wording import Reason

TOGETHER = 0.8
"""Part of a criterion's ``min_confidence`` that all steps together must reach.

Each step may be just sure enough and the three together still more likely wrong than right.
"""


def score(rubric: Rubric, case: Case) -> Scorecard:
    """Judge every criterion of a rubric, in its order."""
    verdicts = tuple(judge(criterion, case) for criterion in rubric.criteria)
    failed = {verdict.criterion for verdict in verdicts if verdict.outcome is Outcome.FAIL}
    critical = tuple(each.id for each in rubric.criteria if each.critical and each.id in failed)
    return Scorecard(rubric.ref, total(verdicts), critical, verdicts)


def judge(criterion: Criterion, case: Case) -> Verdict:
    """Judge one criterion: whether it applies, then what breaks it, then what meets it.

    A detector that lacks its data makes it not measurable; a deciding step less sure than
    ``min_confidence`` makes it a person's to judge, and so does a detector that is unsure itself.
    """
    if criterion.applies_if is not None:
        applies = criterion.applies_if.find(case)
        if applies.answer is not Answer.YES or _doubt(criterion, applies.certainty):
            return _decide(criterion, Outcome.NOT_APPLICABLE, applies)
    broken = criterion.fail_if.find(case) if criterion.fail_if else None
    if broken is not None and (broken.answer is not Answer.NO or criterion.pass_if is None):
        outcome = Outcome.FAIL if broken.answer is Answer.YES else Outcome.PASS
        return _decide(criterion, outcome, broken)
    if criterion.pass_if is None:
        raise ValueError(f"{criterion.id}: a criterion needs pass_if or fail_if")
    met = criterion.pass_if.find(case)
    outcome = Outcome.PASS if met.answer is Answer.YES else criterion.when_absent
    return _decide(criterion, outcome, met)


def _decide(criterion: Criterion, outcome: Outcome, finding: Finding) -> Verdict:
    """The outcome that a finding decides, or none yet where it is not sure enough to."""
    settled = finding.answer in (Answer.YES, Answer.NO)
    if not settled or _doubt(criterion, finding.certainty):
        return _open(criterion, finding)
    return _verdict(criterion, outcome, finding, finding.reason)


def _open(criterion: Criterion, finding: Finding) -> Verdict:
    """Leave it to a person, or to data that is not there."""
    if finding.answer is Answer.MISSING:
        return _verdict(criterion, Outcome.NOT_MEASURABLE, finding, finding.reason)
    if finding.answer is Answer.UNSURE:
        return _verdict(criterion, Outcome.CANNOT_JUDGE, finding, finding.reason)
    certainty = finding.certainty
    if certainty.recognition == 0:
        return _verdict(criterion, Outcome.CANNOT_JUDGE, finding, finding.reason)
    reason = Reason(
        f"doubt.{certainty.weakest}",
        {"percent": round(100 * certainty.least), "needed": round(100 * criterion.min_confidence)},
    )
    return _verdict(criterion, Outcome.CANNOT_JUDGE, finding, reason)


def _doubt(criterion: Criterion, certainty: Certainty) -> bool:
    return (
        certainty.least < criterion.min_confidence
        or certainty.overall < TOGETHER * criterion.min_confidence
    )


def _verdict(criterion: Criterion, outcome: Outcome, finding: Finding, reason: Reason) -> Verdict:
    sure = 0.0 if finding.answer in (Answer.UNSURE, Answer.MISSING) else finding.certainty.overall
    return Verdict(
        criterion=criterion.id,
        outcome=outcome,
        points=criterion.points if outcome is Outcome.PASS else 0.0,
        max_points=criterion.points,
        confidence=round(sure, 3),
        reason=reason,
        evidence=finding.evidence,
        searched=finding.searched,
    )
