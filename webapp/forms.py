"""What a form sent, read strictly: a value that cannot be taken names its field, and nothing is changed.

A view catches ``InputInvalid``, shows its form again with status 422, what was typed and the sentence at the
field (``templates/_forms.html``).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time
from typing import Literal, overload
from zoneinfo import ZoneInfo

from flask import request

from qa.domain.errors import InputInvalid
from qa.domain.wording import Reason

LINE_LIMIT = 200
"""Characters of a name or another text of one line."""
TEXT_LIMIT = 5_000
"""Characters of a reason, a note or a comment: two pages."""


def text(name: str, *, limit: int = LINE_LIMIT, required: bool = True) -> str:
    """A text field, without the space around it.

    Raises:
        InputInvalid: It is empty and must not be, or is longer than ``limit`` characters.
    """
    value = request.form.get(name, "").replace("\r\n", "\n").strip()
    if required and not value:
        raise InputInvalid(f"{name} is empty", field=name, reason=Reason("form.required"))
    if len(value) > limit:
        raise InputInvalid(
            f"{name} has {len(value)} characters",
            field=name,
            reason=Reason("form.too_long", {"length": len(value), "limit": limit}),
        )
    return value


def choice(name: str, choices: Collection[str]) -> str:
    """One of several values. Raises ``InputInvalid`` for any other."""
    value = request.form.get(name, "")
    if value not in choices:
        raise InputInvalid(
            f"{name} is none of its choices", field=name, reason=Reason("form.not_a_choice")
        )
    return value


def number(name: str, *, lowest: float, highest: float) -> float:
    """A number within bounds. Raises ``InputInvalid`` for anything else."""
    value = request.form.get(name, "").strip()
    try:
        read = float(value)
    except ValueError:
        read = float("nan")
    if not lowest <= read <= highest:
        raise InputInvalid(
            f"{name} is no number from {lowest} to {highest}",
            field=name,
            reason=Reason(
                "form.not_a_number", {"lowest": f"{lowest:g}", "highest": f"{highest:g}"}
            ),
        )
    return read


@overload
def day_end(name: str, zone: ZoneInfo, *, required: Literal[True] = True) -> datetime: ...


@overload
def day_end(name: str, zone: ZoneInfo, *, required: bool) -> datetime | None: ...


def day_end(name: str, zone: ZoneInfo, *, required: bool = True) -> datetime | None:
    """The end of a day that was picked, in the reader's time zone, as a moment in UTC.

    Raises:
        InputInvalid: It is no date, or is missing and must not be.
    """
    value = text(name, required=required)
    if not value:
        return None
    try:
        picked = date.fromisoformat(value)
        return datetime.combine(picked, time(23, 59, 59), zone).astimezone(UTC)
    except (
        ValueError,
        OverflowError,
    ) as error:  # the first and the last day of all leave the calendar
        raise InputInvalid(
            f"{name} is no date", field=name, reason=Reason("form.not_a_date")
        ) from error
