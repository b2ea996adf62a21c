"""Agents' corrected figures, drawn towards their team, and in groups only where these are clearly apart."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from qa.ports.figures import AgentName
from qa.services.corrected.measure import Measure, figure_of
from qa.statistics import shrinkage
from qa.statistics.agreement.figures import Withheld
from qa.statistics.corrected import Corrected

AGENT_NEEDED = 5
"""Reviewed calls an agent needs to be shown with a figure of their own."""


@dataclass(frozen=True, slots=True)
class AgentFigure:
    """An agent's figure, drawn towards the team's.

    Attributes:
        estimate: ``None`` where they have too few reviewed calls; ``missing`` is how many more they need.
        group: Which group they are in, from 0, the highest first; all in one where nobody is clearly apart.
    """

    agent: AgentName
    calls: int
    reviewed: int
    machine: float | None
    estimate: shrinkage.Estimate | None
    missing: int
    group: int


@dataclass(frozen=True, slots=True)
class Agents:
    """The agents of a team.

    Attributes:
        rows: By name.
        groups: How many groups stand clearly apart, at least one.
        withheld: Why nobody is drawn towards anything; ``None`` where they are.
    """

    rows: tuple[AgentFigure, ...]
    groups: int
    withheld: Withheld | None


def agents_of(data: Measure, names: Mapping[str, AgentName]) -> Agents:
    """The agents of some calls, each drawn towards all of them."""
    parts = {agent: part for agent, part in sorted(data.by_agent().items()) if agent}
    readings = _readings(data, parts)
    drawn = shrinkage.drawn(readings, ceiling=data.ceiling)
    estimates = (
        {} if isinstance(drawn, Withheld) else {each.agent: each for each in drawn.estimates}
    )
    groups = _clusters(drawn) if not isinstance(drawn, Withheld) else {}
    rows = [
        AgentFigure(
            agent=names.get(agent) or AgentName(agent),
            calls=part.calls,
            reviewed=len(part.reviewed),
            machine=part.machine,
            estimate=estimates.get(agent),
            missing=max(0, AGENT_NEEDED - len(part.reviewed)),
            group=groups.get(agent, 0),
        )
        for agent, part in parts.items()
    ]
    rows.sort(key=lambda row: (row.agent.name or row.agent.agent_id).casefold())
    return Agents(
        tuple(rows),
        max(groups.values(), default=0) + 1,
        drawn if isinstance(drawn, Withheld) else None,
    )


def _readings(data: Measure, parts: Mapping[str, Measure]) -> list[shrinkage.Reading]:
    """Each agent's machine figure plus what their own reviewed calls say it is wrong by.

    The machine is relied on as much as it is over all reviewed calls, and how far reviewed calls scatter is taken
    from all agents together: a few calls of one agent show too little of either.
    """
    if not data.sound:
        return []
    power = _power(data)
    gaps = {
        agent: _gap(part, power)
        for agent, part in parts.items()
        if len(part.reviewed) >= AGENT_NEEDED
    }
    freedom = sum(gap.n - 1 for gap in gaps.values())
    # A spread of nothing, of few calls that are all alike, is no spread that is known: at least a call's worth.
    floor = (data.ceiling / 100) ** 2
    within = max(floor, sum(gap.squares for gap in gaps.values()) / freedom) if freedom else floor
    readings = []
    for agent, gap in gaps.items():
        part = parts[agent]
        machine = part.machine or 0.0
        of_machine = part.score.variance if part.scores else machine * (1 - machine)
        error = math.sqrt(within / gap.effective + power**2 * of_machine / part.calls)
        value = min(data.ceiling, max(0.0, power * machine + gap.mean))
        readings.append(shrinkage.Reading(agent, gap.n, value, error))
    return readings


@dataclass(frozen=True, slots=True)
class _Gap:
    """How much more people give some calls than the machine, as far as it is relied on."""

    n: int
    effective: float
    mean: float
    squares: float


def _gap(part: Measure, power: float) -> _Gap:
    weight = [1 / chance for chance in part.chances]
    gap = [each.human - power * each.machine for each in part.reviewed]
    whole = sum(weight)
    mean = sum(w * g for w, g in zip(weight, gap, strict=True)) / whole
    return _Gap(
        n=len(gap),
        effective=whole**2 / sum(w * w for w in weight),
        mean=mean,
        squares=sum((each - mean) ** 2 for each in gap),
    )


def _power(data: Measure) -> float:
    figure = figure_of(data)
    return min(1.0, max(0.0, figure.power)) if isinstance(figure, Corrected) else 0.0


def _clusters(team: shrinkage.Team) -> dict[str, int]:
    """Agent to group: a group ends where everybody above is clearly apart from everybody below."""
    order = [each.agent for each in team.estimates]
    groups, group = {}, 0
    for place, agent in enumerate(order):
        if place and all(
            (above, below) in team.apart for above in order[:place] for below in order[place:]
        ):
            group += 1
        groups[agent] = group
    return groups
