"""Measure how quick the pages are with many scored calls, print, and fail outside the promised figures."""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote

from rich.console import Console

from bench.app import postgresql
from bench.app.load import PEOPLE, Latency, latency
from bench.app.seeding import Seeded, seed
from bench.speech.figure import Bar, CannotMeasure, Figure, Sitting, table
from qa.config import Settings
from qa.domain.errors import QAError

MEDIAN_MS = 150.0
P95_MS = 400.0
WORDS = ("refund", "parcel", "waiting", "engineer", "退款", "快递", "宽带", "发票", "师傅", "agent")
"""What people search for."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure on each database; 0 when every page keeps its bars."""
    parser = argparse.ArgumentParser(prog="python -m bench.app", description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000, help="scored calls [%(default)s]")
    parser.add_argument(
        "--seconds", type=int, default=30, help="for each kind of page [%(default)s]"
    )
    parser.add_argument("--on", choices=("sqlite", "postgresql"), help="one database [both]")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there")
    asked = parser.parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else 150)
    console.print(f"{os.cpu_count()} cores, load before the start {os.getloadavg()[0]:.1f}")
    sitting = Sitting(console)
    for name in (asked.on,) if asked.on else ("sqlite", "postgresql"):
        sitting.take(name, partial(_measure, name, asked.calls, asked.seconds, console), QAError)
    if asked.json:
        asked.json.write_text(json.dumps(sitting.figures, indent=2) + "\n", "utf-8")
    return sitting.end()


def _measure(name: str, calls: int, seconds: int, console: Console) -> Figure:
    """Seed a database, serve it, and let people look at each kind of page in turn."""

    def say(said: str) -> None:
        console.print(f"[dim]{name}: {said}[/]", highlight=False)

    with _installation(name) as settings:
        seeded = seed(settings, calls, say)
        with _served(settings) as address:
            taken = {}
            for page, paths in pages(seeded).items():
                _check(address, paths[0], seeded.tokens[0])
                taken[page] = latency(address, paths, seeded.tokens, seconds)
                say(
                    f"{page}: {taken[page].median_ms:.0f} ms, 95 % within {taken[page].p95_ms:.0f} ms"
                )
    return _figure(name, calls, taken)


def pages(seeded: Seeded) -> Mapping[str, Sequence[str]]:
    """The pages that people spend their day on, each kind with addresses to draw from."""
    return {
        "calls": ["/", "/?outcome=failed", "/?language=zh&sort=score&order=up"],
        "queue": ["/queue", "/queue?state=new", "/queue?assignee=me"],
        "board": ["/queue/board"],
        "call": [f"/calls/{call}" for call in seeded.calls[:500]],
        "agent": [f"/agents/{agent}" for agent in seeded.agents],
        "agents": ["/agents"],
        "search": [f"/?q={quote(word)}" for word in WORDS],
    }


def _figure(name: str, calls: int, taken: Mapping[str, Latency]) -> Figure:
    rows = [
        (page, each.median_ms, each.p95_ms, each.pages, each.wrong) for page, each in taken.items()
    ]
    headings = ("page", "median ms", "95 % ms", "asked for", "went wrong")
    bars = [
        bar
        for page, each in taken.items()
        for bar in (
            Bar(f"{name}: {page}, median", each.median_ms, MEDIAN_MS, "at most", "ms"),
            Bar(f"{name}: {page}, 95 %", each.p95_ms, P95_MS, "at most", "ms"),
            Bar(f"{name}: {page}, went wrong", each.wrong, 0, "at most"),
        )
    ]
    title = f"{name}: {calls} calls, {PEOPLE} people"
    return Figure(
        tuple(bars),
        (table(title, headings, rows),),
        {
            page: {"median_ms": each.median_ms, "p95_ms": each.p95_ms}
            for page, each in taken.items()
        },
    )


@contextmanager
def _installation(name: str) -> Iterator[Settings]:
    """Settings of a fresh data folder over one of the databases."""
    with tempfile.TemporaryDirectory(prefix="callqa-bench-") as folder:
        home = Path(folder) / "var"
        if name == "sqlite":
            yield Settings(home=home, _env_file=None)  # type: ignore[call-arg]
            return
        with postgresql.server() as url:
            database = postgresql.make_database(url, "callqa")
            yield Settings(home=home, database_url=database, _env_file=None)  # type: ignore[call-arg]


@contextmanager
def _served(settings: Settings) -> Iterator[str]:
    """``qa serve`` in a process of its own; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = "from qa.cli.main import main; main()"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    environment |= {"QA_HOME": str(settings.home), "QA_DATABASE_URL": settings.database_url}
    with subprocess.Popen(
        [sys.executable, "-P", "-c", program, "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            if not (server.stdout and server.stdout.readline()):
                raise CannotMeasure("qa serve did not start")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _check(address: str, path: str, token: str) -> None:
    """Ask for a page once. Raises ``CannotMeasure`` where it is not there or wants a login."""
    asked = urllib.request.Request(f"{address}{path}", headers={"Cookie": f"callqa={token}"})  # noqa: S310 - our own server
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 - idem
        if not answer.url.endswith(path):
            raise CannotMeasure(f"{path} led to {answer.url}")


if __name__ == "__main__":
    sys.exit(main())
