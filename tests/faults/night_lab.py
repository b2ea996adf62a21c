"""What tests of nights share besides fixtures."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from bench.night.audit import Kept
from bench.night.nights import Ended, Place

SCORABLE = 3
NOT_SCORABLE = 2
"""What the night's folder holds."""

ONE_BY_ONE = {"QA_THREADS": "1"}
"""Recordings are read one after another, so that fault points come in the same order every time."""

Places = Callable[[], AbstractContextManager[Place]]
"""Opens a place with an empty store; gone when it is left."""


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """What a night that nobody cuts short passes and leaves."""

    ended: Ended
    kept: Kept
    points: tuple[str, ...]
