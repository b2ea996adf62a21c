"""How people prove who they are: passwords kept as hashes, and an OpenID Connect provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Passwords(Protocol):
    """Turns passwords into what may be stored, and checks them against it."""

    def hash(self, password: str) -> str:
        """What the store keeps of a password."""

    def check(self, password: str, stored: str | None) -> bool:
        """Whether it is the password; the work is the same where none is stored."""

    def outdated(self, stored: str) -> bool:
        """Whether a hash was made with weaker parameters than today's."""

    def is_common(self, password: str) -> bool:
        """Whether it is one of the first that anybody would try."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """What a browser keeps while its owner is at the provider.

    Attributes:
        state: Comes back in the address, and must be the same.
        nonce: Comes back inside the id token, and must be the same.
        verifier: Proves to the provider that who began also ends (PKCE, RFC 7636).
    """

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says somebody is.

    Attributes:
        subject: Issuer and subject; the one thing that never changes.
        email: Only where the provider says that it verified it.
    """

    subject: str
    email: str | None
    name: str | None


class OpenIdProvider(Protocol):
    """An OpenID Connect provider, by authorization code with PKCE (OpenID Connect Core 1.0, 3.1)."""

    def address(self, handshake: Handshake, redirect_uri: str, now: datetime) -> str:
        """Where the browser is sent to log in. Raises ``ProviderUnavailable``."""

    def identify(
        self, handshake: Handshake, code: str, redirect_uri: str, now: datetime
    ) -> Identity:
        """Exchange a code for who came back with it.

        Raises:
            ProviderUnavailable: It cannot be reached, or what it sends breaks the protocol.
            InputInvalid: The code is wrong or was used, or its id token is not for us, not now or not from it.
        """
