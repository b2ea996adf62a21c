"""``qa queue``: fill the review queue from the command line, every night after the run, say."""

from __future__ import annotations

from dataclasses import replace

import click

from qa.config import load_settings

_REASONS = {
    "failed_critical": "a critical criterion failed",
    "disputed": "disputed",
    "low_confidence": "the machine is not sure",
    "random": "drawn at random",
    "agent_minimum": "agent below the minimum",
}


@click.group(name="queue")
def command() -> None:
    """Look after the review queue."""


@command.command()
@click.option("--dry-run", is_flag=True, help="Say what would enter, and change nothing.")
@click.option(
    "--random-percent",
    type=click.FloatRange(0, 100),
    help="Share of all calls drawn at random.  [default: QA_QUEUE_RANDOM_PERCENT or 5]",
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
    help="Calls with so many criteria left for a person enter; 0 for none.  [default: 1]",
)
@click.option(
    "--days",
    type=click.IntRange(1, 3650),
    help="The period: only calls scored in the last so many days.  [default: 30]",
)
def fill(
    dry_run: bool,
    random_percent: float | None,
    agent_minimum: int | None,
    due_days: int | None,
    unsure_from: int | None,
    days: int | None,
) -> None:
    """Let calls into the review queue by its rules.

    Failed critical criteria first, then open disputes, calls that the machine is not sure of, a random share,
    and what brings each agent to the minimum. Run it again at any time: what is in the queue, or was reviewed,
    does not enter again.
    """
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.services import queue_fill

    settings = load_settings()
    asked = {
        "random_percent": random_percent,
        "agent_minimum": agent_minimum,
        "due_days": due_days,
        "unsure_from": unsure_from,
        "period_days": days,
    }
    rules = replace(
        bootstrap.queue_rules(settings),
        **{name: value for name, value in asked.items() if value is not None},  # type: ignore[arg-type]  # as typed above
    )
    use_case = queue_fill.preview if dry_run else queue_fill.fill
    plan = use_case(bootstrap.unit_of_work(settings), bootstrap.SystemClock(), CONSOLE, rules)
    for reason, load in plan.by_reason.items():
        click.echo(f"{load.calls:>7}  {_REASONS[reason.value]}")
    total = plan.total
    verb = "would enter" if dry_run else "entered"
    click.echo(
        f"{total.calls:>7}  {verb} the queue, of {plan.looked_at} looked at: {_hours(total.audio_s)} of recordings"
    )


def _hours(length_s: float) -> str:
    hours, minutes = divmod(round(length_s / 60), 60)
    return f"{hours} h {minutes:02d} min"
