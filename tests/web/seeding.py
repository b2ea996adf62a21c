"""A store with three calls and a refusal, written through the real ports, with playable sound.

Each scored call covers something a page must show: ``bad-call`` every outcome, a critical failure, a
recording with faults, every kind of pause and overlap, refused text and uncertain words; ``good-call`` a
clean scorecard and recording in Chinese, some of it recognised in traditional characters; ``mono-call`` one
channel, roles uncertain, most of it open, and heard by an earlier version that knew no recording quality.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf

from qa import bootstrap
from qa.config import Settings
from qa.domain.call import CallRecord, Direction, EndedBy, Role
from qa.domain.records import Hearing, Peaks, RecordingFacts, Refusal, RunReport, ScoredCall
from qa.domain.rubric import Rubric
from qa.domain.scorecard import Evidence, Outcome, Scorecard, Searched, Verdict, total
from qa.domain.signals import DeadAir, Hold, Overlap, ResponseGap, Signals
from qa.domain.sound import ChannelQuality, RecordingQuality
from qa.domain.transcript import DroppedText, Span, Transcript, Turn, Word
from qa.domain.wording import Reason

DURATION_S = 24.0
RATE = 8_000
PEAKS_PER_SECOND = 20
AT = datetime(2026, 3, 2, 1, 14, tzinfo=UTC)

GREETING = Evidence(0.5, 3.0, Role.AGENT, "Good morning, this is Northwind.")
SECRET = Evidence(14.0, 16.5, Role.AGENT, "Please read me the code that you got.")
RING = Evidence(0.0, 2.0, Role.UNKNOWN, "ring_seconds = 6")

EN_TURNS = (
    (Role.AGENT, 0.5, 3.0, "Good morning, this is Northwind."),
    (Role.CUSTOMER, 3.4, 6.0, "My <b>parcel</b> has not come & I am cross."),
    (Role.AGENT, 6.2, 7.5, "One moment."),
    (Role.AGENT, 14.0, 16.5, "Please read me the code that you got."),
    (Role.CUSTOMER, 17.0, 18.5, "Four seven one."),
)
ZH_TURNS = (
    (Role.AGENT, 0.5, 3.0, "您好，云帆科技客服中心。"),
    (Role.CUSTOMER, 3.4, 6.0, "你好，我想查一下包裹。"),
    (Role.AGENT, 6.2, 9.0, "感谢您的来电，再见！"),
)
MONO_TURNS = (*ZH_TURNS[:2], (Role.AGENT, 12.0, 15.0, "感谢您的来电，再见！"))

DROPPED = (
    DroppedText(9.0, 11.0, "Thanks for watching", "outro"),
    DroppedText(11.0, 12.0, "la la la", "music"),
    DroppedText(12.0, 12.5, "beep", "tone"),
    DroppedText(18.6, 19.0, "seven one", "echo"),
    DroppedText(19.0, 19.5, "and so on and so on and so on", "too_fast"),
    DroppedText(19.5, 20.0, "no no no no no", "repetition"),
    DroppedText(20.0, 21.0, "hum", "low_confidence"),
    DroppedText(21.0, 22.0, "you", "no_speech"),
)
"""One for each reason that text is refused for."""

TRADITIONAL = {"帆": "颿", "云": "雲", "来": "來", "电": "電", "见": "見"}

ALL_SOUNDS: dict[str, Any] = {
    "silences": (Span(7.5, 14.0), Span(18.5, 23.0)),
    "overlaps": (
        Overlap(3.4, 3.9, Role.CUSTOMER, backchannel=True),
        Overlap(6.2, 6.8, Role.AGENT),
    ),
    "response_gaps": (
        ResponseGap(3.0, 3.4, Role.CUSTOMER),
        ResponseGap(6.0, 6.2, Role.AGENT),
        ResponseGap(16.5, 17.0, Role.CUSTOMER),
    ),
    "ringback": (Span(0.0, 0.4),),
    "holds": (Hold(7.5, 10.0, "silence"), Hold(10.0, 14.0, "music")),
    "dead_air": (DeadAir(18.5, 23.0, Role.AGENT),),
    "level_dbfs": {Role.AGENT: -18.0, Role.CUSTOMER: -31.5},
}
POOR = RecordingQuality(
    (ChannelQuality(-18.0, -61.0, 0.0123, 0.0), ChannelQuality(-31.5, -42.0, 0.0, 0.18)),
    ("clipped", "noisy", "bleed"),
)
FINE = RecordingQuality(
    (ChannelQuality(-21.0, -66.0, 0.0, 0.0), ChannelQuality(-23.5, -64.0, 0.0002, 0.0))
)


def seed(settings: Settings, folder: Path) -> dict[str, str]:
    """Write the calls, whose recordings go to ``folder``; their public ids by call id."""
    source = bootstrap.rubric_source(settings)
    rubric, text = source.rubric, source.text
    with bootstrap.unit_of_work(settings)(writes=True) as unit:
        run_id = unit.runs.begin(AT)
        unit.rubrics.keep(rubric.ref, text)
        for call in _scored(settings, folder, rubric):
            assert unit.calls.add_scored(call, run_id=run_id, at=AT)
        refusal = Refusal(
            CallRecord("silent-call", agent_id="A103"),
            "silent.wav",
            hashlib.sha256(b"silent").hexdigest(),
            "fingerprint",
            Reason("recording.only_sounds", {"sound": "music"}),
            RecordingQuality((ChannelQuality(None, -24.0, 0.0, 0.0),)),
        )
        unit.calls.add_refusal(refusal, run_id=run_id, at=AT)
        unit.runs.finish(run_id, _report(refusal))
        unit.commit()
    with bootstrap.unit_of_work(settings)() as unit:
        return {call.record.call_id: call.public_id for call in unit.calls.every()}


def _scored(settings: Settings, folder: Path, rubric: Rubric) -> Iterator[ScoredCall]:
    bad = {
        "answered_in_three_rings": _verdict(
            Outcome.PASS,
            Reason("found.fact", {"field": "ring_seconds", "value": "6"}),
            evidence=(RING,),
        ),
        "greeting": _verdict(
            Outcome.PASS,
            Reason("found.phrase", {"speaker": "agent", "at_s": 0.5}),
            evidence=(GREETING,),
        ),
        "confirm_need": _verdict(
            Outcome.CANNOT_JUDGE, Reason("doubt.role", {"percent": 41, "needed": 60})
        ),
        "transfer": _verdict(Outcome.NOT_APPLICABLE, Reason("absent.nothing")),
        "farewell": _verdict(
            Outcome.FAIL,
            Reason("absent.phrase", {"speaker": "agent", "start_s": 9.0, "end_s": 24.0}),
            searched=Searched(9.0, 24.0, Role.AGENT),
        ),
        "customer_hangs_up_first": _verdict(
            Outcome.NOT_MEASURABLE, Reason("missing.field", {"field": "ended_by"})
        ),
        "privacy": _verdict(
            Outcome.FAIL,
            Reason("found.privacy_request", {"speaker": "agent", "at_s": 14.0}),
            evidence=(SECRET,),
        ),
    }
    good = {
        "greeting": _verdict(
            Outcome.PASS,
            Reason("found.phrase", {"speaker": "agent", "at_s": 0.5}),
            evidence=(Evidence(0.5, 3.0, Role.AGENT, "您好，云帆科技客服中心。"),),
        ),
        "privacy": _verdict(
            Outcome.PASS,
            Reason("absent.privacy_request", {"speaker": "agent", "start_s": 0.0, "end_s": 24.0}),
            searched=Searched(0.0, 24.0, Role.AGENT),
        ),
    }
    unsure = {
        criterion.id: _verdict(
            Outcome.CANNOT_JUDGE, Reason("doubt.role", {"percent": 41, "needed": 60})
        )
        for criterion in rubric.criteria
        if criterion.id not in good
    } | good
    yield _call(
        settings,
        folder,
        CallRecord(
            "bad-call",
            agent_id="A201",
            customer_number="+1-202-555-0104",
            direction=Direction.INBOUND,
            started_at=AT,
            ring_seconds=6.0,
            agent_channel=0,
            queue="returns",
            attributes={"campaign": "<spring>"},
        ),
        language="en",
        said=EN_TURNS,
        card=_card(rubric, bad),
        dropped=DROPPED,
        sounds=ALL_SOUNDS,
        quality=POOR,
    )
    yield _call(
        settings,
        folder,
        CallRecord("good-call", agent_id="A101", ended_by=EndedBy.CUSTOMER, queue="售后"),
        language="zh",
        said=ZH_TURNS,
        card=_card(rubric, good),
        quality=FINE,
    )
    yield _call(
        settings,
        folder,
        CallRecord("mono-call", agent_id="A102"),
        language="zh",
        said=MONO_TURNS,
        card=_card(rubric, unsure),
        sounds={"silences": (Span(6.0, 12.0),), "overlap_confidence": 0.7},
        mono=True,
    )


def _verdict(
    outcome: Outcome,
    reason: Reason,
    *,
    evidence: tuple[Evidence, ...] = (),
    searched: Searched | None = None,
) -> Verdict:
    """A verdict that still lacks its criterion's id and points."""
    return Verdict("", outcome, 0.0, 0.0, 0.9, reason, evidence, searched)


def _card(rubric: Rubric, said: dict[str, Verdict]) -> Scorecard:
    verdicts = []
    for criterion in rubric.criteria:
        if criterion.id in said:
            verdict = said[criterion.id]
            earned = criterion.points if verdict.outcome is Outcome.PASS else 0.0
            verdicts.append(
                Verdict(
                    criterion.id,
                    verdict.outcome,
                    earned,
                    criterion.points,
                    verdict.confidence,
                    verdict.reason,
                    verdict.evidence,
                    verdict.searched,
                )
            )
    failed = {verdict.criterion for verdict in verdicts if verdict.outcome is Outcome.FAIL}
    critical = tuple(each.id for each in rubric.criteria if each.critical and each.id in failed)
    return Scorecard(rubric.ref, total(tuple(verdicts)), critical, tuple(verdicts))


def _call(
    settings: Settings,
    folder: Path,
    record: CallRecord,
    *,
    language: str,
    said: tuple[tuple[Role, float, float, str], ...],
    card: Scorecard,
    dropped: tuple[DroppedText, ...] = (),
    sounds: dict[str, Any] | None = None,
    quality: RecordingQuality | None = None,
    mono: bool = False,
) -> ScoredCall:
    turns = tuple(_turn(language, *each) for each in said)
    activity = {
        role: tuple(turn.span for turn in turns if turn.speaker is role)
        for role in (Role.AGENT, Role.CUSTOMER)
    }
    sound = _sound(activity, mono=mono, seed=len(record.call_id))
    path = folder / f"{record.call_id}.wav"
    sf.write(path, sound, RATE)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    bucket = RATE // PEAKS_PER_SECOND
    peaks = np.abs(sound).reshape(-1, bucket, sound.shape[1]).max(axis=1).T
    recording = RecordingFacts(
        sha256=sha256,
        name=path.name,
        duration_s=DURATION_S,
        sample_rate=RATE,
        channels=sound.shape[1],
        layout="mono" if mono else "stereo",
        peaks=Peaks(PEAKS_PER_SECOND, tuple(tuple(map(float, channel)) for channel in peaks)),
        audio=bootstrap.shelf(settings).keep(path, sha256),
    )
    measured: dict[str, Any] = {
        "duration_s": DURATION_S,
        "activity": activity,
        "silences": (),
        "overlaps": (),
        "response_gaps": (),
        "talk_share": {Role.AGENT: 0.6, Role.CUSTOMER: 0.4},
        "speech_rate": {Role.AGENT: 150.0, Role.CUSTOMER: 140.0},
        "overlap_confidence": 1.0,
    }
    hearing = Hearing(
        fingerprint=f"hearing-{record.call_id}",
        transcript=Transcript(language, turns, dropped, role_confidence=0.41 if mono else 1.0),
        signals=Signals(**(measured | (sounds or {}))),
        models={"recogniser": "whisper-base@d01c3014"},
        quality=quality,
    )
    return ScoredCall(record, recording, hearing, card, f"fingerprint-{record.call_id}")


def _turn(language: str, role: Role, start_s: float, end_s: float, text: str) -> Turn:
    """A turn whose words share its time equally; every fifth word was heard badly.

    Words were recognised in traditional characters where these differ.
    """
    spoken = [part for part in text if part.isalnum()] if language == "zh" else text.split()
    step_s = (end_s - start_s) / len(spoken)
    words = tuple(
        Word(
            round(start_s + place * step_s, 2),
            round(start_s + (place + 1) * step_s, 2),
            word,
            0.3 if place % 5 == 4 else 0.95,
            TRADITIONAL.get(word, ""),
        )
        for place, word in enumerate(spoken)
    )
    return Turn(role, start_s, end_s, text, words)


def _sound(
    activity: dict[Role, tuple[Span, ...]], *, mono: bool, seed: int
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """A tone for each party where it speaks, over a little noise; shape ``(samples, channels)``."""
    time_s = np.arange(int(DURATION_S * RATE)) / RATE
    sound = np.random.default_rng(seed).normal(0, 0.002, (len(time_s), 2))
    for channel, (role, hertz) in enumerate(((Role.AGENT, 220.0), (Role.CUSTOMER, 330.0))):
        for span in activity[role]:
            speaks = (time_s >= span.start_s) & (time_s < span.end_s)
            swell = 0.25 + 0.2 * np.sin(2 * np.pi * 3 * time_s[speaks])
            sound[speaks, channel] += swell * np.sin(2 * np.pi * hertz * time_s[speaks])
    return sound.mean(axis=1, keepdims=True) if mono else sound


def _report(refusal: Refusal) -> RunReport:
    return RunReport(
        started_at=AT,
        finished_at=AT,
        found=4,
        scored=3,
        rescored=0,
        done_before=0,
        duplicates=0,
        refusals=(refusal,),
        audio_s=3 * DURATION_S,
        wall_s=10.0,
        stage_s={},
        warnings=(),
    )
