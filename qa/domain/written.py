"""Texts that people write about a call, held to their limits whichever way they come in."""

from __future__ import annotations

from qa.domain.errors import InputInvalid
from qa.domain.wording import Reason


def written(text: str, *, field: str, limit: int) -> str:
    """A text without the space around it.

    Args:
        text: As it was typed or sent.
        field: What the form or the request calls it.
        limit: Characters that it may have.

    Raises:
        InputInvalid: Nothing is left of it, or it is over its limit.
    """
    kept = text.replace("\r\n", "\n").strip()
    if not kept:
        raise InputInvalid(f"{field} is empty", field=field, reason=Reason("form.required"))
    if len(kept) > limit:
        raise InputInvalid(
            f"{field} has {len(kept)} characters, {limit} are allowed",
            field=field,
            reason=Reason("form.too_long", {"length": len(kept), "limit": limit}),
        )
    return kept
