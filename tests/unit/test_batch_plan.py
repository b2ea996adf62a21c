from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from qa.batch.plan import (
    Recipe,
    hearing_fingerprint,
    provisional,
    scorecard_fingerprint,
)
from qa.domain.call import CallRecord, EndedBy
from qa.domain.scorecard import RubricRef

RECIPE = Recipe(models={"recogniser": "whisper-base@d01c rules@1"}, company_names=("云帆",))
RUBRIC = RubricRef("service-standard", "2026.11.1", "ab" * 32)
RECORD = CallRecord(call_id="C1", started_at=datetime(2026, 11, 20, tzinfo=UTC), agent_channel=0)


def _prints(
    recipe: Recipe = RECIPE, rubric: RubricRef = RUBRIC, record: CallRecord = RECORD
) -> tuple[str, str]:
    hearing = hearing_fingerprint(recipe, record)
    return hearing, scorecard_fingerprint(hearing, recipe, rubric, record)


def test_the_same_inputs_give_the_same_fingerprints() -> None:
    same = replace(RECIPE, models=dict(RECIPE.models))
    assert _prints() == _prints(recipe=same)


@pytest.mark.parametrize(
    "recipe",
    [
        replace(RECIPE, models={"recogniser": "whisper-base@ffff rules@1"}),
        replace(RECIPE, models={"recogniser": "whisper-base@d01c rules@2"}),
        replace(RECIPE, company_names=("云帆", "Northwind")),
        replace(RECIPE, vocabulary=("FiberMax",)),
    ],
)
def test_another_model_option_or_name_is_heard_and_scored_anew(recipe: Recipe) -> None:
    assert all(old != new for old, new in zip(_prints(), _prints(recipe=recipe), strict=True))


@pytest.mark.parametrize(
    "change", [{"agent_channel": 1}, {"language": "en"}, {"direction": "outbound"}]
)
def test_a_record_that_says_who_or_which_language_is_heard_anew(change: dict[str, object]) -> None:
    changed = replace(RECORD, **change)  # type: ignore[arg-type]
    assert _prints(record=changed)[0] != _prints()[0]


def test_another_rubric_scores_the_same_hearing() -> None:
    hearing, card = _prints(rubric=replace(RUBRIC, sha256="cd" * 32))
    assert hearing == _prints()[0]
    assert card != _prints()[1]


def test_a_late_call_record_scores_the_same_hearing() -> None:
    hearing, card = _prints(record=replace(RECORD, ring_seconds=9.0, ended_by=EndedBy.AGENT))
    assert hearing == _prints()[0]
    assert card != _prints()[1]


def test_another_model_of_scoring_alone_scores_the_same_hearing() -> None:
    recipes = (
        RECIPE,
        *(replace(RECIPE, scoring_models={"judge": name}) for name in ("a@1", "a@2")),
    )
    hearings, cards = zip(*(_prints(recipe=recipe) for recipe in recipes), strict=True)
    assert len(set(hearings)) == 1
    assert len(set(cards)) == len(recipes)


def test_a_scorecard_to_be_made_again_is_not_the_one_that_is_planned() -> None:
    card = _prints()[1]
    assert provisional(card) == provisional(card) != card
    assert len(provisional(card)) == len(card)
