"""What came of a coaching plan: failures of its criterion in the agent's calls before it and since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from qa.domain.coaching import Plan
from qa.domain.scorecard import Outcome
from qa.ports import UnitOfWork
from qa.ports.coaching import CriterionCount
from qa.statistics.proportions import Interval, Share, difference, wilson

FEWEST_CALLS = 10
"""Calls on one side below which no share is shown: of nine, the interval spans more than half of all shares."""
WINDOWS_DAYS = (14, 28, 56, 84)
"""How far back the calls before a plan may be looked at."""
USUAL_DAYS = 28


@dataclass(frozen=True, slots=True)
class Period:
    """An agent's calls of a time, by one criterion.

    Attributes:
        since: From when, until when.
        failed: Of the calls in which the criterion passed or failed, those in which it failed.
        unsettled: Calls that nobody could judge or measure; they count on neither side.
        interval: Of the share of failures; ``None`` where there are too few calls to tell.
        versions: Of the rubric that the calls were scored with.
    """

    since: datetime
    until: datetime
    failed: Share
    unsettled: int
    interval: Interval | None
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """The calls before a plan beside those since it began.

    Attributes:
        days: How many days before the plan are looked at.
        change: How much the share of failures changed, with its interval; ``None`` where one side has too
            few calls.
        undated: Calls of both sides that do not say when they took place, placed by when they were first
            scored.
    """

    days: int
    before: Period
    after: Period
    change: Interval | None
    undated: int

    @property
    def difference(self) -> float:
        """Share of failures since the plan less that before it."""
        return self.after.failed.value - self.before.failed.value

    @property
    def direction(self) -> Literal["fewer", "more", "unclear"] | None:
        """What the interval of the change allows to say; ``None`` where there are too few calls."""
        if self.change is None:
            return None
        if self.change.holds(0.0):
            return "unclear"
        return "fewer" if self.change.high < 0 else "more"

    @property
    def rubric_changed(self) -> bool:
        """Whether the two sides were scored by different versions of the rubric."""
        sides = (self.before.versions, self.after.versions)
        return all(sides) and sides[0] != sides[1]


def effect_of(unit: UnitOfWork, plan: Plan, now: datetime, days: int) -> Effect:
    """The calls of so many days before a plan beside those since.

    A call counts as it stands after reviews, with the rubric that was in use when the plan began.
    """
    began = plan.created_at
    since = began - timedelta(days=days)
    counts = unit.coaching.criterion_counts(
        plan.agent_id, plan.criterion, plan.rubric_id, since=since, began=began, until=now
    )
    before = _period(since, began, [each for each in counts if not each.after])
    after = _period(began, now, [each for each in counts if each.after])
    enough = before.interval is not None and after.interval is not None
    change = difference(before.failed, after.failed) if enough else None
    return Effect(days, before, after, change, undated=sum(each.undated for each in counts))


def _period(since: datetime, until: datetime, counts: Iterable[CriterionCount]) -> Period:
    counts = tuple(counts)
    calls = {
        outcome: sum(each.calls for each in counts if each.outcome is outcome)
        for outcome in Outcome
    }
    failed = Share(calls[Outcome.FAIL], calls[Outcome.FAIL] + calls[Outcome.PASS])
    return Period(
        since=since,
        until=until,
        failed=failed,
        unsettled=calls[Outcome.CANNOT_JUDGE] + calls[Outcome.NOT_MEASURABLE],
        interval=wilson(failed) if failed.calls >= FEWEST_CALLS else None,
        versions=tuple(sorted({each.rubric_version for each in counts})),
    )
