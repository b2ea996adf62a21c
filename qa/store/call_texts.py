"""What a search is matched against: a call's names and what was said, as people corrected it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from qa.domain.correction import Correction, corrected
from qa.domain.transcript import Transcript
from qa.store import review_mapping, search_index
from qa.store.searching import search_text
from qa.store.tables import CallRow, CallTextRow, TranscriptEditRow


def make_searchable(session: Session, call: CallRow, said: Iterable[str]) -> None:
    """Write what a search of a call finds."""
    text = search_text((call.call_id, call.agent_id, call.queue, call.recording_name, *said))
    row = session.get(CallTextRow, call.id)
    if row is None:
        search_index.write(session.connection(), call.id, None, text)
        session.add(CallTextRow(call_id=call.id, text=text))
    elif row.text != text:
        search_index.write(session.connection(), call.id, row.text, text)
        row.text = text


def forget_text(session: Session, call: CallRow) -> None:
    """Let no search find a call any more; its row is about to go, and another may get its id."""
    row = session.get(CallTextRow, call.id)
    if row is not None:
        search_index.forget(session.connection(), call.id, row.text)
        session.delete(row)
        session.flush()


def said_in(session: Session, hearing_id: int, transcript: Transcript) -> list[str]:
    """What was said, turn by turn, with the corrections laid over."""
    return [turn.text for turn in corrected(transcript, corrections_of(session, hearing_id))]


def corrected_among(session: Session, hearings: Sequence[int]) -> frozenset[int]:
    """Those of some hearings that anybody has corrected."""
    return frozenset(
        session.scalars(
            select(TranscriptEditRow.hearing_id)
            .where(TranscriptEditRow.hearing_id.in_(hearings))
            .distinct()
        )
    )


def corrections_of(session: Session, hearing_id: int) -> tuple[Correction, ...]:
    """All corrections of a hearing, undone ones too, oldest first."""
    rows = session.scalars(
        select(TranscriptEditRow)
        .options(joinedload(TranscriptEditRow.author), joinedload(TranscriptEditRow.undoer))
        .where(TranscriptEditRow.hearing_id == hearing_id)
        .order_by(TranscriptEditRow.id)
    )
    return tuple(map(review_mapping.correction, rows))
