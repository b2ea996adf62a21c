"""Scorecards, transcripts, reviews and the list of calls as plain lines, in the shape that the contract fixes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any, Protocol

from qa.domain.access import Action, Actor, only_agent
from qa.domain.call import Role
from qa.domain.people import Person
from qa.domain.records import CallDetail, CallQuery, CallSummary, Hearing
from qa.domain.review import Decision, Review
from qa.domain.scope import EVERYTHING, Scope
from qa.domain.scorecard import Evidence, Searched, Verdict
from qa.domain.signals import Signals
from qa.domain.sound import ChannelQuality, RecordingQuality
from qa.domain.transcript import Turn, Word
from qa.domain.wording import Language, render
from qa.ports import UnitOfWork, UnitOfWorkFactory
from qa.ports.reviews import ReviewOfCall
from qa.services.licences.provisional import awaiting

Line = dict[str, Any]


_LIST_PAGE = 5_000
"""Rows of the list read at a time; a search reads every transcript once for each page."""


def call_lines(
    open_store: UnitOfWorkFactory,
    actor: Actor,
    query: CallQuery,
    language: Language,
    *,
    unlicensed: Collection[str] = (),
) -> Iterator[Line]:
    """One line a call of a list, whichever of its pages is asked for; reasons worded in ``language``.

    The score of a call that nobody reviewed is provisional where its rubric is one of those (``unlicensed``,
    by id) that the machine may not settle alone.
    """
    agent_id = only_agent(actor, Action.EXPORT)
    if agent_id is not None:
        query = replace(query, agent_id=agent_id)
    query = replace(query, page=1, page_size=_LIST_PAGE)
    return _call_lines(open_store, query, language, unlicensed)


def _call_lines(
    open_store: UnitOfWorkFactory,
    query: CallQuery,
    language: Language,
    unlicensed: Collection[str],
) -> Iterator[Line]:
    with open_store() as store:
        while rows := store.calls.rows(query):
            for row in rows:
                yield call_line(row, language, unlicensed)
            query = replace(query, page=query.page + 1)


def call_line(row: CallSummary, language: Language, unlicensed: Collection[str] = ()) -> Line:
    """One row of the list (see ``call_lines``)."""
    record = row.record
    alone = row.scored_at is not None and row.reviewed_at is None
    return {
        "call_id": record.call_id,
        "agent_id": record.agent_id,
        "queue": record.queue,
        "direction": str(record.direction),
        "started_at": record.started_at.isoformat() if record.started_at else None,
        "language": row.language,
        "duration_s": None if row.duration_s is None else round(row.duration_s, 2),
        "recording": row.recording_name,
        "status": "not_scorable" if row.refusal else "scored",
        "reason": render(row.refusal, language) if row.refusal else None,
        "score": row.score,
        "failed": list(row.failed),
        "critical_failed": list(row.critical_failed),
        "open": list(row.open),
        "reviewed_at": row.reviewed_at.isoformat() if row.reviewed_at else None,
        "reviewed_score": row.reviewed_score,
        "reviewed_critical": row.reviewed_critical,
        "provisional": alone and row.rubric is not None and row.rubric.id in unlicensed,
    }


def scorecard_lines(
    open_store: UnitOfWorkFactory,
    actor: Actor,
    language: Language,
    scope: Scope = EVERYTHING,
    *,
    licensing: bool = False,
) -> Iterator[Line]:
    """One line a call of a scope, scored or not, in order of call id; reasons worded in ``language``.

    With ``licensing`` each says which of its criteria await a person (``qa.services.licences.provisional.awaiting``).
    """
    own = scope.within(only_agent(actor, Action.EXPORT))
    return _scorecard_lines(open_store, own, language, licensing=licensing)


def _scorecard_lines(
    open_store: UnitOfWorkFactory, scope: Scope, language: Language, *, licensing: bool
) -> Iterator[Line]:
    with open_store() as store:
        for call in store.calls.every(scope):
            yield _scorecard_with_awaited(store, call, language, licensing=licensing)


def _scorecard_with_awaited(
    store: UnitOfWork, call: CallDetail, language: Language, *, licensing: bool
) -> Line:
    line = scorecard_line(call, language)
    if licensing:
        # Asked call by call: an export takes its time, and what it says must be of each call.
        review = store.reviews.current(call.public_id)
        line["awaiting"] = list(awaiting(store, call.scorecard, review, licensing=True))
    return line


def transcript_lines(
    open_store: UnitOfWorkFactory, actor: Actor, scope: Scope = EVERYTHING
) -> Iterator[Line]:
    """One line a call of a scope that was heard, in order of call id."""
    own = scope.within(only_agent(actor, Action.EXPORT))
    return _transcript_lines(open_store, own)


def _transcript_lines(open_store: UnitOfWorkFactory, scope: Scope) -> Iterator[Line]:
    with open_store() as store:
        for call in store.calls.every(scope):
            if call.hearing is not None:
                yield _transcript_of_call(call, call.hearing)


def conversation_lines(
    open_store: UnitOfWorkFactory,
    actor: Actor,
    language: Language,
    scope: Scope = EVERYTHING,
    *,
    licensing: bool = False,
) -> Iterator[Line]:
    """One line a call of a scope with all that is exported of it, in order of call id.

    ``call_id``, ``public_id`` (which the call keeps), ``direction``, ``duration_s``, ``layout`` of the recording's
    channels, ``audio`` (path of the playable copy in the data folder, or ``None``), ``scored_at``, ``scorecard`` and ``transcript``: the lines that the other
    exports hold, the transcript ``None`` of a call that was not heard.
    """
    own = scope.within(only_agent(actor, Action.EXPORT))
    return _conversation_lines(open_store, own, language, licensing=licensing)


def _conversation_lines(
    open_store: UnitOfWorkFactory, scope: Scope, language: Language, *, licensing: bool
) -> Iterator[Line]:
    with open_store() as store:
        for call in store.calls.every(scope):
            yield {
                "call_id": call.record.call_id,
                "public_id": call.public_id,
                "direction": str(call.record.direction),
                "duration_s": round(call.recording.duration_s, 2) if call.recording else None,
                "layout": call.recording.layout if call.recording else None,
                "audio": call.recording.audio if call.recording else None,
                "scored_at": call.scored_at.isoformat() if call.scored_at else None,
                "scorecard": _scorecard_with_awaited(store, call, language, licensing=licensing),
                "transcript": _transcript_of_call(call, call.hearing) if call.hearing else None,
            }


def review_lines(
    open_store: UnitOfWorkFactory, actor: Actor, scope: Scope = EVERYTHING
) -> Iterator[Line]:
    """One line a decision of every review that was submitted in a scope, in the order of their submission."""
    own = scope.within(only_agent(actor, Action.EXPORT))
    return _review_lines(open_store, own)


def _review_lines(open_store: UnitOfWorkFactory, scope: Scope) -> Iterator[Line]:
    with open_store() as store:
        for each in store.reviews.every(scope):
            yield from review_decisions(each)


def review_decisions(of: ReviewOfCall) -> Iterator[Line]:
    """The lines of one review; one that decides nothing has a single line without a criterion."""
    review = of.review
    whole = {
        "call_id": of.call_id,
        "recording": of.recording_name,
        "agent_id": of.agent_id,
        "review": review.public_id,
        "purpose": str(review.purpose),
        "counts": review.is_current,
        "reviewer": _person(review.reviewer),
        "opened_at": review.opened_at.isoformat(),
        "submitted_at": review.submitted_at.isoformat() if review.submitted_at else None,
        "rubric": asdict(review.rubric),
        "scorecard": review.scorecard,
        "scored_at": review.scored_at.isoformat(),
        "review_score": review.score,
        "critical_failed": list(review.critical_failed),
        "review_note": review.note,
    }
    for decision in review.decisions:
        yield {**whole, **_decision(decision, review)}
    if not review.decisions:
        yield {**whole, "criterion": None}


def _decision(decision: Decision, review: Review) -> Line:
    return {
        "criterion": decision.criterion,
        "machine_verdict": str(decision.machine),
        "machine_points": decision.machine_points,
        "verdict": str(decision.outcome),
        "points": decision.points,
        "max_points": decision.max_points,
        "changed": decision.changed,
        "reason": decision.reason,
        "note": decision.note,
        "evidence": [_evidence(clip) for clip in decision.evidence],
        "decided_by": _person(decision.by or review.reviewer),
        "decided_at": decision.decided_at.isoformat(),
    }


def _person(person: Person) -> Line:
    return {"id": person.public_id, "name": person.name}


def _transcript_of_call(call: CallDetail, hearing: Hearing) -> Line:
    """A transcript with which recording it is of, and which party each of its channels carries."""
    return {
        **transcript_line(call.record.call_id, hearing),
        "recording": call.recording_name,
        "sha256": call.sha256,
        "agent_id": call.record.agent_id,
        "started_at": call.record.started_at.isoformat() if call.record.started_at else None,
        "channels": _channels(call),
    }


def _channels(call: CallDetail) -> Line:
    """The parties' channels, counted from 1; nothing where they share one or the record does not say."""
    agent = call.record.agent_channel
    if call.recording is None or call.recording.layout != "stereo" or agent is None:
        return {}
    return {str(Role.AGENT): agent + 1, str(Role.CUSTOMER): 2 - agent}


def transcript_line(call_id: str, hearing: Hearing) -> Line:
    """What was heard in one call as the contract writes it; ``docs/exports.md`` says what each key holds."""
    return {
        "call_id": call_id,
        "language": hearing.transcript.language,
        "turns": [_turn(turn) for turn in hearing.transcript.turns],
        "role_confidence": round(hearing.transcript.role_confidence, 3),
        "speaker_confidence": round(hearing.transcript.speaker_confidence, 3),
        "quality": _quality(hearing.quality) if hearing.quality else None,
        "signals": _signals(hearing.signals),
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
        "models": dict(call.models),
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
    return {**_stretch(clip), "speaker": str(clip.speaker), "quote": clip.quote}


def _searched(window: Searched) -> Line:
    return {**_stretch(window), "speaker": str(window.speaker) if window.speaker else None}


def _turn(turn: Turn) -> Line:
    return {
        "speaker": str(turn.speaker),
        **_stretch(turn),
        "text": turn.text,
        "words": [_word(word) for word in turn.words],
    }


def _word(word: Word) -> Line:
    line = {**_stretch(word), "text": word.text, "confidence": round(word.confidence, 3)}
    return {**line, "original": word.original} if word.original else line


def _quality(quality: RecordingQuality) -> Line:
    return {
        "channels": [_channel(channel) for channel in quality.channels],
        "faults": list(quality.faults),
    }


def _channel(channel: ChannelQuality) -> Line:
    return {
        "speech_dbfs": _decibels(channel.speech_dbfs),
        "noise_dbfs": _decibels(channel.noise_dbfs),
        "snr_db": _decibels(channel.snr_db),
        "clipped": round(channel.clipped, 4),
        "bleed": round(channel.bleed, 3),
    }


def _signals(signals: Signals) -> Line:
    return {
        "duration_s": round(signals.duration_s, 2),
        "talk_share": _by_role(signals.talk_share, 3),
        "speech_rate": _by_role(signals.speech_rate, 1),
        "level_dbfs": _by_role(signals.level_dbfs, 1),
        "silences": [_stretch(span) for span in signals.silences],
        "overlaps": [
            {**_stretch(each), "started_by": str(each.started_by), "backchannel": each.backchannel}
            for each in signals.overlaps
        ],
        "overlap_confidence": round(signals.overlap_confidence, 3),
        "response_gaps": [
            {**_stretch(gap), "responder": str(gap.responder)} for gap in signals.response_gaps
        ],
        "ringback": [_stretch(span) for span in signals.ringback],
        "holds": [{**_stretch(hold), "sound": hold.sound} for hold in signals.holds],
        "dead_air": [
            {**_stretch(silence), "awaited": str(silence.awaited)} for silence in signals.dead_air
        ],
    }


class _Timed(Protocol):
    @property
    def start_s(self) -> float: ...
    @property
    def end_s(self) -> float: ...


def _stretch(of: _Timed) -> Line:
    return {"start_s": round(of.start_s, 2), "end_s": round(of.end_s, 2)}


def _decibels(level: float | None) -> float | None:
    return None if level is None else round(level, 1)


def _by_role(figures: Mapping[Role, float], digits: int) -> Line:
    return {str(role): round(figure, digits) for role, figure in figures.items()}
