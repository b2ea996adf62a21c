"""What random reviews say of the machine, week by week, and how it is kept with a decision that it caused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from qa.domain.licence import Look, Terms
from qa.domain.rubric import Criterion
from qa.domain.scorecard import Outcome, RubricRef
from qa.ports import UnitOfWork
from qa.ports.licences import Judged
from qa.services.browse import RubricTexts
from qa.statistics.skill import Beside, evidence

Tables = Mapping[tuple[str, str], Beside]
"""By rubric id and criterion."""

WEEK = timedelta(weeks=1)
_NOTHING = Beside()


def week_of(at: datetime) -> datetime:
    """When the week of a moment began: Monday, midnight UTC, wherever the reader is."""
    day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look at a criterion was of: its whole window, and the latest weeks of that."""

    window: Beside
    recent: Beside

    @property
    def look(self) -> Look:
        """Its figures."""
        return Look(evidence(self.window), evidence(self.recent))


def beside(judged: Iterable[Judged]) -> dict[tuple[str, str], Beside]:
    """Counts of what a machine and people said, as the two-by-two tables that a licence rests on.

    The machine is right where it says what the person says, on a scale with the same points. It is wrong where
    it misses a failure, where it does not pass what the person passes, and where it fails what does not apply.
    What either leaves open is not counted, for it goes to a person anyway; nor is what neither fails and the
    person takes for not applicable, which would make a machine look good on a criterion that rarely applies.
    """
    found: dict[tuple[str, str], Beside] = {}
    for each in judged:
        table = _cell(each)
        if table is not None:
            key = (each.rubric.id, each.criterion)
            found[key] = added((found.get(key, _NOTHING), table))
    return found


def _cell(said: Judged) -> Beside | None:
    machine, person, n = said.machine, said.person, said.calls
    if machine in (Outcome.CANNOT_JUDGE, Outcome.NOT_MEASURABLE):
        return None
    if person is Outcome.FAIL:
        failed = machine is Outcome.FAIL
        return Beside(both_fail=n) if failed else Beside(only_person=n)
    if person is Outcome.PASS:
        passed = machine is Outcome.PASS and said.same
        return Beside(both_pass=n) if passed else Beside(only_machine=n)
    if person is Outcome.NOT_APPLICABLE and machine is Outcome.FAIL:
        return Beside(only_machine=n)
    return None


def added(tables: Iterable[Beside]) -> Beside:
    """Several tables as one."""
    sums = [0, 0, 0, 0]
    for each in tables:
        counts = (each.both_fail, each.only_person, each.only_machine, each.both_pass)
        sums = [total + count for total, count in zip(sums, counts, strict=True)]
    return Beside(*sums)


@dataclass(frozen=True, slots=True)
class Weekly:
    """The tables of past weeks, the latest last."""

    weeks: Sequence[Tables]

    def seen(self, key: tuple[str, str], terms: Terms) -> tuple[Seen, ...]:
        """The last looks at a criterion, the latest last."""
        course = [week.get(key, _NOTHING) for week in self.weeks]
        looks = []
        for back in range(min(terms.looks, len(course)) - 1, -1, -1):
            until = len(course) - back
            window = course[max(0, until - terms.window_weeks) : until]
            looks.append(Seen(added(window), added(window[-terms.recent_weeks :])))
        return tuple(looks)


def read_weeks(unit: UnitOfWork, rubrics: RubricTexts, until: datetime, terms: Terms) -> Weekly:
    """The weeks that the looks up to a Monday are of.

    A criterion whose rule was changed begins anew: what people said of the former rule says nothing of it.
    """
    count = terms.window_weeks + terms.looks - 1
    newest = unit.licences.rubrics()
    weeks = []
    for back in range(count, 0, -1):
        judged = unit.licences.judged(until - back * WEEK, until - (back - 1) * WEEK)
        weeks.append(beside(each for each in judged if _still_holds(unit, rubrics, each, newest)))
    return Weekly(weeks)


def _still_holds(
    unit: UnitOfWork, rubrics: RubricTexts, said: Judged, newest: Mapping[str, RubricRef]
) -> bool:
    """Whether a criterion is decided now as it was then."""
    now = newest.get(said.rubric.id)
    if now is None or now.sha256 == said.rubric.sha256:
        return now is not None
    old, new = (rubrics.of(unit, ref) for ref in (said.rubric, now))
    if old is None or new is None:
        return False
    before, after = old.criterion(said.criterion), new.criterion(said.criterion)
    return before is not None and after is not None and _rule(before) == _rule(after)


def _rule(criterion: Criterion) -> tuple[object, ...]:
    """All of a criterion that decides an outcome; its wording may be mended."""
    return (
        criterion.applies_if,
        criterion.pass_if,
        criterion.fail_if,
        criterion.when_absent,
        criterion.min_confidence,
        [(level.share, level.holds_if) for level in criterion.levels],
    )


# --- kept with a decision ----------------------------------------------------------------------


def to_json(looks: Sequence[Seen]) -> dict[str, Any]:
    """The latest look as it is kept: its counts, and the figures that were made of them then."""
    if not looks:
        return {}
    now = looks[-1]
    return {
        "window": asdict(now.window),
        "recent": asdict(now.recent),
        "figures": {
            measure.value: asdict(bounds) for measure, bounds in now.look.window.figures.items()
        },
    }


def from_json(kept: Mapping[str, Any] | None) -> Seen | None:
    """The counts of a look that was kept."""
    if not kept:
        return None
    return Seen(Beside(**kept["window"]), Beside(**kept["recent"]))
