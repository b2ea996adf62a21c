"""Licences: looked at once a week, and set by hand where an admin knows better.

Whatever changes a level is in the history with the figures that there were.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from qa.domain.access import Action, Actor, require
from qa.domain.errors import Conflict, NotFound
from qa.domain.faults import invalid
from qa.domain.licence import Cause, Decision, Level, Terms, decide
from qa.domain.people import Person
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.ports.licences import Licence, LicenceChange
from qa.services.browse import RubricTexts
from qa.services.drift_weeks import uncounted_weeks
from qa.services.licences.evidence import Seen, read_weeks, to_json, week_of
from qa.services.licences.provisional import unlicensed

NOTE_LIMIT = 1_000
"""Characters of the reason for a level that is set by hand."""
BY_HAND = "by_hand"
"""Cause of a change that a person made."""
RELEASED = "released"
"""Cause that a level which was set by hand is left to the figures again."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a weekly look came to.

    Attributes:
        week: The Monday up to which reviews were looked at.
        decided: How many criteria it was about; 0 where the week's look was done before.
        changes: Levels that changed.
    """

    week: datetime
    decided: int
    changes: tuple[LicenceChange, ...]


def review_licences(
    open_store: UnitOfWorkFactory, rubrics: RubricTexts, clock: Clock, actor: Actor, terms: Terms
) -> Looked:
    """Decide every licence on the random reviews of the weeks before this one; again in a week, do nothing.

    Every criterion of every rubric in use is decided, whether or not licensing is on: the figures are worth
    knowing before it is turned on.

    Raises:
        NotAllowed: The actor does not manage licences.
    """
    require(actor, Action.MANAGE_LICENCES)
    now = clock.now()
    week = week_of(now)
    with open_store() as unit:
        due = _due(unit, rubrics, week)
        if not due:
            return Looked(week, 0, ())
        # All that takes time is read before anybody's writing has to wait for it.
        weekly = read_weeks(unit, rubrics, week, terms)
        weeks = uncounted_weeks(unit, now)
    with open_store(writes=True) as unit:
        # Another one may have looked while nothing was locked.
        due = _due(unit, rubrics, week)
        held = unit.licences.every()
        licences, changes = [], []
        for key in due:
            before = held.get(key) or Licence(*key, Level.HUMAN_ONLY, changed_at=now)
            after, change = _decided(before, weekly.seen(key, terms), terms, now)
            licences.append(after)
            changes += [change] if change else []
        unit.weeks.keep(weeks, at=now)
        unit.licences.put(licences)
        unit.licences.log(changes)
        unit.commit()
    return Looked(week, len(due), tuple(changes))


def _due(unit: UnitOfWork, rubrics: RubricTexts, week: datetime) -> tuple[tuple[str, str], ...]:
    """What was not decided since the week began."""
    held = unit.licences.every()
    done = {key for key, each in held.items() if each.decided_at and each.decided_at >= week}
    return tuple(key for key in _criteria(unit, rubrics) if key not in done)


def _criteria(unit: UnitOfWork, rubrics: RubricTexts) -> Iterator[tuple[str, str]]:
    for rubric_id, ref in unit.licences.rubrics().items():
        rubric = rubrics.of(unit, ref)
        for criterion in rubric.criteria if rubric else ():
            yield rubric_id, criterion.id


def _decided(
    before: Licence, looks: Sequence[Seen], terms: Terms, now: datetime
) -> tuple[Licence, LicenceChange | None]:
    decision = decide(before.level, [each.look for each in looks], terms)
    figures = to_json(looks)
    kept = replace(before, decided_at=now, figures=figures)
    if not decision.changed or (before.held and not _overrules(decision)):
        return kept, None
    after = replace(kept, level=decision.level, changed_at=now, held=False)
    return after, LicenceChange(
        rubric_id=before.rubric_id,
        criterion=before.criterion,
        before=before.level,
        after=decision.level,
        cause=decision.cause.value,
        figures=figures,
        at=now,
    )


def _overrules(decision: Decision) -> bool:
    """Whether figures take away even what somebody gave by hand: they show harm, not a lack of reviews."""
    return decision.cause is Cause.DRIFTED


def unlicensed_rubrics(
    open_store: UnitOfWorkFactory, rubrics: RubricTexts, *, licensing: bool
) -> frozenset[str]:
    """Ids of the rubrics in use of which the machine may not settle every criterion; none with licensing off."""
    if not licensing:
        return frozenset()
    with open_store() as unit:
        return frozenset(
            rubric_id
            for rubric_id, ref in unit.licences.rubrics().items()
            if unlicensed(unit, rubrics.of(unit, ref))
        )


# --- by hand -----------------------------------------------------------------------------------


def set_licence(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    key: tuple[str, str],
    *,
    level: Level | None,
    note: str,
    seen: Level | None = None,
) -> Licence:
    """Set a level by hand, or leave it to the figures again.

    What is set by hand stays until it is given back to the figures, or they show that the machine drifted.

    Args:
        open_store: The store.
        rubrics: The texts of the rubrics.
        clock: Dates it.
        actor: Who does it.
        key: Id of the rubric, and of one of its criteria.
        level: ``None`` to leave the level as it is to the figures.
        note: Why; it is in the history.
        seen: The level that the page showed; ``None`` not to compare.

    Raises:
        NotAllowed: The actor does not manage licences.
        NotFound: No rubric in use has this criterion.
        InputInvalid: There is no reason, or it is too long.
        Conflict: The level is another one by now.
    """
    require(actor, Action.MANAGE_LICENCES)
    reason = _checked(note)
    with open_store(writes=True) as unit:
        now = clock.now()
        if key not in set(_criteria(unit, rubrics)):
            raise NotFound(f"rubric {key[0]} is not in use, or has no criterion {key[1]}")
        before = unit.licences.every().get(key) or Licence(*key, Level.HUMAN_ONLY, changed_at=now)
        if seen is not None and seen is not before.level:
            raise Conflict(
                f"{key[1]} is {before.level.value} by now", hint="look at its figures again"
            )
        after = replace(before, level=level or before.level, held=level is not None)
        if after == before:
            return before
        if after.level is not before.level:
            after = replace(after, changed_at=now)
        unit.licences.put([after])
        unit.licences.log(
            [
                LicenceChange(
                    *key,
                    before=before.level,
                    after=after.level,
                    cause=BY_HAND if level is not None else RELEASED,
                    figures=before.figures,
                    at=now,
                    note=reason,
                    by=_person(unit, actor),
                )
            ]
        )
        unit.commit()
        return after


def _checked(note: str) -> str:
    reason = note.strip()
    if not reason:
        raise invalid("note", "form.required")
    if len(reason) > NOTE_LIMIT:
        raise invalid("note", "form.too_long", length=len(reason), limit=NOTE_LIMIT)
    return reason


def _person(unit: UnitOfWork, actor: Actor) -> Person | None:
    if actor.user_id is None:
        return None
    return unit.people.persons([actor.user_id])[actor.user_id]
