"""``qa agreement``: how far people agree with each other, and the machine with people, by criterion."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from qa.cli.listing import print_rows
from qa.config import load_settings

if TYPE_CHECKING:
    from qa.services.agreement.criteria import CriterionAgreement
    from qa.statistics.agreement import Shown

_PEOPLE = ("criterion", "calls", "fails", "same verdict", "AC1", "alpha")
_MACHINE = (
    "criterion",
    "calls",
    "failed by people",
    "failures found",
    "others left alone",
    "AC1",
    "left to people",
)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(name="agreement")
@click.option(
    "--machine", is_flag=True, help="The machine with people, not people with each other."
)
@click.option("--team", help="Calls of this team's agents alone, by its name.")
@click.option("--rubric", help="Calls scored with this rubric alone, by its id.")
@click.option(
    "--source",
    type=click.Choice(["all", "blind", "reviews", "random"]),
    default="all",
    show_default=True,
    help="Blind sessions, ordinary reviews, or reviews of calls drawn at random.",
)
@click.option("--since", type=_DAY, help="From this day on.")
@click.option("--until", type=_DAY, help="Until this day, inclusive.")
@click.option("--json", "as_json", is_flag=True, help="Everything, for a program.")
def command(
    *,
    machine: bool,
    team: str | None,
    rubric: str | None,
    source: str,
    since: datetime | None,
    until: datetime | None,
    as_json: bool,
) -> None:
    """Say how far verdicts can be trusted, by criterion.

    Each figure stands before the interval that holds the true one 95 times of 100. Where too little is known for
    that, it is withheld, and what is missing is said instead.
    """
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.ports.agreement import Source
    from qa.services.agreement.criteria import AgreementQuery, agreement
    from qa.services.agreement.document import document
    from qa.services.browse import RubricTexts

    open_store, clock = bootstrap.unit_of_work(load_settings()), bootstrap.SystemClock()
    with open_store() as unit:
        teams = {each.name: each.public_id for each in unit.people.teams()}
    if team is not None and team not in teams:
        raise click.BadParameter(f"there is no team {team}", param_hint="--team")
    query = AgreementQuery(
        since=since.date() if since else None,
        until=until.date() if until else None,
        team=teams[team] if team is not None else None,
        rubric=rubric,
        source=Source(source),
    )
    found = agreement(
        open_store,
        RubricTexts(bootstrap.parse_rubric),
        clock,
        CONSOLE,
        query,
        zone=clock.now().astimezone().tzinfo or UTC,
    )
    if as_json:
        click.echo(json.dumps(document(found.rows), ensure_ascii=False, indent=2))
        return
    rows = [(_of_machine if machine else _of_people)(row) for row in found.rows]
    print_rows(_MACHINE if machine else _PEOPLE, rows, none="Nothing was rated or reviewed yet.")


def _of_people(row: CriterionAgreement) -> tuple[str, ...]:
    return (
        row.criterion,
        str(row.people.n),
        _percent(row.failed),
        _shown(row.people.raw, percent=True),
        _shown(row.people.gwet),
        _shown(row.people.alpha),
    )


def _of_machine(row: CriterionAgreement) -> tuple[str, ...]:
    detection = row.machine.detection
    return (
        row.criterion,
        str(row.machine.found.n),
        _percent(detection.prevalence),
        _shown(detection.sensitivity, percent=True),
        _shown(detection.specificity, percent=True),
        _shown(row.machine.found.gwet),
        str(row.machine.undecided),
    )


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _shown(figure: Shown, *, percent: bool = False) -> str:
    from qa.statistics.agreement import Figure

    if isinstance(figure, Figure):
        form = ".0%" if percent else ".2f"
        return f"{figure.value:{form}} ({figure.low:{form}} to {figure.high:{form}})"
    return _why(figure)


def _why(figure: Any) -> str:
    said = {
        "one_rater": "one rater alone",
        "too_few": "too few calls",
        "too_rare": "nearly all alike",
        "all_alike": "all alike",
        "nobody_failed": "nobody failed it",
        "nobody_passed": "nobody passed it",
    }[figure.why.value]
    return f"{said}, {figure.more} more needed" if figure.more else said
