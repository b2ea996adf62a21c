"""The index behind the search of calls: overlapping n-grams of what a call's text holds.

A substring of two Chinese characters or of three letters is found without reading any text. Chinese is indexed by
bigrams, which need no segmentation (Cavnar and Trenkle, 1994, use n-grams so for any language); letters and digits
by trigrams. SQLite keeps them in an FTS5 table, in order, so that a longer substring is a phrase of n-grams;
PostgreSQL in an array under a GIN index, and what is longer than one n-gram is then looked up in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Integer,
    Text,
    bindparam,
    cast,
    column,
    literal_column,
    select,
    table,
    text,
)

from qa.store.tables import CallRow, CallTextRow

NAME = "call_grams"
"""The table; on SQLite others whose names begin with it belong to it."""

HAN_GRAM = 2
LETTERS_GRAM = 3
_RUNS = re.compile(r"(?P<han>[\u3400-\u9fff]+)|(?P<letters>[^\W_\u3400-\u9fff]+)")
_BETWEEN_RUNS = "0"
"""A token that is no n-gram, so that no phrase spans two runs."""
_FILL_BATCH = 1_000

_INDEX = table(NAME, column("call_id", Integer), column("grams", ARRAY(Text)))

_TOKENS = "'unicode61 remove_diacritics 0'"
_OF_A_CALL = "REFERENCES calls (id) ON DELETE CASCADE"
_MAKE = {
    "sqlite": (
        # Contentless: the text stands in call_texts. Its row id is the call's id.
        f"CREATE VIRTUAL TABLE {NAME} USING fts5(grams, content='', columnsize=0, tokenize={_TOKENS})",
    ),
    "postgresql": (
        f"CREATE TABLE {NAME} (call_id INTEGER PRIMARY KEY {_OF_A_CALL}, grams TEXT[] NOT NULL)",
        f"CREATE INDEX ix_{NAME}_grams ON {NAME} USING gin (grams)",
    ),
}


def make(connection: Connection) -> None:
    """Make the index and fill it from the texts that are there."""
    for statement in _MAKE[connection.dialect.name]:
        connection.execute(text(statement))
    texts = select(CallTextRow.call_id, CallTextRow.text).order_by(CallTextRow.call_id)
    last = 0
    while rows := connection.execute(
        texts.where(CallTextRow.call_id > last).limit(_FILL_BATCH)
    ).all():
        for call_id, said in rows:
            write(connection, call_id, None, said)
        last = rows[-1][0]


def drop(connection: Connection) -> None:
    """Take the index away."""
    connection.execute(text(f"DROP TABLE {NAME}"))


def write(connection: Connection, call_id: int, before: str | None, after: str) -> None:
    """Index a call's text.

    Args:
        connection: Its transaction holds the writer's lock.
        call_id: The call's row id.
        before: The text as it was indexed last; ``None`` for a new call.
        after: The text as it is now.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(
            text(
                f"INSERT INTO {NAME} (call_id, grams) VALUES (:call_id, :grams)"  # noqa: S608 - a constant
                " ON CONFLICT (call_id) DO UPDATE SET grams = excluded.grams"
            ),
            {"call_id": call_id, "grams": sorted(set(_grams(after)))},
        )
        return
    if before is not None:
        forget(connection, call_id, before)
    connection.execute(
        text(f"INSERT INTO {NAME} (rowid, grams) VALUES (:id, :grams)"),  # noqa: S608 - idem
        {"id": call_id, "grams": _in_order(after)},
    )


def forget(connection: Connection, call_id: int, before: str) -> None:
    """Take a call's text, as it was indexed last, out of the index."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            text(f"DELETE FROM {NAME} WHERE call_id = :call_id"),  # noqa: S608 - a constant
            {"call_id": call_id},
        )
        return
    connection.execute(
        # A contentless table is told what to forget.
        text(f"INSERT INTO {NAME} ({NAME}, rowid, grams) VALUES ('delete', :id, :grams)"),  # noqa: S608 - idem
        {"id": call_id, "grams": _in_order(before)},
    )


def says(dialect: str, term: str) -> ColumnElement[bool]:
    """Whether a call's text holds a term, in the form that ``qa.store.searching`` gives it.

    What is too short for the index, and what is not one run of Chinese or of letters, is looked for in the text
    itself, among the calls that the index leaves.
    """
    runs = [list(_of_run(found)) for found in _RUNS.finditer(term)]
    grams = [gram for run in runs for gram in run]
    in_text = select(CallTextRow.call_id).where(CallTextRow.text.contains(term, autoescape=True))
    if not grams:
        return CallRow.id.in_(in_text)
    exact = len(runs) == 1 and _RUNS.fullmatch(term) is not None
    if dialect == "postgresql":
        wanted = cast(bindparam(None, grams, unique=True), ARRAY(Text))
        held = select(_INDEX.c.call_id).where(_INDEX.c.grams.op("@>")(wanted)).cte()
        # By itself PostgreSQL may walk the calls in the list's order and look each up, where few hold the term.
        left = select(held.prefix_with("MATERIALIZED").c.call_id)
        if exact and len(grams) == 1:
            return CallRow.id.in_(left)
        return CallRow.id.in_(in_text.where(CallTextRow.call_id.in_(left)))
    phrases = " AND ".join(f'"{" ".join(run)}"' for run in runs if run)
    matched: ColumnElement[Any] = literal_column(NAME).op("MATCH")(phrases)
    indexed = CallRow.id.in_(
        select(literal_column("rowid", Integer)).select_from(table(NAME)).where(matched)
    )
    return indexed if exact else indexed & CallRow.id.in_(in_text)


def _in_order(said: str) -> str:
    """The n-grams of a text in its order, as FTS5 takes them."""
    runs = (" ".join(_of_run(found)) for found in _RUNS.finditer(said))
    return f" {_BETWEEN_RUNS} ".join(run for run in runs if run)


def _grams(said: str) -> Iterator[str]:
    for found in _RUNS.finditer(said):
        yield from _of_run(found)


def _of_run(found: re.Match[str]) -> Sequence[str]:
    run, length = found.group(), HAN_GRAM if found["han"] else LETTERS_GRAM
    return [run[start : start + length] for start in range(len(run) - length + 1)]
