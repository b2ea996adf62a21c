"""How failed logins slow down whoever guesses, without locking anybody out (ASVS 5.0, 6.3.1).

Failures are counted in a row under three keys, each with some that cost nothing and then a delay that doubles
up to a ceiling. Where somebody has logged in before, only the failures of that account at that address
count: nobody elsewhere can keep them out, and what others of the same network mistype does not slow them.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from qa.domain.people import Failures

FORGOTTEN_AFTER = timedelta(hours=24)
"""A row of failures starts anew after so long without one."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The first ``free`` failures cost nothing, the next a second, each further twice as much up to a ceiling."""

    free: int
    ceiling: timedelta

    def wait(self, failures: Failures | None, now: datetime) -> timedelta:
        """How long until the next attempt is looked at; zero or less for now."""
        if failures is None or now - failures.last_at >= FORGOTTEN_AFTER:
            return timedelta()
        over = failures.count - self.free
        if over < 0:
            return timedelta()
        # 2**30 seconds are past any ceiling, and within what a timedelta holds.
        return min(timedelta(seconds=2 ** min(over, 30)), self.ceiling) - (now - failures.last_at)


HERE = Rule(free=5, ceiling=timedelta(minutes=5))
"""One account at one address."""
ACCOUNT = Rule(free=10, ceiling=timedelta(minutes=15))
"""One account from wherever it has never been logged in."""
ADDRESS = Rule(free=30, ceiling=timedelta(minutes=5))
"""One address on whichever accounts have never been logged in there."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Where an attempt is counted. Logins are hashed: people type passwords into that field."""

    here: str
    account: str
    address: str

    @property
    def all(self) -> tuple[str, str, str]:
        """Every key."""
        return (self.here, self.account, self.address)


def keys(login: str, address: str) -> Keys:
    """The keys of an attempt.

    Args:
        login: As ``qa.domain.people.same_name`` spells it; it need not exist.
        address: Of the network; of an IPv6 address the first 64 bits count, which is what one customer gets.
    """
    who = hashlib.sha256(login.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    where = _network(address)
    return Keys(here=f"here:{who}:{where}", account=f"account:{who}", address=f"address:{where}")


def wait_s(attempt: Keys, failures: Mapping[str, Failures], now: datetime, *, known: bool) -> int:
    """Whole seconds until an attempt is looked at; 0 for now.

    Args:
        attempt: Its keys.
        failures: Those so far, by key.
        now: The present.
        known: Whether the account was logged in at this address before.
    """
    waits = [HERE.wait(failures.get(attempt.here), now)]
    if not known:
        waits.append(ACCOUNT.wait(failures.get(attempt.account), now))
        waits.append(ADDRESS.wait(failures.get(attempt.address), now))
    return max(0, -(-max(waits) // timedelta(seconds=1)))


def counted(failures: Failures | None, now: datetime) -> Failures:
    """A row of failures with one more."""
    if failures is None or now - failures.last_at >= FORGOTTEN_AFTER:
        return Failures(1, now)
    return Failures(failures.count + 1, now)


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]  # such as the path of a Unix socket
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((parsed, 64), strict=False))
