"""The case library in the store (``qa.ports.coaching``)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session

from qa.domain.call import Role
from qa.domain.cases import Case, CaseKind, CaseNotFound, CasePage, CaseQuery, Said
from qa.domain.errors import CallNotFound
from qa.domain.people import Team
from qa.ports.coaching import NewCase
from qa.store.review_mapping import person
from qa.store.searching import search_terms, search_text
from qa.store.tables import CallRow, CaseRow, RecordingRow, ScorecardRow, TeamRow, UserRow


class SqlCases:
    """Cases in one transaction.

    Args:
        session: Its transaction must hold the writer's lock for the methods that add and change.
        public_id: Makes the public id of whatever is new.
    """

    def __init__(self, session: Session, public_id: Callable[[], str]) -> None:
        self._session = session
        self._public_id = public_id

    def add_case(self, new: NewCase, *, at: datetime) -> Case:
        """Store a new case. Raises ``CallNotFound`` when its call, or the call's recording, is gone."""
        shown = self._session.execute(
            select(CallRow.id, ScorecardRow.recording_id)
            .join(ScorecardRow, and_(ScorecardRow.call_id == CallRow.id, ScorecardRow.is_current))
            .where(CallRow.public_id == new.call)
        ).one_or_none()
        if shown is None:
            raise CallNotFound(f"no call with a recording has the id {new.call}")
        call_id, recording_id = shown
        row = CaseRow(
            public_id=self._public_id(),
            call_id=call_id,
            recording_id=recording_id,
            kind=new.kind.value,
            criterion=new.criterion,
            start_s=float(new.start_s),
            end_s=float(new.end_s),
            comment=new.comment,
            said=[{"speaker": each.speaker.value, "text": each.text} for each in new.said],
            searchable=search_text((new.comment, *(each.text for each in new.said))),
            team_id=self._team(new.team) if new.team else None,
            added_by=new.added_by,
            added_at=at,
        )
        self._session.add(row)
        self._session.flush()
        return self.case(row.public_id)

    def case(self, public_id: str) -> Case:
        """One case, removed or not. Raises ``CaseNotFound``."""
        found = self._session.execute(_cases().where(CaseRow.public_id == public_id)).one_or_none()
        if found is None:
            raise CaseNotFound("there is no such case", hint="open it from the case library")
        return _case(found)

    def same_case(self, new: NewCase) -> Case | None:
        """The case that somebody has made of exactly this before, unless it was removed."""
        found = self._session.execute(
            _cases()
            .where(
                CaseRow.removed_at.is_(None),
                CallRow.public_id == new.call,
                CaseRow.kind == new.kind.value,
                CaseRow.criterion.is_(None)
                if new.criterion is None
                else CaseRow.criterion == new.criterion,
                CaseRow.start_s == float(new.start_s),
                CaseRow.end_s == float(new.end_s),
                CaseRow.comment == new.comment,
                TeamRow.id.is_(None) if new.team is None else TeamRow.public_id == new.team,
                CaseRow.added_by == new.added_by,
            )
            .order_by(CaseRow.id)
            .limit(1)
        ).one_or_none()
        return _case(found) if found else None

    def remove_case(self, public_id: str, *, at: datetime) -> None:
        """Take a case out of the library."""
        self._session.execute(
            update(CaseRow).where(CaseRow.public_id == public_id).values(removed_at=at)
        )

    def cases(self, query: CaseQuery) -> CasePage:
        """One page of the cases in the library, newest first. One past the end has no rows."""
        filters = [*_within_reach(query), *_filters(query)]
        counted = (
            select(func.count())
            .select_from(CaseRow)
            .join(CallRow, CallRow.id == CaseRow.call_id)
            .outerjoin(TeamRow, TeamRow.id == CaseRow.team_id)
        )
        total = self._session.scalar(counted.where(*filters)) or 0
        skipped = (max(query.page, 1) - 1) * query.page_size
        if skipped >= total:
            return CasePage((), total)
        rows = self._session.execute(
            _cases()
            .where(*filters)
            .order_by(CaseRow.id.desc())
            .offset(skipped)
            .limit(query.page_size)
        )
        return CasePage(tuple(map(_case, rows)), total)

    def cases_of_call(self, call: str) -> tuple[Case, ...]:
        """The cases that are stretches of one call, in order of start."""
        rows = self._session.execute(
            _cases()
            .where(CallRow.public_id == call, CaseRow.removed_at.is_(None))
            .order_by(CaseRow.start_s, CaseRow.id)
        )
        return tuple(map(_case, rows))

    def newest_good(self, criteria: Collection[str], query: CaseQuery) -> Mapping[str, Case]:
        """Per criterion, the newest good example that a query's reader may hear; missing where there is none."""
        newest = (
            select(func.max(CaseRow.id))
            .where(
                CaseRow.criterion.in_(tuple(criteria)),
                CaseRow.kind == CaseKind.GOOD.value,
                *_within_reach(query),
            )
            .group_by(CaseRow.criterion)
        )
        rows = self._session.execute(_cases().where(CaseRow.id.in_(newest)))
        found = map(_case, rows)
        return {case.criterion: case for case in found if case.criterion is not None}

    def _team(self, public_id: str) -> int:
        return self._session.scalars(select(TeamRow.id).where(TeamRow.public_id == public_id)).one()


def _cases() -> Select[*tuple[Any, ...]]:
    """Cases with their call, their team, who added them, and where their sound is."""
    return (
        select(
            CaseRow,
            CallRow.public_id,
            CallRow.call_id,
            CallRow.agent_id,
            CallRow.language,
            RecordingRow.audio,
            TeamRow,
            UserRow,
        )
        .join(CallRow, CallRow.id == CaseRow.call_id)
        .join(RecordingRow, RecordingRow.id == CaseRow.recording_id)
        .join(UserRow, UserRow.id == CaseRow.added_by)
        .outerjoin(TeamRow, TeamRow.id == CaseRow.team_id)
        .execution_options(populate_existing=True)
    )


def _within_reach(query: CaseQuery) -> list[ColumnElement[bool]]:
    """What is in the library and may be heard by who asks."""
    filters: list[ColumnElement[bool]] = [CaseRow.removed_at.is_(None)]
    if not query.everywhere:
        # Nobody's team is that of a reader without one: such a reader hears what everyone may.
        own = [CaseRow.team_id == query.reader_team] if query.reader_team is not None else []
        filters.append(or_(CaseRow.team_id.is_(None), *own))
    return filters


def _filters(query: CaseQuery) -> list[ColumnElement[bool]]:
    filters = [
        CaseRow.searchable.contains(term, autoescape=True) for term in search_terms(query.search)
    ]
    if query.kind is not None:
        filters.append(CaseRow.kind == query.kind.value)
    if query.criterion is not None:
        filters.append(CaseRow.criterion == query.criterion)
    if query.team is not None:
        filters.append(TeamRow.public_id == query.team)
    if query.language is not None:
        filters.append(CallRow.language == query.language)
    return filters


def _case(found: Row[*tuple[Any, ...]]) -> Case:
    row, call, call_id, agent_id, language, audio, team, added_by = found
    return Case(
        public_id=row.public_id,
        call=call,
        call_id=call_id,
        agent_id=agent_id,
        language=language,
        kind=CaseKind(row.kind),
        criterion=row.criterion,
        start_s=row.start_s,
        end_s=row.end_s,
        comment=row.comment,
        said=tuple(Said(Role(each["speaker"]), each["text"]) for each in row.said),
        team=Team(team.id, team.public_id, team.name) if team else None,
        added_by=person(added_by),
        added_at=row.added_at,
        audio=audio,
        removed_at=row.removed_at,
    )
