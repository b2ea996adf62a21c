"""Measure how calls are scored, print, and fail outside the promised figures."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rich.console import Console

from bench.scoring import golden
from bench.scoring.figures import FIGURES
from bench.scoring.options import SPLITS, Options
from bench.speech.figure import Sitting
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
    sitting = Sitting(console)
    for name in asked.figures or FIGURES:
        sitting.take(name, partial(FIGURES[name], options), QAError)
    if asked.json:
        document = {
            "split": asked.split,
            "load": os.getloadavg()[0],
            "rubric": golden.standard().ref.sha256,
            "figures": sitting.figures,
            "not_measured": sitting.missing,
        }
        asked.json.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return sitting.end()


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
