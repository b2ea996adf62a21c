from __future__ import annotations

import numpy as np
import pytest

from models.stretches import FRAGMENT_FRAMES, Activity, frames_alone, sightings, timeline

FRAMES = 400
OFFSETS = np.array([0, 100, 200], dtype=np.int64)


def windows(*talk: tuple[int, int, int]) -> Activity:
    """What three overlapping windows see of (voice, first frame, frame after the last)."""
    voices = np.zeros((3, FRAMES, 2), dtype=np.uint8)
    for window, offset in enumerate(OFFSETS):
        for voice, start, end in talk:
            voices[window, max(0, start - offset) : max(0, end - offset), voice] = 1
    return voices


def test_a_stretch_seen_in_three_windows_is_one() -> None:
    seen = sightings(windows((0, 250, 350)), OFFSETS)

    assert len(seen.start) == 3
    assert list(seen.start) == [250] * 3
    assert list(seen.end) == [350] * 3
    assert len(set(seen.stands_for)) == 1


def test_the_window_that_has_a_stretch_nearest_its_middle_stands_for_it() -> None:
    seen = sightings(windows((0, 250, 350)), OFFSETS)

    assert seen.window[seen.stands_for[0]] == 1


def test_what_a_window_cuts_off_is_part_of_the_whole_stretch() -> None:
    # The first window ends at 400 and the third starts at 200.
    seen = sightings(windows((0, 150, 450)), OFFSETS)

    assert len(set(seen.stands_for)) == 1
    whole = seen.stands_for[0]
    assert (seen.start[whole], seen.end[whole]) == (150, 450)


def test_a_pause_parts_two_stretches_of_one_voice() -> None:
    seen = sightings(windows((0, 210, 280), (0, 300, 390)), OFFSETS)

    assert len(set(seen.stands_for)) == 2


def test_windows_that_see_a_change_elsewhere_stay_two_opinions() -> None:
    voices = windows()
    voices[0, 250:390, 0] = 1
    voices[1, 150:200, 0] = voices[1, 200:290, 1] = 1

    seen = sightings(voices, OFFSETS)

    assert len(set(seen.stands_for)) == 3


def test_a_fragment_goes_with_the_stretch_around_it() -> None:
    voices = windows((0, 210, 390))
    voices[2, 50 : 50 + FRAGMENT_FRAMES - 1, 0] = 0
    voices[2, 52:60, 0] = 1

    seen = sightings(voices, OFFSETS)

    fragment = int(np.flatnonzero(seen.end - seen.start == 8)[0])
    assert seen.start[seen.stands_for[fragment]] == 210


def test_a_fragment_by_itself_stands_for_itself() -> None:
    seen = sightings(windows((0, 210, 215)), OFFSETS)

    assert set(seen.end - seen.start) == {5}


def test_frames_with_another_voice_are_not_clean() -> None:
    voices = windows((0, 250, 300), (1, 280, 320))
    seen = sightings(voices, OFFSETS)
    one = int(np.flatnonzero((seen.voice == 0) & (seen.window == 0))[0])

    clean = frames_alone(seen, one, voices, OFFSETS)

    assert clean.tolist() == [1] * 30 + [0] * 20


def test_overlap_is_kept_together_and_dropped_in_the_foremost() -> None:
    voices = windows((0, 220, 300), (1, 280, 360))
    seen = sightings(voices, OFFSETS)
    pieces = [
        [(int(a), int(b), int(v))] for a, b, v in zip(seen.start, seen.end, seen.voice, strict=True)
    ]

    together, foremost = timeline(seen, pieces, voices, OFFSETS, speakers=2)

    assert together.shape == foremost.shape == (600, 2)
    assert np.flatnonzero(together.all(axis=1)).tolist() == list(range(280, 300))
    assert np.flatnonzero(together.any(axis=1)).tolist() == list(range(220, 360))
    assert foremost.sum(axis=1).max() == 1
    assert np.array_equal(foremost.any(axis=1), together.any(axis=1))


def test_silence_has_no_stretches() -> None:
    assert len(sightings(windows(), OFFSETS).start) == 0


@pytest.mark.parametrize("minutes", [30, 180])
def test_three_hours_hold_as_many_stretches_for_their_length_as_half_an_hour(minutes: int) -> None:
    count = minutes * 24
    offsets = np.rint(np.arange(count) * 2.5 / 0.016875).astype(np.int64)
    total = int(offsets[-1]) + 589
    talk = (np.arange(total) // 100) % 3
    voices = np.stack(
        [[talk[o : o + 589] == voice for o in offsets] for voice in (0, 1)], axis=-1
    ).astype(np.uint8)

    seen = sightings(voices, offsets)

    # A turn of 1.7 s, then one of the other's, then a pause of the same length.
    assert len(set(seen.stands_for)) == pytest.approx(total * 2 / 300, rel=0.02)
