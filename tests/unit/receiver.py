"""A receiver of webhooks on this machine that answers as a test tells it to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Takes the next answer of its server's script; the last one stays."""

    protocol_version = "HTTP/1.1"
    server: Any

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(Got(self.path, dict(self.headers), body))
        script = self.server.script
        (script.pop(0) if len(script) > 1 else script[0])(self)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@dataclass(frozen=True, slots=True)
class Got:
    """A message as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Where it listens, what it will answer, and what arrived."""

    url: str
    script: list[Answer]
    got: list[Got]
    ended: Event = field(default_factory=Event)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver for as long as it is needed; it says yes unless its script says otherwise."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    receiver = Receiver(f"http://127.0.0.1:{http.server_port}/hook?from=qa", [status(204)], [])
    http.script, http.got, http.ended = receiver.script, receiver.got, receiver.ended  # type: ignore[attr-defined]
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.ended.set()
        http.shutdown()
        thread.join()
        http.server_close()


def status(code: int, **headers: str) -> Answer:
    """Answer with a status, at once."""

    def answer(to: Handler) -> None:
        to.send_response(code)
        for name, value in headers.items():
            to.send_header(name, value)
        to.send_header("Content-Length", "0")
        to.end_headers()

    return answer


def silence(to: Handler) -> None:
    """Answer nothing."""
    to.server.ended.wait(30)


def drip(to: Handler) -> None:
    """Answer a byte at a time, each before anybody loses patience with one."""
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"z" * 10_000:
        if to.server.ended.wait(0.05):
            return
        try:
            to.wfile.write(bytes([byte]))
        except OSError:
            return


def noise(to: Handler) -> None:
    """Answer something that is not HTTP."""
    to.wfile.write(b"220 mail.example ESMTP\r\n")
    to.close_connection = True


def hang_up(to: Handler) -> None:
    """Answer nothing and go."""
    to.close_connection = True
