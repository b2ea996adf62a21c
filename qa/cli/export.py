"""``qa export``: scorecards, transcripts, reviews and blind ratings out, as JSON lines or CSV."""

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
@click.argument("what", type=click.Choice(["scorecards", "transcripts", "reviews", "ratings"]))
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
    """Write every call's scorecard, every transcript, or every decision of a review or a blind rating.

    Ratings are those of calibration sessions that are laid open.

    A file is written whole or not at all.
    """
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.interop import lines as written
    from qa.services import export
    from qa.services.calibration.export import rating_lines

    settings = load_settings()
    if lang is not None:
        settings = settings.model_copy(update={"language": lang})
    open_store = bootstrap.unit_of_work(settings)
    if what == "scorecards":
        lines = export.scorecard_lines(
            open_store, CONSOLE, settings.language, licensing=settings.licenses
        )
        write_csv = written.write_scorecard_csv
    elif what == "transcripts":
        lines, write_csv = (
            export.transcript_lines(open_store, CONSOLE),
            written.write_transcript_csv,
        )
    elif what == "ratings":
        lines, write_csv = rating_lines(open_store, CONSOLE), written.write_rating_csv
    else:
        lines, write_csv = export.review_lines(open_store, CONSOLE), written.write_review_csv
    with _destination(out) as file:
        count = (written.write_jsonl if form == "jsonl" else write_csv)(lines, file)
    click.echo(f"{count} {'decisions' if what in ('reviews', 'ratings') else 'calls'}", err=True)


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
