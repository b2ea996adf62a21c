"""Who rates what, when a session is laid open, and what stands first when it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from qa.domain.calibration import (
    Calibration,
    CalibrationConflict,
    CalibrationState,
    DrawnCall,
    Obstacle,
    Rater,
    Rating,
    RatingDecision,
    RatingState,
    bars,
    closed,
    complete,
    edited,
    laid_open,
    progress,
    to_rate,
)
from qa.domain.comparison import (
    Comparison,
    Opinion,
    compared,
    divergence_first,
    majority,
    said,
    total,
)
from qa.domain.people import Person
from qa.domain.phrasebook import PHRASEBOOK
from qa.domain.scorecard import Outcome, RubricRef, Scorecard, Searched, Verdict
from qa.domain.wording import Reason

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RUBRIC = RubricRef("standard", "1", "a" * 64)
PASS, FAIL = Outcome.PASS, Outcome.FAIL
SUN, SAM, LEE = (
    Person(number, f"p-{name}", name) for number, name in enumerate(("sun", "sam", "lee"), start=1)
)


def rater(person: Person, agent_id: str | None = None, *, left: bool = False) -> Rater:
    return Rater(person, agent_id, AT, AT if left else None)


def drawn(position: int, agent_id: str = "A1") -> DrawnCall:
    return DrawnCall(position, f"call-{position}", f"c{position}", agent_id, "v", RUBRIC)


def session(*raters: Rater, calls: tuple[DrawnCall, ...] = (drawn(1), drawn(2))) -> Calibration:
    return Calibration(
        public_id="s",
        title="March",
        note="",
        owner=LEE,
        state=CalibrationState.OPEN,
        due_at=AT + timedelta(days=7),
        created_at=AT,
        revealed_at=None,
        closed_at=None,
        revision=1,
        calls=calls,
        raters=raters,
    )


def decision(
    outcome: Outcome, points: float | None = None, criterion: str = "greeting"
) -> RatingDecision:
    earned = points if points is not None else (10.0 if outcome is PASS else 0.0)
    return RatingDecision(criterion, outcome, earned, 10.0, "", "", (), AT)


def rating(
    who: Person, position: int = 1, *decisions: RatingDecision, draft: bool = False
) -> Rating:
    return Rating(
        public_id=f"{who.name}-{position}",
        calibration="s",
        position=position,
        rater=who,
        state=RatingState.DRAFT if draft else RatingState.SUBMITTED,
        revision=1,
        opened_at=AT,
        saved_at=AT,
        submitted_at=None if draft else AT,
        score=None,
        seen_before=False,
        note="",
        decisions=decisions or (decision(PASS),),
    )


def comparison(*decisions: RatingDecision | None, machine: Verdict | None = None) -> Comparison:
    people = (SUN, SAM, LEE)
    return Comparison(
        1,
        "greeting",
        tuple(Opinion(rater(who), each) for who, each in zip(people, decisions, strict=False)),
        machine,
    )


def verdict(outcome: Outcome, criterion: str = "greeting") -> Verdict:
    return Verdict(
        criterion,
        outcome,
        10.0 if outcome is PASS else 0.0,
        10.0,
        0.9,
        Reason(""),
        searched=Searched(0.0, 1.0, None),
    )


# --- who rates what ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "changes", "expected"),
    [
        (SUN, {}, None),
        (LEE, {}, Obstacle.NOT_A_RATER),
        (SAM, {}, Obstacle.LEFT),
        (SUN, {"state": CalibrationState.REVEALED}, Obstacle.NOT_OPEN),
        (SUN, {"state": CalibrationState.CLOSED}, Obstacle.NOT_OPEN),
    ],
)
def test_who_rates_was_invited_has_not_left_and_the_session_is_open(
    who: Person, changes: dict[str, CalibrationState], expected: Obstacle | None
) -> None:
    made = replace(session(rater(SUN), rater(SAM, left=True)), **changes)
    assert bars(made, who.id, drawn(1)) is expected


def test_nobody_rates_their_own_call_nor_one_that_is_gone() -> None:
    made = session(rater(SUN, "A1"), calls=(drawn(1), drawn(2, "A2")))
    assert bars(made, SUN.id, made.calls[0]) is Obstacle.OWN_CALL
    assert bars(made, SUN.id, replace(made.calls[1], call=None)) is Obstacle.CALL_GONE
    assert bars(made, SUN.id, replace(made.calls[1], scorecard=None)) is Obstacle.CALL_GONE
    assert to_rate(made, made.raters[0]) == (made.calls[1],)


def test_every_obstacle_has_its_sentence_in_both_languages() -> None:
    for obstacle in Obstacle:
        assert {"zh", "en"} <= set(PHRASEBOOK[f"calibration.{obstacle.value}"])
        assert CalibrationConflict(obstacle).message


# --- when it is laid open ----------------------------------------------------------------------


def test_a_session_is_complete_when_all_who_stayed_have_submitted_all_that_is_there() -> None:
    made = session(rater(SUN), rater(SAM))
    ratings = [rating(SUN, 1), rating(SUN, 2), rating(SAM, 1)]
    assert not complete(made, ratings)
    assert not complete(made, [*ratings, rating(SAM, 2, draft=True)])
    assert complete(made, [*ratings, rating(SAM, 2)])
    assert complete(session(rater(SUN), rater(SAM, left=True)), ratings)
    gone = replace(made, calls=(drawn(1), replace(drawn(2), call=None)))
    assert complete(gone, ratings)


def test_nothing_is_complete_without_anybody_or_anything_rated() -> None:
    assert not complete(session(), [])
    assert not complete(session(rater(SUN, left=True)), [rating(SUN, 1)])
    own = session(rater(SUN, "A1"))
    assert not complete(own, [])  # nothing is theirs to rate, and nothing was rated


def test_progress_counts_what_is_begun_submitted_and_asked() -> None:
    made = session(rater(SUN), rater(SAM, left=True), rater(LEE, "A1"))
    found = progress(made, [rating(SUN, 1, draft=True), rating(SUN, 2), rating(SAM, 1)])
    assert [(each.begun, each.submitted, each.asked, each.done) for each in found] == [
        (2, 1, 2, False),
        (1, 1, 1, True),
        (0, 0, 0, True),
    ]


def test_a_session_goes_from_open_to_revealed_to_closed_and_never_back() -> None:
    made, rated = session(rater(SUN)), [rating(SUN)]
    revealed = laid_open(made, rated, at=AT)
    assert (revealed.state, revealed.revealed_at, revealed.revision) == (
        CalibrationState.REVEALED,
        AT,
        2,
    )
    done = closed(revealed, rated, at=AT)
    assert done.state is CalibrationState.CLOSED
    assert done.revealed
    for state in (revealed, done):
        with pytest.raises(CalibrationConflict):
            laid_open(state, rated, at=AT)
    with pytest.raises(CalibrationConflict):
        closed(done, rated, at=AT)


def test_what_was_rated_is_looked_at_before_a_session_is_closed() -> None:
    made = session(rater(SUN))
    with pytest.raises(CalibrationConflict) as nothing:
        laid_open(made, [rating(SUN, draft=True)], at=AT)
    assert nothing.value.obstacle is Obstacle.NOTHING_RATED
    with pytest.raises(CalibrationConflict) as something:
        closed(made, [rating(SUN)], at=AT)
    assert something.value.obstacle is Obstacle.SOMETHING_RATED
    assert not closed(made, [rating(SUN, draft=True)], at=AT).revealed


def test_a_change_needs_the_revision_that_was_read_and_none_changes_nothing() -> None:
    made = session(rater(SUN))
    same = edited(made, title="March", note="", due_at=made.due_at, revision=0)
    assert same is made
    after = edited(made, title="April", note="", due_at=made.due_at, revision=1)
    assert (after.title, after.revision) == ("April", 2)
    for stale, revision in ((made, 0), (replace(made, state=CalibrationState.CLOSED), 1)):
        with pytest.raises(CalibrationConflict):
            edited(stale, title="May", note="", due_at=made.due_at, revision=revision)


# --- side by side ------------------------------------------------------------------------------


def test_what_cannot_be_measured_is_to_people_what_cannot_be_judged() -> None:
    assert said(Outcome.NOT_MEASURABLE, 0.0) == said(Outcome.CANNOT_JUDGE, 3.0)
    assert said(PASS, 10.0) != said(PASS, 5.0)
    machine = verdict(Outcome.NOT_MEASURABLE)
    assert not comparison(decision(Outcome.CANNOT_JUDGE), machine=machine).against_machine


def test_one_rater_neither_agrees_nor_differs() -> None:
    alone = comparison(decision(FAIL), None)
    assert alone.differing is None
    assert not alone.agreed
    assert alone.suggestion is None
    assert [each.person for each in alone.missing] == [SAM]


def test_a_majority_is_suggested_and_a_tie_suggests_nothing() -> None:
    assert majority([]) is None
    assert majority([decision(PASS), decision(FAIL)]) is None
    found = majority([decision(PASS), decision(FAIL), decision(FAIL)])
    assert found is not None
    assert found.outcome is FAIL
    plurality = [PASS, PASS, FAIL, Outcome.NOT_APPLICABLE]
    assert majority([decision(each) for each in plurality]) is None
    levels = [decision(PASS, 10.0), decision(PASS, 5.0)]
    assert majority(levels) is None  # two levels of a scale are two opinions


def test_divergence_comes_by_pairs_then_by_points_then_by_the_machine() -> None:
    agreed = comparison(decision(PASS), decision(PASS), machine=verdict(PASS))
    machine_alone = comparison(decision(PASS), decision(PASS), machine=verdict(FAIL))
    slight = comparison(decision(PASS, 10.0), decision(PASS, 8.0))
    wide = comparison(decision(PASS), decision(FAIL))
    mixed = comparison(decision(PASS), decision(FAIL), decision(FAIL))
    alone = comparison(decision(PASS))
    shuffled = (agreed, alone, mixed, slight, machine_alone, wide)
    assert divergence_first(shuffled) == (wide, slight, mixed, machine_alone, agreed, alone)


def test_a_criterion_that_applies_to_nobody_has_nothing_at_stake() -> None:
    both = comparison(decision(Outcome.NOT_APPLICABLE), decision(Outcome.CANNOT_JUDGE))
    assert both.at_stake == 0.0
    assert both.differing == 1.0


def test_all_of_a_session_stands_side_by_side_and_drafts_are_left_out() -> None:
    made = session(rater(SUN), rater(SAM), rater(LEE, "A1", left=True))
    card = Scorecard(RUBRIC, 100.0, (), (verdict(PASS), verdict(PASS, "farewell")))
    ratings = [
        rating(SUN, 1, decision(FAIL), decision(PASS, criterion="farewell")),
        rating(SAM, 1, decision(PASS), draft=True),
        rating(SAM, 2, decision(PASS)),
    ]
    found = compared(made, ratings, {1: card}, [])
    assert [(each.position, each.criterion) for each in found] == [
        (1, "greeting"),
        (1, "farewell"),
        (2, "greeting"),
    ]
    # Lee submitted nothing and left: there is no column for them.
    assert [len(each.opinions) for each in found] == [2, 2, 2]
    assert [each.person for each in found[0].missing] == [SAM]
    assert found[2].machine is None


def test_a_rater_has_no_column_on_their_own_call() -> None:
    made = session(rater(SUN), rater(LEE, "A1"), calls=(drawn(1), drawn(2, "A2")))
    found = compared(made, [rating(SUN, 1), rating(SUN, 2), rating(LEE, 2)], {}, [])
    assert [[each.rater.person for each in row.opinions] for row in found] == [[SUN], [SUN, LEE]]


def test_a_total_is_of_what_counts_and_none_where_nothing_does() -> None:
    assert total([]) is None
    assert total([decision(Outcome.NOT_APPLICABLE), decision(Outcome.CANNOT_JUDGE)]) is None
    assert total([decision(PASS), decision(PASS, 5.0), decision(FAIL)]) == 50.0
