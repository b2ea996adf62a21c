"""What holds of every review, whatever the machine said and whatever people decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from qa.domain.call import Role
from qa.domain.people import Person
from qa.domain.review import Decision, Purpose, Review, ReviewState, in_force
from qa.domain.reviewing import (
    OPEN,
    Entry,
    choices,
    decided,
    entry_of,
    in_order,
    left_open,
    machine_choice,
    points_of,
    taken_over,
    undecided,
)
from qa.domain.rubric import Criterion, Level
from qa.domain.scorecard import Evidence, Outcome, RubricRef, Scorecard, Verdict, total
from qa.domain.wording import Reason, Text

AT = datetime(2026, 3, 2, tzinfo=UTC)
TEXT = Text("文", "text")
CLIP = Evidence(1.0, 2.0, Role.AGENT, "您好")


@st.composite
def criteria(draw: st.DrawFn, name: str) -> Criterion:
    shares = draw(
        st.lists(st.integers(0, 20), max_size=4, unique=True).filter(lambda x: len(x) != 1)
    )
    return Criterion(
        id=name,
        section="s",
        title=TEXT,
        standard=TEXT,
        example=TEXT,
        points=draw(st.floats(0.5, 100)),
        critical=draw(st.booleans()),
        applies_if=None,
        pass_if=None,
        fail_if=None,
        when_absent=Outcome.FAIL,
        min_confidence=0.5,
        levels=tuple(Level(each / 20, TEXT, None) for each in sorted(shares, reverse=True)),
    )


@st.composite
def verdicts(draw: st.DrawFn, criterion: Criterion) -> Verdict:
    blank = Verdict(criterion.id, Outcome.CANNOT_JUDGE, 0, criterion.points, 0.9, Reason("x"))
    said = draw(st.sampled_from([*choices(blank, criterion), None]))
    return Verdict(
        criterion.id,
        said.outcome if said else Outcome.NOT_MEASURABLE,
        points_of(said, blank, criterion) if said else 0.0,
        criterion.points,
        0.9,
        Reason("absent.nothing"),
        (CLIP,),
    )


Case = tuple[tuple[Criterion, ...], Scorecard]


@st.composite
def cards(draw: st.DrawFn) -> Case:
    asked = tuple(draw(criteria(f"c{place}")) for place in range(draw(st.integers(1, 8))))
    said = tuple(draw(verdicts(each)) for each in asked)
    critical = tuple(
        criterion.id
        for criterion, verdict in zip(asked, said, strict=True)
        if criterion.critical and verdict.outcome is Outcome.FAIL
    )
    return asked, Scorecard(RubricRef("r", "1", "s"), total(said), critical, said)


@st.composite
def decisions(draw: st.DrawFn, case: Case) -> list[Decision]:
    """Decisions on some of a scorecard's criteria, each one that could have been chosen."""
    made = []
    for criterion, verdict in zip(case[0], case[1].verdicts, strict=True):
        if draw(st.booleans()):
            chosen = draw(st.sampled_from(choices(verdict, criterion)))
            decision = decided(verdict, criterion, Entry(chosen, "reason"), at=AT)
            assert isinstance(decision, Decision)
            made.append(decision)
    return made


@st.composite
def reviewed(draw: st.DrawFn) -> tuple[Case, list[Decision]]:
    case = draw(cards())
    return case, draw(decisions(case))


def critical(case: Case) -> dict[str, bool]:
    return {each.id: each.critical for each in case[0]}


def review(*made: Decision, by: int) -> Review:
    person = Person(by, f"u{by}", f"User {by}")
    return Review(
        public_id=f"r{by}",
        call="c",
        scorecard="v",
        rubric=RubricRef("r", "1", "s"),
        scored_at=AT,
        reviewer=person,
        purpose=Purpose.REVIEW,
        state=ReviewState.SUBMITTED,
        base=None,
        revision=1,
        opened_at=AT,
        saved_at=AT,
        submitted_at=AT,
        score=None,
        critical_failed=(),
        note="",
        decisions=made,
    )


@given(reviewed())
def test_a_score_is_a_share_of_what_counts_or_none(of: tuple[Case, list[Decision]]) -> None:
    case, made = of
    final = in_force(case[1], made, critical(case))
    counts = any(each.outcome.counts for each in final.verdicts)
    assert (final.score is not None) == counts
    assert final.score is None or 0 <= final.score <= 100
    assert {each.criterion for each in final.open} == {
        each.criterion for each in final.verdicts if each.outcome in OPEN
    }


@given(cards())
def test_a_review_that_agrees_with_everything_changes_nothing(case: Case) -> None:
    agreed = [
        decided(verdict, criterion, Entry(machine_choice(verdict, criterion)), at=AT)
        for criterion, verdict in zip(case[0], case[1].verdicts, strict=True)
    ]
    own = [each for each in agreed if isinstance(each, Decision)]
    assert len(own) == len(agreed)
    assert not any(each.changed for each in own)
    final = in_force(case[1], own, critical(case))
    assert (final.score, final.critical_failed) == (case[1].score, case[1].critical_failed)


@given(reviewed(), st.data())
def test_to_find_that_something_did_not_apply_never_costs_more_than_its_failing(
    of: tuple[Case, list[Decision]], data: st.DataObject
) -> None:
    case, made = of
    at = data.draw(st.integers(0, len(case[0]) - 1))
    criterion, verdict = case[0][at], case[1].verdicts[at]
    others = [each for each in made if each.criterion != criterion.id]
    by_outcome = {
        each.outcome: decided(verdict, criterion, Entry(each, "reason"), at=AT)
        for each in choices(verdict, criterion)
        if points_of(each, verdict, criterion) == 0
    }
    waived, failed = by_outcome[Outcome.NOT_APPLICABLE], by_outcome.get(Outcome.FAIL)
    assert isinstance(waived, Decision)
    without = in_force(case[1], [*others, waived], critical(case))
    assert criterion.id not in without.critical_failed
    if isinstance(failed, Decision):
        with_it = in_force(case[1], [*others, failed], critical(case))
        assert with_it.score is not None
        assert without.score is None or without.score >= with_it.score


@given(reviewed(), st.data())
def test_a_failed_critical_criterion_fails_the_call_whatever_else_was_decided(
    of: tuple[Case, list[Decision]], data: st.DataObject
) -> None:
    case, made = of
    at = data.draw(st.integers(0, len(case[0]) - 1))
    criterion, verdict = replace(case[0][at], critical=True, levels=()), case[1].verdicts[at]
    chosen = next(each for each in choices(verdict, criterion) if each.outcome is Outcome.FAIL)
    failed = decided(verdict, criterion, Entry(chosen, "reason"), at=AT)
    assert isinstance(failed, Decision)
    others = [each for each in made if each.criterion != criterion.id]
    final = in_force(case[1], [failed, *others], {**critical(case), criterion.id: True})
    assert criterion.id in final.critical_failed


@given(reviewed(), st.randoms(use_true_random=False))
def test_the_order_of_decisions_does_not_matter(
    of: tuple[Case, list[Decision]], random: Random
) -> None:
    case, made = of
    shuffled = list(made)
    random.shuffle(shuffled)
    assert in_force(case[1], shuffled, critical(case)) == in_force(case[1], made, critical(case))
    assert in_order(case[1], shuffled) == tuple(made)


@given(cards(), st.data())
def test_reviews_one_after_another_leave_the_last_word_on_every_criterion(
    case: Case, data: st.DataObject
) -> None:
    first, second = data.draw(decisions(case)), data.draw(decisions(case))
    base = review(*taken_over(None, first), by=1)
    both = {each.criterion: each for each in taken_over(base, second)}
    last_word = {each.criterion: each for each in [*first, *second]}
    assert {name: each.outcome for name, each in both.items()} == {
        name: each.outcome for name, each in last_word.items()
    }
    named = {each.criterion for each in second}
    assert all((each.by is None) == (name in named) for name, each in both.items())


@given(reviewed())
def test_leaving_the_rest_open_leaves_nothing_undecided_and_the_score_alone(
    of: tuple[Case, list[Decision]],
) -> None:
    case, made = of
    settled, pending = left_open(case[1], None, made, (), at=AT)
    assert not pending
    assert undecided(case[1], settled) == ()
    before, after = (in_force(case[1], each, critical(case)) for each in (made, settled))
    assert (after.score, after.critical_failed) == (before.score, before.critical_failed)


@given(reviewed())
def test_a_decision_fills_the_form_that_it_came_from(of: tuple[Case, list[Decision]]) -> None:
    case, made = of
    for criterion, verdict in zip(case[0], case[1].verdicts, strict=True):
        decision = next((each for each in made if each.criterion == criterion.id), None)
        if decision is not None:
            entry = entry_of(decision, verdict, criterion)
            assert decided(verdict, criterion, entry, at=AT) == decision
