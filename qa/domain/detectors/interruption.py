"""One party comes in while the other speaks, and takes the word."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from qa.domain.call import Role
from qa.domain.detectors import heard
from qa.domain.detectors.backchannel import is_backchannel, said_over
from qa.domain.detectors.base import Answer, Case, Certainty, Finding
from qa.domain.detectors.text import Token
from qa.domain.scorecard import Evidence, Searched
from qa.domain.signals import Overlap
from qa.domain.transcript import Span
from qa.domain.wording import Reason

HELD_S = 1.5
"""Speech shorter than this holds no floor: coming in over a "mm" or a "hello?" interrupts nobody."""

BREATH_S = 0.6
"""A pause within one party's speech that does not give up the floor."""

MARGIN_S = 0.3
"""An overlap longer than the limit by this is long beyond doubt.

Where one channel holds both parties, one shorter by no more may have been long enough: a diarizer's edges are
no better than that.
"""


def find(case: Case, by: Role, at_least_s: float) -> Finding:
    """Interruptions by one party of at least a given length.

    An answer to the very first words, a back-channel ("嗯", "okay"), a word over another's
    back-channel, and a noise without words are no interruptions. Whether the gates refused words
    there that would make it one is for a person, and so is an overlap in a mono recording that is
    nearly long enough or breaks off for a breath.
    """
    floor = _floor(case, by)
    came_in = [
        overlap
        for overlap in case.signals.overlaps
        if overlap.started_by is by
        and case.looks_at(overlap.start_s)
        and not _greets(case, by, overlap)
        and _holds_floor(floor, overlap)
    ]
    spoken = [
        (overlap, said_over(case.streams[by], overlap))
        for overlap in came_in
        if overlap.duration_s >= at_least_s
    ]
    real = [(overlap, words) for overlap, words in spoken if _takes_word(overlap, words)]
    if real:
        return _interrupted(case, by, at_least_s, real)
    lost = [overlap for overlap, words in spoken if not words and _refused(case, overlap)]
    if lost:
        return _unsure(by, "unsure.overlap", lost)
    if case.signals.overlap_confidence < 1:
        nearly = [
            overlap
            for overlap, together_s in _joined(came_in)
            if together_s >= at_least_s - MARGIN_S
            and _takes_word(overlap, said_over(case.streams[by], overlap))
        ]
        if nearly:
            return _unsure(by, "unsure.interruption", nearly)
    return Finding(
        Answer.NO,
        Reason("absent.interruption", {"speaker": by, "at_least_s": at_least_s}),
        Certainty(role=case.transcript.role_confidence, detector=case.signals.overlap_confidence),
        searched=Searched(case.span.start_s, case.span.end_s, by),
    )


def _interrupted(
    case: Case, by: Role, at_least_s: float, real: Sequence[tuple[Overlap, Sequence[Token]]]
) -> Finding:
    longest, words = max(real, key=lambda one: one[0].duration_s)
    clear = min(1.0, 0.7 + 0.3 * (longest.duration_s - at_least_s) / MARGIN_S)
    stream = case.streams[by]
    clips = []
    for overlap, tokens in real:
        first = stream.tokens.index(tokens[0])
        quote = stream.quote(first, first + len(tokens) - 1)
        clips.append(Evidence(overlap.start_s, overlap.end_s, by, quote))
    return Finding(
        Answer.YES,
        Reason(
            "found.interruption",
            {
                "speaker": by,
                "count": len(real),
                "at_s": longest.start_s,
                "duration_s": longest.duration_s,
            },
        ),
        Certainty(
            heard.recognition(words),
            case.transcript.role_confidence,
            case.signals.overlap_confidence * clear,
        ),
        tuple(clips),
    )


def _unsure(by: Role, code: str, overlaps: Sequence[Overlap]) -> Finding:
    return Finding(
        Answer.UNSURE,
        Reason(code, {"speaker": by, "at_s": overlaps[0].start_s}),
        evidence=tuple(Evidence(each.start_s, each.end_s, by, "") for each in overlaps),
    )


def _greets(case: Case, by: Role, overlap: Overlap) -> bool:
    turns = case.transcript.of(by)
    return not turns or overlap.start_s < turns[0].end_s


def _takes_word(overlap: Overlap, words: Sequence[Token]) -> bool:
    """Whether what is said over the other is more than a back-channel."""
    said = [token.text for token in words]
    return bool(said) and not overlap.backchannel and not is_backchannel(said)


def _floor(case: Case, by: Role) -> list[Span]:
    """Where the other party has the word, breaths included, in order of time."""
    other = Role.CUSTOMER if by is Role.AGENT else Role.AGENT
    held: list[Span] = []
    for span in case.signals.activity.get(other, ()):
        if held and span.start_s - held[-1].end_s <= BREATH_S:
            held[-1] = Span(held[-1].start_s, span.end_s)
        else:
            held.append(span)
    return held


def _holds_floor(floor: Sequence[Span], overlap: Overlap) -> bool:
    """Whether the other party was speaking at some length, judged by its time alone."""
    at = bisect_right(floor, overlap.start_s, key=lambda span: span.end_s)
    return at < len(floor) and floor[at].duration_s >= HELD_S


def _joined(overlaps: Sequence[Overlap]) -> list[tuple[Overlap, float]]:
    """Overlaps that a breath apart make one, each with the seconds that both speak in it."""
    joined: list[tuple[Overlap, float]] = []
    for overlap in overlaps:
        if joined and overlap.start_s - joined[-1][0].end_s <= BREATH_S:
            before, together_s = joined[-1]
            joined[-1] = (
                Overlap(before.start_s, overlap.end_s, overlap.started_by),
                together_s + overlap.duration_s,
            )
        else:
            joined.append((overlap, overlap.duration_s))
    return joined


def _refused(case: Case, overlap: Overlap) -> bool:
    clash = Span(overlap.start_s, overlap.end_s)
    return any(
        clash.overlap_s(Span(dropped.start_s, dropped.end_s)) > 0
        for dropped in case.transcript.dropped
    )
