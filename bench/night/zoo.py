"""Files that turn up beside recordings, broken or odd, each with the outcome that a night owes it.

None is kept in the repository: every one is written where it is wanted, most from a stretch of a sample call.
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from bench.samples_report import SAMPLES

RATE = 8000
SCORED = "scored"
TO_THE_MODELS = frozenset({SCORED, "recording.no_speech", "recording.only_sounds"})
"""Outcomes of what can be decoded, so that a model is asked."""
PASSED_OVER = "passed over"
"""No recording at all: the run says so in a line of its report and goes on."""

_LENGTH_S = 7.0
_SPARSE_BYTES = 2 << 30

Sound = npt.NDArray[np.float32]
"""Shape ``(n, channels)``."""


@dataclass(frozen=True, slots=True)
class Oddity:
    """One file.

    Attributes:
        name: Its name in the folder; made of bytes, since not every name is text.
        outcome: ``scored``, ``passed over``, or the code of the reason that it has no score.
        make: Writes it.
        sounds: Whether it is odd in what it sounds like or in how that is written, and not in its name.
    """

    name: bytes
    outcome: str
    make: Callable[[Path], None]
    sounds: bool = True

    @property
    def text(self) -> str:
        """The name as Python sees it."""
        return os.fsdecode(self.name)

    @property
    def shown(self) -> str:
        """The name as it is printed: what is not UTF-8 escaped."""
        return self.text.encode("utf-8", "backslashreplace").decode("utf-8")


def write(folder: Path) -> tuple[Oddity, ...]:
    """Write every file into an empty folder, and one outside it that a link names."""
    call = _call()
    zoo = (
        *_headers(call),
        *_codings(call),
        *_impostors(),
        *_sounds(call),
        *_of_the_file_system(call),
        *_names(call),
    )
    for index, one in enumerate(zoo):
        one.make(folder / one.text)
        _make_different(folder / one.text, index)
    return zoo


def outcomes(report: Mapping[str, Any], zoo: Sequence[Oddity]) -> dict[bytes, str]:
    """What the report of a night says of each file; ``not named`` of those that it says nothing of."""
    said = {card["recording"]: card["status"] for card in report["scorecards"]}
    said |= {one["recording"]: one["code"] for one in report["not_scorable"]}
    for line in report["warnings"]:
        if "no files" in line or "outside the folders" in line:
            said |= dict.fromkeys(line.rpartition(": ")[2].split(", "), PASSED_OVER)
    return {one.name: said.get(one.shown, "not named") for one in zoo}


def _headers(call: Sound) -> tuple[Oddity, ...]:
    wav = _encoded(call, "WAV", "PCM_16")
    data_at = wav.index(b"data")
    return (
        Oddity(b"empty.wav", "recording.empty", _bytes(b"")),
        Oddity(b"one-byte.wav", "recording.not_audio", _bytes(b"R")),
        Oddity(b"header-cut.wav", "recording.header_only", _bytes(wav[:30])),
        Oddity(b"promises-more.wav", "recording.truncated", _bytes(_stating(wav, 2 * len(wav)))),
        Oddity(b"no-sound.wav", "recording.header_only", _bytes(_stating(wav[: data_at + 8], 0))),
        Oddity(b"length-unknown.wav", SCORED, _bytes(_stating(wav, 0xFFFF_FFFF))),
        Oddity(b"no-rate.wav", "recording.not_audio", _bytes(_with_rate(wav, 0))),
        Oddity(b"absurd-rate.wav", "recording.not_audio", _bytes(_with_rate(wav, 0xFFFF_FFFF))),
        Oddity(b"rf64.wav", SCORED, _bytes(_encoded(call, "RF64", "PCM_16"))),
        Oddity(b"extensible.wav", SCORED, _bytes(_encoded(call, "WAVEX", "PCM_16"))),
    )


def _codings(call: Sound) -> tuple[Oddity, ...]:
    mono = call[:, :1]
    floats = call.copy()
    floats[1000:1010], floats[2000], floats[3000] = np.nan, np.inf, -np.inf
    mp3 = _encoded(_at(call, 16000), "MP3", "MPEG_LAYER_III", 16000)
    junk = b"ID3\x04\x00\x00" + _syncsafe(3000) + b"\xff\xfb" * 1500
    opus = _with_av(_at(call, 48000), 48000, "ogg", "libopus")
    m4a = _with_av(_at(call, 16000), 16000, "mp4", "aac")
    return (
        Oddity(b"8-bit.wav", SCORED, _bytes(_encoded(call, "WAV", "PCM_U8"))),
        Oddity(b"24-bit.wav", SCORED, _bytes(_encoded(call, "WAV", "PCM_24"))),
        Oddity(b"not-numbers.wav", SCORED, _bytes(_encoded(floats, "WAV", "FLOAT"))),
        Oddity(b"a-law.wav", SCORED, _bytes(_encoded(call, "WAV", "ALAW"))),
        Oddity(b"mu-law.wav", SCORED, _bytes(_encoded(call, "WAV", "ULAW"))),
        Oddity(b"gsm.wav", SCORED, _bytes(_encoded(mono, "WAV", "GSM610"))),
        Oddity(b"adpcm-ima.wav", SCORED, _bytes(_encoded(call, "WAV", "IMA_ADPCM"))),
        Oddity(b"adpcm-ms.wav", SCORED, _bytes(_encoded(call, "WAV", "MS_ADPCM"))),
        Oddity(b"id3-junk.mp3", SCORED, _bytes(junk + mp3)),
        Oddity(b"cut.mp3", "recording.truncated", _bytes(mp3[: len(mp3) // 2])),
        Oddity(b"variable-rate.mp3", SCORED, partial(_variable_mp3, sound=_at(call, 16000))),
        Oddity(b"opus.ogg", SCORED, _bytes(opus)),
        Oddity(b"vorbis.ogg", SCORED, _bytes(_encoded(call, "OGG", "VORBIS"))),
        Oddity(b"bad-md5.flac", SCORED, _bytes(_with_false_md5(_encoded(call, "FLAC", "PCM_16")))),
        Oddity(b"no-moov.m4a", "recording.not_audio", _bytes(m4a[: m4a.rindex(b"moov") - 4])),
        Oddity(b"narrow.amr", SCORED, _bytes(_with_av(mono, RATE, "amr", "libopencore_amrnb"))),
    )


def _impostors() -> tuple[Oddity, ...]:
    text = "这不是录音。This is not a recording.\n" * 200
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("notes.txt", text)
    return (
        Oddity(b"text.wav", "recording.not_audio", _bytes(text.encode())),
        Oddity(b"picture.mp3", "recording.not_audio", _bytes(_png())),
        Oddity(b"archive.wav", "recording.not_audio", _bytes(archive.getvalue())),
    )


def _sounds(call: Sound) -> tuple[Oddity, ...]:
    mono = call[:, :1]
    random = np.random.default_rng(1)
    quiet = np.zeros_like(mono)
    at = np.arange(len(mono))[:, None] / RATE
    loud = np.clip(call * 30.0, -1.0, 1.0)
    alone = call.copy()
    alone[:, 0] = 0.0
    inverse = np.concatenate([mono, -mono], axis=1)
    hiss = random.normal(0, 0.01, (len(mono), 3)).astype(np.float32)

    def wav(sound: Sound, rate: int = RATE) -> Callable[[Path], None]:
        return _bytes(_encoded(sound, "WAV", "PCM_16", rate))

    return (
        Oddity(b"three-channels.wav", "recording.channels", wav(hiss)),
        Oddity(b"six-channels.wav", "recording.channels", wav(np.repeat(mono, 6, axis=1))),
        Oddity(b"96-khz.wav", SCORED, wav(_at(call, 96000), 96000)),
        Oddity(b"4-khz.wav", SCORED, wav(_at(call, 4000), 4000)),
        Oddity(b"20th-of-a-second.wav", "recording.no_speech", wav(call[: RATE // 20])),
        Oddity(b"silence.wav", "recording.no_speech", wav(quiet)),
        Oddity(
            b"tone.wav",
            "recording.only_sounds",
            wav((0.3 * np.sin(2 * np.pi * 440 * at)).astype(np.float32)),
        ),
        Oddity(b"hold-music.wav", "recording.only_sounds", wav(_hold_music(20.0))),
        Oddity(b"direct-current.wav", SCORED, wav(np.clip(call + 0.3, -1.0, 1.0))),
        Oddity(b"clipped.wav", SCORED, wav(loud)),
        Oddity(b"left-silent.wav", SCORED, wav(alone)),
        Oddity(b"copied.wav", SCORED, wav(np.repeat(mono, 2, axis=1))),
        Oddity(b"inverse-copy.wav", SCORED, wav(inverse)),
    )


def _of_the_file_system(call: Sound) -> tuple[Oddity, ...]:
    wav = _encoded(call, "WAV", "PCM_16")

    def link_outside(path: Path) -> None:
        outside = path.parent.parent / path.name
        _bytes(wav)(outside)
        path.symlink_to(outside)

    def unreadable(path: Path) -> None:
        _bytes(wav)(path)
        path.chmod(0)

    return (
        Oddity(b"link-outside.wav", PASSED_OVER, link_outside),
        Oddity(b"link-nowhere.wav", PASSED_OVER, lambda path: path.symlink_to("gone.wav")),
        Oddity(b"link-loop.wav", PASSED_OVER, lambda path: path.symlink_to(path.name)),
        Oddity(b"pipe.wav", PASSED_OVER, os.mkfifo),
        Oddity(b"folder.wav", PASSED_OVER, lambda path: path.mkdir()),
        Oddity(b"unreadable.wav", "recording.unreadable", unreadable),
        Oddity(b"sparse.wav", "recording.not_audio", _sparse),
    )


def _names(call: Sound) -> tuple[Oddity, ...]:
    wav = _bytes(_encoded(call, "WAV", "PCM_16"))
    return (
        Oddity(b"two\nlines.wav", SCORED, wav, sounds=False),
        Oddity(b"not-utf-8-\xff\xfe.wav", SCORED, wav, sounds=False),
        Oddity(b"n" * 251 + b".wav", SCORED, wav, sounds=False),
        Oddity("other-way-\u202egnp.wav".encode(), SCORED, wav, sounds=False),
        Oddity(b"=cmd|' -C calc'!A1.wav", SCORED, wav, sounds=False),
        Oddity(b"--help.wav", SCORED, wav, sounds=False),
    )


def _call() -> Sound:
    """A stretch of a sample call in which both parties speak, at ``RATE``."""
    sound, rate = soundfile.read(
        SAMPLES / "stereo" / "en-slow-internet.wav", dtype="float32", always_2d=True
    )
    if rate != RATE:
        raise ValueError(f"the sample calls are at {rate} Hz, not {RATE}")
    stretch: Sound = sound[: round(_LENGTH_S * RATE)]
    return stretch


def _make_different(path: Path, index: int) -> None:
    """Give files of one sound a content each, or the run would score them once.

    A WAV file may end in a chunk that players pass over; only files whose header speaks of all that is
    there are touched.
    """
    if path.is_symlink() or not path.is_file() or path.suffix != ".wav":
        return
    mode = path.stat().st_mode
    path.chmod(0o600)
    with path.open("r+b") as file:
        start = file.read(12)
        whole = len(start) == 12 and start[:4] == b"RIFF"
        if whole and struct.unpack_from("<I", start, 4)[0] == path.stat().st_size - 8:
            file.seek(0, os.SEEK_END)
            file.write(b"note" + struct.pack("<II", 4, index))
            size = file.tell()
            file.seek(4)
            file.write(struct.pack("<I", size - 8))
    path.chmod(mode)


def _bytes(content: bytes) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_bytes(content)

    return make


def _encoded(sound: Sound, container: str, coding: str, rate: int = RATE) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, sound, rate, format=container, subtype=coding)
    return file.getvalue()


def _with_av(sound: Sound, rate: int, container: str, codec: str) -> bytes:
    import av

    layout = "mono" if sound.shape[1] == 1 else "stereo"
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream: Any = output.add_stream(codec, rate=rate, layout=layout)
        if codec == "libopencore_amrnb":
            stream.bit_rate = 12200
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(sound.T), format="fltp", layout=layout
        )
        frame.sample_rate = rate
        for part in av.AudioResampler(stream.format, layout, rate).resample(frame):
            output.mux(stream.encode(part))
        output.mux(stream.encode(None))
    return file.getvalue()


def _variable_mp3(path: Path, sound: Sound) -> None:
    with soundfile.SoundFile(
        path, "w", 16000, sound.shape[1], format="MP3", bitrate_mode="VARIABLE"
    ) as stream:
        stream.write(sound)


def _at(sound: Sound, rate: int) -> Sound:
    import soxr

    resampled: Sound = soxr.resample(sound, RATE, rate).astype(np.float32)
    return resampled


def _hold_music(seconds: float) -> Sound:
    """A tune of plucked chords, as a hold queue plays it."""
    at = np.arange(RATE // 2) / RATE
    chords: Sequence[Sequence[int]] = (
        (262, 330, 392),
        (220, 262, 330),
        (175, 220, 262),
        (196, 247, 294),
    )
    beats = [
        np.sum([np.sin(2 * np.pi * hertz * at) for hertz in chord], axis=0) * np.exp(-3 * at)
        for chord in chords
    ]
    tune = np.concatenate(beats * int(seconds / 2))[:, None]
    music: Sound = (0.2 * tune / np.max(np.abs(tune))).astype(np.float32)
    return music


def _stating(wav: bytes, data_bytes: int) -> bytes:
    """The same WAV file with another length of its sound in the header."""
    changed = bytearray(wav)
    struct.pack_into("<I", changed, wav.index(b"data") + 4, data_bytes)
    return bytes(changed)


def _with_rate(wav: bytes, rate: int) -> bytes:
    changed = bytearray(wav)
    struct.pack_into("<I", changed, wav.index(b"fmt ") + 12, rate)
    return bytes(changed)


def _with_false_md5(flac: bytes) -> bytes:
    """The checksum of the sound is the last 16 bytes of the block that follows ``fLaC`` and its head."""
    return flac[:26] + bytes(range(16)) + flac[42:]


def _syncsafe(size: int) -> bytes:
    return bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))


def _png() -> bytes:
    """A picture of one black pixel."""
    import zlib

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0\0"))
        + chunk(b"IEND", b"")
    )


def _sparse(path: Path) -> None:
    """Two gigabytes that take no room on the disk."""
    with path.open("wb") as file:
        file.truncate(_SPARSE_BYTES)
