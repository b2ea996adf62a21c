"""Looks for a sentence of some meaning: what ``semantic`` and ``head`` have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from qa.domain.attribution import joined
from qa.domain.call import Role
from qa.domain.detectors import heard
from qa.domain.detectors.base import Answer, Case, Finding
from qa.domain.detectors.matching import Match
from qa.domain.detectors.text import Stream
from qa.domain.scorecard import Searched
from qa.domain.transcript import Span
from qa.domain.wording import Reason

LONGEST = 40
"""Tokens that are looked at together; a recogniser that writes no full stop runs sentences on and on."""

SHORTEST = 2
"""Tokens that mean enough to be looked at: "mm" and "yes" do not."""

_COMMAS = tuple("，,、；;：:")

NO_ENCODER = Finding(Answer.MISSING, Reason("missing.encoder"), learned=True)
"""What is found where no encoder is in use."""


@dataclass(frozen=True, slots=True)
class Rating:
    """What is thought of a sentence: whether it is what is looked for, and how sure that is, 0-1."""

    answer: Answer
    sure: float


NEVER = Rating(Answer.NO, 1.0)
MAYBE = Rating(Answer.UNSURE, 0.5)

JUST_SURE = 0.75
"""How sure it is of a sentence that is just good enough; of one that could not be better it is certain."""

Rate = Callable[[Sequence[str]], Sequence[Rating]]
"""Rates sentences."""

_Rated = list[tuple[Rating, Role, Match]]


def surely(score: float, least: float) -> Rating:
    """The rating of a score, 1 at best, that reached the least that is good enough."""
    share = (score - least) / (1 - least) if least < 1 else 1.0
    return Rating(Answer.YES, JUST_SURE + min(max(share, 0.0), 1.0) * (1 - JUST_SURE))


def look(case: Case, speaker: Role | None, span: Span, rate: Rate) -> Finding:
    """Yes with the sentences that are surely meant, unsure with those that may be, else no.

    Whatever it says rests on a model's word alone.
    """
    rated = [
        one
        for who, stream in heard.streams(case, speaker).items()
        for one in _rated(stream, who, span, rate)
    ]
    hits = [(who, match) for rating, who, match in rated if rating.answer is Answer.YES]
    if hits:
        return replace(heard.found(case, speaker, hits, "found.meaning"), learned=True)
    near = [(who, match) for rating, who, match in rated if rating.answer is Answer.UNSURE]
    if near:
        maybe = heard.found(case, speaker, near, "unsure.meaning")
        return replace(maybe, answer=Answer.UNSURE, learned=True)
    stray = [] if speaker is None else _rated(case.streams[Role.UNKNOWN], Role.UNKNOWN, span, rate)
    if any(rating.answer is Answer.YES for rating, _, _ in stray):
        searched = Searched(span.start_s, span.end_s, speaker)
        return Finding(Answer.UNSURE, Reason("unsure.speaker"), searched=searched, learned=True)
    return replace(heard.absent(case, speaker, span, "absent.meaning"), learned=True)


def _rated(stream: Stream, who: Role, span: Span, rate: Rate) -> _Rated:
    said = list(sentences(stream, span))
    ratings = rate([text for text, _ in said]) if said else ()
    return [
        (rating, who, replace(match, quality=rating.sure))
        for rating, (_, match) in zip(ratings, said, strict=True)
    ]


def sentences(stream: Stream, span: Span) -> Iterator[tuple[str, Match]]:
    """The sentences of a party in a window, long ones in pieces, as written and where they stand."""
    for _, inside in groupby(
        heard.places(stream, span), key=lambda place: stream.tokens[place].sentence
    ):
        for piece in _pieces(stream, list(inside)):
            if len(piece) >= SHORTEST:
                first, last = stream.tokens[piece[0]], stream.tokens[piece[-1]]
                words = stream.words[first.word : last.word + 1]
                yield joined(words), Match(piece[0], piece[-1], 1.0)


def _pieces(stream: Stream, places: list[int]) -> Iterator[list[int]]:
    """A sentence cut at its commas where it is too long, or for want of a comma anywhere."""
    while len(places) > LONGEST:
        commas = (
            count
            for count in range(LONGEST, SHORTEST, -1)
            if stream.words[stream.tokens[places[count - 1]].word].text.endswith(_COMMAS)
        )
        cut = next(commas, LONGEST)
        yield places[:cut]
        places = places[cut:]
    yield places
