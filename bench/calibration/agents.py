"""How near figures drawn towards the team are, and how often two agents are wrongly told apart."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from qa.statistics.proportions import Share
from qa.statistics.shrinkage import Team, drawn_shares

TEAMS = 400
MADE = (
    # agents, fewest and most calls of one, team's rate, standard deviation between agents
    (4, 10, 40, 0.9, 0.05),
    (8, 10, 40, 0.9, 0.05),
    (20, 10, 40, 0.9, 0.0),
    (20, 10, 40, 0.9, 0.05),
    (20, 10, 40, 0.9, 0.1),
    (20, 100, 300, 0.9, 0.05),
    (20, 10, 40, 0.97, 0.02),
    (50, 10, 40, 0.9, 0.05),
)


def tables() -> Iterator[str]:
    """Markdown tables, line by line."""
    yield "### Agents drawn towards their team\n"
    yield (
        "| Agents | Calls of each | Rate | Agents differ by | Error, raw | Error, drawn | Coverage "
        "| Pairs told apart | Teams with one told wrongly |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for made in MADE:
        yield _line(*made)


def _line(agents: int, fewest: int, most: int, rate: float, differ: float) -> str:
    dice = np.random.default_rng([agents, most, round(1000 * differ)])
    raw = near = held = apart = wrong = 0.0
    for _ in range(TEAMS):
        true = np.full(agents, rate)
        if differ:
            size = rate * (1 - rate) / differ**2 - 1
            true = dice.beta(rate * size, (1 - rate) * size, agents)
        calls = dice.integers(fewest, most + 1, agents)
        hits = dice.binomial(calls, true)
        team = drawn_shares({str(n): Share(int(hits[n]), int(calls[n])) for n in range(agents)})
        assert isinstance(team, Team)  # noqa: S101 - every agent has calls enough
        for each in team.estimates:
            truth = true[int(each.agent)]
            raw += (each.raw - truth) ** 2
            near += (each.value - truth) ** 2
            held += each.low <= truth <= each.high
        apart += len(team.apart)
        # Agents who do not differ at all are told apart wrongly whichever way.
        wrong += any(true[int(one)] <= true[int(other)] for one, other in team.apart)
    n = TEAMS * agents
    return (
        f"| {agents} | {fewest}-{most} | {rate} | {100 * differ:.0f} points "
        f"| {100 * (raw / n) ** 0.5:.1f} | {100 * (near / n) ** 0.5:.1f} | {100 * held / n:.1f} % "
        f"| {apart / TEAMS:.1f} of {agents * (agents - 1) // 2} | {100 * wrong / TEAMS:.1f} % |"
    )
