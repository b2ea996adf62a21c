"""Where nobody talks: what the page marks on the waveform, names in the transcript and sums up beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qa.domain.call import Role
from qa.domain.signals import Signals
from qa.domain.transcript import Span

LONG_SILENCE_S = 5.0
"""Silences from this length on are worth seeing, also where it is not told what they are."""

PauseKind = Literal["ringback", "music", "hold", "dead_air", "silence"]
"""``music`` and ``hold`` are holds with music and without; ``silence`` is a long one of neither kind, as in
calls that an earlier version heard."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch without talk; ``awaited`` is whose turn it was to speak, if that can be told."""

    kind: PauseKind
    span: Span
    awaited: Role = Role.UNKNOWN


def pauses(signals: Signals) -> tuple[Pause, ...]:
    """The stretches of a call in which nobody talks, in time order, each named once."""
    found = [Pause("ringback", span) for span in signals.ringback]
    found += [
        Pause("music" if hold.sound == "music" else "hold", Span(hold.start_s, hold.end_s))
        for hold in signals.holds
    ]
    found += [
        Pause("dead_air", Span(silence.start_s, silence.end_s), silence.awaited)
        for silence in signals.dead_air
    ]
    named = [pause.span for pause in found]
    found += [
        Pause("silence", span)
        for span in signals.silences
        if span.duration_s >= LONG_SILENCE_S and not _is_named(span, named)
    ]
    return tuple(sorted(found, key=lambda pause: pause.span.start_s))


def _is_named(silence: Span, named: Sequence[Span]) -> bool:
    """Whether most of a silence is known to be something else."""
    return sum(silence.overlap_s(span) for span in named) > silence.duration_s / 2
