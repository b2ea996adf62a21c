"""What was found to be meant once is not asked again, and never answers for anything else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.heads import Heads
from models.semantics import EncoderSemantics, identity
from qa.domain.meanings import Meanings, Recalling
from tests.unit.meanings import PairEncoder, head_for

OURS, THEIRS = "pairs@1 heads@a", "pairs@1 heads@b"
SORRY, THANKS, WAIT = "I am sorry about that", "thank you for calling", "one moment please"
LIKE = ("so sorry", "I do apologise")

texts = st.lists(st.sampled_from([SORRY, THANKS, WAIT, "", "对不起", "so sorry"]), max_size=4)
asked = st.lists(
    st.tuples(st.sampled_from(["apology", "thanks"]), texts)
    | st.tuples(st.lists(st.sampled_from([*LIKE, "", "so", " sorry"]), max_size=3), texts),
    max_size=6,
)


@pytest.fixture
def encoder() -> PairEncoder:
    return PairEncoder()


@pytest.fixture
def plain(encoder: PairEncoder) -> EncoderSemantics:
    return semantics(encoder)


def semantics(encoder: PairEncoder) -> EncoderSemantics:
    heads = {"apology": head_for(SORRY), "thanks": head_for(THANKS)}
    return EncoderSemantics(encoder, Heads(identity(encoder), "", "", heads))


def answer(told: Any, question: str | list[str], sentences: list[str]) -> list[float]:
    """What a head, or a likeness to examples, comes to."""
    if isinstance(question, str):
        return list(told.ratings(question, sentences))
    return list(told.likeness(sentences, question))


@given(first=asked, second=asked)
def test_answers_are_those_of_the_encoder_whatever_was_asked_before(
    first: Any, second: Any
) -> None:
    before = Recalling(semantics(PairEncoder()), OURS)
    for question, sentences in first:
        answer(before, question, sentences)
    again = Recalling(semantics(PairEncoder()), OURS, before.learned)
    fresh = semantics(PairEncoder())
    for question, sentences in second:
        assert answer(again, question, sentences) == answer(fresh, question, sentences)


def test_what_is_known_is_not_encoded_again(encoder: PairEncoder, plain: EncoderSemantics) -> None:
    first = Recalling(plain, OURS)
    first.ratings("apology", [SORRY, WAIT, SORRY])
    first.likeness([SORRY], LIKE)
    encoder.encoded.clear()
    later = Recalling(semantics(encoder), OURS, first.learned)
    assert later.ratings("apology", [WAIT]) == plain.ratings("apology", [WAIT])
    assert later.likeness([SORRY], LIKE) == plain.likeness([SORRY], LIKE)
    assert encoder.encoded == []
    assert later.learned is None
    later.ratings("apology", [SORRY, THANKS])
    assert encoder.encoded == [THANKS]
    assert later.learned is not None


@pytest.mark.parametrize(
    ("told_by", "question", "examples"),
    [(THEIRS, "apology", LIKE), (OURS, "thanks", LIKE[:1]), (OURS, "thanks", LIKE[::-1])],
    ids=["other models", "another head, fewer examples", "another head, another order"],
)
def test_what_answered_something_else_is_asked_anew(
    plain: EncoderSemantics, told_by: str, question: str, examples: tuple[str, ...]
) -> None:
    made_up = Recalling(plain, OURS)
    made_up.ratings("apology", [SORRY])
    made_up.likeness([SORRY], LIKE)
    learned = made_up.learned
    assert learned is not None
    wrong = {name: dict.fromkeys(told, 0.123) for name, told in learned.told.items()}
    later = Recalling(plain, told_by, Meanings(OURS, wrong))
    assert later.ratings(question, [SORRY]) == plain.ratings(question, [SORRY])
    assert later.likeness([SORRY], examples) == plain.likeness([SORRY], examples)


def test_examples_that_only_read_alike_when_joined_are_other_examples(
    plain: EncoderSemantics,
) -> None:
    recalling = Recalling(plain, OURS)
    answers = []
    for examples in (("so", " sorry"), ("so sorry",), ("s", "o sorry")):
        answers.append(recalling.likeness([SORRY], examples))
        assert answers[-1] == plain.likeness([SORRY], examples)
    assert len({tuple(answer) for answer in answers}) == len(answers)


def test_what_is_kept_holds_no_words_and_only_what_came_up(plain: EncoderSemantics) -> None:
    first = Recalling(plain, OURS)
    first.ratings("apology", [SORRY])
    first.likeness([SORRY], LIKE)
    assert first.learned is not None
    kept = repr(first.learned)
    assert SORRY not in kept
    assert LIKE[0] not in kept
    later = Recalling(plain, OURS, first.learned)
    later.ratings("apology", [THANKS])
    assert later.learned is not None
    assert list(later.learned.told) == ["head apology"]
    assert len(later.learned.told["head apology"]) == 2


def test_an_answer_that_is_no_number_is_given_and_not_kept(plain: EncoderSemantics) -> None:
    class Broken:
        marks = plain.marks

        def likeness(self, sentences: list[str], _examples: object) -> list[float]:
            return [float("nan") if sentence == WAIT else 0.5 for sentence in sentences]

        ratings = likeness

    recalling = Recalling(Broken(), OURS)
    assert repr(recalling.likeness([SORRY, WAIT], LIKE)) == "[0.5, nan]"
    assert recalling.learned is not None
    assert [list(told.values()) for told in recalling.learned.told.values()] == [[0.5]]


def test_a_head_in_use_has_its_marks(plain: EncoderSemantics) -> None:
    recalling = Recalling(plain, OURS)
    assert recalling.marks("apology") == plain.marks("apology")
    assert recalling.marks("nobody") is None
