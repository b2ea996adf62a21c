"""``qa metrics``: how the nights went, for Prometheus."""

from __future__ import annotations

from pathlib import Path

import click

from qa.config import load_settings


@click.command(name="metrics")
@click.option(
    "--file",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file, whole or not at all [default: QA_METRICS_FILE, else standard output].",
)
def command(path: Path | None) -> None:
    """Print how the last nights went, as metrics for Prometheus.

    Every night writes QA_METRICS_FILE by itself; the review app gives the same at /metrics.
    """
    from qa import bootstrap
    from qa.bootstrap import nights
    from qa.domain.errors import SettingsInvalid
    from qa.interop import metrics

    settings = load_settings()
    found = nights.metrics(bootstrap.unit_of_work(settings), bootstrap.SystemClock())
    target = path or settings.metrics_file
    if target is None:
        click.echo(metrics.text(found).decode(), nl=False)
        return
    try:
        metrics.write_file(found, target)
    except OSError as error:
        raise SettingsInvalid(f"{target} cannot be written: {error.strerror}") from error
