"""How sure it is what was said, by whom, in a part of a call."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from math import fsum, sqrt
from statistics import fmean
from typing import NamedTuple

from qa.domain.call import Role
from qa.domain.detectors.base import Answer, Case, Certainty, Finding
from qa.domain.detectors.matching import Match
from qa.domain.detectors.text import Stream, Token
from qa.domain.scorecard import Evidence, Searched
from qa.domain.transcript import Span
from qa.domain.wording import Reason

EVIDENCE_LIMIT = 10
"""Clips that prove one finding; more would bury the clearest."""

SHORTEST_S = 0.4
"""Nothing that a rubric looks for is said faster."""

MURKY = 0.2
"""Word probability below which the recogniser as good as says that it is guessing."""

OVERLAID = 0.65
"""Mean word probability below which words said while both speak into one channel are of neither: the recogniser
wrote down a mixture. In overlaps of the sample calls and of 44 made calls, right words have 0.74 and more, mixtures
0.59 and less."""

SILENT_WORDS_S = 0.8
"""Speech this long without a word in it is speech that was not understood."""

HIDING_SHARE = 0.05
"""Part of a party's speech in a window that must be obscured before what is missing may well be there."""

UNHEARD = Certainty(recognition=0.0)
"""Of an absence from what was not heard."""

EDGE_S = 0.05
"""Words are timed to about this; one that begins so close to a window's edge is inside."""


def streams(case: Case, speaker: Role | None) -> dict[Role, Stream]:
    """The words of one party, or of everybody where ``speaker`` is ``None``."""
    return case.streams if speaker is None else {speaker: case.streams[speaker]}


def inside(token: Token, span: Span) -> bool:
    """Whether a token begins in a window."""
    return span.start_s - EDGE_S <= token.start_s <= span.end_s + EDGE_S


def places(stream: Stream, span: Span) -> Sequence[int]:
    """Where the tokens stand that begin in a window."""
    return stream.places_between(span.start_s - EDGE_S, span.end_s + EDGE_S)


def recognition(tokens: Sequence[Token]) -> float:
    """How sure it is that these are the words that were said, 0-1.

    The recogniser's mean word probability is pessimistic for whole phrases: on telephone speech a
    right phrase often averages 0.5. Its square root is taken, so that such a phrase counts 0.7 and
    one of 0.3, more often wrong than right, stays below one half.
    """
    return sqrt(fsum([token.confidence for token in tokens]) / len(tokens)) if tokens else 0.0


def role(case: Case, speaker: Role | None) -> float:
    """How sure it is that the words are this party's; certain where anybody's count."""
    return 1.0 if speaker is None else case.role_certainty


def found(
    case: Case, speaker: Role | None, hits: Sequence[tuple[Role, Match]], code: str
) -> Finding:
    """A hit with its clips, the surest first by certainty and then shown in order of time."""
    rated = [
        (
            Certainty(
                recognition(case.streams[who].tokens[match.first : match.last + 1]),
                role(case, speaker),
                match.quality,
            ),
            who,
            match,
        )
        for who, match in hits
    ]
    rated.sort(key=lambda one: one[0].overall, reverse=True)
    apart = _apart(rated)
    clips = sorted(
        (clip(case.streams[who], who, match) for _, who, match in apart[:EVIDENCE_LIMIT]),
        key=lambda evidence: evidence.start_s,
    )
    return Finding(
        Answer.YES,
        Reason(code, {"speaker": rated[0][1], "at_s": clips[0].start_s}),
        rated[0][0],
        tuple(clips),
        places=tuple(timed(case.streams[who], match) for _, who, match in apart),
    )


def _apart(rated: Sequence[tuple[Certainty, Role, Match]]) -> list[tuple[Certainty, Role, Match]]:
    """The surest hits that share no words."""
    kept: list[tuple[Certainty, Role, Match]] = []
    taken: set[tuple[Role, int]] = set()
    for one in rated:
        tokens = {(one[1], place) for place in range(one[2].first, one[2].last + 1)}
        if taken.isdisjoint(tokens):
            taken |= tokens
            kept.append(one)
    return kept


def timed(stream: Stream, match: Match) -> Span:
    """When the words of a match are said."""
    tokens = stream.tokens[match.first : match.last + 1]
    return Span(min([token.start_s for token in tokens]), max([token.end_s for token in tokens]))


def clip(stream: Stream, speaker: Role, match: Match) -> Evidence:
    """The clip of a match: the time of its words, the sentence around them as the quote."""
    span = timed(stream, match)
    return Evidence(span.start_s, span.end_s, speaker, stream.quote(match.first, match.last))


def absent(
    case: Case, speaker: Role | None, span: Span, code: str, *, takes_s: float = SHORTEST_S
) -> Finding:
    """Nothing found in a window, as sure as the window was heard.

    No certainty where the party says nothing at all there, or where stretches of its speech long
    enough to hold what was looked for, and more than a sliver of all it says there, have no words or
    words nobody could rely on, such as a mixture of what two said at once. Less of it where words in
    the window have no known speaker.

    Args:
        case: The call.
        speaker: Whose words were searched; ``None`` for anybody's.
        span: The window.
        code: The reason's code.
        takes_s: Seconds that it takes to say what is looked for.
    """
    parts = streams(case, speaker)
    near = [_said(stream, span) for stream in parts.values()]
    tokens = near[0].tokens if len(near) == 1 else [token for each in near for token in each.tokens]
    searched = Searched(span.start_s, span.end_s, speaker)
    where = {"speaker": speaker or "anyone", "start_s": span.start_s, "end_s": span.end_s}
    if not tokens:
        return Finding(Answer.NO, Reason("unsure.no_speech", where), UNHEARD, searched=searched)
    spoken_s = near[0].spoken_s if len(near) == 1 else _spoken_s(tokens)
    lost = [gap for who in parts for gap in _lost(case, who, span)]
    murky = [gap for each in near for gap in each.murky]
    overlaid = [gap for who in parts for gap in _overlaid(case, who, span)]
    hiding = [
        gap for gap in (*lost, *murky, *overlaid) if gap.duration_s >= max(takes_s, SHORTEST_S)
    ]
    if hiding and sum(gap.duration_s for gap in hiding) >= HIDING_SHARE * spoken_s:
        worst = max(hiding, key=lambda gap: gap.duration_s)
        reason = Reason(
            "unsure.obscured",
            {"speaker": speaker or "anyone", "at_s": worst.start_s, "duration_s": worst.duration_s},
        )
        return Finding(Answer.NO, reason, UNHEARD, searched=searched)
    stray_s = 0.0 if speaker is None else _said(case.streams[Role.UNKNOWN], span).spoken_s
    certainty = Certainty(
        (near[0].recognition if len(near) == 1 else recognition(tokens))
        * _share(spoken_s, sum(gap.duration_s for gap in lost)),
        role(case, speaker) * _share(spoken_s, stray_s),
    )
    return Finding(Answer.NO, Reason(code, where), certainty, searched=searched)


def _share(part: float, rest: float) -> float:
    return part / (part + rest) if part + rest > 0 else 0.0


def _spoken_s(tokens: Sequence[Token]) -> float:
    return sum([token.end_s - token.start_s for token in tokens])


class _Said(NamedTuple):
    """What a party says in a window.

    Attributes:
        recognition: How sure it is that these are the words.
        murky: Stretches that the recogniser itself hardly believes.
    """

    tokens: Sequence[Token]
    spoken_s: float
    recognition: float
    murky: Sequence[Span]


def _said(stream: Stream, span: Span) -> _Said:
    """What a party says in a window; told once, since many criteria look through the whole call."""
    return stream.once(("said", span.start_s, span.end_s), lambda: _said_in(stream, span))


def _said_in(stream: Stream, span: Span) -> _Said:
    """As ``_said``, looked for."""
    inner = places(stream, span)
    tokens = [stream.tokens[place] for place in inner]
    return _Said(tokens, _spoken_s(tokens), recognition(tokens), _murky(stream, inner))


def _murky(stream: Stream, inner: Sequence[int]) -> list[Span]:
    """Stretches of some words that the recogniser itself hardly believes."""
    stretches: list[Span] = []
    for place in inner:
        token = stream.tokens[place]
        if token.confidence >= MURKY:
            continue
        before = stream.tokens[place - 1] if place else None
        joins = before is not None and before.confidence < MURKY and before.run == token.run
        if joins and stretches:
            stretches[-1] = Span(stretches[-1].start_s, token.end_s)
        else:
            stretches.append(Span(token.start_s, token.end_s))
    return stretches


def _overlaid(case: Case, who: Role, span: Span) -> list[Span]:
    """Stretches of a party's words in a window that are a mixture of what both say; found once a call."""
    stream = case.streams[who]
    mixtures = stream.once(("mixtures",), lambda: list(_mixtures(case, stream)))
    return [each for each in mixtures if each.overlap_s(span) > 0]


def _mixtures(case: Case, stream: Stream) -> Iterator[Span]:
    if case.signals.overlap_confidence == 1:
        return
    for overlap in case.signals.overlaps:
        tokens = stream.between(overlap.start_s, overlap.end_s)
        if tokens and fmean(token.confidence for token in tokens) < OVERLAID:
            yield Span(tokens[0].start_s, max(token.end_s for token in tokens))


def _lost(case: Case, who: Role, span: Span) -> Sequence[Span]:
    """Stretches of a party's speech in a window for which no words came back; told once, as in ``_said``."""
    key = ("lost", span.start_s, span.end_s)
    return case.streams[who].once(key, lambda: _lost_in(case, who, span))


def _lost_in(case: Case, who: Role, span: Span) -> list[Span]:
    """As ``_lost``, looked for.

    Short ones are breath and the edges of voice activity, unless the gates refused text there.
    Text refused where the party does not speak, such as over music, is no loss.
    """
    gaps = case.streams[who].once(("unworded",), lambda: list(_unworded(case, who)))
    first = bisect_right(gaps, span.start_s, key=lambda gap: gap.end_s)
    last = bisect_left(gaps, span.end_s, key=lambda gap: gap.start_s)
    refused = [Span(dropped.start_s, dropped.end_s) for dropped in case.transcript.dropped]
    inner = (
        Span(max(gap.start_s, span.start_s), min(gap.end_s, span.end_s)) for gap in gaps[first:last]
    )
    return [
        gap
        for gap in inner
        if gap.duration_s >= SILENT_WORDS_S
        or (gap.duration_s > 0 and any(gap.overlap_s(text) > 0 for text in refused))
    ]


def _unworded(case: Case, who: Role) -> Iterator[Span]:
    """Where a party speaks and no words came back, in order."""
    words = sorted((word.start_s, word.end_s) for word in case.streams[who].words)
    starts, ends = [start_s for start_s, _ in words], [end_s for _, end_s in words]
    for activity in case.signals.activity.get(who, ()):
        at_s, end_s = activity.start_s, activity.end_s
        inner = words[bisect_right(ends, at_s) : bisect_left(starts, end_s)]
        for word_start_s, word_end_s in (*inner, (end_s, end_s)):
            if word_start_s > at_s:
                yield Span(at_s, min(word_start_s, end_s))
            at_s = max(at_s, word_end_s)
