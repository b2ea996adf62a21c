"""What people said of the same calls, and the machine beside them, counted where it is stored.

A verdict that somebody gave on a criterion is counted as a number (``Said``), so that outcomes and the levels of
a scale are one order: what does not apply apart, a fail, and the part of its points that a pass earned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from qa.domain.people import Person
from qa.domain.scorecard import RubricRef

Said = int
"""``UNDECIDED``, ``NOT_APPLICABLE``, 0 for a fail, or 1-100: the per cent of its points that a pass earned."""
UNDECIDED: Said = -2
"""Left to a person, or not measurable. Only a machine's: a person who leaves a criterion open rates nothing."""
NOT_APPLICABLE: Said = -1
FAILED: Said = 0
PASSED: Said = 100
"""A pass with all its points; on a scale, its best level."""


class Source(StrEnum):
    """Which ratings a figure is of.

    ``BLIND`` are those of revealed sessions by raters who did not know the call; ``REVIEWS`` those of ordinary
    reviews, whose authors saw the machine's verdicts and what was decided before; ``RANDOM`` the reviews of
    calls that were drawn at random.
    """

    ALL = "all"
    BLIND = "blind"
    REVIEWS = "reviews"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Ratings:
    """Which ratings to count.

    Attributes:
        edges: From when, inclusive, until when, exclusive, with what stands between them ascending: each stretch
            between two is counted apart. A rating belongs to when it was submitted, one of a session to when
            that was revealed.
        team: Public id of the team whose agents took the calls; ``None`` for all calls.
        rubric: Id of the rubric, whichever version; ``None`` for all.
        criterion: The one to count; ``None`` for all.
        hidden: Calls that the reader has still to rate blind (``Calibrations.blind_calls``): not counted at all.
    """

    edges: tuple[datetime, ...]
    team: str | None = None
    rubric: str | None = None
    source: Source = Source.ALL
    criterion: str | None = None
    hidden: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Together:
    """Calls on which several people said the same things of one criterion.

    Attributes:
        stretch: Which one between two of the edges, from 0.
        said: By each of them, ascending; two at least.
    """

    criterion: str
    stretch: int
    said: tuple[Said, ...]
    calls: int


@dataclass(frozen=True, slots=True)
class Beside:
    """Calls on which the machine said one thing of a criterion and people settled on another, or the same.

    Attributes:
        person: What was settled: the master or what all raters of a session agree on, and for a reviewed call
            the decision that counts, a dispute's included. ``UNDECIDED`` where a session's raters differ and no
            master was agreed.
    """

    criterion: str
    stretch: int
    machine: Said
    person: Said
    calls: int


@dataclass(frozen=True, slots=True)
class RatedCall:
    """A call on which two people at least said something of one criterion.

    Attributes:
        call: Its public id, ``None`` where it was deleted; ``call_id`` is the one it had.
        calibration: Public id of the session it was rated in; ``None`` for reviews.
        said: By rater.
        master: What was agreed on it, in the session or by a dispute.
    """

    call: str | None
    call_id: str
    calibration: str | None
    at: datetime
    said: tuple[tuple[Person, Said], ...]
    master: Said | None


@dataclass(frozen=True, slots=True)
class RatedScore:
    """One total score that somebody gave a call of a session.

    Attributes:
        unit: Tells the calls of sessions apart.
        rater: ``None`` for the machine, whose score is of the scorecard that the session began with.
        score: 0-100; ``None`` where nothing counted.
        master: Of the master score, as far as one was agreed on or all raters agree; ``None`` while a criterion
            that somebody rated is neither.
    """

    unit: int
    rater: Person | None
    score: float | None
    master: float | None


@dataclass(frozen=True, slots=True)
class AgainstMaster:
    """How often one rater said something of a criterion on which a master was agreed, or a dispute decided.

    Attributes:
        rater: ``None`` for the machine.
    """

    rater: Person | None
    criterion: str
    said: Said
    master: Said
    calls: int


class Agreement(Protocol):
    """Ratings of several people on the same calls; of sessions only those that are revealed."""

    def together(self, which: Ratings) -> Sequence[Together]:
        """What people said of calls that two of them at least have rated, counted by what they said."""

    def beside(self, which: Ratings) -> Sequence[Beside]:
        """What the machine said beside what people settled on, each scorecard once."""

    def rated_calls(self, which: Ratings) -> Sequence[RatedCall]:
        """The calls that two people at least have rated on ``which.criterion``, the latest first.

        Without reviews of a call on which a dispute is open: who decides it does not learn what was decided.
        """

    def scores(self, which: Ratings) -> Sequence[RatedScore]:
        """Total scores of the calls of revealed sessions, by each rater and by the machine."""

    def against_master(self, which: Ratings) -> Sequence[AgainstMaster]:
        """What each rater and the machine said where a master stands or a dispute was decided."""

    def rubrics(self) -> Sequence[RubricRef]:
        """The rubrics that calls were scored with, the latest used first."""

    def begins(self) -> datetime | None:
        """When the first rating was submitted or revealed; ``None`` where there is none."""
