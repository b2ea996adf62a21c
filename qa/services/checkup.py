"""Is this installation fit to work? A list of plain findings, each with what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from qa.domain.errors import QAError

State = Literal["ok", "note", "fault"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. A note is worth knowing, a fault stops some work."""

    subject: str
    state: State
    detail: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A thing to look at; ``look`` returns what it found or raises a ``QAError``."""

    subject: str
    look: Callable[[], Finding | str]


def check_up(checks: Iterable[Check]) -> tuple[Finding, ...]:
    """Run every check; one that raises is a fault with the error's own words, and the rest go on."""
    return tuple(_looked(check) for check in checks)


def _looked(check: Check) -> Finding:
    try:
        found = check.look()
    except QAError as error:
        return Finding(check.subject, "fault", error.message, error.hint)
    return found if isinstance(found, Finding) else Finding(check.subject, "ok", found)
