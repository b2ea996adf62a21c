"""``qa rubric``: the rubrics at hand, one of them to read, and a check of one's own."""

from __future__ import annotations

from pathlib import Path

import click

from qa.config import load_settings
from qa.domain.rubric import Criterion, Rubric
from qa.domain.wording import LANGUAGES, Language

_LABELS: dict[str, dict[Language, str]] = {
    "version": {"zh": "版本", "en": "version"},
    "points": {"zh": "分", "en": "points"},
    "critical": {"zh": "一票否决", "en": "critical: a fail fails the call"},
    "example": {"zh": "示例", "en": "for example"},
    "criteria": {"zh": "项", "en": "criteria"},
}

_language = click.option(
    "--lang", type=click.Choice(LANGUAGES), help="Language to read it in [default: QA_LANGUAGE]."
)


@click.group()
def command() -> None:
    """List, read and check rubrics."""


@command.command("list")
@_language
def list_rubrics(lang: Language | None) -> None:
    """List the rubrics: your own in QA_RUBRIC_DIR, then the ones that ship."""
    from qa.interop.rubric_yaml import Folders
    from qa.services.rubrics import every

    settings = load_settings()
    language = lang or settings.language
    for rubric in every(Folders(settings.rubric_dir)):
        click.echo(
            f"{rubric.ref.id}  {rubric.ref.version}  {rubric.title.in_language(language)}"
            f"  ({len(rubric.criteria)} {_LABELS['criteria'][language]})"
        )


@command.command("show")
@click.argument("rubric_id", metavar="ID")
@_language
def show_rubric(rubric_id: str, lang: Language | None) -> None:
    """Print what a rubric asks, with an example for each criterion."""
    from qa.interop.rubric_yaml import Folders

    settings = load_settings()
    language = lang or settings.language
    click.echo(_readable(Folders(settings.rubric_dir).get(rubric_id).rubric, language))


@command.command("check")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)
def check_files(files: tuple[Path, ...]) -> None:
    """Check rubric files against the schema and for contradictions.

    Exit codes: 0 all can be used, 2 the first that cannot is named with the place and the fault.
    """
    from qa.interop.rubric_yaml import load

    for file in files:
        rubric = load(file).rubric
        click.echo(
            f"{file}: {rubric.ref.id} {rubric.ref.version}, {len(rubric.criteria)} criteria, good"
        )


def _readable(rubric: Rubric, language: Language) -> str:
    version = f"{rubric.ref.id}, {_LABELS['version'][language]} {rubric.ref.version}"
    lines = [f"{rubric.title.in_language(language)}  ({version})"]
    for section in rubric.sections:
        lines += ["", section.title.in_language(language)]
        for criterion in rubric.of(section.id):
            lines += _lines(criterion, language)
    return "\n".join(lines)


def _lines(criterion: Criterion, language: Language) -> list[str]:
    worth = f"{criterion.points:g} {_LABELS['points'][language]}"
    if criterion.critical:
        worth += f", {_LABELS['critical'][language]}"
    return [
        f"  {criterion.title.in_language(language)}  [{criterion.id}]  {worth}",
        f"    {criterion.standard.in_language(language)}",
        f"    {_LABELS['example'][language]}: {criterion.example.in_language(language)}",
    ]
