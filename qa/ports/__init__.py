"""What the services and the pipeline need from the outside, as Protocols: one module for each neighbour.

Adapters live in ``qa.audio``, ``models``, ``qa.store``, ``qa.identity`` and ``qa.interop``; ``qa.bootstrap``
chooses them. Audio is float32 in [-1, 1] at ``SAMPLE_RATE`` unless a name says otherwise.
"""

from __future__ import annotations

from qa.ports.calls import Calls, Rubrics, Runs
from qa.ports.sound import (
    SAMPLE_RATE,
    Acoustics,
    AudioShelf,
    DecodedAudio,
    Decoder,
    Samples,
    Soundscape,
    VoiceActivity,
)
from qa.ports.speech import (
    CallSpeech,
    Diarization,
    Diarizer,
    Encoder,
    Recognised,
    Transcriber,
    Utterances,
    Vectors,
    WeightFacts,
    WeightStore,
)
from qa.ports.store import Clock, Store, UnitOfWork, UnitOfWorkFactory

__all__ = [
    "SAMPLE_RATE",
    "Acoustics",
    "AudioShelf",
    "CallSpeech",
    "Calls",
    "Clock",
    "DecodedAudio",
    "Decoder",
    "Diarization",
    "Diarizer",
    "Encoder",
    "Recognised",
    "Rubrics",
    "Runs",
    "Samples",
    "Soundscape",
    "Store",
    "Transcriber",
    "UnitOfWork",
    "UnitOfWorkFactory",
    "Utterances",
    "Vectors",
    "VoiceActivity",
    "WeightFacts",
    "WeightStore",
]
