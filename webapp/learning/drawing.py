"""How much a head finds before and after, as marks on one line."""

from __future__ import annotations

from dataclasses import dataclass

from qa.domain.lesson import Compared
from qa.statistics.proportions import Interval, Share, wilson


@dataclass(frozen=True, slots=True)
class Pair:
    """Two shares of the same sentences, percent of the width.

    Attributes:
        low: Where the interval of the second begins; ``width`` wide.
    """

    before: float
    after: float
    low: float
    width: float
    interval: Interval


def pair(compared: Compared) -> Pair | None:
    """The marks of what is found of the sentences that do it; ``None`` where there are none."""
    n = compared.positives
    if not n:
        return None
    bounds = wilson(Share(compared.after.hits, n))
    return Pair(
        before=round(100 * compared.before.hits / n, 2),
        after=round(100 * compared.after.hits / n, 2),
        low=round(100 * bounds.low, 2),
        width=round(100 * (bounds.high - bounds.low), 2),
        interval=bounds,
    )
