"""``qa run``: score recordings, show how it goes, and say what became of each."""

from __future__ import annotations

import json
import sys

import click

from qa.cli.errors import OK, SOME_NOT_SCORABLE
from qa.cli.taking import Told, call_records, changed_settings, engines, say
from qa.config import Settings
from qa.domain.errors import QAError


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@call_records
@click.option("--rubric", "rubric_id", help="Rubric to score with [default: QA_RUBRIC].")
@engines
@click.option(
    "--asr",
    type=click.Choice(["auto", "faster-whisper", "openai-whisper"]),
    help="Recogniser [default: QA_ASR].",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the report and the scorecards as JSON."
)
def command(
    paths: tuple[str, ...],
    told: Told,
    rubric_id: str | None,
    engine: str,
    address: str | None,
    asr: str | None,
    as_json: bool,
) -> None:
    """Score recordings: files, folders, addresses such as s3://bucket/prefix, or all a manifest names.

    Call records that lie among the recordings are found and read; docs/getting-calls-in.md says which.

    Safe to repeat and to kill at any moment: what is finished is not done again. SIGTERM or Ctrl-C lets
    it finish what it has begun and report; a second one ends it at once.

    Exit codes: 0 everything found has its score; 3 something has none (not scorable, given up, put off
    after a fault, still being written, or not begun when the run was told to stop: each is told); 2 bad
    usage or settings; 1 our fault or the machine's (disk full, database gone): run it again.
    """
    from qa import bootstrap
    from qa.cli.progress import RunProgress
    from qa.cli.report import print_report, report_document

    if not paths and told.manifest is None:
        raise click.UsageError("name a recording, a folder, or a --manifest")
    settings = changed_settings(rubric=rubric_id, asr=asr, ray_address=address)
    with RunProgress() as watcher:
        outcome = bootstrap.run(
            settings,
            paths,
            told.manifest,
            records=told.records,
            names=told.names,
            engine=engine,
            watcher=watcher,
            tell=say,
        )
    if as_json:
        json.dump(
            report_document(outcome, settings.language), sys.stdout, ensure_ascii=False, indent=2
        )
        click.echo()
    else:
        print_report(outcome, settings.language)
    _look_at_licences(settings)
    sys.exit(OK if outcome.report.complete else SOME_NOT_SCORABLE)


def _look_at_licences(settings: Settings) -> None:
    """Make the week's decision on licences, which the first run of a week does; the run stands whatever comes of it."""
    from qa import bootstrap
    from qa.cli.errors import shown
    from qa.cli.licence import look, told

    try:
        looked = look(settings, bootstrap.SystemClock())
    except QAError as error:
        click.echo(f"The licences were not looked at.\n{shown(error)}", err=True)
        return
    for change in looked.changes:
        click.echo(told(change), err=True)
