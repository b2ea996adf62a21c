"""The rerun of a finished night, as a share of what the night took.

Stubs make a first run quicker than any real one. So the seconds that real models need for a call are measured on
sample calls, their loading left out, and that is what the first run of so many calls would have taken here.
"""

from __future__ import annotations

from bench.night.nights import driver, make_recordings
from bench.night.options import Options, ground
from bench.night.samples import real_seconds
from bench.speech.figure import Bar, Figure, Spread, table

MANY = 1000
MOST_PERCENT = 0.5


def measure(options: Options) -> Figure:
    """Measure on each database."""
    many = options.calls or MANY
    usual = real_seconds()
    options.say(
        f"real models take {usual.stages_s:.2f} s for a sample call of {usual.audio_s:.0f} s"
    )
    bars: list[Bar] = []
    rows: list[tuple[object, ...]] = []
    data: dict[str, object] = {"real": usual.document()}
    for database in options.databases:
        with ground(database) as where, driver() as working:
            make_recordings(where.folder / "night", many)
            with where.place(where.folder / "night") as place:
                first = working.run(place.night())
                again = [working.run(place.night()) for _ in range(options.rounds)]
        if any(night.number("done_before") != many for night in again):
            raise RuntimeError(f"a rerun found work to do: {again[-1].output[:500]}")
        real_s = many * usual.stages_s
        share = Spread(tuple(100 * night.wall_s / real_s for night in again))
        bars.append(
            Bar(
                f"{database}: rerun of {many} calls over their first run",
                share.median,
                MOST_PERCENT,
                "at most",
                "%",
                share.noise,
            )
        )
        seconds = Spread(tuple(night.wall_s for night in again))
        rows.append((database, real_s, first.wall_s, seconds.median, seconds.noise))
        data[database] = {"rerun_s": seconds.document(), "first_with_stubs_s": first.wall_s}
    headings = ("database", "first, real models", "first, stubs", "rerun", "least-most")
    return Figure(tuple(bars), (table(f"Seconds for {many} calls", headings, rows),), data)
