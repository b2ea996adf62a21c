"""Recordings as they were made, block by block: libsndfile first, FFmpeg (PyAV) for what it does not know.

A block at a time, because a recording of three hours does not fit beside the models.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qa.audio import probe
from qa.domain.errors import NotScorable
from qa.domain.wording import Reason
from qa.ports import Samples

BLOCK_FRAMES = 1 << 18
"""About half a minute at 8 kHz: large enough that the cost of a block does not count."""

_LOSSY_TOLERANCE_S = 0.5
"""Encoders pad: the last frames of an MP3 or AAC file may not all be sound."""
_LONGEST_S = 86_400.0
"""No call lasts a day: a header that says so was written before its length was known."""


@dataclass(frozen=True, slots=True)
class Source:
    """An open recording.

    Attributes:
        rate: Its own sample rate, Hz.
        channels: 1 or 2.
        stated_s: Length as the file states it, 0 where it does not.
        blocks: Its sound from start to end, once: float32 in [-1, 1], each of shape ``(n, channels)``.
            Raises ``NotScorable`` at the end where there was none, or less than the file states.
    """

    rate: int
    channels: int
    stated_s: float
    blocks: Iterator[Samples]


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """Open a recording for as long as its blocks are read. Raises ``NotScorable``."""
    header = probe.check(path)
    with _with_libsndfile(path, header) as source:
        if source is not None:
            yield source
            return
    with _with_ffmpeg(path) as source:
        yield source


def _checked(source: Source) -> Source:
    """The same with its samples made sound, and refused at its end if too little was there."""

    def blocks() -> Iterator[Samples]:
        frames = 0
        for block in source.blocks:
            frames += len(block)
            # A float file may hold anything; what is not a number would spread through every filter.
            with np.errstate(invalid="ignore", over="ignore"):
                sound = math.isfinite(float(block.sum()))
            if not sound:
                np.nan_to_num(block, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)
            yield np.clip(block, -1.0, 1.0, out=block)
        probe.refuse_truncated(
            stated_s=source.stated_s,
            actual_s=frames / source.rate,
            tolerance_s=_LOSSY_TOLERANCE_S,
        )
        if frames == 0:
            raise NotScorable(Reason("recording.header_only"))

    return Source(source.rate, source.channels, source.stated_s, blocks())


@contextmanager
def _with_libsndfile(path: Path, header: probe.WavHeader | None) -> Iterator[Source | None]:
    """Open with libsndfile; ``None`` for a file that it does not know, or whose length it does not."""
    import soundfile

    with ExitStack() as opening:
        # Bytes, since soundfile encodes a name by itself and fails at one that is not UTF-8.
        file: bytes | probe.TrueSizes = os.fsencode(path)
        if header is not None and header.stated_bytes is None:
            file = opening.enter_context(probe.TrueSizes(path, header))
        try:
            stream = opening.enter_context(soundfile.SoundFile(file))
        except soundfile.LibsndfileError:
            yield None
            return
        probe.refuse_channels(stream.channels)
        stated_s = stream.frames / stream.samplerate
        if stated_s > _LONGEST_S:
            # FLAC from a pipe states 0 samples, which libsndfile reports as 2^63 - 1.
            yield None
            return
        rate = int(stream.samplerate)
        yield _checked(Source(rate, stream.channels, stated_s, _read(stream, path)))


def _read(stream: Any, path: Path) -> Iterator[Samples]:
    import soundfile

    done = 0
    while done < stream.frames:
        # The number is given because soundfile cannot tell it itself in GSM, which does not seek.
        wanted = min(stream.frames - done, BLOCK_FRAMES)
        try:
            block = stream.read(wanted, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError:
            # Where libsndfile gives up at what is broken, FFmpeg tells how much there is.
            with _with_ffmpeg(path) as other:
                yield from _after(done, other.blocks)
            return
        if not len(block):
            return
        done += len(block)
        yield block


def _after(frames: int, blocks: Iterator[Samples]) -> Iterator[Samples]:
    """The sound that follows a number of frames."""
    for block in blocks:
        if len(block) > frames:
            yield block[frames:]
        frames = max(0, frames - len(block))


@contextmanager
def _with_ffmpeg(path: Path) -> Iterator[Source]:
    """Open with FFmpeg. Raises ``NotScorable`` for what is no audio."""
    import av

    try:
        container = av.open(str(path))
    except av.FFmpegError as error:
        raise NotScorable(Reason("recording.not_audio")) from error
    with container:
        if not container.streams.audio:
            raise NotScorable(Reason("recording.not_audio"))
        stream = container.streams.audio[0]
        channels = stream.codec_context.channels
        probe.refuse_channels(channels)
        stated_s = float(stream.duration * stream.time_base) if stream.duration else 0.0
        rate = int(stream.codec_context.sample_rate)
        frames = _gathered(_frames(container, stream, rate))
        yield _checked(Source(rate, channels, stated_s, frames))


def _frames(container: Any, stream: Any, rate: int) -> Iterator[npt.NDArray[np.float32]]:
    """Decoded frames, each of shape ``(n, channels)``; a broken tail ends them.

    Raises ``NotScorable`` where nothing could be decoded.
    """
    import av

    layout = "mono" if stream.codec_context.channels == 1 else "stereo"
    resampler = av.AudioResampler(format="fltp", layout=layout, rate=rate)
    decoded = False
    try:
        for frame in container.decode(stream):
            for part in resampler.resample(frame):
                decoded = True
                yield part.to_ndarray().T
        for part in resampler.resample(None):
            yield part.to_ndarray().T
    except av.FFmpegError as error:
        if not decoded:
            raise NotScorable(Reason("recording.not_audio")) from error


def _gathered(frames: Iterator[Samples]) -> Iterator[Samples]:
    """Frames of a thousand samples put together to blocks."""
    waiting: list[Samples] = []
    length = 0
    for frame in frames:
        waiting.append(frame)
        length += len(frame)
        if length >= BLOCK_FRAMES:
            yield np.concatenate(waiting)
            waiting, length = [], 0
    if waiting:
        yield np.concatenate(waiting)
