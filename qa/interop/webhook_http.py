"""The way of webhook messages to the addresses that an admin named, and to no other place.

No proxy is taken from the environment and no redirect is followed. The host is looked up once and the connection
goes to an address that was looked at: a name that points somewhere else a moment later changes nothing. Nothing of
a message, and no address, is logged.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from threading import Event, Lock, Timer
from urllib.parse import urlsplit

from qa.domain.wording import Reason
from qa.ports.programs import Undelivered

LONGEST_URL = 500
TIMEOUT_S = 10
"""For one message: connection, handshake and answer together, seconds."""

_METADATA = frozenset(
    ip_address(each)
    for each in (
        "100.100.100.200",  # Alibaba Cloud
        "168.63.129.16",  # Azure
        "192.0.0.192",  # Oracle Cloud
        "fd00:ec2::254",  # Amazon
        "fd20:ce::254",  # Google
    )
)
"""Where clouds hand out credentials, besides 169.254.169.254."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes; ``target`` is what follows the host."""

    tls: bool
    host: str
    port: int
    target: str


@dataclass(frozen=True, slots=True)
class HttpSender:
    """Posts messages (``qa.ports.programs.Sender``).

    Attributes:
        plain_http: Whether messages may go to other machines without TLS.
        any_address: Whether they may go to link-local and metadata addresses too.
    """

    plain_http: bool = False
    any_address: bool = False
    timeout_s: float = TIMEOUT_S

    def check(self, url: str) -> Reason | None:
        """Why an address cannot be used; ``None`` for one that can, as far as it can be told unasked."""
        at = _parsed(url)
        if isinstance(at, Reason):
            return at
        literal = _literal(at.host)
        if not at.tls and not self.plain_http and not _is_loopback(at.host, literal):
            return Reason("webhook.not_https")
        if literal is not None and not self._may_go_to(literal):
            return Reason("webhook.forbidden", {"address": str(literal)})
        return None

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Send a message. Raises ``Undelivered`` unless the other side answers that it has it (2xx)."""
        self._ask("POST", url, body, headers)

    def get(self, url: str) -> None:
        """Ask for an address, to show that one is alive. Raises ``Undelivered`` unless it says yes (2xx)."""
        self._ask("GET", url, None, {"User-Agent": "CallQA"})

    def _ask(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> None:
        # What was allowed when the address was entered may not be any more.
        fault = self.check(url)
        at = _parsed(url)
        if fault is not None or isinstance(at, Reason):
            raise Undelivered(fault or Reason("webhook.not_an_address"))
        status = self._status(at, method, body, headers)
        if 200 <= status < 300:  # noqa: PLR2004 - the class of statuses that say yes
            return
        if 300 <= status < 400:  # noqa: PLR2004 - the class of redirects
            raise Undelivered(Reason("webhook.redirected", {"status": status}))
        raise Undelivered(Reason("webhook.refused", {"status": status}))

    def _status(
        self, at: Address, method: str, body: bytes | None, headers: Mapping[str, str]
    ) -> int:
        deadline = time.monotonic() + self.timeout_s
        addresses = self._looked_up(at)
        with _cut_at(deadline) as line:
            try:
                connection = line.connect(at, addresses)
                connection.request(method, at.target, body, {**headers, "Connection": "close"})
                with connection.getresponse() as response:
                    return response.status
            except ssl.SSLCertVerificationError:
                fault = Reason("webhook.untrusted")
            except TimeoutError:
                fault = Reason("webhook.slow", {"timeout_s": self.timeout_s})
            except http.client.RemoteDisconnected:
                fault = Reason("webhook.unreachable")
            except http.client.HTTPException:
                fault = Reason("webhook.garbled")
            except OSError:
                fault = Reason("webhook.unreachable")
        if line.late.is_set():
            fault = Reason("webhook.slow", {"timeout_s": self.timeout_s})
        raise Undelivered(fault)

    def _looked_up(self, at: Address) -> list[str]:
        """Addresses of a host where messages may go. Raises ``Undelivered`` where there are none."""
        try:
            found = socket.getaddrinfo(at.host, at.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Undelivered(Reason("webhook.unresolved", {"host": at.host})) from None
        addresses = [str(entry[4][0]) for entry in found]
        allowed = [each for each in addresses if self._may_go_to(ip_address(each))]
        if not allowed:
            raise Undelivered(Reason("webhook.forbidden", {"address": addresses[0]}))
        return allowed

    def _may_go_to(self, address: IPv4Address | IPv6Address) -> bool:
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if self.any_address or address.is_loopback:
            return True
        return not (
            address.is_link_local
            or address.is_multicast
            or address.is_unspecified
            or address.is_reserved
            or address in _METADATA
        )


class _Line:
    """One connection that can be cut from another thread, from its first moment."""

    def __init__(self, deadline: float) -> None:
        self.late = Event()
        self._deadline = deadline
        self._socket: socket.socket | None = None
        self._lock = Lock()

    def connect(self, at: Address, addresses: list[str]) -> http.client.HTTPConnection:
        """Connect to the first address that answers, and shake hands where the scheme asks for it."""
        raw = self._first(addresses, at.port)
        if not at.tls:
            connection = http.client.HTTPConnection(at.host, at.port)
            connection.sock = raw
            return connection
        context = ssl.create_default_context()
        wrapped = context.wrap_socket(raw, server_hostname=at.host, do_handshake_on_connect=False)
        self._hold(wrapped)
        wrapped.do_handshake()
        secure = http.client.HTTPSConnection(at.host, at.port, context=context)
        secure.sock = wrapped
        return secure

    def _first(self, addresses: list[str], port: int) -> socket.socket:
        fault: OSError = TimeoutError()
        for address in addresses:
            left_s = self._deadline - time.monotonic()
            if left_s <= 0:
                break
            try:
                made = socket.create_connection((address, port), timeout=left_s)
            except OSError as error:
                fault = error
            else:
                self._hold(made)
                return made
        raise fault

    def _hold(self, made: socket.socket) -> None:
        with self._lock:
            self._socket = made
        if self.late.is_set():
            raise TimeoutError

    def cut(self) -> None:
        """Give up, whatever goes on: another side that answers a byte at a time never times out by itself."""
        self.late.set()
        with self._lock, suppress(OSError):
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Hang up."""
        with self._lock:
            if self._socket is not None:
                self._socket.close()


@contextmanager
def _cut_at(deadline: float) -> Iterator[_Line]:
    line = _Line(deadline)
    timer = Timer(max(0.0, deadline - time.monotonic()), line.cut)
    timer.daemon = True
    timer.start()
    try:
        yield line
    finally:
        timer.cancel()
        line.close()


def _parsed(url: str) -> Address | Reason:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return Reason("webhook.not_an_address")
    host = parts.hostname
    if (
        parts.scheme not in {"http", "https"}
        or not host
        or len(url) > LONGEST_URL
        or not (url.isascii() and url.isprintable())
        or " " in url
    ):
        return Reason("webhook.not_an_address")
    if parts.username is not None or parts.fragment:
        return Reason("webhook.holds_password")
    tls = parts.scheme == "https"
    target = parts.path or "/"
    if parts.query:
        target = f"{target}?{parts.query}"
    return Address(tls, host, port or (443 if tls else 80), target)


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_loopback(host: str, literal: IPv4Address | IPv6Address | None) -> bool:
    return literal.is_loopback if literal is not None else host == "localhost"
