"""The sampling plan: which calls of a period people review, and with what probability each was drawn.

A plan has parts: a random floor of all calls, larger shares of calls that are at risk, and a minimum for each
agent. Every call has one ``lot``, and a part draws it when the lot lies below the part's share: the parts overlap
as much as they can, so that the floor costs nothing where the risk draw looks anyway, and a call is drawn by some
part with the largest share of those that it belongs to. What brings an agent to the minimum is drawn by a second
lot, evenly from those of their calls that the first did not draw.

The probability of a call is exact, with ``p`` its largest share, ``M`` calls of its agent, ``m`` the minimum and
``D`` how many of the agent's other calls the first lots draw (a sum of independent draws with known shares):

    p + (1 - p) * sum over d < m of P(D = d) * min(1, (m - d) / (M - d))

It is that of one drawing of one frame, the calls of a period that has ended. Each call belongs to one frame; with
frames that overlap only the shares hold, and not what the minimum adds.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

SEED = "call-qa review queue"
"""Of the lots. One for good: with a second one the probability of having been drawn would be another."""
DOUBT_BELOW = 0.7
"""A deduction that the machine is less sure of than this is one to look at."""


class Part(StrEnum):
    """Why a plan draws a call, the most pressing reason first."""

    FAILED_CRITICAL = "failed_critical"
    DISPUTED = "disputed"
    LOW_CONFIDENCE = "low_confidence"
    NEW_AGENT = "new_agent"
    NEW_RUBRIC = "new_rubric"
    RANDOM = "random"
    AGENT_MINIMUM = "agent_minimum"


RISKS = (
    Part.FAILED_CRITICAL,
    Part.DISPUTED,
    Part.LOW_CONFIDENCE,
    Part.NEW_AGENT,
    Part.NEW_RUBRIC,
)
"""What a call may be at risk by; the other parts are for any call."""


def _usual_shares() -> Mapping[Part, float]:
    return {
        Part.FAILED_CRITICAL: 1.0,
        Part.DISPUTED: 1.0,
        Part.LOW_CONFIDENCE: 1.0,
        Part.NEW_AGENT: 0.25,
        Part.NEW_RUBRIC: 0.25,
    }


@dataclass(frozen=True, slots=True)
class SamplingPlan:
    """How many calls people review.

    Attributes:
        floor: Share of all calls, 0-1. With 0 some calls cannot be drawn, and the sample says nothing of all.
        shares: Share of the calls of each risk, 0-1; a risk that is not there has none.
        agent_minimum: Calls of each agent, at the least, as far as they have as many.
        seed: Of the lots. Another seed draws other calls with the same probabilities.
    """

    floor: float = 0.05
    shares: Mapping[Part, float] = field(default_factory=_usual_shares)
    agent_minimum: int = 2
    seed: str = SEED

    def __post_init__(self) -> None:
        if any(part not in RISKS for part in self.shares):
            raise ValueError("only a risk has a share of its own")
        if not all(0 <= share <= 1 for share in (self.floor, *self.shares.values())):
            raise ValueError("a share lies between 0 and 1")
        if self.agent_minimum < 0:
            raise ValueError("a minimum is not negative")


@dataclass(frozen=True, slots=True)
class FrameCall:
    """A call of the period.

    Attributes:
        call: Its public id.
        agent_id: Who took it; ``None`` where nobody knows, and then no minimum counts it.
        risks: What it is at risk by, of ``RISKS``.
        duration_s: Length of the recording, seconds.
        certain: It is reviewed whatever the plan draws, for somebody put it into the queue by hand. It stands
            for itself alone: its probability is 1.
    """

    call: str
    agent_id: str | None
    risks: frozenset[Part]
    duration_s: float
    certain: bool = False


@dataclass(frozen=True, slots=True)
class Draw:
    """A call that the plan draws.

    Attributes:
        reason: The most pressing part that drew it.
        chance: The probability, above 0 up to 1, with which some part draws it.
        in_floor: Whether the random floor drew it, whatever the reason. These calls are an even sample of all.
    """

    call: FrameCall
    reason: Part
    chance: float
    in_floor: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """What a plan draws from a frame, most pressing first, then by call id.

    Attributes:
        frame: Calls that it draws from.
        uncovered: Those of them that it could not have drawn: while there are any, the sample says nothing of
            all calls.
    """

    plan: SamplingPlan
    draws: tuple[Draw, ...]
    frame: int
    uncovered: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a review takes: so many minutes, and so much of the recording's length."""

    minutes: float = 3.0
    listening: float = 1.0


@dataclass(frozen=True, slots=True)
class Workload:
    """What some reviews cost: calls, the length of their recordings, and minutes of reviewing."""

    calls: int
    audio_s: float
    minutes: float


def draw(
    frame: Iterable[FrameCall], plan: SamplingPlan, had: Mapping[str, int] | None = None
) -> Sample:
    """The calls that a plan draws: the same ones every time, in whatever order the frame comes.

    Args:
        frame: All calls of a period, also those that were reviewed or are in the queue; each once.
        plan: What to draw.
        had: Agent to how many of their calls from outside the frame count towards the minimum.

    Raises:
        ValueError: A call is there twice.
    """
    calls = sorted(frame, key=lambda each: each.call)
    if any(one.call == other.call for one, other in pairwise(calls)):
        raise ValueError("a call is in the frame twice")
    chances = inclusion(calls, plan, had)
    draws = []
    short: dict[str, list[FrameCall]] = defaultdict(list)
    reached = Counter(had)
    for each in calls:
        place = lot(each.call, plan.seed)
        reason = _drawn_by(each, plan, place)
        if reason is not None and not each.certain:
            in_floor = place < plan.floor
            draws.append(Draw(each, reason, chances[each.call], in_floor))
        if each.agent_id is None:
            continue
        if reason is not None or each.certain:
            reached[each.agent_id] += 1
        else:
            short[each.agent_id].append(each)
    for agent, theirs in short.items():
        theirs.sort(key=lambda each: lot(each.call, _second(plan.seed)))
        wanted = max(0, plan.agent_minimum - reached[agent])
        draws += [
            Draw(each, Part.AGENT_MINIMUM, chances[each.call], in_floor=False)
            for each in theirs[:wanted]
        ]
    rank = {part: place for place, part in enumerate(Part)}
    return Sample(
        plan=plan,
        draws=tuple(sorted(draws, key=lambda each: (rank[each.reason], each.call.call))),
        frame=len(calls),
        uncovered=sum(chance == 0 for chance in chances.values()),
    )


def lot(call: str, seed: str = SEED) -> float:
    """A call's place in the draw: uniform over [0, 1), and the same every time."""
    digest = hashlib.sha256(f"{seed}\n{call}".encode()).digest()
    # 53 bits are what a float holds, so that no place is rounded up to 1.
    return (int.from_bytes(digest[:8]) >> 11) / 2**53


def inclusion(
    frame: Sequence[FrameCall], plan: SamplingPlan, had: Mapping[str, int] | None = None
) -> dict[str, float]:
    """Call to the probability, 0-1, with which the plan draws it, over all seeds; ``had`` as ``draw`` takes it."""
    before = Counter(had)
    shares = {each.call: _share(each, plan) for each in frame}
    chances = dict(shares)
    by_agent: dict[str, list[str]] = defaultdict(list)
    for each in frame:
        if each.agent_id is not None:
            by_agent[each.agent_id].append(each.call)
    for agent, calls in by_agent.items():
        minimum = max(0, plan.agent_minimum - before[agent])
        sizes = Counter(shares[call] for call in calls)
        added = {share: _brought(share, sizes, len(calls), minimum) for share in sizes}
        for call in calls:
            share = shares[call]
            chances[call] = min(1.0, share + (1 - share) * added[share])
    return chances


def work(calls: int, audio_s: float, pace: Pace | None = None) -> Workload:
    """What reviewing some calls costs whose recordings are so long together."""
    pace = pace or Pace()
    return Workload(calls, audio_s, calls * pace.minutes + pace.listening * audio_s / 60)


def total(loads: Iterable[Workload]) -> Workload:
    """Several workloads as one."""
    each = tuple(loads)
    return Workload(
        sum(load.calls for load in each),
        sum(load.audio_s for load in each),
        sum(load.minutes for load in each),
    )


def _share(call: FrameCall, plan: SamplingPlan) -> float:
    if call.certain:
        return 1.0
    return max((plan.floor, *(plan.shares.get(risk, 0.0) for risk in call.risks)))


def _drawn_by(call: FrameCall, plan: SamplingPlan, place: float) -> Part | None:
    for risk in RISKS:
        if risk in call.risks and place < plan.shares.get(risk, 0.0):
            return risk
    return Part.RANDOM if place < plan.floor else None


def _second(seed: str) -> str:
    return f"{seed}\nminimum"


def _brought(share: float, sizes: Counter[float], calls: int, minimum: int) -> float:
    """The probability that the minimum brings in a call with this share which its own lot did not draw."""
    drawn = [1.0] + [0.0] * (minimum - 1) if minimum else []
    for each, size in sizes.items():
        drawn = _and_of(drawn, each, size - (each == share))
    return sum(
        chance * min(1.0, (minimum - count) / (calls - count))
        for count, chance in enumerate(drawn)
        if chance > 0
    )


def _and_of(drawn: Sequence[float], share: float, size: int) -> list[float]:
    """How likely each small number of draws is, once ``size`` more calls with a share were drawn from."""
    more = [_binomial(count, size, share) for count in range(len(drawn))]
    return [
        sum(drawn[count] * more[total - count] for count in range(total + 1))
        for total in range(len(drawn))
    ]


def _binomial(hits: int, size: int, share: float) -> float:
    if hits > size:
        return 0.0
    if share in {0.0, 1.0}:
        return float(hits == size * share)
    ways = math.lgamma(size + 1) - math.lgamma(hits + 1) - math.lgamma(size - hits + 1)
    return math.exp(ways + hits * math.log(share) + (size - hits) * math.log1p(-share))
