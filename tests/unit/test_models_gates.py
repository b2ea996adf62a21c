from __future__ import annotations

import pytest

from models import gates
from models.hypothesis import Hypothesis, Piece
from qa.domain.transcript import Word
from tests.unit.recognition import hypothesis


def refusal(text: Hypothesis, language: str = "en", spoken_s: float = 10) -> str | None:
    return gates.refusal(text, spoken_s=spoken_s, language=language)


def test_plain_speech_passes() -> None:
    assert refusal(hypothesis(" Thank", " you", " for", " calling", " Northwind.")) is None
    assert refusal(hypothesis(*"您好云帆科技请问有什么可以帮您"), "zh") is None


def test_people_do_say_yes_yes_yes() -> None:
    assert refusal(hypothesis(*[" yes"] * 5)) is None
    assert refusal(hypothesis(*"对对对对对对"), "zh") is None
    assert refusal(hypothesis(*"好的好的好的谢谢谢谢"), "zh") is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (" I'm going to the store." * 6, "en"),
        (" okay" * 30, "en"),
        ("谢谢" * 20, "zh"),
        ("请稍等一下" * 6, "zh"),
    ],
)
def test_a_loop_is_a_repetition(text: str, language: str) -> None:
    assert refusal(hypothesis(text), language) == "repetition"


def said(text: str, *, first_s: float, seconds: float) -> list[Piece]:
    """Words spread evenly over some seconds."""
    words = text.split() if text.isascii() else list(text)
    lead, step = (" " if text.isascii() else ""), seconds / len(words)
    return [
        Piece(lead + word, first_s + place * step, first_s + (place + 1) * step, 0.95)
        for place, word in enumerate(words)
    ]


@pytest.mark.parametrize(
    ("text", "language"),
    [("Could you give me your account number? Please.", "en"), ("请您稍等一下。", "zh")],
)
def test_a_sentence_written_twice_and_said_once_is_a_repetition(text: str, language: str) -> None:
    once = said(text, first_s=0.0, seconds=2.6)
    no_time = said(text, first_s=2.6, seconds=0.1)
    before = said("好，" if language == "zh" else "Right.", first_s=0.0, seconds=0.3)
    for pieces in (
        [*once, *no_time],
        [*no_time, *said(text, first_s=2.7, seconds=2.6)],
        # Alignment may put the break anywhere.
        [*once, *no_time[:-1], *said(text, first_s=2.7, seconds=0.3)[-1:]],
        [
            *before,
            *once,
            *no_time,
            *said("Bye" if language == "en" else "再见", first_s=3, seconds=1),
        ],
    ):
        assert refusal(Hypothesis(tuple(pieces), -0.1, 0.0), language) == "repetition"


def test_people_do_say_a_sentence_twice() -> None:
    for text, language in (("Your account number, please.", "en"), ("请您稍等一下", "zh")):
        twice = [*said(text, first_s=0.0, seconds=1.2), *said(text, first_s=1.2, seconds=0.9)]
        assert refusal(Hypothesis(tuple(twice), -0.1, 0.0), language) is None


def test_other_words_on_one_moment_are_no_repetition() -> None:
    """Alignment does that to the last words of a window, and they were said."""
    pieces = [
        *said("I will look that up for you now.", first_s=0.0, seconds=3),
        *said("One moment, please, sir.", first_s=3.0, seconds=0.0),
    ]
    assert refusal(Hypothesis(tuple(pieces), -0.1, 0.0)) is None


def test_text_that_the_recogniser_doubts_is_of_low_confidence() -> None:
    assert refusal(hypothesis(" hello", mean_log_prob=-1.2)) == "low_confidence"


def test_doubted_text_where_nobody_speaks_is_no_speech() -> None:
    assert refusal(hypothesis(" hello", mean_log_prob=-1.2, no_speech=0.8)) == "no_speech"
    assert refusal(hypothesis(" hello", mean_log_prob=-0.3, no_speech=0.8)) is None


def test_text_that_the_sound_does_not_bear_out_is_refused_however_sure_the_decoder_was() -> None:
    echo = Hypothesis((Piece("云帆科技", 0, 1, 0.001),), mean_log_prob=-0.6, no_speech=0.2)
    on_noise = Hypothesis((Piece(" you", 0, 1, 0.3),), mean_log_prob=-0.5, no_speech=0.9)
    unclear = Hypothesis((Piece("喂？", 0, 1, 0.3),), mean_log_prob=-0.5, no_speech=0.2)

    assert refusal(echo, "zh") == "low_confidence"
    assert refusal(on_noise) == "no_speech"
    assert refusal(unclear, "zh") is None


def test_nobody_speaks_that_fast() -> None:
    words = [f" {a}{b}" for a in "abcdefghij" for b in ("lm", "xq", "zt", "rv")]

    assert refusal(hypothesis(*words), spoken_s=2) == "too_fast"
    assert refusal(hypothesis(*words), spoken_s=20) is None


def word_list(*texts: str, confidence: float = 0.9) -> list[Word]:
    return [Word(i, i + 1, text, confidence) for i, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("texts", "outro"),
    [
        (["Bye.", "Thanks", "for", "watching!"], [1, 2, 3]),
        (["Subtitles", "by", "the", "Amara.org", "community"], [0, 1, 2, 3, 4]),
        (list("好的请不吝点赞订阅转发"), list(range(2, 11))),
        (list("谢谢大家观看"), list(range(6))),
        (list("字幕由志愿者提供"), list(range(8))),
        (["Thank", "you", "for", "calling", "Northwind."], []),
        (["Thank", "you.", "Goodbye."], []),
        (list("谢谢您的来电再见"), []),
        (list("电视的字幕怎么关掉"), []),
    ],
)
def test_subtitle_credits_and_video_farewells_are_found_and_courtesies_are_not(
    texts: list[str], outro: list[int]
) -> None:
    assert [i for run in gates.outro_words(word_list(*texts)) for i in run] == outro


FAREWELLS = [
    ["Thank", "you", "for", "listening."],
    ["See", "you", "next", "time!"],
    list("感谢您的收听"),
]
"""What a video ends with, and a person on the telephone may end with too."""


@pytest.mark.parametrize("texts", FAREWELLS)
def test_a_farewell_that_people_do_say_stays_where_the_recogniser_is_sure_of_it(
    texts: list[str],
) -> None:
    assert gates.outro_words(word_list(*texts, confidence=gates.SAYABLE_CONFIDENCE)) == []


@pytest.mark.parametrize("texts", FAREWELLS)
def test_the_same_farewell_is_an_outro_where_the_recogniser_doubts_it(texts: list[str]) -> None:
    doubted = word_list(*texts, confidence=gates.SAYABLE_CONFIDENCE - 0.01)

    assert gates.outro_words(doubted) == [range(len(texts))]


def test_what_nobody_says_is_an_outro_however_sure_the_recogniser_is() -> None:
    sure = word_list("Thanks", "for", "watching!", confidence=1.0)

    assert gates.outro_words(sure) == [range(3)]


def test_no_word_belongs_to_two_outros() -> None:
    words = word_list("Thank", "you", "for", "listening", "to", "this", "video.", confidence=0.3)

    assert gates.outro_words(words) == [range(7)]
