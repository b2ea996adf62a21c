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

_QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"
"""Nothing here has to survive a power cut."""


def program(name: str) -> str:
    """A program of the newest PostgreSQL on this machine; Debian keeps them off the PATH."""
    found = shutil.which(name)
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if not found and not beside:
        raise FileNotFoundError(f"{name} is not installed: sudo apt-get install postgresql")
    return found or str(beside[-1])


@contextmanager
def server() -> Iterator[str]:
    """A running server; the URL of its maintenance database.

    PostgreSQL refuses to run as root, so that root starts it as ``nobody``.
    """
    user = "nobody" if os.geteuid() == 0 else None
    data = Path(tempfile.mkdtemp(prefix="callqa-postgresql-"))
    if user:
        shutil.chown(data, user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(*command: str) -> None:
        subprocess.run(command, user=user, cwd="/", check=True, stdout=subprocess.DEVNULL)

    run(
        program("initdb"), "-D", str(data), "-U", "callqa", "-A", "trust", "-E", "UTF8", "--no-sync"
    )
    options = f"-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -p {port} {_QUICK}"
    control = (program("pg_ctl"), "-D", str(data), "-w", "-s")
    run(*control, "-l", str(data / "log"), "-o", options, "start")
    try:
        yield f"postgresql://callqa@127.0.0.1:{port}/postgres"
    finally:
        run(*control, "-m", "immediate", "stop")
        shutil.rmtree(data)


def make_database(url: str, name: str) -> str:
    """A new database on a server; its URL."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
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
