"""The store of reviews and of corrections to what was heard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from qa.domain.correction import Correction, CorrectionKind
from qa.domain.review import Basis, Decision, Pending, Purpose, Review
from qa.domain.scope import EVERYTHING, Scope
from qa.domain.scorecard import Scorecard
from qa.domain.transcript import Transcript


@dataclass(frozen=True, slots=True)
class DraftContent:
    """What a save writes: all of it, as the page stands."""

    decisions: Sequence[Decision]
    pending: Sequence[Pending]
    note: str


@dataclass(frozen=True, slots=True)
class ReviewOfCall:
    """A submitted review with what an export says of its call."""

    call_id: str
    agent_id: str | None
    recording_name: str
    review: Review


@dataclass(frozen=True, slots=True)
class ScoredVersion:
    """A scorecard that a call has or had, with what was heard then and how it was corrected since."""

    scorecard: Scorecard
    duration_s: float
    transcript: Transcript
    corrections: tuple[Correction, ...]


class Reviews(Protocol):
    """Reviews of calls. A call is named by its public id."""

    def current(self, call: str) -> Review | None:
        """The review that counts for a call: the newest that was submitted on its current scorecard."""

    def current_of(self, calls: Sequence[str]) -> Mapping[str, Review]:
        """The same for many calls at once, by call; calls that nobody reviewed are missing."""

    def of_call(self, call: str) -> tuple[Review, ...]:
        """Every submitted review of a call and every draft, on whichever scorecard, the latest saved first."""

    def scored_version(self, call: str, version: str) -> ScoredVersion | None:
        """A scorecard that a call has or had; ``None`` where it never had one of this version."""

    def put_draft(
        self,
        call: str,
        *,
        reviewer_id: int,
        purpose: Purpose,
        basis: Basis,
        content: DraftContent,
        at: datetime,
    ) -> Review:
        """Write a person's one draft on a scorecard of a call, made where there is none yet.

        Raises ``CallNotFound`` when the call is gone, and ``NotFound`` when it has no such scorecard.
        """

    def submit(
        self,
        review: str,
        *,
        decisions: Sequence[Decision],
        score: float | None,
        critical_failed: Sequence[str],
        at: datetime,
    ) -> Review:
        """Make a draft on a call's current scorecard what counts for the call.

        The review that counted becomes history, what the list shows of a review is written to the call, and
        the reviewer's other drafts of this call and purpose are discarded.
        """

    def discard(self, review: str, *, at: datetime) -> None:
        """Give a draft up; what it held stays in the store, and nothing shows it."""

    def every(self, scope: Scope = EVERYTHING) -> Iterator[ReviewOfCall]:
        """All reviews of a scope's calls that were submitted within its times, in that order."""

    def corrections(self, call: str) -> tuple[Correction, ...]:
        """All corrections to what the call's current scorecard heard, undone ones too, oldest first."""

    def correct(
        self,
        call: str,
        *,
        turn: int | None,
        kind: CorrectionKind,
        value: str,
        author_id: int,
        at: datetime,
    ) -> None:
        """Add a correction and make the call searchable by its words."""

    def undo_correction(self, call: str, correction: int, *, by: int, at: datetime) -> None:
        """Take a correction of a call back. Raises ``NotFound`` where the call has none of this id."""
