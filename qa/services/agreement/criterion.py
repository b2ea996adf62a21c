"""Agreement on one criterion: who agrees with whom, and the calls on which they do not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import combinations

from qa.domain.access import Action, Actor, require
from qa.domain.errors import NotFound
from qa.domain.people import Person
from qa.ports import Clock, UnitOfWorkFactory
from qa.ports.agreement import RatedCall, Said
from qa.services.agreement.criteria import (
    AgreementQuery,
    Choices,
    CriterionAgreement,
    choices,
    criterion_agreement,
    ratings,
    used_rubrics,
)
from qa.services.agreement.figures import pair_figures
from qa.services.browse import RubricTexts
from qa.statistics.agreement import Agreement

CALLS_SHOWN = 25
"""Calls on which people differ, on one page."""


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """How far two people agree on the calls that both have rated; the first one's verdicts are the rows."""

    one: Person
    other: Person
    found: Agreement


@dataclass(frozen=True, slots=True)
class CriterionPage:
    """Everything that the page of a criterion shows.

    Attributes:
        pairs: Of all who have rated a call together, those with the most calls first.
        differing: The latest calls on which people differ, of ``differ``.
    """

    row: CriterionAgreement
    pairs: tuple[PairAgreement, ...]
    differing: tuple[RatedCall, ...]
    differ: int
    choices: Choices


def criterion_page(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    query: AgreementQuery,
    *,
    criterion: str,
    zone: tzinfo,
) -> CriterionPage:
    """Agreement on one criterion.

    Raises:
        NotAllowed: The actor does not calibrate.
        NotFound: No rubric in use has such a criterion, and nobody has rated it.
    """
    require(actor, Action.CALIBRATE)
    with open_store() as unit:
        which = ratings(unit, clock, actor, query, zone, criterion=criterion)
        together, beside = unit.agreement.together(which), unit.agreement.beside(which)
        texts = used_rubrics(unit, rubrics, query.rubric)
        known = any(each.criterion(criterion) for each in used_rubrics(unit, rubrics))
        if not (known or together or beside):
            raise NotFound(
                f"there is no criterion {criterion}", hint="open it from the list of criteria"
            )
        row = criterion_agreement(criterion, texts or used_rubrics(unit, rubrics), together, beside)
        calls = unit.agreement.rated_calls(which)
        differing = [call for call in calls if len({code for _who, code in call.said}) > 1]
        return CriterionPage(
            row=row,
            pairs=_pairs(calls, scale=row.scale),
            differing=tuple(differing[:CALLS_SHOWN]),
            differ=len(differing),
            choices=choices(unit, rubrics),
        )


def _pairs(calls: Sequence[RatedCall], *, scale: bool) -> tuple[PairAgreement, ...]:
    said: dict[tuple[Person, Person], list[tuple[Said, Said]]] = defaultdict(list)
    for call in calls:
        # Always in one order, or the table of two people would mix whose verdict is whose.
        by_name = sorted(call.said, key=lambda each: (each[0].name, each[0].id))
        for (one, first), (other, second) in combinations(by_name, 2):
            said[one, other].append((first, second))
    found = (
        PairAgreement(one, other, pair_figures(both, scale=scale))
        for (one, other), both in said.items()
    )
    return tuple(sorted(found, key=lambda pair: (-pair.found.n, pair.one.name, pair.other.name)))
