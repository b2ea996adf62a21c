"""Drift: weekly figures of the random draw with their control limits, and what is out of them now.

Every figure is of calls that the random draw took, so that it moves with the calls and with the machine, and not
with what somebody looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from qa.domain.access import Action, Actor, require
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.ports.drift import DrawnCalls, RubricWeek
from qa.services.drift_weeks import WEEKS_KEPT, uncounted_weeks
from qa.services.licences.evidence import WEEK, added, week_of
from qa.statistics.agreement.figures import Withheld
from qa.statistics.control import NEEDED_WEEKS, Chart, Point, mean_chart, share_chart
from qa.statistics.means import ScoreSum
from qa.statistics.proportions import Share


class Gauge(StrEnum):
    """What is watched. The first two are of reviews, the others of all calls that were drawn."""

    SENSITIVITY = "sensitivity"
    SPECIFICITY = "specificity"
    SCORE = "score"
    CRITICAL = "critical"
    FAILED = "failed"
    CONFIDENCE = "confidence"
    SILENCE = "silence"
    CHINESE = "chinese"


@dataclass(frozen=True, slots=True)
class Course:
    """One figure of a rubric over the last weeks.

    Attributes:
        weeks: When each began.
        chart: In it shares are 0-1, means 0-100; ``Withheld`` says how many more weeks it takes.
    """

    rubric_id: str
    gauge: Gauge
    weeks: tuple[datetime, ...]
    chart: Chart | Withheld

    @property
    def alarm(self) -> Point | None:
        """The latest week, where it says that something changed."""
        if isinstance(self.chart, Withheld) or not self.chart.points:
            return None
        latest = self.chart.points[-1]
        return latest if latest.signal else None


@dataclass(frozen=True, slots=True)
class Drift:
    """What the last weeks show.

    Attributes:
        until: The end of the latest week that was looked at.
    """

    until: datetime
    courses: tuple[Course, ...]

    @property
    def alarms(self) -> tuple[Course, ...]:
        """The figures that are out of their limits now."""
        return tuple(each for each in self.courses if each.alarm)


def drift(open_store: UnitOfWorkFactory, clock: Clock, actor: Actor) -> Drift:
    """The figures of the weeks that were counted. Raises ``NotAllowed``."""
    require(actor, Action.CALIBRATE)
    with open_store() as unit:
        return read_drift(unit, clock.now())


def latest_drift(open_store: UnitOfWorkFactory, clock: Clock, actor: Actor) -> Drift:
    """The same, with the weeks counted that were not yet. Raises ``NotAllowed``."""
    require(actor, Action.MANAGE_LICENCES)
    now = clock.now()
    with open_store() as unit:
        weeks = uncounted_weeks(unit, now)
    if weeks:
        with open_store(writes=True) as unit:
            unit.weeks.keep(weeks, at=now)
            unit.commit()
    with open_store() as unit:
        return read_drift(unit, now)


def read_drift(unit: UnitOfWork, now: datetime) -> Drift:
    """The figures of the weeks that were counted, up to the one that is running."""
    until = week_of(now)
    kept = unit.weeks.kept(until - WEEKS_KEPT * WEEK)
    courses: list[Course] = []
    for rubric_id in sorted({week.rubric_id for week in kept}):
        courses += _courses(rubric_id, [w for w in kept if w.rubric_id == rubric_id], until)
    return Drift(until, tuple(courses))


def _courses(rubric_id: str, kept: Sequence[RubricWeek], until: datetime) -> Iterator[Course]:
    by_start = {week.starts_at: week for week in kept}
    first = min(by_start)
    starts = tuple(first + place * WEEK for place in range((until - first) // WEEK))
    nothing = RubricWeek(first, rubric_id, DrawnCalls(), {})
    course = [by_start.get(start, nothing) for start in starts]
    for gauge, share_of in _SHARES.items():
        shares = [share_of(week) for week in course]
        steady = _baseline([share.calls for share in shares])
        yield Course(rubric_id, gauge, starts, share_chart(shares, steady))
    for gauge, mean_of in _MEANS.items():
        sums = [mean_of(week.drawn) for week in course]
        steady = _baseline([each.n for each in sums])
        yield Course(rubric_id, gauge, starts, mean_chart(sums, steady))


def _baseline(calls: Sequence[int]) -> int:
    """The first weeks, so many of them that enough hold calls; all where that is never so."""
    filled = 0
    for place, n in enumerate(calls, start=1):
        filled += n > 0
        if filled == NEEDED_WEEKS:
            return place
    return len(calls)


def _caught(week: RubricWeek) -> Share:
    table = added(week.beside.values())
    return Share(table.both_fail, table.both_fail + table.only_person)


def _passed(week: RubricWeek) -> Share:
    table = added(week.beside.values())
    return Share(table.both_pass, table.both_pass + table.only_machine)


_SHARES: Mapping[Gauge, Callable[[RubricWeek], Share]] = {
    Gauge.SENSITIVITY: _caught,
    Gauge.SPECIFICITY: _passed,
    Gauge.CRITICAL: lambda week: Share(week.drawn.critical, week.drawn.calls),
    Gauge.FAILED: lambda week: Share(week.drawn.failed, week.drawn.counted),
    Gauge.CHINESE: lambda week: Share(week.drawn.languages.get("zh", 0), week.drawn.calls),
}
_MEANS: Mapping[Gauge, Callable[[DrawnCalls], ScoreSum]] = {
    Gauge.SCORE: lambda drawn: drawn.scores,
    Gauge.CONFIDENCE: lambda drawn: _in_percent(drawn.confidence),
    Gauge.SILENCE: lambda drawn: _in_percent(drawn.silence),
}


def _in_percent(sums: ScoreSum) -> ScoreSum:
    """Sums of shares as those of per cent, the scale of ``mean_chart``."""
    return ScoreSum(sums.n, 100 * sums.total, 10_000 * sums.squares)


def scale_of(gauge: Gauge) -> float:
    """What to divide the values of a gauge's chart by for a share of 0-1; 1 too for the score, which is none."""
    return 100.0 if gauge in (Gauge.CONFIDENCE, Gauge.SILENCE) else 1.0
