"""The same night here and on Ray, one worker for each model: what the way over a cluster adds.

``python -m bench.ray`` scores the sample calls with real models and a real store, in turn in this process and
on a Ray cluster of one node, with models that are loaded and processes that are up. The time to get there is
told apart: a night pays it once. It fails when Ray takes more than 5 % longer, or a scorecard differs.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from bench.samples_report import COMPANY_NAMES, SAMPLES
from bench.speech.figure import Bar, Figure, Options, Sitting, Spread, table
from models.environment import prepare, threads_to_use, workers_to_use
from qa import bootstrap
from qa.batch.local import LocalExecutor
from qa.batch.plan import StorePlanner
from qa.batch.ray import RayExecutor
from qa.config import Settings
from qa.interop.folders import gather
from qa.interop.manifest import read_manifest
from qa.services.export import scorecard_line
from qa.services.ingest import Executor, Source, ingest

MOST_OVERHEAD = 1.05
ENGINES = ("local", "ray")


@dataclass(frozen=True, slots=True)
class Engine:
    """One way to run, with a data folder of its own."""

    settings: Settings
    executor: Executor


def measure(options: Options) -> Figure:
    """Time both engines in turn and compare them."""
    sources = _sources(options.calls)
    with ExitStack() as open_now:
        root = Path(open_now.enter_context(tempfile.TemporaryDirectory()))
        engines = {name: _engine(name, root, open_now) for name in ENGINES}
        starts_s = {}
        for name, engine in engines.items():
            starts_s[name], _ = night(engine, _one_of_each(sources))
            options.say(f"{name}: first calls after {starts_s[name]:.1f} s")
        taken: dict[str, list[float]] = {name: [] for name in ENGINES}
        cards: dict[str, list[object]] = {}
        for number in range(options.rounds):
            # Who goes first alternates, so that a machine that slows down slows both.
            for name in ENGINES if number % 2 == 0 else reversed(ENGINES):
                took_s, cards[name] = night(engines[name], sources)
                taken[name].append(took_s)
                options.say(f"round {number + 1} of {options.rounds}, {name}: {took_s:.1f} s")
    ratio = Spread(
        tuple(ray / local for local, ray in zip(taken["local"], taken["ray"], strict=True))
    )
    same = cards["local"] == cards["ray"]
    spreads = {name: Spread(tuple(seconds)) for name, seconds in taken.items()}
    return Figure(
        bars=(
            Bar(
                "a night on Ray over one here",
                ratio.median,
                MOST_OVERHEAD,
                "at most",
                noise=ratio.noise,
            ),
            Bar("scorecards that are the same", float(same), 1.0, "at least"),
        ),
        tables=(
            table(
                f"{len(sources)} calls, seconds",
                ("engine", "start and first calls", "the night", "least-most"),
                [
                    (name, starts_s[name], spreads[name].median, spreads[name].noise)
                    for name in ENGINES
                ],
            ),
        ),
        data={
            "calls": len(sources),
            "ratio": ratio.document(),
            "same_scorecards": same,
            "start_s": starts_s,
            "night_s": {name: spread.document() for name, spread in spreads.items()},
        },
    )


def night(engine: Engine, sources: Sequence[Source]) -> tuple[float, list[object]]:
    """Score recordings into an empty data folder: seconds, and the scorecards in order of content.

    Raises ``RuntimeError`` when a call was not scored.
    """
    shutil.rmtree(engine.settings.home, ignore_errors=True)
    source = bootstrap.rubric_source(engine.settings)
    open_store = bootstrap.unit_of_work(engine.settings)
    began = time.perf_counter()
    report, found = ingest(
        sources,
        rubric=source.rubric.ref,
        rubric_text=source.text,
        planner=StorePlanner(open_store, bootstrap.recipe(engine.settings), source.rubric.ref),
        executor=engine.executor,
        open_store=open_store,
        clock=bootstrap.SystemClock(),
        watcher=bootstrap.Unwatched(),
    )
    took_s = time.perf_counter() - began
    if report.scored != len(sources):
        raise RuntimeError(f"{report.scored} of {len(sources)} calls were scored")
    outcome = bootstrap.RunOutcome(report, found, open_store)
    cards: list[object] = [scorecard_line(detail, "en") for detail in outcome.details()]
    return took_s, sorted(cards, key=lambda card: json.dumps(card, sort_keys=True))


def _engine(name: str, root: Path, open_now: ExitStack) -> Engine:
    settings = Settings.model_construct(
        home=root / name, model_dir=root / "models", company_names=COMPANY_NAMES
    )
    steps = bootstrap.pipeline(settings, bootstrap.rubric_source(settings).rubric)
    if name == "local":
        return Engine(settings, LocalExecutor(steps, workers=workers_to_use(0)))
    cluster = RayExecutor(steps, cpus=threads_to_use(0), prepare=prepare)
    return Engine(settings, open_now.enter_context(cluster))


def _sources(most: int | None) -> tuple[Source, ...]:
    manifest = read_manifest(SAMPLES / "manifest.csv")
    return gather([SAMPLES], manifest).sources[:most]


def _one_of_each(sources: Sequence[Source]) -> list[Source]:
    """A call on two channels and one on one, so that every model is loaded."""
    return list({source.path.parent.name: source for source in sources}.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and fail outside the promised figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.ray", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="nights on each engine [3]")
    parser.add_argument("--calls", type=int, help="at most so many of the sample calls [all]")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there")
    asked = parser.parse_args(arguments)
    console = Console(soft_wrap=not sys.stdout.isatty())
    console.print(f"{threads_to_use(0)} cores, load before the start {os.getloadavg()[0]:.1f}")
    sitting = Sitting(console)
    sitting.take("ray", lambda: measure(Options(console, asked.rounds, asked.calls)))
    if asked.json:
        asked.json.write_text(json.dumps(sitting.figures, indent=2) + "\n", encoding="utf-8")
    return sitting.end()


if __name__ == "__main__":
    sys.exit(main())
