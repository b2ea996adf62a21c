"""Growth: what one call costs in a run of 1,000 against a run of 20.

The calls are short cuts of the sample calls. Models are stubs; decoding, the kept audio, the store on SQLite,
signals and scoring are real. A run of 20 is over in a moment, so it is taken several times in each round. What a
run costs once weighs more on 20 calls than on 1,000; the cost beyond a run of one call leaves that out.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.samples_report import COMPANY_NAMES
from bench.speech import stubs
from bench.speech.cuts import write_cuts
from bench.speech.figure import Bar, Figure, Options, Spread, table
from qa import bootstrap
from qa.batch.local import LocalExecutor
from qa.batch.plan import StorePlanner
from qa.config import Settings
from qa.interop.folders import gather
from qa.services.ingest import ingest

FEW = 20
MANY = 1000
MOST_RATIO = 1.05
_SHORT_RUNS = 5
_LENGTH_S = 3.0
_MS = 1000


def measure(options: Options) -> Figure:
    """Time both sizes in turn and compare their cost per call."""
    once: list[float] = []
    costs: dict[int, list[float]] = {FEW: [], MANY: []}
    with tempfile.TemporaryDirectory() as scratch:
        cuts = write_cuts(
            Path(scratch), MANY, least_s=_LENGTH_S, most_s=_LENGTH_S + 0.5, forms=("stereo",)
        )
        paths = [cut.path for cut in cuts]
        call_ms(paths[:FEW])
        for number in range(1, options.rounds + 1):
            once.append(_usual_ms(paths[:1]))
            costs[FEW].append(_usual_ms(paths[:FEW]))
            costs[MANY].append(call_ms(paths))
            shown = ", ".join(f"{size}: {taken[-1]:.1f}" for size, taken in costs.items())
            options.say(f"round {number} of {options.rounds}, ms a call: {shown}")
    spreads = {size: Spread(tuple(taken)) for size, taken in costs.items()}
    beyond = {
        size: Spread(
            tuple((ms * size - first) / (size - 1) for ms, first in zip(taken, once, strict=True))
        )
        for size, taken in costs.items()
    }
    ratio = Spread(
        tuple(many / few for many, few in zip(costs[MANY], costs[FEW], strict=True)),
    )
    return Figure(
        bars=(
            Bar(
                f"cost of a call, {MANY} over {FEW}",
                ratio.median,
                MOST_RATIO,
                "at most",
                noise=ratio.noise,
            ),
        ),
        tables=(
            table(
                "Cost of a call with stubbed models, ms",
                ("calls", "all", "least-most", "beyond the first", "least-most"),
                [
                    (size, spread.median, spread.noise, beyond[size].median, beyond[size].noise)
                    for size, spread in spreads.items()
                ],
            ),
        ),
        data={
            "ratio": ratio.document(),
            "ms_a_call": {str(size): spread.document() for size, spread in spreads.items()},
            "ms_beyond_the_first": {str(size): one.document() for size, one in beyond.items()},
        },
    )


def _usual_ms(recordings: Sequence[Path]) -> float:
    return Spread(tuple(call_ms(recordings) for _ in range(_SHORT_RUNS))).median


def call_ms(recordings: Sequence[Path]) -> float:
    """Milliseconds that a call takes in one run over some recordings, into a store of its own.

    Raises ``RuntimeError`` when a call was not scored.
    """
    with tempfile.TemporaryDirectory() as home:
        settings = Settings.model_construct(home=Path(home), company_names=COMPANY_NAMES)
        source = bootstrap.rubric_source(settings)
        steps = {step.name: step for step in bootstrap.pipeline(settings, source.rubric)}
        for name, factory in stubs.STAGES.items():
            steps[name] = replace(steps[name], factory=factory)
        open_store = bootstrap.unit_of_work(settings)
        began = time.perf_counter()
        report, _ = ingest(
            gather(recordings, None).sources,
            rubric=source.rubric.ref,
            rubric_text=source.text,
            planner=StorePlanner(open_store, bootstrap.recipe(settings), source.rubric.ref),
            executor=LocalExecutor(tuple(steps.values())),
            open_store=open_store,
            clock=bootstrap.SystemClock(),
            watcher=bootstrap.Unwatched(),
        )
        took_s = time.perf_counter() - began
    if report.scored != len(recordings):
        raise RuntimeError(f"{report.scored} of {len(recordings)} calls were scored")
    return _MS * took_s / len(recordings)
