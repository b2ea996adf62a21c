"""Words in matching form: tokens with their times, whatever the language or the punctuation.

A token is one Chinese character, one lower-case English word without apostrophes, or one digit.
Spoken and written numbers, 您 and 你, and short and long English forms ("I'm", "I am") come out alike.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, Protocol, TypeVar

from qa.domain.attribution import BREATH_S, joined
from qa.domain.call import Role
from qa.domain.detectors.numbers import in_digits, may_hold_number
from qa.domain.transcript import Transcript, Turn, Word

_T = TypeVar("_T")

JOIN_S = 2.0
"""A phrase may run on into the same party's next turn when it follows within this time."""

SENTENCE_PAUSE_S = 1.0
"""A pause that ends a sentence where the recogniser wrote no punctuation."""

_PIECE = re.compile(
    r"[㐀-鿿〇]|[a-z]+(?:'[a-z]+)*|[0-9]+(?:,[0-9]{3})+(?![0-9])|[0-9]+(?:\.[0-9]+|(?:st|nd|rd|th)\b)?|%"
)
_ORDINAL = re.compile(r"(?<=[0-9])(?:st|nd|rd)$")
_ENDS_SENTENCE = frozenset("。！？!?；;…")
_ASKS = frozenset("？?")
_TITLE = re.compile(r"\b(?:mr|mrs|ms|dr)$")
_ASKING_PARTICLES = frozenset("吗么呢吧")
_HAN = re.compile(r"[㐀-鿿〇]")

_SAME = {"您": "你", "妳": "你", "ok": "okay", "percent": "%"}
_SHORT_FORMS = {
    "can't": ("can", "not"),
    "cannot": ("can", "not"),
    "won't": ("will", "not"),
    "let's": ("let", "us"),
}
_ENDINGS = {"m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would"}
_IS_AFTER = frozenset(
    (
        "it",
        "that",
        "what",
        "who",
        "he",
        "she",
        "there",
        "here",
        "how",
        "where",
        "when",
        "this",
        "name",
    )
)


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


class Heard(NamedTuple):
    """What a stream's tokens are compared by: themselves, or their sounds.

    Attributes:
        tokens: In order.
        onward: The same, and nothing where a reader looks on beyond the end.
        places: Where each stands.
        pairs: Where each stands that one other follows, by the two.
        sentences: Those of each sentence.
        known: All of them.
    """

    tokens: tuple[str, ...]
    onward: tuple[str, ...]
    places: Mapping[str, Sequence[int]]
    pairs: Mapping[tuple[str, str], Sequence[int]]
    sentences: Mapping[int, frozenset[str]]
    known: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stream:
    """One party's words of a call, in order.

    Attributes:
        asking: Numbers of the sentences that ask something.
        positions: Where each token stands in ``tokens``.
        sentences: The first and last token of each sentence that has any, by its number.
        texts: The texts of the tokens.
        parted: Places of tokens that begin a run.
        heard: What the tokens are compared by, by what tells sounds; filled as it is asked for.
        found: What was looked for in all of it, and what was found; filled by ``matching``.
    """

    tokens: tuple[Token, ...]
    words: tuple[Word, ...]
    turns: tuple[Turn, ...]
    asking: frozenset[int]
    positions: dict[str, list[int]] = field(init=False, repr=False, compare=False)
    sentences: dict[int, tuple[int, int]] = field(init=False, repr=False, compare=False)
    texts: tuple[str, ...] = field(init=False, repr=False, compare=False)
    parted: frozenset[int] = field(init=False, repr=False, compare=False)
    heard: dict[Sounds | None, Heard] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    found: dict[tuple[int, Sounds | None, int, bool], tuple[object, object]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _by_start: list[tuple[float, int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        sentences: dict[int, tuple[int, int]] = {}
        parted: list[int] = []
        before = -1
        for index, token in enumerate(self.tokens):
            if token.run != before:
                parted.append(index)
                before = token.run
            first, _ = sentences.get(token.sentence, (index, index))
            sentences[token.sentence] = (first, index)
        texts = tuple(token.text for token in self.tokens)
        object.__setattr__(self, "positions", _positions(texts))
        object.__setattr__(self, "sentences", sentences)
        object.__setattr__(self, "texts", texts)
        object.__setattr__(self, "parted", frozenset(parted))
        starts = sorted((token.start_s, index) for index, token in enumerate(self.tokens))
        object.__setattr__(self, "_by_start", starts)

    def heard_by(self, sounds: Sounds | None) -> Heard:
        """The tokens by their sound, or as they are; told once for each."""
        known = self.heard.get(sounds)
        if known is None:
            tokens = self.texts if sounds is None else tuple(map(sounds.key, self.texts))
            places = self.positions if sounds is None else _positions(tokens)
            sentences = {
                number: frozenset(tokens[first : last + 1])
                for number, (first, last) in self.sentences.items()
            }
            known = self.heard[sounds] = Heard(
                tokens,
                (*tokens, "", "", ""),
                places,
                _positions(list(pairwise(tokens))),
                sentences,
                frozenset(tokens),
            )
        return known

    def places_between(self, start_s: float, end_s: float) -> Sequence[int]:
        """Where the tokens stand that begin in a stretch of the call, in the order they are said."""
        first = bisect_left(self._by_start, (start_s, 0))
        last = bisect_right(self._by_start, (end_s, len(self.tokens)))
        if last - first == len(self.tokens):
            return range(len(self.tokens))
        return sorted(index for _, index in self._by_start[first:last])

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
        while not self.opens_sentence(first):
            first -= 1
        while not self.closes_sentence(last):
            last += 1
        return joined(self.words[self.tokens[first].word : self.tokens[last].word + 1])


def _positions(tokens: Sequence[_T]) -> dict[_T, list[int]]:
    positions: dict[_T, list[int]] = {}
    for place, token in enumerate(tokens):
        positions.setdefault(token, []).append(place)
    return positions


def is_han(token: str) -> bool:
    """Whether a token is a Chinese character."""
    return _HAN.match(token) is not None


def tokens_of(text: str) -> tuple[str, ...]:
    """The tokens of a text."""
    return tuple(token for written, _ in in_digits(list(_spoken(text))) for token in written)


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
        spoken: list[Token] = []
        for index, word in enumerate(turn.words):
            pieces = _spoken(word.text)
            spoken += _timed(pieces, word, sentence, run, len(words))
            words.append(word)
            if index == len(turn.words) - 1 or _ends(word, turn.words[index + 1]):
                if ends_asking(word.text) or (pieces and pieces[-1] in _ASKING_PARTICLES):
                    asking.add(sentence)
                tokens += _written(spoken)
                spoken = []
                sentence += 1
    return Stream(tuple(tokens), tuple(words), turns, frozenset(asking))


def _timed(
    pieces: Sequence[str], word: Word, sentence: int, run: int, number: int
) -> Iterator[Token]:
    """A word's tokens, each with its part of the word's time."""
    if len(pieces) == 1:
        yield Token(pieces[0], word.start_s, word.end_s, word.confidence, sentence, run, number)
        return
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


def _ends(word: Word, following: Word) -> bool:
    return following.start_s - word.end_s >= SENTENCE_PAUSE_S or _ends_sentence(word.text)


@lru_cache(maxsize=20_000)
def _ends_sentence(text: str) -> bool:
    marks = marks_after(text)
    if not _ENDS_SENTENCE.isdisjoint(marks) or "." in marks[1:]:
        return True
    return marks.startswith(".") and _TITLE.search(text[: -len(marks)].lower()[-4:]) is None


def ends_asking(text: str) -> bool:
    """Whether a text ends in a question mark."""
    return not _ASKS.isdisjoint(marks_after(text))


def marks_after(text: str) -> str:
    """The punctuation that a text ends with."""
    last = len(text)
    while last and not (text[last - 1].isalnum() or text[last - 1] == "_"):
        last -= 1
    return text[last:]


def _written(spoken: Sequence[Token]) -> Iterator[Token]:
    """The tokens of one sentence with its numbers in digits, each with its part of the number's time.

    The first digit is of the number's first word and the last of its last, so that a quote between two
    tokens holds the number whole.
    """
    plain = [token.text for token in spoken]
    if not may_hold_number(plain):
        yield from spoken
        return
    place = 0
    for texts, taken in in_digits(plain):
        said = spoken[place : place + taken]
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


@lru_cache(maxsize=20_000)
def _spoken(text: str) -> tuple[str, ...]:
    """The tokens of a text with its numbers as they stand."""
    return tuple(token for piece in _pieces(text) for token in _plain(piece))


def _pieces(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    for piece in _PIECE.findall(plain):
        yield _ORDINAL.sub("th", piece).replace(",", "")


def _plain(piece: str) -> tuple[str, ...]:
    if piece in _SHORT_FORMS:
        return _SHORT_FORMS[piece]
    if piece.endswith("n't"):
        return (piece[:-3], "not")
    base, apostrophe, ending = piece.partition("'")
    if not apostrophe:
        return (_SAME.get(piece, piece),)
    if ending == "s":
        return (base, "is") if base in _IS_AFTER else (base,)
    if ending in _ENDINGS:
        return (base, _ENDINGS[ending])
    return (piece.replace("'", ""),)
