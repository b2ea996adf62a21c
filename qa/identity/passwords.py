"""Passwords as Argon2id hashes (``qa.ports.identity.Passwords``), and the list of those that are refused."""

from __future__ import annotations

from functools import cache
from importlib import resources

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from qa.domain.passwords import normal


class Argon2Passwords:
    """Argon2id with RFC 9106's second recommendation: 64 MiB, three passes, four lanes."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        # Checked where no hash is stored, so that an unknown login costs what a known one does.
        self._nobodys = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """What the store keeps of a password."""
        return self._hasher.hash(_bytes(password))

    def check(self, password: str, stored: str | None) -> bool:
        """Whether it is the password; the work is the same where none is stored."""
        try:
            self._hasher.verify(stored or self._nobodys, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def outdated(self, stored: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    def is_common(self, password: str) -> bool:
        """Whether it is one of the first that anybody would try."""
        return normal(password).casefold() in common_passwords()


@cache
def common_passwords() -> frozenset[str]:
    """The passwords that are refused, in lower case."""
    text = resources.files("qa.identity").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def _bytes(password: str) -> bytes:
    # What no keyboard types (half a surrogate pair) must fail as any wrong password does.
    return normal(password).encode("utf-8", "surrogatepass")
