"""``qa export``: scorecards and transcripts out, as JSON lines or CSV."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import click

from qa.config import load_settings
from qa.domain.errors import SettingsInvalid


@click.command()
@click.argument("what", type=click.Choice(["scorecards", "transcripts"]))
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="File to write [default: standard output]."
)
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    help="Language of the reasons [default: QA_LANGUAGE].",
)
def command(what: str, form: str, out: Path | None, lang: str | None) -> None:
    """Write every call's scorecard, or every transcript.

    A file is written whole or not at all.
    """
    from qa import bootstrap
    from qa.interop.lines import write_jsonl, write_scorecard_csv, write_transcript_csv
    from qa.services.export import scorecard_lines, transcript_lines

    settings = load_settings()
    if lang is not None:
        settings = settings.model_copy(update={"language": lang})
    open_store = bootstrap.unit_of_work(settings)
    if what == "scorecards":
        lines, write_csv = scorecard_lines(open_store, settings.language), write_scorecard_csv
    else:
        lines, write_csv = transcript_lines(open_store), write_transcript_csv
    with _destination(out) as file:
        count = (write_jsonl if form == "jsonl" else write_csv)(lines, file)
    click.echo(f"{count} calls", err=True)


@contextlib.contextmanager
def _destination(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    draft = out.with_name(f".{out.name}.part")
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(out)
    except OSError as error:
        raise SettingsInvalid(f"{out} cannot be written: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
