"""Speed as ratios: whole commands on the same files and weights, taken in turn within each round.

Each tool runs as its user runs it, loading included, all files in one command: ``qa run`` into a fresh data
folder; the ``whisper`` command line with its defaults; pyannote at its defaults. Weights are joined and
converted before, for all of them. A ratio is taken within its round, and the median of the rounds counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

from bench.speech import ours, rivals
from bench.speech.corpus import Call, Form, samples
from bench.speech.figure import Bar, Figure, Options, Spread, table

STEREO_TIMES = 8.0
MONO_TIMES = 6.0
OPENAI_TIMES = 3.0
OTHER_PERCENT = 3.0
CALLS_PER_LANGUAGE = 2
"""The command line of whisper takes half a minute for a call of 40 s on two cores."""
HARD_FOR_WHISPER = frozenset({"zh-late-parcel"})
"""Calls that are taken last: its command line goes through its temperatures here, which takes it four times as
long as its other calls, and a ratio should not rest on that."""

MODEL_STAGES = ("voice activity", "recognise", "diarize")

_RATIOS = {
    "qa run, stereo": (("whisper, stereo",), STEREO_TIMES),
    "qa run, mono": (("whisper, mono", "pyannote, mono"), MONO_TIMES),
    "qa run, stereo, openai-whisper": (("whisper, stereo",), OPENAI_TIMES),
}
"""For each of ours, what it is set against and how many times faster it must be."""


def measure(options: Options) -> Figure:
    """Time every tool in every round."""
    calls = _chosen(options.calls or CALLS_PER_LANGUAGE)
    ours.prepared()
    rivals.prepare()
    timed: dict[str, list[float]] = {}
    others: dict[str, list[tuple[float, float]]] = {}
    for number in range(1, options.rounds + 1):
        for name, run in _tools(calls, others).items():
            took_s = run()
            timed.setdefault(name, []).append(took_s)
            options.say(f"round {number} of {options.rounds}: {name} {took_s:.1f} s")
    seconds = {name: Spread(tuple(values)) for name, values in timed.items()}
    ratios = {name: _ratio(seconds, name) for name in _RATIOS}
    inside = {name: Spread(tuple(one for one, _ in shares)) for name, shares in others.items()}
    whole = {name: Spread(tuple(other for _, other in shares)) for name, shares in others.items()}
    return Figure(
        bars=(
            *(
                Bar(
                    f"{name}: times as fast as {' + '.join(against)}",
                    ratios[name].median,
                    times,
                    "at least",
                    noise=ratios[name].noise,
                )
                for name, (against, times) in _RATIOS.items()
            ),
            *(
                Bar(
                    f"{name}: not model calls",
                    share.median,
                    OTHER_PERCENT,
                    "at most",
                    "%",
                    share.noise,
                )
                for name, share in inside.items()
            ),
        ),
        tables=(
            table(
                f"Seconds for {len(calls)} calls, median of {options.rounds}",
                ("command", "seconds", "least-most"),
                [(name, spread.median, spread.noise) for name, spread in seconds.items()],
            ),
            table(
                "Not model calls, per cent of the time",
                ("command", "within the run", "least-most", "with process start"),
                [
                    (name, share.median, share.noise, whole[name].median)
                    for name, share in inside.items()
                ],
            ),
        ),
        data={
            "calls": [call.name for call in calls],
            "seconds": {name: spread.document() for name, spread in seconds.items()},
            "ratios": {name: spread.document() for name, spread in ratios.items()},
            "other_percent": {name: spread.document() for name, spread in inside.items()},
            "other_percent_with_start": {name: spread.document() for name, spread in whole.items()},
        },
    )


def other_share(report: Mapping[str, Any], *, wall_s: float) -> tuple[float, float]:
    """Per cent of the time that is no model call: within the run, and of the whole command.

    Args:
        report: What ``qa run --json`` printed. Where it tells ``model_s``, the seconds inside models, they
            count; else all of the stages that run a model does.
        wall_s: Seconds of the whole command, its start included.
    """
    model_s = report.get("model_s")
    if model_s is None:
        model_s = sum(report["stage_s"].get(stage, 0.0) for stage in MODEL_STAGES)
    run_s = report["wall_s"]
    return 100 * (run_s - model_s) / run_s, 100 * (wall_s - model_s) / wall_s


def _chosen(number: int) -> tuple[Call, ...]:
    """The first sample calls of each language."""
    ordered = sorted(samples(), key=lambda call: (call.language, call.name in HARD_FOR_WHISPER))
    by_language = groupby(ordered, key=lambda call: call.language)
    return tuple(call for _, calls in by_language for call in list(calls)[:number])


def _tools(
    calls: Sequence[Call], others: dict[str, list[tuple[float, float]]]
) -> dict[str, Callable[[], float]]:
    """What is timed, in the order of a round; ours note the share of other work as they go."""

    def qa_run(name: str, form: Form, engine: ours.Engine) -> float:
        run = ours.run([call.recording(form) for call in calls], engine=engine)
        if engine == ours.ENGINES[0]:
            others.setdefault(name, []).append(other_share(run.report, wall_s=run.wall_s))
        return run.wall_s

    def timed_run(name: str, form: Form, engine: ours.Engine) -> tuple[str, Callable[[], float]]:
        return name, lambda: qa_run(name, form, engine)

    stereo, mono = [call.stereo for call in calls], [call.mono for call in calls]
    return dict(
        (
            timed_run("qa run, stereo", "stereo", "faster-whisper"),
            ("whisper, stereo", lambda: rivals.whisper_command(stereo).wall_s),
            timed_run("qa run, stereo, openai-whisper", "stereo", "openai-whisper"),
            timed_run("qa run, mono", "mono", "faster-whisper"),
            ("whisper, mono", lambda: rivals.whisper_command(mono).wall_s),
            ("pyannote, mono", lambda: rivals.pyannote(mono).wall_s),
        )
    )


def _ratio(seconds: Mapping[str, Spread], name: str) -> Spread:
    """How many times as long the tools take that one of ours is set against, round by round."""
    against, _ = _RATIOS[name]
    theirs = zip(*(seconds[other].values for other in against), strict=True)
    pairs = zip(seconds[name].values, theirs, strict=True)
    return Spread(tuple(sum(other) / own for own, other in pairs))
