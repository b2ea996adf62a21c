"""How criteria are to be read: said once, dated, and shown wherever somebody scores by the rubric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qa.domain.access import Action, Actor, require, require_account
from qa.domain.clarification import TEXT_LIMIT as CLARIFICATION_LIMIT
from qa.domain.clarification import Clarification
from qa.domain.faults import invalid
from qa.domain.rubric import Rubric
from qa.domain.written import written
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class ClarificationDraft:
    """What somebody entered; ``calibration`` is the public id of the session that it came from, if any."""

    criterion: str
    text: str
    calibration: str | None = None


def clarify(
    open_store: UnitOfWorkFactory,
    clock: Clock,
    actor: Actor,
    rubric: Rubric,
    draft: ClarificationDraft,
) -> Clarification:
    """Say how a criterion of a rubric is to be read; the same sent twice is said once.

    Raises:
        NotAllowed: The actor does not calibrate, or has no account to sign with.
        InputInvalid: The text cannot be taken (``text``), or there is no such criterion (``criterion``).
        CalibrationNotFound: There is no such session.
    """
    require(actor, Action.CALIBRATE)
    author_id = require_account(actor)
    text = written(draft.text, field="text", limit=CLARIFICATION_LIMIT)
    if rubric.criterion(draft.criterion) is None:
        raise invalid("criterion", "clarification.no_such_criterion")
    with open_store(writes=True) as unit:
        if draft.calibration is not None:
            unit.calibrations.get(draft.calibration)
        for each in standing(unit, rubric.ref.id).get(draft.criterion, ()):
            if each.text == text:
                return each
        made = unit.calibrations.add_clarification(
            rubric_id=rubric.ref.id,
            criterion=draft.criterion,
            text=text,
            calibration=draft.calibration,
            author_id=author_id,
            at=clock.now(),
        )
        unit.commit()
        return made


def withdraw(open_store: UnitOfWorkFactory, clock: Clock, actor: Actor, public_id: str) -> None:
    """Take a clarification back; it stays in the history.

    Raises:
        NotAllowed: The actor does not calibrate, or has no account to sign with.
        ClarificationNotFound: There is no such clarification.
    """
    require(actor, Action.CALIBRATE)
    author_id = require_account(actor)
    with open_store(writes=True) as unit:
        unit.calibrations.clarification(public_id)
        unit.calibrations.withdraw_clarification(public_id, by=author_id, at=clock.now())
        unit.commit()


def list_clarifications(
    open_store: UnitOfWorkFactory,
    actor: Actor,
    rubric_id: str | None = None,
    *,
    withdrawn: bool = False,
) -> tuple[Clarification, ...]:
    """Clarifications of a rubric, or of all, the latest first. Raises ``NotAllowed``."""
    require(actor, Action.CALIBRATE)
    with open_store() as unit:
        return unit.calibrations.clarifications(rubric_id, withdrawn=withdrawn)


def standing(unit: UnitOfWork, rubric_id: str) -> Mapping[str, tuple[Clarification, ...]]:
    """By criterion, how it is to be read now, the latest first; for a page that is in a transaction."""
    found: dict[str, tuple[Clarification, ...]] = {}
    for each in unit.calibrations.clarifications(rubric_id):
        found[each.criterion] = (*found.get(each.criterion, ()), each)
    return found
