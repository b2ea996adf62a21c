"""A night's figures against those of the last ones: what moved further than chance takes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from qa.ports.nights import CriterionFigures, NightFigures
from qa.statistics.agreement.figures import Withheld
from qa.statistics.control import Chart, Point, mean_chart, share_chart
from qa.statistics.means import ScoreSum
from qa.statistics.proportions import Share

NIGHTS = 14
"""Nights before a night that say what is usual."""


class Figure(StrEnum):
    """What is watched from night to night. The last two are of each criterion."""

    SCORE = "score"
    CRITICAL = "critical"
    UNSURE = "unsure"
    CONFIDENCE = "confidence"
    SILENCE = "silence"
    CHINESE = "chinese"
    MARKS = "marks"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class NightCourse:
    """One figure over the last nights, the night that is looked at last.

    Attributes:
        criterion: Its id, for a figure of one criterion.
        nights: When each began.
        values: Each night's, with how many calls it is of: shares 0-1, means 0-100; ``None`` of none.
        chart: In the same unit; ``Withheld`` says how many more nights it takes.
    """

    figure: Figure
    criterion: str | None
    nights: tuple[datetime, ...]
    values: tuple[tuple[float | None, int], ...]
    chart: Chart | Withheld

    @property
    def now(self) -> Point | None:
        """The night itself among its limits; ``None`` where there are no limits or no calls."""
        if isinstance(self.chart, Withheld) or self.chart.points[-1].value is None:
            return None
        return self.chart.points[-1]

    @property
    def scale(self) -> float:
        """What to divide the values by for a share of 0-1; 1 for the figures that are none."""
        return 100.0 if self.figure in (Figure.CONFIDENCE, Figure.SILENCE) else 1.0


def courses(
    before: Sequence[tuple[datetime, NightFigures]], began: datetime, night: NightFigures
) -> tuple[NightCourse, ...]:
    """Every figure of a night, beside the same of the nights before it."""
    nights = (*(at for at, _ in before), began)
    course = [*(figures for _, figures in before), night]
    return tuple(_overall(nights, course)) + tuple(_by_criterion(nights, course))


def _overall(nights: tuple[datetime, ...], course: Sequence[NightFigures]) -> Iterator[NightCourse]:
    for figure, part in _PARTS.items():
        sums = [part(each) for each in course]
        yield NightCourse(figure, None, nights, *_charted(sums))


def _by_criterion(
    nights: tuple[datetime, ...], course: Sequence[NightFigures]
) -> Iterator[NightCourse]:
    for criterion in course[-1].criteria:
        each = [night.criteria.get(criterion, CriterionFigures()) for night in course]
        marks = [one.marks for one in each]
        if marks[-1].n:
            yield NightCourse(Figure.MARKS, criterion, nights, *_charted(marks))
        failures = [Share(one.failed, one.counted) for one in each]
        yield NightCourse(Figure.FAILED, criterion, nights, *_charted(failures))


def _charted(
    sums: Sequence[Share | ScoreSum],
) -> tuple[tuple[tuple[float | None, int], ...], Chart | Withheld]:
    """Values and limits of a figure; all nights but the last are the baseline."""
    shares = [each for each in sums if isinstance(each, Share)]
    means = [each for each in sums if isinstance(each, ScoreSum)]
    values = [(each.value if each.calls else None, each.calls) for each in shares]
    values += [(each.total / each.n if each.n else None, each.n) for each in means]
    steady = len(sums) - 1
    return tuple(values), share_chart(shares, steady) if shares else mean_chart(means, steady)


_PARTS: Mapping[Figure, Callable[[NightFigures], Share | ScoreSum]] = {
    Figure.SCORE: lambda night: night.scores,
    Figure.CRITICAL: lambda night: Share(night.critical, night.calls),
    Figure.UNSURE: lambda night: Share(night.unsure, night.heard),
    Figure.CONFIDENCE: lambda night: night.confidence,
    Figure.SILENCE: lambda night: night.silence,
    Figure.CHINESE: lambda night: Share(night.languages.get("zh", 0), night.calls),
}
