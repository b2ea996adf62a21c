"""Rubrics by id or file, what a lint says of one, and the calls that are written down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from qa.bootstrap.models_used import case_of
from qa.config import Settings
from qa.domain.dialogue import Dialogue
from qa.domain.errors import DialogueInvalid
from qa.domain.rubric import Rubric
from qa.interop import rubric_yaml
from qa.services.rubric_test import Golden
from qa.services.rubrics import RubricSource

if TYPE_CHECKING:
    from qa.services.rubric_lint import Remark


def rubric_source(settings: Settings) -> RubricSource:
    """The rubric in use. Raises ``RubricNotFound`` and ``RubricInvalid``."""
    return rubric_yaml.Folders(settings.rubric_dir).get(settings.rubric)


def rubric_file(settings: Settings, wanted: str) -> Path:
    """Where a rubric stands that is named by its id or by its file. Raises ``RubricNotFound``."""
    file = Path(wanted)
    if file.suffix == ".yaml" or file.is_file():
        return file
    return rubric_yaml.find(wanted, settings.rubric_dir)


def named_rubric(settings: Settings, wanted: str) -> RubricSource:
    """A rubric by its id or its file. Raises ``RubricNotFound`` and ``RubricInvalid``."""
    return rubric_yaml.load(rubric_file(settings, wanted))


def linted_rubric(settings: Settings, wanted: str) -> tuple[Rubric, tuple[Remark, ...]]:
    """A rubric by its id or its file, and what a lint says of the file, in order of line."""
    from qa.interop.rubric_yaml.shelf import written
    from qa.services.rubric_lint import check_document
    from qa.services.rubric_lint_examples import check_examples
    from qa.services.rubric_lint_judge import check_judge
    from qa.services.rubric_lint_phrases import check_phrases

    path = rubric_file(settings, wanted)
    rubric, document = rubric_yaml.load(path).rubric, written(path)
    # No example knows the company's name, and none is worth a question to a language model.
    unnamed = case_of(settings.model_copy(update={"company_names": (), "judge": "off"}))
    remarks = {*check_document(document), *check_phrases(document), *check_judge(document)}
    if not any(remark.code == "never" for remark in remarks):
        # What can never hold has no proof either way, so nothing can be judged by it.
        remarks.update(check_examples(document, rubric, unnamed))
    own = [remark for remark in remarks if remark.file == str(path)]
    return rubric, tuple(sorted(own, key=lambda each: (each.line, each.where, each.message)))


def golden_folder(settings: Settings, wanted: str) -> Path:
    """Where the golden dialogues of a rubric lie."""
    return rubric_file(settings, wanted).parent / "golden"


def golden_settings(settings: Settings, folder: Path) -> Settings:
    """The settings with the names of the company that golden dialogues are about, where they say so."""
    from qa.interop.dialogue_golden import company_names

    names = company_names(folder)
    return settings.model_copy(update={"company_names": names}) if names else settings


def golden(folder: Path, rubric_id: str) -> Iterator[Golden | DialogueInvalid]:
    """The golden dialogues of a rubric."""
    from models.wording import simplified
    from qa.interop import dialogue_golden

    return dialogue_golden.golden(folder, rubric_id, simplified)


def parse_rubric(text: str) -> Rubric:
    """A rubric from its YAML text, as the store keeps it."""
    return rubric_yaml.parse(text)


def dialogues(path: Path, *, encoding: str = "utf-8") -> Iterator[Dialogue | DialogueInvalid]:
    """The written dialogues of a file (see ``qa.interop.dialogue``), in simplified characters."""
    from models.wording import simplified
    from qa.interop import dialogue

    return dialogue.read(path, encoding=encoding, simplified=simplified)
