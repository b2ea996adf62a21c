"""A recording of three hours: line noise with the eight sample calls spread over it, on two channels."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import soundfile

from bench.speech import noise, ours
from bench.speech.corpus import Recording, samples
from bench.speech.figure import Bar, Figure, Options, table

HOURS = 3.0
MOST_GB = 2.5
_GB = 1e9
_BLOCK_S = 60.0
_NOISE_DBFS = -60.0
_SEED = 20_261_121


def measure(options: Options) -> Figure:
    """Score it and see what that held."""
    ours.prepared()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.wav"
        spoken_s = write_long(path, hours=HOURS)
        options.say(f"{HOURS:.0f} hours with {spoken_s / 60:.1f} minutes of calls")
        run = ours.run([Recording("long", path)])
    call = run.calls["long"]
    words = ours.words_kept(call)
    outcome = "scored" if call.hearing else str(call.refusal and call.refusal.code)
    peak_gb = run.peak_bytes / _GB
    return Figure(
        bars=(
            Bar(f"scored, {HOURS:.0f} hours", run.report["scored"], 1, "at least"),
            Bar(f"memory, {HOURS:.0f} hours", peak_gb, MOST_GB, "at most", "GB"),
        ),
        tables=(
            table(
                f"One recording of {HOURS:.0f} hours",
                ("outcome", "GB", "seconds", "words"),
                [(outcome, peak_gb, run.wall_s, words)],
            ),
        ),
        data={"peak_gb": peak_gb, "wall_s": run.wall_s, "outcome": outcome},
    )


def write_long(path: Path, *, hours: float) -> float:
    """Write the recording block by block; seconds of it that are calls."""
    calls = [soundfile.read(call.stereo, dtype="float64")[0] for call in samples()]
    blocks = round(hours * 3600 / _BLOCK_S)
    every = blocks // len(calls)
    rng = np.random.default_rng(_SEED)
    with soundfile.SoundFile(path, "w", noise.RATE_HZ, channels=2, subtype="ULAW") as file:
        for block in range(blocks):
            sound = np.stack(
                [noise.line_noise(_BLOCK_S, _NOISE_DBFS, rng) for _ in range(2)], axis=1
            )
            number, into = divmod(block, every)
            if into == every // 2 and number < len(calls):
                sound[: len(calls[number])] += calls[number]
            file.write(sound)
    return sum(len(call) for call in calls) / noise.RATE_HZ
