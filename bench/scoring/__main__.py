"""Measure how calls are scored, print, and fail outside the promised figures."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from bench.scoring import golden
from bench.scoring.figures import FIGURES
from bench.scoring.options import SPLITS, Options
from bench.speech.figure import Bar, CannotMeasure, promises
from qa.domain.errors import QAError

PAGE = 150
"""Characters a line where nobody watches."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the figures that were asked for; 0 when all of them keep their bars."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if unknown := [name for name in asked.figures if name not in FIGURES]:
        parser.error(f"no such figure: {', '.join(unknown)}")
    console = Console(width=None if sys.stdout.isatty() else PAGE)
    options = Options(console, asked.split, asked.show, asked.rounds, asked.fresh)
    figures: dict[str, Any] = {}
    bars: list[Bar] = []
    missing: list[str] = []
    for name in asked.figures or FIGURES:
        console.rule(name, align="left")
        began = time.perf_counter()
        try:
            figure = FIGURES[name](options)
        except (CannotMeasure, QAError) as error:
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
        document = {
            "split": asked.split,
            "load": os.getloadavg()[0],
            "rubric": golden.standard().ref.sha256,
            "figures": figures,
            "not_measured": missing,
        }
        asked.json.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")
    console.rule("promised", align="left")
    console.print(promises(bars))
    return 1 if missing or not all(bar.held for bar in bars) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.scoring", description=__doc__)
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=f"{', '.join(FIGURES)} [all]")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there")
    parser.add_argument(
        "--split",
        choices=tuple(SPLITS),
        default="test",
        help="which golden dialogues count [%(default)s]; traps count always",
    )
    parser.add_argument(
        "--show",
        action="store_true",
        help="name the verdicts that are wrong or move, never those of the test split",
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=3,
        help="variants of each dialogue, and tens of calls that are timed [%(default)s]",
    )
    parser.add_argument(
        "--fresh", action="store_true", help="recognise the recordings again (minutes)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
