"""The manifest: a CSV that says what the switch knows of each recording.

Contract: UTF-8 (a byte-order mark is fine), a header, one row a recording. Only ``recording`` is required;
it is relative to the manifest. Columns that are not known are kept as attributes of the call.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from qa.domain.call import CallRecord, Direction, EndedBy
from qa.domain.errors import ManifestInvalid
from qa.services.ingest import Source

COLUMNS = (
    "recording",
    "call_id",
    "agent_id",
    "customer_number",
    "direction",
    "started_at",
    "ring_seconds",
    "rings",
    "ended_by",
    "agent_channel",
    "queue",
    "language",
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """Sources in the order of the rows, and a line for each thing that was let pass."""

    sources: tuple[Source, ...]
    warnings: tuple[str, ...]


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.

    A value that cannot be used (``ended_by: maybe``) is left out with a warning that names its row: the
    criterion that needs it becomes not measurable, the call is scored.

    Raises ``ManifestInvalid`` where the file as a whole is no manifest, or two rows claim one call id.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ManifestInvalid(
            f"{path} is not UTF-8", hint="save the manifest as UTF-8 CSV"
        ) from error
    except OSError as error:
        raise ManifestInvalid(f"{path} cannot be read: {error.strerror}") from error
    rows = csv.DictReader(io.StringIO(text, newline=""), restkey="", strict=True)
    try:
        return _read(path, rows)
    except csv.Error as error:
        raise ManifestInvalid(
            f"{path} line {rows.line_num} is not CSV: {error}",
            hint="a quotation mark inside a value is written twice, and the value stands in quotes",
        ) from error


def _read(path: Path, rows: csv.DictReader[str]) -> Manifest:
    header = [name.strip() for name in rows.fieldnames or []]
    rows.fieldnames = header
    if "recording" not in header:
        raise ManifestInvalid(
            f"{path} has no `recording` column",
            hint=f"the first line must name the columns, for example: {','.join(COLUMNS)}",
        )
    unknown = [name for name in header if name and name not in COLUMNS]
    warnings = [
        f"{path.name}: column `{name}` is not known; kept as an attribute" for name in unknown
    ]
    sources: list[Source] = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        number = rows.line_num
        values = {key: (value or "").strip() for key, value in row.items() if key}
        if not values["recording"]:
            warnings.append(
                f"{path.name} line {number}: no recording named; the row is passed over"
            )
            continue
        for column in ("call_id", "recording"):
            value = values.get(column)
            if value and (first := seen.setdefault((column, value), number)) != number:
                raise ManifestInvalid(
                    f"{path} lines {first} and {number} both say {column} {value}",
                    hint="a row describes one call; give each call one row and one id",
                )
        reader = _Row(values, f"{path.name} line {number}", warnings)
        recording = _resolved(path, values["recording"])
        if recording is None:
            warnings.append(f"{path.name} line {number}: no file can have that name; passed over")
            continue
        sources.append(Source(recording, reader.record(unknown)))
    return Manifest(tuple(sources), tuple(warnings))


def _resolved(manifest: Path, recording: str) -> Path | None:
    try:
        return (manifest.parent / recording).resolve()
    except (ValueError, OSError, RuntimeError):  # a NUL, a name too long, links in a circle
        return None


@dataclass(frozen=True, slots=True)
class _Row:
    """One row's values; what cannot be used is reported in ``warnings`` and left out."""

    values: Mapping[str, str]
    place: str
    warnings: list[str]

    def record(self, unknown: list[str]) -> CallRecord:
        return CallRecord(
            call_id=self.values.get("call_id", ""),
            agent_id=self._text("agent_id"),
            customer_number=self._text("customer_number"),
            direction=Direction(self._choice("direction", Direction) or Direction.UNKNOWN),
            started_at=self._moment("started_at"),
            ring_seconds=self._number("ring_seconds"),
            rings=self._whole("rings"),
            ended_by=EndedBy(self._choice("ended_by", EndedBy) or EndedBy.UNKNOWN),
            agent_channel=self._channel(),
            queue=self._text("queue"),
            language=self._language(),
            attributes={name: self.values[name] for name in unknown if self.values.get(name)},
        )

    def _text(self, column: str) -> str | None:
        return self.values.get(column) or None

    def _left_out(self, column: str, wanted: str) -> None:
        self.warnings.append(
            f"{self.place}: {column} `{self.values[column]}` is not {wanted}; taken as not known"
        )

    def _choice(self, column: str, kinds: type[Direction | EndedBy]) -> str | None:
        value = self.values.get(column, "").lower()
        if not value:
            return None
        if value in {str(kind) for kind in kinds}:
            return value
        self._left_out(column, " or ".join(str(kind) for kind in kinds))
        return None

    def _number(self, column: str) -> float | None:
        value = self.values.get(column, "")
        if not value:
            return None
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        if 0 <= number < float("inf"):
            return number
        self._left_out(column, "a number of seconds")
        return None

    def _whole(self, column: str) -> int | None:
        value = self.values.get(column, "")
        if not value:
            return None
        if value.isascii() and value.isdigit():
            return int(value)
        self._left_out(column, "a whole number")
        return None

    def _channel(self) -> int | None:
        value = self.values.get("agent_channel", "")
        if value in ("", "0", "1"):
            return int(value) if value else None
        self._left_out("agent_channel", "0, 1 or empty")
        return None

    def _language(self) -> str | None:
        value = self.values.get("language", "").lower().replace("_", "-")
        if not value:
            return None
        primary = value.split("-")[0]
        if primary in ("zh", "en"):
            return primary
        self._left_out("language", "zh or en")
        return None

    def _moment(self, column: str) -> datetime | None:
        value = self.values.get(column, "")
        if not value:
            return None
        try:
            # Without an offset it is this machine's local time.
            return datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            self._left_out(column, "an ISO 8601 date and time")
            return None
