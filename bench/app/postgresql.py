"""A PostgreSQL server for a bench or a test: made in a temporary folder, on loopback, gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_QUICK = "-c fsync=off -c full_page_writes=off -c max_connections=60"
"""Nothing here has to survive a power cut; what was committed survives that the server is stopped at once."""


def program(name: str) -> str:
    """A program of the newest PostgreSQL on this machine; Debian keeps them off the PATH."""
    found = shutil.which(name)
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if not found and not beside:
        raise FileNotFoundError(f"{name} is not installed: sudo apt-get install postgresql")
    return found or str(beside[-1])


class Server:
    """A server that can be stopped and started again.

    PostgreSQL refuses to run as root, so that root runs it as ``nobody``.
    """

    def __init__(self, data: Path) -> None:
        self._user = "nobody" if os.geteuid() == 0 else None
        self._data = data
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        if self._user:
            shutil.chown(data, self._user)
        made = ("-U", "callqa", "-A", "trust", "-E", "UTF8", "--no-sync")
        self._run(program("initdb"), "-D", str(data), *made)

    @property
    def url(self) -> str:
        """Of the maintenance database."""
        return f"postgresql://callqa@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start it; back when it answers."""
        where = f"-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -p {self._port}"
        self._control("-l", str(self._data / "log"), "-o", f"{where} {_QUICK}", "start")

    def stop(self) -> None:
        """Stop it at once, whoever is connected."""
        self._control("-m", "immediate", "stop")

    def _control(self, *arguments: str) -> None:
        self._run(program("pg_ctl"), "-D", str(self._data), "-w", "-s", *arguments)

    def _run(self, *command: str) -> None:
        subprocess.run(command, user=self._user, cwd="/", check=True, stdout=subprocess.DEVNULL)


@contextmanager
def running() -> Iterator[Server]:
    """A running server."""
    data = Path(tempfile.mkdtemp(prefix="callqa-postgresql-"))
    made = Server(data)
    made.start()
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(data)


@contextmanager
def server() -> Iterator[str]:
    """A running server; the URL of its maintenance database."""
    with running() as started:
        yield started.url


def make_database(url: str, name: str, *, like: str = "template1") -> str:
    """A new database on a server, with what another one holds; its URL."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    return url.rpartition("/")[0] + f"/{name}"


def empty(url: str, tables: Iterable[str]) -> None:
    """Take all rows out of some tables, whoever left a transaction open on them."""
    named = ", ".join(f'"{table}"' for table in tables)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid != pg_backend_pid()"
        )
        connection.execute(f"TRUNCATE {named} RESTART IDENTITY CASCADE")


def drop_database(url: str, name: str) -> None:
    """Drop a database of a server, whoever is connected to it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
