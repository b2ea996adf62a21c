"""Which passwords are taken, and how they are kept."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from qa.domain.errors import InputInvalid
from qa.domain.passwords import check_new
from qa.identity.passwords import Argon2Passwords, common_passwords

WEAK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORDS = Argon2Passwords(WEAK)


def refusal(password: str, login: str = "sun@example.org", name: str = "Sun Wei") -> str | None:
    """The code of why a password is refused, or ``None``."""
    try:
        check_new(password, login=login, name=name, is_common=PASSWORDS.is_common, field="password")
    except InputInvalid as error:
        return error.reason.code
    return None


@pytest.mark.parametrize(
    "password",
    [
        "xkqvmwtz",
        "四个不相干的汉字词语",
        "correct horse battery staple",
        "sunflower over the harbour",
        "wei-rd paper lantern",
        " leading and trailing ",
        "🙂🙃🐢🪁🧭🧵🪴🛶",
        "v" + "xyz " * 31 + "abc",
    ],
)
def test_any_characters_make_a_password_as_long_as_there_are_enough(password: str) -> None:
    assert refusal(password) is None


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password.too_short"),
        ("7x!Qp2z", "password.too_short"),
        ("xyz " * 32 + "!", "password.too_long"),
        ("Password1", "password.common"),
        ("woaini1314", "password.common"),
        ("WOAINI1314", "password.common"),
        ("ｗｏａｉｎｉ１３１４", "password.common"),
        ("a123456789", "password.common"),
        ("kefu@123", "password.common"),
        ("zzzzzzzzzzzz", "password.common"),
        ("19900101", "password.common"),
        ("31121985", "password.common"),
        ("13812345678", "password.common"),
        ("8613812345678", "password.common"),
        ("sun@example.org", "password.like_you"),
        ("SunWei2026", "password.like_you"),
        ("ieWnuS2026", "password.like_you"),
        ("Sun Wei 2026", "password.like_you"),
        ("sun5201314", "password.like_you"),
        ("callqasun1", "password.like_you"),
    ],
)
def test_a_password_that_is_guessed_first_is_refused(password: str, code: str) -> None:
    assert refusal(password) == code


def test_a_refusal_names_the_field_and_keeps_the_password_to_itself() -> None:
    with pytest.raises(InputInvalid) as caught:
        check_new("woaini1314", login="sun", name="Sun", is_common=PASSWORDS.is_common, field="new")
    assert caught.value.field == "new"
    assert "woaini1314" not in str(caught.value)


def test_a_chinese_name_is_known_too() -> None:
    assert refusal("孙伟孙伟孙伟12", name="孙伟") == "password.like_you"


def test_eight_digits_that_are_no_day_are_taken() -> None:
    assert refusal("73940162") is None


def test_the_list_holds_more_than_the_first_three_thousand_that_are_long_enough() -> None:
    # ASVS 5.0, 6.2.4.
    assert len([password for password in common_passwords() if len(password) >= 8]) > 3_000
    assert all(password == password.casefold() for password in common_passwords())
    assert not any(password.startswith("#") for password in common_passwords())
    assert "5201314" in common_passwords()


def test_a_password_is_kept_as_argon2id_with_the_parameters_of_rfc_9106() -> None:
    stored = Argon2Passwords().hash("paper lantern 42")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert Argon2Passwords().check("paper lantern 42", stored)


def test_a_password_is_checked_as_it_was_meant_and_not_otherwise() -> None:
    stored = PASSWORDS.hash("Paper lantern ４２")
    assert PASSWORDS.check("Paper lantern 42", stored)
    assert not PASSWORDS.check("paper lantern 42", stored)
    assert not PASSWORDS.check("Paper lantern 42 ", stored)
    assert not PASSWORDS.check("\ud800", stored)


def test_the_same_password_is_kept_differently_each_time() -> None:
    assert PASSWORDS.hash("paper lantern") != PASSWORDS.hash("paper lantern")


def test_nothing_is_the_password_of_who_has_none() -> None:
    assert not PASSWORDS.check("nobody has this password", None)
    assert not PASSWORDS.check("", None)


def test_a_damaged_hash_lets_nobody_in() -> None:
    assert not PASSWORDS.check("paper lantern", "$argon2id$nonsense")


def test_a_hash_of_other_parameters_is_outdated() -> None:
    stored = PASSWORDS.hash("paper lantern")
    assert not PASSWORDS.outdated(stored)
    assert Argon2Passwords().outdated(stored)
