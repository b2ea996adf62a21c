"""``qa licence``: what the machine may settle by itself, looked at once a week or set by hand."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from qa.cli.listing import print_rows
from qa.config import Settings, load_settings

if TYPE_CHECKING:
    from qa.ports import Clock
    from qa.ports.licences import LicenceChange
    from qa.services.licences.steps import Looked
    from qa.services.licences.view import CriterionLicence

FIGURES = "figures"
"""The level that leaves a criterion to the figures again."""


@click.group(name="licence")
def command() -> None:
    """Say how far the machine is trusted with each criterion."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print all figures, one JSON object a line.")
def list_licences(as_json: bool) -> None:
    """List every criterion with its level and the figures of the latest weekly look."""
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.interop.licence_lines import licence_line
    from qa.interop.lines import write_jsonl
    from qa.services.browse import RubricTexts
    from qa.services.licences.view import every_licence

    settings = load_settings()
    rows = every_licence(
        bootstrap.unit_of_work(settings),
        RubricTexts(bootstrap.parse_rubric),
        bootstrap.SystemClock(),
        CONSOLE,
        bootstrap.licence_terms(settings),
    )
    if as_json:
        write_jsonl(map(licence_line, rows), sys.stdout)
        return
    print_rows(
        ("rubric", "criterion", "level", "reviews", "failures", "sens.", "spec.", "AC1", "next"),
        [_row(row) for row in rows],
        none="No call has been scored yet.",
    )
    if not settings.licenses:
        click.echo("QA_LICENSING is off: levels are kept and nothing is done by them.", err=True)


def _row(row: CriterionLicence) -> tuple[str, ...]:
    from qa.domain.licence import Measure

    lows = [row.evidence.figures.get(measure) for measure in Measure]
    return (
        row.rubric_id,
        row.criterion,
        f"{row.level.value}{' (by hand)' if row.licence.held else ''}",
        str(row.seen.window.n),
        str(row.evidence.failures),
        *(f"{bounds.low:.2f}" if bounds else "-" for bounds in lows),
        _next(row),
    )


def _next(row: CriterionLicence) -> str:
    need = row.need
    if need is None:
        return ""
    if need.reviews is None:
        return f"{need.level.value}: not as it is"
    if not need.reviews:
        state = "the latest weeks are too bad" if need.recovers else "reached, to be confirmed"
        return f"{need.level.value}: {state}"
    about = "about " if need.known else "at least "
    return f"{need.level.value}: {about}{need.reviews} more reviews"


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Print the changes, one JSON object a line.")
def review(as_json: bool) -> None:
    """Decide every licence on the random reviews of the last weeks; again in a week, do nothing."""
    from qa import bootstrap
    from qa.interop.licence_lines import change_line
    from qa.interop.lines import write_jsonl

    looked = look(load_settings(), bootstrap.SystemClock())
    if as_json:
        write_jsonl(map(change_line, looked.changes), sys.stdout)
        return
    if not looked.decided:
        click.echo("Nothing to decide: the week's look was made, or no call has been scored yet.")
        return
    for change in looked.changes:
        click.echo(told(change))
    click.echo(f"{looked.decided} criteria decided, {len(looked.changes)} changed")


def look(settings: Settings, clock: Clock) -> Looked:
    """Make the week's decision, if it was not made yet."""
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.services.browse import RubricTexts
    from qa.services.licences.steps import review_licences

    return review_licences(
        bootstrap.unit_of_work(settings),
        RubricTexts(bootstrap.parse_rubric),
        clock,
        CONSOLE,
        bootstrap.licence_terms(settings),
    )


def told(change: LicenceChange) -> str:
    """A change in one line."""
    return (
        f"{change.rubric_id} {change.criterion}: {change.before.value} -> {change.after.value}"
        f" ({change.cause.replace('_', ' ')})"
    )


@command.command("set")
@click.argument("rubric")
@click.argument("criterion")
@click.argument("level", type=click.Choice(("human_only", "assist", "auto", FIGURES)))
@click.option("--reason", required=True, help="Why; it is in the history.")
def set_level(rubric: str, criterion: str, level: str, reason: str) -> None:
    """Set a level by hand, or leave it to the figures again.

    What is set by hand stays, unless the figures show that the machine drifted.
    """
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.domain.licence import Level
    from qa.services.browse import RubricTexts
    from qa.services.licences.steps import set_licence

    settings = load_settings()
    licence = set_licence(
        bootstrap.unit_of_work(settings),
        RubricTexts(bootstrap.parse_rubric),
        bootstrap.SystemClock(),
        CONSOLE,
        (rubric, criterion),
        level=None if level == FIGURES else Level(level),
        note=reason,
    )
    click.echo(json.dumps({"level": licence.level.value, "by_hand": licence.held}))
