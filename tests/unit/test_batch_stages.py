from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Event
from typing import Literal

import numpy as np
import pytest

from models.phonetics import phonetics
from qa.audio.quality import speech_dbfs
from qa.batch.attribute import Attribute
from qa.batch.items import CHANNEL_LABELS, MONO_LABEL, Decoded, Spoken, Voiced
from qa.batch.stages import MONO_OVERLAP_CONFIDENCE, Measure
from qa.domain.call import CallRecord, Role
from qa.domain.errors import ModelMissing
from qa.domain.records import Hearing, Peaks, RecordingFacts
from qa.domain.transcript import Span, Word
from qa.ports import SAMPLE_RATE, DecodedAudio, Diarization, Diarizer, Recognised, Samples
from qa.services.ingest import Job

DURATION_S = 20
CALL = (
    ("A", "hello this is northwind how can i help you"),
    ("B", "i want to cancel my subscription"),
    ("A", "may i have your order number please"),
    ("B", "when will i get my refund"),
)
"""Voice and words of each sentence."""


def sentences(call: tuple[tuple[str, str], ...]) -> list[tuple[str, Span, tuple[Word, ...]]]:
    said, clock_s = [], 1.0
    for voice, text in call:
        start_s, words = clock_s, []
        for piece in text.split():
            words.append(Word(clock_s, clock_s + 0.25, piece, 0.9))
            clock_s += 0.25
        said.append((voice, Span(start_s, clock_s), tuple(words)))
        clock_s += 1.0
    return said


class Listener:
    """Knows the voices of ``CALL`` beforehand, and what it was asked to listen to."""

    def __init__(self, *, voices: int) -> None:
        self.heard: list[Samples] = []
        self.asked_for: list[int] = []
        self._one_voice = voices == 1

    def diarize(self, samples: Samples, *, max_speakers: int) -> Diarization:
        self.heard.append(samples)
        self.asked_for.append(max_speakers)
        exclusive = tuple(
            (span, "A" if self._one_voice else voice) for voice, span, _ in sentences(CALL)
        )
        labels = {label for _, label in exclusive}
        turns = {label: tuple(s for s, own in exclusive if own == label) for label in labels}
        return Diarization(turns, exclusive)


def no_diarizer() -> Diarizer:
    pytest.fail("a call with a party per channel needs no diarizer")


def recognised(*words: tuple[Word, ...]) -> Recognised:
    return Recognised("en", 1.0, tuple(word for part in words for word in part), ())


def spoken(channel_of: dict[str, int], *, layout: Literal["stereo", "mono"] = "stereo") -> Spoken:
    """``CALL`` with each voice on a channel; channel ``n`` holds samples of value ``n + 1``."""
    labels = CHANNEL_LABELS if layout == "stereo" else (MONO_LABEL,)
    said = sentences(CALL)
    samples = np.ones((len(labels), DURATION_S * SAMPLE_RATE), dtype=np.float32)
    samples *= np.arange(1, len(labels) + 1, dtype=np.float32)[:, np.newaxis]
    job = Job(Path("call.wav"), "0" * 64, CallRecord("c1", agent_channel=0), "f", "h", None)
    facts = RecordingFacts(
        job.sha256, "call.wav", DURATION_S, 8000, len(labels), layout, Peaks(1, ()), "audio"
    )
    decoded = Decoded(job, DecodedAudio(samples, 8000, len(labels), layout), facts)
    speech = {
        label: tuple(span for voice, span, _ in said if channel_of[voice] == number)
        for number, label in enumerate(labels)
    }
    words = {
        label: recognised(*(own for voice, _, own in said if channel_of[voice] == number))
        for number, label in enumerate(labels)
    }
    return Spoken(Voiced(decoded, speech), words)


def hearing(item: Spoken, attribute: Attribute) -> Hearing:
    (attributed,) = attribute.run([item])
    return Measure({}, ("Northwind",), phonetics(), speech_dbfs).run(attributed).hearing


def speakers(heard: Hearing) -> list[Role]:
    return [turn.speaker for turn in heard.transcript.turns]


BOTH_IN_TURN = [Role.AGENT, Role.CUSTOMER, Role.AGENT, Role.CUSTOMER]


def test_a_party_per_channel_is_certain_and_needs_no_diarizer() -> None:
    heard = hearing(spoken({"A": 0, "B": 1}), Attribute(no_diarizer))

    assert speakers(heard) == BOTH_IN_TURN
    assert heard.transcript.role_confidence == 1.0
    assert heard.transcript.speaker_confidence == 1.0
    assert heard.signals.overlap_confidence == 1.0


@pytest.mark.parametrize("side", [0, 1])
def test_a_mix_of_both_parties_on_one_channel_is_heard_like_a_mono_recording(side: int) -> None:
    listener = Listener(voices=2)
    mixed = hearing(spoken({"A": side, "B": side}), Attribute(lambda: listener))
    mono = hearing(spoken({"A": 0, "B": 0}, layout="mono"), Attribute(lambda: Listener(voices=2)))

    assert speakers(mixed) == BOTH_IN_TURN
    assert 0 < mixed.transcript.role_confidence < 1
    assert mixed.signals.overlap_confidence == MONO_OVERLAP_CONFIDENCE
    assert set(mixed.signals.activity) == {Role.AGENT, Role.CUSTOMER}
    assert mixed.transcript == mono.transcript
    assert replace(mixed.signals, level_dbfs={}) == replace(mono.signals, level_dbfs={})
    heard_dbfs = 20 * math.log10(side + 1)
    assert mixed.signals.level_dbfs == pytest.approx(
        {Role.AGENT: heard_dbfs, Role.CUSTOMER: heard_dbfs}
    )
    assert [float(samples[0]) for samples in listener.heard] == [side + 1]
    assert listener.asked_for == [2]


@pytest.mark.parametrize(("side", "party"), [(0, Role.AGENT), (1, Role.CUSTOMER)])
def test_one_voice_on_one_channel_stays_the_party_of_that_channel(side: int, party: Role) -> None:
    heard = hearing(spoken({"A": side, "B": side}), Attribute(lambda: Listener(voices=1)))

    assert speakers(heard) == [party] * len(CALL)
    assert heard.transcript.role_confidence == 1.0
    assert heard.transcript.speaker_confidence == 1.0
    assert heard.signals.overlap_confidence == 1.0


def test_how_sure_a_mix_on_one_channel_is_comes_from_the_diarization() -> None:
    class Late(Listener):
        def diarize(self, samples: Samples, *, max_speakers: int) -> Diarization:
            found = super().diarize(samples, max_speakers=max_speakers)
            late = tuple((Span(s.start_s + 0.5, s.end_s), v) for s, v in found.exclusive)
            return Diarization(found.turns, late)

    heard = hearing(spoken({"A": 1, "B": 1}), Attribute(lambda: Late(voices=2)))

    words = sum(len(text.split()) for _, text in CALL)
    assert heard.transcript.speaker_confidence == pytest.approx(1 - 2 * len(CALL) / words)


def test_a_third_voice_is_looked_for_only_where_a_transfer_is_announced() -> None:
    item = spoken({"A": 0, "B": 0}, layout="mono")
    (channel,) = item.recognised.values()
    announced = [
        Word(18 + at / 4, 18.25 + at / 4, text, 0.9)
        for at, text in enumerate(["let", "me", "put", "you", "through"])
    ]
    transferred = Spoken(item.voiced, {MONO_LABEL: recognised(channel.words, tuple(announced))})
    listener = Listener(voices=2)

    Attribute(lambda: listener).run([item, transferred])

    assert listener.asked_for == [2, 3]


def test_the_diarizer_is_built_once_and_only_when_it_is_needed() -> None:
    built: list[Listener] = []

    def build() -> Diarizer:
        built.append(Listener(voices=2))
        return built[-1]

    attribute = Attribute(build)
    attribute.run([spoken({"A": 0, "B": 1})])
    assert built == []

    for _ in range(2):
        attribute.run([spoken({"A": 0, "B": 0}, layout="mono")])
    assert len(built) == 1


def test_the_diarizer_is_begun_for_the_first_recording_that_will_need_it() -> None:
    begun = Event()

    def build() -> Diarizer:
        begun.set()
        return Listener(voices=2)

    attribute = Attribute(build)
    attribute.foresee(spoken({"A": 0, "B": 1}).voiced)
    assert not begun.wait(0.05)

    attribute.foresee(spoken({"A": 0, "B": 0}, layout="mono").voiced)
    assert begun.wait(10)


def test_a_diarizer_that_cannot_be_built_is_told_when_it_is_needed() -> None:
    def build() -> Diarizer:
        raise ModelMissing("the segmentation model is not installed")

    attribute = Attribute(build)
    mono = spoken({"A": 0, "B": 0}, layout="mono")
    attribute.foresee(mono.voiced)

    with pytest.raises(ModelMissing, match="not installed"):
        attribute.run([mono])


def test_recordings_are_diarized_at_once_by_one_diarizer_and_come_back_in_order() -> None:
    built: list[Listener] = []
    meeting = Barrier(2, timeout=60)

    class Waiting(Listener):
        def diarize(self, samples: Samples, *, max_speakers: int) -> Diarization:
            meeting.wait()
            return super().diarize(samples, max_speakers=max_speakers)

    def build() -> Diarizer:
        built.append(Waiting(voices=2))
        return built[-1]

    items = [spoken({"A": side, "B": side}) for side in (0, 1)]
    attributed = Attribute(build, workers=2).run(items)

    assert [one.spoken for one in attributed] == items
    assert len(built) == 1


def test_a_diarizer_that_could_not_be_built_once_is_tried_again() -> None:
    built: list[int] = []

    def build() -> Diarizer:
        built.append(len(built))
        if len(built) == 1:
            raise MemoryError
        return Listener(voices=2)

    attribute = Attribute(build)
    mono = spoken({"A": 0, "B": 0}, layout="mono")
    with pytest.raises(MemoryError):
        attribute.run([mono])
    attribute.run([mono])
    assert built == [0, 1]
