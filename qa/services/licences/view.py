"""The page of licences: what each criterion may do, on which figures, and what the next level takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from qa.domain.access import Action, Actor, require
from qa.domain.errors import NotFound
from qa.domain.licence import Decision, Evidence, Level, Measure, Terms, Threshold, decide
from qa.domain.rubric import Criterion, Rubric
from qa.domain.wording import Text
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.ports.licences import Licence, LicenceChange
from qa.services.browse import RubricTexts
from qa.services.drift import Drift, read_drift
from qa.services.licences.evidence import Seen, from_json
from qa.statistics.skill import Beside, evidence

CHANGES_SHOWN = 20
"""Of the history, on the page; the table that can be downloaded has all of it."""
MOST_REVIEWS = 2_000
"""More reviews than this are not promised to bring a level: the machine is not good enough for it."""
_NOTHING = Beside()


@dataclass(frozen=True, slots=True)
class Need:
    """What the next level takes.

    Attributes:
        level: The next one.
        reviews: About how many more random reviews, if they go as they have gone so far; 0 where there are
            enough, ``None`` where no number of them would do: the machine is not good enough as it is.
        known: Whether that rests on reviews at all; not so before the first.
        recovers: There are enough, and the latest weeks are too bad; else they reach it, not yet in so many
            weeks in a row.
    """

    level: Level
    reviews: int | None
    known: bool = True
    recovers: bool = False


@dataclass(frozen=True, slots=True)
class CriterionLicence:
    """One criterion.

    Attributes:
        seen: The counts of the latest weekly look; of nothing before the first.
        decision: What the latest look says by the present terms, one look alone.
        need: What the next level takes; ``None`` for the highest.
    """

    licence: Licence
    title: Text
    critical: bool
    seen: Seen
    evidence: Evidence
    decision: Decision
    need: Need | None

    @property
    def rubric_id(self) -> str:
        """Id of its rubric."""
        return self.licence.rubric_id

    @property
    def criterion(self) -> str:
        """Its id."""
        return self.licence.criterion

    @property
    def level(self) -> Level:
        """What the machine may do."""
        return self.licence.level


@dataclass(frozen=True, slots=True)
class RubricLicences:
    """A rubric in use and its criteria in their order."""

    rubric: Rubric
    criteria: tuple[CriterionLicence, ...]

    def having(self, level: Level) -> int:
        """How many criteria have a level."""
        return sum(each.level is level for each in self.criteria)


@dataclass(frozen=True, slots=True)
class LicencesPage:
    """The page.

    Attributes:
        decided_at: When the latest weekly look was; ``None`` before the first.
        changes: The latest changes, the last first.
        titles: By rubric and criterion.
    """

    rubrics: tuple[RubricLicences, ...]
    decided_at: datetime | None
    changes: tuple[LicenceChange, ...]
    drift: Drift
    titles: Mapping[tuple[str, str], Text]


@dataclass(frozen=True, slots=True)
class CriterionPage:
    """One criterion with its whole history."""

    row: CriterionLicence
    rubric: Rubric
    changes: tuple[LicenceChange, ...]


def licences_page(
    open_store: UnitOfWorkFactory, rubrics: RubricTexts, clock: Clock, actor: Actor, terms: Terms
) -> LicencesPage:
    """All licences. Raises ``NotAllowed``."""
    require(actor, Action.CALIBRATE)
    with open_store() as unit:
        held = tuple(_rubrics(unit, rubrics, clock.now(), terms))
        rows = [row for each in held for row in each.criteria]
        return LicencesPage(
            rubrics=held,
            decided_at=max(
                (row.licence.decided_at for row in rows if row.licence.decided_at), default=None
            ),
            changes=tuple(unit.licences.changes(limit=CHANGES_SHOWN)),
            drift=read_drift(unit, clock.now()),
            titles={(row.rubric_id, row.criterion): row.title for row in rows},
        )


def criterion_page(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    *,
    terms: Terms,
    key: tuple[str, str],
) -> CriterionPage:
    """One criterion's licence by the ids of its rubric and its own. Raises ``NotAllowed`` and ``NotFound``."""
    require(actor, Action.CALIBRATE)
    with open_store() as unit:
        for each in _rubrics(unit, rubrics, clock.now(), terms):
            for row in each.criteria:
                if (row.rubric_id, row.criterion) == key:
                    changes = unit.licences.changes(of=key)
                    return CriterionPage(row, each.rubric, tuple(changes))
    raise NotFound(f"rubric {key[0]} is not in use, or has no criterion {key[1]}")


def every_licence(
    open_store: UnitOfWorkFactory, rubrics: RubricTexts, clock: Clock, actor: Actor, terms: Terms
) -> tuple[CriterionLicence, ...]:
    """All licences as a table. Raises ``NotAllowed``."""
    require(actor, Action.CALIBRATE)
    with open_store() as unit:
        held = _rubrics(unit, rubrics, clock.now(), terms)
        return tuple(row for each in held for row in each.criteria)


def every_change(open_store: UnitOfWorkFactory, actor: Actor) -> tuple[LicenceChange, ...]:
    """The whole history, the latest change first. Raises ``NotAllowed``."""
    require(actor, Action.CALIBRATE)
    with open_store() as unit:
        return tuple(unit.licences.changes())


def _rubrics(
    unit: UnitOfWork, rubrics: RubricTexts, now: datetime, terms: Terms
) -> Iterator[RubricLicences]:
    held = unit.licences.every()
    for rubric_id, ref in sorted(unit.licences.rubrics().items()):
        rubric = rubrics.of(unit, ref)
        if rubric is None:
            continue
        rows = []
        for criterion in rubric.criteria:
            key = (rubric_id, criterion.id)
            blank = Licence(*key, Level.HUMAN_ONLY, changed_at=now)
            rows.append(_row(held.get(key, blank), criterion, terms))
        yield RubricLicences(rubric, tuple(rows))


def _row(licence: Licence, criterion: Criterion, terms: Terms) -> CriterionLicence:
    seen = from_json(licence.figures) or Seen(_NOTHING, _NOTHING)
    decision = decide(licence.level, [seen.look], terms)
    return CriterionLicence(
        licence=licence,
        title=criterion.title,
        critical=criterion.critical,
        seen=seen,
        evidence=seen.look.window,
        decision=decision,
        need=_need(decision, seen.window, terms),
    )


_NEXT = {Level.HUMAN_ONLY: Level.ASSIST, Level.ASSIST: Level.AUTO}


def _need(decision: Decision, table: Beside, terms: Terms) -> Need | None:
    upper = _NEXT.get(decision.before)
    threshold = terms.threshold(upper) if upper else None
    if upper is None or threshold is None:
        return None
    if not table.n:
        return Need(upper, threshold.failures + threshold.passes, known=False)
    reviews = reviews_needed(table, threshold)
    return Need(upper, reviews, recovers=reviews == 0 and bool(decision.shortfalls))


def reviews_needed(table: Beside, threshold: Threshold) -> int | None:
    """About how many more reviews reach a threshold, if they go as those so far; ``None`` where none would."""
    if reaches(evidence(table), threshold):
        return 0
    most = _grown(table, MOST_REVIEWS)
    if not reaches(evidence(most), threshold):
        return None
    few, many = table.n, MOST_REVIEWS
    while many - few > 1:
        middle = (few + many) // 2
        if reaches(evidence(_grown(table, middle)), threshold):
            many = middle
        else:
            few = middle
    return many - table.n


def _grown(table: Beside, reviews: int) -> Beside:
    """A table of so many reviews in the proportions of another one."""
    by = reviews / table.n
    return Beside(
        both_fail=round(by * table.both_fail),
        only_person=round(by * table.only_person),
        only_machine=round(by * table.only_machine),
        both_pass=round(by * table.both_pass),
    )


def reaches(shown: Evidence, threshold: Threshold) -> bool:
    """Whether figures reach a threshold, on their own."""
    enough = shown.failures >= threshold.failures and shown.passes >= threshold.passes
    return enough and all(
        low_of(shown, measure) >= needed for measure, needed in threshold.lows.items()
    )


def low_of(shown: Evidence, measure: Measure) -> float:
    """A figure's lower bound; below everything where it cannot be said."""
    bounds = shown.figures.get(measure)
    return bounds.low if bounds else float("-inf")
