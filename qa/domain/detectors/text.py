"""Words in matching form: tokens with their times, whatever the language or the punctuation.

A token is one Chinese character, one lower-case English word without apostrophes, or one digit.
Spoken and written numbers, 您 and 你, and short and long English forms ("I'm", "I am") come out alike.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple, Protocol, TypeVar, cast

from qa.domain.attribution import BREATH_S, joined
from qa.domain.call import Role
from qa.domain.detectors.numbers import in_digits
from qa.domain.detectors.spelling import spoken, told
from qa.domain.transcript import Transcript, Turn, Word

_T = TypeVar("_T")

JOIN_S = 2.0
"""A phrase may run on into the same party's next turn when it follows within this time."""

SENTENCE_PAUSE_S = 1.0
"""A pause that ends a sentence where the recogniser wrote no punctuation."""


class Token(NamedTuple):
    """One token and where it stands; a call has thousands, so it is a tuple.

    Attributes:
        sentence: Number of its sentence in the stream.
        run: Number of its run; a phrase never crosses from one run to the next.
        word: Number of the recognised word it comes from, in the stream.
    """

    text: str
    start_s: float
    end_s: float
    confidence: float
    sentence: int
    run: int
    word: int


class Sounds(Protocol):
    """Tells how a token sounds."""

    def key(self, token: str) -> str:
        """The sound of one token."""


_BEYOND = ("",) * 5
"""What stands beyond the end for who looks so far ahead."""


class Heard(NamedTuple):
    """What a stream's tokens are compared by: themselves, or their sounds.

    Attributes:
        tokens: In order.
        onward: The same, and nothing where a reader looks on beyond the end.
        places: Where each token stands.
        pairs: Where each stands that one other follows, by the two.
        apart: Where each stands that another follows next but one, by those two; told of sounds alone.
        known: All of these, by their keys.
    """

    tokens: tuple[str, ...]
    onward: tuple[str, ...]
    places: Mapping[str, Sequence[int]]
    pairs: Mapping[str, Sequence[int]]
    apart: Mapping[str, Sequence[int]]
    known: Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Stream:
    """One party's words of a call, in order.

    Attributes:
        asking: Numbers of the sentences that ask something.
        positions: Where each token stands in ``tokens``.
        sentences: The first and last token of each sentence that has any, by its number.
        texts: The texts of the tokens.
        run_ends: For each token, the one after its run.
        closing: For each token, the last of its sentence.
        heard: What the tokens are compared by, by what tells sounds; filled as it is asked for.
        memory: What was found out about it, by what was asked, to be found out once; filled by who asks.
    """

    tokens: tuple[Token, ...]
    words: tuple[Word, ...]
    turns: tuple[Turn, ...]
    asking: frozenset[int]
    positions: dict[str, list[int]] = field(init=False, repr=False, compare=False)
    sentences: dict[int, tuple[int, int]] = field(init=False, repr=False, compare=False)
    texts: tuple[str, ...] = field(init=False, repr=False, compare=False)
    run_ends: tuple[int, ...] = field(init=False, repr=False, compare=False)
    closing: tuple[int, ...] = field(init=False, repr=False, compare=False)
    heard: dict[Sounds | None, Heard] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    memory: dict[tuple[object, ...], object] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _by_start: list[tuple[float, int]] = field(init=False, repr=False, compare=False)
    _in_order: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        sentences: dict[int, tuple[int, int]] = {}
        parted: list[int] = []
        sentence = run = -1
        first = 0
        for index, token in enumerate(self.tokens):
            if token.sentence != sentence:
                first, sentence = index, token.sentence
                if token.run != run:
                    parted.append(index)
                    run = token.run
            sentences[sentence] = (first, index)
        texts = tuple([token.text for token in self.tokens])
        object.__setattr__(self, "positions", _positions(texts))
        object.__setattr__(self, "sentences", sentences)
        object.__setattr__(self, "texts", texts)
        run_ends = [
            end for begin, end in pairwise((*parted, len(texts))) for _ in range(begin, end)
        ]
        object.__setattr__(self, "run_ends", tuple(run_ends))
        closing = [last for first, last in sentences.values() for _ in range(first, last + 1)]
        object.__setattr__(self, "closing", tuple(closing))
        starts = [(token.start_s, index) for index, token in enumerate(self.tokens)]
        object.__setattr__(self, "_by_start", sorted(starts))
        object.__setattr__(self, "_in_order", starts == self._by_start)

    def once(self, key: tuple[object, ...], find: Callable[[], _T]) -> _T:
        """What ``find`` comes to; found out the first time that anybody asks under this key."""
        if key not in self.memory:
            self.memory[key] = find()
        return cast("_T", self.memory[key])

    def heard_by(self, sounds: Sounds | None) -> Heard:
        """The tokens by their sound, or as they are; told once for each."""
        known = self.heard.get(sounds)
        if known is None:
            tokens = self.texts
            if sounds is not None:
                keys = {text: sounds.key(text) for text in self.positions}
                tokens = tuple([keys[text] for text in self.texts])
            places = self.positions if sounds is None else _positions(tokens)
            pairs = _positions(map(beside, tokens, tokens[1:]))
            apart = _positions(map(astride, tokens, tokens[2:])) if sounds else {}
            known = self.heard[sounds] = Heard(
                tokens, (*tokens, *_BEYOND), places, pairs, apart, {**apart, **pairs, **places}
            )
        return known

    def places_between(self, start_s: float, end_s: float) -> Sequence[int]:
        """Where the tokens stand that begin in a stretch of the call, in the order they are said."""
        first = bisect_left(self._by_start, (start_s, 0))
        last = bisect_right(self._by_start, (end_s, len(self.tokens)))
        if self._in_order or last - first == len(self.tokens):
            return range(first, max(first, last))
        return sorted([index for _, index in self._by_start[first:last]])

    def between(self, start_s: float, end_s: float) -> list[Token]:
        """The tokens that begin in a stretch of the call, in the order they are said."""
        return [self.tokens[index] for index in self.places_between(start_s, end_s)]

    def opens_sentence(self, index: int) -> bool:
        """Whether a sentence begins with this token."""
        return index == 0 or self.tokens[index - 1].sentence != self.tokens[index].sentence

    def closes_sentence(self, index: int) -> bool:
        """Whether a sentence ends with this token."""
        last = len(self.tokens) - 1
        return index == last or self.tokens[index + 1].sentence != self.tokens[index].sentence

    def quote(self, first: int, last: int) -> str:
        """The sentence, or sentences, around two tokens, as the recogniser wrote them."""
        first, _ = self.sentences[self.tokens[first].sentence]
        _, last = self.sentences[self.tokens[last].sentence]
        return joined(self.words[self.tokens[first].word : self.tokens[last].word + 1])


def _positions(tokens: Iterable[_T]) -> dict[_T, list[int]]:
    positions: defaultdict[_T, list[int]] = defaultdict(list)
    for place, token in enumerate(tokens):
        positions[token].append(place)
    return dict(positions)


def beside(one: str, other: str = "") -> str:
    """Two tokens as one key, which is quicker to look up than the two; one alone is its own."""
    return f"{one} {other}" if other else one


def astride(one: str, other: str) -> str:
    """Two tokens that have another between them as one key, which is no pair's."""
    return f"{one} * {other}"


def is_han(token: str) -> bool:
    """Whether a token is a Chinese character."""
    return "㐀" <= token[:1] <= "鿿" or token[:1] == "〇"


def tokens_of(text: str) -> tuple[str, ...]:
    """The tokens of a text."""
    return tuple(token for written, _ in in_digits(list(spoken(text))) for token in written)


@dataclass(frozen=True, slots=True)
class Seam:
    """Two turns of different voices that follow one another without a pause, apart and as one."""

    speakers: frozenset[Role]
    parts: tuple[Stream, Stream]
    whole: Stream


def streams_of(transcript: Transcript) -> dict[Role, Stream]:
    """Each party's words of a call; a party that says nothing has an empty stream."""
    return {role: stream_of(transcript.of(role)) for role in Role}


def seams_of(transcript: Transcript) -> tuple[Seam, ...]:
    """Where the voice changes without a pause; none where each party has a channel of its own."""
    if transcript.speaker_confidence == 1.0:
        return ()
    return tuple(
        Seam(
            frozenset((before.speaker, after.speaker)),
            (stream_of((before,)), stream_of((after,))),
            stream_of((before, after)),
        )
        for before, after in pairwise(transcript.turns)
        if before.speaker is not after.speaker and abs(after.start_s - before.end_s) < BREATH_S
    )


def stream_of(turns: tuple[Turn, ...]) -> Stream:
    """The words of one party's turns, in order."""
    words: list[Word] = []
    tokens: list[Token] = []
    asking: set[int] = set()
    sentence = run = 0
    for number, turn in enumerate(turns):
        if number and turn.start_s - turns[number - 1].end_s > JOIN_S:
            run += 1
        sentenced: list[Token] = []
        counts = False
        last = len(turn.words) - 1
        for index, word in enumerate(turn.words):
            start_s, end_s, text = word.start_s, word.end_s, word.text
            pieces, ends, asks, numeric = told(text)
            if len(pieces) == 1:
                sentenced.append(
                    Token(pieces[0], start_s, end_s, word.confidence, sentence, run, len(words))
                )
            else:
                sentenced += _timed(pieces, word, sentence, run, len(words))
            words.append(word)
            counts = counts or numeric
            if ends or index == last or turn.words[index + 1].start_s - end_s >= SENTENCE_PAUSE_S:
                if asks:
                    asking.add(sentence)
                tokens += _written(sentenced) if counts else sentenced
                sentenced, counts = [], False
                sentence += 1
    return Stream(tuple(tokens), tuple(words), turns, frozenset(asking))


def _timed(
    pieces: Sequence[str], word: Word, sentence: int, run: int, number: int
) -> Iterator[Token]:
    """A word's tokens, each with its part of the word's time."""
    width_s = (word.end_s - word.start_s) / max(len(pieces), 1)
    for place, piece in enumerate(pieces):
        yield Token(
            text=piece,
            start_s=word.start_s + place * width_s,
            end_s=word.start_s + (place + 1) * width_s,
            confidence=word.confidence,
            sentence=sentence,
            run=run,
            word=number,
        )


def _written(sentence: Sequence[Token]) -> Iterator[Token]:
    """The tokens of one sentence with its numbers in digits, each with its part of the number's time.

    The first digit is of the number's first word and the last of its last, so that a quote between two
    tokens holds the number whole.
    """
    place = 0
    for texts, taken in in_digits([token.text for token in sentence]):
        said = sentence[place : place + taken]
        place += taken
        count = len(texts)
        if taken == count == 1 and texts[0] == said[0].text:
            yield said[0]
            continue
        for index, text in enumerate(texts):
            first, into = divmod(index * taken, count)
            last, rest = divmod((index + 1) * taken - 1, count)
            yield said[first]._replace(
                text=text,
                start_s=_within(said[first], into / count),
                end_s=_within(said[last], (rest + 1) / count),
                word=said[last if index == count - 1 else first].word,
            )


def _within(token: Token, share: float) -> float:
    """The time at a share of a token, 0-1."""
    return token.start_s * (1 - share) + token.end_s * share
