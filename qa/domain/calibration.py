"""Calibration: several people rate the same calls alone, look at what they said side by side, and agree.

A session is open while people rate, revealed once they may look at each other's ratings, and closed when
nothing is to be agreed any more. While it is open nobody sees a rating but who made it, and its raters find
its calls nowhere but on the page that they rate them on. A master is what people agreed on in the meeting:
a person enters it with its reason, and no majority ever becomes one by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

from qa.domain.errors import Conflict, NotFound
from qa.domain.people import Person
from qa.domain.review import Pending
from qa.domain.scorecard import Evidence, Outcome, RubricRef
from qa.domain.wording import Reason, render

CALLS_LIMIT = 50
"""Calls of one session; more are never talked over in one meeting."""
RATERS_LIMIT = 20
"""Raters of one session."""
TITLE_LIMIT = 200
"""Characters of a session's title."""


class CalibrationState(StrEnum):
    """How far a session is; the order is that of the list."""

    OPEN = "open"
    REVEALED = "revealed"
    CLOSED = "closed"


class RatingState(StrEnum):
    """How far a rating is. A submitted one never changes."""

    DRAFT = "draft"
    SUBMITTED = "submitted"


class Obstacle(StrEnum):
    """Why somebody cannot do what they ask with a session, or rate a call of it."""

    NOT_A_RATER = "not_a_rater"
    LEFT = "left"
    OWN_CALL = "own_call"
    CALL_GONE = "call_gone"
    NOT_OPEN = "not_open"
    STILL_OPEN = "still_open"
    CLOSED = "closed"
    CHANGED = "changed"
    NOTHING_RATED = "nothing_rated"
    SOMETHING_RATED = "something_rated"
    SUBMITTED = "submitted"


class CalibrationNotFound(NotFound):
    """No session has the id that was asked for, or it is out of the reach of who asks."""

    code = "calibration_not_found"


class CalibrationConflict(Conflict):
    """A session cannot be changed as asked; nothing was changed. ``reason`` words why."""

    code = "calibration_conflict"

    def __init__(self, obstacle: Obstacle) -> None:
        self.obstacle = obstacle
        self.reason = Reason(f"calibration.{obstacle.value}")
        super().__init__(render(self.reason, "en"))


@dataclass(frozen=True, slots=True)
class Rater:
    """Somebody who was invited to rate.

    Attributes:
        agent_id: The agent of call records that they are; they do not rate that agent's calls.
        left_at: When they left or were taken off; they rate no more, and what they submitted stays.
    """

    person: Person
    agent_id: str | None
    invited_at: datetime
    left_at: datetime | None = None

    @property
    def active(self) -> bool:
        """Whether they have not left."""
        return self.left_at is None

    def took(self, call: DrawnCall) -> bool:
        """Whether a call is their own."""
        return self.agent_id is not None and self.agent_id == call.agent_id


@dataclass(frozen=True, slots=True)
class DrawnCall:
    """A call of a session.

    Attributes:
        position: From 1, its number in the session.
        call: Public id; ``None`` once the call was deleted.
        call_name: The site's own call id, kept also then.
        scorecard: Version of the scorecard that it had when it was drawn; ``None`` once that is gone.
        rubric: Of that scorecard. Whatever rubric comes later, ratings are of this one.
    """

    position: int
    call: str | None
    call_name: str
    agent_id: str | None
    scorecard: str | None
    rubric: RubricRef

    @property
    def there(self) -> bool:
        """Whether it can still be rated."""
        return self.call is not None and self.scorecard is not None


@dataclass(frozen=True, slots=True)
class Calibration:
    """A session.

    Attributes:
        due_at: Until when it should be rated. Nothing happens by itself then: the owner is told.
        revealed_at: When the ratings were laid open; ``None`` also of one that was closed unrated.
        revision: How often it was changed; a change made from another revision is refused.
        calls: In the order of their positions.
        raters: In the order in which they were invited, those who left too.
    """

    public_id: str
    title: str
    note: str
    owner: Person
    state: CalibrationState
    due_at: datetime
    created_at: datetime
    revealed_at: datetime | None
    closed_at: datetime | None
    revision: int
    calls: tuple[DrawnCall, ...]
    raters: tuple[Rater, ...]

    @property
    def revealed(self) -> bool:
        """Whether its ratings may be looked at."""
        return self.revealed_at is not None

    @property
    def active_raters(self) -> tuple[Rater, ...]:
        """Those who have not left."""
        return tuple(each for each in self.raters if each.active)

    @property
    def rubrics(self) -> tuple[RubricRef, ...]:
        """The rubrics of its calls, each once; more than one where the rubric changed meanwhile."""
        return tuple(dict.fromkeys(each.rubric for each in self.calls))

    def overdue(self, now: datetime) -> bool:
        """Whether it should have been rated by now."""
        return self.state is CalibrationState.OPEN and self.due_at < now

    def rater(self, user_id: int | None) -> Rater | None:
        """Somebody's place among the raters, if they have one."""
        return next((each for each in self.raters if each.person.id == user_id), None)

    def drawn(self, position: int) -> DrawnCall | None:
        """The call of a position."""
        return next((each for each in self.calls if each.position == position), None)


@dataclass(frozen=True, slots=True)
class RatingDecision:
    """What a rater says of one criterion.

    Attributes:
        points: What they give, 0 unless the outcome counts.
        evidence: Clips that they chose.
    """

    criterion: str
    outcome: Outcome
    points: float
    max_points: float
    reason: str
    note: str
    evidence: tuple[Evidence, ...]
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Rating:
    """What one person says of one call of a session.

    Attributes:
        calibration: Public id of the session; ``position`` is the call's.
        revision: How often it was saved; a save that names another one is refused.
        score: 0-100 as submitted; ``None`` for a draft and where nothing counted.
        seen_before: Whether they had reviewed the call before, and so knew the machine's verdicts.
        pending: What a draft holds beside its decisions; nothing in a submitted one.
    """

    public_id: str
    calibration: str
    position: int
    rater: Person
    state: RatingState
    revision: int
    opened_at: datetime
    saved_at: datetime
    submitted_at: datetime | None
    score: float | None
    seen_before: bool
    note: str
    decisions: tuple[RatingDecision, ...]
    pending: tuple[Pending, ...] = ()

    def decision(self, criterion: str) -> RatingDecision | None:
        """What was decided on one criterion, if anything."""
        return next((each for each in self.decisions if each.criterion == criterion), None)


@dataclass(frozen=True, slots=True)
class Master:
    """What was agreed on one criterion of one call.

    Attributes:
        position: The call's in its session.
        revision: How often something was agreed here; another agreement names the one that it replaces.
    """

    position: int
    criterion: str
    outcome: Outcome
    points: float
    max_points: float
    reason: str
    decided_by: Person
    decided_at: datetime
    revision: int


CalibrationSort = Literal["due_at", "created_at", "title", "state", "owner"]


@dataclass(frozen=True, slots=True)
class CalibrationQuery:
    """Which sessions a list shows, and how; ``rater`` and ``owner`` are public ids of people."""

    state: CalibrationState | None = None
    owner: str | None = None
    rater: str | None = None
    sort: CalibrationSort = "created_at"
    descending: bool = True
    page: int = 1
    page_size: int = 50


# --- who may rate what, and when it is laid open -----------------------------------------------


def bars(calibration: Calibration, user_id: int | None, call: DrawnCall) -> Obstacle | None:
    """What keeps somebody from rating a call of a session; ``None`` for nothing."""
    rater = calibration.rater(user_id)
    if rater is None:
        return Obstacle.NOT_A_RATER
    if calibration.state is not CalibrationState.OPEN:
        return Obstacle.NOT_OPEN
    if not rater.active:
        return Obstacle.LEFT
    if rater.agent_id is not None and rater.agent_id == call.agent_id:
        return Obstacle.OWN_CALL
    return None if call.there else Obstacle.CALL_GONE


def to_rate(calibration: Calibration, rater: Rater) -> tuple[DrawnCall, ...]:
    """The calls that a rater is to rate: all that are still there and not their own."""
    if not rater.active:
        return ()
    return tuple(
        each
        for each in calibration.calls
        if each.there and (rater.agent_id is None or rater.agent_id != each.agent_id)
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one rater is: calls of theirs that are begun and submitted, of how many."""

    rater: Rater
    begun: int
    submitted: int
    asked: int

    @property
    def done(self) -> bool:
        """Whether nothing is left for them."""
        return self.submitted >= self.asked


def progress(calibration: Calibration, ratings: Iterable[Rating]) -> tuple[Progress, ...]:
    """How far each rater is, in the order of the raters; who left has what they submitted before."""
    of: dict[int, list[Rating]] = {}
    for each in ratings:
        of.setdefault(each.rater.id, []).append(each)
    found = []
    for rater in calibration.raters:
        own = of.get(rater.person.id, [])
        asked = {each.position for each in to_rate(calibration, rater)}
        if not rater.active:
            asked = {each.position for each in own if each.submitted_at}
        counted = [each for each in own if each.position in asked]
        submitted = sum(each.submitted_at is not None for each in counted)
        found.append(Progress(rater, len(counted), submitted, len(asked)))
    return tuple(found)


def complete(calibration: Calibration, ratings: Sequence[Rating]) -> bool:
    """Whether everybody who has not left has submitted every call that they are to rate.

    Where nobody is left, or nothing was submitted at all, there is nothing to lay open by itself.
    """
    active = [each for each in progress(calibration, ratings) if each.rater.active]
    rated = any(each.submitted_at is not None for each in ratings)
    return rated and bool(active) and all(each.done for each in active)


# --- the steps of a session --------------------------------------------------------------------


def check_revision(calibration: Calibration, revision: int) -> None:
    """Refuse a change made from another state than the present one. Raises ``CalibrationConflict``."""
    if calibration.revision != revision:
        raise CalibrationConflict(Obstacle.CHANGED)


def edited(
    calibration: Calibration, *, title: str, note: str, due_at: datetime, revision: int
) -> Calibration:
    """A session with other terms. Raises ``CalibrationConflict`` where it is closed or was changed since."""
    if (title, note, due_at) == (calibration.title, calibration.note, calibration.due_at):
        return calibration
    if calibration.state is CalibrationState.CLOSED:
        raise CalibrationConflict(Obstacle.CLOSED)
    check_revision(calibration, revision)
    return replace(
        calibration, title=title, note=note, due_at=due_at, revision=calibration.revision + 1
    )


def laid_open(calibration: Calibration, ratings: Sequence[Rating], *, at: datetime) -> Calibration:
    """A session whose ratings may be looked at. Raises ``CalibrationConflict``.

    Nobody rates after it; what is a draft then is never shown.
    """
    if calibration.state is not CalibrationState.OPEN:
        raise CalibrationConflict(Obstacle.NOT_OPEN)
    if not any(each.submitted_at for each in ratings):
        raise CalibrationConflict(Obstacle.NOTHING_RATED)
    return replace(
        calibration,
        state=CalibrationState.REVEALED,
        revealed_at=at,
        revision=calibration.revision + 1,
    )


def closed(calibration: Calibration, ratings: Sequence[Rating], *, at: datetime) -> Calibration:
    """A session that is over: one that was revealed, or one in which nobody has rated anything.

    Raises:
        CalibrationConflict: It is closed already, or holds ratings that nobody has looked at.
    """
    if calibration.state is CalibrationState.CLOSED:
        raise CalibrationConflict(Obstacle.CLOSED)
    if calibration.state is CalibrationState.OPEN and any(each.submitted_at for each in ratings):
        raise CalibrationConflict(Obstacle.SOMETHING_RATED)
    return replace(
        calibration,
        state=CalibrationState.CLOSED,
        closed_at=at,
        revision=calibration.revision + 1,
    )
