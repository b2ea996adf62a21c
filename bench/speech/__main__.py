"""Measure, print, and fail outside the promised figures."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rich.console import Console

from bench.speech.figure import Options, Sitting
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
    sitting = Sitting(console)
    for name in asked.figures or FIGURES:
        sitting.take(name, partial(FIGURES[name], options), CommandFailed)
    if asked.json:
        document = {
            "machine": machine,
            "figures": sitting.figures,
            "not_measured": sitting.missing,
        }
        asked.json.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return sitting.end()


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
