"""What the review app shows: a page of calls, and one call with everything that explains its score.

Nothing here knows a language or a page: texts stay in both languages and reasons stay codes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from qa.domain.errors import CallNotFound, RubricInvalid
from qa.domain.records import CallDetail, CallQuery, CallSummary, RunReport
from qa.domain.rubric import Criterion, Level, Rubric
from qa.domain.scorecard import Outcome, RubricRef, Verdict
from qa.domain.wording import Text
from qa.ports import AudioShelf, UnitOfWork, UnitOfWorkFactory

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
    """One row of the list, its criteria worded; critical failures come first.

    Attributes:
        provisional: The score rests on fewer criteria than are still open.
    """

    summary: CallSummary
    failed: tuple[CriterionName, ...]
    open: tuple[CriterionName, ...]
    provisional: bool


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
        return _pages(self.total, self.query)


def list_calls(open_store: UnitOfWorkFactory, rubrics: RubricTexts, query: CallQuery) -> CallList:
    """One page of calls with the counts that its filters would give."""
    with open_store() as unit:
        page = unit.calls.search(query)
        last_page = _pages(page.total, query)
        if query.page > last_page:
            query = replace(query, page=last_page)
            page = unit.calls.search(query)
        counts = {} if query.search else _counts(unit, query)
        rows = tuple(_row(summary, rubrics.of(unit, summary.rubric)) for summary in page.rows)
        return CallList(query, rows, page.total, counts, unit.runs.latest())


def _counts(unit: UnitOfWork, query: CallQuery) -> dict[str, int]:
    return {
        outcome or "all": unit.calls.search(
            replace(query, outcome=outcome, page=1, page_size=1)
        ).total
        for outcome in (None, *OUTCOMES)
    }


def _pages(total: int, query: CallQuery) -> int:
    return max(1, -(-total // query.page_size))


def _row(summary: CallSummary, rubric: Rubric | None) -> CallRow:
    def named(ids: tuple[str, ...]) -> tuple[CriterionName, ...]:
        names = [
            CriterionName(id_, _title(rubric, id_), id_ in summary.critical_failed) for id_ in ids
        ]
        return tuple(sorted(names, key=lambda name: not name.critical))

    asked = len(rubric.criteria) if rubric else 0
    return CallRow(
        summary,
        failed=named(summary.failed),
        open=named(summary.open),
        provisional=2 * len(summary.open) > asked > 0,
    )


def _title(rubric: Rubric | None, criterion_id: str) -> Text:
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
    """

    detail: CallDetail
    rubric: Rubric | None
    sections: tuple[SectionView, ...]
    previous: str | None
    next: str | None

    @property
    def criteria(self) -> tuple[CriterionView, ...]:
        """Every criterion in the order it is shown."""
        return tuple(criterion for section in self.sections for criterion in section.criteria)

    @property
    def open(self) -> tuple[CriterionView, ...]:
        """What a person or missing data must settle."""
        return self._with(Outcome.CANNOT_JUDGE, Outcome.NOT_MEASURABLE)

    @property
    def provisional(self) -> bool:
        """Whether the score rests on fewer criteria than are still open."""
        return 2 * len(self.open) > len(self.criteria)

    @property
    def critical_failed(self) -> tuple[CriterionView, ...]:
        """The failed critical criteria."""
        return tuple(criterion for criterion in self._with(Outcome.FAIL) if criterion.critical)

    @property
    def tally(self) -> Mapping[Outcome, int]:
        """How many criteria ended in each outcome."""
        return {outcome: len(self._with(outcome)) for outcome in Outcome}

    def _with(self, *outcomes: Outcome) -> tuple[CriterionView, ...]:
        return tuple(
            criterion for criterion in self.criteria if criterion.verdict.outcome in outcomes
        )


def open_call(
    open_store: UnitOfWorkFactory, rubrics: RubricTexts, public_id: str, query: CallQuery
) -> CallView:
    """One call, and its neighbours in the list that ``query`` describes. Raises ``CallNotFound``."""
    with open_store() as unit:
        detail = unit.calls.detail(public_id)
        rubric = rubrics.of(unit, detail.scorecard.rubric if detail.scorecard else None)
        previous, following = _neighbours(unit, public_id, query)
        return CallView(detail, rubric, _sections(detail, rubric), previous, following)


def audio_file(open_store: UnitOfWorkFactory, shelf: AudioShelf, public_id: str) -> Path:
    """The playable copy of a call's recording. Raises ``CallNotFound`` when there is none."""
    with open_store() as unit:
        recording = unit.calls.detail(public_id).recording
    if recording is None:
        raise CallNotFound(f"call {public_id} has no recording that can be played")
    path = shelf.locate(recording.audio)
    if not path.is_file():
        raise CallNotFound(
            f"the recording of call {public_id} is not in the data folder any more",
            hint="restore the data folder's audio from a backup, or run the recording again",
        )
    return path


def _neighbours(
    unit: UnitOfWork, public_id: str, query: CallQuery
) -> tuple[str | None, str | None]:
    page = unit.calls.search(query)
    ids = [row.public_id for row in page.rows]
    if public_id not in ids:
        return None, None
    at = ids.index(public_id)
    before = ids[at - 1] if at > 0 else None
    after = ids[at + 1] if at + 1 < len(ids) else None
    return before, after


def _sections(detail: CallDetail, rubric: Rubric | None) -> tuple[SectionView, ...]:
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
        title=_title(rubric, verdict.criterion),
        criterion=criterion,
        critical=criterion.critical if criterion else verdict.criterion in critical_failed,
    )
