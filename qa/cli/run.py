"""``qa run``: score recordings, show how it goes, and say what became of each."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from qa.cli.errors import OK, SOME_NOT_SCORABLE
from qa.config import Settings, load_settings
from qa.domain.errors import QAError


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--manifest",
    type=click.Path(path_type=Path),
    help="CSV with what the switch knows of each call.",
)
@click.option("--rubric", "rubric_id", help="Rubric to score with [default: QA_RUBRIC].")
@click.option(
    "--engine", type=click.Choice(["local"]), default="local", help="Where the stages run."
)
@click.option(
    "--asr",
    type=click.Choice(["auto", "faster-whisper", "openai-whisper"]),
    help="Recogniser [default: QA_ASR].",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the report and the scorecards as JSON."
)
def command(
    paths: tuple[Path, ...],
    manifest: Path | None,
    rubric_id: str | None,
    engine: str,
    asr: str | None,
    as_json: bool,
) -> None:
    """Score recordings: files, folders, or all a manifest names.

    Exit codes: 0 all scored, 3 some not scorable (each named), 2 bad usage or settings, 1 our fault.
    Safe to repeat and to kill at any moment: what is finished is not done again.
    """
    from qa import bootstrap
    from qa.cli.progress import RunProgress
    from qa.cli.report import print_report, report_document

    if not paths and manifest is None:
        raise click.UsageError("name a recording, a folder, or a --manifest")
    changes = {"rubric": rubric_id, "asr": asr}
    settings = load_settings().model_copy(
        update={k: v for k, v in changes.items() if v is not None}
    )
    with RunProgress() as watcher:
        outcome = bootstrap.run(settings, paths, manifest, engine=engine, watcher=watcher)
    if as_json:
        json.dump(
            report_document(outcome, settings.language), sys.stdout, ensure_ascii=False, indent=2
        )
        click.echo()
    else:
        print_report(outcome, settings.language)
    _look_at_licences(settings)
    sys.exit(SOME_NOT_SCORABLE if outcome.report.refusals else OK)


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
