"""faster-whisper as its README uses it, on each channel of each file; prints the texts as JSON.

``python -m bench.speech.plain_faster_whisper MODEL THREADS FILE...``
"""

from __future__ import annotations

import json
import sys

import soundfile
import soxr
from faster_whisper import WhisperModel

_RATE_HZ = 16_000


def main(folder: str, threads: str, *recordings: str) -> None:
    """Transcribe each channel with the defaults of ``WhisperModel.transcribe``."""
    model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=int(threads))
    heard = []
    for recording in recordings:
        samples, rate_hz = soundfile.read(recording, dtype="float32", always_2d=True)
        texts = []
        for channel in samples.T:
            segments, _ = model.transcribe(soxr.resample(channel, rate_hz, _RATE_HZ))
            texts.append(" ".join(segment.text for segment in segments))
        heard.append(texts)
    json.dump(heard, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
