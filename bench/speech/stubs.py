"""Models that take no time: what is left is decoding, the store, scoring and the way between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from qa.batch import stages
from qa.batch.attribute import Attribute
from qa.domain.sound import ChannelQuality, RecordingQuality
from qa.domain.transcript import Span, Word
from qa.ports import CallSpeech, Diarization, Recognised, Samples, Soundscape

_SPOKEN = (Span(0.2, 1.4), Span(1.8, 2.8))
_SAID = (
    "Good morning, Northwind, this is Claire. How can I help you? Thank you for calling, goodbye.",
    "Hello, my parcel has not arrived. Thanks, that is all I wanted to know.",
)


class StubVoiceActivity:
    """Hears speech at the same times in every channel."""

    def speech(self, samples: Samples) -> tuple[Span, ...]:
        """The spans, however long the channel is."""
        return _SPOKEN if samples.size else ()


class StubAcoustics:
    """Finds nothing but speech."""

    def analyse(self, channels: Samples, speech: Sequence[Sequence[Span]]) -> Soundscape:
        """All speech is its channel's own."""
        quality = RecordingQuality(tuple(ChannelQuality(-20.0, -60.0, 0.0, 0.0) for _ in channels))
        return Soundscape(
            tuple(tuple(spans) for spans in speech), tuple(() for _ in channels), quality
        )


class StubTranscriber:
    """Hears the same words in every call: an agent's in the first channel, a customer's in the other."""

    def transcribe(
        self, calls: Sequence[CallSpeech], *, hotwords: Sequence[str]
    ) -> tuple[tuple[Recognised, ...], ...]:
        """The words, spread over the speech; ``hotwords`` change nothing."""
        del hotwords
        return tuple(
            tuple(
                Recognised("en", 1.0, _words(text), ())
                for _, text in zip(call.channels, _SAID, strict=False)
            )
            for call in calls
        )


class StubDiarizer:
    """Hears the two parties one after the other."""

    def diarize(self, samples: Samples, *, max_speakers: int) -> Diarization:
        """Two voices, whatever is allowed."""
        del samples, max_speakers
        first, second = _SPOKEN
        return Diarization({"A": (first,), "B": (second,)}, ((first, "A"), (second, "B")))


STAGES: Mapping[str, Callable[[], Any]] = {
    "voice activity": partial(stages.FindVoice, StubVoiceActivity()),
    "listen": partial(stages.Listen, StubAcoustics()),
    "recognise": partial(stages.Recognise, StubTranscriber(), ()),
    "diarize": partial(Attribute, StubDiarizer),
}
"""By the name of the step whose models they stand in for."""


def _words(text: str) -> tuple[Word, ...]:
    words = text.split()
    start_s, length_s = _SPOKEN[0].start_s, _SPOKEN[0].duration_s / len(words)
    return tuple(
        Word(start_s + index * length_s, start_s + (index + 1) * length_s, word, 0.9)
        for index, word in enumerate(words)
    )
