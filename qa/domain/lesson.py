"""Lessons: heads that learn from what people decided, tried on what they decided later, and taken up by a person.

A lesson is a candidate until somebody accepts or rejects it::

    candidate -> in_use    new scores are made with its heads
              -> rejected  it never was
    in_use    -> retired   another lesson, or the heads that ship, are in use
    retired   -> in_use    it was taken back

At most one is in use. Scores that were made stay as they are: what a lesson changes is what is scored afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, get_args

from qa.domain.errors import Conflict, NotFound
from qa.domain.people import Person
from qa.domain.scorecard import Evidence, Outcome, RubricRef
from qa.domain.wording import Reason

REASON_LIMIT = 1_000
"""Characters of the reason for a rejection."""

TEST_SHARE = 0.25
"""Of what was decided, the latest part is kept from training and tried on."""
TEST_LEAST = 8
"""Sentences of each sign that the later part must hold: with fewer, one by luck decides."""
TRAIN_LEAST = 12
"""Sentences of each sign that must be left to learn from."""
BACKGROUND_MOST = 40
"""Sentences of one call that teach what is nothing of the kind; a long call teaches no more than others."""


class LessonState(StrEnum):
    """How far a lesson is."""

    CANDIDATE = "candidate"
    IN_USE = "in_use"
    RETIRED = "retired"
    REJECTED = "rejected"

    @property
    def may_be_accepted(self) -> bool:
        """Whether it can be put to use."""
        return self in (LessonState.CANDIDATE, LessonState.RETIRED)


class LessonNotFound(NotFound):
    """No lesson has the id that was asked for."""

    code = "lesson_not_found"


class LessonChanged(Conflict):
    """Somebody else decided on lessons meanwhile; nothing was changed."""

    code = "lesson_changed"


class NothingLearned(Conflict):
    """No head can be trained: people have not decided enough, or nothing got better. ``reasons`` say what of each."""

    code = "nothing_learned"

    def __init__(self, message: str, hint: str, reasons: Sequence[Reason]) -> None:
        super().__init__(message, hint=hint)
        self.reasons = tuple(reasons)


# --- what people's decisions say of sentences --------------------------------------------------


class Sign(StrEnum):
    """What a sentence is to a head."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    BACKGROUND = "background"
    """Said where nobody did what the head is for, and taken for it by nothing."""


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence and what a person's decision says of it.

    Attributes:
        call: Public id.
        by: Who decided.
    """

    head: str
    criterion: str
    call: str
    sentence: str
    language: str
    sign: Sign
    decided_at: datetime
    by: Person


@dataclass(frozen=True, slots=True)
class TimeSplit:
    """Examples to learn from, and those that were decided later.

    Attributes:
        at: From when on the later ones were decided.
    """

    train: tuple[Example, ...]
    test: tuple[Example, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Missing:
    """How many more sentences a head needs before it can learn, of what does and of what does not."""

    positives: int
    negatives: int


def split_by_time(examples: Sequence[Example]) -> TimeSplit | Missing:
    """The later quarter of the calls apart, or more where that holds too few of either sign.

    All of a call is on one side, whichever of its criteria was decided when. Each side is brought to one mind by
    itself: what is said later of a sentence changes nothing of what was to be learnt before.
    """
    counted = _counts(of_one_mind(examples))
    least = TRAIN_LEAST + TEST_LEAST
    lacks = tuple(max(0, least - count) for count in counted)
    if any(lacks):
        return Missing(*lacks)
    latest: dict[str, datetime] = {}
    for each in examples:
        latest[each.call] = max(latest.get(each.call, each.decided_at), each.decided_at)
    calls = sorted(latest, key=lambda call: (latest[call], call))
    size = max(1, round(TEST_SHARE * len(calls)))
    while size < len(calls):
        later = frozenset(calls[-size:])
        test = of_one_mind([each for each in examples if each.call in later])
        if min(_counts(test)) >= TEST_LEAST:
            train = of_one_mind([each for each in examples if each.call not in later])
            short = tuple(max(0, TRAIN_LEAST - count) for count in _counts(train))
            return Missing(*short) if any(short) else TimeSplit(train, test, latest[calls[-size]])
        size += 1
    # Too few calls hold them: as many again would do.
    return Missing(*(TEST_LEAST if count < 2 * least else 1 for count in counted))


def of_one_mind(examples: Sequence[Example]) -> tuple[Example, ...]:
    """Without the sentences that were taken for it in one call and not in another: what most calls say stands.

    Where as many say one as the other, the later word does.
    """
    calls: dict[str, dict[bool, set[str]]] = {}
    latest: dict[str, Example] = {}
    for each in examples:
        if each.sign is Sign.BACKGROUND:
            continue
        does = each.sign is Sign.POSITIVE
        calls.setdefault(each.sentence, {True: set(), False: set()})[does].add(each.call)
        if each.sentence not in latest or each.decided_at > latest[each.sentence].decided_at:
            latest[each.sentence] = each
    stands = {}
    for sentence, said in calls.items():
        more = len(said[True]) - len(said[False])
        stands[sentence] = more > 0 if more else latest[sentence].sign is Sign.POSITIVE
    return tuple(
        each
        for each in examples
        if stands.get(each.sentence, each.sign is Sign.POSITIVE) is (each.sign is Sign.POSITIVE)
    )


def _counts(examples: Sequence[Example]) -> tuple[int, int]:
    """How many different sentences do, and do not."""
    does = {each.sentence for each in examples if each.sign is Sign.POSITIVE}
    does_not = {each.sentence for each in examples if each.sign is not Sign.POSITIVE}
    return len(does), len(does_not)


# --- what a head is worth ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of the positives were found, and how many of the negatives with them."""

    hits: int
    false: int


@dataclass(frozen=True, slots=True)
class Compared:
    """One language's sentences of a test, and what is made of them as it is and with the head as it was trained.

    Attributes:
        before: By the rules and the head that is in use.
        after: By the rules and the new head.
        repeated: Of the positives, how many sentences were word for word among those learnt from.
        lost: Of the positives, how many were found and are not now, whatever else is.
    """

    positives: int
    negatives: int
    before: Counts
    after: Counts
    repeated: int = 0
    lost: int = 0

    @property
    def gained(self) -> int:
        """Positives that are found now and were not."""
        return self.after.hits - self.before.hits

    @property
    def spoiled(self) -> int:
        """False alarms that there are now and were not."""
        return self.after.false - self.before.false


@dataclass(frozen=True, slots=True)
class HeadFigures:
    """What a newly trained head is worth.

    Attributes:
        criteria: Ids of those that ask it.
        learnt: How many sentences of each sign it learnt from, by language.
        calls: How many calls they and those of the test are from.
        split_at: From when on the sentences of ``later`` were decided.
        later: By language, the site's own sentences that were decided last.
        bank: By language, those that ship and are never trained on.
    """

    head: str
    criteria: tuple[str, ...]
    learnt: Mapping[str, Mapping[Sign, int]]
    calls: int
    split_at: datetime
    later: Mapping[str, Compared]
    bank: Mapping[str, Compared]

    @property
    def spoiled(self) -> bool:
        """Whether it gives a false alarm, of either kind of sentences, that there was not."""
        return any(each.spoiled > 0 for each in (*self.later.values(), *self.bank.values()))

    @property
    def earned(self) -> bool:
        """Whether it finds more of what was decided later, loses nothing in any language, and gives no more false alarms."""
        later = self.later.values()
        loses = any(each.gained < 0 or each.lost for each in (*later, *self.bank.values()))
        return any(each.gained > 0 for each in later) and not loses and not self.spoiled


# --- a lesson ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a lesson; ``by`` is ``None`` for the command line."""

    state: LessonState
    at: datetime
    by: Person | None
    reason: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """Heads that were trained from corrections.

    Attributes:
        revision: How often its state changed; a decision on another one is refused.
        encoder: Name and revision of what its heads are of; they are used with no other.
        digest: Changes when any of its heads does; it is in the models of every call that they scored.
        figures: By head, in the order of the rubric.
        left: Heads that learnt nothing, and why.
        rescored: Calls that were judged with it, scored from ``since`` on.
        steps: Oldest first; the first is its making.
    """

    public_id: str
    state: LessonState
    revision: int
    rubric: RubricRef
    encoder: str
    digest: str
    figures: tuple[HeadFigures, ...]
    left: tuple[Reason, ...]
    rescored: int
    since: datetime
    made_at: datetime
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A verdict of a stored call that would be another one.

    Attributes:
        call: Public id; ``call_id`` is the site's own.
        reason: Of the new verdict, with the clips that it rests on.
    """

    call: str
    call_id: str
    agent_id: str | None
    criterion: str
    before: Outcome
    before_points: float
    after: Outcome
    after_points: float
    max_points: float
    reason: Reason
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class ChangeCount:
    """How many verdicts of a criterion change from one outcome to another."""

    criterion: str
    before: Outcome
    after: Outcome
    calls: int


def in_use_at(lessons: Iterable[Lesson], moment: datetime) -> str | None:
    """Public id of the lesson that was in use at a moment; ``None`` where the heads that ship were alone."""
    for lesson in lessons:
        before = [each.state for each in lesson.steps if each.at <= moment]
        if before and before[-1] is LessonState.IN_USE:
            return lesson.public_id
    return None


def is_outdated(lesson: Lesson, lessons: Sequence[Lesson]) -> bool:
    """Whether a candidate was made upon other heads than those in use; what it shows of changes is not so any more."""
    in_use = next((each.public_id for each in lessons if each.state is LessonState.IN_USE), None)
    return lesson.state is LessonState.CANDIDATE and in_use != in_use_at(lessons, lesson.made_at)


ChangeSort = Literal["criterion", "call_id", "agent_id", "before", "after"]
CHANGE_SORTS: tuple[ChangeSort, ...] = get_args(ChangeSort)


@dataclass(frozen=True, slots=True)
class ChangeQuery:
    """Which changes of a lesson a list shows; ``None`` for those of every criterion."""

    criterion: str | None = None
    sort: ChangeSort = "criterion"
    descending: bool = False
    page: int = 1
    page_size: int = 50
