"""Correct what was heard: a turn's text, its speaker, or all speakers at once; each correction can be undone.

The machine's hearing never changes. What was corrected is what pages show and a search finds; the scores stay
as they are, and say that they were made before.
"""

from __future__ import annotations

from dataclasses import dataclass

from qa.domain.access import Action, Actor, require
from qa.domain.call import Role
from qa.domain.correction import Correction, CorrectionKind, corrected
from qa.domain.errors import CallNotFound, Conflict, InputInvalid, NotAllowed
from qa.domain.records import CallDetail
from qa.domain.reviewing import checked_text
from qa.domain.wording import Reason, render
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory


class TranscriptChanged(Conflict):
    """Somebody else corrected the same place, or the call was heard anew; nothing was overwritten.

    Attributes:
        reason: The sentence for the page.
        correction: The one that came first; ``None`` where the call was heard anew.
    """

    code = "transcript_changed"

    def __init__(self, reason: Reason, correction: Correction | None) -> None:
        super().__init__(render(reason, "en"))
        self.reason = reason
        self.correction = correction


def transcript_version(detail: CallDetail) -> str:
    """What the corrections of a call's page belong to; another one once the call is heard anew."""
    heard = detail.hearing.fingerprint if detail.hearing else ""
    return f"{detail.sha256}.{heard}"


def correct_text(
    open_store: UnitOfWorkFactory,
    clock: Clock,
    actor: Actor,
    public_id: str,
    *,
    turn: int,
    text: str,
    transcript: str,
    seen: int,
) -> None:
    """Write a turn as it was really said.

    Args:
        open_store: Opens the store.
        clock: Dates it.
        actor: Who corrects.
        public_id: Of the call.
        turn: Index of the turn in the machine's transcript.
        text: What was said.
        transcript: ``transcript_version`` of the page.
        seen: Id of the latest correction that the page knew of, 0 for none.

    Raises:
        NotAllowed: The actor's role never corrects transcripts.
        InputInvalid: The text is empty, over its limit or what is there already, or there is no such turn.
        TranscriptChanged: Somebody else corrected this turn since, or the call was heard anew.
        CallNotFound: There is no such call, or nothing was heard in it.
    """
    written = checked_text(text, field="text")
    if not written:
        raise InputInvalid("the text is empty", field="text", reason=Reason("form.required"))
    change = _Change(CorrectionKind.TEXT, turn, written)
    _correct(open_store, clock, actor, public_id, change=change, page=_Page(transcript, seen))


def correct_speaker(
    open_store: UnitOfWorkFactory,
    clock: Clock,
    actor: Actor,
    public_id: str,
    *,
    turn: int,
    speaker: Role,
    transcript: str,
    seen: int,
) -> None:
    """Say who speaks in a turn. Raises as ``correct_text``."""
    change = _Change(CorrectionKind.SPEAKER, turn, speaker.value)
    _correct(open_store, clock, actor, public_id, change=change, page=_Page(transcript, seen))


def swap_speakers(
    open_store: UnitOfWorkFactory,
    clock: Clock,
    actor: Actor,
    public_id: str,
    *,
    transcript: str,
    seen: int,
) -> None:
    """Swap agent and customer in every turn. Raises as ``correct_text``."""
    change = _Change(CorrectionKind.SWAP, None, "")
    _correct(open_store, clock, actor, public_id, change=change, page=_Page(transcript, seen))


def undo(
    open_store: UnitOfWorkFactory, clock: Clock, actor: Actor, public_id: str, *, correction: int
) -> None:
    """Take a correction back; taken back already is no fault.

    Raises:
        NotAllowed: The actor's role never corrects transcripts.
        NotFound: There is no such call, or it has no such correction.
    """
    author_id = _author(actor)
    with open_store(writes=True) as unit:
        unit.reviews.undo_correction(public_id, correction, by=author_id, at=clock.now())
        unit.commit()


@dataclass(frozen=True, slots=True)
class _Change:
    kind: CorrectionKind
    turn: int | None
    value: str


@dataclass(frozen=True, slots=True)
class _Page:
    """What the page showed that a correction was made on."""

    transcript: str
    seen: int


def _correct(
    open_store: UnitOfWorkFactory,
    clock: Clock,
    actor: Actor,
    public_id: str,
    *,
    change: _Change,
    page: _Page,
) -> None:
    author_id = _author(actor)
    with open_store(writes=True) as unit:
        _require_fresh(unit, public_id, change, page)
        unit.reviews.correct(
            public_id,
            turn=change.turn,
            kind=change.kind,
            value=change.value,
            author_id=author_id,
            at=clock.now(),
        )
        unit.commit()


def _author(actor: Actor) -> int:
    require(actor, Action.CORRECT_TRANSCRIPT)
    if actor.user_id is None:
        raise NotAllowed(
            "a correction needs an account, so that it can say whose it is",
            hint="log in to the review app",
        )
    return actor.user_id


def _require_fresh(unit: UnitOfWork, public_id: str, change: _Change, page: _Page) -> None:
    """Check that a change is of the transcript that the page showed, and that it changes something."""
    detail = unit.calls.detail(public_id)
    if detail.hearing is None:
        raise CallNotFound(f"nothing was heard in call {public_id}")
    if transcript_version(detail) != page.transcript:
        raise TranscriptChanged(Reason("correction.heard_anew"), None)
    corrections = unit.reviews.corrections(public_id)
    turns = corrected(detail.hearing.transcript, corrections)
    if change.turn is None:
        _require_unseen(corrections, change, page)
        return
    if not 0 <= change.turn < len(turns):
        raise InputInvalid(
            f"call {public_id} has no turn {change.turn}",
            field="turn",
            reason=Reason("correction.no_such_turn"),
        )
    _require_unseen(corrections, change, page)
    turn = turns[change.turn]
    there = turn.text if change.kind is CorrectionKind.TEXT else turn.speaker.value
    if change.value == there:
        raise InputInvalid(
            "the correction is what is there already",
            field="text" if change.kind is CorrectionKind.TEXT else "speaker",
            reason=Reason("correction.same"),
        )


def _require_unseen(corrections: tuple[Correction, ...], change: _Change, page: _Page) -> None:
    """Check that nobody corrected the same place since the page was made."""
    of_text = change.kind is CorrectionKind.TEXT
    for each in corrections:
        same_place = change.turn is None or each.turn is None or each.turn == change.turn
        same_kind = of_text == (each.kind is CorrectionKind.TEXT)
        if each.id > page.seen and each.stands and same_place and same_kind:
            raise TranscriptChanged(
                Reason("correction.changed_meanwhile", {"name": each.author.name}), each
            )
