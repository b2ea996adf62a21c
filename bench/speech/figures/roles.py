"""Role accuracy: how often the machine knows which voice is the agent's.

Stereo without a channel map, and mono; what the manifest tells is the direction of the call. A call is right
when most of what the true agent says was given to the agent; ``unknown`` is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.speech import ours
from bench.speech.corpus import Call, Form, made_calls, samples
from bench.speech.figure import Bar, Figure, Options, table
from bench.speech.scores import Span, share_right
from qa.domain.records import CallDetail

STEREO_PERCENT = 100.0
MONO_PERCENT = 95.0
MOST = 0.5
_DIRECTIONS = ("inbound", "outbound")


@dataclass(frozen=True, slots=True)
class Judged:
    """One call in one form. ``share`` is of the true agent's speech, 0-1."""

    call: Call
    form: Form
    share: float
    confidence: float | None

    @property
    def right(self) -> bool:
        """Whether the agent was told."""
        return self.share > MOST


def measure(options: Options) -> Figure:
    """Count the calls whose agent was told, by form, direction and language."""
    sets = (samples(), made_calls(options.calls))
    judged = [
        one for form in ("stereo", "mono") for calls in sets for one in _judge(calls, form, options)
    ]
    rows = [
        [f"{form}, {language}", *(_counted(judged, form, language, way) for way in _DIRECTIONS)]
        for form in ("stereo", "mono")
        for language in sorted({one.call.language for one in judged})
    ]
    wrong = [one for one in judged if not one.right]
    calls = len(judged) // 2
    return Figure(
        bars=(
            Bar(
                f"roles, stereo without map, {calls} calls",
                _percent(judged, "stereo"),
                STEREO_PERCENT,
                "at least",
                "%",
            ),
            Bar(
                f"roles, mono, {calls} calls",
                _percent(judged, "mono"),
                MONO_PERCENT,
                "at least",
                "%",
            ),
        ),
        tables=(
            table("Calls whose agent was told", ("calls", *_DIRECTIONS), rows),
            table(
                "Calls whose agent was not told",
                ("call", "form", "direction", "pair", "share", "role confidence"),
                [
                    (
                        one.call.name,
                        one.form,
                        one.call.direction,
                        one.call.pair,
                        one.share,
                        "refused" if one.confidence is None else one.confidence,
                    )
                    for one in wrong
                ],
            ),
        ),
        data={
            "calls": calls,
            "stereo_percent": _percent(judged, "stereo"),
            "mono_percent": _percent(judged, "mono"),
            "wrong": [
                {
                    "call": one.call.name,
                    "form": one.form,
                    "direction": one.call.direction,
                    "share": one.share,
                    "role_confidence": one.confidence,
                }
                for one in wrong
            ],
        },
    )


def _judge(calls: Sequence[Call], form: Form, options: Options) -> list[Judged]:
    options.say(f"{form}: {len(calls)} calls")
    recordings = tuple(call.recording(form) for call in calls)
    run = ours.heard(recordings)
    judged = []
    for call, recording in zip(calls, recordings, strict=True):
        detail = run.calls[recording.call_id]
        confidence = detail.hearing.transcript.role_confidence if detail.hearing else None
        share = share_right(call.agent_spans(), turns_by_role(detail))
        judged.append(Judged(call, form, share, confidence))
    return judged


def turns_by_role(detail: CallDetail) -> dict[str, list[Span]]:
    """When each role has words."""
    by_role: dict[str, list[Span]] = {}
    for turn in detail.hearing.transcript.turns if detail.hearing else ():
        by_role.setdefault(str(turn.speaker), []).append((turn.start_s, turn.end_s))
    return by_role


def _of(judged: Sequence[Judged], form: Form) -> list[Judged]:
    return [one for one in judged if one.form == form]


def _percent(judged: Sequence[Judged], form: Form) -> float:
    ours_of_form = _of(judged, form)
    return 100 * sum(one.right for one in ours_of_form) / len(ours_of_form)


def _counted(judged: Sequence[Judged], form: Form, language: str, direction: str) -> str:
    asked = [
        one
        for one in _of(judged, form)
        if one.call.language == language and one.call.direction == direction
    ]
    return f"{sum(one.right for one in asked)}/{len(asked)}"
