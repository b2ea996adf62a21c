"""``qa export``: scorecards, transcripts, reviews and blind ratings out, in the formats that fit each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qa.cli.moments import Moment
from qa.config import Settings, load_settings
from qa.domain.errors import CallNotFound, SettingsInvalid
from qa.domain.scope import Scope

if TYPE_CHECKING:
    from qa.interop.exports.choices import Choices
    from qa.interop.exports.formats import Content, FileEach, Form, OneFile

_CONTENTS = ("scorecards", "transcripts", "reviews", "ratings")
_FORMS = ("jsonl", "csv", "xlsx", "parquet", "vtt", "srt", "rttm", "ctm", "vcon")


@click.command()
@click.argument("what", type=click.Choice(_CONTENTS))
@click.option("--format", "form", type=click.Choice(_FORMS), default="jsonl", show_default=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File to write [default: standard output]; for vtt, srt and vcon a new folder or a .zip.",
)
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    help="Language of reasons and headings [default: QA_LANGUAGE].",
)
@click.option(
    "--since", type=Moment(), help="Calls from then on: today, yesterday, a date, a date and time."
)
@click.option("--until", type=Moment(), help="Calls before then.")
@click.option("--agent", "agents", multiple=True, help="Calls of this agent; may be repeated.")
@click.option("--call", "calls", multiple=True, help="The call of this id; may be repeated.")
@click.option("--bom", is_flag=True, help="Begin a CSV so that Excel reads its Chinese.")
@click.option("--audio", is_flag=True, help="Put the sound into a vCon.")
def command(
    what: Content,
    form: Form,
    out: Path | None,
    lang: str | None,
    since: datetime | None,
    until: datetime | None,
    agents: tuple[str, ...],
    calls: tuple[str, ...],
    bom: bool,
    audio: bool,
) -> None:
    """Write calls' scorecards or transcripts, or every decision of a review or a blind rating.

    Times are those of the calls; of reviews when they were submitted, of ratings when their calibration session
    was laid open. What is written to a file or a folder is there whole or not at all.
    """
    from qa import bootstrap
    from qa.interop.exports.choices import Choices
    from qa.interop.exports.formats import FileEach, way_of

    way = way_of(what, form)
    _refuse_useless(form, bom=bom, audio=audio)
    if since is not None and until is not None and since >= until:
        raise SettingsInvalid(
            f"nothing is from {since.isoformat()} on and before {until.isoformat()}",
            hint="let --since be earlier than --until",
        )
    settings = load_settings()
    if lang is not None:
        settings = settings.model_copy(update={"language": lang})
    scope = Scope(
        since,
        until,
        frozenset(agents) if agents else None,
        frozenset(calls) if calls else None,
    )
    choices = Choices(
        language=settings.language,
        at=bootstrap.SystemClock().now(),
        scope=scope,
        byte_order_mark=bom,
        audio=_playable(settings) if audio else None,
    )
    conversations = isinstance(way, FileEach) and way.conversations
    lines = _Seen(_lines("conversations" if conversations else what, settings, scope), calls)
    if isinstance(way, FileEach):
        count = _write_each(lines, way, out, choices)
    else:
        count = _write_one(lines, way, out, choices, form)
    click.echo(f"{count} {'decisions' if what in ('reviews', 'ratings') else 'calls'}", err=True)
    if lines.missing:
        click.echo(f"Nothing to write of: {', '.join(sorted(lines.missing))}", err=True)


def _refuse_useless(form: str, *, bom: bool, audio: bool) -> None:
    for name, given, meant in (("--bom", bom, "csv"), ("--audio", audio, "vcon")):
        if given and form != meant:
            raise SettingsInvalid(f"{name} is for --format {meant}", hint="leave it out")


def _lines(what: str, settings: Settings, scope: Scope) -> Iterator[dict[str, Any]]:
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.services import export
    from qa.services.calibration.export import rating_lines

    open_store = bootstrap.unit_of_work(settings)
    if what == "transcripts":
        return export.transcript_lines(open_store, CONSOLE, scope)
    if what == "reviews":
        return export.review_lines(open_store, CONSOLE, scope)
    if what == "ratings":
        return rating_lines(open_store, CONSOLE, scope)
    of_calls = export.scorecard_lines if what == "scorecards" else export.conversation_lines
    return of_calls(open_store, CONSOLE, settings.language, scope, licensing=settings.licenses)


class _Seen:
    """Lines; once they have passed, which of the calls that were asked for by id were not among them."""

    def __init__(self, lines: Iterable[dict[str, Any]], asked: Iterable[str]) -> None:
        self._lines = lines
        self.missing = set(asked)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for line in self._lines:
            self.missing.discard(line["call_id"])
            yield line


def _write_one(lines: _Seen, way: OneFile, out: Path | None, choices: Choices, form: str) -> int:
    from qa.interop.exports.destination import whole_file

    if out is not None:
        with whole_file(out) as file:
            return way.write(lines, file, choices)
    if way.binary:
        raise SettingsInvalid(
            f"{form} is nothing for a terminal", hint=f"name a file: --out export.{form}"
        )
    count = way.write(lines, sys.stdout.buffer, choices)
    sys.stdout.buffer.flush()
    return count


def _write_each(lines: _Seen, way: FileEach, out: Path | None, choices: Choices) -> int:
    from qa.interop.exports.folder import write_folder

    if out is not None:
        return write_folder(lines, way, out, choices)
    if choices.scope.calls is None or len(choices.scope.calls) > 1:
        raise SettingsInvalid(
            "this format is a file for each call",
            hint="name a folder or a zip: --out calls.zip; or one call: --call ID",
        )
    count = 0
    for count, line in enumerate(lines, 1):  # noqa: B007 - the last count is the answer
        sys.stdout.buffer.write(way.render(line, choices))
    sys.stdout.buffer.flush()
    return count


def _playable(settings: Settings) -> Callable[[str], bytes | None]:
    """Reads playable copies; ``None`` for one that is not there, whose recording is then named alone."""
    from qa import bootstrap

    shelf = bootstrap.shelf(settings)

    def read(relative: str) -> bytes | None:
        try:
            return shelf.locate(relative).read_bytes()
        except CallNotFound:
            return None

    return read
