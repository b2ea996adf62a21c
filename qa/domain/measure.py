"""Signals of a call from who speaks when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from qa.domain.call import Role
from qa.domain.detectors.text import tokens_of
from qa.domain.signals import Overlap, ResponseGap, Signals
from qa.domain.transcript import Span, Turn

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
) -> Signals:
    """Measure a call.

    Args:
        duration_s: Length of the recording.
        activity: When each party speaks; spans of different parties may overlap.
        turns: What was said, for the pace of speech.
        overlap_confidence: 0-1; 1 where each party has a channel.
    """
    spans = {role: tuple(_merged(found)) for role, found in activity.items() if found}
    spoken_s = {role: sum(span.duration_s for span in found) for role, found in spans.items()}
    together_s = sum(spoken_s.values())
    return Signals(
        duration_s=duration_s,
        activity=spans,
        silences=_silences(spans),
        overlaps=_overlaps({role: _merged(found, BREATH_S) for role, found in spans.items()}),
        response_gaps=_response_gaps(spans),
        talk_share={role: took_s / together_s for role, took_s in spoken_s.items() if together_s},
        speech_rate=_speech_rate(turns, spoken_s),
        overlap_confidence=overlap_confidence,
    )


def _merged(spans: Sequence[Span], apart_s: float = 0.0) -> list[Span]:
    """Spans in order of time, those no further apart made one."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start_s, each.end_s)):
        if merged and span.start_s - merged[-1].end_s <= apart_s:
            merged[-1] = Span(merged[-1].start_s, max(merged[-1].end_s, span.end_s))
        else:
            merged.append(span)
    return merged


def _silences(activity: Mapping[Role, Sequence[Span]]) -> tuple[Span, ...]:
    speech = _merged([span for spans in activity.values() for span in spans])
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


def _speech_rate(turns: Sequence[Turn], spoken_s: Mapping[Role, float]) -> dict[Role, float]:
    """Characters (zh) or words (en) per minute of a party's own speaking time."""
    said: dict[Role, int] = {}
    for turn in turns:
        said[turn.speaker] = said.get(turn.speaker, 0) + len(tokens_of(turn.text))
    return {
        role: 60 * said[role] / took_s
        for role, took_s in spoken_s.items()
        if took_s >= MIN_RATE_S and role in said
    }
