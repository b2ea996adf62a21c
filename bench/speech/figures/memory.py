"""Peak memory: a run of 100 short calls with the real models against a run of 10.

Half of the calls are stereo and half mono, so that every model is loaded in both runs.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.speech import ours
from bench.speech.cuts import write_cuts
from bench.speech.figure import Bar, Figure, Options, table

FEW = 10
MANY = 100
MOST_RATIO = 1.1
MOST_GB = 2.5
_GB = 1e9


def measure(options: Options) -> Figure:
    """Run both and compare what they held."""
    ours.prepared()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        cuts = write_cuts(Path(folder), MANY, least_s=8, most_s=10, forms=("stereo", "mono"))
        for number in (FEW, MANY):
            options.say(f"{number} calls of 8 to 10 s")
            run = ours.run(cuts[:number])
            rows.append((number, run.report["scored"], run.peak_bytes / _GB, run.wall_s))
    few_gb, many_gb = rows[0][2], rows[1][2]
    return Figure(
        bars=(
            Bar(f"memory of {MANY} calls over {FEW}", many_gb / few_gb, MOST_RATIO, "at most"),
            Bar(f"memory of {MANY} calls", many_gb, MOST_GB, "at most", "GB"),
        ),
        tables=(table("Peak memory", ("calls", "scored", "GB", "seconds"), rows),),
        data={"few_gb": few_gb, "many_gb": many_gb},
    )
