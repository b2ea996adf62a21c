"""The ways on which people and monitors are told of a night."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Mail:
    """A message in plain text."""

    subject: str
    text: str


class Mailer(Protocol):
    """Takes mails to the addresses that the settings name."""

    def send(self, mail: Mail) -> None:
        """Send a mail. Raises ``qa.ports.programs.Undelivered`` where one of the addresses does not get it."""


class Pinger(Protocol):
    """Shows a monitor that something is alive."""

    def get(self, url: str) -> None:
        """Ask for an address. Raises ``qa.ports.programs.Undelivered`` unless the other side says yes."""
