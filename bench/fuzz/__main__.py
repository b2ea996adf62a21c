"""``python -m bench.fuzz --minutes N [--importer NAME] [--seed N]``: hostile call records, counted.

The time is shared out among the importers. An input that makes one fail is kept in the folder of ``--keep``.
Exit code 1 where anything failed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from bench.fuzz.fuzzing import Target, fuzz
from models.wording import simplified
from qa.interop.importers import importer_for, importers
from qa.interop.names import templates

_IN_MEMORY = next((place for place in ("/dev/shm",) if Path(place).is_dir()), None)  # noqa: S108 - a folder of our own in it
GOLDEN = Path(__file__).resolve().parents[2] / "tests/data/records"


def targets() -> dict[str, Target]:
    """Every importer by name, with its golden files."""
    known = importers(ZoneInfo("Asia/Shanghai"), simplified)
    simplified(["乾"])  # loads its tables
    files = sorted(GOLDEN.iterdir())
    taken = {path: importer_for(path, known) for path in files}
    others = [path.read_bytes() for path in files]
    names = templates(["issabel", "{queue}/{*}_{agent_id}-{started_at:%Y%m%d%H%M%S%z}.{call_id}"])
    return {
        each.name: Target(
            each,
            [(path.name, path.read_bytes()) for path in files if taken[path] is each],
            others,
            names,
        )
        for each in known
    }


def main() -> int:
    """Fuzz, print the figures, keep what failed."""
    everything = targets()
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0, help="of all importers together")
    parser.add_argument("--importer", choices=sorted(everything), action="append")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**9)
    parser.add_argument("--keep", type=Path, default=Path("var/fuzz"))
    wanted = parser.parse_args()
    chosen = wanted.importer or sorted(everything)
    figures = {}
    failed = 0
    for name in chosen:
        with tempfile.TemporaryDirectory(dir=_IN_MEMORY) as folder:
            outcome = fuzz(
                everything[name],
                Path(folder),
                seconds=60 * wanted.minutes / len(chosen),
                random=Random(f"{wanted.seed} {name}"),  # noqa: S311 - to be run again alike
            )
        figures[name] = {
            "executions": outcome.executions,
            "taken": outcome.taken,
            "refused": outcome.refused,
            "faults": len(outcome.faults),
            "slowest_s": round(outcome.slowest_s, 3),
        }
        print(f"{name:16} {json.dumps(figures[name])}", flush=True)
        for fault, content in dict(outcome.faults).items():
            failed += 1
            wanted.keep.mkdir(parents=True, exist_ok=True)
            kept = wanted.keep / f"{name}-{hashlib.sha256(content).hexdigest()[:12]}"
            kept.write_bytes(content)
            print(f"  {fault}\n  -> {kept}", flush=True)
    total = sum(each["executions"] for each in figures.values())
    print(json.dumps({"seed": wanted.seed, "executions": total, "faults": failed}))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
