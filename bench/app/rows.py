"""What every row of the seeded store is made with."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Table

from qa.store.tables import Base

AGENTS = 200
REVIEWERS = 20
SEED = 20_260_301
CHUNK = 5_000
"""Rows that are written at once."""


def parts(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Rows in as many parts as they are written in."""
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def table_of(name: str) -> Table:
    """A table of the store."""
    return Base.metadata.tables[name]


def agent_id(number: int) -> str:
    """An agent's id in call records, by their number from 0."""
    return f"A{1_000 + number}"


def public_id() -> str:
    """An id that nothing has yet."""
    return secrets.token_urlsafe(16)
