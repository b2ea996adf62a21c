"""What a recording holds besides words, and how good it is: the whole of ``qa.ports.Acoustics``."""

from __future__ import annotations

from collections.abc import Sequence

from qa.audio import quality, sounds
from qa.audio.bleed import separate
from qa.audio.spectra import steadiness, tonality
from qa.domain.sound import RecordingQuality
from qa.domain.transcript import Span
from qa.ports import Samples, Soundscape

VERSION = "1"
"""Raised whenever a constant of these modules changes: it decides what is recognised."""


class SoundAnalysis:
    """Tells speech from what only sounds like it by signal processing alone: nothing is learnt or loaded."""

    def analyse(self, channels: Samples, speech: Sequence[Sequence[Span]]) -> Soundscape:
        """Look at one recording (see ``qa.ports.Acoustics``)."""
        heard = [
            sounds.find(tonality(channel), steadiness(channel), spans)
            for channel, spans in zip(channels, speech, strict=True)
        ]
        own = tuple(each.speech for each in heard)
        bleed = (0.0,) * len(own)
        same_voice = False
        if len(own) > 1:
            crossing = separate(channels, own)
            own, bleed = crossing.speech, crossing.bleed
            same_voice = crossing.same_voice is not None
        figures = tuple(
            quality.figures(
                channel,
                speech=spans,
                occupied=[*before, *(sound.span for sound in each.sounds)],
                bleed=share,
            )
            for channel, spans, before, each, share in zip(
                channels, own, speech, heard, bleed, strict=True
            )
        )
        return Soundscape(
            speech=own,
            sounds=tuple(each.sounds for each in heard),
            quality=RecordingQuality(figures, quality.faults(figures, same_voice=same_voice)),
        )
