"""Lessons in the store (``qa.ports.learning``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, select, update
from sqlalchemy.orm import Session, joinedload

from qa.domain.lesson import (
    Change,
    ChangeCount,
    ChangeQuery,
    ChangeSort,
    Compared,
    Counts,
    HeadFigures,
    Lesson,
    LessonChanged,
    LessonNotFound,
    LessonState,
    Sign,
    Step,
)
from qa.domain.records import CallDetail
from qa.domain.scorecard import Outcome, RubricRef
from qa.domain.wording import Reason
from qa.ports.learning import ChangePage, NewLesson
from qa.store import mapping
from qa.store.calls import whole
from qa.store.review_mapping import clips_from_json, clips_to_json, person
from qa.store.tables import CallRow, LessonChangeRow, LessonRow, LessonStepRow

_BATCH = 100
"""Calls, or changes, that are read or written at a time."""

_SORTED: Mapping[ChangeSort, tuple[Any, ...]] = {
    "criterion": (LessonChangeRow.criterion, LessonChangeRow.before, LessonChangeRow.after),
    "call_id": (CallRow.call_id,),
    "agent_id": (CallRow.agent_id, CallRow.call_id),
    "before": (LessonChangeRow.before, LessonChangeRow.after),
    "after": (LessonChangeRow.after, LessonChangeRow.before),
}


class SqlLessons:
    """Lessons in one transaction.

    Args:
        session: Its transaction must hold the writer's lock for the methods that write.
        public_id: Makes the public id of a new lesson.
    """

    def __init__(self, session: Session, public_id: Callable[[], str]) -> None:
        self._session = session
        self._public_id = public_id

    # --- writing -------------------------------------------------------------------------------

    def add(self, new: NewLesson, changes: Iterable[Change], *, at: datetime) -> Lesson:
        """Store a candidate with what it changes; changes of calls that are gone are left out."""
        row = LessonRow(
            public_id=self._public_id(),
            state=LessonState.CANDIDATE.value,
            revision=1,
            rubric_id=new.rubric.id,
            rubric_version=new.rubric.version,
            rubric_sha256=new.rubric.sha256,
            encoder=new.encoder,
            document=new.document,
            digest=new.digest,
            figures=_figures_to_json(new),
            rescored=new.rescored,
            since=new.since,
            made_at=at,
        )
        self._session.add(row)
        self._session.flush()
        self._step(row.id, LessonState.CANDIDATE, reason="", by=None, at=at)
        part: list[Change] = []
        for each in changes:
            part.append(each)
            if len(part) == _BATCH:
                self._put_changes(row.id, part)
                part = []
        self._put_changes(row.id, part)
        return self.get(row.public_id)

    def move(
        self, lesson: Lesson, state: LessonState, *, reason: str, by: int | None, at: datetime
    ) -> None:
        """Change a lesson's state."""
        moved = self._session.execute(
            update(LessonRow)
            .where(LessonRow.public_id == lesson.public_id, LessonRow.revision == lesson.revision)
            .values(state=state.value, revision=lesson.revision + 1)
            .returning(LessonRow.id)
        ).scalar()
        if moved is None:
            raise LessonChanged(
                f"lesson {lesson.public_id} was decided on meanwhile", hint="look at it again"
            )
        self._step(moved, state, reason=reason, by=by, at=at)

    def _step(
        self, lesson_id: int, state: LessonState, *, reason: str, by: int | None, at: datetime
    ) -> None:
        self._session.add(
            LessonStepRow(lesson_id=lesson_id, state=state.value, reason=reason, at=at, by=by)
        )
        self._session.flush()

    def _put_changes(self, lesson_id: int, changes: list[Change]) -> None:
        names = {each.call for each in changes}
        found = self._session.execute(
            select(CallRow.public_id, CallRow.id).where(CallRow.public_id.in_(names))
        )
        known = {row.public_id: row.id for row in found}
        rows = [
            {
                "lesson_id": lesson_id,
                "call_id": known[each.call],
                "criterion": each.criterion,
                "before": each.before.value,
                "before_points": float(each.before_points),
                "after": each.after.value,
                "after_points": float(each.after_points),
                "max_points": float(each.max_points),
                "reason_code": each.reason.code,
                "reason_params": dict(each.reason.params),
                "evidence": clips_to_json(each.evidence),
            }
            for each in changes
            if each.call in known
        ]
        if rows:
            self._session.execute(insert(LessonChangeRow), rows)

    # --- reading -------------------------------------------------------------------------------

    def every(self) -> tuple[Lesson, ...]:
        """All lessons, the latest made first."""
        return self._read()

    def get(self, lesson: str) -> Lesson:
        """One lesson."""
        found = self._read(LessonRow.public_id == lesson)
        if not found:
            raise LessonNotFound(f"no lesson has the id {lesson}", hint="run: qa learn list")
        return found[0]

    def in_use(self) -> Lesson | None:
        """The lesson in use; ``None`` where the heads that ship are alone."""
        return next(iter(self._read(LessonRow.state == LessonState.IN_USE.value)), None)

    def document(self, lesson: str) -> str:
        """The heads of a lesson, as they are kept."""
        text = self._session.scalar(select(LessonRow.document).where(LessonRow.public_id == lesson))
        if text is None:
            raise LessonNotFound(f"no lesson has the id {lesson}", hint="run: qa learn list")
        return text

    def changes(self, lesson: str, query: ChangeQuery) -> ChangePage:
        """One page of what a lesson changes."""
        of = [LessonRow.public_id == lesson]
        if query.criterion is not None:
            of.append(LessonChangeRow.criterion == query.criterion)
        total = self._session.scalar(_changes(func.count(LessonChangeRow.id)).where(*of)) or 0
        order = [each.desc() if query.descending else each.asc() for each in _SORTED[query.sort]]
        wanted = (
            _changes(LessonChangeRow, CallRow.public_id, CallRow.call_id, CallRow.agent_id)
            .where(*of)
            .order_by(*order, LessonChangeRow.id)
        )
        if query.page_size:
            first = (max(query.page, 1) - 1) * query.page_size
            wanted = wanted.limit(query.page_size).offset(first)
        rows = self._session.execute(wanted)
        return ChangePage(tuple(_change(*row) for row in rows), total)

    def counts(self, lesson: str) -> tuple[ChangeCount, ...]:
        """What a lesson changes, counted by criterion and by both outcomes."""
        by = (LessonChangeRow.criterion, LessonChangeRow.before, LessonChangeRow.after)
        rows = self._session.execute(
            _changes(*by, func.count(LessonChangeRow.id))
            .where(LessonRow.public_id == lesson)
            .group_by(*by)
            .order_by(*by)
        )
        return tuple(
            ChangeCount(criterion, Outcome(before), Outcome(after), calls)
            for criterion, before, after, calls in rows
        )

    def heard(self, rubric_id: str, since: datetime) -> Iterator[CallDetail]:
        """Calls that were scored by a rubric from a moment on and heard, oldest first."""
        last = 0
        while True:
            rows = self._session.scalars(
                whole()
                .where(*_scored(rubric_id, since), CallRow.id > last)
                .order_by(CallRow.id)
                .limit(_BATCH)
            ).all()
            if not rows:
                return
            last = rows[-1].id
            yield from map(mapping.call_detail, rows)
            # What was read is let go, or a month would end in memory.
            self._session.expunge_all()

    def count_heard(self, rubric_id: str, since: datetime) -> int:
        """How many they are."""
        wanted = select(func.count(CallRow.id)).where(*_scored(rubric_id, since))
        return self._session.scalar(wanted) or 0

    def _read(self, *which: ColumnElement[bool]) -> tuple[Lesson, ...]:
        rows = self._session.scalars(
            select(LessonRow).where(*which).order_by(LessonRow.made_at.desc(), LessonRow.id.desc())
        ).all()
        steps: dict[int, list[Step]] = {}
        for each in self._session.scalars(
            select(LessonStepRow)
            .options(joinedload(LessonStepRow.author))
            .where(LessonStepRow.lesson_id.in_([row.id for row in rows]))
            .order_by(LessonStepRow.id)
        ):
            steps.setdefault(each.lesson_id, []).append(_step_of(each))
        return tuple(_lesson(row, tuple(steps.get(row.id, ()))) for row in rows)


def _scored(rubric_id: str, since: datetime) -> tuple[ColumnElement[bool], ...]:
    return CallRow.rubric_id == rubric_id, CallRow.scored_at >= since


def _changes(*columns: Any) -> Select[Any]:
    """Of a lesson's changes, joined with the lesson and the calls."""
    return (
        select(*columns)
        .select_from(LessonChangeRow)
        .join(LessonRow, LessonRow.id == LessonChangeRow.lesson_id)
        .join(CallRow, CallRow.id == LessonChangeRow.call_id)
    )


# --- rows to the domain's objects --------------------------------------------------------------


def _lesson(row: LessonRow, steps: tuple[Step, ...]) -> Lesson:
    return Lesson(
        public_id=row.public_id,
        state=LessonState(row.state),
        revision=row.revision,
        rubric=RubricRef(row.rubric_id, row.rubric_version, row.rubric_sha256),
        encoder=row.encoder,
        digest=row.digest,
        figures=tuple(map(_figures, row.figures["heads"])),
        left=tuple(Reason(each["code"], each["params"]) for each in row.figures["left"]),
        rescored=row.rescored,
        since=row.since,
        made_at=row.made_at,
        steps=steps,
    )


def _step_of(row: LessonStepRow) -> Step:
    author = person(row.author) if row.author else None
    return Step(LessonState(row.state), row.at, author, row.reason)


def _change(row: LessonChangeRow, public_id: str, call_id: str, agent_id: str | None) -> Change:
    return Change(
        call=public_id,
        call_id=call_id,
        agent_id=agent_id,
        criterion=row.criterion,
        before=Outcome(row.before),
        before_points=row.before_points,
        after=Outcome(row.after),
        after_points=row.after_points,
        max_points=row.max_points,
        reason=Reason(row.reason_code, row.reason_params),
        evidence=clips_from_json(row.evidence),
    )


def _figures_to_json(new: NewLesson) -> dict[str, Any]:
    return {
        "heads": [
            {
                "head": each.head,
                "criteria": list(each.criteria),
                "learnt": {
                    language: {sign.value: count for sign, count in signs.items()}
                    for language, signs in each.learnt.items()
                },
                "calls": each.calls,
                "split_at": each.split_at.isoformat(),
                "later": {name: _compared_to_json(part) for name, part in each.later.items()},
                "bank": {name: _compared_to_json(part) for name, part in each.bank.items()},
            }
            for each in new.figures
        ],
        "left": [{"code": each.code, "params": dict(each.params)} for each in new.left],
    }


def _compared_to_json(each: Compared) -> dict[str, Any]:
    return {
        "positives": each.positives,
        "negatives": each.negatives,
        "before": [each.before.hits, each.before.false],
        "after": [each.after.hits, each.after.false],
        "repeated": each.repeated,
    }


def _figures(kept: Mapping[str, Any]) -> HeadFigures:
    return HeadFigures(
        head=kept["head"],
        criteria=tuple(kept["criteria"]),
        learnt={
            language: {Sign(sign): count for sign, count in signs.items()}
            for language, signs in kept["learnt"].items()
        },
        calls=kept["calls"],
        split_at=datetime.fromisoformat(kept["split_at"]),
        later={name: _compared(part) for name, part in kept["later"].items()},
        bank={name: _compared(part) for name, part in kept["bank"].items()},
    )


def _compared(kept: Mapping[str, Any]) -> Compared:
    return Compared(
        kept["positives"],
        kept["negatives"],
        Counts(*kept["before"]),
        Counts(*kept["after"]),
        kept["repeated"],
    )
