"""What happens around an engine: windows, gates, second attempts, words. The engine here is scripted."""

from __future__ import annotations

from models.recogniser import TEMPERATURES, UNHEARD_S, unheard
from qa.domain.transcript import Span, Word
from tests.unit.recognition import LOOP, ScriptedEngine, heard_in, hypothesis, silence


def test_a_window_that_fails_is_recognised_again_stretch_by_stretch() -> None:
    good = hypothesis(" one", " two", " three", each_s=1.6)
    slower = hypothesis(" four", " five", " six", each_s=2.3)
    engine = ScriptedEngine({(None, 0.0): LOOP, (5, 0.0): good, (7, 0.0): slower})
    speech = [Span(0, 5), Span(50, 57)]

    heard = heard_in(engine, silence(60), speech)

    assert heard.dropped == ()
    assert len(heard.words) == 6
    assert (12, 0.0) not in engine.asked[1:]
    assert all(temperature == 0.0 for _, temperature in engine.asked)


def test_temperature_rises_only_where_the_gates_refuse() -> None:
    good = hypothesis(" Hello", " there", each_s=1.0)
    engine = ScriptedEngine(
        {(None, 0.0): LOOP, (None, TEMPERATURES[0]): LOOP, (None, TEMPERATURES[1]): good}
    )

    heard = heard_in(engine, silence(10), [Span(0, 3)])

    assert [word.text for word in heard.words] == ["Hello", "there"]
    assert max(temperature for _, temperature in engine.asked) == TEMPERATURES[1]


def test_what_fails_every_time_is_dropped_with_its_reason_and_never_becomes_words() -> None:
    engine = ScriptedEngine({(None, t): LOOP for t in (0.0, *TEMPERATURES)})

    heard = heard_in(engine, silence(10), [Span(1, 4)])

    assert heard.words == ()
    assert [text.reason for text in heard.dropped] == ["repetition"]
    assert heard.dropped[0].text.startswith("okay")
    assert heard.dropped[0].start_s >= 1
    assert heard.dropped[0].end_s <= 4


def test_where_nobody_speaks_no_higher_temperature_is_tried() -> None:
    nobody = hypothesis(" you", mean_log_prob=-1.5, no_speech=0.9)
    engine = ScriptedEngine({(None, 0.0): nobody})

    heard = heard_in(engine, silence(10), [Span(0, 8)], hotwords=("Northwind",))

    assert [text.reason for text in heard.dropped] == ["no_speech"]
    assert engine.asked == [(8, 0.0), (8, 0.0)]


def test_a_stretch_that_gave_nothing_is_not_asked_twice() -> None:
    engine = ScriptedEngine({})

    heard_in(engine, silence(10), [Span(0, 8)])

    assert engine.asked == [(8, 0.0)]


def test_an_outro_is_dropped_and_the_words_around_it_stay() -> None:
    engine = ScriptedEngine(
        {(None, 0.0): hypothesis(" Goodbye.", " Thanks", " for", " watching!", each_s=1.0)}
    )

    heard = heard_in(engine, silence(10), [Span(0, 4.5)])

    assert [word.text for word in heard.words] == ["Goodbye."]
    assert [(text.text, text.reason) for text in heard.dropped] == [
        ("Thanks for watching!", "outro")
    ]


def test_speech_without_a_word_is_sent_again_on_its_own() -> None:
    engine = ScriptedEngine(
        {(20, 0.0): hypothesis(" Hello.", each_s=1.0), (18, 0.0): hypothesis(" Bye.", each_s=1.0)}
    )

    heard = heard_in(engine, silence(30), [Span(0, 20)], hotwords=("Northwind",))

    assert [word.text for word in heard.words] == ["Hello.", "Bye."]
    assert len(engine.asked) == 2
    assert engine.prompts == {("en", "Northwind")}


def test_punctuation_alone_is_neither_words_nor_dropped_text() -> None:
    engine = ScriptedEngine({(None, 0.0): hypothesis("...")})

    heard = heard_in(engine, silence(10), [Span(0, 3)])

    assert (heard.words, heard.dropped) == ((), ())


def test_silence_is_never_sent() -> None:
    engine = ScriptedEngine({(None, 0.0): hypothesis(" Thank", " you.")})

    heard = heard_in(engine, silence(60), [], hotwords=("Northwind",))

    assert (heard.words, heard.dropped, engine.asked) == ((), (), [])


def test_a_window_that_fails_is_recognised_again_without_the_names() -> None:
    engine = ScriptedEngine({(None, 0.0): LOOP})

    heard_in(engine, silence(10), [Span(0, 3)], hotwords=("Northwind",))

    assert engine.prompts == {("en", "Northwind"), ("en", "")}


def test_speech_counts_as_heard_where_there_is_a_word_or_a_refusal() -> None:
    words = [Word(1, 2, "a", 1.0), Word(2.2, 3, "b", 1.0)]
    refused = [Span(6, 9)]
    speech = [Span(0.8, 5), Span(6, 9.5), Span(20, 20.1 + UNHEARD_S)]

    assert unheard(speech, words, refused) == [Span(3, 5), Span(20, 20.1 + UNHEARD_S)]
