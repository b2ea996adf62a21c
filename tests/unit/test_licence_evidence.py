from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from qa.domain.licence import Measure, Terms, Threshold
from qa.domain.scorecard import Outcome, RubricRef
from qa.ports.licences import Judged
from qa.services.licences.evidence import Seen, Weekly, beside, from_json, to_json, week_of
from qa.services.licences.view import reaches, reviews_needed
from qa.statistics.skill import Beside, evidence

PASS, FAIL, AWAY = Outcome.PASS, Outcome.FAIL, Outcome.NOT_APPLICABLE
UNSURE, UNKNOWN = Outcome.CANNOT_JUDGE, Outcome.NOT_MEASURABLE
RUBRIC = RubricRef("r", "1", "a")
KEY = ("r", "greeting")
AUTO = Terms().auto


def judged(machine: Outcome, person: Outcome, *, same: bool = True, calls: int = 1) -> Judged:
    return Judged(RUBRIC, "greeting", machine, person, same, calls)


@pytest.mark.parametrize(
    ("machine", "person", "table"),
    [
        (FAIL, FAIL, Beside(both_fail=1)),
        (PASS, FAIL, Beside(only_person=1)),
        (AWAY, FAIL, Beside(only_person=1)),
        (PASS, PASS, Beside(both_pass=1)),
        (FAIL, PASS, Beside(only_machine=1)),
        (AWAY, PASS, Beside(only_machine=1)),
        (FAIL, AWAY, Beside(only_machine=1)),
    ],
)
def test_what_both_say_has_its_place_in_the_table(
    machine: Outcome, person: Outcome, table: Beside
) -> None:
    assert beside([judged(machine, person)]) == {KEY: table}


@pytest.mark.parametrize(
    ("machine", "person"),
    [(UNSURE, FAIL), (UNKNOWN, PASS), (PASS, UNSURE), (AWAY, AWAY), (PASS, AWAY)],
)
def test_what_is_left_open_or_does_not_apply_is_not_counted(
    machine: Outcome, person: Outcome
) -> None:
    assert beside([judged(machine, person)]) == {}


def test_a_pass_with_other_points_is_not_what_the_person_gave() -> None:
    shown = beside([judged(PASS, PASS, calls=3), judged(PASS, PASS, same=False, calls=2)])
    assert shown == {KEY: Beside(both_pass=3, only_machine=2)}


def test_a_week_begins_on_monday_at_midnight_utc() -> None:
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    assert week_of(monday) == monday
    assert week_of(monday + timedelta(days=6, hours=23)) == monday
    shanghai = timezone(timedelta(hours=8))
    assert week_of(datetime(2026, 3, 2, 7, 0, tzinfo=shanghai)) == monday - timedelta(weeks=1)


def test_each_look_is_of_its_own_window() -> None:
    weeks = Weekly([{KEY: Beside(both_pass=2**number)} for number in range(5)])
    terms = Terms(looks=2, window_weeks=3, recent_weeks=1)
    assert weeks.seen(KEY, terms) == (
        Seen(Beside(both_pass=2 + 4 + 8), Beside(both_pass=8)),
        Seen(Beside(both_pass=4 + 8 + 16), Beside(both_pass=16)),
    )
    assert weeks.seen(("r", "another"), terms)[-1] == Seen(Beside(), Beside())


def test_the_counts_of_a_look_are_read_as_they_were_kept() -> None:
    seen = Seen(Beside(4, 1, 2, 30), Beside(1, 0, 0, 9))
    kept = to_json([Seen(Beside(), Beside()), seen])
    assert from_json(kept) == seen
    assert kept["figures"]["sensitivity"]["n"] == 5
    assert from_json(to_json([])) is None
    assert from_json(None) is None


def test_reviews_that_are_missing_are_told_from_a_machine_that_is_not_good_enough() -> None:
    good = Beside(both_fail=10, both_pass=40)
    missing = reviews_needed(good, AUTO)
    assert missing
    grown = 1 + missing / good.n
    enough = Beside(both_fail=round(10 * grown), both_pass=round(40 * grown))
    assert reaches(evidence(enough), AUTO)
    assert not reaches(evidence(good), AUTO)
    assert reviews_needed(enough, AUTO) == 0
    assert reviews_needed(Beside(5, 5, 0, 40), AUTO) is None


def test_a_threshold_wants_failures_and_passes_of_its_own() -> None:
    low = dict.fromkeys(Measure, 0.0)
    assert not reaches(evidence(Beside(both_pass=100)), Threshold(1, 1, low))
    assert reaches(evidence(Beside(both_fail=1, both_pass=100)), Threshold(1, 1, low))
