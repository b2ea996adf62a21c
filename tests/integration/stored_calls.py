"""Calls in a real store that nobody recorded: written dialogues, scored under the rubric that ships."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

from qa import bootstrap
from qa.config import Settings
from qa.domain.call import CallRecord, Role
from qa.domain.dialogue import WrittenTurn, written_call
from qa.domain.records import Hearing, Peaks, RecordingFacts, Refusal, ScoredCall
from qa.domain.scoring import score
from qa.domain.wording import Reason

AT = datetime(2026, 3, 2, 1, 14, tzinfo=UTC)

POLITE = "A: 您好，云帆科技，请问有什么可以帮您？\nC: 我想查物流。\nA: 感谢您的来电，再见！"
CURT = "A: 喂，说吧。\nC: 我想查物流。\nA: 自己上网查。"

_ROLES = {"A": Role.AGENT, "C": Role.CUSTOMER}


def store_calls(settings: Settings, scripts: Mapping[str, str], refused: str = "") -> None:
    """Write a scored call for each call id and script, and a refusal where a call id is given for it."""
    source = bootstrap.rubric_source(settings)
    case_of = bootstrap.case_of(settings)
    with bootstrap.unit_of_work(settings)(writes=True) as store:
        run_id = store.runs.begin(AT)
        store.rubrics.keep(source.rubric.ref, source.text)
        for call_id, script in scripts.items():
            record = CallRecord(call_id)
            lines = [line.partition(": ") for line in script.splitlines()]
            transcript, signals = written_call(
                [WrittenTurn(_ROLES[who], text) for who, _, text in lines], timed=True
            )
            facts = RecordingFacts(
                sha256=hashlib.sha256(call_id.encode()).hexdigest(),
                name=f"{call_id}.wav",
                duration_s=signals.duration_s,
                sample_rate=8_000,
                channels=2,
                layout="stereo",
                peaks=Peaks(20, ((0.1,), (0.1,))),
                audio=f"audio/{call_id}.flac",
            )
            card = score(source.rubric, case_of(record, transcript, signals))
            hearing = Hearing("written", transcript, signals, {"written": "1"})
            scored = ScoredCall(record, facts, hearing, card, f"fingerprint-{call_id}")
            assert store.calls.add_scored(scored, run_id=run_id, at=AT)
        if refused:
            refusal = Refusal(CallRecord(refused), "x.wav", None, "f", Reason("recording.empty"))
            store.calls.add_refusal(refusal, run_id=run_id, at=AT)
        store.commit()
