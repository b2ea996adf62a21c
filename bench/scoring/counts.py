"""The arithmetic of the scoring figures: verdicts counted against the right ones, and verdicts that move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt
from statistics import NormalDist

from qa.domain.scorecard import Outcome

CONFIDENCE = 0.95
"""Of the intervals."""

LEFT_OPEN = frozenset({Outcome.CANNOT_JUDGE, Outcome.NOT_MEASURABLE})
"""Outcomes that say nothing of how the agent did: a person or missing data must settle them."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many out of so many."""

    hits: int
    of: int

    @property
    def percent(self) -> float:
        """0-100; 100 of nothing, for what holds of everything when there is nothing."""
        return 100 * self.hits / self.of if self.of else 100.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's score interval, 0-1; 0 to 1 of nothing.

        E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
        American Statistical Association 22(158), 1927.
        """
        if not self.of:
            return 0.0, 1.0
        z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
        share = self.hits / self.of
        middle = share + z * z / (2 * self.of)
        reach = z * sqrt(share * (1 - share) / self.of + z * z / (4 * self.of * self.of))
        whole = 1 + z * z / self.of
        return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)

    @property
    def shown(self) -> str:
        """For a table: the share with its interval, in per cent; empty of nothing."""
        if not self.of:
            return ""
        low, high = self.interval
        return f"{self.percent:.0f} ({100 * low:.0f}-{100 * high:.0f})"

    def document(self) -> dict[str, object]:
        """For JSON."""
        low, high = self.interval
        return {"hits": self.hits, "of": self.of, "low": low, "high": high}


@dataclass(slots=True)
class Verdicts:
    """Verdicts beside the right ones.

    Attributes:
        pairs: How often each right outcome met each given one; ``None`` is given where the rubric has no
            such criterion, or the call was refused.
    """

    pairs: Counter[tuple[Outcome, Outcome | None]] = field(default_factory=Counter)

    def count(self, right: Outcome, given: Outcome | None) -> None:
        """Count one verdict."""
        self.pairs[right, given] += 1

    def add(self, other: Verdicts) -> None:
        """Count another's verdicts, too."""
        self.pairs.update(other.pairs)

    @property
    def total(self) -> int:
        """Verdicts in all."""
        return self.pairs.total()

    @property
    def right(self) -> Share:
        """Those that are the right ones, of all."""
        return Share(self._where(right is given for right, given in self.pairs), self.total)

    @property
    def left_open(self) -> int:
        """Left to a person, or to data that is not there, where a verdict was right."""
        return self._where(right is not given and given in LEFT_OPEN for right, given in self.pairs)

    @property
    def absent(self) -> int:
        """Not given at all."""
        return self._where(given is None for _, given in self.pairs)

    @property
    def wrong(self) -> int:
        """Given, neither right nor open."""
        return self.total - self.right.hits - self.left_open - self.absent

    @property
    def sensitivity(self) -> Share:
        """Failures that were found, of all failures."""
        return Share(
            self.pairs[Outcome.FAIL, Outcome.FAIL],
            self._where(right is Outcome.FAIL for right, _ in self.pairs),
        )

    @property
    def specificity(self) -> Share:
        """All else that was not made a failure, of all else."""
        others = self._where(right is not Outcome.FAIL for right, _ in self.pairs)
        return Share(others - self.wrong_deductions.hits, others)

    @property
    def wrong_deductions(self) -> Share:
        """Failures given where none is right, whatever is, of the right passes: the harder reading."""
        return Share(
            self._where(
                given is Outcome.FAIL and right is not Outcome.FAIL for right, given in self.pairs
            ),
            self._where(right is Outcome.PASS for right, _ in self.pairs),
        )

    @property
    def missed(self) -> int:
        """Failures that were given another outcome or left open."""
        return self.sensitivity.of - self.sensitivity.hits

    def document(self) -> dict[str, object]:
        """For JSON."""
        return {
            "verdicts": self.total,
            "right": self.right.document(),
            "wrong": self.wrong,
            "left_open": self.left_open,
            "absent": self.absent,
            "sensitivity": self.sensitivity.document(),
            "specificity": self.specificity.document(),
            "wrong_deductions": self.wrong_deductions.document(),
            "pairs": {
                f"{right} -> {given or 'absent'}": number
                for (right, given), number in sorted(
                    self.pairs.items(), key=lambda item: (item[0][0], item[0][1] or "")
                )
            },
        }

    def _where(self, chosen: Iterable[bool]) -> int:
        return sum(
            number for number, counts in zip(self.pairs.values(), chosen, strict=True) if counts
        )


class Move(StrEnum):
    """What became of a verdict when the same call was told in another way.

    ``SETTLED`` was open and is decided now. ``DEDUCTED`` is a failure that was none before, ``ACQUITTED`` a
    failure that is none any more, ``TURNED`` any other decided outcome that is another one.
    """

    SAME = "same"
    OPENED = "opened"
    SETTLED = "settled"
    DEDUCTED = "deducted"
    ACQUITTED = "acquitted"
    TURNED = "turned"

    @property
    def decided(self) -> bool:
        """Whether one decided outcome took another's place."""
        return self in (Move.DEDUCTED, Move.ACQUITTED, Move.TURNED)


def move(before: Outcome, after: Outcome) -> Move:
    """How a verdict moved."""
    if before is after or (before in LEFT_OPEN and after in LEFT_OPEN):
        return Move.SAME
    if after in LEFT_OPEN:
        return Move.OPENED
    if after is Outcome.FAIL:
        return Move.DEDUCTED
    if before in LEFT_OPEN:
        return Move.SETTLED
    return Move.ACQUITTED if before is Outcome.FAIL else Move.TURNED


@dataclass(slots=True)
class Moves:
    """How verdicts moved; those that neither telling could measure are left out."""

    kinds: Counter[Move] = field(default_factory=Counter)

    def count(self, before: Outcome, after: Outcome) -> None:
        """Count one verdict."""
        if before is after is Outcome.NOT_MEASURABLE:
            return
        self.kinds[move(before, after)] += 1

    def add(self, other: Moves) -> None:
        """Count another's verdicts, too."""
        self.kinds.update(other.kinds)

    @property
    def total(self) -> int:
        """Verdicts in all."""
        return self.kinds.total()

    @property
    def changed(self) -> Share:
        """Those that moved at all."""
        return Share(self.total - self.kinds[Move.SAME], self.total)

    @property
    def to_wrong(self) -> Share:
        """Those decided otherwise, or made a failure, when the first telling is taken for right."""
        return Share(sum(number for kind, number in self.kinds.items() if kind.decided), self.total)

    def document(self) -> dict[str, object]:
        """For JSON."""
        return {
            "verdicts": self.total,
            "changed": self.changed.document(),
            "to_wrong": self.to_wrong.document(),
            **{str(kind): self.kinds[kind] for kind in Move},
        }


@dataclass(slots=True)
class Drift:
    """How verdicts moved against the right ones: what was right before, and what is right after.

    Attributes:
        stayed: As they were.
        to_right: Another outcome, the right one.
        to_open: Left open now.
        to_wrong: Another outcome, decided and not the right one.
        deducted: Of those, failures where none is right.
    """

    stayed: int = 0
    to_right: int = 0
    to_open: int = 0
    to_wrong: int = 0
    deducted: int = 0

    def count(self, right: Outcome, before: Outcome, after: Outcome) -> None:
        """Count one verdict."""
        if before is after:
            self.stayed += 1
        elif after is right:
            self.to_right += 1
        elif after in LEFT_OPEN:
            self.to_open += 1
        else:
            self.to_wrong += 1
            self.deducted += after is Outcome.FAIL

    @property
    def total(self) -> int:
        """Verdicts in all."""
        return self.stayed + self.to_right + self.to_open + self.to_wrong

    def document(self) -> dict[str, object]:
        """For JSON."""
        return {
            "verdicts": self.total,
            **{name: getattr(self, name) for name in self.__dataclass_fields__},
        }


def together(parts: Iterable[Verdicts]) -> Verdicts:
    """The verdicts of several counts."""
    whole = Verdicts()
    for part in parts:
        whole.add(part)
    return whole


def percentile(values: Iterable[float], share: float) -> float:
    """The value that a share (0-1) of the values does not exceed: the nearest rank, never between two."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    rank = max(1, -(-round(share * 1e9) * len(ordered) // 10**9))
    return ordered[min(rank, len(ordered)) - 1]


def moved(moves: Moves) -> Iterator[object]:
    """The cells of a table's row: how many, and how many moved which way."""
    yield moves.total
    yield moves.changed.hits
    for kind in (Move.OPENED, Move.SETTLED, Move.DEDUCTED, Move.ACQUITTED, Move.TURNED):
        yield moves.kinds[kind] or ""
