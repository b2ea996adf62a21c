"""Users' keys for programs."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from qa.domain.access import Scope

PREFIX = "cqa_"
"""What every key begins with, so that scanners of source code and logs find one that leaked."""

_RANDOM_BYTES = 32
_FORM = re.compile(rf"{PREFIX}[0-9a-f]{{{2 * _RANDOM_BYTES}}}")


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A key, without its secret: only the hash of that is kept (``qa.domain.tokens.token_hash``).

    Attributes:
        last_used_at: To within a minute; ``None`` for one that was never used.
    """

    public_id: str
    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    def expired(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and now >= self.expires_at

    def works(self, now: datetime) -> bool:
        """Whether it lets anybody in."""
        return self.revoked_at is None and not self.expired(now)


def new_secret() -> str:
    """A key that cannot be guessed: ``cqa_`` and 256 random bits in hexadecimal."""
    return f"{PREFIX}{secrets.token_hex(_RANDOM_BYTES)}"


def is_api_token(text: str) -> bool:
    """Whether a text has the form of a key."""
    return _FORM.fullmatch(text) is not None
