"""Measure, print, and fail outside the promised figures."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from bench.speech.figure import Bar, CannotMeasure, Options, promises
from bench.speech.figures import FIGURES
from bench.speech.processes import CommandFailed, cores


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the figures that were asked for; 0 when all of them keep their bars."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if unknown := [name for name in asked.figures if name not in FIGURES]:
        parser.error(f"no such figure: {', '.join(unknown)}")
    console = Console(soft_wrap=not sys.stdout.isatty())
    options = Options(console, asked.rounds, asked.calls, asked.with_whisper)
    machine = {
        "cores": cores(),
        "processor": platform.machine(),
        "python": platform.python_version(),
        "load_before": os.getloadavg()[0],
    }
    console.print(f"{machine['cores']} cores, load before the start {machine['load_before']:.1f}")
    figures: dict[str, Any] = {}
    bars: list[Bar] = []
    missing: list[str] = []
    for name in asked.figures or FIGURES:
        console.rule(name, align="left")
        began = time.perf_counter()
        try:
            figure = FIGURES[name](options)
        except (CannotMeasure, CommandFailed) as error:
            console.print(f"[red]{name} could not be measured:[/] {error}", highlight=False)
            missing.append(name)
            continue
        took_s = time.perf_counter() - began
        console.print(*figure.tables, sep="\n")
        console.print(f"[dim]{name} took {took_s:.0f} s[/]", highlight=False)
        bars += figure.bars
        figures[name] = {
            "seconds": took_s,
            "bars": [bar.document() for bar in figure.bars],
            **figure.data,
        }
    if asked.json:
        document = {"machine": machine, "figures": figures, "not_measured": missing}
        asked.json.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")
    console.rule("promised", align="left")
    console.print(promises(bars))
    return 1 if missing or not all(bar.held for bar in bars) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.speech", description=__doc__)
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=f"{', '.join(FIGURES)} [all]")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there")
    parser.add_argument("--rounds", type=int, default=3, help="how often a timing is taken [3]")
    parser.add_argument(
        "--calls",
        type=int,
        help="at most so many calls per language in `speed` [2], so many made calls elsewhere [all]",
    )
    parser.add_argument(
        "--with-whisper",
        action="store_true",
        help="count the words that the whisper command line invents, too (slow)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
