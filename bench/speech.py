"""Speech figures on real audio: word error of both recognisers, diarization error of a telephone sample.

``python -m bench.speech`` runs ``qa run`` for each engine on one Mandarin and one English sample call, and on
the telephone conversation that pyannote.audio ships with its reference. It fails when the engines differ by
more than two points or the diarization error rate is above 10 %.

Word error rate over words for English and over characters for Chinese, both sides lower case, without
punctuation, Chinese simplified (jiwer; micro-average). Diarization error rate without a collar, overlap
scored (pyannote.metrics).
"""

from __future__ import annotations

import json
import sys
import tempfile
import unicodedata
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import jiwer
from rich.console import Console
from rich.table import Table

from bench.samples_report import COMPANY_NAMES, SAMPLES
from qa import bootstrap
from qa.config import Settings
from qa.domain.call import Role
from qa.domain.records import CallDetail, Hearing

CALLS = ("en-slow-internet", "zh-late-parcel")
Engine = Literal["faster-whisper", "openai-whisper"]
ENGINES: tuple[Engine, ...] = ("faster-whisper", "openai-whisper")
WITHIN_POINTS = 2.0
WANTED_DER = 0.10


def units(text: str) -> str:
    """A text as space-separated units to compare: words, and Chinese characters one by one."""
    kept = (c if unicodedata.category(c)[0] in "LN" or c == "'" else " " for c in text.lower())
    spaced = "".join(f" {c} " if "\u4e00" <= c <= "\u9fff" else c for c in kept)
    return " ".join(spaced.split())


def hear(recording: Path, *, engine: Engine) -> CallDetail:
    """One recording, scored into a data folder of its own by one engine."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings.model_construct(
            home=Path(home), company_names=COMPANY_NAMES, asr=engine
        )
        (call,) = bootstrap.run(settings, [recording]).details()
    return call


def word_error(call: CallDetail, name: str) -> float:
    """Word error rate of a stereo sample call, per cent: each party against its own words."""
    truth = json.loads((SAMPLES / "truth" / f"{name}.json").read_text(encoding="utf-8"))
    said, heard = [], []
    for role in (Role.AGENT, Role.CUSTOMER):
        said.append(units(" ".join(t["text"] for t in truth["turns"] if t["speaker"] == role)))
        heard.append(units(" ".join(turn.text for turn in hearing(call).transcript.of(role))))
    return 100 * float(jiwer.wer(said, heard))


def hearing(call: CallDetail) -> Hearing:
    """What was heard. Raises ``LookupError`` for a call that was refused."""
    if call.hearing is None:
        raise LookupError(f"{call.recording_name} was not heard")
    return call.hearing


def telephone_sample() -> tuple[Path, Path]:
    """The conversation that pyannote.audio ships, and its reference (RTTM)."""
    found = find_spec("pyannote.audio")
    if found is None or not found.submodule_search_locations:
        raise LookupError("pyannote.audio is not installed")
    folder = Path(found.submodule_search_locations[0]) / "sample"
    return folder / "sample.wav", folder / "sample.rttm"


def diarization_error(call: CallDetail, rttm: Path) -> tuple[float, int]:
    """Diarization error rate (0-1, no collar, overlap scored) of a call's activity, and its speakers."""
    from pyannote.core import Annotation, Segment
    from pyannote.metrics.diarization import DiarizationErrorRate

    reference, hypothesis = Annotation(), Annotation()
    for track, line in enumerate(rttm.read_text(encoding="utf-8").splitlines()):
        fields = line.split()
        start_s, duration_s = float(fields[3]), float(fields[4])
        reference[Segment(start_s, start_s + duration_s), track] = fields[7]
    for role, spans in hearing(call).signals.activity.items():
        for track, span in enumerate(spans):
            hypothesis[Segment(span.start_s, span.end_s), f"{role}{track}"] = str(role)
    error = float(DiarizationErrorRate(collar=0.0, skip_overlap=False)(reference, hypothesis))
    return error, len(hypothesis.labels())


def main() -> None:
    """Measure, print, and fail outside the promised figures."""
    console = Console()
    table = Table(title="Word error, per cent")
    for heading in ("call", *ENGINES, "difference"):
        table.add_column(heading)
    apart: list[float] = []
    for name in CALLS:
        errors = [
            word_error(hear(SAMPLES / "stereo" / f"{name}.wav", engine=engine), name)
            for engine in ENGINES
        ]
        apart.append(abs(errors[0] - errors[1]))
        table.add_row(name, *(f"{error:.1f}" for error in errors), f"{apart[-1]:.1f}")
    console.print(table)
    recording, rttm = telephone_sample()
    error, speakers = diarization_error(hear(recording, engine="faster-whisper"), rttm)
    console.print(f"pyannote.audio's sample.wav: {speakers} speakers, DER {error:.1%} (no collar)")
    _exit(apart, error, speakers)


def _exit(apart: Sequence[float], error: float, speakers: int) -> None:
    good = max(apart) <= WITHIN_POINTS and error <= WANTED_DER and speakers == 2
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
