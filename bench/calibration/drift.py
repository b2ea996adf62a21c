"""False alarms of control limits and change points, and how soon they see a change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from qa.statistics.change_points import Trend, share_changes
from qa.statistics.control import Chart, Signal, share_chart
from qa.statistics.proportions import Share

SERIES = 400
WEEKS = 52


@dataclass(frozen=True, slots=True)
class Weekly:
    """A weekly share: its level, calls a week, how much the level moves by itself, and a change of it."""

    calls: int
    level: float
    moves: float = 0.0
    change: float = 0.0


STILL = (
    Weekly(4, 0.95),
    Weekly(40, 0.1),
    Weekly(40, 0.97),
    Weekly(500, 0.1),
    Weekly(500, 0.1, 0.02),
    Weekly(2_000, 0.9, 0.01),
    Weekly(2_000, 0.9, 0.03),
)
CHANGED = (
    Weekly(4, 0.95, change=-0.4),
    Weekly(40, 0.1, change=0.1),
    Weekly(40, 0.1, change=0.15),
    Weekly(500, 0.1, 0.02, 0.06),
    Weekly(2_000, 0.9, 0.01, -0.04),
)


def tables() -> Iterator[str]:
    """Markdown tables, line by line."""
    yield "### Control limits: a year of weeks after a baseline of so many\n"
    yield (
        "| Calls a week | Level | Moves by | Changes by | Baseline | Outside, of all weeks "
        "| Years with a run | Years with any signal | First signal, week (50 / 90 %) |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for weekly in STILL + CHANGED:
        for baseline in (12, 26, 52) if not weekly.change else (26,):
            yield _control_line(weekly, baseline)
    yield "\n### Change points: a year, changed in the middle\n"
    yield (
        "| Calls a week | Level | Moves by | Changes by | Series with a change found | Within a week of it "
        "| Changes found |"
    )
    yield "|---|---|---|---|---|---|---|"
    for weekly in STILL + CHANGED:
        yield _change_line(weekly)


def _weeks(dice: np.random.Generator, weekly: Weekly, before: int, after: int) -> list[Share]:
    level = np.full(before + after, weekly.level)
    level[before:] += weekly.change
    if weekly.moves:
        size = level * (1 - level) / weekly.moves**2 - 1
        level = dice.beta(level * size, (1 - level) * size)
    calls = dice.poisson(weekly.calls, before + after)
    hits = dice.binomial(calls, level)
    return [Share(int(hit), int(n)) for hit, n in zip(hits, calls, strict=True)]


def _control_line(weekly: Weekly, baseline: int) -> str:
    dice = np.random.default_rng([weekly.calls, baseline, round(1000 * abs(weekly.change))])
    outside, runs, first = 0, 0, []
    for _ in range(SERIES):
        chart = share_chart(_weeks(dice, weekly, baseline, WEEKS), baseline)
        if not isinstance(chart, Chart):
            continue
        signals = [point.signal for point in chart.points[baseline:]]
        outside += sum(signal in {Signal.ABOVE, Signal.BELOW} for signal in signals)
        runs += any(signal in {Signal.RUN_ABOVE, Signal.RUN_BELOW} for signal in signals)
        first += [chart.alarms[0] - baseline + 1] if chart.alarms else []
    soon = " / ".join(f"{each:.0f}" for each in np.percentile(first, (50, 90)))
    return (
        f"| {weekly.calls} | {weekly.level} | {weekly.moves} | {weekly.change:+} | {baseline} "
        f"| {100 * outside / SERIES / WEEKS:.2f} % | {100 * runs / SERIES:.0f} % "
        f"| {100 * len(first) / SERIES:.0f} % | {soon if weekly.change else '-'} |"
    )


def _change_line(weekly: Weekly) -> str:
    dice = np.random.default_rng([weekly.calls, round(1000 * abs(weekly.change))])
    found = near = changes = 0
    for _ in range(SERIES):
        trend = share_changes(_weeks(dice, weekly, WEEKS // 2, WEEKS // 2))
        if not isinstance(trend, Trend):
            continue
        found += bool(trend.changes)
        changes += len(trend.changes)
        near += any(abs(change - WEEKS // 2) <= 1 for change in trend.changes)
    return (
        f"| {weekly.calls} | {weekly.level} | {weekly.moves} | {weekly.change:+} "
        f"| {100 * found / SERIES:.1f} % | {f'{100 * near / SERIES:.0f} %' if weekly.change else '-'} "
        f"| {changes / SERIES:.2f} |"
    )
