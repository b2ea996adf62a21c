"""The one place where errors become exit codes: 2 is yours to put right, 1 is our fault or the machine's."""

from __future__ import annotations

from qa.domain.errors import (
    ClusterUnavailable,
    DiskFull,
    NotScorable,
    QAError,
    RunTakenOver,
    StoreUnavailable,
)

OK = 0
OUR_FAULT = 1
BAD_USAGE = 2
SOME_NOT_SCORABLE = 3

_OF_THE_MACHINE = (StoreUnavailable, ClusterUnavailable, DiskFull, RunTakenOver)
"""Nothing that was asked for is wrong: the same command works once the machine does."""


def exit_code(error: QAError) -> int:
    """The exit code of an error: what a person can put right in the command or the settings is bad usage."""
    if isinstance(error, _OF_THE_MACHINE):
        return OUR_FAULT
    return SOME_NOT_SCORABLE if isinstance(error, NotScorable) else BAD_USAGE


def shown(error: QAError) -> str:
    """The error as the terminal shows it: what is wrong, then what to do."""
    lines = [f"Error: {error.message}"]
    if error.hint:
        lines.append(f"  -> {error.hint}")
    return "\n".join(lines)
