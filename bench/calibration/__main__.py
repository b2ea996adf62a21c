"""``python -m bench.calibration [correction agents licences drift]`` prints the tables of the documentation."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from time import perf_counter

from bench.calibration import agents, correction, drift, licences

PARTS: Mapping[str, Callable[[], Iterable[str]]] = {
    "correction": correction.tables,
    "agents": agents.tables,
    "licences": licences.tables,
    "drift": drift.tables,
}


def main(names: list[str]) -> None:
    """Print the tables of the named parts, all without any name."""
    for name in names or list(PARTS):
        began = perf_counter()
        for line in PARTS[name]():
            print(line, flush=True)
        print(f"\n({name}: {perf_counter() - began:.0f} s)\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
