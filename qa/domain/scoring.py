"""Score one call under one rubric: pure, and the same for the same call and rubric every time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.domain.detectors.base import Answer, Case, Certainty, Finding, weakest, widest
from qa.domain.rubric import Criterion, Level, Rubric
from qa.domain.scorecard import Outcome, Scorecard, Verdict, total
from qa.domain.wording import Reason

TOGETHER = 0.8
"""Part of a criterion's ``min_confidence`` that all steps together must reach.

Each step may be just sure enough and the three together still more likely wrong than right.
"""

_ON_A_MODELS_WORD = Reason("doubt.model")


def score(rubric: Rubric, case: Case) -> Scorecard:
    """Judge every criterion of a rubric, in its order."""
    verdicts = tuple(judge(criterion, case) for criterion in rubric.criteria)
    failed = {verdict.criterion for verdict in verdicts if verdict.outcome is Outcome.FAIL}
    critical = tuple(each.id for each in rubric.criteria if each.critical and each.id in failed)
    return Scorecard(rubric.ref, total(verdicts), critical, verdicts)


def judge(criterion: Criterion, case: Case) -> Verdict:
    """Judge one criterion: whether it applies, then what breaks it, then what meets it.

    On a scale the best level that holds decides. A detector that lacks its data makes it not measurable;
    a deciding step less sure than ``min_confidence`` makes it a person's to judge, and so does a detector
    that is unsure itself. So does one that rests on a trained model's word alone where points would be lost.
    """
    before: list[Finding] = []
    if criterion.applies_if is not None:
        applies = criterion.applies_if.find(case.asking_whether())
        if applies.answer is not Answer.YES or _doubt(criterion, applies.certainty):
            return _decide(criterion, Outcome.NOT_APPLICABLE, applies)
        before.append(applies)
    if criterion.levels:
        return _on_a_scale(criterion, case, before)
    broken = criterion.fail_if.find(case) if criterion.fail_if else None
    if broken is not None and (broken.answer is not Answer.NO or criterion.pass_if is None):
        outcome = Outcome.FAIL if broken.answer is Answer.YES else Outcome.PASS
        return _decide(criterion, outcome, broken, before)
    if broken is not None:
        before.append(broken)
    if criterion.pass_if is None:
        raise ValueError(f"{criterion.id}: a criterion needs pass_if, fail_if or levels")
    met = criterion.pass_if.find(case)
    outcome = Outcome.PASS if met.answer is Answer.YES else criterion.when_absent
    return _decide(criterion, outcome, met, before)


def _on_a_scale(criterion: Criterion, case: Case, before: Sequence[Finding]) -> Verdict:
    """The best level that holds, as sure as it is that no better one does.

    Every level that may hold is weighed: while two of different worth may, it is a person's to judge.
    """
    findings: list[Finding] = []
    ruled_out: list[Finding] = []
    possible: list[tuple[Level, Finding]] = []
    for level in criterion.levels:
        finding = level.holds_if.find(case) if level.holds_if else _none_of(findings)
        findings.append(finding)
        finding = replace(finding, certainty=weakest([*ruled_out, finding]))
        settles = _settles(criterion, finding)
        if settles and finding.answer is Answer.NO and not finding.learned:
            ruled_out.append(finding)
            continue
        possible.append((level, finding))
        if settles and finding.answer is Answer.YES:
            break
    if not possible:
        nowhere = replace(findings[-1], searched=widest(findings))
        return _verdict(criterion, Outcome.CANNOT_JUDGE, nowhere, Reason("absent.level"))
    level, finding = possible[-1]
    settled = _settles(criterion, finding) and finding.answer is Answer.YES
    if not settled or any(each.share != level.share for each, _ in possible):
        return _open(criterion, possible[0][1])
    if level.share < 1 and any(each.learned for each in (*before, finding)):
        return _verdict(criterion, Outcome.CANNOT_JUDGE, finding, _ON_A_MODELS_WORD)
    outcome = Outcome.PASS if level.share > 0 else Outcome.FAIL
    return _verdict(criterion, outcome, finding, finding.reason, level.share)


def _none_of(findings: Sequence[Finding]) -> Finding:
    """What puts a call on the last level: nothing better was found, in all the windows searched."""
    return replace(findings[-1], answer=Answer.YES, searched=widest(findings))


def _decide(
    criterion: Criterion, outcome: Outcome, finding: Finding, before: Sequence[Finding] = ()
) -> Verdict:
    """The outcome that a finding decides, or none yet where it is not sure enough to.

    Args:
        criterion: What is judged.
        outcome: What follows from the finding.
        finding: What decides.
        before: What was found on the way there.
    """
    if not _settles(criterion, finding):
        return _open(criterion, finding)
    if outcome is Outcome.FAIL and any(each.learned for each in (*before, finding)):
        return _verdict(criterion, Outcome.CANNOT_JUDGE, finding, _ON_A_MODELS_WORD)
    return _verdict(criterion, outcome, finding, finding.reason)


def _open(criterion: Criterion, finding: Finding) -> Verdict:
    """Leave it to a person, or to data that is not there."""
    if finding.answer is Answer.MISSING:
        return _verdict(criterion, Outcome.NOT_MEASURABLE, finding, finding.reason)
    if finding.answer is Answer.UNSURE:
        return _verdict(criterion, Outcome.CANNOT_JUDGE, finding, finding.reason)
    certainty = finding.certainty
    if finding.learned and not _doubt(criterion, certainty):
        return _verdict(criterion, Outcome.CANNOT_JUDGE, finding, _ON_A_MODELS_WORD)
    if certainty.recognition == 0 or not _doubt(criterion, certainty):
        return _verdict(criterion, Outcome.CANNOT_JUDGE, finding, finding.reason)
    reason = Reason(
        f"doubt.{certainty.weakest}",
        {"percent": round(100 * certainty.least), "needed": round(100 * criterion.min_confidence)},
    )
    return _verdict(criterion, Outcome.CANNOT_JUDGE, finding, reason)


def _settles(criterion: Criterion, finding: Finding) -> bool:
    """Whether a finding is an answer, sure enough and with its proof: without one there is no verdict."""
    proven = bool(finding.evidence) or finding.searched is not None
    answers = finding.answer in (Answer.YES, Answer.NO)
    return answers and proven and not _doubt(criterion, finding.certainty)


def _doubt(criterion: Criterion, certainty: Certainty) -> bool:
    return (
        certainty.least < criterion.min_confidence
        or certainty.overall < TOGETHER * criterion.min_confidence
    )


def _verdict(
    criterion: Criterion, outcome: Outcome, finding: Finding, reason: Reason, share: float = 1.0
) -> Verdict:
    sure = 0.0 if finding.answer in (Answer.UNSURE, Answer.MISSING) else finding.certainty.overall
    return Verdict(
        criterion=criterion.id,
        outcome=outcome,
        points=criterion.worth(share) if outcome is Outcome.PASS else 0.0,
        max_points=criterion.points,
        confidence=round(sure, 3),
        reason=reason,
        evidence=finding.evidence,
        searched=finding.searched,
    )
