"""``qa serve``: the review app on this machine."""

from __future__ import annotations

import logging
from pathlib import Path

import click

import webapp
from qa.config import load_settings
from qa.domain.errors import SettingsInvalid

LOOPBACK = ("127.0.0.1", "localhost")
_VENDOR = Path(webapp.__file__).parent / "static" / "vendor"
_THREADS = 8
"""A browser holds one connection for the recording it plays and a few for everything else."""


@click.command()
@click.option("--host", help="Loopback address to bind to.  [default: QA_HOST or 127.0.0.1]")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port to bind to.  [default: QA_PORT or 8000]"
)
def command(host: str | None, port: int | None) -> None:
    """Serve the review app to this machine's browser."""
    import waitress

    settings = load_settings()
    host, port = host or settings.host, port or settings.port
    if host not in LOOPBACK:
        raise SettingsInvalid(
            f"the review app cannot be bound to {host}: it has no accounts, so whoever reaches it hears customers",
            hint="use 127.0.0.1 and reach it from another machine through an SSH tunnel",
        )
    app = webapp.create_app(settings)
    if not _VENDOR.is_dir():
        click.echo(
            "The pages' style and player are missing: run `npm ci` in the checkout.", err=True
        )
    # A page of the app asks for a dozen small files at once; a queue of one is nothing to warn of.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    try:
        server = waitress.create_server(app, host=host, port=port, threads=_THREADS, ident=None)
    except OSError as error:
        raise SettingsInvalid(
            f"port {port} of {host} cannot be used: {error.strerror}",
            hint="another program may hold it; choose one with --port",
        ) from error
    click.echo(f"Review app: http://{host}:{port}/  (only this machine can open it; Ctrl+C stops)")
    try:
        server.run()
    finally:
        server.close()
