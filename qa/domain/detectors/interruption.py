"""One party comes in while the other speaks, and takes the word."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.domain.call import Role
from qa.domain.detectors import heard
from qa.domain.detectors.base import Answer, Case, Certainty, Finding
from qa.domain.detectors.text import Token, is_han
from qa.domain.scorecard import Evidence, Searched
from qa.domain.signals import Overlap
from qa.domain.transcript import Span
from qa.domain.wording import Reason

HELD_S = 1.5
"""Speech shorter than this holds no floor: coming in over a "mm" or a "hello?" interrupts nobody."""

BREATH_S = 0.6
"""A pause within one party's speech that does not give up the floor."""

WORD_SLACK_S = 0.4
"""Words are timed less exactly than speech; those this near to an overlap may be in it."""

MARGIN_S = 0.3
"""An overlap longer than the limit by this is long beyond doubt."""

_BACKCHANNEL = re.compile(
    r"(?:(?:嗯|恩|唔|哦|噢|喔|啊|呃|额|哎|唉|诶|欸|对|对的|对对|是|是的|是啊|好|好的|好吧|行|可以|没错|明白|了解|清楚|知道了|"
    r"我知道|我明白|理解|谢谢|谢谢你|不客气|没事|没关系|抱歉|不好意思|对不起|你好|喂|再见|拜拜|请讲|你说|你讲|你请说|嗯哼|呢|呀|了)\s*"
    r"|\b(?:uh|um|er|ah|oh|hm+|mm+|mhm|huh|okay|right|yes|yeah|yep|no|sure|great|good|lovely|fine|"
    r"i see|i know|got it|of course|no problem|thank you|thanks|hello|hi|good (?:morning|afternoon|evening)|"
    r"bye|goodbye|all right|alright|sorry|i am sorry|pardon|excuse me|absolutely|exactly|certainly|"
    r"definitely|go on|go ahead|i understand|understood|you too|please|that is right|perfect)\b\s*)+"
)


def find(case: Case, by: Role, at_least_s: float) -> Finding:
    """Interruptions by one party of at least a given length.

    An answer to the very first words, a back-channel ("嗯", "okay"), a word over another's
    back-channel, and a noise without words are no interruptions. Whether the gates refused words
    there that would make it one is for a person.
    """
    candidates = [
        overlap
        for overlap in case.signals.overlaps
        if overlap.started_by is by
        and overlap.duration_s >= at_least_s
        and not _greets(case, by, overlap)
        and _holds_floor(case, by, overlap)
    ]
    spoken = [(overlap, _words(case, by, overlap)) for overlap in candidates]
    real = [(overlap, words) for overlap, words in spoken if words and not _backchannel(words)]
    if real:
        return _interrupted(case, by, at_least_s, real)
    lost = [overlap for overlap, words in spoken if not words and _refused(case, overlap)]
    if lost:
        return Finding(
            Answer.UNSURE,
            Reason("unsure.overlap", {"speaker": by, "at_s": lost[0].start_s}),
            evidence=tuple(Evidence(each.start_s, each.end_s, by, "") for each in lost),
        )
    end_s = case.signals.duration_s
    return Finding(
        Answer.NO,
        Reason("absent.interruption", {"speaker": by, "at_least_s": at_least_s}),
        Certainty(role=case.transcript.role_confidence, detector=case.signals.overlap_confidence),
        searched=Searched(0.0, end_s, by),
    )


def _interrupted(
    case: Case, by: Role, at_least_s: float, real: Sequence[tuple[Overlap, list[Token]]]
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


def _greets(case: Case, by: Role, overlap: Overlap) -> bool:
    turns = case.transcript.of(by)
    return not turns or overlap.start_s < turns[0].end_s


def _holds_floor(case: Case, by: Role, overlap: Overlap) -> bool:
    """Whether the other party was speaking at some length, judged by its time alone."""
    other = Role.CUSTOMER if by is Role.AGENT else Role.AGENT
    held: Span | None = None
    for span in case.signals.activity.get(other, ()):
        if held is not None and span.start_s - held.end_s <= BREATH_S:
            held = Span(held.start_s, span.end_s)
        elif held is not None and held.end_s > overlap.start_s:
            break
        else:
            held = span
    return held is not None and held.end_s > overlap.start_s and held.duration_s >= HELD_S


def _words(case: Case, by: Role, overlap: Overlap) -> list[Token]:
    near = Span(overlap.start_s - WORD_SLACK_S, overlap.end_s + WORD_SLACK_S)
    return [token for token in case.streams[by].tokens if heard.inside(token, near)]


def _backchannel(words: Sequence[Token]) -> bool:
    text = "".join(token.text if is_han(token.text) else f" {token.text} " for token in words)
    return _BACKCHANNEL.fullmatch(re.sub(r"\s+", " ", text).strip()) is not None


def _refused(case: Case, overlap: Overlap) -> bool:
    clash = Span(overlap.start_s, overlap.end_s)
    return any(
        clash.overlap_s(Span(dropped.start_s, dropped.end_s)) > 0
        for dropped in case.transcript.dropped
    )
