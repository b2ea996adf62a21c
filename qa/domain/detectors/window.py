"""Where in a call something is looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.domain.call import Role
from qa.domain.detectors.base import Case
from qa.domain.transcript import Span, Turn

TURN_S = 10.0
"""Time that a turn of a party takes, with the answer to it, where only a text of the call is there."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the call, seen from one party's own speech; the whole call where nothing is set.

    Where several bounds are set, the widest counts: ``first_s`` 20 and ``first_turns`` 3 reach to the
    later of the two. The other party's speech never moves a window.

    Attributes:
        first_s: Seconds from the party's first word.
        last_s: Seconds up to the party's last word.
        first_turns: The party's first turns.
        last_turns: The party's last turns.
        last_share: The last part of the call, 0-1 of its length.
        before_s: Seconds before the anchor begins; with ``after_s``, the anchor is inside.
        after_s: Seconds after the anchor ends.
        before_turns: The party's turns up to the one in which the anchor begins.
        after_turns: The party's turns from the one in which the anchor ends.
    """

    first_s: float | None = None
    last_s: float | None = None
    first_turns: int | None = None
    last_turns: int | None = None
    last_share: float | None = None
    before_s: float | None = None
    after_s: float | None = None
    before_turns: int | None = None
    after_turns: int | None = None

    @property
    def around(self) -> bool:
        """Whether it is counted from an anchor."""
        bounds = (self.before_s, self.after_s, self.before_turns, self.after_turns)
        return any(bound is not None for bound in bounds)

    def by_turns(self) -> Window:
        """The window of a written call, whose times are estimates.

        Its bounds in seconds also reach over as many turns as would take the time, each ``TURN_S``.
        """
        return replace(
            self,
            first_turns=_turns(self.first_s, self.first_turns),
            last_turns=_turns(self.last_s, self.last_turns),
            before_turns=_turns(self.before_s, self.before_turns),
            after_turns=_turns(self.after_s, self.after_turns),
        )


WHOLE_CALL = Window()


def _turns(seconds: float | None, turns: int | None) -> int | None:
    """The more of two counts of turns, one of them in seconds; ``None`` where neither is set."""
    return turns if seconds is None else max(round(seconds / TURN_S), turns or 1)


def resolve(window: Window, case: Case, speaker: Role | None, anchor: Span | None) -> Span:
    """A window of one call, as a span within the part of the recording that is looked at.

    Args:
        window: The window.
        case: The call.
        speaker: Whose words are searched; ``None`` for anybody's.
        anchor: What bounds before and after an anchor are counted from.
    """
    whole = case.span
    if window == WHOLE_CALL:
        return whole
    turns: Sequence[Turn] = (
        case.transcript.turns if speaker is None else case.streams[speaker].turns
    )
    if case.part is not None:
        turns = [turn for turn in turns if turn.span.overlap_s(whole) > 0]
    if not case.signals.measured:
        window = window.by_turns()
    if anchor is not None and window.around:
        return _within(whole, _beside(window, turns, anchor))
    return _from_edges(window, turns, whole) if turns else whole


def _from_edges(window: Window, turns: Sequence[Turn], whole: Span) -> Span:
    """The beginning or the end of a call."""
    ends = [turn.end_s for turn in turns[: window.first_turns]] if window.first_turns else []
    if window.first_s is not None:
        ends.append(max(turns[0].start_s, whole.start_s) + window.first_s)
    if ends:
        return _within(whole, Span(whole.start_s, max(ends)))
    starts = [turn.start_s for turn in turns[-window.last_turns :]] if window.last_turns else []
    if window.last_s is not None:
        last_s = max(turn.end_s for turn in turns)
        starts.append(min(last_s, whole.end_s) - window.last_s)
    if window.last_share is not None:
        starts.append(whole.end_s - whole.duration_s * window.last_share)
    if starts:
        return _within(whole, Span(min(starts), whole.end_s))
    return whole


def _beside(window: Window, turns: Sequence[Turn], anchor: Span) -> Span:
    """The stretch of a call before, after or around a place in it."""
    starts, ends = [], []
    if window.before_s is not None:
        starts.append(anchor.start_s - window.before_s)
    if window.before_turns is not None:
        begun = [turn.start_s for turn in turns if turn.start_s <= anchor.start_s]
        starts.append(min(begun[-window.before_turns :], default=anchor.start_s))
    if window.after_s is not None:
        ends.append(anchor.end_s + window.after_s)
    if window.after_turns is not None:
        open_yet = [turn.end_s for turn in turns if turn.end_s >= anchor.end_s]
        ends.append(max(open_yet[: window.after_turns], default=anchor.end_s))
    return Span(min(starts, default=anchor.end_s), max(ends, default=anchor.start_s))


def _within(whole: Span, span: Span) -> Span:
    start_s = min(max(whole.start_s, span.start_s), whole.end_s)
    return Span(start_s, max(start_s, min(span.end_s, whole.end_s)))
