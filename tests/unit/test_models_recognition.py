"""What happens around an engine: windows, gates, second attempts, words. The engine here is scripted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from models import gates
from models.encodings import Encodings
from models.hypothesis import Hypothesis, Piece
from models.recogniser import TEMPERATURES, UNHEARD_S, WhisperTranscriber, prompt_of, unheard
from models.vad_silero import MIN_SPEECH_S, PAD_S, spans_of
from models.windows import JOINT_S, MAX_WINDOW_S, Window, windows_of
from models.wording import simplified, words_of
from qa.domain.transcript import Span, Word
from qa.ports import SAMPLE_RATE

Samples = npt.NDArray[np.float32]


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * SAMPLE_RATE), dtype=np.float32)


def pieces(*texts: str, start_s: float = 0.2, each_s: float = 0.3) -> tuple[Piece, ...]:
    return tuple(
        Piece(text, start_s + i * each_s, start_s + (i + 1) * each_s, 0.9)
        for i, text in enumerate(texts)
    )


def hypothesis(
    *texts: str, mean_log_prob: float = -0.2, no_speech: float = 0.0, each_s: float = 0.3
) -> Hypothesis:
    return Hypothesis(pieces(*texts, each_s=each_s), mean_log_prob, no_speech)


# --- windows -----------------------------------------------------------------------------------


def test_spans_that_fit_share_a_window_without_what_lies_between_them() -> None:
    speech = [Span(1, 3), Span(60, 62), Span(100, 104)]

    (window,) = windows_of(speech, silence(120))

    assert window.duration_s == pytest.approx(8 + 4 * JOINT_S)
    assert len(window.cut_from(silence(120))) == round(window.duration_s * SAMPLE_RATE)


def test_a_short_gap_is_kept_as_it_is() -> None:
    (window,) = windows_of([Span(1, 3), Span(3.4, 5)], silence(10))

    assert window.pieces == (Span(1, 5),)


def test_no_window_is_longer_than_whisper_takes() -> None:
    speech = [Span(i * 5.0, i * 5.0 + 4) for i in range(100)]

    windows = windows_of(speech, silence(500))

    assert all(window.duration_s <= MAX_WINDOW_S for window in windows)
    covered = sorted(piece.start_s for window in windows for piece in window.pieces)
    assert len(covered) == 100


def test_a_long_span_is_cut_where_it_is_quietest() -> None:
    samples = np.full(60 * SAMPLE_RATE, 0.1, dtype=np.float32)
    samples[int(20 * SAMPLE_RATE) : int(20.2 * SAMPLE_RATE)] = 0.0

    first, second, *_ = windows_of([Span(0, 60)], samples)

    assert first.span.end_s == pytest.approx(20.1, abs=0.1)
    assert second.span.start_s == first.span.end_s


def test_a_word_goes_back_to_exactly_where_it_was_said() -> None:
    window = Window((Span(10, 12), Span(50, 53)))

    assert window.place(0.5, 1.0) == Span(10.5, 11.0)
    assert window.place(2.5, 3.0) == Span(50.5, 51.0)


def test_no_word_reaches_over_a_gap_that_was_not_sent() -> None:
    window = Window((Span(10, 12), Span(50, 53)))

    assert window.place(1.5, 2.4) == Span(11.5, 12)
    assert window.place(1.8, 3.0) == Span(50, 51)
    assert window.place(4.9, 9.0) == Span(52.9, 53)


# --- voice activity ----------------------------------------------------------------------------


def frames(*runs: tuple[float, float]) -> npt.NDArray[np.float32]:
    """Frame probabilities from (seconds, probability) runs."""
    return np.concatenate(
        [
            np.full(round(seconds / 0.032), probability, dtype=np.float32)
            for seconds, probability in runs
        ]
    )


def test_speech_is_padded_on_both_sides() -> None:
    (span,) = spans_of(frames((1, 0.0), (1, 0.9), (1, 0.0)), duration_s=3)

    assert span.start_s == pytest.approx(1 - PAD_S, abs=0.05)
    assert span.end_s == pytest.approx(2 + PAD_S, abs=0.05)


def test_a_wavering_probability_does_not_end_speech() -> None:
    assert len(spans_of(frames((1, 0.9), (1, 0.4), (1, 0.9)), duration_s=3)) == 1


def test_a_click_is_no_speech_and_a_short_yes_is() -> None:
    assert spans_of(frames((1, 0.0), (0.064, 0.9), (1, 0.0)), duration_s=2) == ()
    assert len(spans_of(frames((1, 0.0), (MIN_SPEECH_S + 0.1, 0.9), (1, 0.0)), duration_s=2)) == 1


def test_spans_stay_inside_the_recording_and_apart() -> None:
    probabilities = frames((0.5, 0.9), (0.35, 0.0), (0.5, 0.9), (2, 0.0), (0.5, 0.9))

    spans = spans_of(probabilities, duration_s=3.85)

    assert spans[0].start_s == 0
    assert spans[-1].end_s == 3.85
    assert all(a.end_s < b.start_s for a, b in pairwise(spans))


# --- words -------------------------------------------------------------------------------------


WHOLE = Window((Span(0, 30),))


def worded(language: str, *texts: str) -> list[str]:
    return [word.text for word in words_of(pieces(*texts), WHOLE, [Span(0, 30)], language=language)]


def test_parts_of_a_word_and_its_punctuation_are_one_word() -> None:
    assert worded("en", " re", "-", "fund", " is", " $", "20", ".", " OK", "?") == [
        "re-fund",
        "is",
        "$20.",
        "OK?",
    ]


def test_chinese_characters_stay_apart_and_keep_their_punctuation() -> None:
    assert worded("zh", "您", "好", "，", "云", "帆", "。") == ["您", "好，", "云", "帆。"]


def test_an_english_name_in_a_chinese_sentence_is_one_word() -> None:
    assert worded("zh", "我", "用", "i", "Phone", "和", "5", "G") == [
        "我",
        "用",
        "iPhone",
        "和",
        "5G",
    ]


def test_an_opening_mark_belongs_to_the_word_it_opens() -> None:
    assert worded("zh", "《", "服", "务", "》") == ["《服", "务》"]


def test_traditional_characters_become_simplified_word_by_word() -> None:
    assert worded("zh", "請", "問", "您", "滿", "意", "嗎", "？") == [
        "请",
        "问",
        "您",
        "满",
        "意",
        "吗？",
    ]


def test_what_a_character_becomes_depends_on_its_neighbours() -> None:
    assert simplified(["乾", "淨", "的", "乾", "坤"]) == ["干", "净", "的", "乾", "坤"]


def test_simplifying_keeps_the_number_of_words() -> None:
    texts = ["帳", "戶", "裡", "the", "面"]

    assert len(simplified(texts)) == len(texts)


def test_a_pause_that_alignment_gave_to_a_word_is_cut_off() -> None:
    stretched = (Piece(" Hello", 0.5, 4.0, 0.9), Piece(" sir.", 4.0, 4.4, 0.8))

    first, _ = words_of(stretched, WHOLE, [Span(3.4, 10)], language="en")

    assert (first.start_s, first.end_s) == (3.4, 4.0)


def test_no_word_lasts_longer_than_words_do() -> None:
    (word,) = words_of((Piece("好", 1.0, 6.0, 0.9),), WHOLE, [Span(0, 30)], language="zh")

    assert word.end_s - word.start_s <= 0.8
    assert word.end_s == 6.0


# --- gates -------------------------------------------------------------------------------------


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


def test_a_window_that_fails_is_recognised_again_without_the_names() -> None:
    engine = ScriptedEngine({(None, 0.0): LOOP})

    WhisperTranscriber(engine, batch=4).transcribe(
        silence(10), [Span(0, 3)], language="en", hotwords=("Northwind",)
    )

    assert engine.prompts == {("en", "Northwind"), ("en", "")}


def test_nobody_speaks_that_fast() -> None:
    words = [f" {a}{b}" for a in "abcdefghij" for b in ("lm", "xq", "zt", "rv")]

    assert refusal(hypothesis(*words), spoken_s=2) == "low_confidence"
    assert refusal(hypothesis(*words), spoken_s=20) is None


def word_list(*texts: str) -> list[Word]:
    return [Word(i, i + 1, text, 0.9) for i, text in enumerate(texts)]


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


# --- encodings ---------------------------------------------------------------------------------


def test_a_window_is_encoded_once_however_often_it_is_looked_at() -> None:
    batches: list[int] = []

    def encode(windows: Sequence[Samples]) -> list[float]:
        batches.append(len(windows))
        return [float(window.sum()) for window in windows]

    encodings = Encodings(encode, size=2)
    one, two, three = (np.full(4, value, dtype=np.float32) for value in (1, 2, 3))

    assert encodings.of([one, two]) == [4, 8]
    assert encodings.of([two, three, one]) == [8, 12, 4]
    assert encodings.of([one]) == [4]
    assert encodings.of([two, two]) == [8, 8]
    assert batches == [2, 1, 1]


# --- attempts ----------------------------------------------------------------------------------


@dataclass
class ScriptedEngine:
    """Answers by (window's length in whole seconds, temperature), else by temperature, else empty."""

    answers: Mapping[tuple[int | None, float], Hypothesis]
    told: Mapping[str, float] = field(default_factory=lambda: {"en": 1.0})
    asked: list[tuple[int, float]] = field(default_factory=list)
    prompts: set[tuple[str, str]] = field(default_factory=set)

    def languages(self, windows: Sequence[Samples]) -> list[Mapping[str, float]]:
        return [self.told for _ in windows]

    def hypotheses(
        self, windows: Sequence[Samples], *, language: str, prompt: str, temperature: float
    ) -> list[Hypothesis]:
        self.prompts.add((language, prompt))
        seconds = [len(window) // SAMPLE_RATE for window in windows]
        self.asked += [(second, temperature) for second in seconds]
        empty = Hypothesis((), -0.1, 0.0)
        return [
            self.answers.get((second, temperature), self.answers.get((None, temperature), empty))
            for second in seconds
        ]


LOOP = hypothesis(*[" okay"] * 40, each_s=0.1)


def test_a_window_that_fails_is_recognised_again_stretch_by_stretch() -> None:
    good = hypothesis(" one", " two", " three", each_s=1.6)
    slower = hypothesis(" four", " five", " six", each_s=2.3)
    engine = ScriptedEngine({(None, 0.0): LOOP, (5, 0.0): good, (7, 0.0): slower})
    speech = [Span(0, 5), Span(50, 57)]

    heard = WhisperTranscriber(engine, batch=4).transcribe(
        silence(60), speech, language="en", hotwords=()
    )

    assert heard.dropped == ()
    assert len(heard.words) == 6
    assert (12, 0.0) not in engine.asked[1:]
    assert all(temperature == 0.0 for _, temperature in engine.asked)


def test_temperature_rises_only_where_the_gates_refuse() -> None:
    good = hypothesis(" Hello", " there", each_s=1.0)
    engine = ScriptedEngine(
        {(None, 0.0): LOOP, (None, TEMPERATURES[0]): LOOP, (None, TEMPERATURES[1]): good}
    )

    heard = WhisperTranscriber(engine, batch=4).transcribe(
        silence(10), [Span(0, 3)], language="en", hotwords=()
    )

    assert [word.text for word in heard.words] == ["Hello", "there"]
    assert max(temperature for _, temperature in engine.asked) == TEMPERATURES[1]


def test_what_fails_every_time_is_dropped_with_its_reason_and_never_becomes_words() -> None:
    engine = ScriptedEngine({(None, t): LOOP for t in (0.0, *TEMPERATURES)})

    heard = WhisperTranscriber(engine, batch=4).transcribe(
        silence(10), [Span(1, 4)], language="en", hotwords=()
    )

    assert heard.words == ()
    assert [text.reason for text in heard.dropped] == ["repetition"]
    assert heard.dropped[0].text.startswith("okay")
    assert heard.dropped[0].start_s >= 1
    assert heard.dropped[0].end_s <= 4


def test_where_nobody_speaks_no_higher_temperature_is_tried() -> None:
    nobody = hypothesis(" you", mean_log_prob=-1.5, no_speech=0.9)
    engine = ScriptedEngine({(None, 0.0): nobody})

    heard = WhisperTranscriber(engine, batch=4).transcribe(
        silence(10), [Span(0, 8)], language="en", hotwords=("Northwind",)
    )

    assert [text.reason for text in heard.dropped] == ["no_speech"]
    assert engine.asked == [(8, 0.0), (8, 0.0)]


def test_a_stretch_that_gave_nothing_is_not_asked_twice() -> None:
    engine = ScriptedEngine({})

    WhisperTranscriber(engine, batch=4).transcribe(
        silence(10), [Span(0, 8)], language="en", hotwords=()
    )

    assert engine.asked == [(8, 0.0)]


def test_an_outro_is_dropped_and_the_words_around_it_stay() -> None:
    engine = ScriptedEngine(
        {(None, 0.0): hypothesis(" Goodbye.", " Thanks", " for", " watching!", each_s=1.0)}
    )

    heard = WhisperTranscriber(engine, batch=4).transcribe(
        silence(10), [Span(0, 4.5)], language="en", hotwords=()
    )

    assert [word.text for word in heard.words] == ["Goodbye."]
    assert [(text.text, text.reason) for text in heard.dropped] == [
        ("Thanks for watching!", "outro")
    ]


def test_speech_without_a_word_is_sent_again_on_its_own() -> None:
    engine = ScriptedEngine(
        {(20, 0.0): hypothesis(" Hello.", each_s=1.0), (18, 0.0): hypothesis(" Bye.", each_s=1.0)}
    )

    heard = WhisperTranscriber(engine, batch=4).transcribe(
        silence(30), [Span(0, 20)], language="en", hotwords=("Northwind",)
    )

    assert [word.text for word in heard.words] == ["Hello.", "Bye."]
    assert len(engine.asked) == 2
    assert engine.prompts == {("en", "Northwind")}


def test_punctuation_alone_is_neither_words_nor_dropped_text() -> None:
    engine = ScriptedEngine({(None, 0.0): hypothesis("...")})

    heard = WhisperTranscriber(engine, batch=4).transcribe(
        silence(10), [Span(0, 3)], language="en", hotwords=()
    )

    assert (heard.words, heard.dropped) == ((), ())


def test_silence_is_never_sent() -> None:
    engine = ScriptedEngine({(None, 0.0): hypothesis(" Thank", " you.")})

    heard = WhisperTranscriber(engine, batch=4).transcribe(
        silence(60), [], language="en", hotwords=("Northwind",)
    )

    assert (heard.words, heard.dropped, engine.asked) == ((), (), [])


def test_language_is_told_from_the_two_that_are_served() -> None:
    engine = ScriptedEngine({}, told={"ja": 0.7, "zh": 0.2, "en": 0.1})

    language, confidence = WhisperTranscriber(engine, batch=4).detect_language(
        [(silence(10), [Span(0, 5)]), (silence(10), [])]
    )

    assert language == "zh"
    assert confidence == pytest.approx(2 / 3)


def test_a_call_without_speech_has_no_sure_language() -> None:
    transcriber = WhisperTranscriber(ScriptedEngine({}), batch=4)

    assert transcriber.detect_language([(silence(10), [])])[1] == 0.0


def test_names_are_given_to_the_recogniser_in_the_script_it_is_to_write() -> None:
    assert prompt_of("en", ["Northwind", "Yunfan"]) == "Northwind, Yunfan"
    assert prompt_of("en", ["云帆科技", "Northwind"]) == "Northwind"
    assert prompt_of("en", ["云帆科技"]) == ""
    assert "Northwind" not in prompt_of("zh", ["云帆科技", "Northwind"])
    assert prompt_of("zh", ["Northwind"]).endswith("Northwind")
    assert prompt_of("en", []) == ""
    assert prompt_of("zh", ["雲帆科技"]).endswith("云帆科技")


def test_speech_counts_as_heard_where_there_is_a_word_or_a_refusal() -> None:
    words = [Word(1, 2, "a", 1.0), Word(2.2, 3, "b", 1.0)]
    refused = [Span(6, 9)]
    speech = [Span(0.8, 5), Span(6, 9.5), Span(20, 20.1 + UNHEARD_S)]

    assert unheard(speech, words, refused) == [Span(3, 5), Span(20, 20.1 + UNHEARD_S)]
