"""What enters the review queue, as the settings say it."""

from __future__ import annotations

from qa.config import Settings
from qa.domain.sampling import SamplingPlan
from qa.services.sampling import Rules


def sampling_rules(settings: Settings) -> Rules:
    """The sampling plan of an installation, and how its draws are made."""
    return Rules(
        plan=SamplingPlan(
            floor=settings.queue_random_percent / 100,
            agent_minimum=settings.queue_agent_minimum,
        ),
        due_days=settings.queue_due_days,
    )
