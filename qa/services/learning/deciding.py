"""Lessons taken up, rejected and given up again. What was scored stays as it is; what is scored next is not."""

from __future__ import annotations

from qa.domain.access import Action, Actor, require
from qa.domain.faults import invalid
from qa.domain.lesson import REASON_LIMIT, Lesson, LessonChanged, LessonState, is_outdated
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory


def accept(
    open_store: UnitOfWorkFactory,
    clock: Clock,
    actor: Actor,
    public_id: str,
    *,
    revision: int | None = None,
    encoder: str | None,
) -> Lesson:
    """Put a lesson to use, a candidate or one that was in use before; the one in use so far is retired.

    Args:
        open_store: Opens the store.
        clock: Dates it.
        actor: Who takes it up.
        public_id: Of the lesson.
        revision: That the page showed; ``None`` not to compare.
        encoder: Name and revision of the encoder in use; ``None`` where none is.

    Raises:
        NotAllowed: The actor does not calibrate.
        LessonNotFound: There is no such lesson.
        LessonChanged: It was decided on meanwhile, is in use or was rejected, belongs to another encoder, or was
            made upon other heads than those in use now.
    """
    require(actor, Action.CALIBRATE)
    with open_store(writes=True) as unit:
        lesson = _as_seen(unit, public_id, revision)
        if not lesson.state.may_be_accepted:
            raise LessonChanged(
                f"lesson {public_id} is {lesson.state.value.replace('_', ' ')} already",
                hint="look at it again",
            )
        if lesson.encoder != encoder:
            raise LessonChanged(
                f"the heads of lesson {public_id} are of {lesson.encoder}, which is not the encoder in use",
                hint="train a new one with: qa learn",
            )
        if is_outdated(lesson, unit.lessons.every()):
            raise LessonChanged(
                f"other heads came into use since lesson {public_id} was made",
                hint="make a new one with: qa learn",
            )
        now = clock.now()
        before = unit.lessons.in_use()
        if before is not None:
            unit.lessons.move(before, LessonState.RETIRED, reason="", by=actor.user_id, at=now)
        unit.lessons.move(lesson, LessonState.IN_USE, reason="", by=actor.user_id, at=now)
        unit.commit()
        return unit.lessons.get(public_id)


def reject(
    open_store: UnitOfWorkFactory,
    clock: Clock,
    actor: Actor,
    public_id: str,
    *,
    reason: str,
    revision: int | None = None,
) -> Lesson:
    """Turn a candidate down, for good.

    Raises:
        NotAllowed: The actor does not calibrate.
        LessonNotFound: There is no such lesson.
        LessonChanged: It was decided on meanwhile, or is no candidate.
        InputInvalid: The reason is empty or too long.
    """
    require(actor, Action.CALIBRATE)
    why = _checked(reason, needed=True)
    with open_store(writes=True) as unit:
        lesson = _as_seen(unit, public_id, revision)
        if lesson.state is not LessonState.CANDIDATE:
            raise LessonChanged(
                f"lesson {public_id} is {lesson.state.value.replace('_', ' ')} already",
                hint="look at it again",
            )
        now = clock.now()
        unit.lessons.move(lesson, LessonState.REJECTED, reason=why, by=actor.user_id, at=now)
        unit.commit()
        return unit.lessons.get(public_id)


def give_up(
    open_store: UnitOfWorkFactory,
    clock: Clock,
    actor: Actor,
    public_id: str,
    *,
    reason: str = "",
    revision: int | None = None,
) -> Lesson:
    """Go back to the heads that ship: the lesson in use is retired, and can be taken up again.

    Raises:
        NotAllowed: The actor does not calibrate.
        LessonNotFound: There is no such lesson.
        LessonChanged: It was decided on meanwhile, or is not in use.
        InputInvalid: The reason is too long.
    """
    require(actor, Action.CALIBRATE)
    why = _checked(reason, needed=False)
    with open_store(writes=True) as unit:
        lesson = _as_seen(unit, public_id, revision)
        if lesson.state is not LessonState.IN_USE:
            raise LessonChanged(f"lesson {public_id} is not in use", hint="look at it again")
        now = clock.now()
        unit.lessons.move(lesson, LessonState.RETIRED, reason=why, by=actor.user_id, at=now)
        unit.commit()
        return unit.lessons.get(public_id)


def _as_seen(unit: UnitOfWork, public_id: str, revision: int | None) -> Lesson:
    lesson = unit.lessons.get(public_id)
    if revision is not None and revision != lesson.revision:
        raise LessonChanged(
            f"lesson {public_id} was decided on meanwhile", hint="look at it as it is now"
        )
    return lesson


def _checked(reason: str, *, needed: bool) -> str:
    why = reason.strip()
    if needed and not why:
        raise invalid("reason", "lesson.reason_needed")
    if len(why) > REASON_LIMIT:
        raise invalid("reason", "form.too_long", length=len(why), limit=REASON_LIMIT)
    return why
