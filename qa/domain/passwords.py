"""Which passwords are taken (ASVS 5.0, 6.2): long enough, not the first that anybody tries, no other rules."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime

from qa.domain.faults import invalid

SHORTEST = 8
LONGEST = 128
"""Characters of a password, as ``normal`` counts them."""

_LEAST_BESIDES = 6
"""Characters that a password must have besides what everybody knows of its owner."""
_LEAST_DIFFERENT = 4
"""Different characters, below which a password is a pattern (``aaaaaaaa``, ``12121212``)."""
_PRODUCT = "callqa"
_MOBILE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
_EIGHT_DIGITS = re.compile(r"\d{8}")


def normal(password: str) -> str:
    """A password as it is measured, hashed and checked.

    Compatible characters are alike (NIST SP 800-63B-4, 3.1.1.2), so that the digits of a Chinese keyboard
    in full width are the ones of any other keyboard.
    """
    return unicodedata.normalize("NFKC", password)


def check_new(
    password: str, *, login: str, name: str, is_common: Callable[[str], bool], field: str
) -> None:
    """Check a password that somebody chose.

    Args:
        password: As typed.
        login: Whose it is to be.
        name: Their name.
        is_common: Whether a password is among the first that anybody would try.
        field: The form's field, for the error.

    Raises:
        InputInvalid: It cannot be taken.
    """
    typed = normal(password)
    if len(typed) < SHORTEST:
        raise invalid(field, "password.too_short", shortest=SHORTEST)
    if len(typed) > LONGEST:
        raise invalid(field, "password.too_long", longest=LONGEST)
    folded = typed.casefold()
    written = "".join(folded.split())
    besides = _besides(written, login, name)
    if besides != written and (len(besides) < _LEAST_BESIDES or is_common(besides)):
        raise invalid(field, "password.like_you")
    if is_common(typed) or _is_pattern(folded):
        raise invalid(field, "password.common")


def _besides(written: str, login: str, name: str) -> str:
    """What is left of a password without its owner's login and name, and without ours."""
    known = [login, login.partition("@")[0], name.replace(" ", ""), *name.split(), _PRODUCT]
    words = {word.casefold() for word in map(normal, known) if len(word) > 1}
    left = written
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "").replace(word[::-1], "")
    return left


def _is_pattern(folded: str) -> bool:
    """Whether it is a few characters over and over, a birthday or a mobile number."""
    if len(set(folded)) < _LEAST_DIFFERENT or _MOBILE.fullmatch(folded):
        return True
    return bool(_EIGHT_DIGITS.fullmatch(folded)) and any(
        _is_date(folded, order) for order in ("%Y%m%d", "%d%m%Y", "%m%d%Y")
    )


def _is_date(digits: str, order: str) -> bool:
    try:
        datetime.strptime(digits, order)  # noqa: DTZ007 - only whether there is such a day
    except ValueError:
        return False
    return True
