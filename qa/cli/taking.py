"""What commands that score take alike: what is told of the calls, and where the stages run."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from qa.config import Settings, load_settings

Command = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of the calls besides their sound.

    Attributes:
        manifest: The manifest, if there is one.
        records: Files of call records, each with its format or ``None``.
        names: Templates of file names; empty for those of the settings.
    """

    manifest: Path | None
    records: tuple[tuple[Path, str | None], ...]
    names: tuple[str, ...]


_OF_CALLS = (
    click.option(
        "--manifest",
        type=click.Path(path_type=Path),
        help="CSV with what the switch knows of each call.",
    ),
    click.option(
        "--records",
        multiple=True,
        type=click.Path(path_type=Path),
        help="File of call records that does not lie among the recordings; as often as needed.",
    ),
    click.option(
        "--format",
        "formats",
        multiple=True,
        help="Its kind, as `qa formats` lists them [default: told by looking].",
    ),
    click.option(
        "--names",
        multiple=True,
        metavar="TEMPLATE",
        help="What file names say, such as {queue}-{agent_id}-{call_id}, or freepbx or issabel [default: QA_NAMES].",
    ),
)

_OF_ENGINES = (
    click.option(
        "--engine",
        type=click.Choice(["local", "ray"]),
        default="local",
        help="Where the stages run: in this process, or on a Ray cluster [default: local].",
    ),
    click.option(
        "--address",
        metavar="auto|HOST:PORT",
        help="Ray cluster of --engine ray [default: QA_RAY_ADDRESS, or one started for the run].",
    ),
)


def call_records(command: Command) -> Command:
    """Give a command ``told``, by options of a manifest, of files of call records and of file names."""

    @functools.wraps(command)
    def taking(
        *args: Any,
        manifest: Path | None,
        records: tuple[Path, ...],
        formats: tuple[str, ...],
        names: tuple[str, ...],
        **others: Any,
    ) -> None:
        told = Told(manifest, _with_formats(records, formats), names)
        command(*args, told=told, **others)

    return _with(taking, _OF_CALLS)


def engines(command: Command) -> Command:
    """Give a command ``engine`` and ``address``, which go together."""

    @functools.wraps(command)
    def taking(*args: Any, engine: str, address: str | None, **others: Any) -> None:
        if address is not None and engine != "ray":
            raise click.UsageError("--address goes with --engine ray")
        command(*args, engine=engine, address=address, **others)

    return _with(taking, _OF_ENGINES)


def changed_settings(**changes: object) -> Settings:
    """The installation's settings, but for those that a command line names (``None`` names none)."""
    named = {name: value for name, value in changes.items() if value is not None}
    return load_settings().model_copy(update=named)


def say(line: str) -> None:
    """Tell the person at the terminal something that is neither an error nor a result."""
    click.echo(line, err=True)


def _with(command: Command, options: tuple[Callable[[Command], Command], ...]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def _with_formats(
    records: tuple[Path, ...], formats: tuple[str, ...]
) -> tuple[tuple[Path, str | None], ...]:
    """Each file of call records with its format: none for all, one for all, or one for each."""
    if len(formats) not in (0, 1, len(records)) or (formats and not records):
        raise click.UsageError("give --format once, or once for each --records")
    each = formats if len(formats) == len(records) else formats * len(records)
    return tuple(zip(records, each or (None,) * len(records), strict=True))
