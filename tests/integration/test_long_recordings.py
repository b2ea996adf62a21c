from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import soundfile


def test_forty_minutes_need_the_memory_of_twenty(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    with soundfile.SoundFile(path, "w", 8000, 2, "ULAW") as stream:
        block = np.random.default_rng(4).normal(0, 0.1, (60 * 8000, 2)).astype(np.float32)
        for minute in range(40):
            stream.write(block if minute % 10 == 0 else np.zeros_like(block))
    script = f"""
import resource
from pathlib import Path
import numpy as np, soundfile, soxr
from qa.audio.acoustics import SoundAnalysis
from qa.audio.decode import FileDecoder
from qa.audio.peaks import draw
def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before = peak_mb()
audio = FileDecoder(Path({str(tmp_path)!r})).decode(Path({str(path)!r}))
draw(audio)
SoundAnalysis().analyse(audio.channels, [(), ()])
print(audio.duration_s, peak_mb() - before)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )

    duration_s, more_mb = map(float, done.stdout.split())
    assert duration_s == 2400
    # Both channels of the whole would be 307 MB; what was decoded before it turned out long is 154 MB.
    assert more_mb < 200
