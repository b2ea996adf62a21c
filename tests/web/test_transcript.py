"""Turns cut into words that can be sought."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa.domain.call import Role
from qa.domain.transcript import Turn, Word
from webapp.transcript import pieces

texts = st.text(alphabet="ab 您好，. ", min_size=1, max_size=12)


@given(text=texts, spoken=st.lists(texts, min_size=1, max_size=6))
def test_the_pieces_of_a_turn_are_its_text(text: str, spoken: list[str]) -> None:
    words = tuple(Word(float(at), at + 1.0, word, 0.9) for at, word in enumerate(spoken))
    assert "".join(piece.text for piece in pieces(_turn(text, words))) == text


def test_each_word_keeps_its_own_start() -> None:
    words = (Word(1.0, 1.4, " Good", 0.9), Word(1.4, 2.0, " morning,", 0.2))
    cut = pieces(_turn("Good morning, all", words))
    assert [(piece.text, piece.start_s, piece.unsure) for piece in cut] == [
        ("Good", 1.0, False),
        (" ", None, False),
        ("morning,", 1.4, True),
        (" all", None, False),
    ]


def test_a_word_that_normalisation_changed_does_not_pull_later_words_along() -> None:
    words = (Word(0.0, 0.5, "雲", 0.9), Word(0.5, 1.0, "帆", 0.9))
    cut = pieces(_turn("云帆科技", words))
    assert [(piece.text, piece.start_s) for piece in cut] == [
        ("云", None),
        ("帆", 0.5),
        ("科技", None),
    ]


def _turn(text: str, words: tuple[Word, ...]) -> Turn:
    return Turn(Role.AGENT, 0.0, 10.0, text, words)
