"""``company_name``: the agent says the company's name, as the site's settings give it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.domain.call import Role
from qa.domain.detectors import heard
from qa.domain.detectors.base import Answer, Case, Finding, Phonetics
from qa.domain.detectors.matching import Match
from qa.domain.detectors.text import Stream, tokens_of
from qa.domain.detectors.window import WHOLE_CALL, Window, resolve
from qa.domain.transcript import Span
from qa.domain.wording import Reason

ALIKE = 0.8
"""Likeness from which what was heard is the name."""

NEARLY_ALIKE = 0.7
"""Likeness from which it may have been the name, for a person to settle."""

EXTRA_TOKENS = 2
"""A recogniser may split a name into this many more words than it has."""


@dataclass(frozen=True, slots=True)
class CompanyName:
    """Looks for any of the company's names, by sound."""

    speaker: Role = Role.AGENT
    within: Window = WHOLE_CALL

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """Yes with the sentence, unsure of a near miss, missing where no name is set."""
        if not case.company_names:
            return Finding(Answer.MISSING, Reason("missing.company_names"))
        span = resolve(self.within, case, self.speaker, anchor)
        best = best_name(case.streams[self.speaker], case.company_names, case.phonetics, span)
        if best is not None and best.quality >= ALIKE:
            return heard.found(case, self.speaker, [(self.speaker, best)], "found.company_name")
        nothing = heard.absent(case, self.speaker, span, "absent.company_name")
        if best is not None and best.quality >= NEARLY_ALIKE:
            near = heard.clip(case.streams[self.speaker], self.speaker, best)
            return Finding(
                Answer.UNSURE,
                Reason("unsure.company_name"),
                evidence=(near,),
                searched=nothing.searched,
            )
        if _named(case, case.streams[Role.UNKNOWN], span) or self._torn(case, span):
            return Finding(Answer.UNSURE, Reason("unsure.speaker"), searched=nothing.searched)
        return nothing

    def _torn(self, case: Case, span: Span) -> bool:
        """Whether the name stands where the voice changes without a pause, divided between the two."""
        return any(
            self.speaker in seam.speakers
            and _named(case, seam.whole, span)
            and not any(_named(case, part, span) for part in seam.parts)
            for seam in case.seams
        )


def _named(case: Case, stream: Stream, span: Span) -> bool:
    best = best_name(stream, case.company_names, case.phonetics, span)
    return best is not None and best.quality >= ALIKE


def best_name(
    stream: Stream, names: Sequence[str], phonetics: Phonetics, span: Span | None = None
) -> Match | None:
    """The words of a stream that sound most like one of some names; ``quality`` is the likeness.

    Args:
        stream: The words.
        names: The names.
        phonetics: How they sound.
        span: Where to look; ``None`` for everywhere.
    """
    best: Match | None = None
    places = range(len(stream.tokens)) if span is None else heard.places(stream, span)
    for name in names:
        wanted = tokens_of(name)
        for first in places:
            token = stream.tokens[first]
            for length in range(max(1, len(wanted) - 1), len(wanted) + EXTRA_TOKENS + 1):
                end = first + length
                if end > len(stream.tokens) or stream.tokens[end - 1].run != token.run:
                    break
                spoken = "".join(stream.texts[first:end])
                quality = phonetics.likeness(spoken, "".join(wanted))
                if best is None or quality > best.quality:
                    best = Match(first, end - 1, quality)
                    if quality == 1.0:
                        return best
    return best
