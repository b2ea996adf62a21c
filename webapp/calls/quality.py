"""Recording quality as the page draws it: for each channel, how far speech stands over the noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.domain.call import Role
from qa.domain.records import CallDetail
from qa.domain.sound import ChannelQuality, Fault
from webapp.calls.waveform import MIXED, lane_roles

FLOOR_DBFS = -80.0
"""The quiet end of the drawn scale, dB relative to full scale; the loud end is full scale."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel.

    Attributes:
        party: Whose channel it is (``mixed`` for both parties), ``None`` where that is not known.
        number: Its place in the recording, from 1.
        noise_bar: Where the noise lies on the scale, 0-1.
        speech_bar: Where speech lies on the scale, 0-1; 0 without speech.
    """

    party: str | None
    number: int
    figures: ChannelQuality
    noise_bar: float
    speech_bar: float


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a recording can be heard, channel by channel."""

    channels: tuple[Channel, ...]
    faults: tuple[Fault, ...]

    @property
    def has_speech(self) -> bool:
        """Whether somebody speaks on some channel."""
        return any(channel.figures.speech_dbfs is not None for channel in self.channels)


def quality(detail: CallDetail) -> Quality | None:
    """What is known of a call's recording; ``None`` where an earlier version heard it or it cannot be read."""
    measured = detail.quality
    if measured is None:
        return None
    recording = detail.recording
    lanes = lane_roles(detail.record, recording, detail.hearing) if recording else []
    return Quality(
        channels=tuple(
            Channel(
                party=_party(lanes, place, len(measured.channels)),
                number=place + 1,
                figures=channel,
                noise_bar=_place(channel.noise_dbfs),
                speech_bar=0.0 if channel.speech_dbfs is None else _place(channel.speech_dbfs),
            )
            for place, channel in enumerate(measured.channels)
        ),
        faults=measured.faults,
    )


def _party(lanes: Sequence[str], place: int, channels: int) -> str | None:
    if channels == 1:
        return MIXED
    if len(lanes) != channels or lanes[place] == Role.UNKNOWN:
        return None
    return lanes[place]


def _place(level_dbfs: float) -> float:
    return min(1.0, max(0.0, 1.0 - level_dbfs / FLOOR_DBFS))
