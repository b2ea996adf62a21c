"""Where patterns stand in a stream of words: by the very words, or by how they sound."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from qa.domain.detectors.base import Phonetics
from qa.domain.detectors.pattern import NEAR_FROM, Pattern
from qa.domain.detectors.phrases import Beginnings, Entry, Phrases
from qa.domain.detectors.reading import GAP, THIRD, Reading, Run, Step
from qa.domain.detectors.text import Heard, Stream, astride, beside

DEFAULT_GAP = 20
"""Tokens that ``*`` may stand for."""

FEW = 8
"""Of so many tokens, one that may begin a match is few: then all of the stream is not searched for it."""

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


_Known = tuple[Phrases | None, list[Match]]
"""A list that was looked for in all of a stream, and what was found."""


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
        starts: Tokens that a match may begin with; ``None`` for all.
        farthest: Of the patterns that match from one token, to take the one that reaches farthest.
    """
    if not stream.tokens:
        return []
    phrases = patterns if isinstance(patterns, Phrases) else Phrases(patterns)
    look = _Look(stream, stream.heard_by(sounds), sounds is not None, gap, farthest)
    key = ("matches", id(phrases), sounds, gap, farthest)
    searched, known = cast("_Known", stream.memory.get(key, (None, [])))
    if searched is not phrases:
        begun = phrases.begun_by(sounds)
        if starts is not None and FEW * len(starts) < len(stream.tokens):
            return _found(_among(begun, look.heard, starts), look)
        known = _found(_anywhere(begun, look.heard), look)
        if phrases is patterns:
            # What several criteria look for is looked for once. It is kept, so that its id stays its own.
            stream.memory[key] = (phrases, known)
    if starts is None or not known:
        return list(known)
    within = starts if isinstance(starts, range) else frozenset(starts)
    return [match for match in known if match.first in within]


def each_match(
    phrases: Phrases,
    stream: Stream,
    *,
    sounds: Phonetics | None,
    gap: int,
    starts: Sequence[int],
) -> list[tuple[Pattern, Match]]:
    """The best match of each pattern from each of some places, in no order; arguments as of ``matches``."""
    look = _Look(stream, stream.heard_by(sounds), sounds is not None, gap, farthest=False)
    begun, whole = phrases.begun_by(sounds), len(starts) == len(stream.tokens)
    groups = _anywhere(begun, look.heard) if whole else _among(begun, look.heard, starts)
    return [(entry.pattern, match) for entry, match in _each(groups, look)]


class _Look(NamedTuple):
    """Where and how patterns are looked for."""

    stream: Stream
    heard: Heard
    by_sound: bool
    gap: int
    farthest: bool


Group = tuple[Sequence[int], Sequence[Entry]]
"""Places, and the patterns that can begin at each of them."""


def _anywhere(begun: Beginnings, heard: Heard) -> Iterator[Group]:
    """All of a stream."""
    for entries, places in (
        (begun.pairs, heard.pairs),
        (begun.apart, heard.apart),
        (begun.alone, heard.places),
    ):
        for key in entries.keys() & places.keys():
            yield places[key], entries[key]


def _among(begun: Beginnings, heard: Heard, starts: Iterable[int]) -> Iterator[Group]:
    """Some places of a stream."""
    said = heard.onward
    for first in starts:
        token, second, third = said[first : first + 3]
        for entries, key in (
            (begun.pairs, beside(token, second)),
            (begun.apart, astride(token, third)),
            (begun.alone, token),
        ):
            if key in entries:
                yield (first,), entries[key]


def _found(groups: Iterable[Group], look: _Look) -> list[Match]:
    """The best match of each first token; of those as good, the pattern's that is listed first."""
    best: dict[int, tuple[float, int, Match]] = {}
    for entry, match in _each(groups, look):
        worth = (match.last if look.farthest else match.quality, -entry.number, match)
        if match.first not in best or best[match.first][:2] < worth[:2]:
            best[match.first] = worth
    return [best[first][2] for first in sorted(best)]


def _each(groups: Iterable[Group], look: _Look) -> Iterator[tuple[Entry, Match]]:
    """The best match of each pattern from each place, in no order."""
    onward: dict[int, Sequence[int] | None] = {}
    for places, entries in groups:
        for entry in entries:
            beyond = None
            if entry.reading.needed:
                if entry.number not in onward:
                    onward[entry.number] = entry.reading.onward_in(look.heard)
                beyond = onward[entry.number]
            if beyond is None or beyond:
                for first, plainly in _worth_reading(entry, places, look, beyond):
                    match = _best(entry, look, first, plainly=plainly)
                    if match is not None:
                        yield entry, match


def _worth_reading(
    entry: Entry, places: Sequence[int], look: _Look, beyond: Sequence[int] | None
) -> Iterator[tuple[int, bool]]:
    """Places where a pattern may be, by a quick look beyond its first gap and at its first tokens.

    With each, whether it may be there without a stray word.
    """
    _, pattern, strays, _, reading, _ = entry
    said, closing = look.heard.onward, look.stream.closing
    surely, reach = reading.surely, reading.reach
    for first in places:
        if beyond is not None:
            # Where what stands before the gap may go on into another sentence, so may what follows.
            last = closing[first] if first + reach <= closing[first] else len(said)
            following = bisect_right(beyond, first)
            if following == len(beyond) or beyond[following] > min(first + reach + look.gap, last):
                continue
        plainly = True
        for at, expected in enumerate(surely, first + THIRD):
            if said[at] not in expected:
                plainly = False
                break
        if not plainly and not (strays and _may_stray(reading, said, first)):
            continue
        if not pattern.opens or look.stream.opens_sentence(first):
            yield first, plainly


def _may_stray(reading: Reading, said: Sequence[str], first: int) -> bool:
    """Whether no more than one of the first tokens is none that can stand there.

    A stretch that bears a stray word is as long as the places that are told one by one.
    """
    strayed = 0
    for at, known in enumerate(reading.nth, first):
        if said[at] not in known:
            if strayed:
                return False
            strayed = 1
    return True


def _best(entry: Entry, look: _Look, first: int, *, plainly: bool) -> Match | None:
    """The best match of a pattern from one place: its very words, the fewest, before what sounds like them.

    ``plainly`` says that it may be there without a stray word.
    """
    _, pattern, strays, strays_later, reading, written = entry
    stream, said = look.stream, look.heard.onward
    ends = alike = _ends(reading.steps, look, said, first) if plainly else ()
    if look.by_sound and alike:
        ends = _ends(written.steps, look, stream.heard_by(None).onward, first)
    if ends and pattern.closes:
        ends = [at for at in ends if _closes(pattern, stream, at - 1)]
    if ends:
        return Match(first, min(ends) - 1, 1.0)
    if not look.by_sound:
        return None
    if not (
        alike
        or (strays and (not plainly or _may_stray(reading, said, first)))
        or (strays_later and _ends(reading.steps[: reading.opening], look, said, first))
    ):
        return None
    return _Search(pattern, reading, stream, look.heard, look.by_sound, look.gap).best(first)


def _ends(steps: Iterable[Step], look: _Look, said: Sequence[str], first: int) -> Collection[int]:
    """The tokens after some parts of a pattern that are read from ``first`` on, token for token."""
    gap, closing = look.gap, look.stream.closing
    run_end = look.stream.run_ends[first]
    ats: Collection[int] = (first,)
    for runs, may_end, wanted in steps:
        after: set[int] = set()
        if runs is None:
            for at in ats:
                onward = range(at, min(at + gap, closing[at - 1] + may_end) + 1)
                after.update(
                    onward if wanted is None else [on for on in onward if said[on] in wanted]
                )
        else:
            for at in ats:
                for _, run in runs.get(said[at], ()):
                    end = at + len(run)
                    if end <= run_end and said[at:end] == run:
                        after.add(end)
            if may_end:
                after.update(ats)
        if not after:
            return after
        ats = after
    return ats


def _closes(pattern: Pattern, stream: Stream, last: int) -> bool:
    """Whether a pattern may end with a token."""
    if not pattern.closes:
        return True
    if not stream.closes_sentence(last):
        return False
    return pattern.closes == "$" or stream.tokens[last].sentence in stream.asking


@dataclass(frozen=True, slots=True)
class _Search:
    """One pattern read in one stream, with words that sound like it and one that strays.

    Attributes:
        heard: What the tokens are compared by.
    """

    pattern: Pattern
    reading: Reading
    stream: Stream
    heard: Heard
    by_sound: bool
    gap: int

    def best(self, first: int) -> Match | None:
        """The best match from a place, the shortest of those as good."""
        return max(
            (Match(first, end.at - 1, end.quality) for end in self._read(first)),
            key=lambda match: (match.quality, -match.last),
            default=None,
        )

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
        return [
            state
            for state in states
            if state.settled and _closes(self.pattern, self.stream, state.at - 1)
        ]

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
        texts, heard, tokens = self.stream.texts, self.heard.tokens, self.stream.tokens
        if at + len(run[0]) > len(texts):
            return None
        for wanted, sound in zip(*run, strict=True):
            if stretch and tokens[at].run != tokens[at - 1].run:
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
