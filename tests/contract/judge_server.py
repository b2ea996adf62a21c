"""An OpenAI-compatible endpoint on this machine that replies as a test tells it to."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Reply = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Takes the next reply from its server's script; the last one stays."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        server: Any = self.server
        length = int(self.headers["Content-Length"])
        server.asked.append((self.path, dict(self.headers), json.loads(self.rfile.read(length))))
        script = server.script
        (script.pop(0) if len(script) > 1 else script[0])(self)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@dataclass
class Server:
    url: str
    script: list[Reply]
    asked: list[tuple[str, dict[str, str], dict[str, Any]]]


@contextmanager
def serving() -> Iterator[Server]:
    """A server for as long as it is needed."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    http.script, http.asked = [], []  # type: ignore[attr-defined]
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    url = f"http://127.0.0.1:{http.server_port}/v1"
    try:
        yield Server(url, http.script, http.asked)  # type: ignore[attr-defined]
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def status(code: int, headers: dict[str, str] | None = None, body: bytes = b"{}") -> Reply:
    def reply(to: Handler) -> None:
        to.send_response(code)
        for name, value in (headers or {}).items():
            to.send_header(name, value)
        to.send_header("Content-Length", str(len(body)))
        to.end_headers()
        to.wfile.write(body)

    return reply


def document(content: Any, logprobs: Any = None, **more: Any) -> bytes:
    choice = {"message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
    return json.dumps({"choices": [{**choice, "logprobs": logprobs}], **more}).encode()


def verdict(answer: str, *proof: tuple[int, str]) -> str:
    found = [{"line": line, "quote": quote} for line, quote in proof]
    return json.dumps({"answer": answer, "proof": found})


def says(content: Any, logprobs: Any = None, **more: Any) -> Reply:
    return status(200, body=document(content, logprobs, **more))


def tokens(*texts: str, at: int, others: dict[str, float]) -> dict[str, Any]:
    """Log-probabilities as an endpoint tells them: of each token, and of those that one could have been."""
    told: list[dict[str, Any]] = [
        {"token": text, "logprob": -0.0, "top_logprobs": []} for text in texts
    ]
    top = [{"token": text, "logprob": math.log(share)} for text, share in others.items()]
    told[at] = {"token": texts[at], "logprob": top[0]["logprob"], "top_logprobs": top}
    return {"content": told}
