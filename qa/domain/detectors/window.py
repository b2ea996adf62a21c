"""Where in a call something is looked for."""

from __future__ import annotations

from dataclasses import dataclass

from qa.domain.call import Role
from qa.domain.detectors.base import Case
from qa.domain.transcript import Span


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
    """

    first_s: float | None = None
    last_s: float | None = None
    first_turns: int | None = None
    last_turns: int | None = None
    last_share: float | None = None
    before_s: float | None = None
    after_s: float | None = None


WHOLE_CALL = Window()


def resolve(window: Window, case: Case, speaker: Role | None, anchor: Span | None) -> Span:
    """A window of one call, as a span within the recording.

    Args:
        window: The window.
        case: The call.
        speaker: Whose words are searched; ``None`` for anybody's.
        anchor: What ``before_s`` and ``after_s`` are counted from.
    """
    whole = Span(0.0, case.signals.duration_s)
    if anchor is not None and (window.before_s is not None or window.after_s is not None):
        start_s = anchor.end_s if window.before_s is None else anchor.start_s - window.before_s
        end_s = anchor.start_s if window.after_s is None else anchor.end_s + window.after_s
        return Span(max(0.0, start_s), min(whole.end_s, end_s))
    turns = case.transcript.turns if speaker is None else case.transcript.of(speaker)
    if not turns:
        return whole
    first_s, last_s = turns[0].start_s, max(turn.end_s for turn in turns)
    ends = [turn.end_s for turn in turns[: window.first_turns]] if window.first_turns else []
    if window.first_s is not None:
        ends.append(first_s + window.first_s)
    if ends:
        return Span(0.0, min(max(ends), whole.end_s))
    starts = [turn.start_s for turn in turns[-window.last_turns :]] if window.last_turns else []
    if window.last_s is not None:
        starts.append(last_s - window.last_s)
    if window.last_share is not None:
        starts.append(whole.end_s * (1 - window.last_share))
    if starts:
        return Span(max(0.0, min(starts)), whole.end_s)
    return whole
