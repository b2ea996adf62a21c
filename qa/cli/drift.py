"""``qa drift``: what moved in the last week further than chance takes it, for the morning report."""

from __future__ import annotations

import json
import sys

import click

from qa.cli.errors import OK, SOME_NOT_SCORABLE
from qa.config import load_settings

_NAMES = {
    "sensitivity": "failures that the machine catches",
    "specificity": "passes that the machine passes",
    "score": "mean score",
    "critical": "calls that fail a critical criterion",
    "failed": "criteria that fail",
    "confidence": "confidence of the recogniser",
    "silence": "silence in calls",
    "chinese": "calls in Chinese",
}


@click.command(name="drift")
@click.option("--json", "as_json", is_flag=True, help="Print the alarms as one JSON document.")
def command(as_json: bool) -> None:
    """Say which weekly figures of the random draw are out of their limits.

    Exit codes: 0 none is, 3 some are.
    """
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.interop.licence_lines import alarm_lines
    from qa.services.drift import latest_drift

    settings = load_settings()
    found = latest_drift(bootstrap.unit_of_work(settings), bootstrap.SystemClock(), CONSOLE)
    alarms = list(alarm_lines(found))
    if as_json:
        document = {
            "until": found.until.date().isoformat(),
            "figures": len(found.courses),
            "alarms": alarms,
        }
        json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
        click.echo()
    else:
        for alarm in alarms:
            click.echo(
                f"{alarm['rubric']}: {_NAMES[alarm['figure']]} {alarm['value']:g} in the week of"
                f" {alarm['week']} ({alarm['signal'].replace('_', ' ')}; usual {alarm['low']:g} to"
                f" {alarm['high']:g}, {alarm['n']} looked at)"
            )
        if not found.courses:
            click.echo("No week of a random draw has been counted yet.")
        elif not alarms:
            click.echo("Nothing moved further than chance takes it.")
    sys.exit(SOME_NOT_SCORABLE if alarms else OK)
