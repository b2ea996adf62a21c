"""Measure what a night withstands and what it costs, print, and fail outside the promised figures."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rich.console import Console

from bench.night.figures import FIGURES
from bench.night.options import DATABASES, Options
from bench.speech.figure import Sitting


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the figures that were asked for; 0 when all of them keep their bars."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if unknown := [name for name in asked.figures if name not in FIGURES]:
        parser.error(f"no such figure: {', '.join(unknown)}")
    console = Console(width=None if sys.stdout.isatty() else 150)
    machine = {"cores": len(os.sched_getaffinity(0)), "load_before": os.getloadavg()[0]}
    console.print(f"{machine['cores']} cores, load before the start {machine['load_before']:.1f}")
    options = Options(
        console,
        asked.calls,
        asked.few,
        asked.kills,
        asked.rounds,
        (asked.on,) if asked.on else DATABASES,
    )
    sitting = Sitting(console)
    for name in asked.figures or FIGURES:
        sitting.take(name, partial(FIGURES[name], options))
    if asked.json:
        document = {"machine": machine, "figures": sitting.figures}
        asked.json.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return sitting.end()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.night", description=__doc__)
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=f"{', '.join(FIGURES)} [all]")
    parser.add_argument(
        "--calls", type=int, help="calls of the large night [10000 for growth, 1000 elsewhere]"
    )
    parser.add_argument("--few", type=int, default=100, help="of the small one [%(default)s]")
    parser.add_argument(
        "--kills", type=int, default=200, help="random kills on each database [%(default)s]"
    )
    parser.add_argument(
        "--rounds", type=int, default=3, help="how often a timing is taken [%(default)s]"
    )
    parser.add_argument("--on", choices=DATABASES, help="one database [both]")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
