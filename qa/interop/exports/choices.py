"""What whoever exports may choose, whatever the format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from qa.domain.scope import EVERYTHING, Scope
from qa.domain.wording import Language


@dataclass(frozen=True, slots=True)
class Choices:
    """How an export is to be.

    Attributes:
        language: Of headings and of speakers' names; reasons are worded before.
        at: When it is made.
        scope: Which calls it takes, as an overview tells it.
        byte_order_mark: Whether a CSV begins with one, without which Excel reads Chinese as the machine's old code
            page.
        audio: Reads a playable copy by its path in the data folder, ``None`` for one that is gone; ``None`` itself to
            leave sound out.
    """

    language: Language
    at: datetime
    scope: Scope = field(default=EVERYTHING)
    byte_order_mark: bool = False
    audio: Callable[[str], bytes | None] | None = None
