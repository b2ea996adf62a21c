"""Growth: what one call costs in a night of 10,000 against a night of 100, and whether memory stays flat.

The whole command is run. Models are stubs; decoding, the kept audio, the store, signals and scoring are real,
with a small rubric. The small night is taken before and after the large one in every round, and the seconds that
the command's own report states are divided by its calls.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.night.nights import Driver, Ended, driver, make_recordings
from bench.night.options import Ground, Options, ground
from bench.speech.figure import Bar, Figure, Spread, table

MANY = 10_000
MOST_RATIO = 1.05
MOST_MEMORY = 1.1
"""Memory at the end of the large night over memory after a tenth of it."""

_SMALL_NIGHTS = 3
"""On either side of the large one."""
_MS = 1000
_MIB = 1 << 20


def measure(options: Options) -> Figure:
    """Measure on each database."""
    many = options.calls or MANY
    bars: list[Bar] = []
    rows: list[tuple[object, ...]] = []
    data: dict[str, object] = {}
    for database in options.databases:
        with ground(database) as place, driver() as working:
            make_recordings(place.folder / "many", many)
            make_recordings(place.folder / "few", options.few)
            _night(working, place, "few", options.few)
            ratios, few_ms, many_ms, memory = [], [], [], []
            for number in range(1, options.rounds + 1):
                taken = place.folder / f"memory-{number}"
                before = [_few(working, place, options) for _ in range(_SMALL_NIGHTS)]
                large = _night(working, place, "many", many, memory=str(taken))
                after = [_few(working, place, options) for _ in range(_SMALL_NIGHTS)]
                few_ms.append(Spread((*before, *after)).median)
                many_ms.append(_ms_a_call(large, many))
                ratios.append(many_ms[-1] / few_ms[-1])
                held_bytes = [int(line) for line in taken.read_text("ascii").split()]
                memory.append(_memory(held_bytes))
                options.say(
                    f"{database}, round {number} of {options.rounds}: ms a call {few_ms[-1]:.1f} in"
                    f" {options.few}, {many_ms[-1]:.1f} in {many}; memory {memory[-1]:.2f} times"
                )
        ratio, held = Spread(tuple(ratios)), Spread(tuple(memory))
        bars += [
            Bar(
                f"{database}: cost of a call, {many} over {options.few}",
                ratio.median,
                MOST_RATIO,
                "at most",
                noise=ratio.noise,
            ),
            Bar(
                f"{database}: memory at the end over memory after a tenth",
                held.median,
                MOST_MEMORY,
                "at most",
                noise=held.noise,
            ),
        ]
        rows.append((database, Spread(tuple(few_ms)).median, Spread(tuple(many_ms)).median))
        data[database] = {
            "ratio": ratio.document(),
            "memory": held.document(),
            "ms_a_call": {str(options.few): few_ms, str(many): many_ms},
            "peak_mib": max(held_bytes) / _MIB,
        }
    headings = ("database", f"in {options.few}", f"in {many}")
    shown = table("Cost of a call with stubbed models, ms", headings, rows)
    return Figure(tuple(bars), (shown,), data)


def _few(working: Driver, place: Ground, options: Options) -> float:
    return _ms_a_call(_night(working, place, "few", options.few), options.few)


def _night(
    working: Driver, where: Ground, recordings: str, calls: int, *, memory: str = ""
) -> Ended:
    with where.place(where.folder / recordings) as place:
        ended = working.run(place.night(memory=memory))
    if ended.code != 0 or ended.report["scored"] != calls:
        raise RuntimeError(f"a night of {calls} calls ended with {ended.code}: {ended.errors}")
    return ended


def _ms_a_call(night: Ended, calls: int) -> float:
    return _MS * night.number("wall_s") / calls


def _memory(taken: Sequence[int]) -> float:
    """Memory over the last twentieth of a night, over the same after its first tenth."""
    part = max(1, len(taken) // 20)
    return (sum(taken[-part:]) / part) / (sum(taken[2 * part : 3 * part]) / part)
