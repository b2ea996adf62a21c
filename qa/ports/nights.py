"""The store of scheduled nights: what each took, how it went, and the figures of the calls that it scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from qa.domain.night import NightKind, NightState, Past
from qa.domain.records import RunReport, Stopped
from qa.statistics.means import ScoreSum

NightSort = Literal[
    "started_at", "found", "scored", "not_scorable", "unfinished", "audio_s", "wall_s", "speed"
]
"""Columns that a list of nights can be sorted by."""


@dataclass(frozen=True, slots=True)
class CriterionFigures:
    """What the verdicts on one criterion add up to.

    Attributes:
        failed: Verdicts that cost points, of ``counted`` that earned or cost any.
        marks: Points earned, per cent of what there were to earn.
    """

    counted: int = 0
    failed: int = 0
    marks: ScoreSum = field(default_factory=ScoreSum)


@dataclass(frozen=True, slots=True)
class NightFigures:
    """What the calls that one night scored add up to.

    Attributes:
        rubric_id: Of the rubric that it scored with; empty where it scored nothing.
        calls: How many.
        scores: Their scores, 0-100.
        critical: Calls in which a critical criterion failed.
        heard: Calls with words; in ``unsure`` of them the recogniser was less sure than ``UNSURE`` on average.
        confidence: The mean confidence over each call's words, per cent.
        silence: The part of each call in which nobody speaks, per cent.
        languages: Calls by the language heard.
        criteria: By criterion.
    """

    rubric_id: str = ""
    calls: int = 0
    scores: ScoreSum = field(default_factory=ScoreSum)
    critical: int = 0
    heard: int = 0
    unsure: int = 0
    confidence: ScoreSum = field(default_factory=ScoreSum)
    silence: ScoreSum = field(default_factory=ScoreSum)
    languages: Mapping[str, int] = field(default_factory=dict)
    criteria: Mapping[str, CriterionFigures] = field(default_factory=dict)


UNSURE = 0.6
"""Mean confidence of a call's words, 0-1, below which it counts as heard badly: what the rubrics that ship ask
of a step before it decides anything."""


@dataclass(frozen=True, slots=True)
class Night:
    """One night as a list shows it.

    Attributes:
        id: Of the night; ``run_id`` of its run.
        since: From when on recordings were taken; ``None`` for all there were.
        deadline: The moment from which nothing more was begun, if one was set.
        found: Recordings it was pointed at; ``planned`` of them were to be done.
        scored: Calls scored so far, or in all.
        unfinished: Recordings left to the next night: not begun, put off, or still being written.
        fault: The sentence of the error that ended it; empty where there was none.
        speed: Seconds of audio recognised in a second; ``None`` where nothing was.
    """

    id: int
    run_id: int
    kind: NightKind
    state: NightState
    since: datetime | None
    started_at: datetime
    deadline: datetime | None
    finished_at: datetime | None
    found: int
    planned: int
    scored: int
    not_scorable: int
    quarantined: int
    done_before: int
    unfinished: int
    stopped: Stopped
    fault: str
    audio_s: float
    wall_s: float
    speed: float | None


@dataclass(frozen=True, slots=True)
class NightWhole:
    """A night with all that is kept of it.

    Attributes:
        report: Of its run; ``None`` while that goes on, and where it died.
        figures: Of the calls that it scored, once counted.
        findings: What was noted for the morning report as it ended: alarms of the week, changes of licences,
            and who could not be told.
    """

    night: Night
    report: RunReport | None
    figures: NightFigures | None
    findings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NightQuery:
    """Which nights a list shows."""

    kind: NightKind = NightKind.NIGHT
    sort: NightSort = "started_at"
    descending: bool = True
    page: int = 1
    page_size: int = 30


@dataclass(frozen=True, slots=True)
class NightPage:
    """One page of a list, how many rows it is part of, and how many there are of each kind."""

    rows: tuple[Night, ...]
    total: int
    kinds: Mapping[NightKind, int]


class Nights(Protocol):
    """Nights, by id."""

    def begin(
        self,
        run_id: int,
        *,
        kind: NightKind,
        source: str,
        since: datetime | None,
        deadline: datetime | None,
        at: datetime,
    ) -> int:
        """Note a night whose run has begun; the night's id."""

    def planned(self, night_id: int, *, found: int, jobs: int) -> None:
        """Note how much there is to do."""

    def finish(self, night_id: int, report: RunReport) -> None:
        """Note how a night ended."""

    def fail(self, night_id: int, fault: str, *, at: datetime) -> None:
        """Note the error that ended a night without a report."""

    def keep(
        self, night_id: int, figures: NightFigures | None, findings: Mapping[str, Any]
    ) -> None:
        """Keep a night's figures and findings."""

    def past(self, source: str) -> Past:
        """How far the nights over some folders have come."""

    def to_try_again(self, now: datetime) -> frozenset[str]:
        """File names of recordings without a score that are due to be tried again, however old they are."""

    def figures_of(self, run_id: int) -> NightFigures:
        """Add up the calls that a run scored."""

    def night(self, night_id: int, *, now: datetime) -> NightWhole:
        """One night. Raises ``NotFound``."""

    def page(self, query: NightQuery, *, now: datetime) -> NightPage:
        """A page of a list."""

    def latest(self, kind: NightKind, *, now: datetime) -> NightWhole | None:
        """The night that began last among those that ended in order or were cut."""

    def before(
        self, night_id: int, *, limit: int, few: int = 0
    ) -> tuple[tuple[datetime, NightFigures], ...]:
        """When the nights before one began and what their calls add up to, the earliest first.

        Of scheduled nights over the same folders, with counted figures under the same rubric. A night of fewer calls than ``few`` is left
        out where the reader must not come across some of them.
        """

    def pages_of(self, call_ids: Sequence[str]) -> Mapping[str, str]:
        """Public ids of calls that the reader may come across, by call id."""

    def hides_calls(self, run_id: int) -> bool:
        """Whether a run scored calls that the reader must not come across."""
