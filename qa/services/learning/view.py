"""The pages of lessons: all of them, and one with what it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qa.domain.access import Action, Actor, require
from qa.domain.learnable import Learnable, learnables
from qa.domain.lesson import ChangeCount, ChangeQuery, Lesson, LessonState, is_outdated
from qa.domain.rubric import Rubric
from qa.domain.wording import Text
from qa.ports import UnitOfWorkFactory
from qa.ports.learning import ChangePage
from qa.services.browse import RubricTexts


@dataclass(frozen=True, slots=True)
class LessonsPage:
    """All lessons.

    Attributes:
        lessons: The latest made first.
        asked: What of the rubric in use can learn.
        titles: Of its criteria.
    """

    lessons: tuple[Lesson, ...]
    asked: tuple[Learnable, ...]
    titles: Mapping[str, Text]

    @property
    def in_use(self) -> Lesson | None:
        """The lesson in use; ``None`` where the heads that ship are alone."""
        return next((each for each in self.lessons if each.state is LessonState.IN_USE), None)


@dataclass(frozen=True, slots=True)
class LessonPage:
    """One lesson.

    Attributes:
        titles: Of the criteria of the rubric that it was made with; none where its text cannot be read.
        counts: What changes, of all criteria.
        changes: One page of what changes.
        instead: The lesson that would be retired if this one were accepted.
        outdated: Whether it was made upon other heads than those in use now.
    """

    lesson: Lesson
    titles: Mapping[str, Text]
    counts: tuple[ChangeCount, ...]
    changes: ChangePage
    instead: Lesson | None
    outdated: bool


def lessons_page(open_store: UnitOfWorkFactory, actor: Actor, rubric: Rubric) -> LessonsPage:
    """All lessons. Raises ``NotAllowed``."""
    require(actor, Action.CALIBRATE)
    with open_store() as unit:
        return LessonsPage(unit.lessons.every(), learnables(rubric), _titles(rubric))


def every_lesson(open_store: UnitOfWorkFactory, actor: Actor) -> tuple[Lesson, ...]:
    """All lessons, the latest made first. Raises ``NotAllowed``."""
    require(actor, Action.CALIBRATE)
    with open_store() as unit:
        return unit.lessons.every()


def lesson_page(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    actor: Actor,
    public_id: str,
    query: ChangeQuery,
) -> LessonPage:
    """One lesson with a page of what it changes. Raises ``NotAllowed`` and ``LessonNotFound``."""
    require(actor, Action.CALIBRATE)
    with open_store() as unit:
        lesson = unit.lessons.get(public_id)
        in_use = unit.lessons.in_use() if lesson.state.may_be_accepted else None
        return LessonPage(
            lesson,
            _titles(rubrics.of(unit, lesson.rubric)),
            unit.lessons.counts(public_id),
            unit.lessons.changes(public_id, query),
            in_use,
            is_outdated(lesson, unit.lessons.every()),
        )


def every_change(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    actor: Actor,
    public_id: str,
    query: ChangeQuery,
) -> LessonPage:
    """One lesson with all that it changes, for a table. Raises ``NotAllowed`` and ``LessonNotFound``."""
    everything = ChangeQuery(query.criterion, query.sort, query.descending, page_size=0)
    return lesson_page(open_store, rubrics, actor, public_id, everything)


def _titles(rubric: Rubric | None) -> dict[str, Text]:
    return {each.id: each.title for each in rubric.criteria} if rubric else {}
