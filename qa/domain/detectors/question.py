"""``question``: a party asks something, whether or not the recogniser wrote a question mark.

Open questions ask what, how, why, which, when, where, who or how much; closed ones are answered yes or no, or
offer a choice; a confirmation is a closed one that asks whether something said is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from qa.domain.call import Role
from qa.domain.detectors import heard, question_en, question_zh
from qa.domain.detectors.backchannel import is_backchannel
from qa.domain.detectors.base import Answer, Case, Finding
from qa.domain.detectors.clauses import Around, marked_sentences
from qa.domain.detectors.matching import DEFAULT_GAP, Match, matches
from qa.domain.detectors.phrases import NO_PHRASES, Phrases
from qa.domain.detectors.question_form import CLOSED, OPEN, Asked, Form
from qa.domain.detectors.text import Stream
from qa.domain.detectors.window import WHOLE_CALL, Window, resolve
from qa.domain.scorecard import Searched
from qa.domain.transcript import Span
from qa.domain.wording import Reason

SURE = 0.6
"""Quality below which words may be a question, for a person to settle."""

QUESTION_S = 0.8
"""Nobody asks anything faster."""

_MARK_ALONE = 0.85
"""Quality of a sentence that only its question mark makes a question."""


@dataclass(frozen=True, slots=True)
class Question:
    """Looks for questions of one form, or of any.

    Attributes:
        speaker: Whose words are searched; ``None`` for anybody's.
        form: ``confirmation`` questions are ``closed``, too.
        exceptions: A question that shares a word with one of these is none.
    """

    speaker: Role | None = Role.AGENT
    form: Form = "any"
    exceptions: Phrases = NO_PHRASES
    within: Window = WHOLE_CALL

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """Yes with the questions, unsure of what may be one, no with the window searched."""
        span = resolve(self.within, case, self.speaker, anchor)
        asked = [
            (who, one)
            for who, stream in heard.streams(case, self.speaker).items()
            for one in self._in(stream, span)
        ]
        sure = [(who, one.match) for who, one in asked if one.quality >= SURE]
        if sure:
            return heard.found(case, self.speaker, sure, "found.question")
        nothing = heard.absent(case, self.speaker, span, "absent.question", takes_s=QUESTION_S)
        if asked:
            return Finding(
                Answer.UNSURE,
                Reason("unsure.question"),
                evidence=tuple(
                    heard.clip(case.streams[who], who, one.match)
                    for who, one in asked[: heard.EVIDENCE_LIMIT]
                ),
                searched=nothing.searched,
            )
        if self.speaker is not None and self._by_whom(case, span):
            return _of_somebody(nothing.searched)
        return nothing

    def _by_whom(self, case: Case, span: Span) -> bool:
        """Whether somebody asks, and it is not clear that it is another."""
        return bool(self._in(case.streams[Role.UNKNOWN], span)) or any(
            self.speaker in seam.speakers
            and len(self._in(seam.whole, span)) > sum(len(self._in(p, span)) for p in seam.parts)
            for seam in case.seams
        )

    def _in(self, stream: Stream, span: Span) -> list[Asked]:
        """The questions of the form that begin in a window, in order."""
        places = heard.places(stream, span)
        found = [one for one in _asked(stream, places) if self.form in ("any", *one.forms)]
        if not found or not self.exceptions:
            return found
        barred = _barred(self.exceptions, stream, found)
        return [one for one in found if not any(map(one.match.overlaps, barred))]


def _of_somebody(searched: Searched | None) -> Finding:
    return Finding(Answer.UNSURE, Reason("unsure.speaker"), searched=searched)


def _barred(exceptions: Phrases, stream: Stream, found: Sequence[Asked]) -> list[Match]:
    reach = exceptions.longest(DEFAULT_GAP)
    near = range(max(0, found[0].first - reach), found[-1].last + 1)
    return matches(exceptions, stream, sounds=None, starts=near)


def _asked(stream: Stream, places: Sequence[int]) -> list[Asked]:
    """The questions among some tokens, the surest where they share words, in order; told once for each."""
    if not places:
        return []
    key = ("asked", places if isinstance(places, range) else tuple(places))
    return stream.once(key, lambda: _told(stream, places))


def _told(stream: Stream, places: Sequence[int]) -> list[Asked]:
    inner = frozenset(places)
    around = Around(stream, marked_sentences(stream))
    found = [*question_zh.asked(around, inner), *question_en.asked(around, inner)]
    told = {stream.tokens[one.core].sentence for one in found}
    found.extend(_by_mark(around, inner, told))
    return _formed(stream, _apart(found))


def _formed(stream: Stream, found: Sequence[Asked]) -> list[Asked]:
    """What is introduced as a question has the form of the one it introduces, or is open on its own."""
    formed = {stream.tokens[one.core].sentence for one in found if one.forms}
    return [
        one if one.forms else replace(one, forms=(OPEN,))
        for one in found
        if one.forms or stream.tokens[one.core].sentence not in formed
    ]


def _by_mark(around: Around, inner: frozenset[int], told: set[int]) -> Iterable[Asked]:
    """Sentences that nothing but a question mark makes questions."""
    for sentence, (first, last) in around.marked.items():
        tokens = around.stream.tokens[first : last + 1]
        if sentence in told or first not in inner or is_backchannel([t.text for t in tokens]):
            continue
        opens = any(token.text in question_en.WH for token in tokens)
        yield Asked(first, last, first, (OPEN,) if opens else (CLOSED,), _MARK_ALONE)


def _apart(found: Iterable[Asked]) -> list[Asked]:
    """One question for each place, with the forms of all that were seen there."""
    kept: list[Asked] = []
    for one in sorted(found, key=lambda each: (each.core, -each.quality)):
        if kept and one.core <= kept[-1].last and one.first <= kept[-1].core:
            kept[-1] = kept[-1].joined(one)
        else:
            kept.append(one)
    return kept
