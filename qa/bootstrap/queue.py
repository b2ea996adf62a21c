"""What enters the review queue, as the settings say it."""

from __future__ import annotations

from qa.config import Settings
from qa.domain.queue_rules import Rules


def queue_rules(settings: Settings) -> Rules:
    """The rules of an installation."""
    return Rules(
        random_percent=settings.queue_random_percent,
        agent_minimum=settings.queue_agent_minimum,
        due_days=settings.queue_due_days,
    )
