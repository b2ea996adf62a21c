"""A lesson made: heads trained from corrections, and the verdicts of the last month that they would change."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from qa.domain.access import Action, Actor, require
from qa.domain.detectors.base import Semantics
from qa.domain.dialogue import Dialogue
from qa.domain.learnable import Learnable, heads_of, learnables
from qa.domain.lesson import Change, Lesson, LessonChanged, NothingLearned
from qa.domain.records import CallDetail
from qa.domain.rubric import Criterion, Rubric
from qa.domain.scorecard import Verdict
from qa.domain.scoring import judge
from qa.domain.wording import Reason
from qa.ports import Clock, UnitOfWorkFactory
from qa.ports.learning import HeadTrainer, NewLesson
from qa.services.learning.examples import told
from qa.services.learning.training import Learnt, learn_head
from qa.services.rubrics import RubricSource
from qa.services.score_text import CaseOf


class Watcher(Protocol):
    """Looks on while a lesson is made."""

    def heads(self, names: Sequence[str]) -> None:
        """These heads are trained now."""

    def trained(self, name: str) -> None:
        """One of them is done, whether it learnt or not."""

    def calls(self, count: int) -> None:
        """So many calls are judged again now."""

    def judged(self) -> None:
        """One of them is done."""


@dataclass(frozen=True, slots=True)
class Lab:
    """What a lesson is made with.

    Attributes:
        source: The rubric in use.
        golden: Written calls with the right verdicts that no head is tried on.
        case_of: Makes cases without any model.
        base: Public id of the lesson in use, whose heads the trainer begins with; ``None`` for those that ship.
    """

    source: RubricSource
    trainer: HeadTrainer
    golden: Sequence[Dialogue]
    case_of: CaseOf
    base: str | None = None


def make_lesson(
    open_store: UnitOfWorkFactory,
    clock: Clock,
    actor: Actor,
    lab: Lab,
    watcher: Watcher,
    *,
    criteria: Collection[str] = (),
    since: datetime,
) -> Lesson:
    """Train what people's decisions have taught, judge the latest calls with it, and keep it as a candidate.

    Nothing is locked while it trains and judges: what is decided meanwhile is for the next lesson.

    Args:
        open_store: Opens the store.
        clock: Dates it.
        actor: Who asks.
        lab: What it is made with.
        watcher: Looks on.
        criteria: Only these; all that ask a head where none is named.
        since: From when on scored calls are judged again.

    Raises:
        NotAllowed: The actor does not calibrate.
        NothingLearned: No head can be trained, or none is better than what is in use.
        LessonChanged: Other heads came into use while it was made.
    """
    require(actor, Action.CALIBRATE)
    rubric = lab.source.rubric
    asked = _asked(rubric, criteria)
    with open_store() as unit:
        said = told(unit, rubric.ref.id, asked)
    by_head: dict[str, list[Learnable]] = {}
    for each in asked:
        by_head.setdefault(each.head.name, []).append(each)
    watcher.heads(tuple(by_head))
    learnt: list[Learnt] = []
    left: list[Reason] = []
    for name, group in by_head.items():
        own = [each for each in said if each.example.head == name]
        result = learn_head(group, own, lab.golden, lab.trainer, lab.case_of)
        if isinstance(result, Learnt):
            learnt.append(result)
        else:
            left.append(result)
        watcher.trained(name)
    if not learnt:
        raise NothingLearned(
            "nothing was learnt from what people decided",
            "what each head lacks is said beside it; decide more calls, then try again",
            left,
        )
    document, digest = lab.trainer.document([each.head.name for each in learnt])
    changes, rescored = _rescored(open_store, lab, document, since, watcher)
    new = NewLesson(
        rubric=rubric.ref,
        encoder=lab.trainer.encoder,
        document=document,
        digest=digest,
        figures=[each.figures for each in learnt],
        left=left,
        rescored=rescored,
        since=since,
    )
    with open_store(writes=True) as unit:
        in_use = unit.lessons.in_use()
        if lab.base != (in_use.public_id if in_use else None):
            raise LessonChanged(
                "other heads came into use while the lesson was made", hint="run qa learn again"
            )
        unit.rubrics.keep(rubric.ref, lab.source.text)
        lesson = unit.lessons.add(new, changes, at=clock.now())
        unit.commit()
    return lesson


def _asked(rubric: Rubric, criteria: Collection[str]) -> tuple[Learnable, ...]:
    every = learnables(rubric)
    asked = tuple(each for each in every if not criteria or each.criterion in criteria)
    if not every:
        raise NothingLearned(
            f"no criterion of rubric {rubric.ref.id} asks a head",
            "write `- head: {name: NAME}` beside the phrases of a criterion; see docs/learning.md",
            [],
        )
    unknown = sorted(set(criteria) - {each.criterion for each in every})
    if unknown:
        raise NothingLearned(
            f"{', '.join(unknown)}: no such criterion of rubric {rubric.ref.id} asks a head",
            f"these do: {', '.join(dict.fromkeys(each.criterion for each in every))}",
            [],
        )
    return asked


# --- the last month ----------------------------------------------------------------------------


def _rescored(
    open_store: UnitOfWorkFactory, lab: Lab, document: str, since: datetime, watcher: Watcher
) -> tuple[list[Change], int]:
    """Every verdict that would be another one, and how many calls were judged; no sound is needed."""
    now, then = lab.trainer.semantics(None), lab.trainer.semantics(document)
    asking = tuple(each for each in lab.source.rubric.criteria if any(heads_of(each)))
    changes: list[Change] = []
    count = 0
    with open_store() as unit:
        watcher.calls(unit.lessons.count_heard(lab.source.rubric.ref.id, since))
        for call in unit.lessons.heard(lab.source.rubric.ref.id, since):
            changes += changes_of(call, asking, lab.case_of, now, then)
            count += 1
            watcher.judged()
    return changes, count


def changes_of(
    call: CallDetail,
    criteria: Sequence[Criterion],
    case_of: CaseOf,
    now: Semantics,
    then: Semantics,
) -> Iterator[Change]:
    """What would be judged otherwise in a call that was heard."""
    if call.hearing is None:
        return
    bare = case_of(call.record, call.hearing.transcript, call.hearing.signals)
    before, after = (replace(bare, semantics=each) for each in (now, then))
    for criterion in criteria:
        was, would = judge(criterion, before), judge(criterion, after)
        if (was.outcome, was.points) != (would.outcome, would.points):
            yield _change(call, was, would)


def _change(call: CallDetail, was: Verdict, would: Verdict) -> Change:
    return Change(
        call=call.public_id,
        call_id=call.record.call_id,
        agent_id=call.record.agent_id,
        criterion=would.criterion,
        before=was.outcome,
        before_points=was.points,
        after=would.outcome,
        after_points=would.points,
        max_points=would.max_points,
        reason=would.reason,
        evidence=would.evidence,
    )
