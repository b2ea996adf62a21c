"""What the two commands that make calls share: their options and what they print."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from bench.samples.check import Measured

CACHE = Path.home() / ".cache" / "call-qa-samples"


def parser(prog: str, description: str | None, folder: Path) -> argparse.ArgumentParser:
    """The options; `folder` is where the command's calls are unless another is given."""
    options = argparse.ArgumentParser(prog=prog, description=description)
    options.add_argument("--folder", type=Path, default=folder, help="folder of the calls")
    options.add_argument("--cache", type=Path, default=CACHE, help="folder for the voice model")
    options.add_argument("--styles", type=Path, help="folder of voice styles (else: npm pack)")
    options.add_argument("--only", action="append", help="name of a call (may be repeated)")
    options.add_argument("--check", action="store_true", help="only measure what is there")
    return options


def report(rows: Iterable[Measured]) -> int:
    """Print one line a call; 1 if any has a fault, else 0."""
    faulty = False
    for row in rows:
        print(
            f"{row.name:24} {row.duration_s:5.1f} s  agent {row.agent_db:6.1f} dB  "
            f"customer {row.customer_db:6.1f} dB  holds {list(row.holds_s)}  "
            f"agent over customer {list(row.agent_overlaps_s)}  "
            f"{'; '.join(row.faults) or 'agrees'}"
        )
        faulty = faulty or bool(row.faults)
    return int(faulty)
