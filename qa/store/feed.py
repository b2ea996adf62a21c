"""Lists for programs in the store (``qa.ports.programs.Feed``): each page goes on from the entry before it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import Session

from qa.domain.errors import CallNotFound, NotFound
from qa.domain.feed import CallFilter, Page, ReviewEntry, ReviewFilter
from qa.domain.records import CallSummary
from qa.domain.review import ReviewState
from qa.store import call_list, mapping, review_mapping
from qa.store.tables import CallRow, ReviewRow


class SqlFeed:
    """Feeds in one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def calls(self, wanted: CallFilter, *, after: str | None, limit: int) -> Page[CallSummary]:
        """Calls in the order in which they first came in."""
        found = select(CallRow).where(*_of_calls(wanted)).order_by(CallRow.id).limit(limit + 1)
        if after is not None:
            last = self._session.scalar(select(CallRow.id).where(CallRow.public_id == after))
            if last is None:
                raise _gone()
            found = found.where(CallRow.id > last)
        rows = self._session.scalars(found).all()
        entries = tuple(mapping.call_summary(row) for row in rows[:limit])
        return Page(entries, entries[-1].public_id if len(rows) > limit else None)

    def call(self, public_id: str) -> CallSummary:
        """One call as it is listed. Raises ``CallNotFound``."""
        row = self._session.scalar(select(CallRow).where(CallRow.public_id == public_id))
        if row is None:
            raise CallNotFound(f"no call has the id {public_id}")
        return mapping.call_summary(row)

    def reviews(self, wanted: ReviewFilter, *, after: str | None, limit: int) -> Page[ReviewEntry]:
        """Submitted reviews in the order of their submission."""
        place = tuple_(ReviewRow.submitted_at, ReviewRow.id)
        found = (
            review_mapping.reviews()
            .where(ReviewRow.state == ReviewState.SUBMITTED.value)
            .order_by(ReviewRow.submitted_at, ReviewRow.id)
            .limit(limit + 1)
        )
        if wanted.agent_id is not None:
            found = found.where(CallRow.agent_id == wanted.agent_id)
        if wanted.since is not None:
            found = found.where(ReviewRow.submitted_at >= wanted.since)
        if after is not None:
            last = self._session.execute(
                select(ReviewRow.submitted_at, ReviewRow.id).where(
                    ReviewRow.public_id == after,
                    ReviewRow.state == ReviewState.SUBMITTED.value,
                )
            ).first()
            if last is None:
                raise _gone()
            types = [ReviewRow.submitted_at.type, ReviewRow.id.type]
            found = found.where(place > tuple_(*last, types=types))
        rows = self._session.scalars(found).all()
        entries = tuple(
            ReviewEntry(review_mapping.review(row), row.call.call_id, row.call.agent_id)
            for row in rows[:limit]
        )
        return Page(entries, entries[-1].review.public_id if len(rows) > limit else None)


def _of_calls(wanted: CallFilter) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    for column, value in (
        (CallRow.agent_id, wanted.agent_id),
        (CallRow.call_id, wanted.call_id),
        (CallRow.language, wanted.language),
        (CallRow.status, wanted.status),
    ):
        if value is not None:
            filters.append(column == value)
    if wanted.outcome is not None:
        filters.extend(call_list.OUTCOMES[wanted.outcome])
    if wanted.reviewed is not None:
        reviewed = CallRow.reviewed_at.is_not(None)
        filters.append(reviewed if wanted.reviewed else ~reviewed)
    if wanted.started_from is not None:
        filters.append(CallRow.started_at >= wanted.started_from)
    if wanted.started_before is not None:
        filters.append(CallRow.started_at < wanted.started_before)
    if wanted.scored_from is not None:
        filters.append(CallRow.scored_at >= wanted.scored_from)
    return filters


def _gone() -> NotFound:
    return NotFound("the entry to go on from is not there any more", hint="start again")
