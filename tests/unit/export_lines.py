"""Lines as the services export them, for the tests of what writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from qa.interop.exports.choices import Choices

AT = datetime(2026, 3, 2, 1, 14, tzinfo=UTC)
ENGLISH = Choices("en", AT)
CHINESE = Choices("zh", AT)


def scorecard(**changes: Any) -> dict[str, Any]:
    """A call that failed one criterion by leaving something out."""
    line: dict[str, Any] = {
        "call_id": "C1",
        "recording": "通话.wav",
        "sha256": "ab" * 32,
        "agent_id": None,
        "language": "zh",
        "status": "scored",
        "reason": None,
        "rubric": {"id": "service-standard", "version": "1", "sha256": "cd"},
        "models": {},
        "score": 50.0,
        "critical_failed": ["privacy"],
        "criteria": [
            {
                "id": "thanks",
                "verdict": "fail",
                "points": 0.0,
                "max_points": 8.0,
                "confidence": 0.9,
                "reason": "没有感谢客户",
                "evidence": [],
                "searched": {"start_s": 10.0, "end_s": 42.5, "speaker": "agent"},
            }
        ],
    }
    return line | changes


def verdict(criterion: str, outcome: str) -> dict[str, Any]:
    """One verdict of a scorecard."""
    return {
        "id": criterion,
        "verdict": outcome,
        "points": 0.0,
        "max_points": 8.0,
        "confidence": 0.9,
        "reason": "",
        "evidence": [],
        "searched": None,
    }


def turn(speaker: str, *words: tuple[float, float, str], text: str | None = None) -> dict[str, Any]:
    """A turn of timed words, written with a space between them unless a text says otherwise."""
    return {
        "speaker": speaker,
        "start_s": words[0][0],
        "end_s": words[-1][1],
        "text": " ".join(word for _, _, word in words) if text is None else text,
        "words": [
            {"start_s": start_s, "end_s": end_s, "text": word, "confidence": 0.875}
            for start_s, end_s, word in words
        ],
    }


def transcript(*turns: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A transcript of these turns."""
    line: dict[str, Any] = {
        "call_id": "C1",
        "language": "en",
        "turns": list(turns),
        "role_confidence": 1.0,
        "speaker_confidence": 1.0,
        "quality": None,
        "signals": {},
        "recording": "c1.wav",
        "sha256": "ab" * 32,
        "agent_id": "A201",
        "started_at": "2026-03-02T09:14:00+08:00",
        "channels": {"agent": 2, "customer": 1},
    }
    return line | changes


def conversation(**changes: Any) -> dict[str, Any]:
    """All of one call."""
    line: dict[str, Any] = {
        "call_id": "C1",
        "public_id": "p1",
        "direction": "inbound",
        "duration_s": 24.0,
        "layout": "stereo",
        "audio": "audio/ab/ab.flac",
        "scored_at": "2026-03-02T01:20:00+00:00",
        "scorecard": scorecard(agent_id="A201"),
        "transcript": transcript(turn("agent", (0.5, 1.0, "您好"))),
    }
    return line | changes
