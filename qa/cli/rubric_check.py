"""``qa rubric check``: whether rubrics can be used, and what in them cannot be meant."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from qa.cli.errors import BAD_USAGE, OK, shown
from qa.config import load_settings

if TYPE_CHECKING:
    from qa.services.rubric_lint import Remark


@click.command("check")
@click.argument("wanted", metavar="FILE|ID...", nargs=-1, required=True)
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--json", "as_json", is_flag=True, help="Print each remark as a line of JSON.")
def command(wanted: tuple[str, ...], *, strict: bool, as_json: bool) -> None:
    """Check rubrics against the schema, and for what is valid and cannot be meant.

    A window that is never reached, a phrase that never counts or adds nothing, an example that its own
    criterion does not take as it is meant, vague words, a missing language: each with its line.

    Exit codes: 0 all can be used, 2 one cannot, or has a remark that counts as an error.
    """
    from qa import bootstrap
    from qa.domain.errors import QAError

    settings = load_settings()
    faults = 0
    for name in wanted:
        try:
            rubric, remarks = bootstrap.linted_rubric(settings, name)
        except QAError as error:
            faults += 1
            click.echo(shown(error), err=True)
            continue
        wrong = [each for each in remarks if strict or each.level == "error"]
        faults += len(wrong)
        for each in remarks:
            click.echo(_line(each) if as_json else _worded(each))
        if not as_json:
            state = f"{len(remarks)} remarks" if remarks else "good"
            click.echo(
                f"{name}: {rubric.ref.id} {rubric.ref.version},"
                f" {len(rubric.criteria)} criteria, {state}"
            )
    sys.exit(BAD_USAGE if faults else OK)


def _worded(each: Remark) -> str:
    return (
        f"{each.file}:{each.line}: {each.level}: {each.where}: {each.message} [{each.code}]\n"
        f"  -> {each.hint}"
    )


def _line(each: Remark) -> str:
    fields = {name: getattr(each, name) for name in each.__dataclass_fields__}
    return json.dumps(fields, ensure_ascii=False)
