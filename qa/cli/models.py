"""``qa models``: which weights are there, whether they are the right ones, and how to get one."""

from __future__ import annotations

import dataclasses
import json
import sys

import click

from qa import bootstrap
from qa.cli.errors import BAD_USAGE, OK
from qa.config import load_settings
from qa.ports import WeightFacts, WeightStore
from qa.services import weights

_ORIGINS = {"folder": "models folder", "package": "installed package", "missing": "[red]missing[/]"}

_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for a script.")


@click.group()
def command() -> None:
    """List, check and fetch model weights."""


@command.command("list")
@_as_json
def list_weights(*, as_json: bool) -> None:
    """List the weights that Call QA uses and where each is found."""
    listed = weights.list_weights(_store())
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(facts) for facts in listed], indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table()
    table.add_column("weights", no_wrap=True)
    for column in ("kind", "licence", "size", "found in"):
        table.add_column(column)
    for facts in listed:
        table.add_row(facts.name, facts.kind, facts.licence, _size(facts), _ORIGINS[facts.origin])
    Console().print(table)


@command.command("check")
@_as_json
def check_weights(*, as_json: bool) -> None:
    """Compare every file with the manifest (sha256).

    Exit codes: 0 all are right, 2 one is missing or is not what the manifest names.
    """
    checked = weights.check_weights(_store())
    if as_json:
        click.echo(
            json.dumps(
                [
                    {
                        "name": check.facts.name,
                        "ok": check.fault is None,
                        "code": check.fault.code if check.fault else None,
                        "message": check.fault.message if check.fault else None,
                        "hint": check.fault.hint if check.fault else None,
                    }
                    for check in checked
                ],
                indent=2,
            )
        )
    else:
        for check in checked:
            click.echo(f"{check.facts.name}: {check.fault.message if check.fault else 'right'}")
            if check.fault:
                click.echo(f"  -> {check.fault.hint}")
    sys.exit(BAD_USAGE if any(check.fault for check in checked) else OK)


@command.command("fetch")
@click.argument("name")
def fetch_weight(name: str) -> None:
    """Download the weights NAME from the model hub into the models folder, verified.

    This is the one command that goes online. `qa models list` shows the names.
    """
    weights.fetch_weight(_store(), name)
    click.echo(f"{name} is in {load_settings().models_home}")


def _store() -> WeightStore:
    return bootstrap.registry(load_settings())


def _size(facts: WeightFacts) -> str:
    return f"{facts.bytes / 1e6:.0f} MB"
