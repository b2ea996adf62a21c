"""Signals of a call from who speaks when."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType

from qa.domain.call import Role
from qa.domain.detectors.backchannel import is_backchannel, said_over
from qa.domain.detectors.text import stream_of
from qa.domain.detectors.waiting import waits
from qa.domain.signals import Overlap, ResponseGap, Signals
from qa.domain.sound import Sound
from qa.domain.transcript import Span, Turn, merged

MIN_SILENCE_S = 1.0
"""Shorter silences are breathing and thinking."""

BREATH_S = 0.25
"""A pause this short does not end what a party is saying, so that breath does not hide who came in."""

MIN_RATE_S = 1.0
"""Less speech than this says nothing of a party's pace."""


def measure(
    *,
    duration_s: float,
    activity: Mapping[Role, Sequence[Span]],
    turns: Sequence[Turn],
    overlap_confidence: float,
    sounds: Mapping[Role, Sequence[Sound]] = MappingProxyType({}),
    level_dbfs: Mapping[Role, float] = MappingProxyType({}),
) -> Signals:
    """Measure a call.

    Args:
        duration_s: Length of the recording.
        activity: When each party speaks; spans of different parties may overlap.
        turns: What was said: the pace of speech, whose word was awaited, what an overlap held.
        overlap_confidence: 0-1; 1 where each party has a channel.
        sounds: What is heard besides speech on each party's channel, under ``Role.UNKNOWN`` where the
            parties share one. Music on the customer's own channel puts nobody on hold.
        level_dbfs: RMS level of each party's speech, dB relative to full scale.
    """
    spans = {role: tuple(merged(found)) for role, found in activity.items() if found}
    spoken_s = {role: sum(span.duration_s for span in found) for role, found in spans.items()}
    together_s = sum(spoken_s.values())
    silences = _silences(spans)
    waited = waits(spans, silences, turns, sounds)
    return Signals(
        duration_s=duration_s,
        activity=spans,
        silences=silences,
        overlaps=_told_apart(
            _overlaps({role: merged(found, BREATH_S) for role, found in spans.items()}), turns
        ),
        response_gaps=_response_gaps(spans),
        talk_share={role: took_s / together_s for role, took_s in spoken_s.items() if together_s},
        speech_rate=_speech_rate(turns, spoken_s),
        overlap_confidence=overlap_confidence,
        ringback=_ringback(sounds, spans),
        holds=waited.holds,
        dead_air=waited.dead_air,
        level_dbfs=dict(level_dbfs),
    )


def _silences(activity: Mapping[Role, Sequence[Span]]) -> tuple[Span, ...]:
    speech = merged([span for spans in activity.values() for span in spans])
    gaps = (Span(before.end_s, after.start_s) for before, after in pairwise(speech))
    return tuple(gap for gap in gaps if gap.duration_s >= MIN_SILENCE_S)


def _overlaps(activity: Mapping[Role, Sequence[Span]]) -> tuple[Overlap, ...]:
    """Where two parties speak at once; whoever's span began later came in."""
    found = []
    for role, spans in activity.items():
        for other, others in activity.items():
            if role is other:
                continue
            first = 0
            for span in spans:
                while first < len(others) and others[first].end_s <= span.start_s:
                    first += 1
                if first < len(others) and others[first].start_s < span.start_s:
                    end_s = min(span.end_s, others[first].end_s)
                    found.append(Overlap(span.start_s, end_s, role))
    return tuple(sorted(found, key=lambda each: (each.start_s, each.end_s)))


def _told_apart(overlaps: Sequence[Overlap], turns: Sequence[Turn]) -> tuple[Overlap, ...]:
    """The overlaps, each with whether its words only show listening."""
    came_in = {overlap.started_by for overlap in overlaps}
    streams = {
        role: stream_of(tuple(turn for turn in turns if turn.speaker is role)) for role in came_in
    }
    return tuple(
        replace(overlap, backchannel=is_backchannel([token.text for token in words]))
        for overlap in overlaps
        for words in (said_over(streams[overlap.started_by], overlap),)
    )


def _ringback(
    sounds: Mapping[Role, Sequence[Sound]], activity: Mapping[Role, Sequence[Span]]
) -> tuple[Span, ...]:
    """Where the line rings before the answer: before both parties have begun to speak."""
    answered_s = max((spans[0].start_s for spans in activity.values()), default=float("inf"))
    rings = [
        Span(sound.start_s, min(sound.end_s, answered_s))
        for found in sounds.values()
        for sound in found
        if sound.kind == "ringback" and sound.start_s < answered_s
    ]
    return tuple(merged(rings))


def _response_gaps(activity: Mapping[Role, Sequence[Span]]) -> tuple[ResponseGap, ...]:
    ordered = sorted(
        ((span, role) for role, spans in activity.items() for span in spans),
        key=lambda one: (one[0].start_s, one[0].end_s),
    )
    gaps = []
    end_s, speaker = 0.0, None
    for span, role in ordered:
        if speaker is not None and role is not speaker and span.start_s >= end_s:
            gaps.append(ResponseGap(end_s, span.start_s, role))
        if span.end_s >= end_s:
            end_s, speaker = span.end_s, role
    return tuple(gaps)


_SPOKEN = re.compile(r"(?P<zh>[㐀-鿿〇])|(?P<en>[a-z]+(?:['’-][a-z]+)*)|(?P<digit>[0-9])")


def _speech_rate(turns: Sequence[Turn], spoken_s: Mapping[Role, float]) -> dict[Role, float]:
    """Characters (zh) or words (en) per minute of a party's own speaking time.

    The language is the one that most of the party's time goes to; words of the other are left out with the
    time they take, so that a sentence of both counts in one unit. Digits are said in either.
    """
    said: dict[Role, dict[str, list[float]]] = {}
    for turn in turns:
        counts = said.setdefault(turn.speaker, {"zh": [0, 0.0], "en": [0, 0.0], "digit": [0, 0.0]})
        for word in turn.words:
            found = _SPOKEN.finditer(unicodedata.normalize("NFKC", word.text).lower())
            kinds = [str(match.lastgroup) for match in found]
            for kind in kinds:
                counts[kind][0] += 1
                counts[kind][1] += (word.end_s - word.start_s) / len(kinds)
    rates = {}
    for role, took_s in spoken_s.items():
        if took_s < MIN_RATE_S or role not in said:
            continue
        digits = said[role].pop("digit")
        own, other = sorted(said[role].values(), key=lambda count: (count[1], count[0]))[::-1]
        own_s, all_s = own[1] + digits[1], own[1] + digits[1] + other[1]
        share = own_s / all_s if all_s else 1.0
        rates[role] = 60 * (own[0] + digits[0]) / (took_s * share)
    return rates
