"""``semantic``: a party says something of the same meaning as one of some examples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from qa.domain.call import Role
from qa.domain.detectors.base import Case, Finding, Semantics
from qa.domain.detectors.meaning import MAYBE, NEVER, NO_ENCODER, Rating, look, surely
from qa.domain.detectors.window import WHOLE_CALL, Window, resolve
from qa.domain.transcript import Span

MARGIN = 0.05
"""How much nearer than to any counter-example a sentence must be to an example; less is a hint only."""


@dataclass(frozen=True, slots=True)
class Semantic:
    """Looks for a sentence by what it means.

    Attributes:
        speaker: Whose words are searched; ``None`` for anybody's.
        like: Sentences of the meaning that is looked for, in either language.
        unlike: Sentences that are near them and mean something else.
        at_least: Likeness (cosine, 0-1) from which it is the same. Its scale is the encoder's own.
    """

    learned: ClassVar[bool] = True

    speaker: Role | None
    like: tuple[str, ...]
    unlike: tuple[str, ...] = ()
    at_least: float = 0.8
    within: Window = WHOLE_CALL

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """Yes with the sentences that are alike, unsure with those that nearly are."""
        semantics = case.semantics
        if semantics is None:
            return NO_ENCODER
        span = resolve(self.within, case, self.speaker, anchor)
        return look(case, self.speaker, span, lambda said: self._rated(semantics, said))

    def _rated(self, semantics: Semantics, said: Sequence[str]) -> list[Rating]:
        alike = semantics.likeness(said, self.like)
        other = semantics.likeness(said, self.unlike) if self.unlike else [-1.0] * len(said)
        return [self._rating(*pair) for pair in zip(alike, other, strict=True)]

    def _rating(self, alike: float, other: float) -> Rating:
        above = alike - self.at_least
        if above < -MARGIN or alike < other:
            return NEVER
        if above < 0 or alike - other < MARGIN:
            return MAYBE
        return surely(alike, self.at_least)
