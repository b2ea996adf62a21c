"""``qa webhook``: who is told of what happens here, and what is still to be delivered."""

from __future__ import annotations

import sys
import time

import click

from qa.cli.errors import BAD_USAGE
from qa.cli.listing import print_rows
from qa.config import load_settings


@click.group(name="webhook")
def command() -> None:
    """Tell other systems what happens; addresses are added in the review app."""


@command.command("list")
def list_webhooks() -> None:
    """List the addresses that are told."""
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.services import webhooks

    found = webhooks.list_webhooks(bootstrap.unit_of_work(load_settings()), CONSOLE)
    rows = [
        (
            each.public_id,
            each.url,
            " ".join(sorted(each.events)),
            "active" if each.active else "paused",
            str(each.waiting),
            str(each.given_up),
        )
        for each in found
    ]
    columns = ("ID", "ADDRESS", "EVENTS", "STATE", "WAITING", "GIVEN UP")
    print_rows(columns, rows, none="Nobody is told. An admin adds addresses in the review app.")


@command.command()
@click.argument("webhook_id", metavar="ID")
def test(webhook_id: str) -> None:
    """Send a test message to the address ID, once.

    Exit codes: 0 it arrived, 2 it did not.
    """
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.domain.wording import render
    from qa.services import webhooks

    settings = load_settings()
    sent = webhooks.send_test(
        bootstrap.unit_of_work(settings),
        bootstrap.sender(settings),
        CONSOLE,
        bootstrap.SystemClock(),
        webhook_id,
    )
    if sent.delivered_at is not None:
        click.echo("It arrived.")
        return
    why = render(sent.error, settings.language) if sent.error else ""
    click.echo(f"It did not arrive: {why}", err=True)
    sys.exit(BAD_USAGE)


@command.command()
@click.option("--watch", is_flag=True, help="Go on until it is stopped, instead of once.")
def deliver(*, watch: bool) -> None:
    """Deliver the messages that are due.

    `qa serve` does this by itself. Any number of processes may: each message is tried by one of them.
    """
    from qa import bootstrap
    from qa.services import webhooks

    settings = load_settings()
    open_store = bootstrap.unit_of_work(settings)
    way, clock = bootstrap.sender(settings), bootstrap.SystemClock()
    if watch:
        click.echo("Delivering messages (Ctrl+C stops)")
        with bootstrap.delivering(open_store, way, clock):
            while True:
                time.sleep(3600)
    webhooks.forget_old(open_store, clock)
    done = webhooks.deliver_due(open_store, way, clock)
    click.echo(
        f"{done.delivered} delivered, {done.failed} to be tried again, {done.given_up} given up"
    )
