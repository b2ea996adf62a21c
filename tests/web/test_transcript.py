"""Turns cut into runs of text, and the places of their words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa.domain.call import Role
from qa.domain.transcript import Turn, Word
from webapp.calls.transcript import Run, placed_words, places, runs

texts = st.text(alphabet="ab 您好，𠮷. ", min_size=1, max_size=12)


@given(text=texts, spoken=st.lists(texts, min_size=1, max_size=6))
def test_the_runs_of_a_turn_are_its_text(text: str, spoken: list[str]) -> None:
    words = tuple(Word(float(at), at + 1.0, word, float(at % 2)) for at, word in enumerate(spoken))
    assert "".join(run.text for run in cut(turn_of(text, words))) == text


@given(text=texts, spoken=st.lists(texts, min_size=1, max_size=6))
def test_a_place_counts_as_the_browser_does(text: str, spoken: list[str]) -> None:
    words = tuple(Word(float(at), at + 1.0, word, 0.9) for at, word in enumerate(spoken))
    turn = turn_of(text, words)
    units = text.encode("utf-16-le")
    for place, placed in zip(found(turn).split(), placed_words(turn), strict=True):
        offset = int(place.split(":")[0])
        word = placed.text.encode("utf-16-le")
        assert units[2 * offset : 2 * offset + len(word)] == word


def test_only_what_looks_different_is_a_run_of_its_own() -> None:
    words = (
        Word(1.0, 1.4, " Good", 0.9),
        Word(1.4, 2.0, " morning,", 0.2),
        Word(2.0, 2.5, " dear", 0.9),
        Word(2.5, 3.0, " all", 0.9, "alle"),
    )
    assert cut(turn_of("Good morning, dear all", words)) == (
        Run("Good "),
        Run("morning,", 0.2),
        Run(" dear "),
        Run("all", None, "alle"),
    )


def test_each_word_keeps_its_own_time() -> None:
    words = (
        Word(1.0, 1.4, " Good", 0.9),
        Word(1.4, 1.75, " morning,", 0.2),
        Word(2.0, 3.0, " all", 0.9),
    )
    # The second word ends before the third begins; the last has nothing after it.
    assert found(turn_of("Good morning, all", words)) == "0:100 5:140:175 14:200:300"


def test_a_word_that_normalisation_changed_does_not_pull_later_words_along() -> None:
    words = (Word(0.0, 0.5, "雲", 0.9), Word(0.5, 1.0, "帆", 0.9))
    assert found(turn_of("云帆科技", words)) == "1:50:100"


def cut(turn: Turn) -> tuple[Run, ...]:
    return runs(turn, tuple(placed_words(turn)))


def found(turn: Turn) -> str:
    return places(turn, tuple(placed_words(turn)))


def turn_of(text: str, words: tuple[Word, ...]) -> Turn:
    return Turn(Role.AGENT, 0.0, 10.0, text, words)
