"""Agreement by rater: who scores milder or stricter than what was agreed, and how alike total scores are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache
from itertools import combinations

from qa.domain.access import Action, Actor, require
from qa.domain.people import Person
from qa.ports import Clock, UnitOfWorkFactory
from qa.ports.agreement import FAILED, NOT_APPLICABLE, UNDECIDED, AgainstMaster, RatedScore, Said
from qa.services.agreement.criteria import AgreementQuery, Choices, choices, ratings
from qa.services.browse import RubricTexts
from qa.statistics.agreement import Intraclass, Leniency, intraclass, leniency
from qa.statistics.agreement.enough import SCORES

MOST_RATERS = 8
"""Those with the most scored calls, among whom the intraclass correlation looks for a group."""


@dataclass(frozen=True, slots=True)
class RaterAgreement:
    """One rater.

    Attributes:
        rater: ``None`` for the machine.
        calls: Calls of sessions that they scored.
        against_master: Of total scores; ``against_others`` likewise, of people alone.
        verdicts: Verdicts on criteria on which a master stands, or a dispute was decided; of them ``same`` as
            that, ``milder`` (more points than the master gives) and ``stricter``. What applies to one and not
            to the other is neither.
    """

    rater: Person | None
    calls: int
    against_master: Leniency
    against_others: Leniency | None
    verdicts: int
    same: int
    milder: int
    stricter: int


@dataclass(frozen=True, slots=True)
class RatersPage:
    """Every rater by name, the machine last.

    Attributes:
        total: How alike the total scores are of those ``raters`` who scored the most calls together.
    """

    rows: tuple[RaterAgreement, ...]
    total: Intraclass
    raters: tuple[Person, ...]
    choices: Choices


def agreement_by_rater(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    query: AgreementQuery,
    *,
    zone: tzinfo,
) -> RatersPage:
    """Agreement by rater. Raises ``NotAllowed``."""
    require(actor, Action.CALIBRATE)
    with open_store() as unit:
        which = ratings(unit, clock, actor, query, zone)
        scores = unit.agreement.scores(which)
        against = unit.agreement.against_master(which)
        narrowing = choices(unit, rubrics)
    grid = _Grid(scores)
    raters, total = _alike(grid)
    return RatersPage(
        rows=tuple(_row(rater, grid, against) for rater in _everybody(grid, against)),
        total=total,
        raters=raters,
        choices=narrowing,
    )


class _Grid:
    """Total scores, a row for each call and a column for each person; the machine's apart."""

    def __init__(self, scores: Iterable[RatedScore]) -> None:
        self.people: dict[Person, int] = {}
        by_call: dict[int, dict[Person | None, float | None]] = defaultdict(dict)
        masters: dict[int, float | None] = {}
        for each in scores:
            by_call[each.unit][each.rater] = each.score
            masters[each.unit] = each.master
            if each.rater is not None:
                self.people.setdefault(each.rater, len(self.people))
        self.scores = tuple(
            tuple(row.get(person) for person in self.people) for row in by_call.values()
        )
        self.machine = tuple((row.get(None),) for row in by_call.values())
        self.masters = tuple(masters[unit] for unit in by_call)

    def counted(self, column: int) -> int:
        """Calls that one person scored."""
        return sum(row[column] is not None for row in self.scores)


def _everybody(grid: _Grid, against: Iterable[AgainstMaster]) -> list[Person | None]:
    people = set(grid.people) | {each.rater for each in against if each.rater is not None}
    by_name = sorted(people, key=lambda person: (person.name, person.id))
    return [*by_name, None] if by_name else []


def _row(rater: Person | None, grid: _Grid, against: Iterable[AgainstMaster]) -> RaterAgreement:
    said = [(each.said, each.master, each.calls) for each in against if each.rater == rater]
    if rater is None:
        calls = sum(row[0] is not None for row in grid.machine)
        (master,), others = _leniency(grid.machine, grid.masters), None
    elif rater in grid.people:
        column = grid.people[rater]
        calls = grid.counted(column)
        master = _leniency(grid.scores, grid.masters)[column]
        others = _leniency(grid.scores, None)[column]
    else:  # known by disputes alone
        calls = 0
        (master,), (others,) = _leniency(((None,),), (None,)), _leniency(((None,),), None)
    return RaterAgreement(
        rater=rater,
        calls=calls,
        against_master=master,
        against_others=others,
        verdicts=sum(calls for code, _master, calls in said if code != UNDECIDED),
        same=sum(calls for code, agreed, calls in said if code == agreed),
        milder=sum(calls for code, agreed, calls in said if _order(code, agreed) > 0),
        stricter=sum(calls for code, agreed, calls in said if _order(code, agreed) < 0),
    )


@lru_cache(64)
def _leniency(
    scores: tuple[tuple[float | None, ...], ...], master: tuple[float | None, ...] | None
) -> tuple[Leniency, ...]:
    return leniency(scores, master)


def _order(said: Said, master: Said) -> int:
    """Above 0 where more points were given than the master gives, below where fewer."""
    if min(said, master) < FAILED:
        # What does not apply costs nothing; who fails it takes points all the same.
        if {said, master} == {FAILED, NOT_APPLICABLE}:
            return 1 if master == FAILED else -1
        return 0
    return (said > master) - (said < master)


def _alike(grid: _Grid) -> tuple[tuple[Person, ...], Intraclass]:
    """The intraclass correlation of the largest group who scored enough calls together.

    It is of raters who all scored the same calls. Where no group has enough of them, it is of those two who
    have the most.
    """
    columns = sorted(grid.people.values(), key=grid.counted, reverse=True)[:MOST_RATERS]
    together: Mapping[tuple[int, ...], int] = {
        group: sum(all(row[column] is not None for column in group) for row in grid.scores)
        for size in range(2, len(columns) + 1)
        for group in combinations(columns, size)
    }
    if not together:
        return tuple(grid.people), intraclass(grid.scores)
    group = max(together, key=lambda each: _worth(each, together[each]))
    people = tuple(person for person, column in grid.people.items() if column in group)
    rows = tuple(tuple(row[column] for column in group) for row in grid.scores)
    return people, intraclass(rows)


def _worth(group: Sequence[int], calls: int) -> tuple[int, int]:
    return (len(group), calls) if calls >= SCORES else (0, calls)
