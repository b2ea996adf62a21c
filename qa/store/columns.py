"""Column types that keep what Python holds, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, LargeBinary, Text
from sqlalchemy.types import TypeDecorator


def storable(text: str) -> str:
    r"""Text that any database takes.

    A file name that is not UTF-8 (one written by a GBK machine, say) reaches Python with lone
    surrogates, which no database stores; PostgreSQL refuses NUL too. Both become their ``\x`` escape,
    so that two different names stay different.
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\x00", "\\x00")


def to_json(value: Any) -> str:
    """JSON text with Chinese as itself; lone surrogates as their escape, NaN and infinity refused."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


class StorableText(TypeDecorator[str]):
    """Text of any length, made storable on the way in (see ``storable``)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Escape what a database cannot hold."""
        return None if value is None else storable(value)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: stored as UTC, returned with its offset. A time without an offset is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Convert to UTC."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"a time without a UTC offset cannot be stored: {value.isoformat()}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Give the offset back, which SQLite does not keep."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PackedJson(TypeDecorator[Any]):
    """Compressed JSON, for long runs of numbers that nobody queries."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Compress."""
        return None if value is None else zlib.compress(to_json(value).encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Decompress."""
        return None if value is None else json.loads(zlib.decompress(value))
