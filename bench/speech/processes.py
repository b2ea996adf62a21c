"""Commands run as a person runs them, each in a process of its own, with their time and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_CHILD = Path(__file__).with_name("child.py")
_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "OTEL_SDK_DISABLED": "true",
    "PYANNOTE_METRICS_ENABLED": "0",
}
_LINES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that ended.

    Attributes:
        wall_s: Seconds from its start to its end, loading included.
        peak_bytes: The most memory it held.
    """

    code: int
    stdout: str
    wall_s: float
    peak_bytes: int


class CommandFailed(Exception):
    """A command ended as it should not; the message has the end of what it said."""


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0))


def run(
    command: Sequence[str | Path],
    *,
    settings: Mapping[str, str] | None = None,
    accepted: Sequence[int] = (0,),
) -> Finished:
    """Run a command to its end.

    Args:
        command: Program and arguments.
        settings: Environment variables on top of the present ones, of which ``QA_*`` do not count.
        accepted: Exit codes that are no failure.

    Raises ``CommandFailed`` for any other exit code.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    environment |= _OFFLINE | dict(settings or {})
    arguments = [str(part) for part in command]
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        ended = subprocess.run(
            [sys.executable, "-I", "-S", str(_CHILD), str(result), *arguments],
            env=environment,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode not in accepted:
            said = "\n".join(ended.stderr.splitlines()[-_LINES_SHOWN:])
            shown = " ".join(arguments)[:200]
            raise CommandFailed(f"{shown} ended with {ended.returncode}:\n{said}")
        measured = json.loads(result.read_text(encoding="utf-8"))
    return Finished(ended.returncode, ended.stdout, measured["wall_s"], measured["peak_bytes"])
