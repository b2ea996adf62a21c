"""What holds of every dispute, whatever people do with it and in whichever order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from qa.domain.access import Actor
from qa.domain.dispute import (
    RAISES_LIMIT,
    Dispute,
    DisputeClosed,
    DisputeState,
    NotImpartial,
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
POINTS = 10.0
AGENT = 1
PEOPLE = {user_id: Person(user_id, f"p{user_id}", f"Person {user_id}") for user_id in range(1, 6)}
MACHINE = Verdict(
    "farewell",
    Outcome.FAIL,
    0.0,
    POINTS,
    0.9,
    Reason("absent.nothing"),
    searched=Searched(0.0, 9.0, None),
)


class Objections(RuleBasedStateMachine):
    """One criterion of one call: its agent objects and takes back, others review, others decide."""

    @initialize(reviewers=st.sets(st.integers(2, 4), max_size=2))
    def score(self, reviewers: set[int]) -> None:
        self.now = SCORED
        self.until = SCORED + timedelta(days=7)
        self.reviewers = frozenset(reviewers)
        self.verdict = FinalVerdict(MACHINE, None)
        self.disputes: list[Dispute] = []
        self.closed: dict[int, Dispute] = {}

    @rule(hours=st.integers(1, 60))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def object_to_it(self) -> None:
        in_the_way = obstacle(
            self.verdict, self.disputes, scorecard="v1", until=self.until, now=self.now
        )
        if in_the_way is not None:
            return
        assert self.now <= self.until
        assert self.verdict.points < self.verdict.max_points
        self.disputes.append(
            Dispute(
                public_id=f"d{len(self.disputes)}",
                call="c",
                call_id="call",
                agent_id="A1",
                scorecard="v1",
                rubric=RubricRef("r", "1", ""),
                current=True,
                criterion="farewell",
                contested=self.verdict.outcome,
                contested_points=self.verdict.points,
                review=None,
                reviewers=self.reviewers,
                raised_by=PEOPLE[AGENT],
                raised_at=self.now,
                reason="no",
            )
        )

    @rule()
    def take_back(self) -> None:
        self._close(lambda dispute: withdrawn(dispute, self.now))

    @rule(who=st.integers(1, 5), outcome=st.sampled_from(Outcome))
    def decide(self, who: int, outcome: Outcome) -> None:
        points = POINTS if outcome is Outcome.PASS else 0.0
        actor = Actor(
            who,
            PEOPLE[who].name,
            UserRole.SUPERVISOR,
            agent_id="A1" if who == AGENT else None,
        )

        def settle(dispute: Dispute) -> Dispute:
            try:
                settled = decided(
                    # The store reads who has scored the call anew each time.
                    replace(dispute, reviewers=self.reviewers),
                    actor,
                    outcome=outcome,
                    points=points,
                    reason="heard it",
                    at=self.now,
                    by=PEOPLE[who],
                )
            except NotImpartial:
                assert who == AGENT or who in self.reviewers
                return dispute
            assert who != AGENT
            assert who not in self.reviewers
            same = (outcome, points) == (dispute.contested, dispute.contested_points)
            assert (settled.state is DisputeState.UPHELD) == same
            self._lay_over(outcome, points)
            return settled

        self._close(settle)

    @rule(who=st.integers(2, 4), outcome=st.sampled_from([Outcome.PASS, Outcome.FAIL]))
    def review(self, who: int, outcome: Outcome) -> None:
        self.reviewers |= {who}
        self._lay_over(outcome, POINTS if outcome is Outcome.PASS else 0.0)

    def _lay_over(self, outcome: Outcome, points: float) -> None:
        decision = Decision(
            "farewell", Outcome.FAIL, 0.0, outcome, points, POINTS, "why", "", (), self.now
        )
        self.verdict = FinalVerdict(MACHINE, decision)

    def _close(self, how: object) -> None:
        assert callable(how)
        for place, dispute in enumerate(self.disputes):
            try:
                self.disputes[place] = how(dispute)
            except DisputeClosed:
                assert dispute.state is not DisputeState.OPEN

    @invariant()
    def at_most_one_is_open_and_it_is_the_last(self) -> None:
        states = [each.state for each in getattr(self, "disputes", [])]
        assert DisputeState.OPEN not in states[:-1]

    @invariant()
    def what_was_closed_never_changed_again(self) -> None:
        for place, dispute in enumerate(getattr(self, "disputes", [])):
            if dispute.state is not DisputeState.OPEN:
                assert self.closed.setdefault(place, dispute) == dispute

    @invariant()
    def only_a_decision_names_who_decided_and_what(self) -> None:
        for dispute in getattr(self, "disputes", []):
            named = dispute.decided_by is not None
            assert named == dispute.state.decided == (dispute.outcome is not None)

    @invariant()
    def nobody_objects_for_ever(self) -> None:
        disputes = getattr(self, "disputes", [])
        withdrawn_ones = [e for e in disputes if e.state is DisputeState.WITHDRAWN]
        assert len(withdrawn_ones) <= RAISES_LIMIT


TestObjections = Objections.TestCase


def test_the_words_that_forms_carry_do_not_collide() -> None:
    made = {standing(f"v{card}", f"r{review}") for card in range(60) for review in range(60)}
    assert len(made) == 3_600
