"""How criteria read on pages that are about no scorecard: as the rubric in use words them."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint

from qa.domain.errors import RubricInvalid, RubricNotFound
from qa.domain.rubric import Criterion, Rubric
from qa.domain.wording import Text
from qa.services.plans import titles
from webapp.deps import deps
from webapp.i18n import language


def init_blueprint(blueprint: Blueprint) -> None:
    """Give the templates of the whole app the criteria's names."""
    blueprint.add_app_template_filter(criterion_title)


def criterion_title(criterion: str) -> str:
    """A criterion by name; by its id where the rubric in use does not have it."""
    text = _titles().get(criterion)
    return text.in_language(language()) if text else criterion


def criterion_choices() -> list[tuple[str, str]]:
    """The criteria in use with their names, in the rubric's order, for a form."""
    return [(criterion, text.in_language(language())) for criterion, text in _titles().items()]


def criterion_in_use(criterion: str) -> Criterion | None:
    """A criterion of the rubric in use."""
    rubric = rubric_in_use()
    return rubric.criterion(criterion) if rubric else None


def rubric_in_use() -> Rubric | None:
    """The rubric in use; ``None`` where it cannot be read, which must not take a list away."""
    try:
        return deps().standard()
    except (RubricNotFound, RubricInvalid):
        return None


def worded_titles() -> Mapping[str, str]:
    """Criterion id to its name."""
    return dict(criterion_choices())


def _titles() -> Mapping[str, Text]:
    rubric = rubric_in_use()
    return titles(rubric) if rubric else {}
