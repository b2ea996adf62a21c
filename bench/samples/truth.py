"""The files that go with the recordings: truth of each call, and the manifest of all."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from bench.samples.sample import Sample
from bench.samples.timeline import Span, Timeline

FORMS = ("stereo", "mono")
COLUMNS = (
    "recording",
    "call_id",
    "agent_id",
    "customer_number",
    "direction",
    "started_at",
    "ring_seconds",
    "ended_by",
    "agent_channel",
    "queue",
    "language",
)


def truth(sample: Sample, timeline: Timeline) -> dict[str, Any]:
    """What was said, when, and the right verdicts; times in seconds from the call's start.

    `agent_channel` is the stereo form's, also where the manifest leaves it out.
    """
    dialogue = sample.dialogue
    return {
        "name": dialogue.name,
        "language": dialogue.language,
        "agent_channel": dialogue.agent_channel,
        "turns": [
            {"speaker": turn.speaker, **times(span), "text": turn.text}
            for turn, span in zip(dialogue.turns, timeline.turns, strict=True)
        ],
        "holds": [times(span) for span in timeline.holds],
        "overlaps": [{**times(span), "started_by": span.speaker} for span in timeline.overlaps],
        "verdicts": sample.verdicts,
    }


def write_truth(path: Path, data: dict[str, Any]) -> None:
    """Write one call's truth as JSON, UTF-8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_manifest(path: Path, samples: list[Sample]) -> None:
    """Write the manifest: each call twice, stereo rows first; unknown values are empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for form in FORMS:
            writer.writerows(_row(sample, form) for sample in samples)


def _row(sample: Sample, form: str) -> dict[str, object]:
    record = sample.record
    stereo_known = form == "stereo" and record.channel_known
    return {
        "recording": f"{form}/{sample.name}.wav",
        "call_id": f"{sample.name}-{form}",
        "agent_id": record.agent_id,
        "customer_number": record.customer_number,
        "direction": record.direction,
        "started_at": record.started_at,
        "ring_seconds": "" if record.ring_seconds is None else record.ring_seconds,
        "ended_by": record.ended_by,
        "agent_channel": record.agent_channel if stereo_known else "",
        "queue": record.queue,
        "language": sample.dialogue.language if record.language_known else "",
    }


def times(span: Span) -> dict[str, float]:
    """A span as the truth files write it, seconds."""
    return {"start_s": span.start_s, "end_s": span.end_s}
