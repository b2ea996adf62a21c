"""Diarization of telephone calls with pyannote's segmentation, CAM++ and rules of our own.

pyannote's own pipeline takes one embedding for each voice of each window of 10 s. On telephone sound the
segmentation often gives two alike voices one name, and the embedding is then of both; and since windows
overlap, the same speech is embedded four times and more. Here

- a voice is told anew after every pause: the parties of a call rarely change without one;
- a stretch that several windows show is embedded once, and what is shorter than half a second goes with
  the stretch around it;
- a stretch that is like two voices at once is looked at again in parts of 1.5 s, and cut where the voice
  changes;
- the number of voices is that of the clearest partition;
- where two speak at once, the foremost is the one whose voice is heard (see ``models.overlaps``).

On the sample calls of this repository (mono, no collar, overlap scored) pyannote's pipeline has 23 %
error, and told anew after pauses but embedded in every window 7.5 %, with 83 embeddings a minute; this has
7.0 % with 37, at 0.45 of the time.

Three hours take 250 MB beside the networks and the recording, and time in proportion to their length.
Embeddings do not leave this module. It imports pyannote; import it only where that is loaded anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from pyannote.audio import Inference

from models import campplus
from models.overlaps import LEAST_S, clear_parts, overlaps
from models.stretches import (
    Activity,
    Frames,
    Indices,
    Piece,
    Sightings,
    frames_alone,
    runs,
    sightings,
    timeline,
)
from models.voices import Vectors, find_voices, nearest
from qa.domain.transcript import Span
from qa.ports import SAMPLE_RATE, Diarization, Samples

STEP = 0.25
"""Step of the 10 s segmentation window, as a part of it. At 0.1, 0.25 and 0.5 the error is 7.0, 7.0 and 7.5 %
on the sample calls, 10.6, 11.0 and 14.4 % on 13 calls of other synthetic voices, most of one sex; a minute
of the sample calls takes 47, 20 and 11 windows, 44, 37 and 29 embeddings, 4.7, 2.6 and 2.1 s."""
SEGMENTATION_BATCH = 16
"""Windows segmented at once. A window costs 65 ms alone, 46 to 52 ms in batches of 4 to 16 (one thread)."""
UNSURE_BELOW = 0.25
"""A stretch is looked at in parts where its likeness (cosine) to the nearest voice is not this far above
that to the next. Of stretches that hold two voices about half are below, of others few."""
PART_S = 1.5
"""Length of such a part, which is that of 3D-Speaker's diarization."""
PART_STEP_S = 0.5
CHANGE_COST = 0.2
"""What a change of voice from one part to the next must gain in likeness. To look at parts took the error on
the 13 calls from 13.4 to 11.5 %, and costs 8 to 17 parts a minute."""
_CHANGE_WITHIN_S = 0.4
_KEEP_S = 0.2
_EMBED_AT_ONCE = 64


class CallDiarization:
    """Tells the voices of a call apart.

    Args:
        segmentation: pyannote's segmentation model, in powerset mode.
        embedding: What tells a voice.
        device: Where the segmentation runs.
    """

    def __init__(self, segmentation: Any, embedding: campplus.Campplus, *, device: str) -> None:
        duration_s = segmentation.specifications.duration
        self._embedding = embedding
        self._receptive = segmentation.receptive_field
        self._step_s = STEP * duration_s
        self._inference = Inference(
            segmentation,
            duration=duration_s,
            step=self._step_s,
            skip_aggregation=True,
            batch_size=SEGMENTATION_BATCH,
            device=torch.device(device),
        )

    def __call__(self, waveform: torch.Tensor, *, most: int) -> Diarization:
        """Diarize a waveform of shape ``(1, n)`` with at most ``most`` voices."""
        found = self._inference({"waveform": waveform, "sample_rate": SAMPLE_RATE})
        voices: Activity = found.data.astype(np.uint8)
        starts_s = np.arange(len(voices)) * self._step_s
        offsets: Indices = np.rint(starts_s / self._receptive.step).astype(np.int64)
        seen = sightings(voices, offsets)
        if len(seen.start) == 0:
            return Diarization(turns={}, exclusive=())
        samples = waveform[0].numpy()
        pieces, known = self._tell(samples, seen, voices, offsets, most)
        together, foremost = timeline(seen, pieces, voices, offsets, speakers=len(known))
        self._tell_overlaps(samples, known, together, foremost)
        return self._diarization(together, foremost, duration_s=len(samples) / SAMPLE_RATE)

    def _tell(
        self, samples: Samples, seen: Sightings, voices: Activity, offsets: Indices, most: int
    ) -> tuple[list[list[Piece]], Vectors]:
        """The voices of each sighting, and what each voice is like, shape ``(voices, dimension)``."""
        distinct = np.unique(seen.stands_for)
        embedded, vectors, clean_s = self._embed_stretches(samples, distinct, seen, voices, offsets)
        whole = [(int(a), int(b)) for a, b in zip(seen.start, seen.end, strict=True)]
        if len(embedded) == 0:
            nobody = np.zeros((1, campplus.DIMENSION), dtype=np.float32)
            return [[(start, end, 0)] for start, end in whole], nobody
        known = find_voices(vectors, clean_s, most=most)
        own = nearest(vectors, known)
        # What is too short to embed and is covered by nothing goes with what is nearest in time.
        centres = (seen.start + seen.end) / 2
        by_time = embedded[np.argsort(centres[embedded], kind="stable")]
        told: dict[int, list[Piece]] = {}
        for one, voice in zip(embedded, own, strict=True):
            told[int(one)] = [(*whole[one], int(voice))]
        if len(known) > 1:
            likeness = np.sort(vectors @ known.T, axis=1)
            unsure = embedded[likeness[:, -1] - likeness[:, -2] < UNSURE_BELOW]
            for one in unsure:
                if self._seconds(whole[one][1] - whole[one][0]) >= PART_S + PART_STEP_S:
                    told[int(one)] = self._in_parts(samples, whole[one], known)
        pieces: list[list[Piece]] = []
        for one, representative in enumerate(seen.stands_for):
            cut = told.get(int(representative))
            if cut is None:
                neighbour = np.searchsorted(centres[by_time], centres[one])
                cut = told[int(by_time[min(int(neighbour), len(by_time) - 1)])][:1]
            pieces.append(_fitted(cut, *whole[one]))
        return pieces, known

    def _tell_overlaps(
        self, samples: Samples, known: Vectors, together: Frames, foremost: Frames
    ) -> None:
        """Let the voice that is clearly heard in an overlap be the foremost of it; writes to ``foremost``."""
        least = round(LEAST_S / self._frame_s)
        for start, end in overlaps(together):
            speaking = np.flatnonzero(together[start:end].any(axis=0))
            likeness = partial(self._likeness, samples, known[speaking])
            for part, one in clear_parts((start, end), least, likeness):
                foremost[slice(*part)] = np.arange(len(known)) == speaking[one]

    def _likeness(self, samples: Samples, voices: Vectors, span: tuple[int, int]) -> Vectors:
        """Of a span of the sound to each voice; to none of them where the padding after the recording begins."""
        features = self._features(samples, *span)
        if len(features) < campplus.MIN_FRAMES:
            return np.zeros(len(voices), dtype=np.float32)
        likeness: Vectors = voices @ self._embedding.embed([features])[0]
        return likeness

    def _embed_stretches(
        self,
        samples: Samples,
        distinct: Indices,
        seen: Sightings,
        voices: Activity,
        offsets: Indices,
    ) -> tuple[Indices, Vectors, Vectors]:
        """Embed the stretches that are long enough: which they are, their embeddings, clean seconds."""
        embedded: list[int] = []
        clean_s: list[float] = []
        vectors: list[Vectors] = [np.zeros((0, campplus.DIMENSION), dtype=np.float32)]
        waiting: list[torch.Tensor] = []
        for one in distinct:
            features = self._features(samples, int(seen.start[one]), int(seen.end[one]))
            alone = frames_alone(seen, int(one), voices, offsets)
            at = np.arange(len(features)) * campplus.FRAME_S / self._receptive.step
            mask = torch.from_numpy(alone[np.minimum(at.astype(int), len(alone) - 1)] > 0)
            clean = features[mask]
            voice = clean if len(clean) > campplus.MIN_FRAMES else features
            if len(voice) < campplus.MIN_FRAMES:
                continue
            embedded.append(int(one))
            clean_s.append(self._seconds(int(alone.sum())))
            waiting.append(voice)
            if len(waiting) == _EMBED_AT_ONCE:
                vectors.append(self._embedding.embed(waiting))
                waiting = []
        vectors.append(self._embedding.embed(waiting))
        return np.array(embedded, dtype=np.int64), np.concatenate(vectors), np.array(clean_s)

    def _in_parts(self, samples: Samples, span: tuple[int, int], known: Vectors) -> list[Piece]:
        """Cut a stretch where its voice changes, if it does."""
        features = self._features(samples, *span)
        length, step = round(PART_S / campplus.FRAME_S), round(PART_STEP_S / campplus.FRAME_S)
        parts = max(2, -(-(len(features) - length) // step) + 1)
        starts = np.linspace(0, len(features) - length, parts).astype(int)
        vectors = self._embedding.embed([features[start : start + length] for start in starts])
        path = steady_path(vectors @ known.T, cost=CHANGE_COST)
        loudness = features.mean(dim=1).numpy()
        pieces: list[Piece] = []
        start = span[0]
        for part in np.flatnonzero(np.diff(path)) + 1:
            middle = (starts[part - 1] + starts[part] + length) // 2
            cut = span[0] + round(
                _quietest(loudness, int(middle)) * campplus.FRAME_S / self._frame_s
            )
            pieces.append((start, cut, int(path[part - 1])))
            start = cut
        return [*pieces, (start, span[1], int(path[-1]))]

    def _features(self, samples: Samples, start: int, end: int) -> torch.Tensor:
        first = self._time_s(start) * SAMPLE_RATE
        last = self._time_s(end) * SAMPLE_RATE
        return self._embedding.features(samples[round(first) : round(last)])

    @property
    def _frame_s(self) -> float:
        return float(self._receptive.step)

    def _seconds(self, frames: int) -> float:
        return frames * self._frame_s

    def _time_s(self, frame: int) -> float:
        """Middle of a frame, which is where a change between frames is said to be, as in pyannote."""
        return self._seconds(frame) + float(self._receptive.duration) / 2

    def _diarization(
        self,
        together: Frames,
        foremost: Frames,
        *,
        duration_s: float,
    ) -> Diarization:
        """Spans of the voices, named in the order in which they first speak."""
        spoken = [voice for voice in range(together.shape[1]) if together[:, voice].any()]
        spoken.sort(key=lambda voice: int(together[:, voice].argmax()))
        names = {voice: f"SPEAKER_{number:02d}" for number, voice in enumerate(spoken)}
        turns = {
            name: tuple(self._spans(together[:, voice], duration_s))
            for voice, name in names.items()
        }
        alone = [
            (span, names[voice])
            for voice in spoken
            for span in self._spans(foremost[:, voice], duration_s)
        ]
        return Diarization(
            turns={name: spans for name, spans in turns.items() if spans},
            exclusive=tuple(sorted(alone, key=lambda turn: turn[0].start_s)),
        )

    def _spans(self, active: Frames, duration_s: float) -> list[Span]:
        """The last window is padded, so a voice may seem to go on past the end."""
        times = (
            (self._time_s(first), min(self._time_s(end), duration_s)) for first, end in runs(active)
        )
        return [Span(round(start, 3), round(end, 3)) for start, end in times if start < end]


def steady_path(likeness: Vectors, *, cost: float) -> npt.NDArray[np.int64]:
    """The voice of each part, changing only where that gains more likeness than it costs (Viterbi).

    Args:
        likeness: Of each part to each voice, shape ``(parts, voices)``.
        cost: Of one change.

    Returns:
        Shape ``(parts,)``.
    """
    parts, voices = likeness.shape
    change = cost * (1 - np.eye(voices))
    came_from = np.zeros((parts, voices), dtype=np.int64)
    best = likeness[0].astype(np.float64)
    for part in range(1, parts):
        reached = best[:, np.newaxis] - change
        came_from[part] = reached.argmax(axis=0)
        best = reached.max(axis=0) + likeness[part]
    path = np.zeros(parts, dtype=np.int64)
    path[-1] = best.argmax()
    for part in range(parts - 1, 0, -1):
        path[part - 1] = came_from[part, path[part]]
    return path


def _quietest(loudness: npt.NDArray[np.float32], middle: int) -> int:
    """The quietest frame near a change of voice; the last of one party is softer than its middle."""
    near, keep = round(_CHANGE_WITHIN_S / campplus.FRAME_S), round(_KEEP_S / campplus.FRAME_S)
    first, last = max(keep, middle - near), min(len(loudness) - keep, middle + near)
    smooth = np.convolve(loudness, np.ones(5) / 5, mode="same")
    return first + int(smooth[first:last].argmin())


def _fitted(pieces: Sequence[Piece], start: int, end: int) -> list[Piece]:
    """Pieces of a stretch as one of its sightings has them: the outer ones reach to its ends."""
    inner = [max(start, min(end, cut)) for _, cut, _ in pieces[:-1]]
    bounds = [start, *inner, end]
    return [
        (first, last, piece[2])
        for piece, first, last in zip(pieces, bounds, bounds[1:], strict=False)
        if first < last
    ]
