"""``privacy_readout``: the agent reads out a whole card number or identity number.

What the digits are is told by their number, their check digit and what is said around them; an order, a tracking
or a phone number is none. The proof never repeats the number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.domain.attribution import joined
from qa.domain.call import Role
from qa.domain.detectors import heard
from qa.domain.detectors.base import Answer, Case, Finding
from qa.domain.detectors.clauses import Around
from qa.domain.detectors.matching import Match
from qa.domain.detectors.read_numbers import MAYBE, NUMBERS, Number, numbers_read
from qa.domain.detectors.text import Stream
from qa.domain.detectors.window import WHOLE_CALL, Window, resolve
from qa.domain.scorecard import Evidence
from qa.domain.transcript import Span
from qa.domain.wording import Reason

READ_S = 3.0
"""Nobody reads out a whole number faster."""

SHORTEST = 6
"""Digits of the shortest number that may not be read out."""

HIDDEN = "••••"
"""What a proof shows for the number."""


@dataclass(frozen=True, slots=True)
class PrivacyReadout:
    """Looks for whole numbers in the agent's own words as they were recognised.

    Attributes:
        numbers: Which may not be read out.
    """

    numbers: tuple[Number, ...] = NUMBERS
    within: Window = WHOLE_CALL

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """Yes with the sentence, unsure of a number that may be one, no with the window searched."""
        span = resolve(self.within, case, Role.AGENT, anchor)
        read = self._in(case.streams[Role.AGENT], span)
        sure = [match for match in read if match.quality > MAYBE]
        if sure:
            hits = [(Role.AGENT, match) for match in sure]
            finding = heard.found(case, Role.AGENT, hits, "found.privacy_readout")
            clips = _clips(case.streams[Role.AGENT], Role.AGENT, sure)
            return replace(finding, evidence=clips)
        nothing = heard.absent(case, Role.AGENT, span, "absent.privacy_readout", takes_s=READ_S)
        stray = self._in(case.streams[Role.UNKNOWN], span)
        for who, doubtful, code in (
            (Role.AGENT, read, "unsure.privacy_readout"),
            (Role.UNKNOWN, stray, "unsure.speaker"),
        ):
            if doubtful:
                return Finding(
                    Answer.UNSURE,
                    Reason(code),
                    evidence=_clips(case.streams[who], who, doubtful),
                    searched=nothing.searched,
                )
        return nothing

    def _in(self, stream: Stream, span: Span) -> list[Match]:
        inner = frozenset(heard.places(stream, span))
        found = numbers_read(Around(stream, {}), inner, SHORTEST)
        rated = [Match(one.first, one.last, one.quality(self.numbers)) for one in found]
        return [match for match in rated if match.quality > 0]


def _clips(stream: Stream, who: Role, found: Sequence[Match]) -> tuple[Evidence, ...]:
    return tuple(_hidden(stream, who, match) for match in found[: heard.EVIDENCE_LIMIT])


def _hidden(stream: Stream, who: Role, match: Match) -> Evidence:
    """The clip of a number with its sentence as the quote, and the number left out."""
    span = heard.timed(stream, match)
    first, last = match.first, match.last
    opens, _ = stream.sentences[stream.tokens[first].sentence]
    _, closes = stream.sentences[stream.tokens[last].sentence]
    before = joined(stream.words[stream.tokens[opens].word : stream.tokens[first].word])
    after = joined(stream.words[stream.tokens[last].word + 1 : stream.tokens[closes].word + 1])
    quote = " ".join(filter(None, (before, HIDDEN, after)))
    return Evidence(span.start_s, span.end_s, who, quote)
