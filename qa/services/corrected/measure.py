"""One measure of some calls: what the machine said of all of them, and people of those that were drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from qa.ports import UnitOfWork
from qa.ports.corrected import DrawnCount, MachineCount, MachineScores, Measured, ReviewedCall
from qa.statistics.agreement.figures import Why, Withheld
from qa.statistics.corrected import (
    Corrected,
    RoganGladen,
    corrected_mean,
    corrected_rate,
    rogan_gladen,
)
from qa.statistics.means import ScoreSum, added

MOST_UNSEEN = 0.05
"""Part of the calls that the sample stands for whose reasons nobody reviewed a call of; with more, no figure."""

_Counted = MachineCount | MachineScores | ReviewedCall
_Part = TypeVar("_Part", MachineCount, MachineScores, ReviewedCall, DrawnCount)
_Key = TypeVar("_Key", str, int)


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of some calls.

    Attributes:
        ceiling: The highest value that it has, 100 for scores and 1 for a criterion.
        counts: For a criterion, ``scores`` for the total score; the other is empty.
        response: By reason, the part of the drawn calls that is reviewed.
        unseen: Part of what the sample stands for whose reasons nobody reviewed a call of.
    """

    ceiling: float
    counts: tuple[MachineCount, ...]
    scores: tuple[MachineScores, ...]
    reviewed: tuple[ReviewedCall, ...]
    drawn: tuple[DrawnCount, ...]
    response: Mapping[str, float]
    unseen: float

    def of(self, agents: Collection[str]) -> Measure:
        """Those of some agents."""
        return self._only(lambda each: each.agent_id in agents)

    def during(self, weeks: Collection[int]) -> Measure:
        """Those of some weeks."""
        return self._only(lambda each: each.week in weeks)

    def by_agent(self) -> dict[str, Measure]:
        """Those of each agent whose calls the machine judged."""
        return self._apart(lambda each: each.agent_id)

    def by_week(self) -> dict[int, Measure]:
        """Those of each week in which it judged any."""
        return self._apart(lambda each: each.week)

    def _only(self, wanted: Callable[[_Counted], bool]) -> Measure:
        return replace(
            self,
            counts=tuple(filter(wanted, self.counts)),
            scores=tuple(filter(wanted, self.scores)),
            reviewed=tuple(filter(wanted, self.reviewed)),
        )

    def _apart(self, key: Callable[[_Counted], _Key]) -> dict[_Key, Measure]:
        counts: dict[_Key, list[MachineCount]] = {}
        scores: dict[_Key, list[MachineScores]] = {}
        reviewed: dict[_Key, list[ReviewedCall]] = {}
        for count in self.counts:
            counts.setdefault(key(count), []).append(count)
        for score in self.scores:
            scores.setdefault(key(score), []).append(score)
        for review in self.reviewed:
            reviewed.setdefault(key(review), []).append(review)
        return {
            each: replace(
                self,
                counts=tuple(counts.get(each, ())),
                scores=tuple(scores.get(each, ())),
                reviewed=tuple(reviewed.get(each, ())),
            )
            for each in counts.keys() | scores.keys()
        }

    @property
    def sound(self) -> bool:
        """Whether the reviewed calls stand for nearly all."""
        return self.unseen <= MOST_UNSEEN

    @property
    def chances(self) -> list[float]:
        """Of each reviewed call, the probability of having been drawn and reviewed by now."""
        return [each.chance * self.response[each.reason] for each in self.reviewed]

    @property
    def verdicts(self) -> tuple[int, int]:
        """Calls that the machine fails, and those that it does not."""
        failed = sum(each.failed for each in self.counts)
        return failed, sum(each.calls for each in self.counts) - failed

    @property
    def score(self) -> ScoreSum:
        """The machine's scores added up."""
        return added(each.scores for each in self.scores)

    @property
    def calls(self) -> int:
        """Calls that the machine judged, or scored."""
        return sum(each.scores.n for each in self.scores) if self.scores else sum(self.verdicts)

    @property
    def machine(self) -> float | None:
        """The machine's own figure, ``None`` without any call."""
        calls = self.calls
        if not calls:
            return None
        if self.scores:
            return sum(each.scores.total for each in self.scores) / calls
        return self.verdicts[1] / calls


def measure_of(
    unit: UnitOfWork, what: Measured | None, edges: Sequence[datetime], weeks: Collection[int]
) -> Measure:
    """One criterion, or the total score with ``None``, in some of the weeks between the edges."""
    drawn = _in_weeks(unit.corrected.drawn(edges), weeks)
    if what is None:
        scores = _in_weeks(unit.corrected.machine_scores(edges), weeks)
        reviewed = _in_weeks(unit.corrected.reviewed_scores(edges), weeks)
        counts: tuple[MachineCount, ...] = ()
    else:
        scores = ()
        counts = _in_weeks(unit.corrected.machine(what, edges), weeks)
        reviewed = _in_weeks(unit.corrected.reviewed(what, edges), weeks)
    done = Counter(each.reason for each in reviewed)
    taken: Counter[str] = Counter()
    stands: dict[str, float] = {}
    for each in drawn:
        taken[each.reason] += each.calls
        stands[each.reason] = stands.get(each.reason, 0.0) + each.stand_for
    whole = sum(stands.values())
    unseen = sum(share for reason, share in stands.items() if not done[reason])
    return Measure(
        ceiling=100.0 if what is None else 1.0,
        counts=counts,
        scores=scores,
        reviewed=reviewed,
        drawn=drawn,
        response={reason: done[reason] / calls for reason, calls in taken.items()},
        unseen=unseen / whole if whole else 0.0,
    )


def figure_of(data: Measure) -> Corrected | Withheld:
    """The corrected figure, or why there is none."""
    if not data.sound:
        waiting = sum(each.calls for each in data.drawn if not data.response[each.reason])
        return Withheld(Why.TOO_FEW, len(data.reviewed), waiting)
    machine = [each.machine for each in data.reviewed]
    human = [each.human for each in data.reviewed]
    if data.ceiling > 1:
        return corrected_mean(data.score, machine, human, data.chances)
    return corrected_rate(data.verdicts, machine, human, data.chances)


def check_of(data: Measure) -> RoganGladen | Withheld:
    """The same figure of a criterion by the machine's two kinds of error."""
    machine = [each.machine for each in data.reviewed]
    human = [each.human for each in data.reviewed]
    return rogan_gladen(data.verdicts, machine, human, data.chances)


def _in_weeks(parts: Iterable[_Part], weeks: Collection[int]) -> tuple[_Part, ...]:
    return tuple(each for each in parts if each.week in weeks)
