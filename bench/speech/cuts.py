"""Short calls cut from the sample calls: real speech of the samples, no two alike."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path

import numpy as np
import soundfile

from bench.speech.corpus import Form, Recording, samples

_SEED = 20_261_121


def write_cuts(
    folder: Path, number: int, *, least_s: float, most_s: float, forms: tuple[Form, ...]
) -> tuple[Recording, ...]:
    """Write that many stretches of sample calls, forms in turn; a smaller number gives the first ones."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(_SEED)
    sounds = {
        (call.name, form): soundfile.read(call.recording(form).path, dtype="float32")
        for call in samples()
        for form in forms
    }
    names = sorted({name for name, _ in sounds})
    made = []
    for index, form in zip(range(number), cycle(forms), strict=False):
        sound, rate_hz = sounds[names[index // len(forms) % len(names)], form]
        frames = round(float(rng.uniform(least_s, most_s)) * rate_hz)
        start = int(rng.integers(0, len(sound) - frames))
        path = folder / f"cut-{index:04}.wav"
        soundfile.write(path, sound[start : start + frames], rate_hz, subtype="ULAW")
        made.append(Recording(path.stem, path))
    return tuple(made)
