"""The case library: stretches of calls that show how it is done, or how not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from qa.domain.call import Role
from qa.domain.correction import CorrectedTurn
from qa.domain.errors import InputInvalid, NotFound
from qa.domain.people import Person, Team
from qa.domain.transcript import Span
from qa.domain.wording import Param, Reason


class CaseNotFound(NotFound):
    """No case has the id that was asked for."""

    code = "case_not_found"


class CaseKind(StrEnum):
    """What a stretch of a call is an example of."""

    GOOD = "good"
    PROBLEM = "problem"


LONGEST_CASE_S = 120.0
"""A case shows one thing; more of a call than this is the call itself."""
SHORTEST_CASE_S = 0.5


@dataclass(frozen=True, slots=True)
class Said:
    """What one party says in a case's stretch."""

    speaker: Role
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """A stretch of a call that shows how it is done, or how not.

    Attributes:
        call: Public id of the call, with the site's own ``call_id`` and the agent who took it; ``None`` for
            a reader who is not to know.
        language: Heard in the call.
        said: The words of the stretch, as they stood when it was marked.
        team: Whom it is shared with; ``None`` for everyone.
        audio: The playable copy of the recording that was marked, relative to the data folder.
        removed_at: When it was taken out of the library.
    """

    public_id: str
    call: str | None
    call_id: str | None
    agent_id: str | None
    language: str | None
    kind: CaseKind
    criterion: str | None
    start_s: float
    end_s: float
    comment: str
    said: tuple[Said, ...]
    team: Team | None
    added_by: Person
    added_at: datetime
    audio: str
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseQuery:
    """Which cases a list shows, newest first.

    Attributes:
        search: Words that a comment, or what is said, must hold.
        team: Public id of the team that it is shared with.
        everywhere: Whether cases of every team are shown, or only those that ``reader_team`` may hear.
    """

    search: str = ""
    kind: CaseKind | None = None
    criterion: str | None = None
    team: str | None = None
    language: str | None = None
    everywhere: bool = False
    reader_team: int | None = None
    page: int = 1
    page_size: int = 20


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of the library and how many cases it is part of."""

    rows: tuple[Case, ...]
    total: int


def check_stretch(start_s: float, end_s: float, duration_s: float) -> tuple[float, float]:
    """The stretch of a recording that a case may play, its end drawn in to the recording's.

    Args:
        start_s: Where it begins, seconds.
        end_s: Where it ends, seconds; up to a second past the recording's end is taken for its end, since
            places are typed in whole seconds.
        duration_s: Length of the recording, seconds.

    Raises:
        InputInvalid: It is not inside the recording, too short or too long.
    """
    if not 0 <= start_s < duration_s:
        raise _outside("start", duration_s)
    if not start_s < end_s < duration_s + 1:
        raise _outside("end", duration_s)
    end_s = min(end_s, duration_s)
    if end_s - start_s < SHORTEST_CASE_S:
        raise _no_stretch("end", "case.too_short", least_s=SHORTEST_CASE_S)
    if end_s - start_s > LONGEST_CASE_S:
        raise _no_stretch("end", "case.too_long", most_s=int(LONGEST_CASE_S))
    return start_s, end_s


def _outside(field: str, duration_s: float) -> InputInvalid:
    minutes, seconds = divmod(int(duration_s), 60)
    return _no_stretch(field, "case.outside", length=f"{minutes}:{seconds:02}")


def _no_stretch(field: str, code: str, **values: Param) -> InputInvalid:
    return InputInvalid(
        f"{field} makes no stretch that can be played", field=field, reason=Reason(code, values)
    )


def said_in(turns: Iterable[CorrectedTurn], start_s: float, end_s: float) -> tuple[Said, ...]:
    """What is said in a stretch: of a turn that reaches beyond it, only the words that are heard in it.

    Args:
        turns: As people left them. A corrected text has no places for its words, so that the machine's
            words stand for the part of such a turn.
        start_s: Where the stretch begins, seconds.
        end_s: Where it ends, seconds.
    """
    stretch = Span(start_s, end_s)
    said = (
        Said(turn.speaker, _heard(turn, stretch))
        for turn in turns
        if turn.heard.span.overlap_s(stretch) > 0
    )
    return tuple(each for each in said if each.text)


_MOST_BETWEEN_WORDS = 4
"""Characters between two words of a text; further away it is another occurrence of the same word."""


def _heard(turn: CorrectedTurn, stretch: Span) -> str:
    heard = turn.heard
    if stretch.start_s <= heard.start_s and heard.end_s <= stretch.end_s:
        return turn.text
    begins, ends, at = len(heard.text), 0, 0
    for word in heard.words:
        spoken = word.text.strip()
        found = heard.text.find(spoken, at) if spoken else -1
        if found < 0 or found - at > _MOST_BETWEEN_WORDS:
            continue
        at = found + len(spoken)
        if stretch.start_s <= (word.start_s + word.end_s) / 2 < stretch.end_s:
            begins, ends = min(begins, found), at
    return heard.text[begins:ends]
