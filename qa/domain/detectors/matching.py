"""Where patterns stand in a stream of words: by the very words, or by how they sound."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple, cast

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
    farthest: bool = False,
) -> list[Match]:
    """Every place where a pattern stands, in order, the best match of each first token.

    Args:
        patterns: What is looked for.
        stream: Where.
        sounds: To take homophones for the phrase; ``None`` for its very words.
        gap: Tokens that ``*`` may stand for.
        starts: Tokens that a match may begin with; ``None`` for all. The search costs what they cost.
        farthest: Of the patterns that match from one token, to take the one that reaches farthest.
    """
    heard = stream.heard_by(sounds)
    key = (id(patterns), sounds, gap, farthest)
    searched, known = stream.found.get(key, (None, None))
    if searched is not patterns:
        if starts is not None and len(starts) < len(heard.tokens):
            places = _places(heard.tokens, starts)
            look = _Look(stream, heard, sounds, gap, farthest, places)
            return _found(patterns, look)
        known = _found(patterns, _Look(stream, heard, sounds, gap, farthest, None))
        if isinstance(patterns, tuple):
            # A list that several criteria use is looked for once. It is kept, so that its id stays its own.
            stream.found[key] = (patterns, known)
    everywhere = cast("list[Match]", known)
    if starts is None:
        return list(everywhere)
    within = frozenset(starts)
    return [match for match in everywhere if match.first in within]


class _Look(NamedTuple):
    """Where and how a list of patterns is looked for; ``places`` is ``None`` for all of the stream."""

    stream: Stream
    heard: Heard
    sounds: Phonetics | None
    gap: int
    farthest: bool
    places: Mapping[str, Sequence[int]] | None


def _found(patterns: Sequence[Pattern], look: _Look) -> list[Match]:
    """What ``matches`` says."""
    stream, heard, sounds, gap, farthest, places = look
    best: dict[int, Match] = {}
    among = heard.places if places is None else places
    for pattern in patterns:
        reading = pattern.read_by(sounds)
        if any(one.isdisjoint(heard.known) for one in reading.needed):
            continue
        heads = reading.seconds.keys() & among.keys()
        if not heads:
            continue
        strays = sounds is not None and pattern.bears[0]
        firsts = chain.from_iterable(
            _firsts(head, reading.seconds[head], heard)
            if places is None and not strays
            else among[head]
            for head in heads
        )
        search = _Search(pattern, reading, stream, heard, sounds is not None, gap)
        for match in search.matches(firsts):
            known = best.get(match.first)
            if known is None or (
                match.last > known.last if farthest else match.quality > known.quality
            ):
                best[match.first] = match
    return [best[first] for first in sorted(best)]


def _firsts(head: str, seconds: frozenset[str] | None, heard: Heard) -> Iterable[int]:
    """Where a first token stands that one of those follows which may."""
    places = heard.places[head]
    if seconds is None or len(seconds) >= len(places):
        return places
    pairs = heard.pairs
    return chain.from_iterable(pairs.get((head, second), ()) for second in seconds)


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
        said, seconds, thirds = self.heard.onward, self.reading.seconds, self.reading.thirds
        strays = self.by_sound and self.pattern.bears[0]
        crosses, opens = bool(self.reading.beyond), self.pattern.opens
        for first in firsts:
            # A quick look, before anything is read, at what can follow a first token.
            follow = seconds[said[first]]
            # The second may stray where the third is right.
            if (
                follow is not None
                and said[first + 1] not in follow
                and not (strays and said[first + 2] in thirds)
            ):
                continue
            if opens and not self.stream.opens_sentence(first):
                continue
            if crosses and not self._may_cross(first):
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
            if wanted is None or self.heard.onward[at] in wanted:
                yield _State(at, state.quality)

    def _choice(self, part: int, state: _State) -> Iterator[_State]:
        """The states after one of a choice's runs, or after none where it is optional."""
        said = self.heard.onward
        bears = self.by_sound and self.pattern.bears[part]
        runs = self.reading.by_first[part].get(said[state.at], ())
        if bears and state.stretch and not state.strayed:
            beside = self.reading.by_second[part]
            # Whatever one token strays from, the state is the same.
            runs = (*runs, *beside.get(said[state.at + 1], ()), *beside.get("", ())[:1])
        for run in runs:
            after = self._say(run, state, bears=bears)
            if after is not None:
                yield after
        if not all(self.pattern.parts[part]):
            yield state

    def _may_cross(self, first: int) -> bool:
        """Whether what must follow a gap is in the sentence of a first token, if that goes on so far."""
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
