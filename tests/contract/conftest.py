"""Real recordings and real weights, each loaded once for all contract tests."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
import soundfile

from models import asr_faster_whisper, asr_openai_whisper, diarizer_pyannote, vad_silero
from models.recogniser import WhisperTranscriber
from models.registry import Registry
from qa.audio.decode import FileDecoder
from qa.ports import SAMPLE_RATE, Diarizer, Samples, VoiceActivity

ENGINES = {"faster-whisper": asr_faster_whisper, "openai-whisper": asr_openai_whisper}


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """The installed weights, joined into a folder of this test run."""
    return Registry(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def voice_activity(registry: Registry) -> VoiceActivity:
    return vad_silero.build(registry)


@pytest.fixture(scope="session")
def transcribers(registry: Registry) -> Callable[[str], WhisperTranscriber]:
    """Builds each recogniser at its first use and keeps it."""
    built: dict[str, WhisperTranscriber] = {}

    def get(name: str) -> WhisperTranscriber:
        if name not in built:
            built[name] = ENGINES[name].build(registry, device="cpu")
        return built[name]

    return get


@pytest.fixture(params=sorted(ENGINES))
def transcriber(
    request: pytest.FixtureRequest, transcribers: Callable[[str], WhisperTranscriber]
) -> WhisperTranscriber:
    return transcribers(request.param)


@pytest.fixture(scope="session")
def diarizer(registry: Registry) -> Diarizer:
    return diarizer_pyannote.build(registry, device="cpu")


@pytest.fixture(scope="session")
def telephone() -> tuple[Samples, Path]:
    """Half a minute of two people on a real telephone line, and who speaks when (RTTM)."""
    sample: Any = distribution("pyannote.audio").locate_file("pyannote/audio/sample/sample.wav")
    path = Path(str(sample))
    samples, rate = soundfile.read(path, dtype="float32")
    assert rate == SAMPLE_RATE
    return samples, path.with_suffix(".rttm")


@pytest.fixture(scope="session")
def sample_call(root: Path) -> Callable[[str], Samples]:
    """One of ``samples/stereo`` at 16 kHz, shape (2, n)."""

    def read(name: str) -> Samples:
        return FileDecoder().decode(root / "samples" / "stereo" / f"{name}.wav").channels

    return read
