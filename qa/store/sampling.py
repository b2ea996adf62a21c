"""Draws in the database (``qa.ports.sampling``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from qa.domain.errors import NotFound
from qa.domain.people import Person
from qa.domain.queue import TaskReason
from qa.ports.sampling import (
    DrawnCall,
    DrawnQuery,
    DrawRecord,
    FrameFacts,
    NewDraw,
    ReasonLoad,
    Span,
    TakenCall,
)
from qa.store import sampling_frame
from qa.store.queue_list import UNDONE
from qa.store.sampling_frame import REVIEWED
from qa.store.sight import SIGHTED
from qa.store.tables import CallRow, DrawCallRow, DrawRow, TaskRow, UserRow

_BATCH = 500
"""Calls looked up and written at a time; databases bound the parameters of a statement."""
_PLACE = {reason.value: place for place, reason in enumerate(TaskReason)}


class SqlSampling:
    """Draws in one transaction.

    Args:
        session: Its transaction must hold the writer's lock for the methods that change something.
        public_id: Makes the public id of a new draw.
    """

    def __init__(self, session: Session, public_id: Callable[[], str]) -> None:
        self._session = session
        self._public_id = public_id

    # --- what is drawn from --------------------------------------------------------------------

    def drawn_until(self) -> datetime | None:
        """Up to which time of scoring calls were drawn from; ``None`` before the first accepted draw."""
        return self._session.scalar(
            select(func.max(DrawRow.until)).where(DrawRow.accepted_at.is_not(None))
        )

    def frame(
        self, span: Span, *, doubt_below: float, new_since: datetime
    ) -> tuple[FrameFacts, ...]:
        """Every call of a span that has a score; agents and rubrics are new that came after ``new_since``."""
        return sampling_frame.frame(self._session, span, doubt_below, new_since)

    def disputed_before(self, moment: datetime) -> tuple[FrameFacts, ...]:
        """Calls scored before a moment with an open dispute and no open task."""
        return sampling_frame.disputed_before(self._session, moment)

    def had(self, since: datetime, *, scored_before: datetime) -> Mapping[str, int]:
        """Agent to how many calls scored before a moment were queued or reviewed since another."""
        return sampling_frame.had(self._session, since, scored_before)

    # --- draws ---------------------------------------------------------------------------------

    def keep(self, draw: NewDraw, *, by: int | None, at: datetime) -> str:
        """Keep a draw, not accepted yet; its public id."""
        row = DrawRow(
            public_id=self._public_id(),
            seed=draw.seed,
            settings=dict(draw.settings),
            since=draw.span.since,
            until=draw.span.until,
            population=draw.population,
            uncovered=draw.uncovered,
            drawn_by=by,
            drawn_at=at,
            accepted_at=None,
        )
        self._session.add(row)
        self._session.flush()
        for start in range(0, len(draw.calls), _BATCH):
            batch = draw.calls[start : start + _BATCH]
            ids = dict(
                self._session.execute(
                    select(CallRow.public_id, CallRow.id).where(
                        CallRow.public_id.in_([each.call for each in batch])
                    ),
                    execution_options=SIGHTED,
                ).all()
            )
            self._session.execute(
                insert(DrawCallRow),
                [
                    {
                        "draw_id": row.id,
                        "call_id": ids[each.call],
                        "reason": each.reason.value,
                        "chance": each.chance,
                        "in_floor": each.in_floor,
                    }
                    for each in batch
                ],
            )
        return row.public_id

    def draws(self, *, skip: int, size: int) -> tuple[DrawRecord, ...]:
        """Some draws, the latest first."""
        newest = select(DrawRow.id).order_by(DrawRow.drawn_at.desc(), DrawRow.id.desc())
        found = self._session.scalars(newest.offset(skip).limit(size)).all()
        return self._records(DrawRow.id.in_(found))

    def count(self) -> int:
        """How many draws there are."""
        return self._session.scalar(select(func.count()).select_from(DrawRow)) or 0

    def draw(self, public_id: str) -> DrawRecord:
        """One draw. Raises ``NotFound``."""
        found = self._records(DrawRow.public_id == public_id)
        if not found:
            raise NotFound(f"there is no draw {public_id}", hint="open it from the list of draws")
        return found[0]

    def drawn(self, public_id: str, query: DrawnQuery) -> tuple[DrawnCall, ...]:
        """Calls of a draw."""
        waiting = exists().where(TaskRow.call_id == CallRow.id, UNDONE)
        statement = (
            select(
                CallRow.public_id,
                CallRow.call_id,
                CallRow.agent_id,
                CallRow.duration_s,
                DrawCallRow.reason,
                DrawCallRow.chance,
                DrawCallRow.in_floor,
                REVIEWED,
                waiting,
            )
            .join(CallRow, CallRow.id == DrawCallRow.call_id)
            .join(DrawRow, DrawRow.id == DrawCallRow.draw_id)
            .where(DrawRow.public_id == public_id)
        )
        if query.reason is not None:
            statement = statement.where(DrawCallRow.reason == query.reason.value)
        key = _order(query)
        ordered = statement.order_by(key.desc() if query.descending else key.asc(), CallRow.id)
        rows = self._session.execute(ordered.offset(query.skip).limit(query.size))
        return tuple(
            DrawnCall(
                call=call,
                call_id=call_id,
                agent_id=agent_id,
                duration_s=duration_s or 0.0,
                reason=TaskReason(reason),
                chance=chance,
                in_floor=in_floor,
                reviewed=bool(reviewed),
                waiting=waits,
            )
            for call, call_id, agent_id, duration_s, reason, chance, in_floor, reviewed, waits in rows
        )

    def unreviewed(self, public_id: str) -> tuple[TakenCall, ...]:
        """Calls of a draw that nobody reviewed since they were scored, without those put in by hand."""
        rows = self._session.execute(
            select(CallRow.public_id, DrawCallRow.reason, DrawCallRow.chance, DrawCallRow.in_floor)
            .join(CallRow, CallRow.id == DrawCallRow.call_id)
            .join(DrawRow, DrawRow.id == DrawCallRow.draw_id)
            .where(
                DrawRow.public_id == public_id,
                DrawCallRow.reason != TaskReason.HAND.value,
                ~REVIEWED,
            )
            .order_by(sampling_frame.ranked(DrawCallRow.reason, _PLACE), CallRow.id),
            execution_options=SIGHTED,
        )
        return tuple(
            TakenCall(call, TaskReason(reason), chance, in_floor)
            for call, reason, chance, in_floor in rows
        )

    def accept(self, public_id: str, *, at: datetime) -> None:
        """Note that a draw was accepted."""
        self._session.execute(
            update(DrawRow).where(DrawRow.public_id == public_id).values(accepted_at=at)
        )

    def discard(self, public_id: str) -> None:
        """Forget a draw."""
        found = select(DrawRow.id).where(DrawRow.public_id == public_id).scalar_subquery()
        self._session.execute(delete(DrawCallRow).where(DrawCallRow.draw_id == found))
        self._session.execute(delete(DrawRow).where(DrawRow.public_id == public_id))

    def spans(self) -> tuple[Span, ...]:
        """What accepted draws drew from that left no call out, put together where one follows on another."""
        rows = self._session.execute(
            select(DrawRow.since, DrawRow.until)
            .where(DrawRow.accepted_at.is_not(None), DrawRow.uncovered == 0)
            .order_by(DrawRow.since)
        )
        spans: list[Span] = []
        for since, until in rows:
            if spans and since <= spans[-1].until:
                spans[-1] = Span(spans[-1].since, max(until, spans[-1].until))
            else:
                spans.append(Span(since, until))
        return tuple(spans)

    def _records(self, which: ColumnElement[bool]) -> tuple[DrawRecord, ...]:
        rows = self._session.execute(
            select(DrawRow, UserRow)
            .outerjoin(UserRow, UserRow.id == DrawRow.drawn_by)
            .where(which)
            .order_by(DrawRow.drawn_at.desc(), DrawRow.id.desc())
        ).all()
        loads: dict[int, dict[TaskReason, ReasonLoad]] = {}
        for draw_id, reason, calls, audio_s, reviewed in self._session.execute(
            select(
                DrawCallRow.draw_id,
                DrawCallRow.reason,
                func.count(),
                func.sum(CallRow.duration_s),
                func.count().filter(REVIEWED),
            )
            .join(CallRow, CallRow.id == DrawCallRow.call_id)
            .where(DrawCallRow.draw_id.in_([row.id for row, _by in rows]))
            .group_by(DrawCallRow.draw_id, DrawCallRow.reason),
            execution_options=SIGHTED,
        ):
            load = ReasonLoad(calls, audio_s or 0.0, reviewed)
            loads.setdefault(draw_id, {})[TaskReason(reason)] = load
        until = self.drawn_until()
        return tuple(_record(row, by, loads.get(row.id, {}), until) for row, by in rows)


def _order(query: DrawnQuery) -> ColumnElement[Any]:
    match query.sort:
        case "agent":
            return func.coalesce(CallRow.agent_id, "")
        case "chance":
            return func.coalesce(DrawCallRow.chance, 2.0)
        case "duration":
            return func.coalesce(CallRow.duration_s, 0.0)
        case "reason":
            return sampling_frame.ranked(DrawCallRow.reason, _PLACE)


def _record(
    row: DrawRow, by: UserRow | None, loads: Mapping[TaskReason, ReasonLoad], until: datetime | None
) -> DrawRecord:
    return DrawRecord(
        public_id=row.public_id,
        seed=row.seed,
        settings=row.settings,
        span=Span(row.since, row.until),
        population=row.population,
        uncovered=row.uncovered,
        drawn_by=Person(by.id, by.public_id, by.name) if by else None,
        drawn_at=row.drawn_at,
        accepted_at=row.accepted_at,
        overtaken=row.accepted_at is None and until is not None and until > row.since,
        by_reason={reason: loads[reason] for reason in TaskReason if reason in loads},
    )
