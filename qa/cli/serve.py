"""``qa serve``: the review app, for this machine alone until people have accounts."""

from __future__ import annotations

import logging
from pathlib import Path

import click

import webapp
from qa import bootstrap
from qa.config import Settings, load_settings
from qa.domain.errors import SettingsInvalid
from qa.domain.tokens import new_token
from qa.services.login import accounts_exist
from webapp.deps import Deps

LOOPBACK = ("127.0.0.1", "localhost")
_VENDOR = Path(webapp.__file__).parent / "static" / "vendor"
_THREADS = 8
"""A browser holds one connection for the recording it plays and a few for everything else."""
_LARGEST_BODY_BYTES = 64 * 2**20
"""What the server takes in before the app is asked, which answers with a page to anything over its own limits."""


@click.command()
@click.option("--host", help="Address to bind to.  [default: QA_HOST or 127.0.0.1]")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port to bind to.  [default: QA_PORT or 8000]"
)
def command(host: str | None, port: int | None) -> None:
    """Serve the review app.

    Until the first account exists whoever opens it may look and listen, so it is bound to this machine alone;
    a link that makes the first admin is printed. Any other address also needs QA_HOSTS; see docs/security.md.
    """
    import waitress

    settings = load_settings()
    host, port = host or settings.host, port or settings.port
    staffed = accounts_exist(bootstrap.unit_of_work(settings))
    if host not in LOOPBACK:
        check_open_to_others(settings, host, staffed=staffed)
    first_admin = None if staffed else new_token()
    app = webapp.create_app(settings, first_admin=first_admin)
    if not _VENDOR.is_dir():
        click.echo(
            "The pages' style and player are missing: run `npm ci` in the checkout.", err=True
        )
    # A page of the app asks for a dozen small files at once; a queue of one is nothing to warn of.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    try:
        server = waitress.create_server(
            app,
            host=host,
            port=port,
            threads=_THREADS,
            ident=None,
            max_request_body_size=_LARGEST_BODY_BYTES,
            # The app looks at them itself, as far as QA_PROXIES says; without proxies they must stay as a sign
            # that a request did not come straight from this machine.
            clear_untrusted_proxy_headers=False,
        )
    except OSError as error:
        raise SettingsInvalid(
            f"port {port} of {host} cannot be used: {error.strerror}",
            hint="another program may hold it; choose one with --port",
        ) from error
    greet(settings, host, port, first_admin)
    carried: Deps = app.extensions["callqa"]
    try:
        with bootstrap.delivering(carried.open_store, bootstrap.sender(settings), carried.clock):
            server.run()
    finally:
        server.close()


def check_open_to_others(settings: Settings, host: str, *, staffed: bool) -> None:
    """Raise ``SettingsInvalid`` where an address that others reach must not be served yet."""
    if not staffed:
        raise SettingsInvalid(
            f"the review app cannot be bound to {host} yet: it has no accounts, so whoever reaches it hears customers",
            hint="make the first admin with qa user add LOGIN --name NAME --role admin",
        )
    if not settings.hosts:
        raise SettingsInvalid(
            f"the review app cannot be bound to {host}: QA_HOSTS does not say what it is called there",
            hint="set QA_HOSTS to the name that people type, such as qa.example.com",
        )


def greet(settings: Settings, host: str, port: int, first_admin: str | None) -> None:
    """Say where the app is, who can open it, and how the first admin comes in."""
    here = f"http://{host}:{port}/"
    if host in LOOPBACK and not settings.hosts:
        click.echo(f"Review app: {here}  (only this machine can open it; Ctrl+C stops)")
    else:
        name = settings.hosts[0]
        click.echo(f"Review app: {here}, called {name}  (Ctrl+C stops)")
    if host not in LOOPBACK and not settings.https:
        click.echo(
            "Passwords and recordings travel unencrypted. Put a proxy with a certificate in front, "
            "and set QA_HTTPS and QA_PROXIES.",
            err=True,
        )
    if first_admin is not None:
        click.echo("Nobody has an account yet: whoever is on this machine may look and listen.")
        click.echo(f"Make yourself the first admin, once: {here}first/{first_admin}")
