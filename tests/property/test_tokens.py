"""Tokens and the spelling of logins, for whatever anybody types."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from qa.domain.passwords import normal
from qa.domain.people import same_name
from qa.domain.throttle import keys
from qa.domain.tokens import new_token, token_hash

ANY_TEXT = st.text(st.characters())  # with half surrogate pairs, controls and NUL


@given(ANY_TEXT, ANY_TEXT)
def test_two_tokens_have_one_hash_only_if_they_are_one(one: str, other: str) -> None:
    assert (token_hash(one) == token_hash(other)) is (one == other)
    assert len(token_hash(one)) == 64
    assert int(token_hash(one), 16) >= 0


def test_tokens_are_new_and_safe_in_a_cookie_and_an_address() -> None:
    tokens = {new_token() for _ in range(1_000)}
    assert len(tokens) == 1_000
    assert all(len(token) == 43 for token in tokens)
    assert set("".join(tokens)) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )


@given(ANY_TEXT)
def test_spelling_a_login_twice_changes_nothing(login: str) -> None:
    assert same_name(same_name(login)) == same_name(login)


@given(ANY_TEXT)
def test_a_password_is_measured_as_it_is_hashed(password: str) -> None:
    assert normal(normal(password)) == normal(password)


@settings(max_examples=50)
@given(ANY_TEXT, ANY_TEXT)
def test_any_login_and_any_address_can_be_counted(login: str, address: str) -> None:
    attempt = keys(login, address)
    assert attempt == keys(login, address)
    assert len(set(attempt.all)) == 3
    assert all(len(key) < 150 for key in attempt.all)
