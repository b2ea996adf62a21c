"""Long silences: the customer is kept waiting, or the line is dead and somebody's word is awaited.

The one definition of a hold, for the measures of a call and for the rubric that asks about them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache

from qa.domain.call import Role
from qa.domain.detectors.backchannel import is_backchannel
from qa.domain.detectors.matching import matches
from qa.domain.detectors.phrases import Phrases, compile_phrases
from qa.domain.detectors.text import Stream, stream_of
from qa.domain.signals import DeadAir, Hold
from qa.domain.sound import Sound
from qa.domain.transcript import Span, Turn, merged

HOLD_S = 8.0
"""Waiting this long without music is a hold."""

MUSIC_HOLD_S = 3.0
"""Music this long while nobody speaks says that the customer was put on hold."""

DEAD_AIR_S = 3.0
"""A shorter silence is a pause for thought."""

TAIL_TOKENS = 12
"""The end of a turn, in which it asks or asks to wait: what was asked before was answered or left."""

_WORDS_LATE_S = 0.5
"""Words may be timed to end this much after the speech they are of."""

ANNOUNCES = (
    "(稍|请|先|再)(等|候)(一下|一会|一等|下|会|等)",
    "稍(等|候)",
    "请等",
    "等(一|)(下|会|等)",
    "等我*(查|看|问|核|确认|找|拿)",
    "片刻",
    "(别|不要)(挂|挂断)",
    "我(先|去|来|马上|现在|这边|)(查|看|核实|核对)(一|)(下|查|看)",
    "我(给|帮|为)你(查|看|核实|核对)",
    "(please|) hold (on|for|a|the)",
    "please hold",
    "hang on",
    "(1|just a|a) (moment|second|sec|minute)",
    "bear with (me|us)",
    "(let me|i will|i am going to|i am just going to) (just|quickly|go and|) (check|look|see|find|get|pull)",
    "stay on the line",
    "(ask|asking|want|need) you to (wait|hold)",
    "(mind|okay|able|happy) *(hanging on|holding|waiting|to hold|to wait)",
    "give me (a|1|2|just|half)",
    "(go|goes|be) quiet",
    "wait here on the line",
)
"""An agent who says so announces a wait, and speaks next; the rubric that ships takes it for a notice, too."""

_LOOKS = (
    "(我|这边)(先|去|来|再|现在|)(找|翻|拿|取|问)(一|)(下|找|)",
    "让我(看|查|找|想)",
    "我(想|看)(一|)(想|看|下)",
)
"""A customer who says so is looking something up, and speaks next."""

_STILL_THERE = (
    "^(hello|hi)?",
    "(are|you) (you|still) (there|still there|with me)",
    "(still|anybody|anyone) there",
    "(been|get|got) cut off",
    "^喂喂",
    "^喂?",
    "(还|你|在|有人)(在|在不在|在听|在线)(吗|么|没)",
)
"""A customer who ends a silence so was waiting for the agent."""

_NOT_WAIT = ("(帮|给|替|为|请|叫|找|和|跟)我",)
"""It is the other who shall look."""

_ASK = (
    "请问",
    "(帮|给|替)我",
    "(什么|多少|哪|谁|为何)",
    "几(位|个|号|点|月|天|次|张)",
    "怎么(回事|办|称呼|了|样|会|还)",
    "(是不是|有没有|能不能|可不可以|对不对|好不好|行不行|要不要|方不方便)",
    "(请|麻烦)(你|)(再|先|把|)*(提供|报|说|讲|念|读|告诉|输入|核对|描述|确认)",
    "(报|说|讲|念|提供|描述)(一下|下|给我)",
    "(请讲|请说|你说|你讲)$",
    "(can|could|would|will|may|might) (you|i) (please|just|also|)",
    "(what|when|where|which|who|why|how) (is|are|was|were|do|does|did|can|would|should|much|many|long)",
    "(tell|give|read|send|show) me",
    "(do|did|are|were|have|is|was) (you|your|that|this|there|it)*?",
    "i (just|) need (your|the|you to)",
    "(please|) (confirm|spell|repeat|provide|state) (your|the|that)",
    "go ahead$",
)


class _Stance(Enum):
    """What the end of a turn leaves open."""

    WAITS = "the speaker will speak next"
    ASKS = "the other shall answer"
    LISTENS = "the other goes on"
    STATES = "nothing"


@dataclass(frozen=True, slots=True)
class Waits:
    """The long silences of a call, each one or the other, in order of time."""

    holds: tuple[Hold, ...]
    dead_air: tuple[DeadAir, ...]


def waits(
    activity: Mapping[Role, Sequence[Span]],
    silences: Sequence[Span],
    turns: Sequence[Turn],
    sounds: Mapping[Role, Sequence[Sound]],
    *,
    shortest_s: float = DEAD_AIR_S,
) -> Waits:
    """Tell the holds of a call from its dead air.

    A hold is a silence of ``HOLD_S`` that it was the agent's to end, or one of any length with
    ``MUSIC_HOLD_S`` of music that is not the customer's own. Where the line rings again, as in a transfer,
    only what was said before tells.

    Args:
        activity: When each party speaks.
        silences: Where nobody speaks.
        turns: What was said.
        sounds: What each party's channel holds besides speech; under ``Role.UNKNOWN`` where they share one.
        shortest_s: Silences shorter than this are neither.
    """
    floor = _Floor.of(activity, turns)
    played = _spans(sounds, "music", but=Role.CUSTOMER)
    heard, rung = _spans(sounds, "music"), _spans(sounds, "ringback")
    holds: list[Hold] = []
    dead_air: list[DeadAir] = []
    for silence in silences:
        if silence.duration_s < shortest_s:
            continue
        music = _within(played, silence) >= MUSIC_HOLD_S
        awaited = floor.awaited(silence, rings=_within(rung, silence) > 0)
        if music or (awaited is Role.AGENT and silence.duration_s >= HOLD_S):
            loud = music or 2 * _within(heard, silence) >= silence.duration_s
            holds.append(Hold(silence.start_s, silence.end_s, "music" if loud else "silence"))
        else:
            dead_air.append(DeadAir(silence.start_s, silence.end_s, awaited))
    return Waits(tuple(holds), tuple(dead_air))


@dataclass(frozen=True, slots=True)
class _Floor:
    """Who has the word, by time."""

    ends: list[tuple[float, Role]]
    starts: list[tuple[float, Role]]
    turns: list[Turn]
    turn_ends: list[float]

    @classmethod
    def of(cls, activity: Mapping[Role, Sequence[Span]], turns: Sequence[Turn]) -> _Floor:
        """The floor of one call."""
        spans = [(span, role) for role, found in activity.items() for span in found]
        ordered = sorted(turns, key=lambda turn: turn.end_s)
        return cls(
            sorted((span.end_s, role) for span, role in spans),
            sorted((span.start_s, role) for span, role in spans),
            ordered,
            [turn.end_s for turn in ordered],
        )

    def sides(self, silence: Span) -> tuple[Role, Role]:
        """Who speaks last before a silence and first after it."""
        before = bisect_right(self.ends, silence.start_s, key=lambda end: end[0]) - 1
        after = bisect_left(self.starts, silence.end_s, key=lambda start: start[0])
        return (
            self.ends[before][1] if before >= 0 else Role.UNKNOWN,
            self.starts[after][1] if after < len(self.starts) else Role.UNKNOWN,
        )

    def awaited(self, silence: Span, *, rings: bool) -> Role:
        """Whose turn it was to speak in a silence; unknown where it cannot be told."""
        before, after = self.sides(silence)
        if Role.UNKNOWN in (before, after):
            return Role.UNKNOWN
        stance, answered = self._stances(silence, before)
        other = Role.CUSTOMER if before is Role.AGENT else Role.AGENT
        # An answer in two parts, or one that is waited for: only a person hears which.
        half = before is after is Role.CUSTOMER and answered is _Stance.ASKS
        if stance is _Stance.WAITS:
            return before
        if after is Role.CUSTOMER and self._asks_for_agent(silence):
            return Role.AGENT
        if rings or (stance is _Stance.STATES and half):
            return Role.UNKNOWN
        if stance is _Stance.ASKS or (before, after) == (Role.AGENT, Role.CUSTOMER):
            return other
        # To a question "mm" is no answer yet; to anything else it says "go on".
        return before if stance is _Stance.LISTENS and answered is _Stance.ASKS else Role.AGENT

    def _asks_for_agent(self, silence: Span) -> bool:
        """Whether the first words after a silence ask if the agent is still on the line."""
        following = bisect_right(self.turn_ends, silence.end_s)
        if following == len(self.turns) or self.turns[following].speaker is not Role.CUSTOMER:
            return False
        stream = stream_of((self.turns[following],))
        first = [place for place, token in enumerate(stream.tokens) if token.sentence <= 1]
        return bool(matches(_patterns(_STILL_THERE), stream, sounds=None, gap=6, starts=first))

    def _stances(self, silence: Span, before: Role) -> tuple[_Stance, _Stance]:
        """What the last turn before a silence leaves open, and what the other party's last one did."""
        last = bisect_right(self.turn_ends, silence.start_s + _WORDS_LATE_S) - 1
        if last < 0 or self.turns[last].speaker is not before:
            return _Stance.STATES, _Stance.STATES
        earlier = last - 1
        # A few turns back: what was asked longer ago is not what is awaited.
        while earlier > max(-1, last - 4) and self.turns[earlier].speaker is before:
            earlier -= 1
        asked = earlier >= 0 and self.turns[earlier].speaker is not before
        return (
            _stance(self.turns[last]),
            _stance(self.turns[earlier]) if asked else _Stance.STATES,
        )


def _stance(turn: Turn) -> _Stance:
    stream = stream_of((turn,))
    if is_backchannel([token.text for token in stream.tokens]):
        return _Stance.LISTENS
    waits_too = ANNOUNCES if turn.speaker is Role.AGENT else (*ANNOUNCES, *_LOOKS)
    waiting, asking = _latest(waits_too, stream, _NOT_WAIT), _latest(_ASK, stream)
    tail = max(0, len(stream.tokens) - TAIL_TOKENS)
    if stream.tokens and stream.tokens[-1].sentence in stream.asking:
        asking = max(asking, tail)
    if waiting >= max(tail, asking):
        return _Stance.WAITS
    return _Stance.ASKS if asking >= tail and stream.tokens else _Stance.STATES


def _latest(phrases: tuple[str, ...], stream: Stream, but: tuple[str, ...] = ()) -> int:
    """The last token of what is said of some phrases, -1 where none is."""
    found = matches(_patterns(phrases), stream, sounds=None, gap=6)
    barred = matches(_patterns(but), stream, sounds=None)
    return max(
        (match.last for match in found if not any(match.overlaps(bar) for bar in barred)),
        default=-1,
    )


@cache
def _patterns(phrases: tuple[str, ...]) -> Phrases:
    return compile_phrases(*phrases)


def _spans(
    sounds: Mapping[Role, Sequence[Sound]], kind: str, *, but: Role | None = None
) -> list[Span]:
    """Where a kind of sound is heard on any channel but one, in order and apart."""
    return merged(
        sound.span
        for role, heard in sounds.items()
        for sound in heard
        if sound.kind == kind and role is not but
    )


def _within(spans: Sequence[Span], silence: Span) -> float:
    """Seconds of a silence that some spans fill."""
    first = bisect_right(spans, silence.start_s, key=lambda span: span.end_s)
    last = bisect_left(spans, silence.end_s, key=lambda span: span.start_s)
    return sum(span.overlap_s(silence) for span in spans[first:last])
