"""The case library: a stretch of a call marked as an example, shared, heard and removed.

Whoever may hear a case hears its stretch and nothing else of the call. Of a colleague's call they learn
neither which one it is nor whose.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from qa.domain.access import Action, Actor, Reach, require, require_account
from qa.domain.cases import (
    LONGEST_CASE_S,
    Case,
    CaseKind,
    CaseNotFound,
    CaseQuery,
    check_stretch,
    said_in,
)
from qa.domain.correction import CorrectedTurn, corrected
from qa.domain.errors import CallNotFound, InputInvalid, NotAllowed
from qa.domain.people import Team, UserRole
from qa.domain.records import CallDetail
from qa.domain.rubric import Rubric
from qa.domain.wording import Reason
from qa.domain.written import written
from qa.ports import AudioShelf, Clock, UnitOfWork, UnitOfWorkFactory
from qa.ports.coaching import NewCase
from qa.services.paging import pages_of

COMMENT_LIMIT = 2_000
"""Characters of what somebody says of a case."""


# --- reading -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseList:
    """One page of the library.

    Attributes:
        query: What was asked, narrowed to what may be heard, its page corrected to one that exists.
        total: Cases that match the query.
        teams: Those that the list can be narrowed to; none for agents, who hear their own team's.
    """

    query: CaseQuery
    rows: tuple[Case, ...]
    total: int
    teams: tuple[Team, ...]

    @property
    def pages(self) -> int:
        """How many pages the matching cases fill, at least one."""
        return pages_of(self.total, self.query.page_size)


def list_cases(open_store: UnitOfWorkFactory, actor: Actor, query: CaseQuery) -> CaseList:
    """One page of the cases that somebody may hear. Raises ``NotAllowed``."""
    query = _within_reach(actor, query)
    with open_store() as unit:
        page = unit.coaching.cases(query)
        if query.page > (last := pages_of(page.total, query.page_size)):
            query = replace(query, page=last)
            page = unit.coaching.cases(query)
        rows = tuple(_as_seen_by(actor, case) for case in page.rows)
        return CaseList(query, rows, page.total, unit.people.teams() if query.everywhere else ())


def open_case(open_store: UnitOfWorkFactory, actor: Actor, public_id: str) -> Case:
    """One case. Raises ``NotAllowed``, and ``CaseNotFound`` also for another team's."""
    with open_store() as unit:
        return _as_seen_by(actor, _heard_by(unit, actor, public_id))


def case_sound(
    open_store: UnitOfWorkFactory, shelf: AudioShelf, actor: Actor, public_id: str
) -> bytes:
    """The sound of a case's stretch as a FLAC file, and nothing of the call around it.

    Raises:
        CaseNotFound: There is no such case in the actor's reach.
        CallNotFound: The recording is not in the data folder any more.
    """
    with open_store() as unit:
        case = _heard_by(unit, actor, public_id)
    return shelf.clip(case.audio, case.start_s, min(case.end_s, case.start_s + LONGEST_CASE_S))


def good_examples(unit: UnitOfWork, actor: Actor, criteria: Collection[str]) -> Mapping[str, Case]:
    """The newest good example of each criterion that somebody may hear; missing where there is none."""
    query = _within_reach(actor, CaseQuery())
    found = unit.coaching.newest_good(criteria, query) if criteria else {}
    return {criterion: _as_seen_by(actor, case) for criterion, case in found.items()}


def good_example(open_store: UnitOfWorkFactory, actor: Actor, criterion: str) -> Case | None:
    """The newest good example of a criterion that somebody may hear."""
    with open_store() as unit:
        return good_examples(unit, actor, (criterion,)).get(criterion)


def cases_of_call(open_store: UnitOfWorkFactory, actor: Actor, call: str) -> tuple[Case, ...]:
    """The cases that were made of one call, in order of start, for those who mark them."""
    require(actor, Action.MARK_CASE)
    with open_store() as unit:
        return unit.coaching.cases_of_call(call)


def call_to_mark(open_store: UnitOfWorkFactory, actor: Actor, public_id: str) -> CallDetail:
    """A call that somebody wants to make a case of. Raises ``NotAllowed`` and ``CallNotFound``."""
    require(actor, Action.MARK_CASE)
    with open_store() as unit:
        return unit.calls.detail(public_id)


def teams(open_store: UnitOfWorkFactory, actor: Actor) -> tuple[Team, ...]:
    """Whom a case can be shared with, by name."""
    require(actor, Action.MARK_CASE)
    with open_store() as unit:
        return unit.people.teams()


def may_remove(actor: Actor, case: Case) -> bool:
    """Whether somebody may take a case out of the library: who added it, or an admin."""
    return actor.role is UserRole.ADMIN or (
        actor.user_id is not None and actor.user_id == case.added_by.id
    )


def _within_reach(actor: Actor, query: CaseQuery) -> CaseQuery:
    everywhere = require(actor, Action.SEE_CASES) is Reach.ALL
    team = query.team if everywhere else None
    return replace(query, everywhere=everywhere, reader_team=actor.team_id, team=team)


def _heard_by(unit: UnitOfWork, actor: Actor, public_id: str) -> Case:
    reach = require(actor, Action.SEE_CASES)
    case = unit.coaching.case(public_id)
    shared = case.team is None or case.team.id == actor.team_id
    if case.removed_at is not None or not (reach is Reach.ALL or shared):
        raise CaseNotFound("there is no such case")
    return case


def _as_seen_by(actor: Actor, case: Case) -> Case:
    """A case without what tells an agent whose call it is, unless it is their own."""
    own = actor.agent_id is not None and actor.agent_id == case.agent_id
    if own or require(actor, Action.SEE_CASES) is Reach.ALL:
        return case
    return replace(case, call=None, call_id=None, agent_id=None)


# --- writing -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """What somebody entered of a case.

    Attributes:
        call: The call's public id.
        criterion: Empty for a case of none.
        team: Public id of whom it is shared with; empty for everyone.
    """

    call: str
    kind: CaseKind
    criterion: str
    start_s: float
    end_s: float
    comment: str
    team: str


def mark_case(
    open_store: UnitOfWorkFactory, actor: Actor, clock: Clock, rubric: Rubric, draft: CaseDraft
) -> Case:
    """Put a stretch of a call into the library. The same one sent twice is put there once.

    Raises:
        NotAllowed: The actor does not mark cases, or has no account to sign with.
        CallNotFound: The call is gone, or has no recording.
        InputInvalid: A field cannot be taken; nothing was written.
    """
    require(actor, Action.MARK_CASE)
    author_id = require_account(actor)
    comment = written(draft.comment, field="comment", limit=COMMENT_LIMIT)
    with open_store(writes=True) as unit:
        detail = unit.calls.detail(draft.call)
        recording = detail.recording
        if recording is None:
            raise CallNotFound(f"call {draft.call} has no recording that can be played")
        if draft.criterion and draft.criterion not in criteria_of(detail, rubric):
            raise _not_a_choice("criterion")
        if draft.team and all(team.public_id != draft.team for team in unit.people.teams()):
            raise _not_a_choice("team")
        start_s, end_s = check_stretch(draft.start_s, draft.end_s, recording.duration_s)
        new = NewCase(
            call=draft.call,
            kind=draft.kind,
            criterion=draft.criterion or None,
            start_s=start_s,
            end_s=end_s,
            comment=comment,
            said=said_in(_turns(unit, detail), start_s, end_s),
            team=draft.team or None,
            added_by=author_id,
        )
        standing = unit.coaching.same_case(new)
        if standing is not None:
            return standing
        case = unit.coaching.add_case(new, at=clock.now())
        unit.commit()
        return case


def criteria_of(detail: CallDetail, rubric: Rubric | None) -> tuple[str, ...]:
    """The criteria that a case of a call can be about: those in use, and those that it was scored by."""
    in_use = rubric.criteria if rubric else ()
    scored = detail.scorecard.verdicts if detail.scorecard else ()
    ids = [*(each.id for each in in_use), *(verdict.criterion for verdict in scored)]
    return tuple(dict.fromkeys(ids))


def remove_case(open_store: UnitOfWorkFactory, actor: Actor, clock: Clock, public_id: str) -> None:
    """Take a case out of the library; a second time changes nothing.

    Raises:
        NotAllowed: Somebody else added it, and the actor is no admin.
        CaseNotFound: There is no such case.
    """
    require(actor, Action.MARK_CASE)
    with open_store(writes=True) as unit:
        case = unit.coaching.case(public_id)
        if not may_remove(actor, case):
            raise NotAllowed(f"{actor.name} did not add case {public_id}", hint="ask an admin")
        if case.removed_at is None:
            unit.coaching.remove_case(public_id, at=clock.now())
            unit.commit()


def _turns(unit: UnitOfWork, detail: CallDetail) -> tuple[CorrectedTurn, ...]:
    if detail.hearing is None:
        return ()
    return corrected(detail.hearing.transcript, unit.reviews.corrections(detail.public_id))


def _not_a_choice(field: str) -> InputInvalid:
    return InputInvalid(
        f"{field} is none of its choices", field=field, reason=Reason("form.not_a_choice")
    )
