"""Nights over made recordings, run by the driver in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO

import numpy as np
import soundfile

from bench.night import rubrics
from bench.samples_report import COMPANY_NAMES

_RATE = 8000
_LENGTH_S = 3.0
_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}


@dataclass(frozen=True, slots=True)
class Night:
    """A request: one command, and how it is disturbed.

    Attributes:
        arguments: Of ``qa``.
        settings: Environment variables; no other ``QA_*`` is seen.
        output: File that takes what the command prints; its errors go to the same name with ``.err``.
        trace: File that takes the names of the fault points that were passed, one a line, as they are passed.
        memory: File that takes the memory held after each commit, bytes, one a line.
        signal_at: Numbers of the fault points, from 0, at which the process sends itself a signal.
        signal: The signal's name.
        kill_after_s: Seconds after which it is killed from outside.
        faults: By a recording's file name, what happens when it is recognised (see ``driver.FAULTS``).
        real: Names of the stages that are not replaced by stubs.
        score_s: Seconds that scoring one recording takes.
        memory_bytes: Address space that the process may take up beyond what it has.
        file_bytes: Size that no file may exceed.
        copies_bytes: Playable copies that it may write before the disk counts as full; 0 for any number.
        unprivileged: Whether root reads only what it is allowed to.
        spawns: Whether a process that works alone begins from nothing, as it does outside; a copy of this
            one begins much sooner.
        beat_s: Seconds from one sign of life to the next; the product's own where it is 0.
        clock_back_s: Seconds that the machine's clock falls back after the first commit.
    """

    arguments: Sequence[str]
    settings: Mapping[str, str]
    output: str
    trace: str = ""
    memory: str = ""
    signal_at: Sequence[int] = ()
    signal: str = "SIGKILL"
    kill_after_s: float | None = None
    faults: Mapping[str, str] = field(default_factory=dict)
    real: Sequence[str] = ()
    score_s: float = 0.0
    memory_bytes: int = 0
    file_bytes: int = 0
    copies_bytes: int = 0
    unprivileged: bool = False
    spawns: bool = False
    beat_s: float = 0.0
    clock_back_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a night ended: its exit code, or the negative number of the signal that killed it."""

    code: int
    wall_s: float
    output: str
    errors: str

    @property
    def report(self) -> dict[str, object]:
        """What ``--json`` printed."""
        document: dict[str, object] = json.loads(self.output)
        return document

    def number(self, name: str) -> float:
        """One number of the report."""
        value = self.report[name]
        if not isinstance(value, int | float):
            raise TypeError(f"{name} of the report is no number")
        return float(value)


class Driver:
    """The driver at work; see ``driver``."""

    def __init__(self, requests: IO[str], answers: IO[str]) -> None:
        self._requests = requests
        self._answers = answers

    def run(self, night: Night) -> Ended:
        """Run one night to its end."""
        output, errors = Path(night.output), Path(f"{night.output}.err")
        for file in (output, errors):
            file.touch()  # a night may be killed before it opens them
        self._requests.write(json.dumps(asdict(night)) + "\n")
        self._requests.flush()
        answer = self.answer()
        return Ended(
            int(answer["code"]),
            float(answer["wall_s"]),
            output.read_text(encoding="utf-8"),
            errors.read_text(encoding="utf-8", errors="replace"),
        )

    def answer(self) -> dict[str, float]:
        """What the driver says next. Raises ``RuntimeError`` where it is no more."""
        line = self._answers.readline()
        if not line:
            raise RuntimeError("the driver of the nights has ended")
        answer: dict[str, float] = json.loads(line)
        return answer


@contextmanager
def driver() -> Iterator[Driver]:
    """A driver, ready for requests."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    with subprocess.Popen(
        [sys.executable, "-m", "bench.night.driver"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment | _ENVIRONMENT,
        cwd=Path(__file__).parents[2],
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("pipes were asked for")
        working = Driver(process.stdin, process.stdout)
        working.answer()
        yield working
        process.stdin.close()


def make_recordings(folder: Path, count: int, *, length_s: float = _LENGTH_S) -> list[Path]:
    """Write tiny calls, each with a content of its own; every third is mono."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(count):
        random = np.random.default_rng(number)
        channels = 1 if number % 3 == 2 else 2
        sound = random.normal(0, 0.05, (round(length_s * _RATE), channels))
        path = folder / f"call-{number:05d}.wav"
        soundfile.write(path, sound, _RATE, subtype="PCM_16")
        paths.append(path)
    return paths


@dataclass(frozen=True, slots=True)
class Place:
    """Where nights keep what they make.

    Attributes:
        folder: The recordings.
        home: The data folder.
        rubric_folder: Holds the small rubric.
        database_url: Empty for SQLite in the data folder.
    """

    folder: Path
    home: Path
    rubric_folder: Path
    database_url: str = ""

    @property
    def store_url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.home / 'callqa.sqlite'}"

    def night(
        self, *arguments: str | Path, settings: Mapping[str, str] | None = None, **disturbed: object
    ) -> Night:
        """A run over the recordings, or another command."""
        asked: Sequence[str | Path] = arguments or ("run", self.folder, "--json")
        made = Night(
            arguments=[str(one) for one in asked],
            settings={
                "QA_HOME": str(self.home),
                "QA_DATABASE_URL": self.database_url,
                "QA_COMPANY_NAMES": ",".join(COMPANY_NAMES),
                "QA_SETTLE_S": "0",
                "QA_RUBRIC": rubrics.NAME,
                "QA_RUBRIC_DIR": str(self.rubric_folder),
                **(settings or {}),
            },
            output=str(self.home.with_name(f"{self.home.name}.out")),
        )
        return replace(made, **disturbed)  # type: ignore[arg-type]
