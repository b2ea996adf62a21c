"""Responses and disputes in the store (``qa.ports.answers``)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, select, update
from sqlalchemy.engine import Row
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from qa.domain.dispute import Dispute, DisputeClosed, DisputeState
from qa.domain.errors import CallNotFound, NotFound
from qa.domain.response import Response, ResponseKind
from qa.domain.review import Purpose, ReviewState
from qa.domain.scorecard import Outcome, RubricRef
from qa.ports.answers import Answered, Decided, DisputePage, DisputeQuery
from qa.store.mapping import scorecard_version
from qa.store.review_mapping import person
from qa.store.tables import (
    CallRow,
    DisputeRow,
    RecordingRow,
    ResponseRow,
    ReviewRow,
    ScorecardRow,
    UserRow,
)

_Raiser, _Decider = aliased(UserRow), aliased(UserRow)
_Contested, _Decision = aliased(ReviewRow), aliased(ReviewRow)

_SORTED_BY: Mapping[str, InstrumentedAttribute[Any]] = {
    "raised_at": DisputeRow.raised_at,
    "agent_id": CallRow.agent_id,
    "criterion": DisputeRow.criterion,
    "decided_at": DisputeRow.decided_at,
}


class SqlAnswers:
    """Answers in one transaction."""

    def __init__(self, session: Session, public_id: Callable[[], str]) -> None:
        self._session = session
        self._public_id = public_id

    # --- responses -----------------------------------------------------------------------------

    def respond(self, call: str, *, by: int, kind: ResponseKind, text: str, at: datetime) -> None:
        """Add an entry under a call's scorecard. Raises ``CallNotFound`` for a call without one."""
        call_id, card, _review = self._current(call)
        self._session.add(
            ResponseRow(
                call_id=call_id,
                scorecard_id=card,
                author_id=by,
                kind=kind.value,
                text=text,
                made_at=at,
            )
        )
        self._session.flush()

    def thread(self, call: str) -> tuple[Response, ...]:
        """Every entry under a call, oldest first."""
        rows = self._session.execute(
            select(ResponseRow, UserRow, CallRow.agent_id, ScorecardRow.is_current)
            .join(CallRow, CallRow.id == ResponseRow.call_id)
            .join(UserRow, UserRow.id == ResponseRow.author_id)
            .join(ScorecardRow, ScorecardRow.id == ResponseRow.scorecard_id)
            .where(CallRow.public_id == call)
            .order_by(ResponseRow.id)
        )
        return tuple(
            Response(
                author=person(author),
                by_agent=author.agent_id is not None and author.agent_id == agent_id,
                kind=ResponseKind(row.kind),
                text=row.text,
                made_at=row.made_at,
                current=current,
            )
            for row, author, agent_id, current in rows
        )

    def answered(self, calls: Sequence[str]) -> Mapping[str, Answered]:
        """What was said about many calls at once; calls that nobody spoke of are missing."""
        read: dict[str, datetime] = {}
        replies: dict[str, list[bool]] = {}
        entries = self._session.execute(
            select(
                CallRow.public_id,
                ResponseRow.kind,
                ResponseRow.made_at,
                func.coalesce(UserRow.agent_id == CallRow.agent_id, False),
            )
            .join(CallRow, CallRow.id == ResponseRow.call_id)
            .join(UserRow, UserRow.id == ResponseRow.author_id)
            .where(CallRow.public_id.in_(calls))
            .order_by(ResponseRow.id)
        )
        for call, kind, made_at, by_agent in entries:
            if kind == ResponseKind.REPLY.value:
                replies.setdefault(call, []).append(bool(by_agent))
            elif by_agent:
                read[call] = made_at
        disputes: dict[str, list[DisputeState]] = {}
        states = self._session.execute(
            select(CallRow.public_id, DisputeRow.state)
            .join(CallRow, CallRow.id == DisputeRow.call_id)
            .where(CallRow.public_id.in_(calls))
            .order_by(DisputeRow.id)
        )
        for call, state in states:
            disputes.setdefault(call, []).append(DisputeState(state))
        return {
            call: Answered(
                read_at=read.get(call),
                replies=len(replies.get(call, ())),
                last_by_agent=replies[call][-1] if call in replies else None,
                disputes=tuple(disputes.get(call, ())),
            )
            for call in {*read, *replies, *disputes}
        }

    def looked_at(self, calls: Sequence[str]) -> frozenset[str]:
        """Those of some calls whose scorecard somebody reviewed, not only decided a dispute on."""
        return frozenset(
            self._session.scalars(
                select(CallRow.public_id)
                .join(ReviewRow, ReviewRow.call_id == CallRow.id)
                .join(ScorecardRow, ScorecardRow.id == ReviewRow.scorecard_id)
                .where(
                    CallRow.public_id.in_(calls),
                    ScorecardRow.is_current,
                    ReviewRow.purpose == Purpose.REVIEW.value,
                    ReviewRow.state == ReviewState.SUBMITTED.value,
                )
            )
        )

    # --- disputes ------------------------------------------------------------------------------

    def raise_dispute(
        self,
        call: str,
        *,
        criterion: str,
        contested: Outcome,
        contested_points: float,
        by: int,
        reason: str,
        at: datetime,
    ) -> str:
        """Write an open dispute on a call's scorecard and the review that counts; its public id."""
        call_id, card, review = self._current(call)
        row = DisputeRow(
            public_id=self._public_id(),
            call_id=call_id,
            scorecard_id=card,
            review_id=review,
            criterion=criterion,
            contested=contested.value,
            contested_points=float(contested_points),
            raised_by=by,
            raised_at=at,
            reason=reason,
            state=DisputeState.OPEN.value,
        )
        self._session.add(row)
        self._session.flush()
        return row.public_id

    def dispute(self, public_id: str) -> Dispute:
        """One dispute. Raises ``NotFound``."""
        found = self._read(_whole().where(DisputeRow.public_id == public_id))
        if not found:
            raise NotFound(
                f"no dispute has the id {public_id}", hint="open it from the list of disputes"
            )
        return found[0]

    def disputes_of(self, call: str) -> tuple[Dispute, ...]:
        """Every dispute on a call, oldest first."""
        return self._read(_whole().where(CallRow.public_id == call).order_by(DisputeRow.id))

    def disputes(self, query: DisputeQuery) -> DisputePage:
        """One page of disputes. A page below 1 is the first; one past the end has no rows."""
        filters = []
        if query.state is not None:
            filters.append(DisputeRow.state == query.state.value)
        if query.agent_id is not None:
            filters.append(CallRow.agent_id == query.agent_id)
        total = self._session.scalar(
            select(func.count())
            .select_from(DisputeRow)
            .join(CallRow, CallRow.id == DisputeRow.call_id)
            .where(*filters)
        )
        column = _SORTED_BY[query.sort]
        order = column.desc() if query.descending else column.asc()
        last = DisputeRow.id.desc() if query.descending else DisputeRow.id.asc()
        page = (
            _whole()
            .where(*filters)
            .order_by(order.nulls_last(), last)
            .offset((max(query.page, 1) - 1) * query.page_size)
            .limit(query.page_size)
        )
        return DisputePage(self._read(page), total or 0)

    def open_disputes(self) -> Mapping[str, int]:
        """How many open disputes each agent has."""
        rows = self._session.execute(
            select(CallRow.agent_id, func.count())
            .join(DisputeRow, DisputeRow.call_id == CallRow.id)
            .where(DisputeRow.state == DisputeState.OPEN.value, CallRow.agent_id.is_not(None))
            .group_by(CallRow.agent_id)
        )
        return {agent_id: number for agent_id, number in rows if agent_id is not None}

    def settle(self, dispute: Dispute) -> None:
        """Write an open dispute's end. Raises ``DisputeClosed`` where it is no longer open."""
        settled = self._session.execute(
            update(DisputeRow)
            .where(
                DisputeRow.public_id == dispute.public_id,
                DisputeRow.state == DisputeState.OPEN.value,
            )
            .values(
                state=dispute.state.value,
                decided_by=dispute.decided_by.id if dispute.decided_by else None,
                decided_at=dispute.decided_at,
                outcome=dispute.outcome.value if dispute.outcome else None,
                decision_reason=dispute.decision_reason,
                decision_review_id=select(ReviewRow.id)
                .where(ReviewRow.public_id == dispute.decision_review)
                .scalar_subquery(),
            )
            .returning(DisputeRow.id)
        )
        if not settled.all():
            raise DisputeClosed(self.dispute(dispute.public_id))

    def decided(self) -> tuple[Decided, ...]:
        """Disputes that were decided, counted by criterion."""
        changed = DisputeRow.state == DisputeState.CHANGED.value
        rows = self._session.execute(
            select(
                DisputeRow.criterion,
                func.max(DisputeRow.scorecard_id),
                func.count(),
                func.count(case((changed, 1))),
            )
            .where(DisputeRow.state.in_([state.value for state in DisputeState if state.decided]))
            .group_by(DisputeRow.criterion)
            .order_by(DisputeRow.criterion)
        ).all()
        rubrics = {
            card: RubricRef(*ref)
            for card, *ref in self._session.execute(
                select(ScorecardRow.id, *_RUBRIC).where(
                    ScorecardRow.id.in_([card for _criterion, card, *_ in rows])
                )
            )
        }
        return tuple(
            Decided(criterion, rubrics[card], number, fell)
            for criterion, card, number, fell in rows
        )

    # --- parts ---------------------------------------------------------------------------------

    def _current(self, call: str) -> tuple[int, int, int | None]:
        """Ids of a call, of its scorecard and of the review that counts."""
        found = self._session.execute(
            select(CallRow.id, ScorecardRow.id, ReviewRow.id)
            .join(ScorecardRow, and_(ScorecardRow.call_id == CallRow.id, ScorecardRow.is_current))
            .outerjoin(
                ReviewRow,
                and_(
                    ReviewRow.call_id == CallRow.id,
                    ReviewRow.is_current,
                    ReviewRow.scorecard_id == ScorecardRow.id,
                ),
            )
            .where(CallRow.public_id == call)
        ).one_or_none()
        if found is None:
            raise CallNotFound(f"no scored call has the id {call}")
        return found[0], found[1], found[2]

    def _read(self, statement: Select[*tuple[Any, ...]]) -> tuple[Dispute, ...]:
        rows = self._session.execute(statement).all()
        reviewers = self._reviewers({row[0].call_id for row in rows})
        return tuple(_dispute(row, reviewers.get(row[0].call_id, frozenset())) for row in rows)

    def _reviewers(self, calls: Collection[int]) -> dict[int, frozenset[int]]:
        """Who has scored each of these calls, on whichever scorecard; deciding a dispute is no scoring."""
        if not calls:
            return {}
        found: dict[int, set[int]] = {}
        rows = self._session.execute(
            select(ReviewRow.call_id, ReviewRow.reviewer_id).where(
                ReviewRow.call_id.in_(calls),
                ReviewRow.purpose == Purpose.REVIEW.value,
                ReviewRow.state == ReviewState.SUBMITTED.value,
            )
        )
        for call, reviewer in rows:
            found.setdefault(call, set()).add(reviewer)
        return {call: frozenset(reviewers) for call, reviewers in found.items()}


_RUBRIC = (ScorecardRow.rubric_id, ScorecardRow.rubric_version, ScorecardRow.rubric_sha256)


def _whole() -> Select[*tuple[Any, ...]]:
    """Disputes with everything that ``_dispute`` reads."""
    return (
        select(
            DisputeRow,
            CallRow.public_id,
            CallRow.call_id,
            CallRow.agent_id,
            ScorecardRow,
            RecordingRow.sha256,
            _Raiser,
            _Decider,
            _Contested.public_id,
            _Decision.public_id,
        )
        .join(CallRow, CallRow.id == DisputeRow.call_id)
        .join(ScorecardRow, ScorecardRow.id == DisputeRow.scorecard_id)
        .join(RecordingRow, RecordingRow.id == ScorecardRow.recording_id)
        .join(_Raiser, _Raiser.id == DisputeRow.raised_by)
        .outerjoin(_Decider, _Decider.id == DisputeRow.decided_by)
        .outerjoin(_Contested, _Contested.id == DisputeRow.review_id)
        .outerjoin(_Decision, _Decision.id == DisputeRow.decision_review_id)
    )


def _dispute(found: Row[*tuple[Any, ...]], reviewers: frozenset[int]) -> Dispute:
    row, call, call_id, agent_id, card, sha256, raiser, decider, review, decision_review = found
    return Dispute(
        public_id=row.public_id,
        call=call,
        call_id=call_id,
        agent_id=agent_id,
        scorecard=scorecard_version(sha256, card.fingerprint),
        rubric=RubricRef(card.rubric_id, card.rubric_version, card.rubric_sha256),
        current=card.is_current,
        criterion=row.criterion,
        contested=Outcome(row.contested),
        contested_points=row.contested_points,
        review=review,
        reviewers=reviewers,
        raised_by=person(raiser),
        raised_at=row.raised_at,
        reason=row.reason,
        state=DisputeState(row.state),
        decided_by=person(decider) if decider else None,
        decided_at=row.decided_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        decision_reason=row.decision_reason or "",
        decision_review=decision_review,
    )
