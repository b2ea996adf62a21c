"""How far the machine is trusted with a criterion: earned on what random reviews show, and lost by itself.

Every week the figures of the random reviews of a window are looked at. A level is earned when the lower bounds
of sensitivity, specificity and agreement reach its terms on several looks in a row: a machine that is no better
than the terms passes one look now and then, and there are 52 in a year. It is lost on the first look that says
so, for a wrong deduction costs more than a review:

- a lower bound falls below the term less ``Terms.slack``. Without the slack a machine that just earned its level
  would lose and earn it again with every few reviews; what is earned at 0.80 is kept down to 0.70.
- an upper bound of the latest weeks falls below the term itself. The window forgets slowly, and a machine that
  broke last month should not live on its good weeks.
- there are too few reviews to say.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """The lowest first."""

    HUMAN_ONLY = "human_only"
    ASSIST = "assist"
    AUTO = "auto"


class Measure(StrEnum):
    """What a level is earned on.

    ``SENSITIVITY`` is the share of people's failures that the machine fails, ``SPECIFICITY`` the share of their
    passes that it passes, ``AGREEMENT`` Gwet's AC1 of the two.
    """

    SENSITIVITY = "sensitivity"
    SPECIFICITY = "specificity"
    AGREEMENT = "agreement"


class Cause(StrEnum):
    """Why a level is what it is after a look.

    ``EARNED`` and the three of a loss change it. ``HELD``: it stays, and the next one is not in reach.
    ``ON_PROBATION``: the figures reach the next one, not yet on enough looks in a row.
    """

    EARNED = "earned"
    DRIFTED = "drifted"
    BELOW_TERMS = "below_terms"
    TOO_FEW = "too_few"
    ON_PROBATION = "on_probation"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Bounds:
    """A figure 0-1 (agreement from -1) with its interval and the reviews that it is of."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the random reviews of some weeks show of one criterion.

    Attributes:
        failures: Reviewed calls that a person failed.
        passes: Reviewed calls that a person passed.
        figures: With intervals at ``qa.statistics.skill.LICENCE_LEVEL``; one that cannot be said is not there.
    """

    failures: int
    passes: int
    figures: Mapping[Measure, Bounds]


@dataclass(frozen=True, slots=True)
class Look:
    """What is known at the end of a week.

    Attributes:
        window: Of the last ``Terms.window_weeks``.
        recent: Of the last ``Terms.recent_weeks`` of them.
    """

    window: Evidence
    recent: Evidence


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a level takes: reviews of either kind, and how high each lower bound is at the least."""

    failures: int
    passes: int
    lows: Mapping[Measure, float]


def _assist() -> Threshold:
    return Threshold(
        failures=8,
        passes=20,
        lows={Measure.SENSITIVITY: 0.5, Measure.SPECIFICITY: 0.75, Measure.AGREEMENT: 0.5},
    )


def _auto() -> Threshold:
    return Threshold(
        failures=15,
        passes=40,
        lows={Measure.SENSITIVITY: 0.8, Measure.SPECIFICITY: 0.9, Measure.AGREEMENT: 0.8},
    )


@dataclass(frozen=True, slots=True)
class Terms:
    """On what levels are earned and lost; a site's settings.

    Attributes:
        slack: How far a lower bound may fall below what earned the level before it is lost.
        looks: So many weeks in a row the figures reach a level before it is earned.
        window_weeks: Weeks of reviews that a look is of.
        recent_weeks: The latest of them that drift is looked for in.
    """

    assist: Threshold = field(default_factory=_assist)
    auto: Threshold = field(default_factory=_auto)
    slack: float = 0.1
    looks: int = 2
    window_weeks: int = 12
    recent_weeks: int = 4

    def threshold(self, level: Level) -> Threshold | None:
        """What a level takes; nothing for the lowest."""
        return {Level.ASSIST: self.assist, Level.AUTO: self.auto}.get(level)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a level is not reached, or lost, by.

    Attributes:
        measure: The figure, ``None`` where reviews are missing.
        needed: What its bound would have to be.
        bounds: What it is; ``None`` where it cannot be said.
        failures: How many more failures it takes; 0 where enough were reviewed.
        passes: How many more passes.
    """

    measure: Measure | None = None
    needed: float | None = None
    bounds: Bounds | None = None
    failures: int = 0
    passes: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What a look says.

    Attributes:
        before: The level until then.
        level: The level from now on.
        cause: Why.
        shortfalls: By what the former level was lost, or the next one is not reached; none where it was earned,
            is in probation, or is the highest and held.
    """

    before: Level
    level: Level
    cause: Cause
    shortfalls: tuple[Shortfall, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the level is another one."""
        return self.level is not self.before


def decide(level: Level, looks: Sequence[Look], terms: Terms) -> Decision:
    """The level after a look: one step up at the most, or down as far as the figures say.

    Args:
        level: The present one.
        looks: Those of the last weeks, the latest last; ``terms.looks`` of them are used. Without any, nothing
            is known: everything but the lowest level is lost.
        terms: On what levels are earned and lost.
    """
    if not looks:
        lost = level is not Level.HUMAN_ONLY
        return Decision(level, Level.HUMAN_ONLY, Cause.TOO_FEW if lost else Cause.HELD)
    now = looks[-1]
    if fall := _lost(level, now, terms):
        cause, shortfalls = fall
        return Decision(level, _kept_below(level, now, terms), cause, shortfalls)
    if level is Level.AUTO:
        return Decision(level, level, Cause.HELD)
    upper = _above(level)
    short = _short_of(upper, now, terms)
    if short:
        return Decision(level, level, Cause.HELD, short)
    latest = looks[-terms.looks :]
    if len(latest) < terms.looks or any(_short_of(upper, each, terms) for each in latest):
        return Decision(level, level, Cause.ON_PROBATION)
    return Decision(level, upper, Cause.EARNED)


def _above(level: Level) -> Level:
    return Level.ASSIST if level is Level.HUMAN_ONLY else Level.AUTO


def _kept_below(level: Level, now: Look, terms: Terms) -> Level:
    if level is Level.AUTO and _lost(Level.ASSIST, now, terms) is None:
        return Level.ASSIST
    return Level.HUMAN_ONLY


def _short_of(level: Level, now: Look, terms: Terms) -> tuple[Shortfall, ...]:
    """What keeps a look from reaching a level."""
    threshold = terms.threshold(level)
    if threshold is None:
        return ()
    few = _few(now.window, threshold, share=1.0)
    return (*few, *_low(now.window, threshold, slack=0.0), *_drifted(now.recent, threshold))


def _lost(level: Level, now: Look, terms: Terms) -> tuple[Cause, tuple[Shortfall, ...]] | None:
    """Why a look takes a level away, the surest reason first; ``None`` where it stays."""
    threshold = terms.threshold(level)
    if threshold is None:
        return None
    if drifted := _drifted(now.recent, threshold):
        return Cause.DRIFTED, drifted
    # With half the reviews that earned it the bounds still say whether it holds; with fewer nothing does.
    if few := _few(now.window, threshold, share=0.5):
        return Cause.TOO_FEW, few
    if low := _low(now.window, threshold, slack=terms.slack):
        return Cause.BELOW_TERMS, low
    return None


def _few(evidence: Evidence, threshold: Threshold, *, share: float) -> tuple[Shortfall, ...]:
    failures = max(0, math.ceil(threshold.failures * share) - evidence.failures)
    passes = max(0, math.ceil(threshold.passes * share) - evidence.passes)
    return (Shortfall(failures=failures, passes=passes),) if failures or passes else ()


def _low(evidence: Evidence, threshold: Threshold, *, slack: float) -> tuple[Shortfall, ...]:
    found = []
    for measure, needed in threshold.lows.items():
        bounds = evidence.figures.get(measure)
        if bounds is None or bounds.low < needed - slack:
            found.append(Shortfall(measure, needed - slack, bounds))
    return tuple(found)


def _drifted(recent: Evidence, threshold: Threshold) -> tuple[Shortfall, ...]:
    found = []
    for measure, needed in threshold.lows.items():
        bounds = recent.figures.get(measure)
        if bounds is not None and bounds.high < needed:
            found.append(Shortfall(measure, needed, bounds))
    return tuple(found)
