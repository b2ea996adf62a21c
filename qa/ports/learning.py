"""The store of lessons, and what trains heads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from qa.domain.detectors.base import Semantics
from qa.domain.lesson import (
    Change,
    ChangeCount,
    ChangeQuery,
    HeadFigures,
    Lesson,
    LessonState,
)
from qa.domain.records import CallDetail
from qa.domain.scorecard import RubricRef
from qa.domain.wording import Reason


@dataclass(frozen=True, slots=True)
class NewLesson:
    """What is stored of a lesson; the rest of it comes with time."""

    rubric: RubricRef
    encoder: str
    document: str
    digest: str
    figures: Sequence[HeadFigures]
    left: Sequence[Reason]
    rescored: int
    since: datetime


@dataclass(frozen=True, slots=True)
class ChangePage:
    """One page of what a lesson changes, and how many changes it is part of."""

    rows: tuple[Change, ...]
    total: int


class Lessons(Protocol):
    """Lessons in one transaction, each named by its public id."""

    def add(self, new: NewLesson, changes: Iterable[Change], *, at: datetime) -> Lesson:
        """Store a candidate with what it changes; changes of calls that are gone are left out."""

    def every(self) -> tuple[Lesson, ...]:
        """All lessons, the latest made first."""

    def get(self, lesson: str) -> Lesson:
        """One lesson. Raises ``LessonNotFound``."""

    def in_use(self) -> Lesson | None:
        """The lesson in use; ``None`` where the heads that ship are alone."""

    def document(self, lesson: str) -> str:
        """The heads of a lesson, as they are kept."""

    def move(
        self, lesson: Lesson, state: LessonState, *, reason: str, by: int | None, at: datetime
    ) -> None:
        """Change a lesson's state. Raises ``LessonChanged`` where its revision is another by now."""

    def changes(self, lesson: str, query: ChangeQuery) -> ChangePage:
        """One page of what a lesson changes; ``page_size`` 0 for all of it."""

    def counts(self, lesson: str) -> tuple[ChangeCount, ...]:
        """What a lesson changes, counted by criterion and by both outcomes."""

    def heard(self, rubric_id: str, since: datetime) -> Iterator[CallDetail]:
        """Calls that were scored by a rubric from a moment on and heard, oldest first, read in batches."""

    def count_heard(self, rubric_id: str, since: datetime) -> int:
        """How many they are."""


# --- training ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BankSentence:
    """A sentence of the phrase bank that ships.

    Attributes:
        held_back: It is of the test split, which is never trained on.
    """

    head: str
    language: str
    sentence: str
    positive: bool
    held_back: bool


@dataclass(frozen=True, slots=True)
class HeadMaterial:
    """What one head is trained on.

    Attributes:
        positives: Sentences that do what it is for.
        negatives: Sentences that do not.
        hits: Those of both that the rules find.
        background: Sentences of other heads, as examples of nothing.
        calls: Of calls where nobody does what the head is for, each sentence that it would be asked about.
        strict: It is to be sure of none of the negatives that the rules pass over, not even of one in a hundred.
    """

    positives: Sequence[str]
    negatives: Sequence[str]
    hits: Collection[str]
    background: Sequence[str]
    calls: Sequence[Sequence[str]]
    strict: bool = False


class TrainedHead(Protocol):
    """A head that was just trained."""

    @property
    def name(self) -> str:
        """Its name."""

    def surely(self, sentences: Sequence[str]) -> list[bool]:
        """Of which sentences it is sure."""


class HeadTrainer(Protocol):
    """Trains heads on the encoder in use."""

    @property
    def encoder(self) -> str:
        """Name and revision of the encoder."""

    def bank(self) -> Sequence[BankSentence]:
        """The phrase bank that ships."""

    def nearest(self, sentences: Sequence[str], examples: Sequence[str]) -> int:
        """The place of the sentence that is most like one of some examples."""

    def train(self, name: str, material: HeadMaterial) -> TrainedHead:
        """Train a head."""

    def surely_now(self, name: str, sentences: Sequence[str]) -> list[bool]:
        """Of which sentences the head that is in use is sure; of none where none is."""

    def document(self, names: Sequence[str]) -> tuple[str, str]:
        """Heads that were trained here, beside those of the lesson in use, as a lesson keeps them; and their digest."""

    def semantics(self, document: str | None) -> Semantics:
        """Meanings with the heads in use, or with those of a document in their stead."""
