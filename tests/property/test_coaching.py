"""Coaching whatever is done with it: shares and intervals, the order of steps, stretches of calls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qa.domain.call import Role
from qa.domain.cases import LONGEST_CASE_S, SHORTEST_CASE_S, check_stretch, said_in
from qa.domain.coaching import (
    Plan,
    PlanState,
    PlanTerms,
    acknowledged,
    changed,
    ended,
)
from qa.domain.correction import corrected
from qa.domain.errors import Conflict, InputInvalid
from qa.domain.people import Person
from qa.domain.transcript import Transcript, Turn, Word
from qa.statistics.proportions import Share, difference, wilson

AT = datetime(2026, 3, 2, tzinfo=UTC)
SUN = Person(1, "sun", "Sun")

shares = st.integers(1, 500).flatmap(
    lambda calls: st.builds(Share, st.integers(0, calls), st.just(calls))
)


# --- intervals ---------------------------------------------------------------------------------


@given(shares)
def test_an_interval_holds_its_share_and_stays_inside_all_shares(share: Share) -> None:
    found = wilson(share)
    assert 0 <= found.low <= share.value <= found.high <= 1
    assert found.low < found.high


@given(shares)
def test_failures_and_passes_mirror_each_other(share: Share) -> None:
    found, other = wilson(share), wilson(Share(share.calls - share.hits, share.calls))
    assert (other.low, other.high) == pytest.approx((1 - found.high, 1 - found.low), abs=1e-12)


@given(shares, st.integers(2, 50))
def test_more_calls_of_the_same_share_tell_more(share: Share, times: int) -> None:
    wide, narrow = wilson(share), wilson(Share(share.hits * times, share.calls * times))
    assert narrow.high - narrow.low < wide.high - wide.low


@given(shares, shares)
def test_a_change_lies_in_its_interval_and_turns_round_with_the_sides(
    before: Share, after: Share
) -> None:
    found, back = difference(before, after), difference(after, before)
    change = after.value - before.value
    assert -1 <= found.low <= change <= found.high <= 1
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low), abs=1e-12)


# --- plans -------------------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["change", "acknowledge", "close", "cancel"]),
        st.booleans(),
        st.sampled_from(["a", "b", "c"]),
    ),
    max_size=12,
)


def fresh() -> Plan:
    return Plan(
        public_id="p",
        agent_id="A1",
        agent_name="",
        criterion="greeting",
        rubric_id="r",
        terms=PlanTerms("a", SUN, AT, None),
        created_by=SUN,
        created_at=AT,
        call=None,
        call_id=None,
        state=PlanState.OPEN,
        acknowledged_at=None,
        closed_at=None,
        outcome="",
        revision=0,
    )


@given(STEPS)
def test_no_step_is_skipped_replayed_or_taken_from_a_stale_page(
    steps: list[tuple[str, bool, str]],
) -> None:
    plan = fresh()
    for number, (step, stale, text) in enumerate(steps):
        at = AT + timedelta(minutes=number)
        revision = plan.revision - 1 if stale else plan.revision
        before = plan
        try:
            if step == "change":
                plan = changed(plan, PlanTerms(text, SUN, AT, None), revision)
            elif step == "acknowledge":
                plan = acknowledged(plan, revision, at)
            else:
                state = PlanState.DONE if step == "close" else PlanState.CANCELLED
                plan = ended(plan, state, text, revision, at)
        except Conflict:
            assert stale or before.state is not PlanState.OPEN
            assert plan is before
        else:
            assert not stale
            assert before.state is PlanState.OPEN
        assert before.revision <= plan.revision <= before.revision + 1
        assert (plan.closed_at is None) == (plan.state is PlanState.OPEN) == (plan.outcome == "")
        if plan.terms != before.terms:
            assert plan.acknowledged_at is None


# --- cases -------------------------------------------------------------------------------------

seconds = st.floats(-10, 400, allow_nan=False)


@given(seconds, seconds, st.floats(1, 300))
def test_a_stretch_lies_in_its_recording_or_is_refused(
    start_s: float, end_s: float, duration_s: float
) -> None:
    try:
        first, last = check_stretch(start_s, end_s, duration_s)
    except InputInvalid:
        inside = 0 <= start_s < duration_s and start_s < end_s <= duration_s
        assert not (inside and SHORTEST_CASE_S <= end_s - start_s <= LONGEST_CASE_S)
    else:
        assert first == start_s
        assert 0 <= first < last <= duration_s
        assert last == min(end_s, duration_s)
        assert SHORTEST_CASE_S <= last - first <= LONGEST_CASE_S


@st.composite
def turns(draw: st.DrawFn) -> Turn:
    words, at = [], draw(st.floats(0, 50))
    for text in draw(st.lists(st.text("ab你好", min_size=1, max_size=3), min_size=1, max_size=8)):
        end = at + draw(st.floats(0.1, 2))
        words.append(Word(at, end, text, 0.9))
        at = end
    between = draw(st.sampled_from(["", " ", ", "]))
    text = between.join(word.text for word in words)
    return Turn(Role.AGENT, words[0].start_s, words[-1].end_s, text, tuple(words))


@given(turns(), st.floats(0, 60), st.floats(0.5, 60))
def test_a_stretch_tells_its_own_words_and_no_others(
    turn: Turn, start_s: float, length_s: float
) -> None:
    end_s = start_s + length_s
    assume(start_s < turn.end_s and end_s > turn.start_s)
    said = said_in(corrected(Transcript("zh", (turn,)), ()), start_s, end_s)
    inside = [
        word.text for word in turn.words if start_s <= (word.start_s + word.end_s) / 2 < end_s
    ]
    told = said[0].text if said else ""
    if start_s <= turn.start_s and turn.end_s <= end_s:
        assert told == turn.text
    else:
        assert told.replace(", ", "").replace(" ", "") == "".join(inside)
    assert told in turn.text
