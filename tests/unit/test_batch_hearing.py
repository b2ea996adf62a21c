"""The stages that find speech in a recording and turn it into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from qa.batch.items import CHANNEL_LABELS, MONO_LABEL, Decoded, Spoken, Voiced, audio_s
from qa.batch.stages import FindVoice, Listen, Recognise
from qa.domain.call import CallRecord
from qa.domain.errors import NotScorable
from qa.domain.records import Peaks, RecordingFacts
from qa.domain.sound import ChannelQuality, RecordingQuality, Sound
from qa.domain.transcript import Span, Word
from qa.ports import (
    SAMPLE_RATE,
    CallSpeech,
    DecodedAudio,
    Recognised,
    Samples,
    Soundscape,
)
from qa.services.ingest import Job

SECONDS = 4
QUALITY = RecordingQuality((ChannelQuality(-20.0, -60.0, 0.0, 0.0),))
FIRST, SECOND = Span(0.5, 1.5), Span(2.0, 3.0)


def decoded(
    *, layout: Literal["stereo", "mono"] = "stereo", language: str | None = None, name: str = "c1"
) -> Decoded:
    """A recording whose channel ``n`` holds samples of value ``n + 1``."""
    count = 2 if layout == "stereo" else 1
    samples = np.ones((count, SECONDS * SAMPLE_RATE), dtype=np.float32)
    samples *= np.arange(1, count + 1, dtype=np.float32)[:, np.newaxis]
    job = Job(Path("call.wav"), "0" * 64, CallRecord(name, language=language), "f", "h", None)
    facts = RecordingFacts(
        job.sha256, "call.wav", SECONDS, 8000, count, layout, Peaks(1, ()), "audio"
    )
    return Decoded(job, DecodedAudio(samples, 8000, count, layout), facts)


def voiced(item: Decoded, *speech: tuple[Span, ...]) -> Voiced:
    return Voiced(item, dict(zip(item.labels, speech, strict=True)))


@dataclass
class Scene:
    """Acoustics that hear what they are told to, and note what they were asked."""

    speech: tuple[tuple[Span, ...], ...]
    sounds: tuple[tuple[Sound, ...], ...] = ((), ())
    asked: list[tuple[tuple[int, ...], list[list[Span]]]] = field(default_factory=list)

    def analyse(self, channels: Samples, speech: Sequence[Sequence[Span]]) -> Soundscape:
        self.asked.append((channels.shape, [list(spans) for spans in speech]))
        return Soundscape(self.speech, self.sounds, QUALITY)


@dataclass
class Hears:
    """A transcriber with one result per call, that notes what it was given."""

    results: Sequence[tuple[Recognised, ...]]
    calls: list[CallSpeech] = field(default_factory=list)
    hotwords: list[str] = field(default_factory=list)

    def transcribe(
        self, calls: Sequence[CallSpeech], *, hotwords: Sequence[str]
    ) -> tuple[tuple[Recognised, ...], ...]:
        self.calls += calls
        self.hotwords += hotwords
        return tuple(self.results)


def said(*texts: str, language: str = "en") -> Recognised:
    words = tuple(Word(at, at + 0.5, text, 0.9) for at, text in enumerate(texts))
    return Recognised(language, 0.9, words, ())


# --- items -------------------------------------------------------------------------------------


def test_a_recording_has_a_label_per_channel() -> None:
    assert decoded().labels == CHANNEL_LABELS
    assert decoded(layout="mono").labels == (MONO_LABEL,)
    assert {label: float(one[0]) for label, one in decoded().channels.items()} == {
        "channel-0": 1.0,
        "channel-1": 2.0,
    }


def test_a_pool_counts_the_seconds_of_a_recording() -> None:
    assert audio_s(voiced(decoded(), (), ())) == SECONDS


# --- voice -------------------------------------------------------------------------------------


def test_speech_is_looked_for_in_each_channel_by_itself() -> None:
    class Loud:
        def speech(self, samples: Samples) -> tuple[Span, ...]:
            return (SECOND,) if samples[0] == 2 else ()

    found = FindVoice(Loud()).run(decoded())

    assert found.speech == {"channel-0": (), "channel-1": (SECOND,)}
    assert found.quality is None


# --- listening ---------------------------------------------------------------------------------


def test_only_the_speech_that_acoustics_leave_goes_on() -> None:
    ring = Sound(0.0, 1.0, "ringback")
    scene = Scene(speech=((), (SECOND,)), sounds=((ring,), ()))

    heard = Listen(scene).run(voiced(decoded(), (FIRST,), (FIRST, SECOND)))

    assert scene.asked == [((2, SECONDS * SAMPLE_RATE), [[FIRST], [FIRST, SECOND]])]
    assert heard.speech == {"channel-0": (), "channel-1": (SECOND,)}
    assert heard.sounds == {"channel-0": (ring,), "channel-1": ()}
    assert heard.quality == QUALITY


def test_a_mono_recording_is_listened_to_as_one_channel() -> None:
    scene = Scene(speech=((FIRST,),), sounds=((),))

    heard = Listen(scene).run(voiced(decoded(layout="mono"), (FIRST,)))

    assert heard.speech == {MONO_LABEL: (FIRST,)}


def test_a_recording_without_speech_or_sound_ends_with_no_speech() -> None:
    with pytest.raises(NotScorable) as ended:
        Listen(Scene(speech=((), ()))).run(voiced(decoded(), (), ()))

    assert ended.value.reason.code == "recording.no_speech"


def test_a_recording_of_sounds_alone_ends_with_what_most_of_it_is() -> None:
    scene = Scene(
        speech=((), ()),
        sounds=(
            (Sound(0, 1, "ringback"), Sound(2, 3.5, "music")),
            (Sound(0, 1, "ringback"), Sound(1, 1.2, "dtmf")),
        ),
    )

    with pytest.raises(NotScorable) as ended:
        Listen(scene).run(voiced(decoded(), (FIRST,), (FIRST,)))

    assert ended.value.reason.code == "recording.only_sounds"
    assert ended.value.reason.params == {"sound": "ringback"}


# --- words -------------------------------------------------------------------------------------


def test_all_channels_of_all_recordings_are_recognised_in_one_go() -> None:
    hears = Hears([(said("hello"), said("hi")), (said("您好", language="zh"),)])
    items = [
        voiced(decoded(language="en"), (FIRST,), (SECOND,)),
        voiced(decoded(layout="mono"), (FIRST, SECOND)),
    ]

    one, other = Recognise(hears, ("Northwind", "FiberMax")).run(items)

    assert [call.language for call in hears.calls] == ["en", None]
    assert [[u.speech for u in call.channels] for call in hears.calls] == [
        [(FIRST,), (SECOND,)],
        [(FIRST, SECOND)],
    ]
    assert [[float(u.samples[0]) for u in call.channels] for call in hears.calls] == [
        [1.0, 2.0],
        [1.0],
    ]
    assert hears.hotwords == ["Northwind", "FiberMax"]
    assert isinstance(one, Spoken)
    assert isinstance(other, Spoken)
    assert one.voiced is items[0]
    assert {label: heard.words[0].text for label, heard in one.recognised.items()} == {
        "channel-0": "hello",
        "channel-1": "hi",
    }
    assert list(other.recognised) == [MONO_LABEL]


def test_a_call_in_another_language_ends_with_its_name_and_the_others_go_on() -> None:
    hears = Hears(
        [(said(language="ja"), said(language="ja")), (said("hello"), said()), (said(), said())]
    )
    items = [voiced(decoded(name=name), (FIRST,), (SECOND,)) for name in "abc"]

    foreign, plain, empty = Recognise(hears, ()).run(items)

    assert isinstance(foreign, NotScorable)
    assert foreign.reason.code == "recording.other_language"
    assert foreign.reason.params == {"language": "ja"}
    assert isinstance(plain, Spoken)
    assert plain.voiced is items[1]
    assert isinstance(empty, NotScorable)
    assert empty.reason.code == "recording.no_words"
