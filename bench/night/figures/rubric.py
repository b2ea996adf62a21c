"""A changed rubric: what scoring stored calls anew takes, as a share of recognising them.

The calls are sample calls as real models hear them, of half a minute to a minute, and calls of some minutes made of
those one after another, which is what service calls usually last. No two share a sentence. The rubric is the service
standard under a new version; the store is real. Recognition is timed on sample calls per second of sound, its loading
left out; what a run takes to begin is in the share.

The calls were scored before with the same encoder and heads, so that what their sentences mean is stored
(``qa.domain.meanings``). What the first of all scorings takes, in which the encoder reads every sentence, stands
beside it: so does a night on which other heads are in use.

The bar is on the sample calls: of the two they are the dearer ones for their length, since writing a scorecard costs
the same for any call.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.night.nights import Place
from bench.night.options import Options, ground
from bench.night.samples import heard, real_seconds
from bench.night.stored import call_of
from bench.samples_report import COMPANY_NAMES
from bench.speech.figure import Bar, Figure, Spread, table
from qa import bootstrap
from qa.batch.plan import hearing_fingerprint
from qa.config import Settings
from qa.domain.records import CallDetail, Hearing, ScoredCall

MANY = 1000
MOST_PERCENT = 1.0
RUBRIC = "service-standard"

LONG_S = 240.0
"""Length of the longer calls, at least."""

_FEWER = 4
"""For each of the longer calls there are so many sample calls: less to wait for."""

_AT_ONCE = 100


def measure(options: Options) -> Figure:
    """Measure on each database, by length of call."""
    many = options.calls or MANY
    usual = real_seconds()
    _, details = heard()
    recognise_s = usual.recognise_s / usual.audio_s
    options.say(f"recognition takes {1000 * recognise_s:.1f} ms for a second of sound")
    bars: list[Bar] = []
    rows: list[tuple[object, ...]] = []
    data: dict[str, dict[str, object]] = {"real": dict(usual.document())}
    for database in options.databases:
        data[database] = {}
        for kind, least_s, count in (
            ("sample calls", 0.0, many),
            ("longer calls", LONG_S, many // _FEWER),
        ):
            with ground(database) as where, where.place(where.folder / "night") as place:
                audio_s = _fill(place, details, count, least_s)
                taken = [_rescored_s(place, round_, count) for round_ in range(options.rounds + 1)]
            # The first scores the calls under the rubric that is then changed, and asks the encoder.
            first_s, *again_s = taken
            share = Spread(tuple(100 * one / (audio_s * recognise_s) for one in again_s))
            call = Spread(tuple(1000 * one / count for one in again_s))
            if not least_s:
                label = f"{database}: scoring {count} stored calls anew over recognising them"
                bars.append(Bar(label, share.median, MOST_PERCENT, "at most", "%", share.noise))
            rows.append(
                (
                    f"{database}, {count} {kind}",
                    audio_s / count,
                    1000 * audio_s * recognise_s / count,
                    call.median,
                    call.noise,
                    share.median,
                    1000 * first_s / count,
                    100 * first_s / (audio_s * recognise_s),
                )
            )
            data[database][kind] = {
                "audio_s": audio_s,
                "first_seconds": first_s,
                "seconds": again_s,
                "percent": share.median,
            }
    headings = (
        "calls",
        "length, s",
        "recognition",
        "changed rubric",
        "least-most",
        "share, %",
        "other heads",
        "their share, %",
    )
    return Figure(tuple(bars), (table("Milliseconds for a call", headings, rows),), data)


def _settings(place: Place) -> Settings:
    return Settings.model_construct(
        home=place.home,
        database_url=place.database_url,
        company_names=COMPANY_NAMES,
        rubric=RUBRIC,
        rubric_dir=place.rubric_folder,
        settle_s=0.0,
    )


def _fill(place: Place, details: Sequence[CallDetail], count: int, least_s: float) -> float:
    """Store calls as if earlier runs had heard them, and write files that stand for them; seconds of sound.

    Each file has a content of its own, and nothing may open it as sound.
    """
    settings = _settings(place)
    place.folder.mkdir(parents=True)
    open_store = bootstrap.unit_of_work(settings)
    made_with = bootstrap.recipe(settings)
    now = bootstrap.SystemClock().now()
    hearings = [detail.hearing for detail in details if detail.hearing is not None]
    audio_s = 0.0
    for first in range(0, count, _AT_ONCE):
        with open_store(writes=True) as store:
            run_id = store.runs.begin(now)
            for number in range(first, min(first + _AT_ONCE, count)):
                content = f"the sound of call {number}".encode()
                file = place.folder / f"call-{number:05d}.wav"
                file.write_bytes(content)
                detail = details[number % len(details)]
                hearing = replace(
                    call_of(hearings, number, least_s),
                    fingerprint=hearing_fingerprint(made_with, detail.record),
                )
                audio_s += hearing.signals.duration_s
                scored = _scored(detail, hearing, file, hashlib.sha256(content).hexdigest())
                store.calls.add_scored(scored, run_id=run_id, at=now)
            store.commit()
    return audio_s


def _scored(detail: CallDetail, hearing: Hearing, file: Path, sha256: str) -> ScoredCall:
    """A call in which this was heard, scored by some earlier version."""
    if detail.recording is None or detail.scorecard is None:
        raise ValueError(f"{detail.record.call_id} was not scored")
    duration_s = hearing.signals.duration_s
    return ScoredCall(
        record=replace(detail.record, call_id=f"{file.stem}-{sha256[:8]}"),
        recording=replace(detail.recording, sha256=sha256, name=file.name, duration_s=duration_s),
        hearing=hearing,
        scorecard=detail.scorecard,
        fingerprint="of an earlier version",
    )


def _rescored_s(place: Place, version: int, count: int) -> float:
    """Seconds of a run under a rubric that no run has used before."""
    text = bootstrap.rubric_file(Settings.model_construct(), RUBRIC).read_text(encoding="utf-8")
    at = text.index("\nversion: ")
    changed = f"{text[:at]}\nversion: 2099.1.{version}{text[text.index(chr(10), at + 1) :]}"
    (place.rubric_folder / f"{RUBRIC}.yaml").write_text(changed, encoding="utf-8")
    began = time.perf_counter()
    report = bootstrap.run(_settings(place), [place.folder]).report
    took_s = time.perf_counter() - began
    if report.rescored != count:
        raise RuntimeError(f"{report.rescored} of {count} calls were scored anew: {report}")
    return took_s
