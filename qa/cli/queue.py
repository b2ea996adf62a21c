"""``qa queue``: draw calls into the review queue from the command line, every night after the run, say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from qa.config import load_settings

if TYPE_CHECKING:
    from qa.domain.sampling import Workload
    from qa.services.sampling import Rules

_REASONS = {
    "failed_critical": "a critical criterion failed",
    "disputed": "disputed",
    "low_confidence": "the machine is not sure",
    "new_agent": "of a new agent",
    "new_rubric": "scored with a new rubric",
    "random": "drawn at random",
    "agent_minimum": "agent below the minimum",
}


@click.group(name="queue")
def command() -> None:
    """Look after the review queue."""


@command.command()
@click.option("--dry-run", is_flag=True, help="Say what would be drawn, and change nothing.")
@click.option(
    "--random-percent",
    type=click.FloatRange(0, 100),
    help="Share of all calls drawn at random.  [default: QA_QUEUE_RANDOM_PERCENT or 5]",
)
@click.option(
    "--unsure-percent",
    type=click.FloatRange(0, 100),
    help="Share of the calls that the machine is not sure of.  [default: 100]",
)
@click.option(
    "--new-percent",
    type=click.FloatRange(0, 100),
    help="Share of the calls of new agents, and of a new rubric.  [default: 25]",
)
@click.option(
    "--agent-minimum",
    type=click.IntRange(0, 1000),
    help="Calls of each agent in the period, at the least.  [default: QA_QUEUE_AGENT_MINIMUM or 2]",
)
@click.option(
    "--due-days",
    type=click.IntRange(1, 365),
    help="Days that a task usually has.  [default: QA_QUEUE_DUE_DAYS or 7]",
)
@click.option(
    "--unsure-from",
    type=click.IntRange(0, 100),
    help="The machine is not sure of a call with so many criteria left for a person; 0 for none.  [default: 1]",
)
@click.option(
    "--days",
    type=click.IntRange(1, 3650),
    help="The period: only calls scored in the last so many days.  [default: 30]",
)
def fill(
    dry_run: bool,
    random_percent: float | None,
    unsure_percent: float | None,
    new_percent: float | None,
    agent_minimum: int | None,
    due_days: int | None,
    unsure_from: int | None,
    days: int | None,
) -> None:
    """Draw calls into the review queue by the sampling plan.

    Failed critical criteria first, then open disputes, calls that the machine is not sure of, those of new agents
    and of a new rubric, a random share of all, and what brings each agent to the minimum. Run it again at any
    time: each draw is made from the calls scored since the one before. What the machine said since is counted
    too, for the corrected figures of teams.
    """
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.domain.sampling import Part
    from qa.services import sampling
    from qa.services.corrected import page as corrected

    settings = load_settings()
    standing = bootstrap.sampling_rules(settings)
    shares = {
        Part.LOW_CONFIDENCE: unsure_percent,
        Part.NEW_AGENT: new_percent,
        Part.NEW_RUBRIC: new_percent,
    }
    plan = replace(
        standing.plan,
        floor=standing.plan.floor if random_percent is None else random_percent / 100,
        agent_minimum=standing.plan.agent_minimum if agent_minimum is None else agent_minimum,
        shares={
            **standing.plan.shares,
            **{part: share / 100 for part, share in shares.items() if share is not None},
        },
    )
    rules = _asked(
        replace(standing, plan=plan),
        {"due_days": due_days, "unsure_from": unsure_from, "period_days": days},
    )
    open_store, clock = bootstrap.unit_of_work(settings), bootstrap.SystemClock()
    if dry_run:
        found = sampling.look(open_store, clock, CONSOLE, rules)
    else:
        found = sampling.fill(open_store, clock, CONSOLE, rules)
        corrected.count(open_store, clock, CONSOLE)
    for reason, load in found.by_reason.items():
        click.echo(f"{load.calls:>7}  {_REASONS[reason.value]}")
    verb = "would enter" if dry_run else "entered"
    click.echo(
        f"{found.total.calls:>7}  {verb} the queue, of {found.looked_at} looked at: {_work(found.total)}"
    )
    if found.uncovered:
        click.echo(
            f"Warning: {found.uncovered} of them could not be drawn, so the sample says nothing of all calls; "
            "a random share above 0 mends that.",
            err=True,
        )


def _asked(standing: Rules, asked: dict[str, int | None]) -> Rules:
    given = {name: value for name, value in asked.items() if value is not None}
    return replace(standing, **given)  # type: ignore[arg-type]  # as their options are typed


def _work(load: Workload) -> str:
    return f"{_hours(load.audio_s / 3_600)} of recordings, about {_hours(load.minutes / 60)} of reviewing"


def _hours(length_h: float) -> str:
    hours, minutes = divmod(round(length_h * 60), 60)
    return f"{hours} h {minutes:02d} min"
