"""Several calls and several languages in one go, on real weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from models.recogniser import WhisperTranscriber
from qa.domain.attribution import joined
from qa.ports import SAMPLE_RATE, CallSpeech, Recognised, Samples, Utterances, VoiceActivity
from tests.contract.calls import heard_in

pytestmark = pytest.mark.models

HOTWORDS = ("云帆科技", "Northwind")


@pytest.fixture(scope="session")
def call_of(
    sample_call: Callable[[str], Samples], voice_activity: VoiceActivity
) -> Callable[[str], CallSpeech]:
    """A sample call with both its channels, whose record states no language."""
    known: dict[str, CallSpeech] = {}

    def call(name: str) -> CallSpeech:
        if name not in known:
            channels = [np.ascontiguousarray(one) for one in sample_call(name)]
            known[name] = CallSpeech(
                tuple(Utterances(one, voice_activity.speech(one)) for one in channels), None
            )
        return known[name]

    return call


def cut(
    call: CallSpeech, channel: int, until_s: float, voice_activity: VoiceActivity
) -> Utterances:
    """The beginning of one channel of a call."""
    samples = call.channels[channel].samples[: int(until_s * SAMPLE_RATE)]
    return Utterances(samples, voice_activity.speech(samples))


def script(heard: Recognised) -> str:
    """``zh`` or ``en``, whichever writes most of the words."""
    chinese = sum("\u3400" <= word.text[0] <= "\u9fff" for word in heard.words)
    return "zh" if 2 * chinese > len(heard.words) else "en"


@pytest.mark.parametrize(
    ("engine", "names"),
    [
        ("faster-whisper", ("zh-refund-rude", "en-refund-rude", "zh-mailbox-renewal")),
        ("openai-whisper", ("en-refund-rude", "en-code-please")),
    ],
)
def test_calls_alone_and_together_give_the_same_words(
    transcribers: Callable[[str], WhisperTranscriber],
    call_of: Callable[[str], CallSpeech],
    engine: str,
    names: tuple[str, ...],
) -> None:
    transcriber = transcribers(engine)

    together = transcriber.transcribe([call_of(name) for name in names], hotwords=HOTWORDS)

    for name, channels in zip(names, together, strict=True):
        (alone,) = transcriber.transcribe([call_of(name)], hotwords=HOTWORDS)
        for one, other in zip(alone, channels, strict=True):
            assert (one.language, one.dropped) == (other.language, other.dropped)
            assert [(w.text, w.start_s, w.end_s, w.original) for w in one.words] == [
                (w.text, w.start_s, w.end_s, w.original) for w in other.words
            ], name
            assert [w.confidence for w in one.words] == pytest.approx(
                [w.confidence for w in other.words], abs=0.001
            )


def test_each_channel_of_a_call_in_two_languages_is_heard_in_its_own(
    transcriber: WhisperTranscriber,
    call_of: Callable[[str], CallSpeech],
    voice_activity: VoiceActivity,
) -> None:
    zh, en = call_of("zh-refund-rude"), call_of("en-refund-rude")
    length_s = min(len(zh.channels[0].samples), len(en.channels[1].samples)) / SAMPLE_RATE
    agent = cut(zh, 0, length_s, voice_activity)
    customer = cut(en, 1, length_s, voice_activity)

    ((one, other),) = transcriber.transcribe(
        [CallSpeech((agent, customer), None)], hotwords=HOTWORDS
    )

    assert (one.language, other.language) == ("zh", "en")
    assert (script(one), script(other)) == ("zh", "en")
    for found, own, language in ((one, agent, "zh"), (other, customer, "en")):
        expected = heard_in(
            transcriber, own.samples, own.speech, language=language, hotwords=HOTWORDS
        )
        assert joined(found.words) == joined(expected.words)


@pytest.mark.parametrize(("stated", "call"), [("en", "zh-refund-rude"), ("zh", "en-refund-rude")])
def test_a_record_that_states_the_wrong_language_does_not_make_the_recogniser_write_in_it(
    transcribers: Callable[[str], WhisperTranscriber],
    call_of: Callable[[str], CallSpeech],
    stated: str,
    call: str,
) -> None:
    (heard,) = transcribers("faster-whisper").transcribe(
        [CallSpeech(call_of(call).channels, stated)], hotwords=HOTWORDS
    )

    assert [one.language for one in heard] == [call[:2]] * 2
    assert [script(one) for one in heard] == [call[:2]] * 2


def test_the_language_of_every_sample_call_is_told(
    transcribers: Callable[[str], WhisperTranscriber], call_of: Callable[[str], CallSpeech]
) -> None:
    names = ("zh-mailbox-renewal", "en-slow-internet")

    heard = transcribers("faster-whisper").transcribe(
        [call_of(name) for name in names], hotwords=HOTWORDS
    )

    for name, channels in zip(names, heard, strict=True):
        assert {one.language for one in channels} == {name[:2]}
        assert min(one.language_confidence for one in channels) > 0.9
