"""``signal`` of kind ``rate`` or ``talk_share``: how fast a party speaks, and how much of the time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qa.domain.call import Role
from qa.domain.detectors import heard
from qa.domain.detectors.base import Answer, Case, Certainty, Finding
from qa.domain.detectors.text import is_han
from qa.domain.scorecard import Evidence, Searched
from qa.domain.transcript import Span
from qa.domain.wording import Param, Reason

Figure = Literal["rate", "talk_share"]
FIGURES: tuple[Figure, ...] = ("rate", "talk_share")

ENOUGH_S = 10.0
"""Speech of a party from which its pace can be told."""

MARGIN = 0.05
"""Part of a limit within which a measured pace may be on either side: words are recognised no better than that."""

SHARE_MARGIN = 0.02
"""Part of the speaking time by which the edges of speech are uncertain."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit in the unit of each language: characters (zh) or words (en) a minute; a share is one in both."""

    zh: float
    en: float


@dataclass(frozen=True, slots=True)
class Pace:
    """Compares a figure of one party with limits; it is of the whole call.

    Attributes:
        kind: ``rate`` (characters or words a minute of own speaking time) or ``talk_share`` (0-1).
        at_least: The smallest figure that counts.
        at_most: The largest figure that counts.
    """

    kind: Figure
    by: Role = Role.AGENT
    at_least: Limit | None = None
    at_most: Limit | None = None

    def find(self, case: Case, anchor: Span | None = None) -> Finding:  # noqa: ARG002 - the whole call counts
        """Yes or no with the party's longest turn; missing where nothing was measured."""
        if not case.signals.measured:
            return Finding(Answer.MISSING, Reason("missing.signals"))
        figures = case.signals.speech_rate if self.kind == "rate" else case.signals.talk_share
        if self.by not in figures:
            return Finding(Answer.MISSING, Reason("missing.figure", {"speaker": self.by}))
        figure = figures[self.by]
        spoken_s = sum(span.duration_s for span in case.signals.activity.get(self.by, ()))
        if (
            spoken_s < ENOUGH_S
            or len({self._holds(case, one) for one in self._near(case, figure)}) > 1
        ):
            return Finding(Answer.UNSURE, Reason("unsure.figure", {"speaker": self.by}))
        return Finding(
            Answer.YES if self._holds(case, figure) else Answer.NO,
            self._reason(case, figure),
            self._certainty(case),
            self._clip(case),
            Searched(0.0, case.signals.duration_s, self.by),
        )

    def _near(self, case: Case, figure: float) -> tuple[float, ...]:
        """The figure with what it may be out by; speech of nobody knows whom may be this party's."""
        if self.kind == "rate":
            return figure * (1 - MARGIN), figure, figure * (1 + MARGIN)
        strange = case.signals.talk_share.get(Role.UNKNOWN, 0.0)
        return figure - SHARE_MARGIN, figure, figure + SHARE_MARGIN + strange

    def _holds(self, case: Case, figure: float) -> bool:
        language = _language(case, self.by)
        low = None if self.at_least is None else getattr(self.at_least, language)
        high = None if self.at_most is None else getattr(self.at_most, language)
        return (low is None or figure >= low) and (high is None or figure <= high)

    def _reason(self, case: Case, figure: float) -> Reason:
        params: dict[str, Param] = {"speaker": self.by}
        if self.kind == "talk_share":
            return Reason("found.talk_share", {**params, "percent": round(100 * figure)})
        unit = _language(case, self.by)
        return Reason("found.rate", {**params, "value": round(figure), "unit": unit})

    def _certainty(self, case: Case) -> Certainty:
        if self.kind == "talk_share":
            return Certainty(role=case.role_certainty)
        # Words that were not recognised make a party slower than it is.
        whole = Span(0.0, case.signals.duration_s)
        return heard.absent(case, self.by, whole, "absent.phrase").certainty

    def _clip(self, case: Case) -> tuple[Evidence, ...]:
        turns = case.transcript.of(self.by)
        if not turns:
            return ()
        longest = max(turns, key=lambda turn: turn.span.duration_s)
        return (Evidence(longest.start_s, longest.end_s, self.by, longest.text),)


def _language(case: Case, by: Role) -> str:
    """The language that most of a party's time goes to, in whose unit its pace is."""
    spoken_s = {"zh": 0.0, "en": 0.0}
    for token in case.streams[by].tokens:
        if is_han(token.text) or token.text.isalpha():
            spoken_s["zh" if is_han(token.text) else "en"] += token.end_s - token.start_s
    return max(spoken_s, key=lambda language: spoken_s[language])
