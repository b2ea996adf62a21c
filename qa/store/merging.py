"""Two calls become one where it turns out that they show the same recording.

What was scored, said and decided of the one that goes is kept under the other, as history or as what counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from qa.domain.queue import TaskState
from qa.store.call_texts import forget_text
from qa.store.review_standing import retire_reviews
from qa.store.tables import (
    CalibrationCallRow,
    CallRow,
    CaseRow,
    DisputeRow,
    PlanRow,
    RefusalRow,
    ResponseRow,
    ReviewRow,
    ScorecardRow,
    TaskRow,
)

_OF_A_CALL: tuple[InstrumentedAttribute[Any], ...] = (
    ScorecardRow.call_id,
    RefusalRow.call_id,
    ReviewRow.call_id,
    TaskRow.call_id,
    ResponseRow.call_id,
    DisputeRow.call_id,
    CaseRow.call_id,
    PlanRow.call_id,
)
"""What goes with a call's recording; its text for searching is written anew instead."""


def merge_call(session: Session, other: CallRow, *, into: CallRow) -> None:
    """Give all of a call to another and drop it: its recording is shown there from now on."""
    retire_scorecards(session, [other.id])
    retire_reviews(session, [other.id])
    theirs = aliased(RefusalRow)
    session.execute(
        # Both may have been refused for the same recording, which one call holds once.
        delete(RefusalRow).where(
            RefusalRow.call_id == other.id,
            exists().where(
                theirs.call_id == into.id,
                theirs.sha256 == RefusalRow.sha256,
                theirs.fingerprint == RefusalRow.fingerprint,
            ),
        )
    )
    open_task = (TaskRow.state != TaskState.DONE.value,)
    if session.scalar(select(TaskRow.id).where(TaskRow.call_id == into.id, *open_task)) is not None:
        # One call is reviewed once.
        session.execute(
            update(TaskRow)
            .where(TaskRow.call_id == other.id, *open_task)
            .values(state=TaskState.DONE.value, revision=TaskRow.revision + 1)
        )
    keep_drawn(session, CalibrationCallRow.call_id == other.id, into.id)
    for column in _OF_A_CALL:
        session.execute(
            update(column.class_).where(column == other.id).values({column.key: into.id})
        )
    forget_text(session, other)
    session.delete(other)
    session.flush()


def move_scorecard(session: Session, card: ScorecardRow, to: CallRow) -> None:
    """Give a scorecard to a call, with what people decided and said of it."""
    card.call_id = to.id
    session.add(card)
    session.flush()
    # Who rates it blind must not come across it under its new call either.
    keep_drawn(session, CalibrationCallRow.scorecard_id == card.id, to.id)
    for row in (ReviewRow, ResponseRow, DisputeRow):
        session.execute(
            update(row)
            .where(row.scorecard_id == card.id, row.call_id != to.id)
            .values(call_id=to.id)
        )


def keep_drawn(session: Session, which: ColumnElement[bool], call_id: int) -> None:
    """Let calls of calibration sessions be a call, but where it is in the session itself already.

    There, the one that goes is told of as one that was deleted.
    """
    theirs = aliased(CalibrationCallRow)
    session.execute(
        update(CalibrationCallRow)
        .where(
            which,
            ~exists().where(
                theirs.calibration_id == CalibrationCallRow.calibration_id,
                theirs.call_id == call_id,
            ),
        )
        .values(call_id=call_id)
    )


def retire_scorecards(session: Session, calls: Sequence[int]) -> None:
    """The current scorecards of some calls become history."""
    session.execute(
        update(ScorecardRow)
        .where(ScorecardRow.call_id.in_(calls), ScorecardRow.is_current)
        .values(is_current=False)
    )
