"""Where patterns stand in a stream of words: by the very words, or by how they sound."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from qa.domain.detectors.base import Phonetics
from qa.domain.detectors.pattern import GAP, NEAR_FROM, Pattern, Reading, Run
from qa.domain.detectors.text import Heard, Stream

DEFAULT_GAP = 20
"""Tokens that ``*`` may stand for."""

SOUND_QUALITY = 0.9
"""Match quality of words that sound like the phrase and are written otherwise."""

NEAR_QUALITY = 0.75
"""Match quality of a phrase with one word that neither is nor sounds like the phrase's."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern stands in a stream: its first and last token, and how well it fits, 0-1."""

    first: int
    last: int
    quality: float

    def overlaps(self, other: Match) -> bool:
        """Whether two matches share a token."""
        return self.first <= other.last and other.first <= self.last


class _State(NamedTuple):
    """A match under way.

    Attributes:
        at: The next token to read.
        stretch: Tokens matched since the last gap.
        exact: Those of them that are the phrase's very words.
        strayed: Whether one of them neither is nor sounds like the phrase's.
    """

    at: int
    quality: float = 1.0
    stretch: int = 0
    exact: int = 0
    strayed: bool = False

    @property
    def settled(self) -> bool:
        """Whether the stretch may end here.

        A short one bears no stray word, and half of any must be the very words: a syllable alone
        sounds like dozens of others.
        """
        return 2 * self.exact >= self.stretch and (not self.strayed or self.stretch >= NEAR_FROM)


def matches(
    patterns: Sequence[Pattern],
    stream: Stream,
    *,
    sounds: Phonetics | None,
    gap: int = DEFAULT_GAP,
    starts: Sequence[int] | None = None,
) -> list[Match]:
    """Every place where a pattern stands, in order, the best match of each first token.

    Args:
        patterns: What is looked for.
        stream: Where.
        sounds: To take homophones for the phrase; ``None`` for its very words.
        gap: Tokens that ``*`` may stand for.
        starts: Tokens that a match may begin with; ``None`` for all. The search costs what they cost.
    """
    best: dict[int, Match] = {}
    heard = stream.heard_by(sounds)
    part = starts is not None and len(starts) < len(heard.tokens)
    places = _places(heard.tokens, starts) if starts is not None and part else heard.places
    for pattern in patterns:
        reading = pattern.read_by(sounds)
        heads = reading.seconds.keys() & places.keys()
        if not heads:
            continue
        search = _Search(pattern, reading, stream, heard, sounds is not None, gap)
        for match in search.matches(chain.from_iterable(places[head] for head in heads)):
            known = best.get(match.first)
            if known is None or match.quality > known.quality:
                best[match.first] = match
    return [best[first] for first in sorted(best)]


def _places(heard: Sequence[str], among: Iterable[int]) -> Mapping[str, Sequence[int]]:
    """Where each token stands among some places."""
    places: dict[str, list[int]] = {}
    for place in among:
        places.setdefault(heard[place], []).append(place)
    return places


@dataclass(frozen=True, slots=True)
class _Search:
    """One pattern looked for in one stream.

    Attributes:
        heard: What the tokens are compared by.
    """

    pattern: Pattern
    reading: Reading
    stream: Stream
    heard: Heard
    by_sound: bool
    gap: int

    def matches(self, firsts: Iterable[int]) -> Iterator[Match]:
        """The best match from each of some places."""
        for first in firsts:
            if not self._may_go_on(first):
                continue
            if self.pattern.opens and not self.stream.opens_sentence(first):
                continue
            best = max(
                (Match(first, end.at - 1, end.quality) for end in self._read(first)),
                key=lambda match: (match.quality, -match.last),
                default=None,
            )
            if best is not None:
                yield best

    def _read(self, first: int) -> Collection[_State]:
        """The states after the whole pattern has been read from ``first`` on.

        Part by part with every state once, so that many optional words cost no more than their number.
        """
        states: Collection[_State] = (_State(first),)
        for part, choice in enumerate(self.pattern.parts):
            read = self._gap if choice is GAP else self._choice
            states = {after for state in states for after in read(part, state)}
            if not states:
                break
        return [state for state in states if state.settled and self._closes(state.at - 1)]

    def _gap(self, part: int, state: _State) -> Iterator[_State]:
        """The states after any words of the same sentence."""
        if not state.settled:
            return
        last = part + 1 == len(self.pattern.parts)
        wanted = None if last else self.reading.onward[part + 1]
        for at in self._across(state.at, ends=last):
            if wanted is None or self._sound(at) in wanted:
                yield _State(at, state.quality)

    def _choice(self, part: int, state: _State) -> Iterator[_State]:
        """The states after one of a choice's runs, or after none where it is optional."""
        bears = self.by_sound and self.pattern.bears[part]
        runs = self.reading.by_first[part].get(self._sound(state.at), ())
        if bears and state.stretch and not state.strayed:
            beside = self.reading.by_second[part]
            # Whatever one token strays from, the state is the same.
            runs = (*runs, *beside.get(self._sound(state.at + 1), ()), *beside.get("", ())[:1])
        for run in runs:
            said = self._say(run, state, bears=bears)
            if said is not None:
                yield said
        if not all(self.pattern.parts[part]):
            yield state

    def _sound(self, at: int) -> str:
        """What the token at a place is compared by; nothing at the end of the stream."""
        return self.heard.tokens[at] if at < len(self.heard.tokens) else ""

    def _may_go_on(self, first: int) -> bool:
        """A quick look, before anything is read, at what can follow a first token."""
        seconds = self.reading.seconds[self.heard.tokens[first]]
        if seconds is not None and self._sound(first + 1) not in seconds:
            # The second may stray where the third is right.
            strays = self.by_sound and self.pattern.bears[0]
            if not strays or self._sound(first + 2) not in self.reading.thirds:
                return False
        return self._may_cross(first)

    def _may_cross(self, first: int) -> bool:
        """Whether what must follow a gap is in the sentence of a first token, if that goes on so far."""
        if not self.reading.beyond:
            return True
        number = self.stream.tokens[first].sentence
        if first + self.reading.reach > self.stream.sentences[number][1]:
            return True
        said = self.heard.sentences[number]
        return not any(said.isdisjoint(one) for one in self.reading.beyond)

    def _across(self, at: int, *, ends: bool) -> Iterator[int]:
        """Where reading may go on after a gap: within the sentence of the token before it.

        ``ends`` says that nothing is left to read, so that the sentence may end with the gap.
        """
        tokens = self.stream.tokens
        for onward in range(at, min(at + self.gap, len(tokens)) + 1):
            inside = onward < len(tokens) and tokens[onward].sentence == tokens[at - 1].sentence
            if inside or ends:
                yield onward
            if not inside:
                return

    def _say(self, run: Run, state: _State, *, bears: bool) -> _State | None:
        """The state after a run of tokens, ``None`` where they are not said.

        ``bears`` says that one of them may neither be nor sound like the phrase's.
        """
        at, quality, stretch, exact, strayed = state
        texts, heard, parted = self.stream.texts, self.heard.tokens, self.stream.parted
        if at + len(run[0]) > len(texts):
            return None
        for wanted, sound in zip(*run, strict=True):
            if stretch and at in parted:
                return None
            if texts[at] == wanted:
                exact += 1
            elif self.by_sound and heard[at] == sound:
                quality = min(quality, SOUND_QUALITY)
            elif bears and stretch and not strayed:
                quality, strayed = min(quality, NEAR_QUALITY), True
            else:
                return None
            at += 1
            stretch += 1
        return _State(at, quality, stretch, exact, strayed)

    def _closes(self, last: int) -> bool:
        closes = self.pattern.closes
        if not closes:
            return True
        if not self.stream.closes_sentence(last):
            return False
        return closes == "$" or self.stream.tokens[last].sentence in self.stream.asking
