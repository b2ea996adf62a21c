"""Values of call records: whatever a switch wrote, read into what a call record holds, or left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any

from qa.domain.call import Direction

MAX_TEXT = 200
"""Characters of a value; ids, numbers and names are shorter."""

LONGEST_S = 7 * 24 * 3600.0

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NUMBER = re.compile(r"\+?[0-9*#][0-9*#() .-]{0,30}")


def text(value: Any) -> str:
    """Text of a value without control, formatting and direction characters; empty for none, cut to a limit."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    shown = str(value)[: 4 * MAX_TEXT]
    if not shown.isprintable():
        shown = "".join(each for each in shown if unicodedata.category(each) not in _HIDDEN)
    return shown.strip()[:MAX_TEXT]


def number(value: Any) -> str | None:
    """A telephone number as it is written, without ``tel:`` or the host of a SIP address; names are none."""
    written = text(value)
    scheme, colon, rest = written.partition(":")
    if colon and scheme.lower() in ("tel", "sip", "sips"):
        written = re.split(r"[@;]", rest, maxsplit=1)[0]
    written = written.strip()
    return written if _NUMBER.fullmatch(written) else None


def seconds(value: Any) -> float | None:
    """Seconds of a number or its text, ``None`` for anything out of bounds."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if isfinite(found) and 0 <= found <= LONGEST_S else None


def share(value: Any) -> float | None:
    """A share from 0 to 1 of a number or its text."""
    found = seconds(value)
    return found if found is not None and found <= 1 else None


def whole(value: Any) -> int | None:
    """A whole number that is not negative."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9:
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:  # noqa: PLR2004 - digits of 10**9
        return int(value)
    return None


def moment(value: Any, zone: tzinfo | None) -> datetime | None:
    """A moment in UTC of an ISO 8601 or an RFC 2822 date.

    Args:
        value: As it was written.
        zone: Where the clock stood that wrote it without an offset; ``None`` for this machine's own zone.
    """
    written = text(value)
    if not written:
        return None
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        try:
            found = parsedate_to_datetime(written)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return in_utc(found, zone)


def in_utc(found: datetime, zone: tzinfo | None) -> datetime | None:
    """A moment in UTC; of an hour that the clocks went through twice, the first."""
    try:
        if found.tzinfo is None and zone is not None:
            found = found.replace(tzinfo=zone)
        return found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def epoch(value: Any) -> datetime | None:
    """A moment of seconds since 1970, as a number or its text; 0 is none."""
    if isinstance(value, str):
        value = int(value) if value.isascii() and value.isdigit() and len(value) <= 12 else None  # noqa: PLR2004 - centuries
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def direction(value: Any) -> Direction:
    """The direction that ``inbound``, ``in``, ``outbound`` or ``out`` say."""
    return {
        "inbound": Direction.INBOUND,
        "in": Direction.INBOUND,
        "outbound": Direction.OUTBOUND,
        "out": Direction.OUTBOUND,
    }.get(text(value).lower(), Direction.UNKNOWN)


def language(value: Any) -> str | None:
    """``zh`` or ``en`` of a language tag."""
    primary = text(value).lower().replace("_", "-").split("-")[0]
    return primary if primary in ("zh", "en") else None


def attributes(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    """Those of some values that are there, as text."""
    return {name: shown for name in names if (shown := text(values.get(name)))}


def mapping(value: Any) -> Mapping[str, Any]:
    """A JSON object, or an empty one in place of anything else."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """A JSON list, or an empty one in place of anything else."""
    return value if isinstance(value, list) else []


def mappings(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a JSON list; whatever else it holds is passed over."""
    return [each for each in items(value) if isinstance(each, dict)]
