"""``qa run`` as a user starts it, and what the store then says of each call."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from bench.samples_report import COMPANY_NAMES
from bench.speech import processes
from bench.speech.corpus import Recording, write_manifest
from bench.speech.figure import CACHE
from qa import bootstrap
from qa.cli.errors import OK, SOME_NOT_SCORABLE
from qa.config import Settings
from qa.domain.records import CallDetail

Engine = Literal["faster-whisper", "openai-whisper"]
ENGINES: tuple[Engine, ...] = ("faster-whisper", "openai-whisper")
MODELS = CACHE / "models"
"""Weights as ``qa`` keeps them: joined from their packages once, not in every fresh data folder."""

FAULT = "recording.fault"

_QA = (sys.executable, "-P", "-c", "from qa.cli.main import main; main()")


@dataclass(frozen=True, slots=True)
class Run:
    """One ``qa run`` into a fresh data folder.

    Attributes:
        wall_s: Seconds of the whole command; ``peak_bytes`` is the most memory it held.
        report: What ``--json`` printed.
        calls: By call id.
    """

    wall_s: float
    peak_bytes: int
    report: Mapping[str, Any]
    calls: Mapping[str, CallDetail]


def run(recordings: Sequence[Recording], *, engine: Engine = "faster-whisper") -> Run:
    """Score recordings into a data folder that nobody has used and that is gone afterwards.

    Raises ``CommandFailed`` where a recording broke it: a fault is no answer, and says no words either.
    """
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        manifest = Path(folder) / "manifest.csv"
        write_manifest(manifest, recordings)
        ended = processes.run(
            [*_QA, "run", "--manifest", manifest, "--json"],
            settings={
                "QA_HOME": str(home),
                "QA_MODEL_DIR": str(MODELS),
                "QA_ASR": engine,
                "QA_COMPANY_NAMES": ",".join(COMPANY_NAMES),
            },
            accepted=(OK, SOME_NOT_SCORABLE),
        )
        calls = _stored(home)
    report = json.loads(ended.stdout)
    broken = [one for one in report["not_scorable"] if one["code"] == FAULT]
    if broken:
        named = "; ".join(f"{one['recording']}: {one['reason']}" for one in broken[:3])
        raise processes.CommandFailed(f"qa run broke on {len(broken)} recordings: {named}")
    return Run(ended.wall_s, ended.peak_bytes, report, calls)


@cache
def heard(recordings: tuple[Recording, ...], engine: Engine = "faster-whisper") -> Run:
    """The same, once in a process for the same recordings: several figures look at one run."""
    return run(recordings, engine=engine)


def prepared() -> None:
    """Join the weights into ``MODELS``, so that no timed run has to."""
    from models.registry import Registry

    registry = Registry(MODELS)
    registry.folder("whisper-base")


def text_of(call: CallDetail, role: str | None = None) -> str:
    """What was heard of one party, or of all in order of time; nothing of a call that was refused."""
    if call.hearing is None:
        return ""
    turns = call.hearing.transcript.turns
    return " ".join(turn.text for turn in turns if role is None or turn.speaker == role)


def words_kept(call: CallDetail) -> int:
    """Words that the transcript shows as said; none of a call that was refused."""
    if call.hearing is None:
        return 0
    return sum(len(turn.words) for turn in call.hearing.transcript.turns)


def _stored(home: Path) -> dict[str, CallDetail]:
    open_store = bootstrap.unit_of_work(Settings.model_construct(home=home))
    with open_store() as store:
        return {call.record.call_id: call for call in store.calls.every()}
