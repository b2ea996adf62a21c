"""A mail server on this machine that answers as a test tells it to."""

from __future__ import annotations

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any


@dataclass
class Mailbox:
    """What arrived, and what the server says to each command; what is not set it accepts.

    Attributes:
        answers: By the first word of a command, in capitals; ``RCPT TO:<x>`` whole before ``RCPT``.
    """

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)


class _Handler(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        box: Mailbox = self.server.box
        self._say(box.answers.get("GREETING", "220 mail.example ESMTP"))
        while line := self.rfile.readline():
            command = line.decode().strip()
            box.commands.append(command)
            verb = command.split(" ")[0].upper()
            answer = box.answers.get(command, box.answers.get(verb))
            if answer == "HANG UP":
                return
            if answer is not None:
                self._say(answer)
            elif verb == "DATA":
                self._say("354 go on")
                box.mails.append(self._mail())
                self._say("250 taken")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _mail(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(text.replace("\n", "\r\n").encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A mail server for as long as it is needed."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        box = Mailbox(server.server_address[1])
        server.box = box  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
