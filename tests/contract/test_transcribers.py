from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import jiwer
import numpy as np
import pytest

from models import lengths
from models.recogniser import TEMPERATURES, WhisperTranscriber
from qa.domain.attribution import joined
from qa.domain.transcript import Span, Word
from qa.ports import SAMPLE_RATE, CallSpeech, Recognised, Samples, Utterances, VoiceActivity
from tests.contract.calls import heard_in

pytestmark = pytest.mark.models

HOTWORDS = ("云帆科技", "Northwind")


@dataclass(frozen=True)
class Clip:
    """One party of a sample call: its sound, where it speaks, and what it says."""

    samples: Samples
    speech: tuple[Span, ...]
    text: str
    turns: tuple[Span, ...]


@pytest.fixture(scope="session")
def agent_of(
    root: Path, sample_call: Callable[[str], Samples], voice_activity: VoiceActivity
) -> Callable[[str], Clip]:
    def clip(name: str) -> Clip:
        truth = json.loads((root / "samples" / "truth" / f"{name}.json").read_text("utf-8"))
        samples = np.ascontiguousarray(sample_call(name)[truth["agent_channel"]])
        said = [turn for turn in truth["turns"] if turn["speaker"] == "agent"]
        return Clip(
            samples=samples,
            speech=voice_activity.speech(samples),
            text=" ".join(turn["text"] for turn in said),
            turns=tuple(Span(turn["start_s"], turn["end_s"]) for turn in said),
        )

    return clip


@pytest.fixture(scope="session")
def heard(
    transcribers: Callable[[str], WhisperTranscriber], agent_of: Callable[[str], Clip]
) -> Callable[[str, str], Recognised]:
    """What an engine makes of the agent of a call; each is recognised once for all tests."""
    known: dict[tuple[str, str], Recognised] = {}

    def recognise(engine: str, name: str) -> Recognised:
        if (engine, name) not in known:
            clip = agent_of(name)
            known[engine, name] = heard_in(
                transcribers(engine),
                clip.samples,
                clip.speech,
                language=name[:2],
                hotwords=HOTWORDS,
            )
        return known[engine, name]

    return recognise


ENGINES = pytest.mark.parametrize("engine", ["faster-whisper", "openai-whisper"])
CALLS = pytest.mark.parametrize("call", ["zh-late-parcel", "en-higher-bill"])


def letters(text: str, language: str) -> str:
    """What is compared: characters (zh) or words (en), without punctuation and case."""
    plain = unicodedata.normalize("NFKC", text).lower()
    if language == "zh":
        return " ".join(re.sub(r"[^\w]", "", plain))
    return " ".join(re.findall(r"[\w']+", plain))


def error(reference: str, found: Recognised, language: str) -> float:
    rate: float = jiwer.wer(letters(reference, language), letters(joined(found.words), language))
    return rate


@ENGINES
@pytest.mark.parametrize(("call", "most"), [("zh-late-parcel", 0.10), ("en-higher-bill", 0.06)])
def test_what_an_agent_says_is_recognised(
    heard: Callable[[str, str], Recognised],
    agent_of: Callable[[str], Clip],
    engine: str,
    call: str,
    most: float,
) -> None:
    assert error(agent_of(call).text, heard(engine, call), call[:2]) <= most


@CALLS
def test_the_two_engines_agree(heard: Callable[[str, str], Recognised], call: str) -> None:
    faster, openai = heard("faster-whisper", call), heard("openai-whisper", call)

    assert error(joined(openai.words), faster, call[:2]) <= 0.04


@ENGINES
@CALLS
def test_encoding_no_more_than_a_short_window_costs_no_words(
    transcribers: Callable[[str], WhisperTranscriber],
    agent_of: Callable[[str], Clip],
    monkeypatch: pytest.MonkeyPatch,
    engine: str,
    call: str,
) -> None:
    clip, language = agent_of(call), call[:2]
    each = [CallSpeech((Utterances(clip.samples, (span,)),), language) for span in clip.speech[:4]]

    def words() -> tuple[Word, ...]:
        # An engine remembers what it encoded by the sound, which is the same here.
        transcribers(engine)._engine._encodings._known.clear()  # type: ignore[attr-defined]
        heard = transcribers(engine).transcribe(each, hotwords=HOTWORDS)
        return tuple(word for (one,) in heard for word in one.words)

    def wrong(found: tuple[Word, ...]) -> float:
        return error(clip.text, Recognised(language, 1.0, found, ()), language)

    short = words()
    monkeypatch.setattr(lengths, "encoded_s", lambda _window_s: lengths.LONGEST_S)
    whole = words()
    transcribers(engine)._engine._encodings._known.clear()  # type: ignore[attr-defined]

    assert wrong(short) <= wrong(whole) + 0.02
    assert len(short) == pytest.approx(len(whole), rel=0.02)


@ENGINES
@CALLS
def test_words_lie_in_time_order_where_the_party_speaks(
    heard: Callable[[str, str], Recognised], agent_of: Callable[[str], Clip], engine: str, call: str
) -> None:
    words = heard(engine, call).words
    turns = agent_of(call).turns

    assert all(a.start_s <= b.start_s for a, b in pairwise(words))
    assert all(0 < word.confidence <= 1 for word in words)
    assert all(word.start_s <= word.end_s for word in words)
    for word in words:
        middle_s = (word.start_s + word.end_s) / 2
        assert any(turn.start_s - 0.4 < middle_s < turn.end_s + 0.4 for turn in turns), word


@ENGINES
def test_a_word_is_where_it_was_said_after_a_long_hold(
    heard: Callable[[str, str], Recognised], agent_of: Callable[[str], Clip], engine: str
) -> None:
    words = heard(engine, "zh-late-parcel").words
    turns = agent_of("zh-late-parcel").turns
    hold = max(pairwise(turns), key=lambda pair: pair[1].start_s - pair[0].end_s)

    after = next(word for word in words if word.start_s > hold[0].end_s + 1)

    assert after.start_s == pytest.approx(hold[1].start_s, abs=0.4)


@ENGINES
def test_chinese_is_written_in_simplified_characters(
    heard: Callable[[str, str], Recognised], engine: str
) -> None:
    text = joined(heard(engine, "zh-late-parcel").words)

    assert "您好" in text
    assert "满意" in text
    assert not set("請問這來電說對點過還們幫會") & set(text)


@ENGINES
def test_the_company_name_is_written_as_the_company_writes_it(
    heard: Callable[[str, str], Recognised], engine: str
) -> None:
    assert "云帆科技" in joined(heard(engine, "zh-late-parcel").words)
    assert "Northwind" in joined(heard(engine, "en-higher-bill").words)


def test_a_name_that_is_expected_and_not_said_does_not_appear(
    transcriber: WhisperTranscriber, agent_of: Callable[[str], Clip]
) -> None:
    for call, name in (("zh-late-parcel", "蓝海银行"), ("en-higher-bill", "Bluewater Bank")):
        clip = agent_of(call)
        told = heard_in(transcriber, clip.samples, clip.speech, language=call[:2], hotwords=(name,))
        text = joined(told.words)
        assert name not in text
        assert error(clip.text, told, call[:2]) <= 0.12


def test_a_real_telephone_call_in_english_is_recognised_without_being_told_the_language(
    transcriber: WhisperTranscriber,
    voice_activity: VoiceActivity,
    telephone: tuple[Samples, Path],
) -> None:
    samples, _ = telephone

    told = heard_in(transcriber, samples, voice_activity.speech(samples), language=None)

    assert told.language == "en"
    assert told.language_confidence > 0.9
    assert "hello" in joined(told.words).lower()
    assert 40 < len(told.words) < 110


def test_the_same_sound_gives_the_same_words(
    transcriber: WhisperTranscriber, agent_of: Callable[[str], Clip]
) -> None:
    clip = agent_of("en-higher-bill")
    noisy = (clip.samples + np.random.default_rng(3).normal(0, 0.03, len(clip.samples))).astype(
        np.float32
    )

    first, second = (
        heard_in(transcriber, noisy, clip.speech[:3], language="en", hotwords=HOTWORDS)
        for _ in range(2)
    )

    assert first == second


def test_another_reading_of_a_window_does_not_depend_on_what_was_read_before(
    transcriber: WhisperTranscriber, agent_of: Callable[[str], Clip]
) -> None:
    engine = transcriber._engine
    samples = agent_of("en-refund-rude").samples[3 * SAMPLE_RATE : 9 * SAMPLE_RATE]
    noise = np.random.default_rng(0).normal(0, 0.05, len(samples))
    noisy = (samples + noise).astype(np.float32)

    for temperature in TEMPERATURES:
        first, second, third = (
            engine.hypotheses([noisy], language="en", prompt="", temperature=temperature)
            for _ in range(3)
        )
        assert first == second == third


def test_speech_that_voice_activity_did_not_find_is_not_recognised(
    transcriber: WhisperTranscriber, agent_of: Callable[[str], Clip]
) -> None:
    clip = agent_of("en-higher-bill")

    only = heard_in(transcriber, clip.samples, clip.speech[:1], language="en", hotwords=HOTWORDS)

    assert only.words
    assert max(word.end_s for word in only.words) <= clip.speech[0].end_s


def test_the_model_libraries_are_told_to_stay_offline(transcriber: WhisperTranscriber) -> None:
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    assert os.environ["PYANNOTE_METRICS_ENABLED"] == "0"


def test_a_recording_shorter_than_a_word_gives_none(transcriber: WhisperTranscriber) -> None:
    moment = np.zeros(SAMPLE_RATE // 10, dtype=np.float32)

    told = heard_in(transcriber, moment, [Span(0, 0.1)], language="zh", hotwords=HOTWORDS)

    assert told.words == ()
