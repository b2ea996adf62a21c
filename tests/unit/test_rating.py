"""What a blind rater may choose: the same whatever the machine made of the call."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qa import bootstrap
from qa.config import Settings
from qa.domain.calibration import RatingDecision
from qa.domain.call import Role
from qa.domain.errors import InputInvalid
from qa.domain.rating import (
    choice_for,
    entry_for,
    rated,
    rating_choices,
    require_decided,
    same,
    unjudged,
)
from qa.domain.review import Pending
from qa.domain.reviewing import CLIP_LIMIT, Choice, Entry
from qa.domain.rubric import Criterion
from qa.domain.scorecard import Evidence, Outcome

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CLIP = Evidence(1.0, 2.0, Role.AGENT, "")


@pytest.fixture(scope="module")
def scale() -> Criterion:
    found = bootstrap.rubric_source(Settings()).rubric.criterion("empathy")
    assert found
    assert found.levels
    return found


def test_the_last_choice_is_that_it_cannot_be_judged(scale: Criterion) -> None:
    codes = [each.code for each in rating_choices("x", 4.0, None)]
    assert codes == ["pass", "fail", "not_applicable", "cannot_judge"]
    graded = [each.code for each in rating_choices(scale.id, scale.points, scale)]
    assert graded[0] == "level-0"
    assert graded[-2:] == ["not_applicable", "cannot_judge"]


def test_a_level_of_a_scale_is_read_back_as_it_was_chosen(scale: Criterion) -> None:
    chosen = Choice(Outcome.PASS, 1)
    made = rated(scale.id, scale.points, scale, Entry(chosen, "half"), at=AT)
    assert isinstance(made, RatingDecision)
    assert made.points == scale.worth(scale.levels[1].share)
    assert entry_for(made, scale.points, scale) == Entry(chosen, "half")


def test_what_is_not_decided_yet_is_kept_as_it_is() -> None:
    held = rated("greeting", 6.0, None, Entry(None, note="listen again"), at=AT)
    assert held == Pending("greeting", "", "listen again", ())
    assert entry_for(held, 6.0, None) == Entry(None, note="listen again")
    assert entry_for(None, 6.0, None).blank


def test_what_is_not_offered_is_refused_and_clips_have_a_limit() -> None:
    with pytest.raises(InputInvalid) as caught:
        rated("greeting", 6.0, None, Entry(Choice(Outcome.NOT_MEASURABLE)), at=AT)
    assert caught.value.field == "greeting.choice"
    many = Entry(Choice(Outcome.FAIL), evidence=(CLIP,) * (CLIP_LIMIT + 1))
    with pytest.raises(InputInvalid) as too_many:
        rated("greeting", 6.0, None, many, at=AT)
    assert too_many.value.field == "greeting.evidence"


def test_a_choice_is_found_behind_an_outcome_also_for_data_that_cannot_be_measured() -> None:
    found = choice_for(Outcome.NOT_MEASURABLE, 0.0, 6.0, None, name="greeting")
    assert found == Choice(Outcome.CANNOT_JUDGE)
    assert choice_for(Outcome.PASS, 3.0, 6.0, None, name="greeting") is None


def test_two_decisions_are_the_same_whenever_they_were_made() -> None:
    entry = Entry(Choice(Outcome.FAIL), "no name")
    first = rated("greeting", 6.0, None, entry, at=AT)
    later = rated("greeting", 6.0, None, entry, at=AT.replace(day=3))
    assert isinstance(first, RatingDecision)
    assert isinstance(later, RatingDecision)
    assert first != later
    assert same(first, later)


def test_every_criterion_is_decided_or_the_first_that_is_not_is_named() -> None:
    decisions = [rated("greeting", 6.0, None, Entry(Choice(Outcome.FAIL)), at=AT)]
    settled = [each for each in decisions if isinstance(each, RatingDecision)]
    require_decided(["greeting"], settled)
    with pytest.raises(InputInvalid) as caught:
        require_decided(["farewell", "greeting", "thanks"], settled)
    assert caught.value.field == "farewell.choice"


def test_nothing_is_said_of_a_criterion_before_somebody_rates_it() -> None:
    blank = unjudged("greeting", 6.0)
    assert (blank.outcome, blank.points, blank.confidence) == (Outcome.CANNOT_JUDGE, 0.0, 0.0)
    assert not blank.evidence
