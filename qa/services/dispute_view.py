"""Disputes as who leads may see them: while one is open, nothing tells what the first reviewer decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from qa.domain import dispute as rules
from qa.domain.access import Action, Actor, Reach, may, reach, require
from qa.domain.dispute import Bar, DecideFirst, Dispute, DisputeState, blinded
from qa.domain.records import CallDetail
from qa.domain.review import Review
from qa.domain.reviewing import Choice, choices, points_of
from qa.domain.rubric import Level, Rubric
from qa.domain.wording import Text
from qa.ports import UnitOfWork, UnitOfWorkFactory
from qa.ports.answers import Decided, DisputeQuery
from qa.services.browse import CriterionView, RubricTexts, sections_of, title_of
from qa.services.paging import pages_of

# --- one dispute -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DisputeOption:
    """One decision that can be taken; ``level`` is the level of a scale that it is."""

    choice: Choice
    points: float
    level: Level | None


@dataclass(frozen=True, slots=True)
class DisputeView:
    """A dispute as somebody who leads may see it.

    Attributes:
        dispute: While ``blind``, nothing in it tells what the first reviewer decided or who that was: the
            verdict contested is shown as the machine's own.
        blind: Whether the first reviewer is kept from this reader, who may still decide.
        bar: Why this reader does not decide it; ``None`` where they may, or could have.
        detail: The call, with the machine's scorecard alone.
        view: The machine's verdict on the criterion; ``None`` where the call is no longer scored for it.
        first: The review that was contested; ``None`` while blind, and where no person had looked.
        options: What can be decided.
    """

    dispute: Dispute
    title: Text
    rubric: Rubric | None
    blind: bool
    bar: Bar | None
    detail: CallDetail
    view: CriterionView | None
    first: Review | None
    options: tuple[DisputeOption, ...]

    @property
    def open(self) -> bool:
        """Whether it waits for a decision."""
        return self.dispute.state is DisputeState.OPEN

    @property
    def decidable(self) -> bool:
        """Whether this reader may decide it now."""
        return self.open and self.bar is None


def open_dispute(
    open_store: UnitOfWorkFactory, rubrics: RubricTexts, actor: Actor, public_id: str
) -> DisputeView:
    """A dispute and the call that it is about.

    Raises:
        NotAllowed: The actor's role never decides disputes.
        NotFound: There is no such dispute.
    """
    require(actor, Action.DECIDE_DISPUTE)
    with open_store() as unit:
        found = unit.answers.dispute(public_id)
        detail = unit.calls.detail(found.call)
        rubric = rubrics.of(unit, detail.scorecard.rubric if detail.scorecard else found.rubric)
        view = machine_view(detail, rubric, found.criterion)
        bar = rules.bar(actor, found)
        blind = found.state is DisputeState.OPEN and bar is None
        first = None
        if not blind and found.review is not None:
            reviews = unit.reviews.of_call(found.call)
            first = next((each for each in reviews if each.public_id == found.review), None)
        return DisputeView(
            dispute=blinded(found) if blind else found,
            title=title_of(rubric, found.criterion),
            rubric=rubric,
            blind=blind,
            bar=bar,
            detail=detail,
            view=view,
            first=first,
            options=options_of(view),
        )


def machine_view(detail: CallDetail, rubric: Rubric | None, criterion: str) -> CriterionView | None:
    """The machine's verdict on a criterion, ``None`` where the call is not scored for it."""
    shown = (view for section in sections_of(detail, rubric) for view in section.criteria)
    return next((view for view in shown if view.verdict.criterion == criterion), None)


def options_of(view: CriterionView | None) -> tuple[DisputeOption, ...]:
    """What can be decided on a criterion; nothing where the call is not scored for it."""
    if view is None:
        return ()
    asked = view.criterion
    return tuple(
        DisputeOption(
            choice,
            points_of(choice, view.verdict, asked),
            asked.levels[choice.level] if asked and choice.level is not None else None,
        )
        for choice in choices(view.verdict, asked)
    )


def require_sighted(unit: UnitOfWork, actor: Actor, call: str) -> None:
    """Keep what the first reviewer decided from somebody who may still settle a dispute on it.

    Raises:
        DecideFirst: One of the call's disputes is open, and the actor may decide it.
    """
    if not may(actor, Action.DECIDE_DISPUTE):
        return
    for each in unit.answers.disputes_of(call):
        if each.state is DisputeState.OPEN and rules.bar(actor, each) is None:
            raise DecideFirst(each.public_id)


def open_on(open_store: UnitOfWorkFactory, actor: Actor, call: str) -> Mapping[str, Dispute]:
    """What waits for a decision on a call, by criterion, as far as the actor may see its agent.

    Nothing in it tells of the first reviewer.
    """
    granted = reach(actor, Action.SEE_AGENT)
    if granted is None:
        return {}
    with open_store() as unit:
        found = unit.answers.disputes_of(call)
    return {
        each.criterion: blinded(each)
        for each in found
        if each.state is DisputeState.OPEN
        and (granted is Reach.ALL or each.agent_id == actor.agent_id)
    }


# --- the list ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """One row of the list; an open one tells nothing of the first reviewer.

    Attributes:
        due_at: Until when it should be decided.
        bar: Why the reader does not decide it, ``None`` where they may, or where it is settled.
    """

    dispute: Dispute
    title: Text
    due_at: datetime
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class Overturned:
    """How often a criterion's verdict fell of how often it was disputed and decided."""

    criterion: str
    title: Text
    decided: int
    changed: int


@dataclass(frozen=True, slots=True)
class DisputeList:
    """One page of disputes.

    Attributes:
        query: What was asked, its page corrected to one that exists.
        total: Disputes that match it.
        overturned: What was decided so far by criterion, the most disputed first.
    """

    query: DisputeQuery
    rows: tuple[DisputeRow, ...]
    total: int
    overturned: tuple[Overturned, ...]

    @property
    def pages(self) -> int:
        """How many pages the matching disputes fill, at least one."""
        return pages_of(self.total, self.query.page_size)


def list_disputes(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    actor: Actor,
    query: DisputeQuery,
    *,
    window: timedelta,
) -> DisputeList:
    """One page of disputes, for who decides them. Raises ``NotAllowed``."""
    require(actor, Action.DECIDE_DISPUTE)
    with open_store() as unit:
        page = unit.answers.disputes(query)
        last = pages_of(page.total, query.page_size)
        if query.page > last:
            query = replace(query, page=last)
            page = unit.answers.disputes(query)
        return DisputeList(
            query=query,
            rows=tuple(_row(unit, rubrics, actor, each, window) for each in page.rows),
            total=page.total,
            overturned=tuple(
                Overturned(
                    each.criterion,
                    title_of(rubrics.of(unit, each.rubric), each.criterion),
                    each.decided,
                    each.changed,
                )
                for each in sorted(unit.answers.decided(), key=_most_disputed)
            ),
        )


def _most_disputed(counted: Decided) -> tuple[int, str]:
    return -counted.decided, counted.criterion


def _row(
    unit: UnitOfWork, rubrics: RubricTexts, actor: Actor, dispute: Dispute, window: timedelta
) -> DisputeRow:
    waiting = dispute.state is DisputeState.OPEN
    why = rules.bar(actor, dispute) if waiting else None
    return DisputeRow(
        dispute=blinded(dispute) if waiting and why is None else dispute,
        title=title_of(rubrics.of(unit, dispute.rubric), dispute.criterion),
        due_at=dispute.raised_at + window,
        bar=why,
    )
