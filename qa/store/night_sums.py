"""The calls of a night added up, one by one, as the store hands them out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from qa.ports.nights import UNSURE, NightFigures
from qa.statistics.means import ScoreSum
from qa.store.heard import confidence, silence


class Sums:
    """Sums over calls, filled one by one."""

    def __init__(self) -> None:
        self._n = self._critical = self._heard = self._unsure = 0
        self._rubric = ""
        self._scores: list[float] = []
        self._confidence: list[float] = []
        self._silence: list[float] = []
        self._languages: dict[str, int] = {}

    def add(self, row: Row[Any]) -> None:
        """Count one call in."""
        self._n += 1
        self._rubric = row.rubric_id
        self._critical += bool(row.critical_failed)
        self._languages[row.language] = self._languages.get(row.language, 0) + 1
        if row.score is not None:
            self._scores.append(row.score)
        sure = confidence(row.turns)
        if sure is not None:
            self._heard += 1
            self._unsure += sure < UNSURE
            self._confidence.append(100 * sure)
        silent = silence(row.signals)
        if silent is not None:
            self._silence.append(100 * silent)

    @property
    def figures(self) -> NightFigures:
        """What they add up to."""
        return NightFigures(
            rubric_id=self._rubric,
            calls=self._n,
            scores=_sum(self._scores),
            critical=self._critical,
            heard=self._heard,
            unsure=self._unsure,
            confidence=_sum(self._confidence),
            silence=_sum(self._silence),
            languages=self._languages,
        )


def _sum(values: Sequence[float]) -> ScoreSum:
    return ScoreSum(len(values), sum(values), sum(value**2 for value in values))
