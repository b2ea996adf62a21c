"""What a reader must not come across: calls that they have still to rate blind.

Lists, counts, searches, pages, exports and the API ask the store in many ways. So that none of them has to think of
it, and none that is written later can forget it, a transaction for a reader leaves these calls, and all that hangs
on them, out of every query itself. Only what a rater's own page asks for is told apart (``SIGHTED``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from sqlalchemy import event, or_, select
from sqlalchemy.orm import LoaderCriteriaOption, ORMExecuteState, Session, with_loader_criteria

from qa.domain.calibration import CalibrationState
from qa.store.tables import (
    Base,
    CalibrationCallRow,
    CalibrationRaterRow,
    CalibrationRow,
    CallRow,
    PlanRow,
)

SIGHTED = {"callqa_sighted": True}
"""Execution options of a query that sees every call."""
_HIDDEN = "callqa_hidden"

_APART = (PlanRow,)
"""What outlives its call and says nothing of its verdicts; which call it came from is left out with the call."""


def blind_calls(session: Session, user_id: int) -> frozenset[int]:
    """Ids of the calls of open sessions of which somebody is a rater and has not left."""
    rows = session.scalars(
        select(CalibrationCallRow.call_id)
        .join(CalibrationRow, CalibrationRow.id == CalibrationCallRow.calibration_id)
        .join(CalibrationRaterRow, CalibrationRaterRow.calibration_id == CalibrationRow.id)
        .where(
            CalibrationRaterRow.user_id == user_id,
            CalibrationRaterRow.left_at.is_(None),
            CalibrationRow.state == CalibrationState.OPEN.value,
            CalibrationCallRow.call_id.is_not(None),
        ),
        execution_options=SIGHTED,
    )
    return frozenset(call_id for call_id in rows if call_id is not None)


def hide(session: Session, call_ids: Collection[int]) -> None:
    """Let a session's queries leave calls out, wherever they ask for them or for what hangs on them."""
    session.info[_HIDDEN] = frozenset(call_ids)
    if not call_ids:
        return
    left_out = tuple(_criteria(list(call_ids)))

    @event.listens_for(session, "do_orm_execute")
    def _leave_out(asked: ORMExecuteState) -> None:
        if asked.is_select and not asked.execution_options.get("callqa_sighted", False):
            asked.statement = asked.statement.options(*left_out)


def hidden(session: Session) -> frozenset[int]:
    """The calls that a session leaves out."""
    found: frozenset[int] = session.info.get(_HIDDEN, frozenset())
    return found


def _criteria(call_ids: list[int]) -> Iterator[LoaderCriteriaOption]:
    # Lambdas, for only these reach an entity under another name too.
    yield with_loader_criteria(CallRow, lambda row: row.id.not_in(call_ids), include_aliases=True)
    for table, nullable in _of_a_call():
        if nullable:
            yield with_loader_criteria(
                table,
                lambda row: or_(row.call_id.is_(None), row.call_id.not_in(call_ids)),
                include_aliases=True,
            )
        else:
            yield with_loader_criteria(
                table, lambda row: row.call_id.not_in(call_ids), include_aliases=True
            )


@cache
def _of_a_call() -> tuple[tuple[type[Any], bool], ...]:
    """Every table whose rows hang on a call, and whether they may outlive it."""
    calls = CallRow.__table__
    return tuple(
        (mapper.class_, bool(column.nullable))
        for mapper in Base.registry.mappers
        if (column := mapper.columns.get("call_id")) is not None
        and any(key.column.table is calls for key in column.foreign_keys)
        and mapper.class_ not in _APART
    )
