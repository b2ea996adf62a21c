"""What the services give, in the shapes of the API."""

from __future__ import annotations

from qa.domain.access import Actor, Scope
from qa.domain.correction import CorrectedTurn
from qa.domain.feed import ReviewEntry
from qa.domain.people import Person, User
from qa.domain.records import CallSummary
from qa.domain.review import Decision, FinalScore, FinalVerdict
from qa.domain.reviewing import choices
from qa.domain.scorecard import Evidence, RubricRef, Scorecard
from qa.domain.transcript import Word
from qa.domain.wording import Reason, render
from qa.services.browse import CriterionView
from qa.services.feed import HeardCall, ReviewsRead
from qa.services.standing import Standing
from webapp.api import models
from webapp.i18n import language


def call(row: CallSummary) -> models.Call:
    """A call as it is listed."""
    record = row.record
    reviewed = None
    if row.reviewed_at is not None:
        reviewed = models.CallReview(
            submitted_at=row.reviewed_at,
            score=row.reviewed_score,
            critical_failed=row.reviewed_critical or 0,
        )
    return models.Call(
        id=row.public_id,
        call_id=record.call_id,
        agent_id=record.agent_id,
        queue=record.queue,
        direction=record.direction,
        started_at=record.started_at,
        language=row.language,
        duration_s=row.duration_s,
        recording=row.recording_name,
        status="not_scorable" if row.refusal else "scored",
        refusal=_sentence(row.refusal) if row.refusal else None,
        rubric=_rubric(row.rubric) if row.rubric else None,
        scored_at=row.scored_at,
        score=row.score,
        failed=list(row.failed),
        critical_failed=list(row.critical_failed),
        open=list(row.open),
        review=reviewed,
    )


def scorecard(stands: Standing) -> models.Scorecard:
    """A scored call as it stands."""
    detail, card = stands.detail, stands.detail.scorecard
    if card is None:
        raise ValueError(f"call {detail.public_id} has no score")
    final = {each.criterion: each for each in stands.final.verdicts}
    return models.Scorecard(
        call=detail.public_id,
        call_id=detail.record.call_id,
        agent_id=detail.record.agent_id,
        scorecard=stands.version,
        review=stands.review.public_id if stands.review else None,
        rubric=_rubric(card.rubric),
        scored_at=stands.scored_at,
        models=dict(detail.models),
        machine=_machine_total(card),
        counts=_counting_total(stands.final),
        criteria=[_criterion(view, final[view.verdict.criterion]) for view in stands.views],
    )


def transcript(heard: HeardCall, *, words: bool) -> models.Transcript:
    """What was said in a call."""
    said = heard.hearing.transcript
    return models.Transcript(
        call=heard.detail.public_id,
        call_id=heard.detail.record.call_id,
        language=said.language,
        role_confidence=said.role_confidence,
        speaker_confidence=said.speaker_confidence,
        turns=[_turn(turn, words=words) for turn in heard.turns],
    )


def reviews(read: ReviewsRead) -> list[models.Review]:
    """Reviews, without what the reader is not told yet."""
    return [
        review(entry, withheld=entry.review.public_id in read.withheld)
        for entry in read.page.entries
    ]


def review(entry: ReviewEntry, *, withheld: bool = False) -> models.Review:
    """A submitted review."""
    of = entry.review
    if of.submitted_at is None:
        raise ValueError(f"review {of.public_id} was not submitted")
    return models.Review(
        id=of.public_id,
        call=of.call,
        call_id=entry.call_id,
        agent_id=entry.agent_id,
        scorecard=of.scorecard,
        base=of.base,
        rubric=_rubric(of.rubric),
        purpose=of.purpose,
        submitted_at=of.submitted_at,
        counts=of.is_current,
        withheld=withheld,
        reviewer=None if withheld else _person(of.reviewer),
        score=None if withheld else of.score,
        critical_failed=[] if withheld else list(of.critical_failed),
        note="" if withheld else of.note,
        decisions=[] if withheld else [_decision(each, of.reviewer) for each in of.decisions],
    )


def me(user: User, actor: Actor) -> models.Me:
    """Who asks."""
    return models.Me(
        id=user.public_id,
        login=user.login,
        name=user.name,
        role=user.role,
        agent_id=user.agent_id,
        team=user.team.name if user.team else None,
        scopes=None if actor.scopes is None else [each for each in Scope if each in actor.scopes],
    )


def _sentence(reason: Reason) -> models.Sentence:
    return models.Sentence(code=reason.code, text=render(reason, language()))


def _rubric(ref: RubricRef) -> models.RubricRef:
    return models.RubricRef(id=ref.id, version=ref.version, sha256=ref.sha256)


def _person(person: Person) -> models.PersonRef:
    return models.PersonRef(id=person.public_id, name=person.name)


def _clip(clip: Evidence) -> models.Clip:
    return models.Clip(
        start_s=clip.start_s, end_s=clip.end_s, speaker=clip.speaker, quote=clip.quote
    )


def _machine_total(card: Scorecard) -> models.Total:
    return models.Total(
        score=card.score,
        critical_failed=list(card.critical_failed),
        open=[each.criterion for each in card.open],
    )


def _counting_total(final: FinalScore) -> models.Total:
    return models.Total(
        score=final.score,
        critical_failed=list(final.critical_failed),
        open=[each.criterion for each in final.open],
    )


def _criterion(view: CriterionView, final: FinalVerdict) -> models.CriterionResult:
    verdict = view.verdict
    searched = verdict.searched
    return models.CriterionResult(
        criterion=verdict.criterion,
        title=view.title.in_language(language()),
        critical=view.critical,
        max_points=verdict.max_points,
        machine=models.MachineVerdict(
            outcome=verdict.outcome,
            points=verdict.points,
            confidence=verdict.confidence,
            reason=_sentence(verdict.reason),
            evidence=[_clip(clip) for clip in verdict.evidence],
            searched=(
                models.Searched(
                    start_s=searched.start_s, end_s=searched.end_s, speaker=searched.speaker
                )
                if searched
                else None
            ),
        ),
        counts=models.CountingVerdict(
            outcome=final.outcome, points=final.points, reviewed=final.decision is not None
        ),
        choices=[choice.code for choice in choices(verdict, view.criterion)],
    )


def _turn(turn: CorrectedTurn, *, words: bool) -> models.TranscriptTurn:
    heard = turn.heard
    changed = turn.text_corrected or turn.speaker_corrected
    return models.TranscriptTurn(
        speaker=turn.speaker,
        start_s=heard.start_s,
        end_s=heard.end_s,
        text=turn.text,
        confidence=heard.confidence,
        heard=models.HeardTurn(speaker=heard.speaker, text=heard.text) if changed else None,
        words=[_word(word) for word in heard.words] if words else None,
    )


def _word(word: Word) -> models.HeardWord:
    return models.HeardWord(
        start_s=word.start_s, end_s=word.end_s, text=word.text, confidence=word.confidence
    )


def _decision(decision: Decision, reviewer: Person) -> models.ReviewDecision:
    return models.ReviewDecision(
        criterion=decision.criterion,
        machine_outcome=decision.machine,
        machine_points=decision.machine_points,
        outcome=decision.outcome,
        points=decision.points,
        max_points=decision.max_points,
        changed=decision.changed,
        reason=decision.reason,
        note=decision.note,
        evidence=[_clip(clip) for clip in decision.evidence],
        decided_at=decision.decided_at,
        decided_by=_person(decision.by or reviewer),
    )
