"""What people and the machine said of the same calls, counted in the database (``qa.ports.agreement``).

A session's call is one thing rated, and so is a scorecard that two people have reviewed; the two are counted apart
and then put together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, Subquery, and_, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from qa.domain.scorecard import RubricRef
from qa.ports.agreement import (
    AgainstMaster,
    Beside,
    RatedCall,
    RatedScore,
    Ratings,
    Source,
    Together,
)
from qa.store import agreement_raters
from qa.store.agreement_parts import (
    RATED,
    SUBMITTED,
    last_words,
    machine_said,
    narrowed,
    of_sessions,
    said,
    settled,
    stretch,
    within,
)
from qa.store.tables import (
    CalibrationCallRow,
    CalibrationRow,
    DecisionRow,
    RatingDecisionRow,
    ReviewRow,
    RubricRow,
    ScorecardRow,
    VerdictRow,
)


class SqlAgreement:
    """Counts in one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def together(self, which: Ratings) -> Sequence[Together]:
        """What people said of calls that two of them at least have rated, counted by what they said."""
        parts = []
        if which.source in (Source.ALL, Source.BLIND):
            parts.append(_together_in_sessions(which))
        if which.source is not Source.BLIND:
            parts.append(_together_in_reviews(which))
        each = union_all(*parts).subquery()
        rows = self._session.execute(
            select(each.c.criterion, stretch(which.edges, each.c.at), each.c.said, func.count())
            .where(*within(which, each.c.at))
            .group_by(each.c.criterion, "stretch", each.c.said)
        )
        counted: Counter[tuple[str, int, tuple[int, ...]]] = Counter()
        for criterion, number, texts, calls in rows:
            # A database puts them together in any order.
            counted[criterion, number, tuple(sorted(map(int, texts.split(","))))] += calls
        return tuple(Together(*what, calls) for what, calls in counted.items())

    def beside(self, which: Ratings) -> Sequence[Beside]:
        """What the machine said beside what people settled on, each scorecard once."""
        parts = []
        if which.source in (Source.ALL, Source.BLIND):
            parts.append(_beside_in_sessions(which))
        if which.source is not Source.BLIND:
            parts.append(_beside_in_reviews(which))
        counted: Counter[tuple[str, int, int, int]] = Counter()
        for part in parts:
            for criterion, number, machine, person, calls in self._session.execute(part):
                counted[criterion, number, machine, person] += calls
        return tuple(Beside(*what, calls) for what, calls in counted.items())

    def rated_calls(self, which: Ratings) -> Sequence[RatedCall]:
        """The calls that two people at least have rated on ``which.criterion``, the latest first."""
        return agreement_raters.rated_calls(self._session, which)

    def scores(self, which: Ratings) -> Sequence[RatedScore]:
        """Total scores of the calls of revealed sessions, by each rater and by the machine."""
        return agreement_raters.scores(self._session, which)

    def against_master(self, which: Ratings) -> Sequence[AgainstMaster]:
        """What each rater and the machine said where a master stands or a dispute was decided."""
        return agreement_raters.against_master(self._session, which)

    def rubrics(self) -> Sequence[RubricRef]:
        """The rubrics that calls were scored with, the latest used first."""
        used = (
            select(func.max(ScorecardRow.id))
            .where(ScorecardRow.rubric_sha256 == RubricRow.sha256)
            .scalar_subquery()
        )
        rows = self._session.execute(
            select(RubricRow.rubric_id, RubricRow.version, RubricRow.sha256, used)
        ).all()
        return tuple(
            RubricRef(*ref) for *ref, _card in sorted(rows, key=lambda row: -(row[3] or 0))
        )

    def begins(self) -> datetime | None:
        """When the first rating was submitted or revealed; ``None`` where there is none."""
        firsts = (
            self._session.scalar(
                select(func.min(ReviewRow.submitted_at)).where(ReviewRow.state == SUBMITTED)
            ),
            self._session.scalar(select(func.min(CalibrationRow.revealed_at))),
        )
        return min((first for first in firsts if first is not None), default=None)


# --- people with each other --------------------------------------------------------------------


def _together_in_sessions(which: Ratings) -> Select[*tuple[Any, ...]]:
    return (
        of_sessions(
            which,
            RatingDecisionRow.criterion,
            CalibrationRow.revealed_at.label("at"),
            _listed(said(RatingDecisionRow)),
        )
        .group_by(CalibrationCallRow.id, RatingDecisionRow.criterion, CalibrationRow.revealed_at)
        .having(func.count() > 1)
    )


def _together_in_reviews(which: Ratings) -> Select[*tuple[Any, ...]]:
    return (
        last_words(
            which,
            DecisionRow.criterion,
            func.max(ReviewRow.submitted_at).label("at"),
            _listed(said(DecisionRow)),
        )
        .group_by(ReviewRow.scorecard_id, DecisionRow.criterion)
        .having(func.count() > 1)
    )


def _listed(code: Any) -> Any:
    return func.aggregate_strings(cast(code, String), ",").label("said")


# --- the machine beside people -----------------------------------------------------------------


def _beside_in_sessions(which: Ratings) -> Select[*tuple[Any, ...]]:
    each = settled(which)
    machine = said(VerdictRow).label("machine")
    return (
        select(
            each.c.criterion, stretch(which.edges, each.c.at), machine, each.c.person, func.count()
        )
        .join(
            VerdictRow,
            and_(
                VerdictRow.scorecard_id == each.c.scorecard_id,
                VerdictRow.criterion == each.c.criterion,
            ),
        )
        .group_by(each.c.criterion, "stretch", "machine", each.c.person)
    )


def _beside_in_reviews(which: Ratings) -> Select[*tuple[Any, ...]]:
    """By the last review of each scorecard, which holds what was decided before and by disputes too."""
    last = _last_reviews(which)
    machine, person = machine_said(DecisionRow).label("machine"), said(DecisionRow).label("person")
    if len(which.edges) == _WHOLE and which.team is None and which.source is not Source.RANDOM:
        # Nearly every decision counts. Its index (ix_decisions_counted) holds them in the order of the groups,
        # so that nothing is sorted, as long as the reviews are what is looked up.
        found = (
            select(DecisionRow.criterion, literal(0), machine, person, func.count(last.c.id))
            .select_from(DecisionRow)
            .outerjoin(last, last.c.id == DecisionRow.review_id)
            .group_by(
                DecisionRow.criterion,
                DecisionRow.outcome,
                DecisionRow.machine_outcome,
                DecisionRow.points,
                DecisionRow.machine_points,
                DecisionRow.max_points,
            )
            .having(func.count(last.c.id) > 0)
        )
    else:
        found = (
            select(
                DecisionRow.criterion,
                stretch(which.edges, last.c.submitted_at),
                machine,
                person,
                func.count(),
            )
            .select_from(last)
            .join(DecisionRow, DecisionRow.review_id == last.c.id)
            .group_by(DecisionRow.criterion, "stretch", "machine", "person")
        )
    if which.criterion is not None:
        found = found.where(DecisionRow.criterion == which.criterion)
    return found.where(DecisionRow.outcome.in_(RATED))


_WHOLE = 2
"""Edges of a period that is counted in one."""


def _last_reviews(which: Ratings) -> Subquery:
    """The last review of each scorecard, of the calls and the period that are asked for."""
    place = func.row_number().over(
        partition_by=ReviewRow.scorecard_id,
        order_by=(ReviewRow.submitted_at.desc(), ReviewRow.id.desc()),
    )
    each = narrowed(
        select(
            ReviewRow.id, ReviewRow.submitted_at, ReviewRow.scorecard_id, place.label("place")
        ).where(ReviewRow.state == SUBMITTED),
        which,
    ).subquery()
    found = select(each.c.id, each.c.submitted_at).where(
        each.c.place == 1, *within(which, each.c.submitted_at)
    )
    if which.source is Source.ALL:
        # What was rated blind says more; counted there, a call is not counted again.
        blind = (
            select(CalibrationCallRow.scorecard_id)
            .join(CalibrationRow, CalibrationRow.id == CalibrationCallRow.calibration_id)
            .where(
                CalibrationRow.revealed_at.is_not(None),
                CalibrationCallRow.scorecard_id.is_not(None),
            )
        )
        found = found.where(each.c.scorecard_id.not_in(blind))
    return found.subquery()
