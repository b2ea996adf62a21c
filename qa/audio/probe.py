"""What a file is, told from its bytes, and why some cannot be scored.

Names are not believed: switches write ``.wav`` on anything. A WAV header is read here, because libsndfile
silently plays what is there of a recording that was cut short, and finds nothing behind the placeholder
sizes that recorders write when they stream.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from qa.domain.errors import NotScorable
from qa.domain.wording import Reason

MAX_CHANNELS = 2

_STREAMED = 0x7FFF_0000
"""Data sizes from here up are placeholders of a recorder that could not know the length."""
_LARGEST = 0xFFFF_FFFF
"""What 32 bits of a header can say; there may be more."""
_TOLERANCE_S = 0.05
_CHUNK = struct.Struct("<4sI")
_FMT = struct.Struct("<HHII")
_DS64 = struct.Struct("<QQ")


@dataclass(frozen=True, slots=True)
class WavHeader:
    """Where a WAV file's sound lies.

    Attributes:
        byte_rate: Bytes a second, 0 where the header does not say.
        data_at: Offset of the first byte of sound.
        stated_bytes: Sound as the header states it, ``None`` for a placeholder.
        actual_bytes: Sound that is there.
    """

    channels: int
    byte_rate: int
    data_at: int
    stated_bytes: int | None
    actual_bytes: int


def check(path: Path) -> WavHeader | None:
    """Refuse what can be refused before decoding.

    Returns:
        The header of a WAV file; ``None`` for every other file, which only decoding can judge.

    Raises:
        NotScorable: ``recording.unreadable``, ``.empty``, ``.header_only``, ``.truncated``,
            ``.not_audio`` or ``.channels``.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            start = stream.read(12)
            header = _header(stream, size) if _is_wav(start) else None
    except OSError as error:
        raise NotScorable(
            Reason("recording.unreadable", {"detail": error.strerror or type(error).__name__})
        ) from error
    if size == 0:
        raise NotScorable(Reason("recording.empty"))
    if header is None:
        return None
    if header.actual_bytes == 0:
        raise NotScorable(Reason("recording.header_only"))
    refuse_channels(header.channels)
    if header.stated_bytes is not None and header.byte_rate:
        refuse_truncated(
            stated_s=header.stated_bytes / header.byte_rate,
            actual_s=header.actual_bytes / header.byte_rate,
            tolerance_s=_TOLERANCE_S,
        )
    return header


def refuse_channels(channels: int) -> None:
    """Raise ``NotScorable`` for anything but mono and stereo."""
    if not 1 <= channels <= MAX_CHANNELS:
        raise NotScorable(Reason("recording.channels", {"channels": channels}))


def refuse_truncated(*, stated_s: float, actual_s: float, tolerance_s: float) -> None:
    """Raise ``NotScorable`` where less sound is there than a file says it holds."""
    if stated_s - actual_s > tolerance_s:
        raise NotScorable(
            Reason("recording.truncated", {"stated_s": stated_s, "actual_s": actual_s})
        )


class TrueSizes(io.RawIOBase):
    """A streamed WAV file, read as if its header said how much sound there is."""

    def __init__(self, path: Path, header: WavHeader) -> None:
        super().__init__()
        # Closed with this object, which lives as long as the file is decoded.
        self._stream = path.open("rb")
        self._head = bytearray(self._stream.read(header.data_at))
        self._at = 0
        self._size = header.data_at + header.actual_bytes
        self._head[:4] = b"RIFF"
        struct.pack_into("<I", self._head, 4, min(self._size - 8, _LARGEST))
        struct.pack_into("<I", self._head, header.data_at - 4, min(header.actual_bytes, _LARGEST))

    def readable(self) -> bool:
        """True: it is there to be read."""
        return True

    def seekable(self) -> bool:
        """True: decoders go back to the header."""
        return True

    def tell(self) -> int:
        """The position that is read next."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position, as every file does."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        """Read the header as it should be and the sound as it is; decoders expect all they ask for."""
        view = memoryview(buffer)
        head = self._head[self._at : self._at + len(view)]
        view[: len(head)] = head
        self._stream.seek(self._at + len(head))
        count = len(head) + self._stream.readinto(view[len(head) :])
        self._at += count
        return count

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
        super().close()


def _is_wav(start: bytes) -> bool:
    return start[:4] in (b"RIFF", b"RF64") and start[8:12] == b"WAVE"


def _header(stream: BinaryIO, size: int) -> WavHeader:
    """Walk the chunks up to the sound. A header that breaks off before it has none after it."""
    channels, byte_rate = 1, 0
    large: int | None = None
    at = 12
    while at + _CHUNK.size <= size:
        stream.seek(at)
        name, length = _CHUNK.unpack(stream.read(_CHUNK.size))
        body = at + _CHUNK.size
        if name == b"data":
            stated = length if large is None else large
            streamed = stated == 0 or (large is None and stated >= _STREAMED)
            present = size - body
            return WavHeader(
                channels=channels,
                byte_rate=byte_rate,
                data_at=body,
                stated_bytes=None if streamed else stated,
                actual_bytes=present if streamed else min(present, stated),
            )
        if name == b"ds64" and len(sizes := stream.read(_DS64.size)) == _DS64.size:
            _, large = _DS64.unpack(sizes)
        if name == b"fmt " and len(form := stream.read(_FMT.size)) == _FMT.size:
            _, channels, _, byte_rate = _FMT.unpack(form)
        at = body + length + (length & 1)
    return WavHeader(channels, byte_rate, size, 0, 0)
