"""How the figures of a night are measured, and where."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from bench.app import postgresql
from bench.night import rubrics
from bench.night.nights import Place
from qa.store.engine import make_engine
from qa.store.schema import ensure_current

DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Options:
    """How the figures are measured.

    Attributes:
        calls: Calls of the large night; ``None`` for as many as the figure is promised for.
        few: Calls of the small night that growth is measured against.
        kills: Random kills on each database.
        rounds: How often a timing is taken; its median counts.
        databases: Which kinds of store.
    """

    console: Console
    calls: int | None = None
    few: int = 100
    kills: int = 200
    rounds: int = 3
    databases: tuple[str, ...] = DATABASES

    def say(self, text: str) -> None:
        """Tell a person at the terminal what is going on."""
        self.console.print(f"[dim]{text}[/]", highlight=False)


class Ground:
    """Where nights are run: recordings, a rubric, and an empty store for each."""

    def __init__(self, folder: Path, server_url: str) -> None:
        self._folder = folder
        self._server_url = server_url
        self._made = 0
        rubrics.write(folder / "rubrics")

    @property
    def folder(self) -> Path:
        """For what else a figure needs; gone when it is measured."""
        return self._folder

    @contextmanager
    def place(self, recordings: Path) -> Iterator[Place]:
        """A place with an empty store, gone afterwards."""
        self._made += 1
        home = self._folder / f"home-{self._made}"
        if not self._server_url:
            yield Place(recordings, home, self._folder / "rubrics")
            return
        name = f"night-{self._made}"
        url = postgresql.make_database(self._server_url, name, like="empty")
        yield Place(recordings, home, self._folder / "rubrics", url)
        postgresql.drop_database(self._server_url, name)


@contextmanager
def ground(database: str) -> Iterator[Ground]:
    """Ground for nights on one kind of store."""
    with tempfile.TemporaryDirectory(prefix="callqa-nights-") as folder:
        if database == "sqlite":
            yield Ground(Path(folder), "")
            return
        with postgresql.server() as url:
            empty = make_engine(postgresql.make_database(url, "empty"))
            ensure_current(empty)
            empty.dispose()
            yield Ground(Path(folder), url)
