"""The way to an OpenAI-compatible endpoint that a site names, and to no other place.

No proxy is taken from the environment and no redirect is followed: what is said in a call goes to the host of
the setting or nowhere. Nothing of it is logged or put into an error.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from ipaddress import ip_address
from threading import Event, Timer
from urllib.parse import urlsplit

from qa.domain.errors import SettingsInvalid
from qa.domain.wording import Reason

RETRIES = 2
"""Times that a question is put again where the endpoint is busy or failing."""
FIRST_WAIT_S = 0.5
"""Before the first of them, unless the endpoint says how long; the next one waits twice as long."""
MOST_BYTES = 1 << 20
"""Of an answer; more is none."""

BUSY = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
OK = 200


class Silent(Exception):
    """There was no answer, for a reason that says nothing of the question."""

    def __init__(self, reason: Reason, status: int = 0) -> None:
        super().__init__(reason.code)
        self.reason = reason
        self.status = status


@dataclass(frozen=True, slots=True)
class Address:
    """Where questions go."""

    tls: bool
    host: str
    port: int
    path: str

    @property
    def loopback(self) -> bool:
        """Whether that is this machine."""
        return _loopback(self.host)


def address(url: str, *, plain_http: bool = False) -> Address:
    """The address of a setting such as ``https://models.example/v1``.

    Args:
        url: The base under which the endpoint has ``chat/completions``.
        plain_http: Whether what is said in a call may go over the network unencrypted.

    Raises ``SettingsInvalid``.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SettingsInvalid("QA_JUDGE_URL is not a URL", hint=_EXAMPLE) from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsInvalid("QA_JUDGE_URL is not a URL of http or https", hint=_EXAMPLE)
    if not (url.isascii() and url.isprintable()):
        raise SettingsInvalid(
            "QA_JUDGE_URL holds other characters than an address does",
            hint="write the host in its ASCII form (xn--…) and the path with percent signs",
        )
    if parts.username is not None or parts.query or parts.fragment:
        raise SettingsInvalid(
            "QA_JUDGE_URL holds more than an address", hint="set the key as QA_JUDGE_KEY"
        )
    tls = parts.scheme == "https"
    if not tls and not plain_http and not _loopback(parts.hostname):
        raise SettingsInvalid(
            f"QA_JUDGE_URL would send what is said in calls to {parts.hostname} unencrypted",
            hint="use https, or set QA_JUDGE_PLAIN_HTTP=true where the network may be trusted with it",
        )
    path = f"{parts.path.rstrip('/')}/chat/completions"
    return Address(tls, parts.hostname, port or (443 if tls else 80), path)


_EXAMPLE = "name the base of the endpoint, for example QA_JUDGE_URL=http://127.0.0.1:8080/v1"


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Puts questions to an address.

    Attributes:
        key: Sent as a bearer token; empty for none.
        timeout_s: For one question with all that is tried, seconds.
    """

    at: Address
    key: str = field(default="", repr=False)
    timeout_s: float = 30.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def deadline(self) -> float:
        """When a question that is put now is given up, on the clock."""
        return self.clock() + self.timeout_s

    def post(self, body: bytes, deadline: float) -> bytes:
        """The answer to a JSON document. Raises ``Silent``."""
        wait_s = FIRST_WAIT_S
        for left in range(RETRIES, -1, -1):
            try:
                return self._once(body, deadline)
            except _Busy as error:
                wait_s = max(wait_s, error.wait_s)
                if not left or self.clock() + wait_s >= deadline:
                    raise error.silent from None
            self.sleep(wait_s)
            wait_s *= 2
        raise AssertionError("unreachable: the last try returns or raises")

    def _once(self, body: bytes, deadline: float) -> bytes:
        slow = Silent(Reason("silent.judge_slow", {"timeout_s": self.timeout_s}))
        left_s = deadline - self.clock()
        if left_s <= 0:
            raise slow
        late = Event()
        try:
            with self._connected(left_s, deadline, late) as connection:
                connection.request("POST", self.at.path, body, self._headers())
                response = connection.getresponse()
                answer = response.read(MOST_BYTES + 1)
        except (OSError, UnicodeError, http.client.HTTPException) as error:
            if late.is_set() or isinstance(error, TimeoutError):
                raise slow from None
            raise _Busy(Silent(Reason("silent.judge_unreachable"))) from None
        if late.is_set():
            raise slow
        if response.status != OK:
            refused = Reason("silent.judge_refused", {"status": response.status})
            silent = Silent(refused, response.status)
            raise _Busy(silent, _wait_s(response.headers)) if response.status in BUSY else silent
        return answer

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        return {**headers, "Authorization": f"Bearer {self.key}"} if self.key else headers

    @contextmanager
    def _connected(
        self, left_s: float, deadline: float, late: Event
    ) -> Iterator[http.client.HTTPConnection]:
        """A connection that is cut when time is up, also from an endpoint that goes on a byte at a time."""
        connection = (
            http.client.HTTPSConnection(
                self.at.host, self.at.port, timeout=left_s, context=ssl.create_default_context()
            )
            if self.at.tls
            else http.client.HTTPConnection(self.at.host, self.at.port, timeout=left_s)
        )
        timer: Timer | None = None
        try:
            connection.connect()
            line: socket.socket = connection.sock

            def cut() -> None:
                late.set()
                line.shutdown(socket.SHUT_RDWR)

            timer = Timer(max(0.0, deadline - self.clock()), cut)
            timer.start()
            yield connection
        finally:
            if timer is not None:
                timer.cancel()
                timer.join()
            connection.close()


class _Busy(Exception):
    """It may do better another time."""

    def __init__(self, silent: Silent, wait_s: float = 0.0) -> None:
        super().__init__()
        self.silent = silent
        self.wait_s = wait_s


def _wait_s(headers: Message) -> float:
    """How long the endpoint asks to be left alone, where it says so in seconds."""
    stated = headers.get("Retry-After", "")
    return float(stated) if stated.isascii() and stated.isdigit() else 0.0
