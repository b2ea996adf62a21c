"""Agreement by criterion: of people with each other, and of the machine with people.

Figures are made of counts; nothing here reads a call.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from qa.domain.access import Action, Actor, require
from qa.domain.people import Team
from qa.domain.rubric import Level, Rubric
from qa.domain.wording import Text
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.ports.agreement import Beside, Ratings, Source, Together
from qa.services.agreement.figures import (
    MachineFigures,
    machine_figures,
    people_figures,
)
from qa.services.browse import RubricTexts, title_of
from qa.statistics.agreement import Agreement

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any rating."""


Sides = Literal["people", "machine", "both"]
"""Of people with each other, of the machine with people."""


@dataclass(frozen=True, slots=True)
class AgreementQuery:
    """Which ratings figures are of.

    Attributes:
        since: The first day, where the reader is; ``None`` for all that was rated before ``until``.
        until: The last day, inclusive; ``None`` for today.
        team: Public id of the team whose agents took the calls; ``None`` for all calls.
        rubric: Id of a rubric; ``None`` for all.
    """

    since: date | None = None
    until: date | None = None
    team: str | None = None
    rubric: str | None = None
    source: Source = Source.ALL


@dataclass(frozen=True, slots=True)
class Choices:
    """What a page of agreement can be narrowed to."""

    teams: tuple[Team, ...]
    rubrics: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class CriterionAgreement:
    """One criterion.

    Attributes:
        place: In the rubric's order, from 0; what no rubric at hand has comes last.
        levels: Of its scale, on which to differ by one weighs less than by two; none off a scale.
    """

    criterion: str
    title: Text
    place: int
    levels: tuple[Level, ...]
    people: Agreement
    machine: MachineFigures

    @property
    def scale(self) -> bool:
        """Whether it is scored on a scale."""
        return bool(self.levels)

    @property
    def failed(self) -> float | None:
        """The share of people's verdicts that are fails, 0-1; ``None`` where two rated no call."""
        return self.people.prevalence["fail"] if self.people.n else None


@dataclass(frozen=True, slots=True)
class AgreementOverview:
    """Agreement by criterion, in the rubric's order.

    Attributes:
        begins: When the first rating there is was submitted; ``None`` where there is none at all.
    """

    rows: tuple[CriterionAgreement, ...]
    choices: Choices
    begins: datetime | None


def agreement(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    query: AgreementQuery,
    *,
    zone: tzinfo,
    sides: Sides = "both",
) -> AgreementOverview:
    """Agreement by criterion. Raises ``NotAllowed``.

    Args:
        open_store: Opens the store.
        rubrics: The texts of the rubrics.
        clock: Says which day it is.
        actor: Who looks; what they have still to rate blind does not count for them.
        query: Which ratings.
        zone: Where the reader's days begin.
        sides: What to work out; the figures of the other side are of nothing then.
    """
    require(actor, Action.CALIBRATE)
    with open_store() as unit:
        which = ratings(unit, clock, actor, query, zone)
        texts = used_rubrics(unit, rubrics, query.rubric)
        together = unit.agreement.together(which) if sides != "machine" else ()
        beside = unit.agreement.beside(which) if sides != "people" else ()
        found = rated(together, beside)
        return AgreementOverview(
            rows=tuple(
                criterion_agreement(id_, texts, together, beside, place=place)
                for place, id_ in enumerate(in_rubric_order(found, texts))
            ),
            choices=choices(unit, rubrics),
            begins=unit.agreement.begins(),
        )


def ratings(
    unit: UnitOfWork,
    clock: Clock,
    actor: Actor,
    query: AgreementQuery,
    zone: tzinfo,
    *,
    criterion: str | None = None,
    edges: Sequence[datetime] = (),
) -> Ratings:
    """What to count for a query, by stretches of time where ``edges`` are given."""
    hidden = unit.calibrations.blind_calls(actor.user_id) if actor.user_id is not None else ()
    return Ratings(
        edges=tuple(edges) or period(clock, query, zone),
        team=query.team,
        rubric=query.rubric,
        source=query.source,
        criterion=criterion,
        hidden=frozenset(hidden),
    )


def period(clock: Clock, query: AgreementQuery, zone: tzinfo) -> tuple[datetime, datetime]:
    """The days of a query as moments: from its first midnight to the one after its last day."""
    since = datetime.combine(query.since, time(), zone) if query.since else _BEGINNING
    last = query.until or clock.now().astimezone(zone).date()
    until = datetime.combine(last + timedelta(days=1), time(), zone)
    return since, max(since, until)


def used_rubrics(
    unit: UnitOfWork, rubrics: RubricTexts, rubric: str | None = None
) -> tuple[Rubric, ...]:
    """The rubrics that calls were scored with and whose text is at hand, the latest used first."""
    read = (
        rubrics.of(unit, ref)
        for ref in unit.agreement.rubrics()
        if rubric is None or ref.id == rubric
    )
    return tuple(each for each in read if each is not None)


def choices(unit: UnitOfWork, rubrics: RubricTexts) -> Choices:
    """What figures can be narrowed to."""
    titles = {each.ref.id: each.title for each in reversed(used_rubrics(unit, rubrics))}
    return Choices(unit.people.teams(), tuple(sorted(titles.items())))


def rated(together: Iterable[Together], beside: Iterable[Beside]) -> frozenset[str]:
    """The criteria that anything is counted of."""
    return frozenset([*(each.criterion for each in together), *(each.criterion for each in beside)])


def in_rubric_order(criteria: Iterable[str], texts: Sequence[Rubric]) -> list[str]:
    """Criteria as the latest rubrics order them; what none of them has comes last."""
    ids = dict.fromkeys(each.id for text in texts for each in text.criteria)
    places = {id_: place for place, id_ in enumerate(ids)}
    return sorted(criteria, key=lambda id_: (places.get(id_, len(places)), id_))


def criterion_agreement(
    criterion: str,
    texts: Sequence[Rubric],
    together: Iterable[Together],
    beside: Iterable[Beside],
    *,
    place: int = 0,
) -> CriterionAgreement:
    """The figures of one criterion from the counts of all."""
    rubric = next((each for each in texts if each.criterion(criterion)), None)
    asked = rubric.criterion(criterion) if rubric else None
    levels = asked.levels if asked else ()
    return CriterionAgreement(
        criterion=criterion,
        title=title_of(rubric, criterion),
        place=place,
        levels=levels,
        people=people_figures(
            [each for each in together if each.criterion == criterion], scale=bool(levels)
        ),
        machine=machine_figures(
            [each for each in beside if each.criterion == criterion], scale=bool(levels)
        ),
    )
