"""What the review app shows: a page of calls, and one call with everything that explains its score.

Nothing here knows a language or a page: texts stay in both languages and reasons stay codes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from qa.domain.access import Action, Actor, only_agent, require_agent
from qa.domain.correction import CorrectedTurn, Correction, corrected
from qa.domain.errors import CallNotFound, RubricInvalid
from qa.domain.records import CallDetail, CallQuery, CallSummary, RunReport
from qa.domain.review import FinalScore, Review, in_force
from qa.domain.reviewing import critical_of
from qa.domain.rubric import Criterion, Level, Rubric
from qa.domain.scorecard import Outcome, RubricRef, Verdict
from qa.domain.wording import Text
from qa.ports import AudioShelf, UnitOfWork, UnitOfWorkFactory
from qa.services.licences.provisional import awaiting, unlicensed
from qa.services.paging import pages_of

_log = logging.getLogger(__name__)

ListOutcome = Literal["critical", "failed", "open", "not_scorable", "clean"]
OUTCOMES: tuple[ListOutcome, ...] = ("critical", "failed", "open", "not_scorable", "clean")
"""What a list can be narrowed to, most urgent first."""


@dataclass(slots=True)
class RubricTexts:
    """The rubrics that scorecards were made with, each parsed once: a used rubric never changes."""

    parse: Callable[[str], Rubric]
    _parsed: dict[str, Rubric | None] = field(default_factory=dict)

    def of(self, unit: UnitOfWork, ref: RubricRef | None) -> Rubric | None:
        """The rubric behind a reference, or ``None`` when its text is not there or cannot be read.

        A text that another version wrote may be one that this version refuses. The scorecard stands
        all the same, and is shown with the criteria's ids for titles.
        """
        if ref is None:
            return None
        if ref.sha256 not in self._parsed:
            source = unit.rubrics.source(ref.sha256)
            if source is None:
                return None
            self._parsed[ref.sha256] = self._read(source, ref)
        return self._parsed[ref.sha256]

    def _read(self, source: str, ref: RubricRef) -> Rubric | None:
        try:
            return self.parse(source)
        except RubricInvalid as error:
            _log.warning(
                "rubric %s %s cannot be read any more: %s", ref.id, ref.version, error.message
            )
            return None


# --- the list ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CriterionName:
    """A criterion as a list names it."""

    id: str
    title: Text
    critical: bool


@dataclass(frozen=True, slots=True)
class CallRow:
    """One row of the list as it counts, its criteria worded; critical failures come first.

    Attributes:
        score: That of the review that counts, else the machine's; ``None`` where nothing counts.
        provisional: The score rests on fewer criteria than are still open.
        awaiting: It counts by the machine's word where that has no licence to count alone.
    """

    summary: CallSummary
    score: float | None
    failed: tuple[CriterionName, ...]
    open: tuple[CriterionName, ...]
    provisional: bool
    awaiting: bool = False


@dataclass(frozen=True, slots=True)
class CallList:
    """One page of calls.

    Attributes:
        query: What was asked, its page corrected to one that exists.
        total: Calls that match the query.
        counts: Calls that match the query's other filters, by outcome; ``all`` is their number. Empty
            for a search, which would have to read every transcript once more for each.
        last_run: The report of the last finished run.
    """

    query: CallQuery
    rows: tuple[CallRow, ...]
    total: int
    counts: Mapping[str, int]
    last_run: RunReport | None

    @property
    def pages(self) -> int:
        """How many pages the matching calls fill, at least one."""
        return pages_of(self.total, self.query.page_size)


def within_reach(actor: Actor, query: CallQuery) -> CallQuery:
    """A list narrowed to what somebody may see. Raises ``NotAllowed`` and ``NotFound``."""
    agent_id = only_agent(actor, Action.SEE_CALLS)
    return query if agent_id is None else replace(query, agent_id=agent_id)


def list_calls(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    actor: Actor,
    query: CallQuery,
    *,
    licensing: bool = False,
) -> CallList:
    """One page of the calls that somebody may see, with the counts that its filters would give."""
    query = within_reach(actor, query)
    with open_store() as unit:
        page = unit.calls.search(query)
        last_page = pages_of(page.total, query.page_size)
        if query.page > last_page:
            query = replace(query, page=last_page)
            page = unit.calls.search(query)
        reviewed = [summary.public_id for summary in page.rows if summary.reviewed_at]
        reviews = unit.reviews.current_of(reviewed) if reviewed else {}
        rows = tuple(
            _row(summary, rubrics.of(unit, summary.rubric), reviews.get(summary.public_id))
            for summary in page.rows
        )
        if licensing:
            rows = _with_licences(unit, rubrics, rows)
        return CallList(query, rows, page.total, page.counts, unit.runs.latest())


def _with_licences(
    unit: UnitOfWork, rubrics: RubricTexts, rows: Sequence[CallRow]
) -> tuple[CallRow, ...]:
    """Rows that say which scores await a person; one query for each rubric among them."""
    asked = {row.summary.rubric for row in rows}
    lacking = {ref: unlicensed(unit, rubrics.of(unit, ref)) for ref in asked}
    return tuple(
        replace(row, awaiting=bool(lacking[row.summary.rubric]))
        if row.score is not None and row.summary.reviewed_at is None
        else row
        for row in rows
    )


def _row(summary: CallSummary, rubric: Rubric | None, review: Review | None) -> CallRow:
    critical = review.critical_failed if review else summary.critical_failed
    failed, opened = _as_it_counts(summary, review)

    def named(ids: Sequence[str]) -> tuple[CriterionName, ...]:
        names = [CriterionName(id_, title_of(rubric, id_), id_ in critical) for id_ in ids]
        return tuple(sorted(names, key=lambda name: not name.critical))

    asked = len(rubric.criteria) if rubric else 0
    return CallRow(
        summary,
        score=review.score if review else summary.score,
        failed=named(failed),
        open=named(opened),
        provisional=2 * len(opened) > asked > 0,
    )


def _as_it_counts(
    summary: CallSummary, review: Review | None
) -> tuple[Sequence[str], Sequence[str]]:
    """The criteria that fail and those that are open, decisions laid over the machine's verdicts."""
    if review is None:
        return summary.failed, summary.open
    decided = {each.criterion: each.outcome for each in review.decisions}

    def with_decisions(machine: Sequence[str], *outcomes: Outcome) -> Sequence[str]:
        kept = [each for each in machine if each not in decided]
        return kept + [each for each, outcome in decided.items() if outcome in outcomes]

    return (
        with_decisions(summary.failed, Outcome.FAIL),
        with_decisions(summary.open, Outcome.CANNOT_JUDGE, Outcome.NOT_MEASURABLE),
    )


def title_of(rubric: Rubric | None, criterion_id: str) -> Text:
    """A criterion's title, or its id where the rubric's text is not at hand."""
    criterion = rubric.criterion(criterion_id) if rubric else None
    return criterion.title if criterion else Text(zh=criterion_id, en=criterion_id)


# --- one call ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CriterionView:
    """One criterion of a scorecard: what the rubric asks and what the verdict says.

    ``criterion`` is ``None`` when the rubric's text is not at hand.
    """

    verdict: Verdict
    title: Text
    criterion: Criterion | None
    critical: bool

    @property
    def from_record(self) -> bool:
        """Whether the call record proves it; its clips then only show the place in the call."""
        return self.verdict.reason.code == "found.fact"

    @property
    def level(self) -> Level | None:
        """The level of a scale that the verdict's points are of."""
        return self.criterion.level_of(self.verdict) if self.criterion else None


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section of the scorecard; ``title`` is ``None`` for criteria that the rubric does not place."""

    title: Text | None
    criteria: tuple[CriterionView, ...]


@dataclass(frozen=True, slots=True)
class CallView:
    """One call with its rubric's texts.

    Attributes:
        sections: The scorecard in the rubric's order; empty when the call has no score.
        previous: Public id of the call before it in the list it was opened from.
        next: Public id of the call after it.
        current: The review that counts, if somebody has reviewed the call.
        turns: The transcript with its corrections laid over.
        awaiting: Criteria that make the score provisional (``qa.services.licences.provisional.awaiting``).
    """

    detail: CallDetail
    rubric: Rubric | None
    sections: tuple[SectionView, ...]
    previous: str | None
    next: str | None
    current: Review | None = None
    turns: tuple[CorrectedTurn, ...] = ()
    awaiting: tuple[str, ...] = ()

    @property
    def counts(self) -> FinalScore | None:
        """What counts for the call: its scorecard with the review that counts laid over it."""
        card = self.detail.scorecard
        if card is None:
            return None
        decisions = self.current.decisions if self.current else ()
        return in_force(card, decisions, critical_of(self.rubric))


def open_call(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    actor: Actor,
    public_id: str,
    query: CallQuery,
    *,
    licensing: bool = False,
) -> CallView:
    """One call, and its neighbours in the list that ``query`` describes. Raises ``CallNotFound``."""
    with open_store() as unit:
        detail = unit.calls.detail(public_id)
        require_agent(actor, Action.SEE_CALLS, detail.record.agent_id)
        query = within_reach(actor, query)
        rubric = rubrics.of(unit, detail.scorecard.rubric if detail.scorecard else None)
        previous, following = _neighbours(unit, public_id, query)
        current = unit.reviews.current(public_id)
        return CallView(
            detail,
            rubric,
            sections_of(detail, rubric),
            previous,
            following,
            current=current,
            turns=_turns(detail, unit.reviews.corrections(public_id)),
            awaiting=awaiting(unit, detail.scorecard, current, licensing=licensing),
        )


def neighbours(
    open_store: UnitOfWorkFactory, actor: Actor, public_id: str, query: CallQuery
) -> tuple[str | None, str | None]:
    """Public ids of the calls before and after one in the list that ``query`` describes."""
    query = within_reach(actor, query)
    with open_store() as unit:
        return _neighbours(unit, public_id, query)


def audio_file(
    open_store: UnitOfWorkFactory, shelf: AudioShelf, actor: Actor, public_id: str
) -> Path:
    """The playable copy of a call's recording. Raises ``CallNotFound`` when there is none."""
    with open_store() as unit:
        agent_id, audio = unit.calls.sound(public_id)
    require_agent(actor, Action.LISTEN, agent_id)
    if audio is None:
        raise CallNotFound(f"call {public_id} has no recording that can be played")
    path = shelf.locate(audio)
    if not path.is_file():
        raise CallNotFound(
            f"the recording of call {public_id} is not in the data folder any more",
            hint="restore the data folder's audio from a backup, or run the recording again",
        )
    return path


def _neighbours(
    unit: UnitOfWork, public_id: str, query: CallQuery
) -> tuple[str | None, str | None]:
    ids = [row.public_id for row in unit.calls.rows(query)]
    if public_id not in ids:
        return None, None
    at = ids.index(public_id)
    before = ids[at - 1] if at > 0 else None
    after = ids[at + 1] if at + 1 < len(ids) else None
    return before, after


def _turns(detail: CallDetail, corrections: Sequence[Correction]) -> tuple[CorrectedTurn, ...]:
    return corrected(detail.hearing.transcript, corrections) if detail.hearing else ()


def sections_of(detail: CallDetail, rubric: Rubric | None) -> tuple[SectionView, ...]:
    """The verdicts in the rubric's order; without the rubric's text, in the scorecard's own."""
    if detail.scorecard is None:
        return ()
    views = {
        verdict.criterion: _view(verdict, rubric, detail.scorecard.critical_failed)
        for verdict in detail.scorecard.verdicts
    }
    if rubric is None:
        return (SectionView(None, tuple(views.values())),)
    return tuple(
        SectionView(section.title, shown)
        for section in rubric.sections
        if (shown := tuple(views[each.id] for each in rubric.of(section.id) if each.id in views))
    )


def _view(
    verdict: Verdict, rubric: Rubric | None, critical_failed: tuple[str, ...]
) -> CriterionView:
    criterion = rubric.criterion(verdict.criterion) if rubric else None
    return CriterionView(
        verdict=verdict,
        title=title_of(rubric, verdict.criterion),
        criterion=criterion,
        critical=criterion.critical if criterion else verdict.criterion in critical_failed,
    )
