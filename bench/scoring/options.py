"""How the scoring figures are measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from rich.console import Console

from bench.speech.figure import Figure
from qa.services.rubric_test import Split

Asked = Literal["train", "test", "all"]
SPLITS: Mapping[Asked, tuple[Split, ...]] = {
    "train": ("train",),
    "test": ("test",),
    "all": ("train", "test"),
}


@dataclass(frozen=True, slots=True)
class Options:
    """How the figures are measured.

    Attributes:
        split: Which golden dialogues count; traps count always.
        show: Whether to name the verdicts that are wrong, of everything but the test split.
        rounds: How many variants of each dialogue are tried, and a tenth of how many calls are timed.
        fresh: Whether to recognise the recordings again, whatever is stored.
    """

    console: Console
    split: Asked = "test"
    show: bool = False
    rounds: int = 3
    fresh: bool = False

    @property
    def splits(self) -> tuple[Split, ...]:
        """The splits that count."""
        return SPLITS[self.split]

    def say(self, text: str) -> None:
        """Tell a person at the terminal what is going on."""
        self.console.print(f"[dim]{text}[/]", highlight=False)


Measure = Callable[[Options], Figure]
