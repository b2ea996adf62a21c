"""``qa score-text``: score dialogues that are written down, without any audio."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from qa.cli.errors import OK, SOME_NOT_SCORABLE, shown
from qa.config import load_settings
from qa.domain.wording import LANGUAGES, Language

ENCODINGS = ("utf-8", "gb18030")


@click.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)
@click.option(
    "--rubric",
    "wanted",
    metavar="ID|FILE",
    help="Rubric to score with, by its id or its file [default: QA_RUBRIC].",
)
@click.option(
    "--encoding",
    type=click.Choice(ENCODINGS),
    default="utf-8",
    show_default=True,
    help="How the files are written; Chinese Windows writes gb18030.",
)
@click.option(
    "--lang", type=click.Choice(LANGUAGES), help="Language of the scorecard [default: QA_LANGUAGE]."
)
@click.option("--json", "as_json", is_flag=True, help="Print each scorecard as a line of JSON.")
def command(
    files: tuple[Path, ...],
    wanted: str | None,
    encoding: str,
    lang: Language | None,
    as_json: bool,
) -> None:
    """Score dialogues that are written down: YAML, plain text, or transcript lines (.jsonl).

    What only sound tells (interruptions, holds) is not measurable, but for a YAML dialogue that says
    `timed: true`.

    Exit codes: 0 all scored, 3 some could not be read (each named), 2 bad usage or settings, 1 our fault.
    """
    from rich.console import Console

    from qa import bootstrap
    from qa.cli.score_text_card import print_card
    from qa.domain.errors import DialogueInvalid
    from qa.services.score_text import dialogue_line, refused_line, score_text

    settings = load_settings()
    language = lang or settings.language
    rubric = bootstrap.named_rubric(settings, wanted or settings.rubric).rubric
    dialogues = (
        dialogue for file in files for dialogue in bootstrap.dialogues(file, encoding=encoding)
    )
    console = Console()
    refused = False
    for scored in score_text(
        dialogues, rubric, bootstrap.case_of(settings, bootstrap.learned(settings))
    ):
        if isinstance(scored, DialogueInvalid):
            refused = True
            click.echo(
                json.dumps(refused_line(scored), ensure_ascii=False) if as_json else shown(scored),
                err=not as_json,
            )
        elif as_json:
            click.echo(json.dumps(dialogue_line(scored, language), ensure_ascii=False))
        else:
            print_card(console, scored, rubric, language)
    sys.exit(SOME_NOT_SCORABLE if refused else OK)
