"""One step of the pipeline: a stage's shape, its name, and how it is built where it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from qa.domain.errors import NotScorable

In_contra = TypeVar("In_contra", contravariant=True)
Out_co = TypeVar("Out_co", covariant=True)


class Stage(Protocol[In_contra, Out_co]):
    """One step of the way."""

    def run(self, item: In_contra) -> Out_co:
        """Take one recording one step further. Raises ``NotScorable`` when its way ends here."""


class PooledStage(Protocol[In_contra, Out_co]):
    """A step that costs less for many recordings at once."""

    def run(self, items: Sequence[In_contra]) -> Sequence[Out_co | NotScorable]:
        """Take some recordings one step further, each to its own result or end."""


class ForesightedStage(Protocol[In_contra]):
    """A pooled step that is slow to begin with and is told early what comes its way."""

    def foresee(self, item: In_contra) -> None:
        """Get ready, beside the steps before it, for a recording that has just joined the pool."""


StageFactory = Callable[[], Any]
"""Builds a ``Stage``, or for a pooled step a ``PooledStage``."""

Size = Callable[[Any], float]


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the pipeline by name, and how to build it; picklable.

    Attributes:
        audio: Whether it is skipped for a job whose recording was heard before.
        size: What a recording adds to the pool of this step, seconds of audio; ``None`` where recordings
            go one by one.
        foresees: Whether its stage is a ``ForesightedStage``.
    """

    name: str
    factory: StageFactory
    audio: bool = True
    size: Size | None = None
    foresees: bool = False
