"""Spans of speech cut and merged into windows that Whisper takes, with an exact way back.

Whisper pads every input to 30 s, so many short spans share a window; what lies between them is not sent,
except a short stretch of the real recording at each joint, which keeps words from running together.
The scheme is WhisperX's "VAD Cut & Merge" (Bain et al., Interspeech 2023), with gaps taken out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from qa.domain.transcript import Span
from qa.ports import SAMPLE_RATE, Samples

VERSION = "1"
"""Raised whenever a constant below changes: it decides what is recognised."""

MAX_WINDOW_S = 28.0
"""Whisper's 30 s less a margin: a word that ends at the very edge is often lost."""
JOINT_S = 0.3
"""Seconds of the real gap kept on each side of a joint."""

_QUIET_FRAME_S = 0.05
_EARLIEST_CUT = 0.5


@dataclass(frozen=True, slots=True)
class Window:
    """Stretches of one channel, in time order and not overlapping, that are recognised together."""

    pieces: tuple[Span, ...]

    @property
    def duration_s(self) -> float:
        """Length of the sound that is sent."""
        return sum(piece.duration_s for piece in self.pieces)

    @property
    def span(self) -> Span:
        """From the first piece to the last on the recording's time line."""
        return Span(self.pieces[0].start_s, self.pieces[-1].end_s)

    def cut_from(self, samples: Samples) -> Samples:
        """The window's sound, shape ``(n,)``."""
        return np.concatenate([samples[_bounds(piece)] for piece in self.pieces])

    def place(self, start_s: float, end_s: float) -> Span:
        """Where a word of the window lies in the recording.

        A word belongs to the piece that holds its middle and is clipped to it, so that no word reaches
        over a gap that was taken out.
        """
        middle_s = (start_s + end_s) / 2
        began_s = 0.0
        for piece in self.pieces[:-1]:
            if middle_s < began_s + piece.duration_s:
                break
            began_s += piece.duration_s
        else:
            piece = self.pieces[-1]
        offset_s = piece.start_s - began_s
        return Span(
            min(max(start_s + offset_s, piece.start_s), piece.end_s),
            min(max(end_s + offset_s, piece.start_s), piece.end_s),
        )


def windows_of(speech: Sequence[Span], samples: Samples) -> tuple[Window, ...]:
    """Pack spans of speech into windows of at most ``MAX_WINDOW_S``, in time order."""
    windows: list[Window] = []
    for span in _cut(speech, samples):
        if windows and (merged := _merged(windows[-1], span)).duration_s <= MAX_WINDOW_S:
            windows[-1] = merged
        else:
            windows.append(Window((span,)))
    return tuple(windows)


def alone(window: Window) -> tuple[Window, ...]:
    """A window's pieces as windows of their own, for when recognising them together failed."""
    return tuple(Window((piece,)) for piece in window.pieces)


def _merged(window: Window, span: Span) -> Window:
    *before, last = window.pieces
    if span.start_s - last.end_s <= 2 * JOINT_S:
        return Window((*before, Span(last.start_s, span.end_s)))
    return Window(
        (
            *before,
            Span(last.start_s, last.end_s + JOINT_S),
            Span(span.start_s - JOINT_S, span.end_s),
        )
    )


def _cut(speech: Iterable[Span], samples: Samples) -> Iterable[Span]:
    """Cut spans that are too long for a window at their quietest point past the middle."""
    for span in speech:
        rest = span
        while rest.duration_s > MAX_WINDOW_S:
            at_s = _quietest(Span(rest.start_s, rest.start_s + MAX_WINDOW_S), samples)
            yield Span(rest.start_s, at_s)
            rest = Span(at_s, rest.end_s)
        yield rest


def _quietest(span: Span, samples: Samples) -> float:
    frame = int(_QUIET_FRAME_S * SAMPLE_RATE)
    first = int((span.start_s + _EARLIEST_CUT * span.duration_s) * SAMPLE_RATE)
    heard = samples[first : int(span.end_s * SAMPLE_RATE)]
    frames = heard[: len(heard) // frame * frame].reshape(-1, frame)
    quietest = int(np.argmin(np.square(frames).mean(axis=1)))
    return (first + (quietest + 0.5) * frame) / SAMPLE_RATE


def _bounds(span: Span) -> slice:
    return slice(round(span.start_s * SAMPLE_RATE), round(span.end_s * SAMPLE_RATE))
