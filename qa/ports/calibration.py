"""The store of calibration: sessions, ratings, what was agreed, and how criteria are to be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from qa.domain.calibration import (
    Calibration,
    CalibrationQuery,
    DrawnCall,
    Master,
    Rating,
    RatingDecision,
)
from qa.domain.clarification import Clarification
from qa.domain.correction import Correction
from qa.domain.records import CallDetail
from qa.domain.review import Pending
from qa.domain.scorecard import Outcome, RubricRef, Scorecard


@dataclass(frozen=True, slots=True)
class Drawable:
    """A call that somebody wants in a session; ``scorecard`` is ``None`` where it has no score."""

    public_id: str
    call_name: str
    agent_id: str | None
    scorecard: str | None


@dataclass(frozen=True, slots=True)
class NewCalibration:
    """What is stored of a new session; ``calls`` are public ids in order, ``raters`` ids of users."""

    title: str
    note: str
    owner_id: int
    due_at: datetime
    calls: Sequence[str]
    raters: Sequence[int]


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """A session as a list shows it: how many ratings were submitted, of how many that are asked for."""

    calibration: Calibration
    submitted: int
    asked: int


@dataclass(frozen=True, slots=True)
class CalibrationPage:
    """One page of a list and how many sessions it is part of."""

    rows: tuple[CalibrationRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class RatingContent:
    """What a save writes: all of it, as the page stands."""

    decisions: Sequence[RatingDecision]
    pending: Sequence[Pending]
    note: str


@dataclass(frozen=True, slots=True)
class PinnedCall:
    """A call of a session with the scorecard that was pinned, and what was heard then.

    Attributes:
        detail: The call with that scorecard, whichever it has now.
        corrections: Of what was heard, undone ones too, oldest first.
    """

    drawn: DrawnCall
    detail: CallDetail
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class RevealedCall:
    """A call of a session whose ratings may be looked at.

    Attributes:
        calibration: Public id of the session, with its title and when it was revealed.
        machine: The scorecard that was pinned; ``None`` where it is gone.
        ratings: Every one that was submitted, also by who left later, in the order of submission.
        masters: That stand.
    """

    calibration: str
    title: str
    revealed_at: datetime
    drawn: DrawnCall
    machine: Scorecard | None
    ratings: tuple[Rating, ...]
    masters: tuple[Master, ...]


@dataclass(frozen=True, slots=True)
class RatingPlace:
    """Where somebody rates a call: the session's public id and the call's position."""

    calibration: str
    position: int


class Calibrations(Protocol):
    """Calibration in one transaction. A session and a call are named by their public ids.

    What a reader may not see yet (``qa.store.sight``) is shown by the methods of a rater's own page alone:
    ``pinned``, ``rating`` and ``place``.
    """

    # --- sessions ------------------------------------------------------------------------------

    def drawable(self, names: Sequence[str]) -> Mapping[str, Drawable]:
        """Calls by their public or the site's own id, as named; what is not there is missing."""

    def add(self, new: NewCalibration, *, at: datetime) -> Calibration:
        """Store a session, each of its calls with the scorecard that it has now.

        Raises ``CallNotFound`` for a call that is gone or has no scorecard.
        """

    def get(self, calibration: str) -> Calibration:
        """One session. Raises ``CalibrationNotFound``."""

    def page(self, query: CalibrationQuery) -> CalibrationPage:
        """One page of sessions. A page below 1 is the first; one past the end has no rows."""

    def waiting_for(self, user_id: int) -> tuple[CalibrationRow, ...]:
        """Open sessions with calls that somebody has still to rate, the one due first at the head.

        ``submitted`` and ``asked`` of each row are of this rater alone.
        """

    def keep(self, calibration: Calibration) -> None:
        """Write a session's terms, state and revision over what is stored of it."""

    def invite(self, calibration: str, user_ids: Sequence[int], *, at: datetime) -> None:
        """Add raters; who is among them already stays as they are."""

    def leave(self, calibration: str, user_id: int, *, at: datetime) -> None:
        """A rater rates no more; what they submitted stays."""

    def blind_calls(self, user_id: int) -> frozenset[int]:
        """Ids of the calls that a rater must not come across, for they are still to be rated."""

    def place(self, user_id: int, call: str) -> RatingPlace | None:
        """Where somebody rates a call in a session that is open, if they do."""

    def withheld(self, calibration: str) -> frozenset[int]:
        """Positions of the calls of a session that the reader of this transaction must not come across."""

    # --- ratings -------------------------------------------------------------------------------

    def pinned(self, calibration: str, position: int) -> PinnedCall | None:
        """A call of a session as it was drawn; ``None`` where it or its scorecard is gone."""

    def sound(self, calibration: str, position: int) -> str | None:
        """The path of the playable copy of a call's recording, relative to the data folder."""

    def rating(self, calibration: str, position: int, rater_id: int) -> Rating | None:
        """What somebody says of a call so far."""

    def ratings(self, calibration: str) -> tuple[Rating, ...]:
        """Every rating of a session, drafts too, in the order in which they were begun."""

    def reviewed_before(self, user_id: int, call: str) -> bool:
        """Whether somebody has reviewed a call, or begun to."""

    def put_rating(
        self,
        calibration: str,
        position: int,
        *,
        rater_id: int,
        seen_before: bool,
        content: RatingContent,
        at: datetime,
    ) -> Rating:
        """Write a person's one draft of a call, made where there is none yet. Raises ``NotFound``."""

    def submit(self, rating: str, *, score: float | None, at: datetime) -> Rating:
        """Make a draft final. Raises ``NotFound`` where there is no such draft."""

    # --- what was agreed -----------------------------------------------------------------------

    def machines(self, calibration: str) -> Mapping[int, Scorecard]:
        """By position, the scorecards that were pinned and are still there."""

    def masters(self, calibration: str) -> tuple[Master, ...]:
        """What stands agreed of a session, in the order of its calls."""

    def put_master(
        self,
        calibration: str,
        position: int,
        *,
        criterion: str,
        outcome: Outcome,
        points: float,
        max_points: float,
        reason: str,
        decided_by: int,
        at: datetime,
    ) -> Master:
        """Write what was agreed; what stood before stays as history."""

    def revealed(
        self,
        *,
        rubric_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[RevealedCall]:
        """Every call of every session that was revealed from ``since`` to before ``until``, oldest first.

        Args:
            rubric_id: Only calls that were scored by this rubric, of whichever version.
            since: Of the reveal.
            until: Of the reveal.
        """

    # --- clarifications ------------------------------------------------------------------------

    def add_clarification(
        self,
        *,
        rubric_id: str,
        criterion: str,
        text: str,
        calibration: str | None,
        author_id: int,
        at: datetime,
    ) -> Clarification:
        """Store how a criterion is to be read."""

    def clarification(self, public_id: str) -> Clarification:
        """One clarification. Raises ``ClarificationNotFound``."""

    def clarifications(
        self,
        rubric_id: str | None = None,
        *,
        calibration: str | None = None,
        withdrawn: bool = False,
    ) -> tuple[Clarification, ...]:
        """Clarifications of a rubric or a session, the latest first; with ``withdrawn`` also those."""

    def withdraw_clarification(self, public_id: str, *, by: int, at: datetime) -> None:
        """Take a clarification back; taken back already, it stays as it is."""

    # --- rubrics -------------------------------------------------------------------------------

    def rubrics(self) -> tuple[RubricRef, ...]:
        """Rubrics that sessions were drawn with, each once."""
