"""Real sound from Debian packages: spoken prompts with their texts, and hold music.

``asterisk-core-sounds-en-wav`` holds the prompts of a telephone exchange, spoken by one woman at 8 kHz, and
``asterisk-core-sounds-en`` their texts (CC-BY-SA-3.0); ``asterisk-moh-opsound-wav`` holds instrumental
pieces (CC-BY-SA-3.0). They are downloaded and unpacked into the cache, which needs apt and no root.
"""

from __future__ import annotations

import gzip
import random
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from bench.speech.figure import CACHE, CannotMeasure

PROMPTS = 60
"""How many prompts are used: always the same, drawn with a seed."""
A_CALL = 6
"""Prompts that make one recording, with a pause between them."""
LEAST_WORDS = 6

_PAUSE_S = 0.4
_SEED = 20_261_121
_NUMBER = re.compile(r"\d{2,}")
_SPOKEN = re.compile(r"[A-Za-z0-9 ,.;:'!?-]+")
"""Texts with other signs say something that cannot be read off them: ``*``, ``[tones]``, ``(beep)``."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """Prompts one after another in one mono recording, and their words."""

    name: str
    path: Path
    text: str


def unpacked(package: str) -> Path:
    """Where the files of a Debian package lie; it is fetched the first time.

    Raises ``CannotMeasure`` where apt is missing or does not know the package.
    """
    folder = CACHE / "debian" / package
    if folder.is_dir():
        return folder
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise CannotMeasure(f"{package} is a Debian package: this figure needs apt-get and dpkg")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        fetched = subprocess.run(
            ["apt-get", "download", "-qq", package],
            cwd=scratch,
            capture_output=True,
            text=True,
            check=False,
        )
        files = list(Path(scratch).glob("*.deb"))
        if not files:
            raise CannotMeasure(
                f"{package} could not be downloaded ({fetched.stderr.strip()[-200:]}); "
                "`sudo apt-get update` may help"
            )
        subprocess.run(["dpkg", "-x", files[0], Path(scratch) / "files"], check=True)
        (Path(scratch) / "files").rename(folder)
    return folder


def announcements() -> tuple[Announcement, ...]:
    """The chosen prompts, a few to a recording as in an announcement."""
    folder = CACHE / "announcements"
    folder.mkdir(parents=True, exist_ok=True)
    chosen = _prompts()
    made = []
    for first in range(0, len(chosen), A_CALL):
        group = chosen[first : first + A_CALL]
        path = folder / f"announcement-{first // A_CALL:02}.wav"
        if not path.is_file():
            _join([sound for sound, _ in group], path)
        made.append(Announcement(path.stem, path, " ".join(text for _, text in group)))
    return tuple(made)


def music() -> tuple[Path, ...]:
    """The pieces of hold music."""
    return tuple(sorted(unpacked("asterisk-moh-opsound-wav").rglob("*.wav")))


def usable(text: str) -> bool:
    """Whether a prompt's text is what is heard: long enough, and neither signs nor long numbers in it."""
    return (
        len(text.split()) >= LEAST_WORDS
        and _SPOKEN.fullmatch(text) is not None
        and _NUMBER.search(text) is None
    )


def _prompts() -> list[tuple[Path, str]]:
    sounds = {
        path.relative_to(root).with_suffix("").as_posix(): path
        for root in unpacked("asterisk-core-sounds-en-wav").rglob("en_US_*")
        for path in root.rglob("*.wav")
    }
    (index,) = unpacked("asterisk-core-sounds-en").rglob("core-sounds-en.txt.gz")
    lines = gzip.decompress(index.read_bytes()).decode("utf-8").splitlines()
    texts = dict(line.split(":", 1) for line in lines if ":" in line and not line.startswith(";"))
    named = {name: " ".join(text.split()) for name, text in texts.items()}
    possible = sorted(name for name, text in named.items() if usable(text) and name in sounds)
    chosen = random.Random(_SEED).sample(possible, PROMPTS)  # noqa: S311 - a fixed choice, no secret
    return [(sounds[name], named[name]) for name in chosen]


def _join(sounds: list[Path], path: Path) -> None:
    pieces: list[np.ndarray] = []
    for sound in sounds:
        samples, rate_hz = soundfile.read(sound, dtype="float32")
        pieces += [samples, np.zeros(round(_PAUSE_S * rate_hz), dtype=np.float32)]
    soundfile.write(path, np.concatenate(pieces), rate_hz, subtype="PCM_16")
