"""``head``: a classifier trained from the phrase bank says that a party does something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, ClassVar

from qa.domain.call import Role
from qa.domain.detectors.base import Answer, Case, Finding, Marks, Semantics
from qa.domain.detectors.meaning import MAYBE, NEVER, NO_ENCODER, Rating, look, surely
from qa.domain.detectors.semantic import Semantic
from qa.domain.detectors.window import WHOLE_CALL, Window, resolve
from qa.domain.transcript import Span
from qa.domain.wording import Reason


@dataclass(frozen=True, slots=True)
class Head:
    """Looks for a sentence that a trained head knows. For where the rules find nothing.

    Attributes:
        name: The head's.
        speaker: Whose words are searched; ``None`` for anybody's.
    """

    learned: ClassVar[bool] = True

    name: str
    speaker: Role | None = Role.AGENT
    within: Window = WHOLE_CALL

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """Yes with the sentences that it is sure of, unsure with those that may be meant."""
        semantics = case.semantics
        if semantics is None:
            return NO_ENCODER
        marks = semantics.marks(self.name)
        if marks is None:
            reason = Reason("missing.head", {"name": self.name})
            return Finding(Answer.MISSING, reason, learned=True)
        span = resolve(self.within, case, self.speaker, anchor)
        return look(case, self.speaker, span, lambda said: self._rated(semantics, marks, said))

    def _rated(self, semantics: Semantics, marks: Marks, said: Sequence[str]) -> list[Rating]:
        return [_rating(marks, sure) for sure in semantics.ratings(self.name, said)]


def asks_encoder(rule: Any) -> bool:
    """Whether a rubric, a criterion or a detector asks for what sentences mean."""
    if isinstance(rule, tuple):
        return any(map(asks_encoder, rule))
    if isinstance(rule, Head | Semantic):
        return True
    return is_dataclass(rule) and any(
        asks_encoder(getattr(rule, each.name)) for each in fields(rule)
    )


def _rating(marks: Marks, sure: float) -> Rating:
    if sure >= marks.sure:
        return surely(sure, marks.sure)
    return MAYBE if sure >= marks.maybe else NEVER
