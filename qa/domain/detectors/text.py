"""Words in matching form: tokens with their times, whatever the language or the punctuation.

A token is one Chinese character, one lower-case English word without apostrophes, or one digit.
Spoken and written digits, 您 and 你, and short and long English forms ("I'm", "I am") come out alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from qa.domain.attribution import BREATH_S, joined
from qa.domain.call import Role
from qa.domain.transcript import Transcript, Turn, Word

JOIN_S = 2.0
"""A phrase may run on into the same party's next turn when it follows within this time."""

SENTENCE_PAUSE_S = 1.0
"""A pause that ends a sentence where the recogniser wrote no punctuation."""

_PIECE = re.compile(r"[㐀-鿿〇]|[a-z]+(?:'[a-z]+)*|[0-9]")
_ENDS_SENTENCE = re.compile(r"[。！？!?；;…]\W*$|(?<!\bmr)(?<!\bmrs)(?<!\bms)(?<!\bdr)\.\W*$")
_ASKS = re.compile(r"[？?]\W*$")
_ASKING_PARTICLES = frozenset("吗么呢吧")
_HAN = re.compile(r"[㐀-鿿〇]")

_SAME = {"您": "你", "妳": "你", "〇": "0", "幺": "1", "ok": "okay"}
_ENGLISH_NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_NUMBERS = {
    number: tuple(str(value))
    for numbers in ("零一二三四五六七八九", _ENGLISH_NUMBERS)
    for value, number in enumerate(numbers)
}
_SHORT_FORMS = {
    "can't": ("can", "not"),
    "cannot": ("can", "not"),
    "won't": ("will", "not"),
    "let's": ("let", "us"),
}
_ENDINGS = {"m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would"}
_IS_AFTER = frozenset(
    ("it", "that", "what", "who", "he", "she", "there", "here", "how", "where", "when", "this")
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token and where it stands.

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


@dataclass(frozen=True, slots=True)
class Stream:
    """One party's words of a call, in order.

    Attributes:
        positions: Where each token stands in ``tokens``.
        asking: Numbers of the sentences that ask something.
    """

    tokens: tuple[Token, ...]
    words: tuple[Word, ...]
    turns: tuple[Turn, ...]
    asking: frozenset[int]
    positions: dict[str, list[int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        positions: dict[str, list[int]] = {}
        for index, token in enumerate(self.tokens):
            positions.setdefault(token.text, []).append(index)
        object.__setattr__(self, "positions", positions)

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


def is_han(token: str) -> bool:
    """Whether a token is a Chinese character."""
    return _HAN.match(token) is not None


def tokens_of(text: str) -> tuple[str, ...]:
    """The tokens of a text."""
    tokens = [token for piece in _pieces(text) for token in _plain(piece)]
    return tuple(digit for place in range(len(tokens)) for digit in _ten(tokens, place))


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
            pieces = [token for piece in _pieces(word.text) for token in _plain(piece)]
            width_s = (word.end_s - word.start_s) / max(len(pieces), 1)
            spoken.extend(
                Token(
                    text=piece,
                    start_s=word.start_s + place * width_s,
                    end_s=word.start_s + (place + 1) * width_s,
                    confidence=word.confidence,
                    sentence=sentence,
                    run=run,
                    word=len(words),
                )
                for place, piece in enumerate(pieces)
            )
            words.append(word)
            if index == len(turn.words) - 1 or _ends(word, turn.words[index + 1]):
                if _ASKS.search(word.text) or (pieces and pieces[-1] in _ASKING_PARTICLES):
                    asking.add(sentence)
                sentence += 1
        texts = [token.text for token in spoken]
        tokens.extend(
            replace(token, text=digit)
            for place, token in enumerate(spoken)
            for digit in _ten(texts, place)
        )
    return Stream(tuple(tokens), tuple(words), turns, frozenset(asking))


def _ends(word: Word, following: Word) -> bool:
    pause_s = following.start_s - word.end_s
    return pause_s >= SENTENCE_PAUSE_S or _ENDS_SENTENCE.search(word.text.lower()) is not None


def _pieces(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    yield from _PIECE.findall(plain)


def _plain(piece: str) -> tuple[str, ...]:
    if piece in _SHORT_FORMS:
        return _SHORT_FORMS[piece]
    if piece.endswith("n't"):
        return (piece[:-3], "not")
    base, apostrophe, ending = piece.partition("'")
    if not apostrophe:
        return _NUMBERS.get(piece) or (_SAME.get(piece, piece),)
    if ending == "s":
        return (base, "is") if base in _IS_AFTER else (base,)
    if ending in _ENDINGS:
        return (base, _ENDINGS[ending])
    return (piece.replace("'", ""),)


def _ten(tokens: Sequence[str], place: int) -> Sequence[str]:
    """The digits that 十 stands for between its neighbours: 十六 is 16, 二十 is 20, 九十八 is 98."""
    if tokens[place] != "十":
        return (tokens[place],)
    after_digit = place > 0 and tokens[place - 1].isdigit()
    before_digit = place + 1 < len(tokens) and tokens[place + 1].isdigit()
    if after_digit:
        return () if before_digit else ("0",)
    return ("1",) if before_digit else ("1", "0")
