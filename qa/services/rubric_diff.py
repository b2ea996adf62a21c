"""What another rubric, or another version of one, would change: stored calls judged under both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from qa.domain.detectors.base import Case
from qa.domain.records import CallDetail
from qa.domain.rubric import Rubric
from qa.domain.scorecard import Outcome, Verdict, total
from qa.domain.scoring import judge
from qa.domain.wording import Language, render
from qa.ports import UnitOfWorkFactory
from qa.services.score_text import CaseOf


@dataclass(frozen=True, slots=True)
class Change:
    """One verdict that is another under the second rubric; ``None`` where a rubric has no such criterion."""

    criterion: str
    before: Verdict | None
    after: Verdict | None


@dataclass(frozen=True, slots=True)
class CallDiff:
    """One call under both rubrics; scores are 0-100, ``None`` where nothing applied."""

    call_id: str
    public_id: str
    score_before: float | None
    score_after: float | None
    changes: tuple[Change, ...]


@dataclass(slots=True)
class CriterionSum:
    """How often one criterion passed and failed before and after, and how many verdicts changed."""

    changed: int = 0
    passed_before: int = 0
    passed_after: int = 0
    failed_before: int = 0
    failed_after: int = 0

    def count(self, before: Verdict | None, after: Verdict | None) -> None:
        """Count the verdicts of one call."""
        was, now = (verdict.outcome if verdict else None for verdict in (before, after))
        self.changed += was is not now
        self.passed_before += was is Outcome.PASS
        self.passed_after += now is Outcome.PASS
        self.failed_before += was is Outcome.FAIL
        self.failed_after += now is Outcome.FAIL


@dataclass(slots=True)
class DiffSum:
    """The sums of all calls seen so far.

    Attributes:
        unheard: Calls without a transcript, which neither rubric can judge.
        changed: Calls with another verdict or another score.
        criteria: By criterion, in the order of the first rubric and then of the second.
    """

    calls: int = 0
    unheard: int = 0
    changed: int = 0
    criteria: dict[str, CriterionSum] = field(default_factory=dict)
    _score_before: float = 0.0
    _score_after: float = 0.0
    _scored: int = 0

    @property
    def score_before(self) -> float | None:
        """Mean score under the first rubric of the calls that both give one."""
        return self._score_before / self._scored if self._scored else None

    @property
    def score_after(self) -> float | None:
        """Mean score of the same calls under the second."""
        return self._score_after / self._scored if self._scored else None

    def count(self, diff: CallDiff) -> None:
        """Count one call's scores."""
        self.calls += 1
        self.changed += bool(diff.changes) or diff.score_before != diff.score_after
        if diff.score_before is not None and diff.score_after is not None:
            self._scored += 1
            self._score_before += diff.score_before
            self._score_after += diff.score_after


@dataclass(slots=True)
class RubricDiff:
    """Judges the stored calls under two rubrics, one call at a time.

    Attributes:
        sums: Of the calls seen so far.
    """

    before: Rubric
    after: Rubric
    case_of: CaseOf
    sums: DiffSum = field(default_factory=DiffSum)
    _same: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        criteria = (*self.before.criteria, *self.after.criteria)
        self.sums.criteria = {criterion.id: CriterionSum() for criterion in criteria}
        self._same = frozenset(
            each.id for each in self.before.criteria if self.after.criterion(each.id) == each
        )

    def calls(self, open_store: UnitOfWorkFactory) -> Iterator[CallDiff]:
        """Every heard call of the store in order of call id, changed or not; none is held."""
        with open_store() as store:
            for call in store.calls.every():
                if call.hearing is None:
                    self.sums.unheard += 1
                else:
                    yield self._diff(
                        call,
                        self.case_of(call.record, call.hearing.transcript, call.hearing.signals),
                    )

    def _diff(self, call: CallDetail, case: Case) -> CallDiff:
        before = {each.id: judge(each, case) for each in self.before.criteria}
        # A criterion that stands in both as it is has one verdict.
        after = {
            each.id: before[each.id] if each.id in self._same else judge(each, case)
            for each in self.after.criteria
        }
        changes = []
        for criterion, tally in self.sums.criteria.items():
            was, now = before.get(criterion), after.get(criterion)
            tally.count(was, now)
            if (was.outcome if was else None) is not (now.outcome if now else None):
                changes.append(Change(criterion, was, now))
        diff = CallDiff(
            call.record.call_id,
            call.public_id,
            total(tuple(before.values())),
            total(tuple(after.values())),
            tuple(changes),
        )
        self.sums.count(diff)
        return diff


# --- as JSON -----------------------------------------------------------------------------------


def diff_line(diff: CallDiff, language: Language) -> dict[str, Any]:
    """One call's changes ready for JSON."""
    return {
        "call_id": diff.call_id,
        "public_id": diff.public_id,
        "score_before": diff.score_before,
        "score_after": diff.score_after,
        "changes": [
            {
                "criterion": change.criterion,
                "before": _verdict(change.before, language),
                "after": _verdict(change.after, language),
            }
            for change in diff.changes
        ],
    }


def sums_line(diff: RubricDiff) -> dict[str, Any]:
    """The sums ready for JSON."""
    sums = diff.sums
    return {
        "rubrics": [
            {"id": each.ref.id, "version": each.ref.version, "sha256": each.ref.sha256}
            for each in (diff.before, diff.after)
        ],
        "calls": sums.calls,
        "unheard": sums.unheard,
        "changed": sums.changed,
        "score_before": _rounded(sums.score_before),
        "score_after": _rounded(sums.score_after),
        "criteria": {
            criterion: {
                "changed": tally.changed,
                "passed_before": tally.passed_before,
                "passed_after": tally.passed_after,
                "failed_before": tally.failed_before,
                "failed_after": tally.failed_after,
            }
            for criterion, tally in sums.criteria.items()
        },
    }


def _verdict(verdict: Verdict | None, language: Language) -> dict[str, Any] | None:
    if verdict is None:
        return None
    return {
        "verdict": str(verdict.outcome),
        "points": verdict.points,
        "max_points": verdict.max_points,
        "reason": render(verdict.reason, language),
        "quotes": [clip.quote for clip in verdict.evidence if clip.quote],
    }


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 2)
