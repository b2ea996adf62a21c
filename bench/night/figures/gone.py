"""A database that is gone for half a minute in the middle of a night."""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.app import postgresql
from bench.night.audit import kept
from bench.night.nights import driver, make_recordings
from bench.night.options import Ground, Options
from bench.speech.figure import Bar, Figure, table
from qa.store.engine import make_engine
from qa.store.schema import ensure_current

GONE_S = 30.0
CALLS = 6


def measure(options: Options) -> Figure:
    """Stop PostgreSQL once the first call is scored, and start it again half a minute later."""
    with (
        postgresql.running() as server,
        tempfile.TemporaryDirectory(prefix="callqa-nights-") as folder,
        driver() as working,
        ThreadPoolExecutor(1) as aside,
    ):
        empty = make_engine(postgresql.make_database(server.url, "empty"))
        ensure_current(empty)
        empty.dispose()
        where, trace = Ground(Path(folder), server.url), Path(folder) / "points"
        make_recordings(where.folder / "night", CALLS)
        with where.place(where.folder / "night") as place:
            running = aside.submit(working.run, place.night(score_s=1.0, trace=str(trace)))
            while "after score" not in (trace.read_text("utf-8") if trace.exists() else ""):
                time.sleep(0.05)
            server.stop()
            options.say(f"the database is gone for {GONE_S:.0f} s")
            time.sleep(GONE_S)
            server.start()
            night = running.result()
            left = kept(place)
    scorecards = left.rows["scorecards"]
    return Figure(
        (
            Bar("calls lost while the database was gone", CALLS - scorecards, 0, "at most"),
            Bar("scorecards twice", max(0, scorecards - CALLS), 0, "at most"),
            Bar("the same night went on to its end", night.code == 0, 1, "at least"),
        ),
        (
            table(
                "Database gone",
                ("gone, s", "calls", "scored", "night, s"),
                [(GONE_S, CALLS, scorecards, night.wall_s)],
            ),
        ),
        {"code": night.code, "wall_s": night.wall_s, "errors": night.errors},
    )
