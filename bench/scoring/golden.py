"""The golden dialogues, scored as they stand or told in another way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from bench.speech.figure import CannotMeasure
from models.wording import simplified
from qa import bootstrap
from qa.config import Settings, load_settings
from qa.domain.call import Role
from qa.domain.dialogue import Dialogue
from qa.domain.errors import DialogueInvalid, RubricNotFound
from qa.domain.rubric import Rubric
from qa.domain.scorecard import Outcome, Verdict
from qa.domain.scoring import score
from qa.interop import dialogue_yaml
from qa.services.rubric_test import Golden, Split
from qa.services.score_text import CaseOf, dialogue_case

STANDARD = "service-standard"
RUBRICS = (STANDARD, "telecom", "ecommerce", "finance")

Telling = Callable[[str], str]
"""Makes another wording of what is said in one turn."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A rubric with its golden dialogues.

    Attributes:
        unread: How many files could not be read.
    """

    rubric: Rubric
    dialogues: tuple[Golden, ...]
    unread: int


@dataclass(frozen=True, slots=True)
class Given:
    """The verdict that a golden dialogue got, ``None`` where the rubric has no such criterion."""

    golden: Golden
    rubric: str
    criterion: str
    right: Outcome
    verdict: Verdict | None

    @property
    def outcome(self) -> Outcome | None:
        """What was given."""
        return self.verdict.outcome if self.verdict else None

    @property
    def language(self) -> str:
        """Of the dialogue."""
        return self.golden.dialogue.transcript.language


@cache
def settings() -> Settings:
    """The settings in use, with the names of the company that the golden dialogues are about."""
    used = load_settings()
    return bootstrap.golden_settings(used, bootstrap.golden_folder(used, STANDARD))


@cache
def case_of(company_names: tuple[str, ...] | None = None) -> CaseOf:
    """Makes cases as ``qa`` does under these settings, for a company of other names where some are given."""
    used = settings()
    if company_names is not None:
        used = used.model_copy(update={"company_names": company_names})
    return bootstrap.case_of(used)


@cache
def shelves() -> tuple[Shelf, ...]:
    """The rubrics that are there, each with its dialogues. Raises ``CannotMeasure`` where there are none."""
    found = tuple(_shelves())
    if not any(shelf.dialogues for shelf in found):
        raise CannotMeasure("there are no golden dialogues in rubrics/golden")
    return found


def missing() -> tuple[str, ...]:
    """Rubrics that golden dialogues wait for and that are not there."""
    there = {shelf.rubric.ref.id for shelf in shelves()}
    return tuple(each for each in RUBRICS if each not in there)


def standard() -> Rubric:
    """The rubric that every call is scored by."""
    return bootstrap.named_rubric(settings(), STANDARD).rubric


@cache
def given(splits: tuple[Split, ...]) -> tuple[Given, ...]:
    """Every verdict that is expected in these splits, beside the one that is given."""
    found: list[Given] = []
    for shelf, golden in chosen(splits):
        card = score(shelf.rubric, dialogue_case(golden.dialogue, case_of()))
        verdicts = {verdict.criterion: verdict for verdict in card.verdicts}
        found += [
            Given(golden, shelf.rubric.ref.id, criterion, right, verdicts.get(criterion))
            for criterion, right in golden.dialogue.expected.items()
        ]
    return tuple(found)


def chosen(splits: tuple[Split, ...]) -> Iterator[tuple[Shelf, Golden]]:
    """The dialogues of these splits, each with its rubric."""
    for shelf in shelves():
        for golden in shelf.dialogues:
            if golden.split in splits:
                yield shelf, golden


def outcomes(
    rubric: Rubric, dialogue: Dialogue, make_case: CaseOf | None = None
) -> dict[str, Outcome]:
    """What a dialogue gets, by criterion."""
    card = score(rubric, dialogue_case(dialogue, make_case or case_of()))
    return {verdict.criterion: verdict.outcome for verdict in card.verdicts}


def told(dialogue: Dialogue, telling: Telling) -> Dialogue:
    """A golden dialogue with every turn worded anew; who speaks, and all that is known, stays.

    A turn that would have no word left stays as it was.
    """
    source = Path(dialogue.source)
    document = yaml.load(source.read_text(encoding="utf-8-sig"), Loader=yaml.BaseLoader)  # noqa: S506 - builds plain text only
    for turn in document["turns"]:
        for role in (Role.AGENT, Role.CUSTOMER):
            if role in turn:
                turn[str(role)] = telling(turn[role]).strip() or turn[role]
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    return dialogue_yaml.parse(text, source, simplified)


def as_written(text: str) -> str:
    """The wording that the author chose."""
    return text


def _shelves() -> Iterator[Shelf]:
    used = settings()
    for rubric_id in RUBRICS:
        try:
            rubric = bootstrap.named_rubric(used, rubric_id).rubric
        except RubricNotFound:
            continue
        found = tuple(bootstrap.golden(bootstrap.golden_folder(used, rubric_id), rubric_id))
        dialogues = tuple(one for one in found if isinstance(one, Golden))
        yield Shelf(rubric, dialogues, sum(isinstance(one, DialogueInvalid) for one in found))
