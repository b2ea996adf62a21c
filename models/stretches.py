"""Stretches of a voice between its pauses: found window by window, and laid on one timeline again.

The segmentation looks at overlapping windows of a recording and names the voices within each. A stretch is
an uninterrupted run of one of those voices. Windows overlap, so most stretches are seen several times; one
sighting stands for all of them, and only that one is embedded. Everything here is linear in the length of
the recording.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Activity = npt.NDArray[np.uint8]
Frames = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]
Piece = tuple[int, int, int]
"""Where a part of a stretch starts and ends, in frames of the recording, and its voice."""

SAME_STRETCH_FRAMES = 12
"""How far apart two sightings of one stretch may start or end: 0.2 s. At 0.4 s the error rises by a fifth."""
FRAGMENT_FRAMES = 30
"""A shorter sighting, half a second, goes with a longer one that covers it: too little to know a voice by."""
_COVERED = 0.8


@dataclass(frozen=True, slots=True)
class Sightings:
    """Every sighting of a stretch.

    Attributes:
        window: Which window it was seen in, shape ``(n,)``.
        voice: Which of the window's voices it is, shape ``(n,)``.
        start: Its first frame, in frames of the recording, shape ``(n,)``.
        end: The frame after its last, shape ``(n,)``.
        stands_for: The index of the sighting that stands for it, shape ``(n,)``; its own for one that
            stands for itself.
    """

    window: Indices
    voice: Indices
    start: Indices
    end: Indices
    stands_for: Indices


def sightings(voices: Activity, offsets: Indices) -> Sightings:
    """Find the stretches of every window, and which of them are the same.

    Args:
        voices: Shape ``(windows, frames, voices)``, 0 or 1.
        offsets: First frame of each window, in frames of the recording, shape ``(windows,)``.
    """
    windows, frames, _ = voices.shape
    padded = np.pad(voices > 0, ((0, 0), (1, 1), (0, 0))).astype(np.int8)
    changes = np.diff(padded, axis=1).transpose(0, 2, 1)
    window, voice, first = np.nonzero(changes == 1)
    last = np.nonzero(changes == -1)[2]
    start, end = offsets[window] + first, offsets[window] + last
    # What a window's edge cuts off goes on in the next window.
    cut_left = (first == 0) & (window > 0)
    cut_right = (last == frames) & (window < windows - 1)
    off_centre = np.abs(first + last - frames)
    order = np.lexsort((off_centre, cut_left.astype(int) + cut_right))
    same = _same(order, start, end, cut_left, cut_right, longest=frames)
    return Sightings(window, voice, start, end, _without_fragments(same, start, end))


def _same(
    order: Indices,
    start: Indices,
    end: Indices,
    cut_left: npt.NDArray[np.bool_],
    cut_right: npt.NDArray[np.bool_],
    *,
    longest: int,
) -> Indices:
    """For each sighting, the first in ``order`` that starts and ends with it, where neither is cut off."""
    near = SAME_STRETCH_FRAMES
    stands_for = np.arange(len(start))
    chosen: list[tuple[int, int]] = []
    for one in order:
        low = bisect_left(chosen, (int(start[one]) - longest, -1))
        high = bisect_right(chosen, (int(start[one]) + near + 1, -1))
        fits: list[tuple[int, int]] = []
        for _, other in chosen[low:high]:
            late = int(start[other] - start[one])
            early = int(end[one] - end[other])
            starts = late <= near if cut_left[one] else abs(late) <= near and not cut_left[other]
            ends = early <= near if cut_right[one] else abs(early) <= near and not cut_right[other]
            if starts and ends:
                fits.append((abs(late) + abs(early), other))
        if fits:
            stands_for[one] = min(fits)[1]
        else:
            insort(chosen, (int(start[one]), int(one)))
    return stands_for


def _without_fragments(stands_for: Indices, start: Indices, end: Indices) -> Indices:
    """Let a fragment go with the shortest longer stretch that covers it, if one does."""
    distinct = np.unique(stands_for)
    length = end - start
    whole = sorted(
        (int(start[one]), int(one)) for one in distinct if length[one] >= FRAGMENT_FRAMES
    )
    reach = max((int(length[one]) for _, one in whole), default=0)
    instead = np.arange(len(start))
    for one in distinct[length[distinct] < FRAGMENT_FRAMES]:
        low = bisect_left(whole, (int(start[one]) - reach, -1))
        high = bisect_left(whole, (int(end[one]), -1))
        covers = [
            (int(length[other]), other)
            for _, other in whole[low:high]
            if min(end[one], end[other]) - max(start[one], start[other]) >= _COVERED * length[one]
        ]
        if covers:
            instead[one] = min(covers)[1]
    return instead[stands_for]


def runs(active: Frames) -> Iterator[tuple[int, int]]:
    """Where something goes on without a break: first frame and frame after the last; ``active`` has shape ``(frames,)``."""
    changes = np.diff(np.pad(active, 1).astype(np.int8))
    starts, ends = np.flatnonzero(changes == 1), np.flatnonzero(changes == -1)
    return zip(starts.tolist(), ends.tolist(), strict=True)


def frames_alone(seen: Sightings, one: int, voices: Activity, offsets: Indices) -> Activity:
    """Per frame of a sighting, whether no other voice of its window speaks; shape ``(frames,)``."""
    window = seen.window[one]
    first = offsets[window]
    inside = voices[window, seen.start[one] - first : seen.end[one] - first]
    alone: Activity = (inside.sum(axis=1) == 1).astype(np.uint8)
    return alone


def timeline(
    seen: Sightings,
    pieces: Sequence[Sequence[Piece]],
    voices: Activity,
    offsets: Indices,
    *,
    speakers: int,
) -> tuple[Frames, Frames]:
    """Who speaks at each frame of the recording, by a vote of the windows that hold it.

    Args:
        seen: The sightings.
        pieces: The voices of each sighting, in time order.
        voices: As for ``sightings``.
        offsets: As for ``sightings``.
        speakers: How many voices there are.

    Returns:
        Two arrays of shape ``(frames, speakers)``: as many voices as speak at once, and the foremost alone.
    """
    windows, frames, _ = voices.shape
    total = int(offsets[-1]) + frames
    votes = np.zeros((total, speakers), dtype=np.float32)
    at_once = np.zeros(total, dtype=np.float32)
    looked = np.zeros(total, dtype=np.float32)
    bounds = np.searchsorted(seen.window, np.arange(windows + 1))
    for window, offset in enumerate(offsets):
        here = slice(int(offset), int(offset) + frames)
        at_once[here] += voices[window].sum(axis=1)
        looked[here] += 1
        active = np.zeros((frames, speakers), dtype=bool)
        for one in range(bounds[window], bounds[window + 1]):
            for start, end, voice in pieces[one]:
                active[start - offset : end - offset, voice] = True
        votes[here] += active
    count = np.rint(at_once / np.maximum(looked, 1)).astype(np.int64)
    ranked = np.argsort(-votes, axis=1, kind="stable")
    together = np.zeros((total, speakers), dtype=bool)
    foremost = np.zeros((total, speakers), dtype=bool)
    for rank in range(speakers):
        at = np.flatnonzero(count > rank)
        together[at, ranked[at, rank]] = True
        if rank == 0:
            foremost[at, ranked[at, 0]] = True
    return together, foremost
