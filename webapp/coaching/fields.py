"""Fields that only the forms of coaching have: a day that stays the moment it was, a place in a recording."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal, overload

from flask import request

from qa.domain.errors import InputInvalid
from qa.domain.wording import Reason
from webapp import forms
from webapp.i18n import time_zone

_PLACE = re.compile(
    r"(?:(?:(?P<hours>\d{1,2}):)?(?P<minutes>\d{1,3}):)?(?P<seconds>\d{1,6}(?:\.\d{0,3})?)"
)


@overload
def day(
    name: str, before: datetime | None = None, *, required: Literal[True] = True
) -> datetime: ...


@overload
def day(name: str, before: datetime | None = None, *, required: bool) -> datetime | None: ...


def day(name: str, before: datetime | None = None, *, required: bool = True) -> datetime | None:
    """The end of a day that was picked.

    A form shows a day; of a moment that somebody in another time zone entered, it is the day here. Where that
    day was left as it stood, so is the moment.

    Raises:
        InputInvalid: It is no date, or is missing and must not be.
    """
    if before is not None and request.form.get(name, "") == shown_day(before):
        return before
    return forms.day_end(name, time_zone(), required=required)


def shown_day(moment: datetime | None) -> str:
    """The day of a moment in the reader's time zone, as a date field holds it."""
    return moment.astimezone(time_zone()).date().isoformat() if moment else ""


def place(name: str) -> float:
    """A place in a recording, seconds: ``65``, ``65.5``, ``1:05``, ``1:02:03``; a full-width colon too.

    Raises:
        InputInvalid: It is nothing of the kind.
    """
    typed = forms.text(name).replace("：", ":").replace("。", ".")
    found = _PLACE.fullmatch(typed)
    if found is None:
        raise InputInvalid(
            f"{name} is no place in a recording", field=name, reason=Reason("case.not_a_place")
        )
    hours, minutes = int(found["hours"] or 0), int(found["minutes"] or 0)
    return 3600.0 * hours + 60.0 * minutes + float(found["seconds"])


def shown_place(seconds: float | None) -> str:
    """A place as the field above reads it: ``1:05.5``."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds, 1), 60)
    whole, tenth = divmod(round(rest * 10), 10)
    return f"{int(minutes)}:{int(whole):02}" + (f".{int(tenth)}" if tenth else "")
