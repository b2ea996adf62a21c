"""How a call was talked, in figures with the lengths of their bars: who, how fast, how soon, over whom."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from qa.domain.call import Role
from qa.domain.records import Hearing
from qa.domain.signals import Overlap, ResponseGap
from qa.domain.transcript import Transcript
from webapp.calls.pauses import Pause, PauseKind, pauses

USUAL_RATE = {"zh": 400.0, "en": 240.0}
"""Characters (zh) or words (en) a minute that fill a bar; faster speech stretches the scale for both parties."""
USUAL_REPLY_S = 3.0
USUAL_OVERTALK_S = 5.0

PARTIES = (Role.AGENT, Role.CUSTOMER, Role.UNKNOWN)
"""In the order they are shown."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One party's figure; ``bar`` is its length, 0-1."""

    party: Role
    value: float
    bar: float


@dataclass(frozen=True, slots=True)
class Rate(Figure):
    """How fast a party speaks, a minute: characters where ``language`` is ``zh``, else words."""

    language: str


@dataclass(frozen=True, slots=True)
class Replies:
    """How soon a party answers: the median, and the time within which nine in ten answers come, seconds.

    ``median_bar`` and ``slow_bar`` are their places on the bar, 0-1.
    """

    party: Role
    median_s: float
    slow_s: float
    median_bar: float
    slow_bar: float


@dataclass(frozen=True, slots=True)
class Overtalk:
    """How long and how often a party came in while the other spoke, back-channels left out."""

    party: Role
    total_s: float
    times: int
    bar: float


@dataclass(frozen=True, slots=True)
class PauseSum:
    """All pauses of one kind: the longest, how many, and how long together."""

    longest: Pause
    times: int
    total_s: float


@dataclass(frozen=True, slots=True)
class Talk:
    """The figures of one call.

    Attributes:
        backchannels: Overlaps in which somebody only showed that they listen.
        overlaps_sure: Whether overlaps were measured on separate channels.
    """

    shares: tuple[Figure, ...]
    rates: tuple[Rate, ...]
    replies: tuple[Replies, ...]
    overtalk: tuple[Overtalk, ...]
    backchannels: int
    overlaps_sure: bool
    pauses: tuple[PauseSum, ...]


def talk(hearing: Hearing) -> Talk:
    """Sum up how a call was talked."""
    signals = hearing.signals
    return Talk(
        shares=_shares(signals.talk_share),
        rates=_rates(signals.speech_rate, hearing.transcript),
        replies=_replies(signals.response_gaps),
        overtalk=_overtalk(signals.overlaps),
        backchannels=sum(overlap.backchannel for overlap in signals.overlaps),
        overlaps_sure=signals.overlap_confidence >= 1.0,
        pauses=_pause_sums(pauses(signals)),
    )


def _shares(by_party: Mapping[Role, float]) -> tuple[Figure, ...]:
    return tuple(Figure(party, by_party[party], by_party[party]) for party in _shown(by_party))


def _rates(by_party: Mapping[Role, float], transcript: Transcript) -> tuple[Rate, ...]:
    languages = {party: _language_of(party, transcript) for party in _shown(by_party)}
    full = max((by_party[party] / USUAL_RATE[each] for party, each in languages.items()), default=0)
    return tuple(
        Rate(party, by_party[party], by_party[party] / USUAL_RATE[each] / max(1.0, full), each)
        for party, each in languages.items()
    )


def _language_of(party: Role, transcript: Transcript) -> Literal["zh", "en"]:
    """The language that most of a party's words take their time in, which its speed is counted in."""
    words = [word for turn in transcript.of(party) for word in turn.words]
    chinese_s = sum(word.end_s - word.start_s for word in words if _HAN.search(word.text))
    other_s = sum(word.end_s - word.start_s for word in words if _LATIN.search(word.text))
    if chinese_s == other_s:
        return "zh" if transcript.language == "zh" else "en"
    return "zh" if chinese_s > other_s else "en"


_HAN = re.compile(r"[㐀-鿿〇]")
_LATIN = re.compile(r"[A-Za-z]")


def _shown(by_party: Mapping[Role, float]) -> list[Role]:
    return [party for party in PARTIES if party in by_party]


def _replies(gaps: Sequence[ResponseGap]) -> tuple[Replies, ...]:
    waits = {
        party: sorted(gap.end_s - gap.start_s for gap in gaps if gap.responder is party)
        for party in PARTIES
    }
    measured = {party: (median(took), _ninth(took)) for party, took in waits.items() if took}
    full = max([USUAL_REPLY_S, *(slow_s for _, slow_s in measured.values())])
    return tuple(
        Replies(party, median_s, slow_s, median_s / full, slow_s / full)
        for party, (median_s, slow_s) in measured.items()
    )


def _ninth(ordered: Sequence[float]) -> float:
    """The 90th percentile by nearest rank: a value that was measured, also of a few."""
    return ordered[math.ceil(0.9 * len(ordered)) - 1]


def _overtalk(overlaps: Iterable[Overlap]) -> tuple[Overtalk, ...]:
    by_party: dict[Role, list[float]] = {party: [] for party in PARTIES}
    for overlap in overlaps:
        if not overlap.backchannel:
            by_party[overlap.started_by].append(overlap.duration_s)
    full = max([USUAL_OVERTALK_S, *map(sum, by_party.values())])
    return tuple(
        Overtalk(party, sum(took), len(took), sum(took) / full)
        for party, took in by_party.items()
        if took
    )


def _pause_sums(found: Sequence[Pause]) -> tuple[PauseSum, ...]:
    by_kind: dict[PauseKind, list[Pause]] = {}
    for pause in found:
        by_kind.setdefault(pause.kind, []).append(pause)
    return tuple(
        PauseSum(
            longest=max(of_kind, key=lambda pause: pause.span.duration_s),
            times=len(of_kind),
            total_s=sum(pause.span.duration_s for pause in of_kind),
        )
        for of_kind in by_kind.values()
    )
