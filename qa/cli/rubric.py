"""``qa rubric``: the rubrics at hand, one of them to read, and a check of one's own."""

from __future__ import annotations

from collections.abc import Mapping

import click

from qa.cli import rubric_check, rubric_diff, rubric_explain, rubric_test
from qa.config import Settings, load_settings
from qa.domain.clarification import Clarification
from qa.domain.rubric import Criterion, Rubric
from qa.domain.wording import LANGUAGES, Language

Clarified = Mapping[str, tuple[Clarification, ...]]
"""By criterion, how it is to be read."""

_LABELS: dict[str, dict[Language, str]] = {
    "version": {"zh": "版本", "en": "version"},
    "points": {"zh": "分", "en": "points"},
    "critical": {"zh": "一票否决", "en": "critical: a fail fails the call"},
    "example": {"zh": "示例", "en": "for example"},
    "bad_example": {"zh": "反例", "en": "not like this"},
    "criteria": {"zh": "项", "en": "criteria"},
    "clarified": {"zh": "说明", "en": "clarified"},
}

_language = click.option(
    "--lang", type=click.Choice(LANGUAGES), help="Language to read it in [default: QA_LANGUAGE]."
)


@click.group()
def command() -> None:
    """List, read, check and test rubrics."""


for _part in (rubric_check, rubric_test, rubric_diff, rubric_explain):
    command.add_command(_part.command)


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
    """Print what a rubric asks, with an example for each criterion and how it is to be read.

    How a criterion is to be read is settled in calibration sessions and kept in the data folder.
    """
    from qa.interop.rubric_yaml import Folders

    settings = load_settings()
    language = lang or settings.language
    rubric = Folders(settings.rubric_dir).get(rubric_id).rubric
    click.echo(_readable(rubric, language, _clarified(settings, rubric)))


def _clarified(settings: Settings, rubric: Rubric) -> Clarified:
    """What was clarified, by criterion; nothing where there is no database yet to have it in."""
    from qa import bootstrap
    from qa.services.clarifications import standing

    store = bootstrap.existing_store(settings)
    if store is None:
        return {}
    with store() as unit:
        return standing(unit, rubric.ref.id)


def _readable(rubric: Rubric, language: Language, clarified: Clarified) -> str:
    version = f"{rubric.ref.id}, {_LABELS['version'][language]} {rubric.ref.version}"
    lines = [f"{rubric.title.in_language(language)}  ({version})"]
    for section in rubric.sections:
        lines += ["", section.title.in_language(language)]
        for criterion in rubric.of(section.id):
            lines += _lines(criterion, language)
            lines += [
                f"    {_LABELS['clarified'][language]} {each.made_at:%Y-%m-%d}, {each.author.name}: "
                + " ".join(each.text.split())
                for each in clarified.get(criterion.id, ())
            ]
    return "\n".join(lines)


def _lines(criterion: Criterion, language: Language) -> list[str]:
    worth = f"{criterion.points:g} {_LABELS['points'][language]}"
    if criterion.critical:
        worth += f", {_LABELS['critical'][language]}"
    lines = [
        f"  {criterion.title.in_language(language)}  [{criterion.id}]  {worth}",
        f"    {criterion.standard.in_language(language)}",
        *(
            f"    {criterion.worth(level.share):g}: {level.title.in_language(language)}"
            for level in criterion.levels
        ),
        f"    {_LABELS['example'][language]}: {criterion.example.in_language(language)}",
    ]
    if criterion.bad_example:
        wording = criterion.bad_example.in_language(language)
        lines.append(f"    {_LABELS['bad_example'][language]}: {wording}")
    return lines
