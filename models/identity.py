"""What takes part in hearing a call, by name and revision, without loading anything.

For fingerprints and for the ``models`` of a scorecard: another weight, another release of a library, or a
changed rule of ours gives another revision.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from models import (
    asr_faster_whisper,
    asr_openai_whisper,
    diarizer_pyannote,
    gates,
    languages,
    lengths,
    manifest,
    prompts,
    recogniser,
    vad_silero,
    windows,
    wording,
)
from models.releases import release

RULES = ".".join(
    module.VERSION for module in (recogniser, windows, lengths, languages, prompts, wording, gates)
)
"""Of how windows are cut, recognised again, worded and gated, whichever engine runs."""


def models_used(asr: str, diarization_pipeline: Path | None) -> Mapping[str, str]:
    """Names and revisions of everything that decides a transcript.

    Args:
        asr: ``faster-whisper`` or ``openai-whisper``.
        diarization_pipeline: Folder of a pyannote pipeline used instead of the packaged weights.
    """
    adapter = {
        asr_faster_whisper.LIBRARY: asr_faster_whisper,
        asr_openai_whisper.LIBRARY: asr_openai_whisper,
    }[asr]
    voices = (
        f"pipeline@{_folder(diarization_pipeline)}"
        if diarization_pipeline
        else f"{_weight(diarizer_pyannote.SEGMENTATION)} {_weight(diarizer_pyannote.EMBEDDING)}"
    )
    return {
        "voice_activity": f"{_weight(vad_silero.WEIGHT)} rules@{vad_silero.VERSION}",
        "recogniser": f"{_weight(adapter.WEIGHT)} {release(adapter.LIBRARY)} rules@{RULES}",
        "diarizer": (
            f"{voices} {release(diarizer_pyannote.LIBRARY)} rules@{diarizer_pyannote.VERSION}"
        ),
    }


def _weight(name: str) -> str:
    return f"{name}@{manifest.revision(name)}"


def _folder(folder: Path) -> str:
    """Of a pipeline's folder: the names and sizes of its files, and what its config says."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{file.relative_to(folder)} {file.stat().st_size}\n".encode())
    config = folder / "config.yaml"
    digest.update(config.read_bytes() if config.is_file() else b"")
    return digest.hexdigest()[:12]
