"""What a figure is: tables for people, bars that hold or do not, and the same as data."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

CACHE = Path.home() / ".cache" / "call-qa-bench"
"""Where packages, made recordings and converted weights are kept between runs."""


class CannotMeasure(Exception):
    """Something that a figure needs is not there; the message says what and how to get it."""


@dataclass(frozen=True, slots=True)
class Options:
    """How the figures are measured.

    Attributes:
        rounds: How often a timing is taken; its median counts.
        calls: Most calls per language in timings, most made calls elsewhere; ``None`` for the usual.
        with_whisper: Whether to count the words that the ``whisper`` command line invents; it is slow.
    """

    console: Console
    rounds: int = 3
    calls: int | None = None
    with_whisper: bool = False

    def say(self, text: str) -> None:
        """Tell a person at the terminal what is going on."""
        self.console.print(f"[dim]{text}[/]", highlight=False)


@dataclass(frozen=True, slots=True)
class Spread:
    """Several measurements of one thing."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The one that counts."""
        return statistics.median(self.values)

    @property
    def noise(self) -> str:
        """The least and the most, as the statement of noise."""
        return f"{min(self.values):.2f}-{max(self.values):.2f}"

    def document(self) -> dict[str, object]:
        """For JSON."""
        return {"median": self.median, "values": list(self.values)}


@dataclass(frozen=True, slots=True)
class Bar:
    """One promise: a value and the limit it must keep."""

    label: str
    value: float
    limit: float
    sense: Literal["at most", "at least"]
    unit: str = ""
    noise: str = ""

    @property
    def held(self) -> bool:
        """Whether the promise is kept."""
        return self.value <= self.limit if self.sense == "at most" else self.value >= self.limit

    def document(self) -> dict[str, object]:
        """For JSON."""
        return {
            "label": self.label,
            "value": self.value,
            "limit": self.limit,
            "sense": self.sense,
            "unit": self.unit,
            "noise": self.noise,
            "held": self.held,
        }


@dataclass(frozen=True, slots=True)
class Figure:
    """What one figure came to.

    Attributes:
        tables: To print, in order.
        data: The numbers, ready for JSON.
    """

    bars: tuple[Bar, ...]
    tables: tuple[Table, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


Measure = Callable[[Options], Figure]


def table(title: str, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """A table whose first column is text and whose others are numbers."""
    made = Table(title=title, title_justify="left")
    for index, heading in enumerate(headings):
        made.add_column(heading, justify="right" if index else "left", no_wrap=not index)
    for row in rows:
        made.add_row(*(_shown(cell) for cell in row))
    return made


def promises(bars: Sequence[Bar]) -> Table:
    """What was promised, what came out, and whether the promise is kept."""
    return table(
        "Promised figures",
        ("figure", "measured", "least-most", "bar", "kept"),
        [
            (
                bar.label,
                f"{bar.value:.2f} {bar.unit}".strip(),
                bar.noise,
                f"{bar.sense} {bar.limit:g}",
                "yes" if bar.held else "NO",
            )
            for bar in bars
        ],
    )


@dataclass(slots=True)
class Sitting:
    """Figures measured one after another, printed as they come.

    Attributes:
        figures: The numbers by the figure's name, ready for JSON.
        missing: Names of the figures that could not be measured.
    """

    console: Console
    figures: dict[str, Any] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)

    def take(self, name: str, measure: Callable[[], Figure], *faults: type[Exception]) -> None:
        """Measure one figure; ``faults``, besides ``CannotMeasure``, leave it out and the others go on."""
        self.console.rule(name, align="left")
        expected: tuple[type[Exception], ...] = (CannotMeasure, *faults)
        began = time.perf_counter()
        try:
            figure = measure()
        except expected as error:
            self.console.print(f"[red]{name} could not be measured:[/] {error}", highlight=False)
            self.missing.append(name)
            return
        took_s = time.perf_counter() - began
        self.console.print(*figure.tables, sep="\n")
        self.console.print(f"[dim]{name} took {took_s:.0f} s[/]", highlight=False)
        self.bars += figure.bars
        self.figures[name] = {
            "seconds": took_s,
            "bars": [bar.document() for bar in figure.bars],
            **figure.data,
        }

    def end(self) -> int:
        """Print what was promised; 0 where all was measured and every bar holds."""
        self.console.rule("promised", align="left")
        self.console.print(promises(self.bars))
        return 1 if self.missing or not all(bar.held for bar in self.bars) else 0


def _shown(cell: object) -> str:
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)
