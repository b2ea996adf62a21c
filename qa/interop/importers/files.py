"""Record files: their beginning for a guess, their whole for reading, never more than fits."""

from __future__ import annotations

import csv
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from qa.domain.errors import RecordsInvalid

PROBED_BYTES = 8192

MAX_JSON_BYTES = 256 * 1024 * 1024
"""A call of six hours at 8 kHz as inline audio, written as text, is about this."""

MAX_CSV_BYTES = 512 * 1024 * 1024
MAX_ROWS = 1_000_000


def beginning(path: Path) -> str:
    """The first characters of a regular file; empty for anything else and for what cannot be read."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return ""
        with path.open("rb") as file:
            return file.read(PROBED_BYTES).decode("utf-8-sig", "replace")
    except (OSError, ValueError):
        return ""


def first_row(path: Path, suffixes: tuple[str, ...] = (".csv",)) -> list[str]:
    """The cells of the first line that is not empty, for a guess."""
    if path.suffix.lower() not in suffixes:
        return []
    lines = [line for line in beginning(path).splitlines() if line.strip()]
    try:
        return next(csv.reader(lines[:1]), [])
    except csv.Error:
        return []


def is_object(path: Path, suffixes: tuple[str, ...] = (".json",)) -> bool:
    """Whether a file's beginning may be that of a JSON object."""
    return path.suffix.lower() in suffixes and beginning(path).lstrip().startswith("{")


def names(path: Path, keys: tuple[str, ...]) -> bool:
    """Whether every one of some keys stands in the beginning of a file."""
    start = beginning(path)
    return all(f'"{key}"' in start for key in keys)


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file with the numbers of their lines; what is not UTF-8 comes as a mark.

    Raises ``RecordsInvalid`` where it cannot be read.
    """
    _look(path, MAX_CSV_BYTES)
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            yield from _rows(path, file)
    except OSError as error:
        raise RecordsInvalid(f"{path} cannot be read: {error.strerror}") from error


def _rows(path: Path, file: TextIO) -> Iterator[tuple[int, list[str]]]:
    found = csv.reader(file)
    try:
        for count, row in enumerate(found):
            if count >= MAX_ROWS:
                raise RecordsInvalid(
                    f"{path} has more than {MAX_ROWS} rows",
                    hint="split it: a file for each month, say",
                )
            yield found.line_num, row
    except csv.Error as error:
        raise RecordsInvalid(
            f"{path} line {found.line_num} is not CSV: {error}",
            hint="look whether a quotation mark is not closed",
        ) from error


def document(path: Path) -> Any:
    """What a JSON file holds. Raises ``RecordsInvalid`` where it cannot be read."""
    content = _content(path, MAX_JSON_BYTES)
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise RecordsInvalid(f"{path} is not JSON", hint="export it again") from error


def _no_number(name: str) -> float:
    raise ValueError(name)


def _content(path: Path, most: int) -> bytes:
    _look(path, most)
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise RecordsInvalid(f"{path} cannot be read: {error.strerror}") from error


def _look(path: Path, most: int) -> None:
    """Raises ``RecordsInvalid`` for what is no regular file, or too large a one."""
    try:
        status = path.stat()
    except OSError as error:
        raise RecordsInvalid(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise RecordsInvalid("the name of a file of call records cannot be used") from error
    if not stat.S_ISREG(status.st_mode):
        raise RecordsInvalid(f"{path} is no file of call records")
    if status.st_size > most:
        raise RecordsInvalid(
            f"{path} is larger than {most // 1024 // 1024} MB", hint="split it into several"
        )
