"""Probabilities of answers from probabilities of tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.choices import FLOOR, Probabilities, Tokens, weigh

YES, NO, NOT, APPLICABLE, REST = range(5)


def model(told: Mapping[Tokens, Mapping[int, float]]) -> Callable[[Tokens], Probabilities]:
    """A model that goes on so; what is not told is spread over nothing."""

    def after(begun: Tokens) -> Probabilities:
        probabilities = np.zeros(10, dtype=np.float32)
        for token, share in told[begun].items():
            probabilities[token] = share
        return probabilities

    return after


def test_an_answer_of_several_tokens_has_their_product() -> None:
    shares = weigh(
        {"yes": [(YES,)], "no": [(NO,)], "not applicable": [(NOT, APPLICABLE)]},
        model({(): {YES: 0.2, NO: 0.1, NOT: 0.5, REST: 0.2}, (NOT,): {APPLICABLE: 0.8, REST: 0.2}}),
    )
    assert shares.of == pytest.approx({"yes": 0.2, "no": 0.1, "not applicable": 0.4})
    assert shares.ranked == ["not applicable", "yes", "no"]
    assert shares.mass == pytest.approx(0.7)
    assert shares.share("yes") == pytest.approx(0.2 / 0.7)


def test_the_spellings_of_an_answer_count_together() -> None:
    shares = weigh(
        {"yes": [(0,), (1,), (2, 3)]}, model({(): {0: 0.3, 1: 0.2, 2: 0.1}, (2,): {3: 1}})
    )
    assert shares.of["yes"] == pytest.approx(0.6)


def test_a_number_that_begins_another_has_what_the_other_leaves() -> None:
    spelt = {"1": [(1,)], "12": [(1, 2)], "13": [(1, 3)], "2": [(2,)]}
    shares = weigh(spelt, model({(): {1: 0.8, 2: 0.2}, (1,): {2: 0.75, 3: 0.05, 9: 0.2}}))
    assert shares.of == pytest.approx({"1": 0.16, "12": 0.6, "13": 0.04, "2": 0.2})


def test_the_rest_of_an_unlikely_answer_is_not_asked_for() -> None:
    asked: list[Tokens] = []

    def after(begun: Tokens) -> Probabilities:
        asked.append(begun)
        return model({(): {YES: 0.99, NOT: FLOOR / 2}})(begun)

    shares = weigh({"yes": [(YES,)], "not applicable": [(NOT, APPLICABLE)]}, after)
    assert asked == [()]
    assert shares.of["not applicable"] == 0


def test_a_model_that_would_say_something_else_gives_the_answers_nothing() -> None:
    shares = weigh({"yes": [(YES,)], "no": [(NO,)], "unknown": []}, model({(): {REST: 1.0}}))
    assert shares.mass == 0
    assert shares.share("yes") == 0


@given(
    st.lists(
        st.lists(st.integers(0, 3), min_size=1, max_size=3).map(tuple),
        min_size=1,
        max_size=12,
        unique=True,
    ),
    st.integers(0, 2**32 - 1),
)
def test_the_answers_never_have_more_than_there_is(spelt: list[Tokens], seed: int) -> None:
    def after(begun: Tokens) -> Probabilities:
        shares = np.random.default_rng([seed, *begun]).random(4, dtype=np.float32)
        return shares / shares.sum()

    shares = weigh({tokens: [tokens] for tokens in spelt}, after)
    assert all(0 <= share <= 1 for share in shares.of.values())
    assert sum(shares.of.values()) <= 1 + 1e-5
