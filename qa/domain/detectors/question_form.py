"""The forms of questions, and one question where it was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qa.domain.detectors.matching import Match

Form = Literal["any", "open", "closed", "confirmation"]
FORMS: tuple[Form, ...] = ("any", "open", "closed", "confirmation")
OPEN: Form = "open"
CLOSED: Form = "closed"
CONFIRMATION: Form = "confirmation"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: the tokens that ask, from and to, the one that gives it away, and how sure that is, 0-1."""

    first: int
    last: int
    core: int
    forms: tuple[Form, ...]
    quality: float

    @property
    def match(self) -> Match:
        """The tokens that ask."""
        return Match(self.first, self.last, self.quality)

    def joined(self, other: Asked) -> Asked:
        """Two signs of one question as one."""
        surest = max(self, other, key=lambda one: one.quality)
        return Asked(
            min(self.first, other.first),
            max(self.last, other.last),
            surest.core,
            tuple(dict.fromkeys((*self.forms, *other.forms))),
            surest.quality,
        )
