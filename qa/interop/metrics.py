"""Nights as metrics in Prometheus' text format, for a scrape or for node_exporter's textfile collector.

No label holds the name of a person, a call or a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, generate_latest, write_to_textfile
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from qa.domain.night import NightState
from qa.ports.nights import NightWhole
from qa.services.nights.reading import NightMetrics

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

_OUTCOMES = (
    "found",
    "scored",
    "rescored",
    "done_before",
    "duplicates",
    "retried",
    "put_off",
    "left",
)


def registry(found: NightMetrics) -> CollectorRegistry:
    """The metrics; most are of the night that ended last in order or was cut."""
    last = found.last
    made = CollectorRegistry()
    gauge = _Gauges(made)
    gauge(
        "recordings_quarantined",
        "Recordings given up until somebody asks for them.",
        found.quarantined,
    )
    gauge(
        "night_running",
        "Whether a night goes on.",
        float(last is not None and last.state is NightState.RUNNING),
    )
    gauge(
        "night_failed",
        "Whether the night that began last failed or died.",
        float(last is not None and last.state in (NightState.FAILED, NightState.DIED)),
    )
    if last is not None:
        began = last.started_at.timestamp()
        gauge("night_last_start_timestamp_seconds", "When the last night began.", began)
    if found.ended is not None:
        _of_night(gauge, found.ended, found.alarms)
    return made


def text(made: CollectorRegistry) -> bytes:
    """The metrics as text."""
    return generate_latest(made)


def write_file(made: CollectorRegistry, path: Path) -> None:
    """Write them to a file, whole or not at all. Raises ``OSError``."""
    write_to_textfile(str(path), made)


class _Gauges:
    """Makes gauges with the prefix of this program."""

    def __init__(self, made: CollectorRegistry) -> None:
        self._made = made

    def __call__(self, name: str, about: str, value: float) -> None:
        Gauge(f"callqa_{name}", about, registry=self._made).set(value)

    def by(self, label: str, name: str, about: str, values: Mapping[str, Any]) -> None:
        labelled = Gauge(f"callqa_{name}", about, [label], registry=self._made)
        for each, value in values.items():
            labelled.labels(each).set(value)


def _of_night(gauge: _Gauges, ended: NightWhole, alarms: int) -> None:
    night, report = ended.night, ended.report
    if night.finished_at is not None:
        at = night.finished_at.timestamp()
        gauge("night_end_timestamp_seconds", "When the last night that was no failure ended.", at)
    gauge("night_duration_seconds", "How long it took.", night.wall_s)
    gauge("night_audio_seconds", "Audio that it recognised.", night.audio_s)
    if night.speed is not None:
        gauge("night_speed_ratio", "Seconds of audio recognised in a second.", night.speed)
    gauge("night_cut", "Whether it stopped with recordings left.", float(bool(night.stopped)))
    gauge("night_drift_alarms", "Figures that moved further than chance takes them.", alarms)
    if report is not None:
        counts = {name: getattr(report, name) for name in _OUTCOMES}
        counts |= {
            "not_scorable": len(report.refusals),
            "quarantined": len(report.quarantined),
            "waiting": len(report.waiting),
        }
        gauge.by("outcome", "night_recordings", "Its recordings by what became of them.", counts)
        reasons: dict[str, int] = {}
        for refusal in report.refusals:
            reasons[refusal.reason.code] = reasons.get(refusal.reason.code, 0) + 1
        gauge.by("reason", "night_not_scorable_recordings", "Those without a score.", reasons)
        gauge.by("stage", "night_stage_seconds", "Time that each stage took.", report.stage_s)
    figures = ended.figures
    if figures is None or not figures.calls:
        return
    if figures.scores.n:
        mean = figures.scores.total / figures.scores.n
        gauge("night_score_points", "Mean score of its calls, 0-100.", mean)
    critical = figures.critical / figures.calls
    gauge("night_critical_ratio", "Its calls that fail a critical criterion.", critical)
    if figures.heard:
        unsure = figures.unsure / figures.heard
        gauge("night_low_confidence_ratio", "Its calls that were heard badly.", unsure)
    if figures.silence.n:
        silence = figures.silence.total / figures.silence.n / 100
        gauge("night_silence_ratio", "Part of its calls in which nobody speaks.", silence)
    languages = {code: calls / figures.calls for code, calls in figures.languages.items()}
    gauge.by("language", "night_language_ratio", "Its calls by language.", languages)
