"""What a night left in the store and on the shelf, in a form that two nights can be compared by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Engine, func, select

from bench.night.nights import Place
from qa.store.engine import make_engine
from qa.store.tables import Base, CallRow, RunRow
from qa.store.unit_of_work import SqlUnitOfWorkFactory

_WRITTEN = (
    *("calls", "call_texts", "recordings", "hearings", "scorecards", "verdicts", "evidence"),
    *("refusals", "rubrics", "attempts", "run_locks", "deliveries"),
)
"""Tables in which a night that was cut short and one that was not must leave as much."""


@dataclass(frozen=True, slots=True)
class Kept:
    """All that nights left behind.

    Attributes:
        rows: Rows by table.
        calls: Every call whole, by call id, as a digest: what it is, what was heard, its scorecard.
        shelf: The files of the shelf, relative to the data folder.
        strangers: Of these, the ones that belong to no call.
        ended: Runs that came to their end; ``begun`` counts all.
    """

    rows: Mapping[str, int]
    calls: Mapping[str, str]
    shelf: tuple[str, ...]
    strangers: tuple[str, ...]
    ended: int
    begun: int

    def result(self, *, history: bool = True) -> tuple[object, ...]:
        """What must not depend on how often a night was cut short.

        ``history`` leaves nothing out; without it the refusals that a call had before its scorecard do not count.
        """
        rows = {name: count for name, count in self.rows.items() if history or name != "refusals"}
        return (rows, dict(self.calls), self.shelf, self.strangers)


def kept(place: Place) -> Kept:
    """Read what nights left."""
    with _engine(place) as engine:
        return _kept(engine, place.home)


@contextmanager
def _engine(place: Place) -> Iterator[Engine]:
    engine = make_engine(place.store_url)
    try:
        yield engine
    finally:
        engine.dispose()


def _kept(engine: Engine, home: Path) -> Kept:
    tables = Base.metadata.tables
    with engine.connect() as connection:
        rows = {
            name: connection.scalar(select(func.count()).select_from(tables[name])) or 0
            for name in _WRITTEN
            if name in tables
        }
        begun = connection.scalar(select(func.count()).select_from(RunRow)) or 0
        ended = connection.scalar(select(func.count(RunRow.finished_at))) or 0
        contents = set(connection.scalars(select(CallRow.sha256)))
    shelf = tuple(
        sorted(
            str(path.relative_to(home)) for path in (home / "audio").rglob("*") if path.is_file()
        )
    )
    strangers = tuple(name for name in shelf if Path(name).stem not in contents)
    return Kept(rows, _calls(engine), shelf, strangers, ended, begun)


def _calls(engine: Engine) -> dict[str, str]:
    with SqlUnitOfWorkFactory(engine)() as store:
        return {
            detail.record.call_id: _digest(
                {
                    name: value
                    for name, value in asdict(detail).items()
                    if name not in ("public_id", "scored_at", "version")
                }
            )
            for detail in store.calls.every()
        }


def _digest(document: object) -> str:
    text = json.dumps(document, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
