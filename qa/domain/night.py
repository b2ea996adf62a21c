"""A night: which recordings it takes, when it begins no more of them, and how it is found to have gone.

A night takes what is new since the last one that left nothing behind. One that was missed, cut short or had
recordings to try again is so made good by the next, which finds the same calls still to be done.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from qa.domain.errors import SettingsInvalid
from qa.domain.records import Stopped

OVERLAP = timedelta(hours=1)
"""How far behind the last night's beginning the next one looks: a file may have been half copied then."""
SILENT_AFTER = timedelta(minutes=2)
"""How long a night may show no life before it counts as dead; its lock beats every ten seconds."""

_UNITS_S = {"h": 3600, "m": 60, "min": 60, "s": 1}
_BUDGET = re.compile(r"(\d+(?:\.\d+)?)(h|min|m|s)")
_LONGEST = timedelta(days=7)


class NightKind(StrEnum):
    """What started it: a schedule, or something new in a watched folder."""

    NIGHT = "night"
    WATCH = "watch"


class NightState(StrEnum):
    """How far a night is.

    ``CUT`` ended in order with calls left, ``FAILED`` with an error that it could still tell of, ``DIED``
    without a word.
    """

    RUNNING = "running"
    FINISHED = "finished"
    CUT = "cut"
    FAILED = "failed"
    DIED = "died"


@dataclass(frozen=True, slots=True)
class Past:
    """How far the nights over some folders have come.

    Attributes:
        settled_at: When the last night began that left nothing behind, nor looked past what another had left.
        reached: How far back nights looked while none was settled; ``None`` where one looked at everything.
        nights: How many there were.
    """

    settled_at: datetime | None = None
    reached: datetime | None = None
    nights: int = 0


@dataclass(frozen=True, slots=True)
class Since:
    """From when on recordings are taken, as it was asked for.

    Attributes:
        moment: A fixed one, ``None`` for the last night that left nothing behind.
        catches_up: Whether nights that were missed before ``moment`` are made good.
    """

    moment: datetime | None
    catches_up: bool = True

    def bound(self, past: Past) -> datetime | None:
        """The earliest moment that a night looks at; ``None`` for everything there is."""
        if not self.catches_up:
            return self.moment
        if past.settled_at is not None:
            back = past.settled_at - OVERLAP
            return back if self.moment is None else min(self.moment, back)
        if self.moment is None or not past.nights:
            return self.moment
        return None if past.reached is None else min(self.moment, past.reached)


def read_since(written: str, now: datetime, zone: tzinfo) -> Since:
    """From when on recordings are taken: ``last``, ``yesterday``, or a date with or without a time.

    ``yesterday`` begins at midnight in ``zone`` and makes missed nights good; a date is taken at its word.

    Raises ``SettingsInvalid`` for anything else.
    """
    wish = written.strip().lower()
    if wish == "last":
        return Since(None)
    if wish == "yesterday":
        day = now.astimezone(zone).date() - timedelta(days=1)
        return Since(_midnight(day, zone))
    try:
        moment = datetime.fromisoformat(written.strip())
    except ValueError as error:
        raise SettingsInvalid(
            f"--since {written} is no date",
            hint="give `last`, `yesterday`, or a date such as 2026-03-01",
        ) from error
    stated = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return Since(stated, catches_up=False)


def read_budget(written: str) -> timedelta:
    """A length of time such as ``4h``, ``90m`` or ``1h30m``. Raises ``SettingsInvalid``."""
    compact = re.sub(r"\s+", "", written.lower())
    parts = _BUDGET.findall(compact)
    if not parts or "".join(f"{number}{unit}" for number, unit in parts) != compact:
        raise SettingsInvalid(
            f"{written} is no length of time", hint="write it with units, such as 4h, 90m or 1h30m"
        )
    length = timedelta(seconds=sum(float(number) * _UNITS_S[unit] for number, unit in parts))
    if not timedelta(0) < length <= _LONGEST:
        raise SettingsInvalid(
            f"{written} is out of range", hint="it takes more than nothing and at most 7 days"
        )
    return length


def next_hour(now: datetime, hour: int, zone: tzinfo) -> datetime:
    """The next time at which the clocks of a zone show a full hour.

    On a night when the clocks go forward over that hour, the moment at which they do; on one when they go back
    over it, the first of the two, and the second once the first is past.
    """
    today = now.astimezone(zone).date()
    for day in (today, today + timedelta(days=1)):
        for fold in (0, 1):
            # In an hour that is leapt over, the offset before the leap gives the moment of the leap.
            moment = (
                datetime.combine(day, time(hour), tzinfo=zone).replace(fold=fold).astimezone(UTC)
            )
            if moment > now:
                return moment
    raise AssertionError("a day has every hour, or the leap over it")


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


def stopping(
    now: Callable[[], datetime],
    elapsed_s: Callable[[], float],
    *,
    deadline: datetime | None,
    budget: timedelta | None,
    told: Callable[[], Stopped],
) -> Callable[[], Stopped]:
    """What a run asks before it begins a recording: why it should not, ``""`` to go on.

    Args:
        now: The time of day.
        elapsed_s: Seconds since the run began, by a clock that nobody sets.
        deadline: The moment from which nothing is begun.
        budget: How long things are begun.
        told: Whether somebody told the run to stop.
    """

    def stop() -> Stopped:
        if why := told():
            return why
        if deadline is not None and now() >= deadline:
            return "hour"
        if budget is not None and elapsed_s() >= budget.total_seconds():
            return "budget"
        return ""

    return stop
