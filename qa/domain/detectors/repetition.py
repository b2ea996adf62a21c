"""``repetition``: a party says the same thing again and again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil

from qa.domain.call import Role
from qa.domain.detectors import heard
from qa.domain.detectors.backchannel import is_backchannel
from qa.domain.detectors.base import Case, Finding
from qa.domain.detectors.matching import Match, matches
from qa.domain.detectors.phrases import NO_PHRASES, Phrases
from qa.domain.detectors.text import Stream, is_han
from qa.domain.detectors.window import WHOLE_CALL, Window, resolve
from qa.domain.transcript import Span
from qa.domain.wording import Reason

SHARED = 0.6
"""Part of the different words of two sentences that both have, before they may be the same."""

ALIKE = 0.8
"""Likeness in the order of the words from which two sentences are the same said again."""

SHORTEST_ZH = 6
"""Characters of a sentence that counts; 好的没问题 is a habit and no repetition."""

SHORTEST_EN = 4
"""Words of a sentence that counts."""

LONGEST = 60
"""Tokens of a sentence that are compared: the rest of a long one tells no more."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence that may be said again: its place in its stream and its words."""

    first: int
    last: int
    tokens: tuple[str, ...]
    words: frozenset[str]
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repetition:
    """Looks for sentences of one party that are alike, by the words that they share and their order.

    Attributes:
        speaker: Whose words are searched; ``None`` for anybody's, each compared with their own.
        times: How often the same is said, the first time included.
        exceptions: A sentence with one of these in it does not count.
    """

    speaker: Role | None = Role.AGENT
    times: int = 3
    exceptions: Phrases = NO_PHRASES
    within: Window = WHOLE_CALL

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """Yes with every time it is said, no with the window searched."""
        span = resolve(self.within, case, self.speaker, anchor)
        repeated = [
            (who, Match(one.first, one.last, likeness))
            for who, stream in heard.streams(case, self.speaker).items()
            for one, likeness in self._most_repeated(stream, span)
        ]
        if not repeated:
            return heard.absent(case, self.speaker, span, "absent.repetition")
        finding = heard.found(case, self.speaker, repeated, "found.repetition")
        params = {**finding.reason.params, "count": len(repeated)}
        least = min(match.quality for _, match in repeated)
        return replace(
            finding,
            reason=Reason(finding.reason.code, params),
            certainty=replace(finding.certainty, detector=least),
        )

    def _most_repeated(self, stream: Stream, span: Span) -> list[tuple[_Sentence, float]]:
        """The sentences that are alike, with their likeness to one of them, where they are enough."""
        sentences = self._sentences(stream, span)
        groups = _groups(sentences)
        best = max(groups, key=len, default=[])
        return best if len(best) >= self.times else []

    def _sentences(self, stream: Stream, span: Span) -> list[_Sentence]:
        found = []
        for first, last in stream.sentences.values():
            texts = tuple(token.text for token in stream.tokens[first : last + 1][:LONGEST])
            chinese = sum(map(is_han, texts))
            enough = SHORTEST_ZH if 2 * chinese > len(texts) else SHORTEST_EN
            if (
                len(texts) >= enough
                and heard.inside(stream.tokens[first], span)
                and not is_backchannel(texts)
                and not self._excepted(stream, first, last)
            ):
                numbers = tuple(text for text in texts if text[0].isdigit())
                found.append(_Sentence(first, last, texts, frozenset(texts), numbers))
        return found

    def _excepted(self, stream: Stream, first: int, last: int) -> bool:
        return bool(self.exceptions) and bool(
            matches(self.exceptions, stream, sounds=None, starts=range(first, last + 1))
        )


def _groups(sentences: Sequence[_Sentence]) -> Iterable[list[tuple[_Sentence, float]]]:
    """For each sentence, all that are like it, itself included.

    Two sets can only share ``SHARED`` of their words where one of the rarest words of each is among the
    other's rarest (prefix filtering: S. Chaudhuri, V. Ganti, R. Kaushik, ICDE 2006), so few pairs are
    compared in full.
    """
    commonness = Counter(word for one in sentences for word in one.words)
    rarest: dict[str, list[int]] = {}
    alike: list[list[tuple[_Sentence, float]]] = []
    for number, one in enumerate(sentences):
        ordered = sorted(one.words, key=lambda word: (commonness[word], word))
        prefix = ordered[: len(ordered) - ceil(SHARED * len(ordered)) + 1]
        candidates = {other for word in prefix for other in rarest.get(word, ())}
        alike.append([(one, 1.0)])
        for other in candidates:
            likeness = _likeness(one, sentences[other])
            if likeness >= ALIKE:
                alike[number].append((sentences[other], likeness))
                alike[other].append((one, likeness))
        for word in prefix:
            rarest.setdefault(word, []).append(number)
    return alike


def _likeness(one: _Sentence, other: _Sentence) -> float:
    """How alike two sentences are, 0-1; sentences that give different numbers are different."""
    shared = len(one.words & other.words)
    if one.numbers != other.numbers or shared < SHARED * len(one.words | other.words):
        return 0.0
    if one.tokens == other.tokens:
        return 1.0
    common = _longest_common(one.tokens, other.tokens)
    return 2 * common / (len(one.tokens) + len(other.tokens))


def _longest_common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many tokens two sentences share in their order, other tokens between them.

    Bit by bit: H. Hyyrö, Bit-parallel LCS-length computation revisited, AWOCA 2004.
    """
    where: dict[str, int] = {}
    for place, token in enumerate(one):
        where[token] = where.get(token, 0) | 1 << place
    row = full = (1 << len(one)) - 1
    for token in other:
        hit = row & where.get(token, 0)
        row = ((row + hit) | (row - hit)) & full
    return len(one) - row.bit_count()
