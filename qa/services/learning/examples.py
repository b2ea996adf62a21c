"""What people decided on calls, as examples for heads.

What counts is the latest word on a criterion of a call: a submitted review, a decided dispute (which is a review
of its own) or what a calibration session agreed on. Whatever is still disputed teaches nothing, nor does what
somebody decided who may not review, or whose own call it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from qa.domain.access import Action, actor_of, may
from qa.domain.calibration import Master
from qa.domain.call import Role
from qa.domain.correction import Correction, corrected
from qa.domain.detectors.meaning import sentences
from qa.domain.detectors.text import Stream, streams_of
from qa.domain.dialogue import language_of_text, retold
from qa.domain.dispute import DisputeState
from qa.domain.learnable import Learnable
from qa.domain.lesson import BACKGROUND_MOST, Example, Sign
from qa.domain.people import Person, User
from qa.domain.review import Review
from qa.domain.scorecard import Evidence, Outcome, Verdict
from qa.domain.transcript import Span, Transcript
from qa.ports import UnitOfWork
from qa.ports.calibration import RevealedCall

CLIP_MOST = 6
"""Sentences of a clip among which the one that is meant can be found; a longer clip points at nothing."""
_HALF = 0.5

Users = Mapping[int, User]


@dataclass(frozen=True, slots=True)
class Told:
    """What a decision says of a sentence.

    Attributes:
        example: With the first of the choices.
        choices: The sentences of a clip, of which one is meant; a single one where nothing is to be chosen.
    """

    example: Example
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Heard:
    """What was heard in a call, as people corrected it, and what the machine said of it."""

    transcript: Transcript
    streams: Mapping[Role, Stream]
    verdicts: Mapping[str, Verdict]


@dataclass(frozen=True, slots=True)
class _Word:
    """Somebody's word on one criterion of a call.

    Attributes:
        agent_id: Whose call it is.
        clips: That people chose to prove this outcome.
        version: Of the scorecard that it is about; ``None`` for what a session agreed on.
        session: The call in its session, for what was agreed on there.
    """

    call: str
    agent_id: str | None
    criterion: str
    outcome: Outcome
    clips: tuple[Evidence, ...]
    at: datetime
    by: Person
    version: str | None = None
    session: tuple[str, int] | None = None


def told(unit: UnitOfWork, rubric_id: str, asked: Sequence[Learnable]) -> tuple[Told, ...]:
    """What people's decisions on calls that a rubric scored say of sentences, call after call."""
    by_criterion: dict[str, list[Learnable]] = {}
    for each in asked:
        by_criterion.setdefault(each.criterion, []).append(each)
    users = {user.id: user for user in unit.people.everybody()}
    words: dict[tuple[str, str], _Word] = {}
    for word in (
        *_reviewed(unit, rubric_id, by_criterion, users),
        *_agreed(unit, rubric_id, by_criterion, users),
    ):
        key = (word.call, word.criterion)
        if key not in words or word.at >= words[key].at:
            words[key] = word
    by_call: dict[str, list[_Word]] = {}
    for word in words.values():
        if _may_teach(users.get(word.by.id), word.agent_id):
            by_call.setdefault(word.call, []).append(word)
    found: list[Told] = []
    for call, said in by_call.items():
        disputed = {
            each.criterion
            for each in unit.answers.disputes_of(call)
            if each.state is DisputeState.OPEN
        }
        for word in said:
            heard = None if word.criterion in disputed else _heard(unit, word)
            if heard is not None:
                for each in by_criterion[word.criterion]:
                    found += _examples(word, heard, each)
    return tuple(found)


def _may_teach(user: User | None, agent_id: str | None) -> bool:
    """Whether what somebody says of a call of an agent counts."""
    if user is None or not may(actor_of(user), Action.REVIEW):
        return False
    return user.agent_id is None or user.agent_id != agent_id


# --- words -------------------------------------------------------------------------------------


def _reviewed(
    unit: UnitOfWork, rubric_id: str, criteria: Mapping[str, object], users: Users
) -> Iterator[_Word]:
    """Of each scorecard the decisions of its latest submitted review, with the clips of all who say the same and may."""
    of_card: dict[tuple[str, str], list[Review]] = {}
    agents: dict[str, str | None] = {}
    for each in unit.reviews.every():
        review = each.review
        if review.rubric.id == rubric_id and any(
            decision.criterion in criteria for decision in review.decisions
        ):
            of_card.setdefault((review.call, review.scorecard), []).append(review)
            agents[review.call] = each.agent_id
    for (call, version), reviews in of_card.items():
        latest = reviews[-1]
        for decision in latest.decisions:
            if decision.criterion not in criteria:
                continue
            same = [
                earlier.evidence
                for review in reviews
                if (earlier := review.decision(decision.criterion))
                and earlier.outcome is decision.outcome
                and _may_teach(users.get((earlier.by or review.reviewer).id), agents[call])
            ]
            yield _Word(
                call=call,
                agent_id=agents[call],
                criterion=decision.criterion,
                outcome=decision.outcome,
                clips=tuple(dict.fromkeys(clip for clips in same for clip in clips)),
                at=decision.decided_at,
                by=decision.by or latest.reviewer,
                version=version,
            )


def _agreed(
    unit: UnitOfWork, rubric_id: str, criteria: Mapping[str, object], users: Users
) -> Iterator[_Word]:
    """What calibration sessions agreed on, with the clips of the raters who had said the same and may."""
    for revealed in unit.calibrations.revealed(rubric_id=rubric_id):
        call = revealed.drawn.call
        if call is None:
            continue
        for master in revealed.masters:
            if master.criterion in criteria:
                yield _Word(
                    call=call,
                    agent_id=revealed.drawn.agent_id,
                    criterion=master.criterion,
                    outcome=master.outcome,
                    clips=_rated(revealed, master, users),
                    at=master.decided_at,
                    by=master.decided_by,
                    session=(revealed.calibration, revealed.drawn.position),
                )


def _rated(revealed: RevealedCall, master: Master, users: Users) -> tuple[Evidence, ...]:
    decisions = (
        rating.decision(master.criterion)
        for rating in revealed.ratings
        if _may_teach(users.get(rating.rater.id), revealed.drawn.agent_id)
    )
    clips = (
        clip
        for each in decisions
        if each and each.outcome is master.outcome
        for clip in each.evidence
    )
    return tuple(dict.fromkeys(clips))


def _heard(unit: UnitOfWork, word: _Word) -> _Heard | None:
    """What a word was said of; ``None`` where that is gone."""
    if word.version is not None:
        scored = unit.reviews.scored_version(word.call, word.version)
        if scored is None:
            return None
        card, transcript, made = scored.scorecard, scored.transcript, scored.corrections
    else:
        pinned = unit.calibrations.pinned(*word.session) if word.session else None
        if pinned is None or pinned.detail.hearing is None or pinned.detail.scorecard is None:
            return None
        card, transcript = pinned.detail.scorecard, pinned.detail.hearing.transcript
        made = pinned.corrections
    right = as_corrected(transcript, made)
    return _Heard(right, streams_of(right), {each.criterion: each for each in card.verdicts})


def as_corrected(transcript: Transcript, corrections: Sequence[Correction]) -> Transcript:
    """A transcript as people corrected it; the words of a corrected text stand evenly in their turn."""
    turns = []
    for turn in corrected(transcript, corrections):
        if turn.text_corrected or turn.speaker_corrected:
            text = turn.text if turn.text_corrected else None
            again = retold(turn.heard, turn.speaker, text)
            turns += [again] if again else []
        else:
            turns.append(turn.heard)
    return Transcript(
        transcript.language,
        tuple(turns),
        transcript.dropped,
        transcript.role_confidence,
        transcript.speaker_confidence,
    )


# --- examples ----------------------------------------------------------------------------------


def _examples(word: _Word, heard: _Heard, asked: Learnable) -> Iterator[Told]:
    """What somebody's word on a criterion says of the sentences that its head is asked about."""
    if word.outcome.counts:
        does = (word.outcome is Outcome.PASS) is asked.good
        yield from (_done if does else _not_done)(word, heard, asked)


def _done(word: _Word, heard: _Heard, asked: Learnable) -> Iterator[Told]:
    """What people point at; else what the machine does, where it says the same by rules that ask for nothing else."""
    verdict = heard.verdicts.get(word.criterion)
    agrees = verdict is not None and verdict.outcome is word.outcome
    by_machine = verdict.evidence if verdict and agrees and asked.plain else ()
    for said in _clips(word.clips or by_machine, heard, asked):
        if 0 < len(said) <= CLIP_MOST:
            yield _told(word, asked, Sign.POSITIVE, said)


def _not_done(word: _Word, heard: _Heard, asked: Learnable) -> Iterator[Told]:
    """What the machine wrongly took for it, or all that was said where nothing of the kind was."""
    verdict = heard.verdicts.get(word.criterion)
    if verdict is None:
        return
    agrees = verdict.outcome is word.outcome
    if verdict.outcome.counts and not agrees:
        for said in _clips(verdict.evidence if asked.plain else (), heard, asked):
            for sentence in said:
                yield _told(word, asked, Sign.NEGATIVE, [sentence])
    elif verdict.searched is not None:
        span = Span(verdict.searched.start_s, verdict.searched.end_s)
        for sentence in _spread(_within(heard.streams, asked.head.speaker, span, whole=True)):
            yield _told(word, asked, Sign.BACKGROUND, [sentence])


def _clips(clips: Sequence[Evidence], heard: _Heard, asked: Learnable) -> Iterator[list[str]]:
    """The sentences of each clip that is of whose words the head is asked about."""
    speaker = asked.head.speaker
    for clip in clips:
        if speaker in (None, clip.speaker):
            yield _within(heard.streams, speaker, Span(clip.start_s, clip.end_s))


def _within(
    streams: Mapping[Role, Stream], speaker: Role | None, span: Span, *, whole: bool = False
) -> list[str]:
    """A party's sentences in a stretch of a call; with ``whole`` all that begin there, else those meant by a clip.

    A clip means what is for the most part in it, or holds the most of it.
    """
    found = []
    for role, stream in streams.items():
        if speaker not in (None, role):
            continue
        around = Span(0.0, float("inf")) if not whole else span
        for text, match in sentences(stream, around):
            words = (
                stream.words[stream.tokens[match.first].word],
                stream.words[stream.tokens[match.last].word],
            )
            place = Span(words[0].start_s, words[1].end_s)
            shared = place.overlap_s(span)
            half = _HALF * min(place.duration_s, span.duration_s)
            if whole or (shared > 0 and shared >= half):
                found.append(text)
    return found


def _spread(said: Sequence[str]) -> Sequence[str]:
    """No more sentences than one call may teach, evenly from all of it."""
    if len(said) <= BACKGROUND_MOST:
        return said
    step = len(said) / BACKGROUND_MOST
    return [said[int(place * step)] for place in range(BACKGROUND_MOST)]


def _told(word: _Word, asked: Learnable, sign: Sign, choices: Sequence[str]) -> Told:
    example = Example(
        head=asked.head.name,
        criterion=word.criterion,
        call=word.call,
        sentence=choices[0],
        language=language_of_text(choices[0]),
        sign=sign,
        decided_at=word.at,
        by=word.by,
    )
    return Told(example, tuple(choices))
