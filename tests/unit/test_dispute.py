"""Who may object to what, until when, and who may settle it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from qa.domain.access import CONSOLE, Actor
from qa.domain.dispute import (
    RAISES_LIMIT,
    Bar,
    Dispute,
    DisputeClosed,
    DisputeState,
    NotImpartial,
    Obstacle,
    bar,
    blinded,
    deadline,
    decided,
    obstacle,
    standing,
    withdrawn,
)
from qa.domain.people import Person, UserRole
from qa.domain.review import Decision, FinalVerdict
from qa.domain.scorecard import Outcome, RubricRef, Searched, Verdict
from qa.domain.wording import Reason

SCORED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
AMY = Person(1, "amy", "Amy")
SUN = Actor(2, "Sun", UserRole.SUPERVISOR)
SAM = Actor(3, "Sam", UserRole.SUPERVISOR)
SAM_HERSELF = Person(3, "sam", "Sam")


def final(outcome: Outcome, points: float = 0.0, decided_at: datetime | None = None) -> Any:
    machine = Verdict(
        "farewell",
        Outcome.FAIL,
        0.0,
        10.0,
        0.9,
        Reason("absent.nothing"),
        searched=Searched(0.0, 9.0, None),
    )
    if decided_at is None:
        return FinalVerdict(replace(machine, outcome=outcome, points=points), None)
    decision = Decision(
        "farewell", Outcome.FAIL, 0.0, outcome, points, 10.0, "because", "", (), decided_at
    )
    return FinalVerdict(machine, decision)


def dispute(state: DisputeState = DisputeState.OPEN, **changes: Any) -> Dispute:
    whole: dict[str, Any] = {
        "public_id": "d1",
        "call": "c1",
        "call_id": "bad-call",
        "agent_id": "A201",
        "scorecard": "v1",
        "rubric": RubricRef("service-standard", "1", "0" * 64),
        "current": True,
        "criterion": "farewell",
        "contested": Outcome.FAIL,
        "contested_points": 0.0,
        "review": "r1",
        "reviewers": frozenset({SUN.user_id}),
        "raised_by": AMY,
        "raised_at": SCORED,
        "reason": "I said goodbye at 0:58.",
        "state": state,
        "decided_at": SCORED + timedelta(days=1) if state is not DisputeState.OPEN else None,
    }
    return Dispute(**(whole | changes))


def asked(verdict: FinalVerdict, *earlier: Dispute, now: datetime = SCORED) -> Obstacle | None:
    return obstacle(verdict, earlier, scorecard="v1", until=deadline(SCORED, None, WEEK), now=now)


# --- raising -----------------------------------------------------------------------------------


def test_a_failed_criterion_can_be_objected_to_until_the_deadline_and_not_after() -> None:
    assert asked(final(Outcome.FAIL), now=SCORED + WEEK) is None
    assert asked(final(Outcome.FAIL), now=SCORED + WEEK + timedelta(seconds=1)) is Obstacle.LATE


def test_a_pass_on_a_lower_level_of_a_scale_can_be_objected_to() -> None:
    assert asked(final(Outcome.PASS, 5.0)) is None


@pytest.mark.parametrize(
    "verdict",
    [
        final(Outcome.PASS, 10.0),
        final(Outcome.NOT_APPLICABLE),
        final(Outcome.CANNOT_JUDGE),
        final(Outcome.NOT_MEASURABLE),
    ],
)
def test_what_cost_nothing_cannot_be_objected_to(verdict: FinalVerdict) -> None:
    assert asked(verdict) is Obstacle.NOTHING_LOST


def test_the_deadline_counts_from_the_score_or_the_review_whichever_is_later() -> None:
    later = SCORED + timedelta(days=3)
    assert deadline(SCORED, None, WEEK) == SCORED + WEEK
    assert deadline(SCORED, later, WEEK) == later + WEEK
    assert deadline(later, SCORED, WEEK) == later + WEEK


def test_one_criterion_has_one_open_dispute_also_when_the_call_was_scored_anew() -> None:
    assert asked(final(Outcome.FAIL), dispute()) is Obstacle.OPEN
    assert asked(final(Outcome.FAIL), dispute(scorecard="v0")) is Obstacle.OPEN
    assert asked(final(Outcome.FAIL), dispute(criterion="greeting")) is None


@pytest.mark.parametrize("state", [DisputeState.UPHELD, DisputeState.CHANGED])
def test_a_decision_on_a_dispute_is_the_last_word(state: DisputeState) -> None:
    settled = dispute(state)
    assert settled.decided_at
    verdict = final(Outcome.FAIL, decided_at=settled.decided_at)
    assert asked(verdict, settled) is Obstacle.DECIDED


def test_a_later_review_or_a_new_scorecard_can_be_objected_to_again() -> None:
    settled = dispute(DisputeState.UPHELD)
    assert settled.decided_at
    reviewed = final(Outcome.FAIL, decided_at=settled.decided_at + timedelta(hours=1))
    assert asked(reviewed, settled) is None
    assert asked(final(Outcome.FAIL), replace(settled, scorecard="v0")) is None


def test_what_was_taken_back_can_be_raised_again_a_few_times() -> None:
    back = dispute(DisputeState.WITHDRAWN)
    assert asked(final(Outcome.FAIL), *[back] * (RAISES_LIMIT - 1)) is None
    assert asked(final(Outcome.FAIL), *[back] * RAISES_LIMIT) is Obstacle.TOO_OFTEN


def test_a_form_knows_the_score_that_it_was_made_from() -> None:
    made = {standing("v1", None), standing("v1", "r1"), standing("v2", "r1"), standing("v2", None)}
    assert len(made) == 4
    assert standing("v1", "r1") == standing("v1", "r1")


# --- settling ----------------------------------------------------------------------------------


def settle(of: Dispute, actor: Actor, outcome: Outcome | None, points: float = 0.0) -> Dispute:
    return decided(
        of,
        actor,
        outcome=outcome,
        points=points,
        reason="heard it",
        at=SCORED + timedelta(days=2),
        by=SAM_HERSELF,
    )


@pytest.mark.parametrize(
    ("outcome", "points", "state"),
    [
        (Outcome.FAIL, 0.0, DisputeState.UPHELD),
        (Outcome.PASS, 10.0, DisputeState.CHANGED),
        (Outcome.NOT_APPLICABLE, 0.0, DisputeState.CHANGED),
        (None, 0.0, DisputeState.CHANGED),
    ],
)
def test_a_decision_upholds_or_changes(
    outcome: Outcome | None, points: float, state: DisputeState
) -> None:
    settled = settle(dispute(), SAM, outcome, points)
    assert settled.state is state
    assert settled.outcome is outcome
    assert settled.decided_by == SAM_HERSELF
    assert settled.decision_reason == "heard it"
    assert settled.decided_at == SCORED + timedelta(days=2)


def test_another_level_of_a_scale_is_a_change() -> None:
    contested = dispute(contested=Outcome.PASS, contested_points=5.0)
    assert settle(contested, SAM, Outcome.PASS, 5.0).state is DisputeState.UPHELD
    assert settle(contested, SAM, Outcome.PASS, 7.5).state is DisputeState.CHANGED


@pytest.mark.parametrize(
    ("actor", "why"),
    [
        (SUN, Bar.OWN_REVIEW),
        (Actor(1, "Amy", UserRole.ADMIN), Bar.OWN_CALL),
        (Actor(9, "Lead", UserRole.SUPERVISOR, agent_id="A201"), Bar.OWN_CALL),
        (CONSOLE, Bar.NO_ACCOUNT),
        (SAM, None),
        (Actor(9, "Lead", UserRole.SUPERVISOR, agent_id="A777"), None),
    ],
)
def test_nobody_settles_their_own_call_or_their_own_scoring(actor: Actor, why: Bar | None) -> None:
    assert bar(actor, dispute()) is why
    if why is not None:
        with pytest.raises(NotImpartial) as refused:
            settle(dispute(), actor, Outcome.PASS, 10.0)
        assert refused.value.why is why


def test_a_call_that_belongs_to_nobody_bars_no_one_for_it() -> None:
    assert bar(SAM, dispute(agent_id=None)) is None


@pytest.mark.parametrize(
    "state", [DisputeState.UPHELD, DisputeState.CHANGED, DisputeState.WITHDRAWN]
)
def test_what_is_closed_stays_closed(state: DisputeState) -> None:
    closed = dispute(state)
    with pytest.raises(DisputeClosed) as told:
        settle(closed, SAM, Outcome.PASS, 10.0)
    assert told.value.state is state
    with pytest.raises(DisputeClosed):
        withdrawn(closed, SCORED)


def test_an_agent_takes_an_open_dispute_back() -> None:
    back = withdrawn(dispute(), SCORED + timedelta(hours=1))
    assert back.state is DisputeState.WITHDRAWN
    assert back.decided_by is None
    assert not back.state.decided


def test_nothing_of_the_first_reviewer_is_left_in_a_blinded_dispute() -> None:
    shown = blinded(dispute())
    assert shown.contested is None
    assert shown.contested_points is None
    assert shown.review is None
    assert not shown.reviewers
    assert shown.reason == dispute().reason
