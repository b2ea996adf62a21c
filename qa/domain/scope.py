"""Which calls an export takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Scope:
    """Calls by time, agent and id; what is ``None`` narrows nothing.

    Attributes:
        since: The first moment that is in.
        until: The first moment after that is out.
        agents: Agent ids; an empty set takes no call at all.
        calls: Call ids.
    """

    since: datetime | None = None
    until: datetime | None = None
    agents: frozenset[str] | None = None
    calls: frozenset[str] | None = None

    def within(self, agent_id: str | None) -> Scope:
        """What of it an agent may have; all of it where there is ``None`` to narrow it to."""
        if agent_id is None:
            return self
        own = frozenset({agent_id})
        return replace(self, agents=own if self.agents is None else self.agents & own)

    def takes(self, call_id: str, agent_id: str | None) -> bool:
        """Whether a call is among its ids and its agents; the times are not asked."""
        return (self.calls is None or call_id in self.calls) and (
            self.agents is None or agent_id in self.agents
        )


EVERYTHING = Scope()
"""Takes every call."""
