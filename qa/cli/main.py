"""The ``qa`` command: finds the subcommand, runs it, and words every error for the person who meets it."""

from __future__ import annotations

import importlib
import io
import logging
import os
import sys
import traceback

import click

from qa.cli.errors import OUR_FAULT, exit_code, shown
from qa.domain.errors import QAError

SUBCOMMANDS = {
    "run": "Score recordings.",
    "night": "Score what is new, and report in the morning.",
    "watch": "Score what comes into a folder.",
    "retry": "Try again what has no score.",
    "formats": "List the call records that a run reads.",
    "score-text": "Score dialogues that are written down.",
    "export": "Write scorecards or transcripts to a file.",
    "serve": "Serve the review app.",
    "queue": "Fill the review queue.",
    "agreement": "Say how far people and the machine agree.",
    "licence": "Say how far the machine is trusted.",
    "drift": "Say what moved in the last week.",
    "learn": "Learn from what people decided.",
    "user": "Give people accounts and one-time links.",
    "team": "Add and list teams.",
    "token": "Give programs access to the API.",
    "webhook": "Tell other systems what happens.",
    "rubric": "List, read, check and test rubrics.",
    "models": "List, check and fetch model weights.",
    "metrics": "Print how the nights went, for Prometheus.",
    "db": "Look after the database.",
    "doctor": "Check this installation and say what is missing.",
}


class LazyGroup(click.Group):
    """Imports a subcommand's module only when that subcommand is used, so that ``--help`` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order a newcomer needs them."""
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - idem
        """Import one subcommand."""
        if cmd_name not in SUBCOMMANDS:
            return None
        command: click.Command = importlib.import_module(
            f"qa.cli.{cmd_name.replace('-', '_')}"
        ).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - idem
        """List the subcommands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(SUBCOMMANDS.items()))


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="call-qa", prog_name="qa")
def cli() -> None:
    """Score recorded service calls against a service standard.

    Settings are environment variables QA_* or a .env file; see docs/settings.md.
    """


def main() -> None:
    """Run the command line; a known error ends in one message and its exit code, never a traceback."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A file name that is not UTF-8 is shown escaped; it must not end a run.
            stream.reconfigure(errors="backslashreplace")
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped. What was finished is kept; run the same command to go on.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of a pipe has gone; Python's own flush at exit must not complain about it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except QAError as error:
        click.echo(shown(error), err=True)
        sys.exit(exit_code(error))
    except Exception as error:  # noqa: BLE001 - the last door: nobody meets a traceback
        # The error's own message stays out: it may quote what was said in a call.
        frames = "".join(traceback.format_tb(error.__traceback__))
        if os.environ.get("QA_DEBUG"):
            click.echo(frames, err=True)
        click.echo(
            f"Call QA failed ({type(error).__name__}). This is our fault; nothing finished is lost.\n"
            "  -> run it again with QA_DEBUG=1 and report what it prints",
            err=True,
        )
        sys.exit(OUR_FAULT)
