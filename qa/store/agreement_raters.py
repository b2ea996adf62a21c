"""What single people said: of one criterion call by call, and against the master in all they rated."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, null, select
from sqlalchemy.orm import Session, aliased

from qa.domain.dispute import DisputeState
from qa.domain.people import Person
from qa.domain.scorecard import Outcome
from qa.ports.agreement import (
    FAILED,
    NOT_APPLICABLE,
    PASSED,
    UNDECIDED,
    AgainstMaster,
    RatedCall,
    RatedScore,
    Ratings,
    Said,
    Source,
)
from qa.store.agreement_parts import (
    RATED,
    last_words,
    narrowed,
    of_sessions,
    said,
    settled,
    within,
)
from qa.store.tables import (
    CalibrationCallRow,
    CalibrationRow,
    CallRow,
    DecisionRow,
    DisputeRow,
    RatingDecisionRow,
    RatingRow,
    ReviewRow,
    ScorecardRow,
    UserRow,
    VerdictRow,
)

_PERSON = (UserRow.id, UserRow.public_id, UserRow.name)
_DECIDED = (DisputeState.UPHELD.value, DisputeState.CHANGED.value)


# --- one criterion, call by call ---------------------------------------------------------------


def rated_calls(session: Session, which: Ratings) -> Sequence[RatedCall]:
    """The calls that two people at least have rated on ``which.criterion``, the latest first."""
    found: list[RatedCall] = []
    if which.source in (Source.ALL, Source.BLIND):
        found += _session_calls(session, which)
    if which.source is not Source.BLIND:
        found += _reviewed_calls(session, which)
    return sorted(found, key=lambda call: call.at, reverse=True)


def _session_calls(session: Session, which: Ratings) -> Iterator[RatedCall]:
    master = settled(which)
    standing = session.execute(select(master.c.unit, master.c.person).where(master.c.stands == 1))
    stands: dict[int, Said] = {row[0]: row[1] for row in standing}
    rows = session.execute(
        of_sessions(
            which,
            CalibrationCallRow.id,
            CallRow.public_id,
            CalibrationCallRow.call_name,
            CalibrationRow.public_id,
            CalibrationRow.revealed_at,
            *_PERSON,
            said(RatingDecisionRow),
        )
        .join(UserRow, UserRow.id == RatingRow.rater_id)
        .outerjoin(CallRow, CallRow.id == CalibrationCallRow.call_id)
        .order_by(CalibrationCallRow.id, UserRow.name, UserRow.id)
    )
    for unit, call in _gathered(rows):
        yield replace(call, master=stands.get(unit))


def _reviewed_calls(session: Session, which: Ratings) -> Iterator[RatedCall]:
    rows = session.execute(
        last_words(
            which,
            ReviewRow.scorecard_id,
            CallRow.public_id,
            CallRow.call_id,
            null().label("calibration"),
            ReviewRow.submitted_at,
            *_PERSON,
            said(DecisionRow),
        )
        .join(UserRow, UserRow.id == ReviewRow.reviewer_id)
        .join(CallRow, CallRow.id == ReviewRow.call_id)
        # Whoever decides a dispute must not learn here what was decided before.
        .where(
            ReviewRow.call_id.not_in(
                select(DisputeRow.call_id).where(DisputeRow.state == DisputeState.OPEN.value)
            )
        )
        .order_by(ReviewRow.scorecard_id, UserRow.name, UserRow.id)
    )
    decided = session.execute(
        _ruled(select(DisputeRow.scorecard_id, _ruling()))
        .where(DisputeRow.criterion == which.criterion)
        .order_by(DisputeRow.id)
    )
    rulings = {row[0]: row[1] for row in decided}
    for card, call in _gathered(rows):
        if which.edges[0] <= call.at < which.edges[-1]:
            yield replace(call, master=rulings.get(card))


_Ruled = aliased(DecisionRow)


def _ruling() -> ColumnElement[Said]:
    """What a dispute decided: as the review says that it became, else by its outcome."""
    return func.coalesce(
        said(_Ruled),
        case(
            (DisputeRow.outcome == Outcome.FAIL.value, FAILED),
            (DisputeRow.outcome == Outcome.PASS.value, PASSED),
            else_=NOT_APPLICABLE,
        ),
    )


def _ruled(found: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Disputes that were decided one way or the other."""
    return found.outerjoin(
        _Ruled,
        and_(
            _Ruled.review_id == DisputeRow.decision_review_id,
            _Ruled.criterion == DisputeRow.criterion,
        ),
    ).where(DisputeRow.state.in_(_DECIDED), DisputeRow.outcome.in_(RATED))


def _gathered(rows: Any) -> Iterator[tuple[int, RatedCall]]:
    """The rows of each unit as one call; units that only one person rated are left out."""
    said_of: dict[int, list[tuple[Person, Said]]] = defaultdict(list)
    calls: dict[int, RatedCall] = {}
    for unit, public_id, call_id, calibration, at, *person, code in rows:
        said_of[unit].append((Person(*person), code))
        latest = max(at, calls[unit].at) if unit in calls else at
        calls[unit] = RatedCall(public_id, call_id, calibration, latest, (), None)
    for unit, call in calls.items():
        if len(said_of[unit]) > 1:
            yield unit, replace(call, said=tuple(said_of[unit]))


# --- total scores ------------------------------------------------------------------------------


def scores(session: Session, which: Ratings) -> Sequence[RatedScore]:
    """Total scores of the calls of revealed sessions, by each rater and by the machine."""
    if which.source not in (Source.ALL, Source.BLIND):
        return ()
    masters = _master_scores(session, which)
    machines = aliased(ScorecardRow)
    rows = session.execute(
        of_sessions(
            which,
            CalibrationCallRow.id,
            *_PERSON,
            RatingRow.score,
            machines.score,
        )
        .join(UserRow, UserRow.id == RatingRow.rater_id)
        .outerjoin(machines, machines.id == CalibrationCallRow.scorecard_id)
        .distinct()
    )
    found: list[RatedScore] = []
    machine: dict[int, float | None] = {}
    for unit, *person, score, machine_score in rows:
        found.append(RatedScore(unit, Person(*person), score, masters.get(unit)))
        machine[unit] = machine_score
    found += (RatedScore(unit, None, score, masters.get(unit)) for unit, score in machine.items())
    return found


def _master_scores(session: Session, which: Ratings) -> dict[int, float]:
    """The total of the master verdicts of each call on which all that was rated is settled."""
    each = settled(which)
    unsettled = set()
    rows = session.execute(
        select(each.c.unit, each.c.person, each.c.points, each.c.max_points, each.c.stands)
    )
    totals: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for unit, person, points, max_points, stands in rows:
        if not stands or person == UNDECIDED:
            unsettled.add(unit)
        elif person != NOT_APPLICABLE:
            totals[unit][0] += points
            totals[unit][1] += max_points
    return {
        unit: round(100 * got / most, 1)
        for unit, (got, most) in totals.items()
        if unit not in unsettled and most > 0
    }


# --- against the master ------------------------------------------------------------------------


def against_master(session: Session, which: Ratings) -> Sequence[AgainstMaster]:
    """What each rater and the machine said where a master stands or a dispute was decided."""
    counted: Counter[tuple[Person | None, str, Said, Said]] = Counter()
    if which.source in (Source.ALL, Source.BLIND):
        for *who, criterion, code, master, calls in session.execute(_raters_in_sessions(which)):
            counted[Person(*who), criterion, code, master] += calls
        for criterion, code, master, calls in session.execute(_machine_in_sessions(which)):
            counted[None, criterion, code, master] += calls
    if which.source is not Source.BLIND:
        for *who, criterion, code, master, calls in session.execute(_disputed(which)):
            counted[Person(*who), criterion, code, master] += calls
    return tuple(AgainstMaster(*what, calls) for what, calls in counted.items())


def _raters_in_sessions(which: Ratings) -> Select[*tuple[Any, ...]]:
    each = settled(which)
    code = said(RatingDecisionRow).label("code")
    return (
        of_sessions(
            which,
            *_PERSON,
            RatingDecisionRow.criterion,
            code,
            each.c.person,
            func.count(),
        )
        .join(UserRow, UserRow.id == RatingRow.rater_id)
        .join(
            each,
            and_(
                each.c.unit == CalibrationCallRow.id,
                each.c.criterion == RatingDecisionRow.criterion,
            ),
        )
        .where(each.c.stands == 1, each.c.person != UNDECIDED)
        .group_by(
            *_PERSON,
            RatingDecisionRow.criterion,
            "code",
            each.c.person,
        )
    )


def _machine_in_sessions(which: Ratings) -> Select[*tuple[Any, ...]]:
    each = settled(which)
    code = said(VerdictRow).label("code")
    return (
        select(each.c.criterion, code, each.c.person, func.count())
        .join(
            VerdictRow,
            and_(
                VerdictRow.scorecard_id == each.c.scorecard_id,
                VerdictRow.criterion == each.c.criterion,
            ),
        )
        .where(each.c.stands == 1, each.c.person != UNDECIDED)
        .group_by(each.c.criterion, "code", each.c.person)
    )


def _disputed(which: Ratings) -> Select[*tuple[Any, ...]]:
    """Decisions that an agent objected to and somebody else decided anew, by who had taken them."""
    code, master = said(DecisionRow).label("code"), _ruling().label("master")
    author = func.coalesce(DecisionRow.decided_by, ReviewRow.reviewer_id)
    found = _ruled(
        select(*_PERSON, DecisionRow.criterion, code, master, func.count())
        .select_from(DisputeRow)
        .join(ReviewRow, ReviewRow.id == DisputeRow.review_id)
        .join(
            DecisionRow,
            and_(
                DecisionRow.review_id == ReviewRow.id,
                DecisionRow.criterion == DisputeRow.criterion,
            ),
        )
        .join(UserRow, UserRow.id == author)
    ).where(DecisionRow.outcome.in_(RATED), *within(which, DisputeRow.decided_at))
    if which.criterion is not None:
        found = found.where(DecisionRow.criterion == which.criterion)
    return narrowed(found.group_by(*_PERSON, DecisionRow.criterion, "code", "master"), which)
