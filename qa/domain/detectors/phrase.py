"""``phrase``: one of a list of phrases is said by a party in a part of the call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.domain.call import Role
from qa.domain.detectors import heard
from qa.domain.detectors.base import Answer, Case, Finding
from qa.domain.detectors.matching import DEFAULT_GAP, Match, each_match, matches
from qa.domain.detectors.pattern import Pattern
from qa.domain.detectors.phrases import NO_PHRASES, Phrases
from qa.domain.detectors.text import Stream
from qa.domain.detectors.window import WHOLE_CALL, Window, resolve
from qa.domain.transcript import Span
from qa.domain.wording import Reason

TOKEN_S = 0.25
"""Time to say one token quickly: a Chinese syllable or a short English word."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Looks for phrases of both languages, since callers mix them.

    Attributes:
        speaker: Whose words are searched; ``None`` for anybody's.
        patterns: What is looked for.
        exceptions: A match that shares a word with one of these is none.
        sounds_like: Whether homophones count; for what earns points, never for what costs them.
        gap: Tokens that ``*`` may stand for.
        lists: The patterns of each language, where more than one of a list must be said.
        need: How many different ones of one list must be said; 0 for all.
        takes_s: Seconds that it takes to say; a shorter stretch that was not understood does not hide it.
            ``None`` for the time of a middling pattern.
    """

    speaker: Role | None
    patterns: Phrases
    exceptions: Phrases = NO_PHRASES
    within: Window = WHOLE_CALL
    sounds_like: bool = False
    gap: int = DEFAULT_GAP
    lists: tuple[Phrases, ...] = ()
    need: int = 1
    takes_s: float | None = None

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """Yes with the sentences that hold a match, no with the window searched."""
        span = resolve(self.within, case, self.speaker, anchor)
        hits = [
            (who, match)
            for who, stream in heard.streams(case, self.speaker).items()
            for match in self._in(case, stream, span)
        ]
        if self.need != 1:
            short = self._short(case, span)
            if short is not None:
                return short
        if hits:
            return heard.found(case, self.speaker, hits, "found.phrase")
        takes_s = self.takes_s or TOKEN_S * self.patterns.middling
        nothing = heard.absent(case, self.speaker, span, "absent.phrase", takes_s=takes_s)
        if self.speaker is not None and (
            self._in(case, case.streams[Role.UNKNOWN], span) or self._torn(case, span)
        ):
            return Finding(Answer.UNSURE, Reason("unsure.speaker"), searched=nothing.searched)
        return nothing

    def _short(self, case: Case, span: Span) -> Finding | None:
        """No where too few different phrases are said; ``None`` where enough are.

        Not sure where both languages together have enough, or somebody unknown says what is wanting.
        """
        said = set().union(
            *(
                self._said(case, stream, span)
                for stream in heard.streams(case, self.speaker).values()
            )
        )
        wanted = [self.need or len(patterns) for patterns in self.lists]
        counts = [len(said.intersection(patterns)) for patterns in self.lists]
        if any(count >= least for count, least in zip(counts, wanted, strict=True)):
            return None
        params = {"count": max(counts), "needed": min(wanted)}
        takes_s = self.takes_s or heard.SHORTEST_S
        nothing = heard.absent(case, self.speaker, span, "absent.phrases", takes_s=takes_s)
        if nothing.reason.code == "absent.phrases":
            nothing = replace(nothing, reason=Reason("absent.phrases", params))
        strange = (
            set() if self.speaker is None else self._said(case, case.streams[Role.UNKNOWN], span)
        )
        for least, patterns in zip(wanted, self.lists, strict=True):
            if len((said | strange).intersection(patterns)) >= least:
                return Finding(Answer.UNSURE, Reason("unsure.speaker"), searched=nothing.searched)
        if len(said) >= min(wanted):
            return Finding(
                Answer.UNSURE, Reason("unsure.phrases", params), searched=nothing.searched
            )
        return nothing

    def _torn(self, case: Case, span: Span) -> bool:
        """Whether a match stands where the voice changes without a pause, divided between the two.

        On one mixed channel that is the diarizer's edge more often than two people's sentence.
        """
        return any(
            self.speaker in seam.speakers
            and len(self._in(case, seam.whole, span))
            > sum(len(self._in(case, part, span)) for part in seam.parts)
            for seam in case.seams
        )

    def _in(self, case: Case, stream: Stream, span: Span) -> list[Match]:
        """The matches in a window."""
        sounds = case.phonetics if self.sounds_like else None
        starts = heard.places(stream, span)
        hits = matches(self.patterns, stream, sounds=sounds, gap=self.gap, starts=starts)
        bars = self._near(stream, hits)
        return [hit for hit in hits if not any(_bars(stream, bar, hit) for bar in bars)]

    def _said(self, case: Case, stream: Stream, span: Span) -> set[Pattern]:
        """The patterns that stand in a window."""
        sounds = case.phonetics if self.sounds_like else None
        starts = heard.places(stream, span)
        said = each_match(self.patterns, stream, sounds=sounds, gap=self.gap, starts=starts)
        bars = self._near(stream, [hit for _, hit in said])
        return {
            pattern for pattern, hit in said if not any(_bars(stream, bar, hit) for bar in bars)
        }

    def _near(self, stream: Stream, hits: Sequence[Match]) -> list[Match]:
        """The exceptions that may share a word with some matches."""
        if not hits or not self.exceptions:
            return []
        reach = self.exceptions.longest(self.gap)
        near = range(
            max(0, min(hit.first for hit in hits) - reach), max(hit.last for hit in hits) + 1
        )
        return matches(
            self.exceptions, stream, sounds=None, gap=self.gap, starts=near, farthest=True
        )


def _bars(stream: Stream, exception: Match, hit: Match) -> bool:
    """Whether an exception makes a match none: one across two sentences only a match that is so, too."""
    return hit.overlaps(exception) and (
        _in_one_sentence(stream, exception) or not _in_one_sentence(stream, hit)
    )


def _in_one_sentence(stream: Stream, match: Match) -> bool:
    return stream.tokens[match.first].sentence == stream.tokens[match.last].sentence
