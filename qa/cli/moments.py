"""Moments as a person types them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

import click


class Moment(click.ParamType[datetime]):
    """``today``, ``yesterday``, a date or a date and time; on this machine's clock unless it states an offset."""

    name = "moment"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The moment, with its offset; a day is its first moment."""
        if isinstance(value, datetime):
            return value
        wish = value.strip().lower()
        try:
            if wish in _DAYS_AGO:
                return _begin(datetime.now().astimezone().date() - timedelta(days=_DAYS_AGO[wish]))
            if _DATE.fullmatch(wish):
                return _begin(date.fromisoformat(wish))
            return datetime.fromisoformat(value.strip()).astimezone()
        except (ValueError, OverflowError):
            self.fail(
                f"{value} is no moment: write today, yesterday, 2026-03-01 or 2026-03-01T18:00",
                param,
                ctx,
            )


_DAYS_AGO = {"today": 0, "yesterday": 1}
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{8}")


def _begin(day: date) -> datetime:
    # The offset that holds at that midnight, which summer time may make another than today's.
    return datetime.combine(day, time()).astimezone()
