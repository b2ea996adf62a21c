"""One call as its reviewer sees it: the machine's verdicts, what people decided, and their own draft.

Whatever it shows is read in a fixed number of queries. Opening changes nothing; a draft begins with its
first save (``qa.services.review``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from qa.domain.access import Action, Actor, require
from qa.domain.correction import CorrectedTurn, Correction, corrected
from qa.domain.people import Person
from qa.domain.queue import Task, TaskState
from qa.domain.records import CallDetail
from qa.domain.review import (
    Basis,
    Decision,
    FinalScore,
    FinalVerdict,
    Pending,
    Purpose,
    Review,
    ReviewState,
    in_force,
)
from qa.domain.reviewing import (
    Choice,
    Entry,
    choices,
    critical_of,
    entry_of,
    machine_choice,
    points_of,
    taken_over,
)
from qa.domain.rubric import Level, Rubric
from qa.domain.scorecard import Scorecard
from qa.domain.withholding import withheld
from qa.domain.wording import Text
from qa.ports import Clock, UnitOfWorkFactory
from qa.services.browse import CriterionView, RubricTexts, sections_of
from qa.services.dispute_view import require_sighted
from qa.services.licences.provisional import for_people
from qa.services.review_state import ReviewingState, read_state

OPEN_FOR = timedelta(minutes=15)
"""How long after its last save a draft means that its writer has the call open."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a criterion, as it is offered.

    Attributes:
        level: The level of a scale that it is; ``None`` for an outcome.
        machine: Whether it agrees with the machine.
    """

    choice: Choice
    points: float
    level: Level | None
    machine: bool


@dataclass(frozen=True, slots=True)
class CriterionReview:
    """One criterion under review.

    Attributes:
        view: What the rubric asks and what the machine says.
        counts: What counts now: the decision of the review that counts, else the machine's verdict.
        options: What can be chosen, in order; the last one leaves it open.
        entry: What the reviewer's own draft holds; blank where it holds nothing.
        draft: The decision of the own draft, once it has one.
        withheld: Whether what the machine says is not shown before they have decided; then it is not here.
        unseen: Whether it was decided, or is to be, before that was shown.
    """

    view: CriterionView
    counts: FinalVerdict
    options: tuple[Option, ...]
    entry: Entry
    draft: Decision | None
    withheld: bool = False
    unseen: bool = False

    @property
    def id(self) -> str:
        """The criterion's id."""
        return self.view.verdict.criterion

    @property
    def chosen(self) -> Choice | None:
        """What the own draft chooses."""
        return self.entry.choice


@dataclass(frozen=True, slots=True)
class SectionReview:
    """A section of the scorecard; ``title`` is ``None`` for criteria that the rubric does not place."""

    title: Text | None
    criteria: tuple[CriterionReview, ...]


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody else who has the call open.

    Attributes:
        opened_at: When they began their draft of it; ``None`` where only its task is theirs.
        saved_at: When they last saved it.
    """

    person: Person
    opened_at: datetime | None
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewView:
    """One call under review.

    What the machine says of criteria that are withheld is nowhere in it, ``detail`` and ``card`` included.

    Attributes:
        basis: What the page shows; a form sends it back with ``revision``.
        counts: What counts for the call now. Who decides a dispute sees the machine's alone.
        with_draft: What would count if the own draft were submitted as it is.
        current: The review that counts, if any.
        draft: The own draft on this scorecard, if there is one.
        carried: The own draft of an earlier scorecard that fills the form, until it is saved here.
        history: Every submitted review of the call, the latest first; on this scorecard or an earlier one.
            Nothing while anything is withheld.
        others: Who else has the call open.
        turns: The transcript with its corrections laid over.
        corrections: All corrections of the transcript, undone ones too, oldest first.
    """

    detail: CallDetail
    card: Scorecard
    rubric: Rubric | None
    purpose: Purpose
    basis: Basis
    sections: tuple[SectionReview, ...]
    counts: FinalScore
    with_draft: FinalScore
    current: Review | None
    draft: Review | None
    carried: Review | None
    history: tuple[Review, ...]
    others: tuple[Presence, ...]
    turns: tuple[CorrectedTurn, ...]
    corrections: tuple[Correction, ...]

    @property
    def criteria(self) -> tuple[CriterionReview, ...]:
        """Every criterion in the order it is shown."""
        return tuple(each for section in self.sections for each in section.criteria)

    @property
    def revision(self) -> int:
        """How often the own draft was saved; 0 before its first save."""
        return self.draft.revision if self.draft else 0

    @property
    def note(self) -> str:
        """The own draft's note to the whole review."""
        filled_from = self.draft or self.carried
        return filled_from.note if filled_from else ""


def open_review(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    public_id: str,
    *,
    purpose: Purpose = Purpose.REVIEW,
    licensing: bool = False,
) -> ReviewView:
    """One call as its reviewer sees it.

    Args:
        open_store: Opens the store.
        rubrics: The texts of the rubrics.
        clock: Tells a fresh draft from an old one.
        actor: The reviewer.
        public_id: Of the call.
        purpose: What the review is for.
        licensing: Whether a criterion that the machine has no licence for is decided unseen.

    Raises:
        NotAllowed: The actor's role never reviews.
        NotReviewable: This call cannot be reviewed, or not by them.
        DecideFirst: A dispute on it waits for them, who may not know yet what was decided before.
        CallNotFound: There is no such call.
    """
    require(actor, Action.REVIEW)
    with open_store() as unit:
        detail = unit.calls.detail(public_id)
        state = read_state(unit, actor, detail, purpose)
        if purpose is Purpose.REVIEW:
            require_sighted(unit, actor, public_id)
        rubric = rubrics.of(unit, state.card.rubric)
        corrections = unit.reviews.corrections(public_id)
        unseen = for_people(unit, state, licensing=licensing)
        others = _others(state, unit.tasks.of_call(public_id), clock.now())
    heard = detail.hearing
    blind = purpose is Purpose.DISPUTE
    draft = state.own_draft(state.basis.scorecard)
    carried = None if draft else state.earlier_draft()
    own = draft.decisions if draft else ()
    hidden = unseen - {each.criterion for each in own}
    shown = withheld(state.card, hidden)
    detail = replace(detail, scorecard=shown)
    counts = in_force(
        shown,
        state.current.decisions if state.current and not blind else (),
        critical_of(rubric),
    )
    entries = _entries(draft or carried, state.card, rubric)
    sections = tuple(
        SectionReview(
            section.title,
            tuple(
                replace(
                    _criterion(view, counts, entries, draft),
                    withheld=view.verdict.criterion in hidden,
                    unseen=view.verdict.criterion in unseen,
                )
                for view in section.criteria
            ),
        )
        for section in sections_of(detail, rubric)
    )
    return ReviewView(
        detail=detail,
        card=shown,
        rubric=rubric,
        purpose=purpose,
        basis=state.basis,
        sections=sections,
        counts=counts,
        with_draft=in_force(
            shown,
            taken_over(None if blind else state.current, own),
            critical_of(rubric),
        ),
        current=None if blind else state.current,
        draft=draft,
        carried=carried,
        # A review of an earlier scorecard says what the machine said then, and it says much the same now.
        history=() if blind or hidden else state.submitted,
        others=others,
        turns=corrected(heard.transcript, corrections) if heard else (),
        corrections=corrections,
    )


# --- parts of the page -------------------------------------------------------------------------


def _others(state: ReviewingState, task: Task | None, now: datetime) -> tuple[Presence, ...]:
    """Who else has a fresh draft of the call, the latest first, and who has taken its task."""
    found: dict[int, Presence] = {}
    for each in state.reviews:
        if each.state is ReviewState.DRAFT and now - each.saved_at < OPEN_FOR:
            found.setdefault(
                each.reviewer.id, Presence(each.reviewer, each.opened_at, each.saved_at)
            )
    if task is not None and task.assignee is not None and task.state is TaskState.IN_REVIEW:
        found.setdefault(task.assignee.id, Presence(task.assignee, None, None))
    found.pop(state.reviewer_id, None)
    return tuple(found.values())


def _entries(
    filled_from: Review | None, card: Scorecard, rubric: Rubric | None
) -> Mapping[str, Entry]:
    if filled_from is None:
        return {}
    held: dict[str, Decision | Pending] = {
        **{each.criterion: each for each in filled_from.decisions},
        **{each.criterion: each for each in filled_from.pending},
    }
    return {
        verdict.criterion: entry_of(
            held[verdict.criterion],
            verdict,
            rubric.criterion(verdict.criterion) if rubric else None,
        )
        for verdict in card.verdicts
        if verdict.criterion in held
    }


def _criterion(
    view: CriterionView, counts: FinalScore, entries: Mapping[str, Entry], draft: Review | None
) -> CriterionReview:
    verdict, criterion = view.verdict, view.criterion
    agreeing = machine_choice(verdict, criterion)
    return CriterionReview(
        view=view,
        counts=next(each for each in counts.verdicts if each.criterion == verdict.criterion),
        options=tuple(
            Option(
                choice=choice,
                points=points_of(choice, verdict, criterion),
                level=criterion.levels[choice.level]
                if criterion and choice.level is not None
                else None,
                machine=choice == agreeing,
            )
            for choice in choices(verdict, criterion)
        ),
        entry=entries.get(verdict.criterion, Entry(None)),
        draft=draft.decision(verdict.criterion) if draft else None,
    )
