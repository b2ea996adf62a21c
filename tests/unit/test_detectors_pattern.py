from __future__ import annotations

import re

import pytest

from models.phonetics import phonetics
from qa.domain.call import Role
from qa.domain.detectors.matching import NEAR_QUALITY, SOUND_QUALITY, matches
from qa.domain.detectors.pattern import compile_phrase
from qa.domain.detectors.text import Stream, stream_of
from qa.domain.transcript import Turn, Word


def said(*turns: str, gap_s: float = 1.0) -> Stream:
    spoken, clock_s = [], 0.0
    for text in turns:
        words = []
        for piece in re.findall(r"[㐀-鿿][，。！？]*|[^\s㐀-鿿]+", text):
            words.append(Word(clock_s, clock_s + 0.2, piece, 0.9))
            clock_s += 0.2
        spoken.append(Turn(Role.AGENT, words[0].start_s, clock_s, text, tuple(words)))
        clock_s += gap_s
    return stream_of(tuple(spoken))


def fits(phrase: str, *turns: str, sounds: bool = False, **options: float) -> bool:
    stream = said(*turns, **options)
    return bool(matches([compile_phrase(phrase)], stream, sounds=phonetics() if sounds else None))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("感谢您的来电", "好的，感谢，你的来电"),
        ("(感谢|谢谢)您(的|)来电", "谢谢您来电"),
        ("您是说*对吗", "您是说路由器没到，想查物流，对吗"),
        ("how (can|may) i help", "Right, how may I help you?"),
        ("^morning", "Oh. Morning all."),
        ("whatever$", "Yeah, whatever. Bye."),
        ("so you*?", "So you want a refund?"),
        ("五位", "一共5位"),
    ],
)
def test_a_phrase_is_found_across_words_and_punctuation(phrase: str, text: str) -> None:
    assert fits(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("您是说*对吗", "您是说没到。对吗"),
        ("^morning", "Every morning."),
        ("whatever$", "Whatever you like."),
        ("so you*?", "So you want a refund."),
        ("can i help", "can he help"),
        ("你好", "好你"),
    ],
)
def test_gaps_and_edges_keep_to_the_sentence(phrase: str, text: str) -> None:
    assert not fits(phrase, text)


def test_a_gap_has_its_limit() -> None:
    stream = said("您说一二三四五六对吗")
    phrase = [compile_phrase("您说*对吗")]
    assert matches(phrase, stream, sounds=None, gap=6)
    assert not matches(phrase, stream, sounds=None, gap=5)


def test_a_phrase_runs_on_into_the_same_speakers_next_turn() -> None:
    assert fits("感谢您的来电", "感谢您的", "来电", gap_s=1.5)
    assert not fits("感谢您的来电", "感谢您的", "来电", gap_s=5.0)


@pytest.mark.parametrize(
    ("phrase", "heard"),
    [
        ("祝您生活愉快", "住您生活愉快"),
        ("感谢您的来电", "感谢您的来点"),
        ("满意吗", "慢意吗"),
        ("再见", "在见"),
        ("很高兴为您服务", "很高新为您夫务"),
        ("稍等", "烧等"),
    ],
)
def test_homophones_count_only_where_they_may(phrase: str, heard: str) -> None:
    assert fits(phrase, heard, sounds=True)
    assert not fits(phrase, heard)


@pytest.mark.parametrize(
    ("phrase", "heard"),
    [
        ("再见", "在建"),
        ("祝您", "出力"),
        ("是吗", "什么"),
        ("thank you", "think you"),
        ("部门", "不能"),
        ("满意", "没有"),
    ],
)
def test_half_of_a_phrase_must_be_the_very_words(phrase: str, heard: str) -> None:
    assert not fits(phrase, heard, sounds=True)


def test_the_further_from_the_words_the_lower_the_quality() -> None:
    def quality(text: str) -> float:
        found = matches([compile_phrase("感谢您的来电")], said(text), sounds=phonetics())
        return found[0].quality

    assert quality("感谢您的来电") == 1.0
    assert quality("感谢您的来点") == SOUND_QUALITY
    assert quality("感谢您的到电") == NEAR_QUALITY


def test_a_short_phrase_bears_no_stray_word() -> None:
    assert not fits("请您稍等", "请您等等", sounds=True)


@pytest.mark.parametrize(
    "phrase", ["", "*", "(|您)", "，。", "(您|", "您)好", "a(b(c|d))", "a^b", "a?b"]
)
def test_a_phrase_that_makes_no_sense_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match=r"words|cannot stand"):
        compile_phrase(phrase)


@pytest.mark.parametrize("phrase", ["a*" * 10 + "b", "(a|a a)" * 160 + "b"])
def test_a_phrase_whose_readings_would_multiply_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="more than"):
        compile_phrase(phrase)
