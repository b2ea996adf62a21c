"""Which scored calls enter the review queue: rules that a person can predict and a test can repeat.

The random share is a draw by the call's own id, so it is the same calls every time, a larger share holds a
smaller one, and the probability with which any call was drawn is known: what people find in these calls says
something of all calls. What the other rules choose does not, for they look for trouble.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.domain.queue import TaskReason

SEED = "call-qa review queue"
"""Of the draw. One for good: with a second one the probability of having been drawn would be another."""

DOUBT_BELOW = 0.7
"""A deduction that the machine is less sure of than this is one to look at."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What enters the queue.

    Attributes:
        critical: Whether a call that failed a critical criterion does.
        unsure_from: Calls do that leave at least this many criteria for a person to judge, as do those with a
            deduction that the machine is not sure of; 0 for neither.
        random_percent: Share of all calls, 0-100, drawn whatever they are like.
        agent_minimum: Calls that each agent has in the queue in the period, at the least.
        period_days: Calls scored in the last so many days are looked at, and no older ones.
        due_days: Days until a task is due, as ``qa.domain.queue.due_after`` takes them.
    """

    critical: bool = True
    unsure_from: int = 1
    random_percent: float = 5.0
    agent_minimum: int = 2
    period_days: int = 30
    due_days: int = 7


@dataclass(frozen=True, slots=True)
class Candidate:
    """A scored call that nobody reviewed and that is not in the queue, or one whose dispute is open.

    Attributes:
        call: Its public id.
        critical: Whether a critical criterion failed.
        disputed: Whether a dispute of it is open.
        unsure: Criteria that the machine left for a person to judge.
        doubtful: Deductions that it was not sure of (``DOUBT_BELOW``).
        duration_s: Length of the recording, seconds.
    """

    call: str
    agent_id: str | None
    critical: bool
    disputed: bool
    unsure: int
    doubtful: int
    duration_s: float


@dataclass(frozen=True, slots=True)
class Pick:
    """A call that enters the queue, why, and the chance of being drawn where it was (see ``Task``)."""

    candidate: Candidate
    reason: TaskReason
    chance: float | None


def choose(
    candidates: Sequence[Candidate],
    rules: Rules,
    queued: Mapping[str, int],
    *,
    seed: str = SEED,
) -> tuple[Pick, ...]:
    """The calls that enter the queue, each for its most pressing reason, most pressing first.

    Args:
        candidates: Calls that may.
        rules: What does.
        queued: Agent to how many of their calls the queue took in the period so far.
        seed: Of the draw.
    """
    share = rules.random_percent / 100
    lots = {each.call: lot(each.call, seed) for each in candidates}
    picked: dict[str, Pick] = {}
    for each in candidates:
        drawn = lots[each.call] < share
        reason = _reason(each, rules) or (TaskReason.RANDOM if drawn else None)
        if reason is not None:
            picked[each.call] = Pick(each, reason, share if drawn else None)
    for each in _short(candidates, picked, rules, queued, lots):
        picked[each.call] = Pick(each, TaskReason.AGENT_MINIMUM, None)
    rank = {reason: place for place, reason in enumerate(TaskReason)}
    return tuple(sorted(picked.values(), key=lambda pick: rank[pick.reason]))


def lot(call: str, seed: str = SEED) -> float:
    """A call's place in the draw: uniform over [0, 1), and the same every time."""
    digest = hashlib.sha256(f"{seed}\n{call}".encode()).digest()
    # 53 bits are what a float holds, so that no place is rounded up to 1.
    return (int.from_bytes(digest[:8]) >> 11) / 2**53


def _reason(candidate: Candidate, rules: Rules) -> TaskReason | None:
    if candidate.disputed:
        return TaskReason.DISPUTED
    if candidate.critical and rules.critical:
        return TaskReason.FAILED_CRITICAL
    unsure = candidate.unsure >= rules.unsure_from or candidate.doubtful > 0
    return TaskReason.LOW_CONFIDENCE if rules.unsure_from and unsure else None


def _short(
    candidates: Sequence[Candidate],
    picked: Mapping[str, Pick],
    rules: Rules,
    queued: Mapping[str, int],
    lots: Mapping[str, float],
) -> list[Candidate]:
    """What brings each agent to the minimum, drawn by lot from their calls that no other rule took."""
    had = Counter(queued)
    had.update(pick.candidate.agent_id for pick in picked.values() if pick.candidate.agent_id)
    chosen = []
    for each in sorted(candidates, key=lambda each: lots[each.call]):
        if each.agent_id is None or each.call in picked:
            continue
        if had[each.agent_id] < rules.agent_minimum:
            had[each.agent_id] += 1
            chosen.append(each)
    return chosen
