"""Recordings into samples: libsndfile first, FFmpeg (PyAV) for what it does not know.

Two channels stay two channels all the way: a party each is worth more than any diarization.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qa.audio import channels, probe
from qa.domain.errors import NotScorable
from qa.domain.wording import Reason
from qa.ports import SAMPLE_RATE, DecodedAudio, Samples

_LOSSY_TOLERANCE_S = 0.5
"""Encoders pad: the last frames of an MP3 or AAC file may not all be sound."""
_LONGEST_S = 86_400.0
"""No call lasts a day: a header that says so was written before its length was known."""


@dataclass(frozen=True, slots=True)
class SourceAudio:
    """A recording as it was made: float32 in [-1, 1], shape ``(1 or 2, n)``, at its own rate."""

    samples: Samples
    rate: int


class FileDecoder:
    """Reads recordings from files (see ``qa.ports.Decoder``)."""

    def decode(self, path: Path) -> DecodedAudio:
        """Decode one file to 16 kHz. Raises ``NotScorable`` with the reason when it cannot be."""
        source = read_source(path)
        heard = channels.distinct(resampled(source))
        return DecodedAudio(
            channels=heard.samples,
            source_rate=source.rate,
            source_channels=len(source.samples),
            layout=heard.layout,
        )


def read_source(path: Path) -> SourceAudio:
    """Read a file whole. Raises ``NotScorable``."""
    header = probe.check(path)
    source = _with_libsndfile(path, header) or _with_ffmpeg(path)
    if source.samples.shape[1] == 0:
        raise NotScorable(Reason("recording.header_only"))
    # A float file may hold anything; what is not a number would spread through every filter.
    np.nan_to_num(source.samples, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)
    np.clip(source.samples, -1.0, 1.0, out=source.samples)
    return source


def resampled(source: SourceAudio) -> Samples:
    """The samples at ``SAMPLE_RATE``, each channel on its own."""
    if source.rate == SAMPLE_RATE:
        return source.samples
    import soxr

    rates = (source.rate, SAMPLE_RATE)
    return np.stack([soxr.resample(channel, *rates) for channel in source.samples])


def _with_libsndfile(path: Path, header: probe.WavHeader | None) -> SourceAudio | None:
    """Read with libsndfile; ``None`` for a file that it does not know, or whose length it does not."""
    import soundfile

    streamed = header is not None and header.stated_bytes is None
    file: Any = io.BytesIO(probe.with_true_sizes(path, header)) if header and streamed else path
    try:
        with soundfile.SoundFile(file) as stream:
            probe.refuse_channels(stream.channels)
            stated_s = stream.frames / stream.samplerate
            if stated_s > _LONGEST_S:
                # FLAC from a pipe states 0 samples, which libsndfile reports as 2^63 - 1.
                return None
            rate = int(stream.samplerate)
            # The number is given because soundfile cannot tell it itself in GSM, which does not seek.
            samples = stream.read(stream.frames, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError:
        return None
    probe.refuse_truncated(
        stated_s=stated_s, actual_s=len(samples) / rate, tolerance_s=_LOSSY_TOLERANCE_S
    )
    return SourceAudio(np.ascontiguousarray(samples.T), rate)


def _with_ffmpeg(path: Path) -> SourceAudio:
    """Read with FFmpeg. Raises ``NotScorable`` for what is no audio."""
    import av

    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise NotScorable(Reason("recording.not_audio"))
            stream = container.streams.audio[0]
            probe.refuse_channels(stream.codec_context.channels)
            stated_s = float(stream.duration * stream.time_base) if stream.duration else 0.0
            rate = int(stream.codec_context.sample_rate)
            frames = _frames(container, stream, rate)
    except av.FFmpegError as error:
        raise NotScorable(Reason("recording.not_audio")) from error
    if not frames:
        raise NotScorable(Reason("recording.header_only"))
    samples = np.concatenate(frames, axis=1)
    probe.refuse_truncated(
        stated_s=stated_s, actual_s=samples.shape[1] / rate, tolerance_s=_LOSSY_TOLERANCE_S
    )
    return SourceAudio(samples, rate)


def _frames(container: Any, stream: Any, rate: int) -> list[npt.NDArray[np.float32]]:
    """Decoded frames, each of shape ``(channels, n)``; a broken tail ends them."""
    import av

    layout = "mono" if stream.codec_context.channels == 1 else "stereo"
    resampler = av.AudioResampler(format="fltp", layout=layout, rate=rate)
    frames = []
    try:
        for frame in container.decode(stream):
            frames += [part.to_ndarray() for part in resampler.resample(frame)]
        frames += [part.to_ndarray() for part in resampler.resample(None)]
    except av.FFmpegError:
        if not frames:
            raise
    return frames
