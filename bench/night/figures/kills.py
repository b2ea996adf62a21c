"""Kills: a night killed at every fault point, and at random moments, each time finished by the next one.

What is left must be what a night leaves that nobody cut short: the same calls with the same scorecards, hearings
and evidence, as many rows in every table, the same files on the shelf and none besides.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL

from bench.night.audit import Kept, kept
from bench.night.nights import Driver, driver, make_recordings
from bench.night.options import Ground, Options, ground
from bench.speech.figure import Bar, Figure, table

SCORABLE = 3
_ALL_TOLD = 3
"""Exit code of a night that has something to tell of: here a file that is no recording."""
_SEED = 20261122


@dataclass(slots=True)
class _Count:
    """What came of the kills."""

    whole: Kept
    kills: int = 0
    unfinished: int = 0
    lost: int = 0
    twice: int = 0
    different: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, where: str, code: int, left: Kept) -> None:
        """Count one kill by what was there after the next night."""
        self.kills += 1
        if code != _ALL_TOLD:
            self.unfinished += 1
            self.faults.append(f"{where}: the next night ended with {code}")
        if left.result() == self.whole.result():
            return
        self.different += 1
        rows = {name: left.rows[name] - count for name, count in self.whole.rows.items()}
        self.lost += sum(-more for more in rows.values() if more < 0)
        self.twice += sum(more for more in rows.values() if more > 0)
        self.faults.append(f"{where}: {rows}, shelf {set(left.shelf) ^ set(self.whole.shelf)}")


def measure(options: Options) -> Figure:
    """Kill nights on each database."""
    bars: list[Bar] = []
    rows: list[tuple[object, ...]] = []
    data: dict[str, object] = {}
    for database in options.databases:
        with ground(database) as where, driver() as working:
            counts = _killed(working, where, options)
        for kind, count in counts.items():
            for what, value in (
                ("rows lost", count.lost),
                ("rows twice", count.twice),
                ("nights with another result", count.different),
                ("not finished by the next", count.unfinished),
            ):
                bars.append(Bar(f"{database}, {kind}: {what}", value, 0, "at most"))
            rows.append((f"{database}, {kind}", count.kills, count.lost, count.twice))
            data[f"{database}, {kind}"] = {"kills": count.kills, "faults": count.faults}
            for fault in count.faults:
                options.say(fault)
    return Figure(tuple(bars), (table("Kills", ("", "kills", "lost", "twice"), rows),), data)


def _killed(working: Driver, where: Ground, options: Options) -> Mapping[str, _Count]:
    folder, trace = where.folder / "night", where.folder / "points"
    make_recordings(folder, SCORABLE)
    (folder / "text.wav").write_text("this is a note, not a call\n" * 20, encoding="utf-8")
    in_order = {"QA_THREADS": "1"}
    with where.place(folder) as place:
        usual = working.run(place.night(trace=str(trace), settings=in_order))
        whole = kept(place)
    points = Path(trace).read_text(encoding="utf-8").splitlines()
    options.say(f"{len(points)} fault points, a night takes {usual.wall_s:.2f} s")
    counts = {"every fault point": _Count(whole), "random": _Count(whole)}
    for at, point in enumerate(points):
        with where.place(folder) as place:
            killed = working.run(place.night(signal_at=[at], settings=in_order))
            if killed.code != -SIGKILL:
                raise RuntimeError(f"not killed {point} ({at}): {killed.code}")
            code = working.run(place.night()).code
            counts["every fault point"].add(f"killed {point} ({at})", code, kept(place))
    chance = random.Random(_SEED)  # noqa: S311 - moments, not secrets
    while counts["random"].kills < options.kills:
        after_s = chance.uniform(0, usual.wall_s)
        with where.place(folder) as place:
            if working.run(place.night(kill_after_s=after_s)).code != -SIGKILL:
                continue
            code = working.run(place.night()).code
            counts["random"].add(f"killed after {after_s:.3f} s", code, kept(place))
    return counts
