"""Scorecards and transcripts as plain lines, in the shape that the contract fixes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qa.domain.records import CallDetail
from qa.domain.scorecard import Evidence, Searched, Verdict
from qa.domain.transcript import Turn
from qa.domain.wording import Language, render
from qa.ports import UnitOfWorkFactory

Line = dict[str, Any]


def scorecard_lines(open_store: UnitOfWorkFactory, language: Language) -> Iterator[Line]:
    """One line a call, scored or not, in order of call id; reasons worded in ``language``."""
    with open_store() as store:
        for call in store.calls.every():
            yield scorecard_line(call, language)


def transcript_lines(open_store: UnitOfWorkFactory) -> Iterator[Line]:
    """One line a call that was heard, in order of call id."""
    with open_store() as store:
        for call in store.calls.every():
            if call.hearing is not None:
                yield {
                    "call_id": call.record.call_id,
                    "language": call.hearing.transcript.language,
                    "turns": [_turn(turn) for turn in call.hearing.transcript.turns],
                }


def scorecard_line(call: CallDetail, language: Language) -> Line:
    """One call's scorecard as the contract writes it."""
    card = call.scorecard
    return {
        "call_id": call.record.call_id,
        "recording": call.recording_name,
        "sha256": call.sha256,
        "agent_id": call.record.agent_id,
        "language": call.hearing.transcript.language if call.hearing else call.record.language,
        "status": "scored" if card else "not_scorable",
        "reason": render(call.refusal, language) if call.refusal else None,
        "rubric": (
            {"id": card.rubric.id, "version": card.rubric.version, "sha256": card.rubric.sha256}
            if card
            else None
        ),
        "models": dict(call.hearing.models) if call.hearing else {},
        "score": card.score if card else None,
        "critical_failed": list(card.critical_failed) if card else [],
        "criteria": [_criterion(verdict, language) for verdict in card.verdicts] if card else [],
    }


def _criterion(verdict: Verdict, language: Language) -> Line:
    return {
        "id": verdict.criterion,
        "verdict": str(verdict.outcome),
        "points": verdict.points,
        "max_points": verdict.max_points,
        "confidence": round(verdict.confidence, 3),
        "reason": render(verdict.reason, language),
        "evidence": [_evidence(clip) for clip in verdict.evidence],
        "searched": _searched(verdict.searched) if verdict.searched else None,
    }


def _evidence(clip: Evidence) -> Line:
    return {
        "start_s": round(clip.start_s, 2),
        "end_s": round(clip.end_s, 2),
        "speaker": str(clip.speaker),
        "quote": clip.quote,
    }


def _searched(window: Searched) -> Line:
    return {
        "start_s": round(window.start_s, 2),
        "end_s": round(window.end_s, 2),
        "speaker": str(window.speaker) if window.speaker else None,
    }


def _turn(turn: Turn) -> Line:
    return {
        "speaker": str(turn.speaker),
        "start_s": round(turn.start_s, 2),
        "end_s": round(turn.end_s, 2),
        "text": turn.text,
        "words": [
            {
                "start_s": round(word.start_s, 2),
                "end_s": round(word.end_s, 2),
                "text": word.text,
                "confidence": round(word.confidence, 3),
            }
            for word in turn.words
        ],
    }
