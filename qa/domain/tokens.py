"""Secrets that somebody carries: a login cookie, a one-time link, a key for a program.

The store keeps only their hash. A fast hash is enough where the secret itself is 256 random bits.
"""

from __future__ import annotations

import hashlib
import secrets

_TOKEN_BYTES = 32


def new_token() -> str:
    """A secret that cannot be guessed: 256 random bits, 43 URL-safe characters."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What the store keeps of a token: its SHA-256, 64 hexadecimal digits."""
    # A token that somebody made up may hold anything; it must be looked for, and not found.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
